//! Whether the files in the cache are still what they were when they came: each blob is named after its hash.

use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use serde::Serialize;

use super::cache::{Cache, lacking};
use super::checksum::check_file;
use super::error::{Error, Result};
use super::listing::below;
use super::repo_id::RepoId;

/// A file of the cache, and how it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckedFile {
    /// The commit that it belongs to.
    pub commit: String,
    /// Its name.
    pub name: String,
    /// The file with its content, which may belong to several commits.
    pub blob: PathBuf,
    /// How it is.
    pub state: State,
}

/// How a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Its hash is right.
    Good,
    /// Its hash is wrong.
    Bad,
    /// Its content is gone, or was never there.
    Missing,
    /// It cannot be read.
    Unreadable,
    /// Its hash is not known: it is a copy and no link, or its server names no hashes.
    Unverifiable,
}

impl State {
    /// Whether the model cannot be relied on.
    pub fn is_fault(self) -> bool {
        matches!(self, Self::Bad | Self::Missing | Self::Unreadable)
    }
}

impl Cache {
    /// Hashes every cached file of a model: of the revision if one is named, else of all that are cached.
    ///
    /// # Errors
    /// If the model or the revision is not in the cache.
    pub fn verify(&self, repo: &RepoId) -> Result<Vec<CheckedFile>> {
        let commits: Vec<String> = if repo.has_revision() {
            self.snapshot(repo).map(|snapshot| vec![snapshot.commit])
        } else {
            let commits = self.revisions(repo).into_iter().map(|revision| revision.commit);
            Some(commits.collect::<Vec<_>>())
                .filter(|commits| !commits.is_empty())
                .ok_or_else(|| "it is not in the cache".to_owned())
        }
        .map_err(|missing| Error::NotCached {
            repo: repo.to_string(),
            missing,
        })?;
        let (mut known, mut checked) = (HashMap::new(), Vec::new());
        for commit in commits {
            let folder = self.snapshot_folder(repo, &commit);
            let names = below(&folder);
            for name in &names {
                let blob = content(&folder.join(name));
                let state = *known
                    .entry(blob.clone())
                    .or_insert_with(|| check(&folder.join(name), &blob));
                let (commit, name) = (commit.clone(), name.clone());
                checked.push(CheckedFile {
                    commit,
                    name,
                    blob,
                    state,
                });
            }
            // A file without even a dead link to it is missing too.
            if let Some(name) = lacking(&folder).filter(|name| !names.contains(name)) {
                let (blob, state) = (folder.join(&name), State::Missing);
                checked.push(CheckedFile {
                    commit,
                    name,
                    blob,
                    state,
                });
            }
        }
        Ok(checked)
    }
}

/// The blob that a file of a snapshot is a link to, or the file itself. One step only: the blob may be a link in turn,
/// to a store that several models share, but it is the blob that has the hash for its name.
fn content(file: &Path) -> PathBuf {
    match (fs::read_link(file), file.parent()) {
        (Ok(target), Some(folder)) => plain(&folder.join(target)),
        _ => file.to_owned(),
    }
}

/// The path without its `..`, but for those that it begins with.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

fn check(file: &Path, blob: &Path) -> State {
    if !blob.exists() {
        return State::Missing;
    }
    let name = blob.file_name().and_then(|name| name.to_str()).filter(|_| file != blob);
    match check_file(blob, name.unwrap_or_default()) {
        Ok(Some(true)) => State::Good,
        Ok(Some(false)) => State::Bad,
        Ok(None) => State::Unverifiable,
        Err(_) => State::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_parents_stay() {
        let plain = |path: &str| super::plain(Path::new(path)).display().to_string();
        assert_eq!(plain("../cache/a/snapshots/1/../../blobs/x"), "../cache/a/blobs/x");
        assert_eq!(plain("../../x"), "../../x");
        assert_eq!(plain("a/../../x"), "../x");
        assert_eq!(plain("/a/b/../x"), "/a/x");
    }
}
