//! What the Hub's API says of a model at a revision: the commit, and the names and sizes of all files.

use std::collections::BTreeMap;
use std::io::Read;

use serde::Deserialize;

use super::address::quote;
use super::client::{Client, Reply};
use super::error::{Error, Result};
use super::progress::Progress;
use super::refusal::Asked;
use super::repo_id::{RepoId, is_commit};
use super::retry::{Failure, Retry};

/// The largest answer that is read; the Hub's own have some hundred kilobytes.
pub(super) const LARGEST: u64 = 32 << 20;

/// The commit and its files.
#[derive(Debug)]
pub(super) struct ModelInfo {
    pub commit: String,
    pub files: Vec<String>,
    /// Bytes of the files of which the Hub says them.
    pub sizes: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct Answer {
    sha: String,
    siblings: Vec<Sibling>,
}

#[derive(Deserialize)]
struct Sibling {
    rfilename: String,
    size: Option<u64>,
}

/// Asks the Hub; for sizes only where `with_sizes`, since they cost it more.
///
/// # Errors
/// If the Hub cannot be reached, refuses, or answers with something else.
pub(super) fn model_info(
    client: &Client,
    retry: &Retry,
    repo: &RepoId,
    with_sizes: bool,
    progress: &mut dyn Progress,
) -> Result<ModelInfo> {
    let asked = Asked { repo, file: None };
    let path = format!(
        "api/models/{}/revision/{}{}",
        repo.repo(),
        quote(repo.revision(), false),
        if with_sizes { "?blobs=true" } else { "" }
    );
    retry.run(progress, |_| {
        let mut reply = client.get(&client.url(&path), 0, &asked)?;
        let text = read(&mut reply, LARGEST, client)?;
        let answer: Answer = serde_json::from_slice(&text)
            .map_err(|error| reply.senseless(format!("not the Hub's description of a model ({error})")))?;
        if !is_commit(&answer.sha) {
            return Err(reply.senseless(format!("{:?} is no commit", answer.sha)).into());
        }
        let sizes = answer.siblings.iter();
        Ok(ModelInfo {
            commit: answer.sha,
            sizes: sizes
                .filter_map(|one| Some((one.rfilename.clone(), one.size?)))
                .collect(),
            files: answer.siblings.into_iter().map(|sibling| sibling.rfilename).collect(),
        })
    })
}

/// The content of an answer, or its first `most` bytes.
pub(super) fn read(reply: &mut Reply, most: u64, client: &Client) -> std::result::Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let read = reply.body.as_reader().take(most).read_to_end(&mut text);
    read.map_err(|error| {
        let reason = format!("the connection was cut ({error})");
        let host = client.host().to_owned();
        Error::NoConnection { host, reason }.later()
    })?;
    Ok(text)
}
