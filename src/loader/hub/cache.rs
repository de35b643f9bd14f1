//! The cache on the disk, laid out as Python's `huggingface_hub` does, so that either reads what the other wrote:
//!
//! ```text
//! models--owner--name/blobs/<ETag>                    the files, by hash
//!                     refs/<revision>                 the commit that a branch or tag stood at
//!                     snapshots/<commit>/<file>       a link to ../../blobs/<ETag>
//! .locks/models--owner--name/<ETag>.lock              held while a blob is written
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::error::{Error, Result};
use super::parts::{self, INDEX};
use super::repo_id::{RepoId, is_commit};

/// The folder of the cache.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
}

/// The files of one commit of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The folder that holds them.
    pub folder: PathBuf,
    /// The commit, forty hexadecimal digits.
    pub commit: String,
}

impl Cache {
    /// The cache in `folder`, which need not be there yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The folder of the cache.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of a model.
    pub fn repo(&self, repo: &RepoId) -> PathBuf {
        self.folder.join(folder_name(repo))
    }

    /// The files of a model that are complete, without a look at the network.
    ///
    /// # Errors
    /// What is missing, in words: the model, its revision, or a file of it.
    pub fn find(&self, repo: &RepoId) -> std::result::Result<Snapshot, String> {
        let snapshot = self.snapshot(repo)?;
        match lacking(&snapshot.folder) {
            None => Ok(snapshot),
            Some(file) => Err(format!("{file} is not in the cache")),
        }
    }

    /// What there is of the files of a model, complete or not.
    ///
    /// # Errors
    /// What is missing, in words: the model or its revision.
    pub(super) fn snapshot(&self, repo: &RepoId) -> std::result::Result<Snapshot, String> {
        let commit = repo.commit().map(str::to_owned).or_else(|| self.commit_of(repo));
        let snapshot = commit.map(|commit| Snapshot {
            folder: self.snapshot_folder(repo, &commit),
            commit,
        });
        match snapshot {
            Some(snapshot) if snapshot.folder.is_dir() => Ok(snapshot),
            _ if self.repo(repo).join("snapshots").is_dir() => {
                Err(format!("revision {} is not in the cache", repo.revision()))
            }
            _ => Err("it is not in the cache".to_owned()),
        }
    }

    /// The commit that a branch or tag stood at when the Hub was last asked.
    fn commit_of(&self, repo: &RepoId) -> Option<String> {
        let content = fs::read_to_string(self.ref_path(repo)).ok()?;
        Some(content.trim().to_owned()).filter(|commit| is_commit(commit))
    }

    /// Notes the commit that the branch or tag stands at. A reader sees the old commit or the new one.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn set_commit(&self, repo: &RepoId, commit: &str) -> Result<()> {
        if repo.revision() == commit || self.commit_of(repo).is_some_and(|known| known == commit) {
            return Ok(());
        }
        let path = self.ref_path(repo);
        create_parent(&path)?;
        let temporary = beside(&path);
        let written = fs::write(&temporary, commit).and_then(|()| fs::rename(&temporary, &path));
        written.map_err(|source| {
            let _ = fs::remove_file(&temporary);
            Error::disk(path, None, source)
        })
    }

    fn ref_path(&self, repo: &RepoId) -> PathBuf {
        self.repo(repo).join("refs").join(repo.revision())
    }

    pub(super) fn snapshot_folder(&self, repo: &RepoId, commit: &str) -> PathBuf {
        self.repo(repo).join("snapshots").join(commit)
    }

    pub(super) fn blob(&self, repo: &RepoId, etag: &str) -> PathBuf {
        self.repo(repo).join("blobs").join(etag)
    }

    pub(super) fn lock_path(&self, repo: &RepoId, etag: &str) -> PathBuf {
        let folder = self.folder.join(".locks").join(folder_name(repo));
        folder.join(format!("{etag}.lock"))
    }
}

/// `models--owner--name`.
fn folder_name(repo: &RepoId) -> String {
    format!("models--{}", repo.repo().replace('/', "--"))
}

/// The first file that a model needs and that `folder` does not hold; none if it is complete.
pub(super) fn lacking(folder: &Path) -> Option<String> {
    // A link whose blob is gone counts as missing.
    let has = |file: &str| folder.join(file).exists();
    if let Some(lack) = parts::lacking(&has) {
        return Some(lack.file().to_owned());
    }
    if has(parts::WEIGHTS) {
        return None;
    }
    match parts::shards(&folder.join(INDEX)) {
        Ok(shards) => shards.into_iter().find(|shard| !has(shard)),
        Err(_) => Some(INDEX.to_owned()),
    }
}

/// Makes `file`, which stands right in the folder of a snapshot, lead to `blob`: by a relative link, and where there are none, by a second name or a copy.
pub(super) fn link(blob: &Path, file: &Path) -> Result<()> {
    if file.exists() {
        return Ok(());
    }
    create_parent(file)?;
    let failed = |source| Error::disk(file, None, source);
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    if symlink(blob, file).is_ok() || fs::hard_link(blob, file).is_ok() || file.exists() {
        return Ok(());
    }
    // A copy that is cut short must not be taken for whole.
    let temporary = beside(file);
    let copied = fs::copy(blob, &temporary).and_then(|_| fs::rename(&temporary, file));
    copied.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        failed(error)
    })
}

#[cfg(unix)]
fn symlink(blob: &Path, file: &Path) -> std::io::Result<()> {
    let name = blob.file_name().ok_or(ErrorKind::InvalidInput)?;
    std::os::unix::fs::symlink(Path::new("../../blobs").join(name), file)
}

#[cfg(windows)]
fn symlink(blob: &Path, file: &Path) -> std::io::Result<()> {
    let name = blob.file_name().ok_or(ErrorKind::InvalidInput)?;
    std::os::windows::fs::symlink_file(Path::new("..\\..\\blobs").join(name), file)
}

#[cfg(not(any(unix, windows)))]
fn symlink(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Makes the folders above `path`.
pub(super) fn create_parent(path: &Path) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|source| Error::disk(folder, None, source))
}

/// Opens a file to read and write it, with what is in it; a new one if it is not there.
pub(super) fn open_or_create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).open(path)
}

/// A name for a file that will be renamed to `path`, no other thread's or program's.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}-{:?}.tmp", std::process::id(), std::thread::current().id()));
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn cache() -> (tempfile::TempDir, Cache) {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("hub"));
        (folder, cache)
    }

    #[test]
    fn folders_are_named_as_python_names_them() {
        let cache = Cache::new("/c");
        let repo: RepoId = "acme/news".parse().unwrap();
        assert_eq!(cache.repo(&repo), Path::new("/c/models--acme--news"));
        assert_eq!(cache.repo(&"bert".parse().unwrap()), Path::new("/c/models--bert"));
        assert_eq!(
            cache.lock_path(&repo, "e"),
            Path::new("/c/.locks/models--acme--news/e.lock")
        );
    }

    #[test]
    fn refs_hold_a_commit_and_nothing_else() {
        let (_folder, cache) = cache();
        let repo: RepoId = "acme/news@refs/pr/1".parse().unwrap();
        cache.set_commit(&repo, COMMIT).unwrap();
        let path = cache.repo(&repo).join("refs/refs/pr/1");
        assert_eq!(fs::read_to_string(&path).unwrap(), COMMIT);
        assert_eq!(
            fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1,
            "nothing is left over"
        );
        assert_eq!(cache.commit_of(&repo).unwrap(), COMMIT);
        fs::write(&path, "../../etc").unwrap();
        assert_eq!(cache.commit_of(&repo), None);
        let pinned: RepoId = format!("acme/news@{COMMIT}").parse().unwrap();
        cache.set_commit(&pinned, COMMIT).unwrap();
        assert!(!cache.repo(&pinned).join("refs").join(COMMIT).exists());
    }

    #[test]
    fn what_is_missing_is_named() {
        let (_folder, cache) = cache();
        let repo: RepoId = format!("acme/news@{COMMIT}").parse().unwrap();
        assert_eq!(cache.find(&repo).unwrap_err(), "it is not in the cache");
        let folder = cache.snapshot_folder(&repo, COMMIT);
        fs::create_dir_all(&folder).unwrap();
        let branch = "acme/news@dev".parse().unwrap();
        assert_eq!(cache.find(&branch).unwrap_err(), "revision dev is not in the cache");
        let missing = || cache.find(&repo).unwrap_err();
        assert_eq!(missing(), "config.json is not in the cache");
        fs::write(folder.join("config.json"), "{}").unwrap();
        assert!(missing().starts_with("tokenizer.json"), "{}", missing());
        fs::write(folder.join("tokenizer.json"), "{}").unwrap();
        assert!(missing().starts_with("model.safetensors"), "{}", missing());
        fs::write(
            folder.join(INDEX),
            r#"{"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors"}}"#,
        )
        .unwrap();
        fs::write(folder.join("m-1.safetensors"), "").unwrap();
        assert_eq!(missing(), "m-2.safetensors is not in the cache");
        fs::write(folder.join("m-2.safetensors"), "").unwrap();
        assert_eq!(cache.find(&repo).unwrap().folder, folder);
    }

    #[test]
    #[cfg(unix)]
    fn links_are_relative_and_a_dead_one_is_made_anew() {
        let (_folder, cache) = cache();
        let repo: RepoId = "acme/news".parse().unwrap();
        let (blob, file) = (cache.blob(&repo, "e"), cache.snapshot_folder(&repo, COMMIT).join("a"));
        create_parent(&blob).unwrap();
        create_parent(&file).unwrap();
        fs::write(&blob, "x").unwrap();
        symlink(Path::new("gone"), &file).unwrap();
        link(&blob, &file).unwrap();
        assert_eq!(fs::read_link(&file).unwrap(), Path::new("../../blobs/e"));
        assert_eq!(fs::read(&file).unwrap(), b"x");
    }
}
