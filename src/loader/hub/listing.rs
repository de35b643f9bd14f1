//! What is in the cache. Folders of other kinds, and what cannot be read, are passed over; a model whose files are gone
//! is listed with what it lacks.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::cache::{Cache, lacking};
use super::repo_id::{RepoId, is_commit};

/// Folders in folders that are looked into.
const DEPTH: usize = 8;

/// A model in the cache.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CachedRepo {
    /// `owner/name`.
    pub repo: String,
    /// The folder of the model.
    pub folder: PathBuf,
    /// Its revisions, by commit.
    pub revisions: Vec<CachedRevision>,
}

/// A commit of which files are cached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CachedRevision {
    /// The commit.
    pub commit: String,
    /// Branches and tags that stood at it when the Hub was last asked.
    pub refs: Vec<String>,
    /// The folder of the files.
    pub folder: PathBuf,
    /// The files, by name.
    pub files: Vec<CachedFile>,
    /// A file that stellig needs and that is not there; none if the model is complete.
    pub missing: Option<String>,
}

/// A file in the cache.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CachedFile {
    /// Its name, with `/` between folders.
    pub name: String,
    /// Its size in bytes; none where the content is gone.
    pub size: Option<u64>,
}

impl CachedRevision {
    /// Bytes of all files.
    pub fn size(&self) -> u64 {
        self.files.iter().filter_map(|file| file.size).sum()
    }
}

impl Cache {
    /// Every model in the cache, by name.
    pub fn list(&self) -> Vec<CachedRepo> {
        let mut repos: Vec<CachedRepo> = names(self.folder())
            .into_iter()
            .filter_map(|name| {
                let repo: RepoId = name.strip_prefix("models--")?.replace("--", "/").parse().ok()?;
                let revisions = self.revisions(&repo);
                (!revisions.is_empty()).then(|| CachedRepo {
                    repo: repo.repo().to_owned(),
                    folder: self.repo(&repo),
                    revisions,
                })
            })
            .collect();
        repos.sort_by(|a, b| a.repo.cmp(&b.repo));
        repos
    }

    /// The cached commits of a model, whatever revision `repo` names.
    pub fn revisions(&self, repo: &RepoId) -> Vec<CachedRevision> {
        let mut refs = refs(&self.repo(repo).join("refs"));
        let mut commits = names(&self.repo(repo).join("snapshots"));
        commits.retain(|name| is_commit(name));
        commits.sort();
        commits
            .into_iter()
            .map(|commit| {
                let folder = self.snapshot_folder(repo, &commit);
                CachedRevision {
                    refs: refs.remove(&commit).unwrap_or_default(),
                    files: files(&folder),
                    missing: lacking(&folder),
                    commit,
                    folder,
                }
            })
            .collect()
    }
}

/// The branches and tags that stand at each commit.
fn refs(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let mut refs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in below(folder) {
        if let Ok(commit) = fs::read_to_string(folder.join(&name)) {
            refs.entry(commit.trim().to_owned()).or_default().push(name);
        }
    }
    refs
}

fn files(folder: &Path) -> Vec<CachedFile> {
    let file = |name: String| CachedFile {
        size: fs::metadata(folder.join(&name)).ok().map(|metadata| metadata.len()),
        name,
    };
    below(folder).into_iter().map(file).collect()
}

/// The files below a folder, in order, with `/` between folders. Links are not followed into other folders.
pub(super) fn below(folder: &Path) -> Vec<String> {
    fn walk(folder: &Path, prefix: &str, depth: usize, found: &mut Vec<String>) {
        for name in names(folder) {
            let path = folder.join(&name);
            let full = format!("{prefix}{name}");
            let is_folder = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir());
            if !is_folder {
                found.push(full);
            } else if depth > 0 {
                walk(&path, &format!("{full}/"), depth - 1, found);
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, "", DEPTH, &mut found);
    found.sort();
    found
}

/// The names in a folder; none where it cannot be read. Names that are not Unicode are not the Hub's.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}
