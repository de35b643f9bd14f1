//! The client of the Hub against a Hub on this machine: what it asks for, what it leaves on the disk, and what it says
//! when something goes wrong.

#![cfg(feature = "hub")]
#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

mod fake_hub;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use fake_hub::{COMMIT, FakeHub, Fault, Repo, Server, etag};
use serde_json::Value;
use stellig::loader::hub::{Cache, Hub, Progress, RepoId, Result, Retry, Settings, Snapshot, State, Token};

const WEIGHTS: &str = "model.safetensors";
const ALWAYS: usize = usize::MAX;

/// A Hub with the model `acme/news`, an empty cache, and what a client told while it ran.
struct Scene {
    hub: FakeHub,
    settings: Settings,
    heard: Heard,
    _folder: tempfile::TempDir,
}

#[derive(Debug, Default)]
struct Heard {
    bytes: Vec<(String, u64, Option<u64>)>,
    complete: Vec<String>,
    pauses: Vec<Duration>,
    reasons: Vec<String>,
    locked: usize,
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

    fn locked(&mut self, _: &str) {
        self.locked += 1;
    }
}

impl Scene {
    fn new() -> Self {
        Self::with(Repo::model("acme/news"))
    }

    fn with(repo: Repo) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = FakeHub::with(repo);
        let settings = Settings {
            endpoint: hub.url.clone(),
            cache: folder.path().join("hub"),
            token: None,
            token_disabled: false,
            offline: false,
            certificates: None,
            stall: Duration::from_millis(300),
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

    fn client(&self) -> Hub {
        Hub::new(&self.settings).unwrap()
    }

    fn snapshot(&mut self, repo: &str) -> Result<Snapshot> {
        self.client().snapshot(&id(repo), &mut self.heard)
    }

    fn refresh(&mut self, repo: &str) -> Result<Snapshot> {
        self.client().refresh(&id(repo), &mut self.heard)
    }

    /// The message of the error that the model ends with.
    fn error(&mut self) -> String {
        self.snapshot("acme/news").unwrap_err().to_string()
    }

    fn repo_folder(&self) -> PathBuf {
        self.settings.cache.join("models--acme--news")
    }

    fn content(&self, file: &str) -> Vec<u8> {
        let mut content = Vec::new();
        self.hub.change(|repo| content.clone_from(&repo.files[file]));
        content
    }

    fn blob(&self, file: &str) -> PathBuf {
        self.repo_folder().join("blobs").join(etag(&self.content(file)))
    }

    fn incomplete(&self, file: &str) -> PathBuf {
        self.blob(file).with_extension("incomplete")
    }

    /// What was asked of the CDN, by the first byte.
    fn ranges(&self) -> Vec<Option<String>> {
        let requests = self.hub.requests().into_iter();
        requests
            .filter(|request| request.server == Server::Cdn)
            .map(|request| request.range)
            .collect()
    }

    /// Makes sure that the weights are there and right.
    fn check_weights(&self, snapshot: &Snapshot) {
        assert_eq!(fs::read(snapshot.folder.join(WEIGHTS)).unwrap(), self.content(WEIGHTS));
        assert!(!self.incomplete(WEIGHTS).exists());
    }
}

fn id(repo: &str) -> RepoId {
    repo.parse().unwrap()
}

fn contains(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "\"{part}\" is not in: {message}");
    }
}

fn sorted(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

// What is asked for, and what is on the disk after.

#[test]
fn a_model_is_laid_out_as_python_does() {
    let mut scene = Scene::new();
    let snapshot = scene.snapshot("acme/news").unwrap();
    let folder = scene.repo_folder();
    assert_eq!(
        (&snapshot.folder, snapshot.commit.as_str()),
        (&folder.join("snapshots").join(COMMIT), COMMIT)
    );
    let wanted = [
        "README.md",
        "config.json",
        "model.safetensors",
        "special_tokens_map.json",
        "tokenizer.json",
        "tokenizer_config.json",
    ];
    assert_eq!(sorted(&snapshot.folder), wanted);
    for file in wanted {
        let content = scene.content(file);
        assert_eq!(fs::read(snapshot.folder.join(file)).unwrap(), content, "{file}");
        #[cfg(unix)]
        assert_eq!(
            fs::read_link(snapshot.folder.join(file)).unwrap(),
            Path::new("../../blobs").join(etag(&content))
        );
    }
    let mut blobs = wanted.map(|file| etag(&scene.content(file)));
    blobs.sort();
    assert_eq!(sorted(&folder.join("blobs")), blobs);
    assert_eq!(fs::read_to_string(folder.join("refs/main")).unwrap(), COMMIT);
    assert_eq!(sorted(&folder), ["blobs", "refs", "snapshots"]);
    assert_eq!(sorted(&scene.settings.cache), [".locks", "models--acme--news"]);
    let locks = blobs.map(|etag| format!("{etag}.lock"));
    assert_eq!(sorted(&scene.settings.cache.join(".locks/models--acme--news")), locks);
    let total = Some(300_000);
    assert!(scene.heard.bytes.contains(&(WEIGHTS.to_owned(), 300_000, total)));
    assert_eq!(scene.heard.complete.last().unwrap(), WEIGHTS);
    assert_eq!(
        (
            scene.hub.count("GET", "pytorch_model.bin"),
            scene.hub.count("HEAD", "onnx")
        ),
        (0, 0)
    );
}

#[test]
fn the_second_run_asks_for_nothing() {
    let mut scene = Scene::new();
    let first = scene.snapshot("acme/news").unwrap();
    scene.hub.forget();
    assert_eq!(scene.snapshot("acme/news").unwrap(), first);
    assert_eq!(scene.snapshot(&format!("acme/news@{COMMIT}")).unwrap(), first);
    scene.settings.offline = true;
    assert_eq!(scene.snapshot("acme/news").unwrap(), first);
    assert!(scene.hub.requests().is_empty());
}

#[test]
fn another_name_of_the_same_commit_downloads_nothing() {
    let mut scene = Scene::new();
    let first = scene.snapshot("acme/news").unwrap();
    scene.hub.forget();
    assert_eq!(scene.snapshot("acme/news@refs/pr/1").unwrap(), first);
    let requests = scene.hub.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].path, "/api/models/acme/news/revision/refs%2Fpr%2F1");
    assert_eq!(
        fs::read_to_string(scene.repo_folder().join("refs/refs/pr/1")).unwrap(),
        COMMIT
    );
}

#[test]
fn a_commit_stays_and_a_branch_moves_when_asked_to() {
    let mut scene = Scene::new();
    scene.snapshot("acme/news").unwrap();
    let newer = "f".repeat(40);
    scene.hub.change(|repo| {
        repo.commit.clone_from(&newer);
        repo.files
            .insert("config.json".to_owned(), b"{\"newer\":true}".to_vec());
    });
    scene.hub.forget();
    assert_eq!(
        scene.snapshot("acme/news").unwrap().commit,
        COMMIT,
        "nobody asked the Hub"
    );
    let refreshed = scene.refresh("acme/news").unwrap();
    assert_eq!(refreshed.commit, newer);
    assert_eq!(
        fs::read(refreshed.folder.join("config.json")).unwrap(),
        b"{\"newer\":true}"
    );
    assert_eq!(scene.ranges().len(), 0, "the weights are the same");
    assert_eq!(scene.snapshot("acme/news").unwrap().commit, newer);
    let pinned = scene.snapshot(&format!("acme/news@{COMMIT}")).unwrap();
    assert_eq!(
        fs::read(pinned.folder.join("config.json")).unwrap(),
        b"{\"file\":\"config.json\"}"
    );
}

#[test]
fn all_shards_that_the_index_names_are_fetched_and_no_other() {
    let mut scene = Scene::with(Repo::sharded("acme/news"));
    let snapshot = scene.snapshot("acme/news").unwrap();
    let shards: Vec<String> = sorted(&snapshot.folder)
        .into_iter()
        .filter(|name| name.ends_with(".safetensors"))
        .collect();
    assert_eq!(shards, [1, 2, 3].map(|n| format!("model-{n:05}-of-00003.safetensors")));
    scene.hub.forget();
    scene.snapshot("acme/news").unwrap();
    assert!(scene.hub.requests().is_empty());
    fs::remove_file(snapshot.folder.join(&shards[1])).unwrap();
    scene.snapshot("acme/news").unwrap();
    assert_eq!(scene.hub.count("HEAD", &shards[1]), 1, "it is linked again");
    assert_eq!(scene.ranges().len(), 0, "its blob was there");
}

#[test]
fn two_threads_download_each_file_once() {
    let mut scene = Scene::new();
    scene.hub.fail(
        "GET",
        &etag(&scene.content(WEIGHTS)),
        1,
        Fault::Slow(Duration::from_millis(200)),
    );
    let (settings, mut other) = (scene.settings.clone(), Heard::default());
    let both = thread::scope(|scope| {
        let second = scope.spawn(|| Hub::new(&settings).unwrap().snapshot(&id("acme/news"), &mut other));
        let first = scene.snapshot("acme/news").unwrap();
        (first, second.join().unwrap().unwrap())
    });
    assert_eq!(both.0, both.1);
    assert_eq!(scene.ranges(), [None]);
    for file in ["config.json", "tokenizer.json"] {
        assert_eq!(
            scene.hub.count("GET", &format!("/resolve/{COMMIT}/{file}")),
            1,
            "{file}"
        );
    }
    assert!(scene.heard.locked + other.locked > 0);
    scene.check_weights(&both.0);
}

#[test]
#[cfg(unix)]
fn what_python_has_cached_is_used() {
    let mut scene = Scene::new();
    let folder = scene.repo_folder();
    let snapshot = folder.join("snapshots").join(COMMIT);
    for sub in [
        &snapshot,
        &folder.join("blobs"),
        &folder.join("refs"),
        &folder.join(".no_exist").join(COMMIT),
    ] {
        fs::create_dir_all(sub).unwrap();
    }
    for file in ["config.json", "tokenizer.json", WEIGHTS] {
        fs::write(scene.blob(file), scene.content(file)).unwrap();
        let target = Path::new("../../blobs").join(etag(&scene.content(file)));
        std::os::unix::fs::symlink(target, snapshot.join(file)).unwrap();
    }
    // Newer versions may keep a blob in a store that several models share.
    let store = scene.settings.cache.join("blobs/ab");
    fs::create_dir_all(&store).unwrap();
    fs::rename(scene.blob(WEIGHTS), store.join("abcd")).unwrap();
    std::os::unix::fs::symlink("../../blobs/ab/abcd", scene.blob(WEIGHTS)).unwrap();
    fs::write(folder.join(".no_exist").join(COMMIT).join("merges.txt"), "").unwrap();
    fs::write(folder.join("refs/main"), COMMIT).unwrap();
    fs::write(
        scene.settings.cache.join("CACHEDIR.TAG"),
        "Signature: 8a477f597d28d172789f06886806bc55",
    )
    .unwrap();
    let found = scene.snapshot("acme/news").unwrap();
    assert_eq!(found.folder, snapshot);
    assert!(scene.hub.requests().is_empty());
    let cache = Cache::new(&scene.settings.cache);
    assert!(
        cache
            .verify(&id("acme/news"))
            .unwrap()
            .iter()
            .all(|file| file.state == State::Good)
    );
    assert_eq!(cache.list().len(), 1);
}

#[test]
fn only_what_is_missing_is_downloaded() {
    let mut scene = Scene::new();
    let snapshot = scene.snapshot("acme/news").unwrap();
    fs::remove_file(scene.blob(WEIGHTS)).unwrap();
    scene.hub.forget();
    assert_eq!(scene.snapshot("acme/news").unwrap(), snapshot);
    scene.check_weights(&snapshot);
    let requests = scene.hub.requests();
    assert_eq!(
        requests.len(),
        4,
        "the list, what the file is, and the file by way of a redirect: {requests:?}"
    );
}

#[test]
fn a_blob_that_was_cut_short_is_downloaded_again() {
    let mut scene = Scene::new();
    let snapshot = scene.snapshot("acme/news").unwrap();
    fs::remove_file(snapshot.folder.join(WEIGHTS)).unwrap();
    fs::write(scene.blob(WEIGHTS), &scene.content(WEIGHTS)[..1000]).unwrap();
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
}

// Breaks on the way.

#[test]
fn a_cut_connection_goes_on_where_it_was() {
    let mut scene = Scene::new();
    scene
        .hub
        .fail("GET", &etag(&scene.content(WEIGHTS)), 2, Fault::Cut(100_000));
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
    assert_eq!(
        scene.ranges(),
        [None, Some("bytes=100000-".to_owned()), Some("bytes=200000-".to_owned())]
    );
    assert_eq!(scene.heard.pauses.len(), 2);
    contains(
        &scene.heard.reasons[0],
        &["model.safetensors: the download broke off at 100.0 kB of 300.0 kB"],
    );
}

#[test]
fn a_connection_that_is_always_cut_ends_and_the_next_run_goes_on() {
    let mut scene = Scene::new();
    scene
        .hub
        .fail("GET", &etag(&scene.content(WEIGHTS)), ALWAYS, Fault::Cut(1000));
    let message = scene.error();
    contains(
        &message,
        &[
            "model.safetensors: the download broke off at 4.0 kB of 300.0 kB",
            "the connection was cut",
            "run it again",
        ],
    );
    assert_eq!(scene.ranges().len(), 4);
    assert_eq!(fs::metadata(scene.incomplete(WEIGHTS)).unwrap().len(), 4000);
    assert!(!scene.blob(WEIGHTS).exists() && !scene.repo_folder().join("refs/main").exists());
    scene.hub.mend();
    scene.hub.forget();
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
    assert_eq!(scene.ranges(), [Some("bytes=4000-".to_owned())]);
}

#[test]
fn a_server_that_falls_silent_is_left() {
    let mut scene = Scene::new();
    scene
        .hub
        .fail("GET", &etag(&scene.content(WEIGHTS)), 1, Fault::Stall(100_000));
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
    contains(&scene.heard.reasons[0], &["nothing came any more"]);
    assert_eq!(scene.ranges().len(), 2);
}

#[test]
fn a_server_that_ignores_the_range_starts_anew() {
    let mut scene = Scene::new();
    let weights = etag(&scene.content(WEIGHTS));
    scene.hub.fail("GET", &weights, 1, Fault::Cut(100_000));
    scene.hub.fail("GET", &weights, 1, Fault::WholeFile);
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
    assert_eq!(scene.ranges().len(), 2);
}

#[test]
fn a_part_from_another_place_is_not_taken() {
    let mut scene = Scene::new();
    let weights = etag(&scene.content(WEIGHTS));
    scene.hub.fail("GET", &weights, 1, Fault::Cut(100_000));
    scene.hub.fail("GET", &weights, 1, Fault::WrongRange);
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
    contains(
        &scene.heard.reasons[1],
        &["asked for the bytes from 100000 on, answered with \"bytes 100001-"],
    );
    assert_eq!(scene.ranges().last().unwrap(), &None, "from the first byte");
}

#[test]
fn what_an_earlier_run_left_is_used_if_it_is_right() {
    for (left, ranges) in [
        (300_000, vec![]),
        (123_456, vec![Some("bytes=123456-".to_owned())]),
        (0, vec![None]),
    ] {
        let mut scene = Scene::new();
        fs::create_dir_all(scene.repo_folder().join("blobs")).unwrap();
        fs::write(scene.incomplete(WEIGHTS), &scene.content(WEIGHTS)[..left]).unwrap();
        let snapshot = scene.snapshot("acme/news").unwrap();
        scene.check_weights(&snapshot);
        assert_eq!(scene.ranges(), ranges, "{left}");
    }
}

#[test]
fn what_an_earlier_run_left_is_thrown_away_if_it_is_wrong() {
    for (left, ranges) in [
        (vec![7; 100_000], vec![Some("bytes=100000-".to_owned()), None]),
        (vec![7; 300_000], vec![None]),
        (vec![7; 300_001], vec![None]),
    ] {
        let mut scene = Scene::new();
        fs::create_dir_all(scene.repo_folder().join("blobs")).unwrap();
        fs::write(scene.incomplete(WEIGHTS), &left).unwrap();
        let snapshot = scene.snapshot("acme/news").unwrap();
        scene.check_weights(&snapshot);
        assert_eq!(scene.ranges(), ranges, "{}", left.len());
    }
}

#[test]
fn a_range_that_cannot_be_had_starts_anew() {
    let mut scene = Scene::new();
    let weights = etag(&scene.content(WEIGHTS));
    scene.hub.fail("GET", &weights, 1, Fault::Cut(100_000));
    scene.hub.fail("GET", &weights, 1, Fault::Status(416, vec![]));
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
    contains(&scene.heard.reasons[1], &["no bytes from 100000 on"]);
    assert_eq!(scene.ranges(), [None, Some("bytes=100000-".to_owned()), None]);
}

#[test]
fn wrong_bytes_are_removed() {
    let mut scene = Scene::new();
    scene
        .hub
        .fail("GET", &etag(&scene.content(WEIGHTS)), 1, Fault::WrongBytes);
    let message = scene.error();
    contains(
        &message,
        &[
            "model.safetensors: wrong hash, the file was removed; try again",
            "a proxy or mirror on the way alters files",
        ],
    );
    assert!(!scene.incomplete(WEIGHTS).exists() && !scene.blob(WEIGHTS).exists());
    scene.hub.fail("GET", "/config.json", 1, Fault::WrongBytes);
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
    let mut scene = Scene::new();
    scene.hub.fail("GET", "/config.json", 1, Fault::WrongBytes);
    contains(&scene.error(), &["config.json: wrong hash"]);
}

#[test]
fn wrong_sizes_are_refused() {
    for bytes in [-1000, 1000] {
        let mut scene = Scene::new();
        scene
            .hub
            .fail("GET", &etag(&scene.content(WEIGHTS)), ALWAYS, Fault::Longer(bytes));
        let sent = 300_000 + bytes;
        let message = scene.error();
        contains(
            &message,
            &[&format!(
                "model.safetensors: {sent} bytes are sent where 300000 were announced"
            )],
        );
        assert!(!scene.blob(WEIGHTS).exists());
    }
}

#[test]
fn trouble_of_the_server_passes() {
    let mut scene = Scene::new();
    let trouble = || Fault::Status(503, vec![]);
    scene.hub.fail("GET", "/api/models", 2, trouble());
    scene.hub.fail("HEAD", "/tokenizer.json", 1, Fault::Status(500, vec![]));
    scene.hub.fail("GET", "/tokenizer.json", 3, Fault::Hang);
    scene.hub.fail("GET", &etag(&scene.content(WEIGHTS)), 1, trouble());
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
    assert_eq!(scene.heard.pauses.len(), 7);
    let longest = scene.settings.retry.longest;
    assert!(
        scene
            .heard
            .pauses
            .iter()
            .all(|pause| *pause <= longest && !pause.is_zero())
    );
}

#[test]
fn trouble_that_stays_is_told() {
    let mut scene = Scene::new();
    scene.hub.fail("GET", "/api/models", ALWAYS, Fault::Status(502, vec![]));
    let message = scene.error();
    contains(
        &message,
        &[
            "127.0.0.1:",
            "is in trouble (status 502 for /api/models/acme/news/revision/main)",
            "try again later",
        ],
    );
    assert_eq!(scene.hub.count("GET", "/api/models"), 4);
}

#[test]
fn too_many_requests_are_paused_for_as_long_as_the_hub_says() {
    let mut scene = Scene::new();
    let wait = |seconds: &str| Fault::Status(429, vec![("Retry-After", seconds.to_owned())]);
    scene.hub.fail("GET", "/api/models", 1, wait("7"));
    scene.hub.fail("HEAD", WEIGHTS, 1, Fault::Status(429, vec![]));
    scene.snapshot("acme/news").unwrap();
    assert_eq!(scene.heard.pauses[0], Duration::from_secs(7));
    assert!(scene.heard.pauses[1] <= scene.settings.retry.first);
    let mut scene = Scene::new();
    scene.hub.fail("GET", "/api/models", ALWAYS, wait("7"));
    let message = scene.error();
    contains(
        &message,
        &[
            "127.0.0.1 wants fewer requests (status 429, no token was given); try again in 7 s; with a token it allows more",
        ],
    );
    assert_eq!(scene.hub.count("GET", "/api/models"), 4);
    let mut scene = Scene::new();
    scene.hub.fail("GET", "/api/models", ALWAYS, wait("3600"));
    contains(&scene.error(), &["try again in 3600 s"]);
    assert_eq!(scene.hub.count("GET", "/api/models"), 1, "an hour is too long");
}

#[test]
fn nobody_there_is_told() {
    let mut scene = Scene::new();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    scene.settings.endpoint = format!("http://{closed}");
    let message = scene.error();
    contains(
        &message,
        &["127.0.0.1 cannot be reached: ", "refused", "HTTPS_PROXY", "HF_ENDPOINT"],
    );
    assert_eq!(scene.heard.pauses.len(), 3);
    scene.settings.endpoint = "http://host.invalid".to_owned();
    contains(&scene.error(), &["host.invalid cannot be reached: "]);
}

#[test]
fn a_server_without_tls_is_told() {
    let mut scene = Scene::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    scene.settings.endpoint = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1000]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    contains(&scene.error(), &["127.0.0.1: no secure connection: ", "SSL_CERT_FILE"]);
    assert!(scene.heard.pauses.is_empty(), "it is not tried again");
}

#[test]
fn certificates_that_are_none_are_told() {
    let mut scene = Scene::new();
    let file = scene.settings.cache.with_file_name("certificates.pem");
    scene.settings.certificates = Some(file.clone());
    let message = |scene: &Scene| Hub::new(&scene.settings).unwrap_err().to_string();
    contains(
        &message(&scene),
        &["SSL_CERT_FILE is ", "certificates.pem, which cannot be used: "],
    );
    fs::write(&file, "none").unwrap();
    contains(&message(&scene), &["there is no certificate in it"]);
}

// Refusals.

#[test]
fn a_model_that_is_not_there_or_private_is_told() {
    let mut scene = Scene::new();
    let message = scene.snapshot("acme/nws").unwrap_err().to_string();
    contains(
        &message,
        &[
            "acme/nws: 127.0.0.1 has no such model, or it is private (no token was given); check the spelling, and set HF_TOKEN",
        ],
    );
    scene.settings.token = Token::new("hf_mine", "test").unwrap();
    let message = scene.snapshot("acme/nws").unwrap_err().to_string();
    contains(&message, &["(a token was given)"]);
    scene.hub.fail("GET", "/api/models", 1, Fault::Status(404, vec![]));
    contains(&scene.error(), &["acme/news: 127.0.0.1 has no such model"]);
    assert!(!scene.repo_folder().exists());
}

#[test]
fn a_private_model_is_fetched_with_its_token() {
    let mut repo = Repo::model("acme/news");
    repo.token = Some("hf_mine".to_owned());
    let mut scene = Scene::with(repo);
    contains(&scene.error(), &["or it is private (no token was given)"]);
    scene.settings.token = Token::new("hf_mine", "test").unwrap();
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
}

#[test]
fn the_token_stays_with_the_hub() {
    let mut scene = Scene::new();
    scene.settings.token = Token::new("hf_mine", "test").unwrap();
    scene.snapshot("acme/news").unwrap();
    let requests = scene.hub.requests();
    assert!(requests.iter().any(|request| request.server == Server::Cdn));
    for request in requests {
        let expected = (request.server == Server::Hub).then(|| "Bearer hf_mine".to_owned());
        assert_eq!(request.authorization, expected, "{request:?}");
    }
    let mut scene = Scene::new();
    scene.settings.token = Token::new("hf_mine", "test").unwrap();
    scene.settings.token_disabled = true;
    scene.snapshot("acme/news").unwrap();
    assert!(
        scene
            .hub
            .requests()
            .iter()
            .all(|request| request.authorization.is_none())
    );
}

#[test]
fn a_revision_that_is_not_there_is_told() {
    let mut scene = Scene::new();
    let message = scene.snapshot("acme/news@v9").unwrap_err().to_string();
    contains(
        &message,
        &[
            "acme/news: no branch, tag or commit \"v9\"; its revisions stand at http://127.0.0.1:",
            "/acme/news/tree/main",
        ],
    );
}

#[test]
fn a_file_that_went_away_is_told() {
    let mut scene = Scene::new();
    scene.hub.fail(
        "HEAD",
        "/tokenizer.json",
        1,
        Fault::hub(404, "EntryNotFound", "Entry not found"),
    );
    contains(&scene.error(), &["acme/news: tokenizer.json is not in revision main"]);
    scene.hub.fail("HEAD", "/tokenizer.json", 1, Fault::Status(404, vec![]));
    contains(&scene.error(), &["acme/news: tokenizer.json is not in revision main"]);
}

#[test]
fn a_gated_model_is_told() {
    for (status, token, access) in [(401, "", "no token was given"), (403, "hf_mine", "a token was given")] {
        let mut scene = Scene::new();
        scene.settings.token = Token::new(token, "test").unwrap();
        scene.hub.fail(
            "HEAD",
            "/config.json",
            1,
            Fault::hub(status, "GatedRepo", "Access is restricted"),
        );
        let message = scene.error();
        let parts = [
            "acme/news: the model is gated, its owner lets in those who asked",
            access,
            "ask at http://127.0.0.1:",
            "/acme/news, then set HF_TOKEN",
        ];
        contains(&message, &parts);
        assert_eq!(scene.hub.count("HEAD", "/config.json"), 1, "it is not tried again");
    }
}

#[test]
fn refused_access_is_told() {
    let mut scene = Scene::new();
    scene.settings.token = Token::new("hf_old", "test").unwrap();
    let invalid = vec![(
        "X-Error-Message",
        "Invalid credentials in Authorization header".to_owned(),
    )];
    scene.hub.fail("GET", "/api/models", 1, Fault::Status(401, invalid));
    contains(
        &scene.error(),
        &[
            "acme/news: 127.0.0.1 refuses access, status 401, \"Invalid credentials in Authorization header\" (a token was given); check HF_TOKEN",
        ],
    );
    scene.hub.fail("GET", "/api/models", 1, Fault::Status(403, vec![]));
    contains(&scene.error(), &["refuses access, status 403 (a token was given)"]);
}

#[test]
fn a_signature_that_has_run_out_is_renewed_and_never_shown() {
    let mut scene = Scene::new();
    let weights = etag(&scene.content(WEIGHTS));
    scene.hub.fail("GET", &weights, 1, Fault::Status(403, vec![]));
    scene.snapshot("acme/news").unwrap();
    assert_eq!(scene.hub.count("GET", &format!("/resolve/{COMMIT}/{WEIGHTS}")), 2);
    let mut scene = Scene::new();
    scene.hub.fail("GET", &weights, ALWAYS, Fault::Status(403, vec![]));
    let message = scene.error();
    contains(&message, &["unexpected status 403"]);
    assert!(!message.contains("Signature"), "{message}");
}

#[test]
fn pickled_weights_are_refused_before_anything_is_downloaded() {
    let mut scene = Scene::new();
    scene.hub.change(|repo| drop(repo.files.remove(WEIGHTS)));
    let message = scene.error();
    contains(
        &message,
        &[
            "acme/news: it has pickled weights only (",
            "convert them once, in Python: from transformers import",
            "from_pretrained(\"acme/news\")",
        ],
    );
    assert_eq!(scene.hub.requests().len(), 1);
}

#[test]
fn a_repository_without_tokenizer_is_refused() {
    let mut scene = Scene::new();
    scene.hub.change(|repo| {
        repo.files
            .retain(|name, _| name != "tokenizer.json" && name != "vocab.txt")
    });
    contains(&scene.error(), &["acme/news: no tokenizer.json (nor vocab.txt"]);
    assert_eq!(scene.hub.requests().len(), 1);
    scene
        .hub
        .change(|repo| drop(repo.files.insert("vocab.txt".to_owned(), b"[PAD]".to_vec())));
    let snapshot = scene.snapshot("acme/news").unwrap();
    assert!(snapshot.folder.join("vocab.txt").exists());
    scene.hub.forget();
    scene.snapshot("acme/news").unwrap();
    assert!(scene.hub.requests().is_empty());
}

#[test]
fn an_answer_that_makes_no_sense_is_told() {
    let other = "{\"sha\":\"main\",\"siblings\":[]}";
    for (body, said) in [
        (
            "<html>Sign in to the network</html>",
            "not the Hub's description of a model",
        ),
        ("{\"id\":\"acme/news\"}", "missing field `sha`"),
        (other, "\"main\" is no commit"),
    ] {
        let mut scene = Scene::new();
        scene.hub.fail("GET", "/api/models", 1, Fault::Body(body));
        contains(
            &scene.error(),
            &[
                "/api/models/acme/news/revision/main: ",
                said,
                "check HF_ENDPOINT and the proxy",
            ],
        );
    }
    for (header, value, said) in [
        ("ETag", None, "no usable ETag"),
        ("ETag", Some("\"../../../evil\""), "no usable ETag"),
        ("X-Repo-Commit", Some("fff"), "was asked for, and \"fff\" is answered"),
    ] {
        let mut scene = Scene::new();
        scene.hub.fail("HEAD", "/config.json", 1, Fault::Header(header, value));
        contains(&scene.error(), &["/config.json: ", said]);
    }
    let mut scene = Scene::new();
    let round = Fault::Status(302, vec![("Location", "/acme/news".to_owned())]);
    scene.hub.fail("GET", "/", ALWAYS, round);
    contains(&scene.error(), &["too many redirects"]);
}

#[test]
fn an_index_that_leads_elsewhere_is_refused() {
    let mut scene = Scene::with(Repo::sharded("acme/news"));
    let index = b"{\"weight_map\":{\"a\":\"../../../evil.safetensors\"}}".to_vec();
    scene
        .hub
        .change(|repo| drop(repo.files.insert("model.safetensors.index.json".to_owned(), index)));
    contains(
        &scene.error(),
        &["model.safetensors.index.json: ", "is no safetensors file beside it"],
    );
}

#[test]
fn an_endpoint_that_is_none_is_told() {
    let mut scene = Scene::new();
    scene.settings.endpoint = "huggingface.co".to_owned();
    let message = Hub::new(&scene.settings).unwrap_err().to_string();
    contains(&message, &["HF_ENDPOINT is \"huggingface.co\"", "https://"]);
}

// Without a network, and without a disk.

#[test]
fn offline_says_what_is_missing_and_asks_nobody() {
    let mut scene = Scene::new();
    scene.settings.offline = true;
    contains(
        &scene.error(),
        &["acme/news: it is not in the cache, and HF_HUB_OFFLINE forbids to fetch it"],
    );
    scene.settings.offline = false;
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.settings.offline = true;
    scene.hub.forget();
    let message = scene.snapshot("acme/news@v1.0").unwrap_err().to_string();
    contains(
        &message,
        &["acme/news@v1.0: revision v1.0 is not in the cache, and HF_HUB_OFFLINE"],
    );
    fs::remove_file(snapshot.folder.join("config.json")).unwrap();
    contains(
        &scene.error(),
        &["acme/news: config.json is not in the cache, and HF_HUB_OFFLINE"],
    );
    contains(
        &scene.refresh("acme/news").unwrap_err().to_string(),
        &["HF_HUB_OFFLINE forbids"],
    );
    assert!(scene.hub.requests().is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told() {
    let mut scene = Scene::new();
    fs::create_dir_all(scene.repo_folder().join("blobs")).unwrap();
    // Whatever is written there does not fit.
    std::os::unix::fs::symlink("/dev/full", scene.incomplete(WEIGHTS)).unwrap();
    let message = scene.error();
    contains(
        &message,
        &["models--acme--news/blobs: the disk is full, 300.0 kB more are needed; make room, or set HF_HUB_CACHE"],
    );
    assert_eq!(scene.ranges().len(), 1, "it is not tried again");
    assert!(!scene.blob(WEIGHTS).exists());
}

#[test]
fn a_cache_that_cannot_be_written_is_told() {
    let mut scene = Scene::new();
    let file = scene.settings.cache.clone();
    fs::write(&file, "no folder").unwrap();
    contains(&scene.error(), &["HF_HUB_CACHE names the folder of the cache"]);
    // Even the owner of the machine may write nothing there.
    if cfg!(target_os = "linux") {
        scene.settings.cache = "/sys/stellig".into();
        contains(
            &scene.error(),
            &[
                "/sys/stellig",
                "no permission to write there; change its mode, or set HF_HUB_CACHE",
            ],
        );
    }
}

// The commands.

fn stellig(scene: &Scene, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stellig"));
    for name in [
        "HF_TOKEN",
        "HUGGING_FACE_HUB_TOKEN",
        "HF_TOKEN_PATH",
        "HF_HUB_OFFLINE",
        "TRANSFORMERS_OFFLINE",
    ] {
        command.env_remove(name);
    }
    command
        .env("HF_ENDPOINT", &scene.hub.url)
        .env("HF_HOME", scene.settings.cache.parent().unwrap())
        .env("HF_HUB_CACHE", &scene.settings.cache)
        .arg("models")
        .args(arguments)
        .stdin(Stdio::null());
    command.output().unwrap()
}

fn printed(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn models_are_fetched_listed_and_verified() {
    let scene = Scene::new();
    let folder = scene.settings.cache.display().to_string();
    let (code, out, _) = printed(&stellig(&scene, &["list"]));
    assert_eq!(
        (code, out),
        (
            Some(0),
            format!("no models in {folder}; fetch one with `stellig models fetch OWNER/NAME`\n")
        )
    );

    let (code, out, errors) = printed(&stellig(&scene, &["fetch", "acme/news"]));
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    contains(
        &out,
        &[
            &format!("acme/news@main, commit {COMMIT}\n"),
            "model.safetensors        300.0 kB\n",
            &format!("\n{folder}/models--acme--news/snapshots/{COMMIT}\n"),
        ],
    );

    // What is foreign or broken in the cache is no model.
    for name in [
        "datasets--acme--news",
        "models--",
        "models--a..b",
        "models--empty",
        "version.txt.d",
    ] {
        fs::create_dir_all(scene.settings.cache.join(name)).unwrap();
    }
    fs::write(scene.settings.cache.join("models--file"), "").unwrap();
    fs::create_dir_all(scene.repo_folder().join("snapshots/not-a-commit")).unwrap();
    fs::create_dir_all(scene.repo_folder().join("snapshots").join("e".repeat(40))).unwrap();
    let (code, out, _) = printed(&stellig(&scene, &["list"]));
    let expected = format!(
        "MODEL      REVISION  COMMIT        FILES      SIZE  STATE\n\
         acme/news  main      0123456789ab      6  300.1 kB  complete\n\
         acme/news  -         eeeeeeeeeeee      0   0 bytes  without config.json\n\
         1 model in {folder}\n"
    );
    assert_eq!((code, out), (Some(0), expected));

    let (code, out, errors) = printed(&stellig(&scene, &["verify", "acme/news@main"]));
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert_eq!(
        out.lines()
            .filter(|line| line.starts_with("good   0123456789ab  "))
            .count(),
        6,
        "{out}"
    );
}

#[test]
fn a_file_that_was_altered_is_found_and_can_be_mended() {
    let mut scene = Scene::new();
    let snapshot = scene.snapshot("acme/news").unwrap();
    let blob = scene.blob(WEIGHTS);
    let mut altered = scene.content(WEIGHTS);
    altered[1000] ^= 1;
    fs::write(&blob, altered).unwrap();
    fs::remove_file(scene.blob("config.json")).unwrap();
    let (code, out, errors) = printed(&stellig(&scene, &["verify", "acme/news"]));
    assert_eq!(code, Some(1));
    contains(
        &out,
        &[
            "BAD      0123456789ab  model.safetensors\n",
            "MISSING  0123456789ab  config.json\n",
            "good     0123456789ab  tokenizer.json\n",
        ],
    );
    let again = format!("`stellig models fetch acme/news@{COMMIT}`");
    contains(
        &errors,
        &[&format!(
            "its content is not what was downloaded; remove {}, then run {again}",
            blob.display()
        )],
    );
    contains(
        &errors,
        &[&format!("config.json: its content is not there; fetch it with {again}")],
    );
    let (code, out, _) = printed(&stellig(&scene, &["verify", "acme/news", "--json"]));
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["good"]), (Some(1), &Value::from(false)));
    fs::remove_file(&blob).unwrap();
    scene.refresh(&format!("acme/news@{COMMIT}")).unwrap();
    scene.check_weights(&snapshot);
    let (code, ..) = printed(&stellig(&scene, &["verify", "acme/news"]));
    assert_eq!(code, Some(0));
}

#[test]
fn the_commands_speak_json_and_tell_their_errors() {
    let scene = Scene::new();
    let (code, out, _) = printed(&stellig(&scene, &["fetch", "acme/news@v1.0", "--json"]));
    let fetched: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, Some(0));
    assert_eq!(
        (fetched["commit"].as_str(), fetched["revision"].as_str()),
        (Some(COMMIT), Some("v1.0"))
    );
    let (_, out, _) = printed(&stellig(&scene, &["list", "--json"]));
    let list: Value = serde_json::from_str(&out).unwrap();
    let revision = &list["models"][0]["revisions"][0];
    assert_eq!(
        (&revision["refs"][0], &revision["missing"]),
        (&Value::from("v1.0"), &Value::Null)
    );
    for (arguments, said) in [
        (["fetch", "acme/nws"], "stellig: acme/nws: 127.0.0.1 has no such model"),
        (["fetch", "../evil"], "names no model on the Hub"),
        (
            ["verify", "acme/nws"],
            "stellig: acme/nws: it is not in the cache; fetch it with `stellig models fetch acme/nws`",
        ),
        (
            ["verify", "acme/news@v2"],
            "stellig: acme/news@v2: revision v2 is not in the cache",
        ),
    ] {
        let (code, out, errors) = printed(&stellig(&scene, &arguments));
        assert_eq!((code, out.as_str()), (Some(1), ""));
        contains(&errors, &[said]);
    }
}
