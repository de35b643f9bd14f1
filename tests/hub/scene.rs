//! A Hub, a cache, and what a client told while it ran.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use stellig::loader::hub::{Hub, Progress, RepoId, Result, Retry, Settings, Snapshot};

use crate::fake_hub::{FakeHub, Fault, Repo, Server, etag};

/// The large file of the model.
pub const WEIGHTS: &str = "model.safetensors";
/// A fault that stays.
pub const ALWAYS: usize = usize::MAX;

/// A Hub with the model `acme/news`, an empty cache, and what a client told while it ran.
pub struct Scene {
    pub hub: FakeHub,
    pub settings: Settings,
    pub heard: Heard,
    _folder: tempfile::TempDir,
}

/// What a client told.
#[derive(Debug, Default)]
pub struct Heard {
    pub bytes: Vec<(String, u64, Option<u64>)>,
    pub complete: Vec<String>,
    pub pauses: Vec<Duration>,
    pub reasons: Vec<String>,
}

impl Progress for Heard {
    fn bytes(&mut self, file: &str, done: u64, total: Option<u64>) {
        self.bytes.push((file.to_owned(), done, total));
    }

    fn complete(&mut self, file: &str) {
        self.complete.push(file.to_owned());
    }

    fn retry(&mut self, why: &str, wait: Duration) {
        self.reasons.push(why.to_owned());
        self.pauses.push(wait);
    }
}

impl Scene {
    pub fn new() -> Self {
        Self::with(Repo::model("acme/news"))
    }

    pub fn with(repo: Repo) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = FakeHub::with(repo);
        let settings = Settings {
            endpoint: hub.url.clone(),
            cache: folder.path().join("hub"),
            token: None,
            token_disabled: false,
            unreadable_token: None,
            offline: false,
            certificates: None,
            stall: Duration::from_secs(10),
            retry: Retry {
                tries: 4,
                first: Duration::from_millis(8),
                longest: Duration::from_millis(16),
                longest_asked: Duration::from_secs(60),
                sleep: |_| {},
            },
        };
        Self {
            hub,
            settings,
            heard: Heard::default(),
            _folder: folder,
        }
    }

    pub fn client(&self) -> Hub {
        Hub::new(&self.settings)
    }

    pub fn snapshot(&mut self, repo: &str) -> Result<Snapshot> {
        self.client().snapshot(&id(repo), &mut self.heard)
    }

    pub fn refresh(&mut self, repo: &str) -> Result<Snapshot> {
        self.client().refresh(&id(repo), &mut self.heard)
    }

    /// The message of the error that the model ends with.
    pub fn error(&mut self) -> String {
        self.snapshot("acme/news").unwrap_err().to_string()
    }

    pub fn repo_folder(&self) -> PathBuf {
        self.settings.cache.join("models--acme--news")
    }

    pub fn content(&self, file: &str) -> Vec<u8> {
        let mut content = Vec::new();
        self.hub.change(|repo| content.clone_from(&repo.files[file]));
        content
    }

    /// The names of the model's files.
    pub fn content_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.hub.change(|repo| names.extend(repo.files.keys().cloned()));
        names
    }

    pub fn blob(&self, file: &str) -> PathBuf {
        self.repo_folder().join("blobs").join(etag(&self.content(file)))
    }

    pub fn incomplete(&self, file: &str) -> PathBuf {
        self.blob(file).with_extension("incomplete")
    }

    /// Fails the next `times` requests for the weights, where they really are.
    pub fn fail_weights(&self, times: usize, fault: Fault) {
        self.hub.fail("GET", &etag(&self.content(WEIGHTS)), times, fault);
    }

    /// What was asked of the CDN, by the first byte.
    pub fn ranges(&self) -> Vec<Option<String>> {
        let requests = self.hub.requests().into_iter();
        requests
            .filter(|request| request.server == Server::Cdn)
            .map(|request| request.range)
            .collect()
    }

    /// Makes sure that the weights are there and right.
    pub fn check_weights(&self, snapshot: &Snapshot) {
        assert_eq!(fs::read(snapshot.folder.join(WEIGHTS)).unwrap(), self.content(WEIGHTS));
        assert!(!self.incomplete(WEIGHTS).exists());
    }
}

/// The model of this name.
pub fn id(repo: &str) -> RepoId {
    repo.parse().unwrap()
}

/// Makes sure that a message says all of this.
pub fn contains(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "\"{part}\" is not in: {message}");
    }
}

/// The names in a folder.
pub fn sorted(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
