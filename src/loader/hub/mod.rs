//! Models from the Hugging Face Hub. What is cached is used without a look at the network; what is not is downloaded
//! once, checked against the hash that the Hub names, and kept where Python's `huggingface_hub` keeps it.

mod address;
mod cache;
mod checksum;
mod client;
mod download;
mod error;
mod listing;
mod lock;
mod model_info;
mod overview;
mod partial;
mod parts;
mod progress;
mod refusal;
mod repo_id;
mod retry;
mod settings;
mod size;
mod verify;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

pub use cache::{Cache, Snapshot};
pub use error::{Access, Error, Result};
pub use listing::{CachedFile, CachedRepo, CachedRevision};
pub use overview::{Overview, WeightsHeader};
pub use progress::Progress;
pub use repo_id::RepoId;
pub use retry::Retry;
pub use settings::{Settings, Token, UnreadableToken};
pub use size::readable;
pub use verify::{CheckedFile, State};

use client::Client;
use download::{Remote, download};
use lock::Lock;
use model_info::model_info;
use refusal::Asked;

/// The Hub and the cache of what came from it.
#[derive(Debug)]
pub struct Hub {
    settings: Settings,
    /// Made when the Hub is first asked: what is cached needs no network, and nothing that belongs to it.
    client: OnceLock<Client>,
    cache: Cache,
    retry: Retry,
    offline: bool,
}

impl Hub {
    /// Makes ready; nobody is asked for anything yet.
    pub fn new(settings: &Settings) -> Self {
        Self {
            settings: settings.clone(),
            client: OnceLock::new(),
            cache: Cache::new(&settings.cache),
            retry: settings.retry,
            offline: settings.offline,
        }
    }

    /// The connection to the Hub.
    ///
    /// # Errors
    /// If the endpoint is no address, or the certificates cannot be used.
    fn client(&self) -> Result<&Client> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = Client::new(&self.settings)?;
        Ok(self.client.get_or_init(|| client))
    }

    /// The cache.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// The files of a model. A commit, branch or tag whose files are cached is not asked for again.
    ///
    /// # Errors
    /// If something is missing that cannot be fetched, or the repository holds no model that is safe to load.
    pub fn snapshot(&self, repo: &RepoId, progress: &mut dyn Progress) -> Result<Snapshot> {
        match self.cache.find(repo) {
            Ok(snapshot) => Ok(snapshot),
            Err(missing) if self.offline => Err(offline(repo, missing)),
            Err(_) => self.refresh(repo, progress),
        }
    }

    /// The files of a model as the Hub has them now; those that are cached are not downloaded again.
    ///
    /// # Errors
    /// If the Hub cannot be asked, or as [`Self::snapshot`].
    pub fn refresh(&self, repo: &RepoId, progress: &mut dyn Progress) -> Result<Snapshot> {
        if self.offline {
            return Err(offline(repo, "the network is needed to look for changes".to_owned()));
        }
        let info = model_info(self.client()?, &self.retry, repo, false, progress)?;
        for file in parts::choose(repo.repo(), &info.files)? {
            let path = self.file(repo, &info.commit, file, progress)?;
            if file == parts::INDEX {
                for shard in parts::shards(&path)? {
                    self.file(repo, &info.commit, &shard, progress)?;
                }
            }
        }
        // Last, so that until everything is there the branch stands where it stood.
        self.cache.set_commit(repo, &info.commit)?;
        Ok(Snapshot {
            folder: self.cache.snapshot_folder(repo, &info.commit),
            commit: info.commit,
        })
    }

    /// One file of a commit, downloaded if need be.
    fn file(&self, repo: &RepoId, commit: &str, name: &str, progress: &mut dyn Progress) -> Result<PathBuf> {
        let path = self.cache.snapshot_folder(repo, commit).join(name);
        if path.exists() {
            return Ok(path);
        }
        let remote = self.remote(repo, commit, name, progress)?;
        let lock = Lock::take(&self.cache.lock_path(repo, &remote.etag), || progress.locked(name))?;
        let blob = self.cache.blob(repo, &remote.etag);
        if !is_whole(&blob, &remote) {
            cache::create_parent(&blob)?;
            let asked = Asked { repo, file: Some(name) };
            let incomplete = incomplete(&blob, lock.is_some());
            download(
                self.client()?,
                &self.retry,
                &remote,
                &asked,
                &incomplete,
                &blob,
                progress,
            )?;
        }
        cache::link(&blob, &path)?;
        progress.complete(name);
        Ok(path)
    }

    /// Asks what there is to know of a file.
    fn remote<'a>(
        &self,
        repo: &RepoId,
        commit: &str,
        name: &'a str,
        progress: &mut dyn Progress,
    ) -> Result<Remote<'a>> {
        let asked = Asked { repo, file: Some(name) };
        let client = self.client()?;
        let url = client.file_url(repo, commit, name);
        self.retry.run(progress, |_| {
            let reply = client.head(&url, &asked)?;
            if let Some(other) = reply.header("x-repo-commit").filter(|other| *other != commit) {
                let problem = format!("commit {commit} was asked for, and {other:?} is answered");
                return Err(reply.senseless(problem).into());
            }
            let etag = reply.header("x-linked-etag").or_else(|| reply.header("etag"));
            let etag = etag
                .and_then(file_name)
                .ok_or_else(|| reply.senseless("no usable ETag, so that the file cannot be checked or cached"))?;
            // The length of a redirect is that of its own few words.
            let own = reply
                .status
                .is_success()
                .then(|| reply.number("content-length"))
                .flatten();
            Ok(Remote {
                url: url.clone(),
                name,
                etag,
                size: reply.number("x-linked-size").or(own),
            })
        })
    }
}

/// An ETag as the name of a file: without the quotes and the `W/` of a weak one; none if it is fit for no file.
fn file_name(etag: &str) -> Option<String> {
    let bare = etag.trim().trim_start_matches("W/").trim_matches('"');
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let fit = !bare.is_empty() && bare.len() <= 128 && bare.bytes().all(allowed) && !bare.starts_with('.');
    fit.then(|| bare.to_owned())
}

/// Whether the blob is there and has the right size.
fn is_whole(blob: &Path, remote: &Remote<'_>) -> bool {
    let length = std::fs::metadata(blob).map(|metadata| metadata.len());
    length.is_ok_and(|length| remote.size.is_none_or(|size| size == length))
}

/// Where a blob arrives. Without a lock two might write the same file, so that each writes its own.
fn incomplete(blob: &Path, locked: bool) -> PathBuf {
    let mut name = blob.as_os_str().to_owned();
    if !locked {
        name.push(format!(".{}-{:?}", std::process::id(), std::thread::current().id()));
    }
    name.push(".incomplete");
    name.into()
}

fn offline(repo: &RepoId, missing: String) -> Error {
    Error::Offline {
        repo: repo.to_string(),
        missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn etags_become_file_names_or_nothing() {
        assert_eq!(file_name("\"abc\"").unwrap(), "abc");
        assert_eq!(file_name("W/\"abc-1\"").unwrap(), "abc-1");
        for evil in [
            "", "\"\"", "\"../x\"", "\"a/b\"", "\"..\"", "\".x\"", "\"a b\"", "\"a\\b\"",
        ] {
            assert_eq!(file_name(evil), None, "{evil}");
        }
    }
}
