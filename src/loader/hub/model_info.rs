//! What the Hub's API says of a model at a revision: the commit and the names of all files.

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
const LARGEST: u64 = 32 << 20;

/// The commit and its files.
#[derive(Debug)]
pub(super) struct ModelInfo {
    pub commit: String,
    pub files: Vec<String>,
}

#[derive(Deserialize)]
struct Answer {
    sha: String,
    siblings: Vec<Sibling>,
}

#[derive(Deserialize)]
struct Sibling {
    rfilename: String,
}

/// Asks the Hub.
///
/// # Errors
/// If the Hub cannot be reached, refuses, or answers with something else.
pub(super) fn model_info(
    client: &Client,
    retry: &Retry,
    repo: &RepoId,
    progress: &mut dyn Progress,
) -> Result<ModelInfo> {
    let asked = Asked { repo, file: None };
    let path = format!("api/models/{}/revision/{}", repo.repo(), quote(repo.revision(), false));
    retry.run(progress, |_| {
        let mut reply = client.get(&client.url(&path), 0, &asked)?;
        let text = read(&mut reply, client)?;
        let answer: Answer = serde_json::from_slice(&text)
            .map_err(|error| reply.senseless(format!("not the Hub's description of a model ({error})")))?;
        if !is_commit(&answer.sha) {
            return Err(reply.senseless(format!("{:?} is no commit", answer.sha)).into());
        }
        Ok(ModelInfo {
            commit: answer.sha,
            files: answer.siblings.into_iter().map(|sibling| sibling.rfilename).collect(),
        })
    })
}

fn read(reply: &mut Reply, client: &Client) -> std::result::Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let read = reply.body.as_reader().take(LARGEST).read_to_end(&mut text);
    read.map_err(|error| {
        let reason = format!("the connection was cut ({error})");
        let host = client.host().to_owned();
        Error::NoConnection { host, reason }.later()
    })?;
    Ok(text)
}
