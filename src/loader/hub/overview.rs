//! A model of the Hub as far as it can be known without fetching it: the list of its files with their sizes,
//! `config.json`, the card, and the headers of its weights by requests for just those bytes. Nothing is written.

use ureq::http::StatusCode;

use super::client::Client;
use super::download::content_range;
use super::error::{Error, Result};
use super::model_info::{LARGEST, model_info, read};
use super::parts::{self, CARD, CONFIG, INDEX};
use super::progress::Progress;
use super::refusal::Asked;
use super::repo_id::RepoId;
use super::retry::Failure;
use super::{Hub, offline};

/// The longest header that a safetensors file may have.
const LONGEST_HEADER: u64 = 100_000_000;
/// Bytes before the header, which say how long it is.
const LENGTH: u64 = 8;

/// A model that was looked at.
#[derive(Debug, Clone)]
pub struct Overview {
    /// `owner/name`.
    pub repo: String,
    /// The whole commit.
    pub commit: String,
    /// The content of `config.json`.
    pub config: Vec<u8>,
    /// The model card.
    pub card: Option<String>,
    /// The files that stellig would fetch, with their sizes in bytes where the Hub says them.
    pub files: Vec<(String, Option<u64>)>,
    /// The files of weights.
    pub weights: Vec<WeightsHeader>,
}

/// What is known of a safetensors file.
#[derive(Debug, Clone)]
pub struct WeightsHeader {
    /// Its name.
    pub file: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its header: JSON.
    pub header: Vec<u8>,
}

impl Hub {
    /// Looks at a model as the Hub has it now. Of its weights nothing but their headers is asked for.
    ///
    /// # Errors
    /// If the Hub cannot be asked, the repository holds no model that is safe to load, or its weights are no
    /// safetensors files.
    pub fn overview(&self, repo: &RepoId, progress: &mut dyn Progress) -> Result<Overview> {
        if self.offline {
            return Err(offline(repo, "it is not in the cache".to_owned()));
        }
        let client = self.client()?;
        let info = model_info(client, &self.retry, repo, true, progress)?;
        let mut names: Vec<String> = parts::choose(repo.repo(), &info.files)?
            .into_iter()
            .map(str::to_owned)
            .collect();
        let mut small = |name: &str| self.content(repo, &info.commit, name, progress);
        let config = small(CONFIG)?;
        let card = names.iter().any(|name| name == CARD).then(|| small(CARD)).transpose()?;
        let shards = if names.last().is_some_and(|last| last == INDEX) {
            let found = parts::shards_of(&small(INDEX)?).map_err(|problem| Error::Answer {
                place: client.file_url(repo, &info.commit, INDEX),
                problem,
            })?;
            names.extend_from_slice(&found);
            found
        } else {
            names.last().cloned().into_iter().collect()
        };
        let mut weights = Vec::new();
        for file in shards {
            weights.push(self.header(repo, &info.commit, &file, info.sizes.get(&file).copied(), progress)?);
        }
        let size = |name: &String| {
            let read = weights.iter().find(|one: &&WeightsHeader| one.file == *name);
            info.sizes.get(name).copied().or(read.map(|one| one.size))
        };
        Ok(Overview {
            repo: repo.repo().to_owned(),
            files: names.iter().map(|name| (name.clone(), size(name))).collect(),
            commit: info.commit,
            config,
            card: card.map(|text| String::from_utf8_lossy(&text).into_owned()),
            weights,
        })
    }

    /// The whole of a small file.
    fn content(&self, repo: &RepoId, commit: &str, name: &str, progress: &mut dyn Progress) -> Result<Vec<u8>> {
        let client = self.client()?;
        let url = client.file_url(repo, commit, name);
        self.retry.run(progress, |_| {
            let mut reply = client.get(&url, 0, &Asked { repo, file: Some(name) })?;
            read(&mut reply, LARGEST, client)
        })
    }

    fn header(
        &self,
        repo: &RepoId,
        commit: &str,
        file: &str,
        listed: Option<u64>,
        progress: &mut dyn Progress,
    ) -> Result<WeightsHeader> {
        let url = self.client()?.file_url(repo, commit, file);
        let asked = Asked { repo, file: Some(file) };
        let no_weights = |problem: String| Error::Answer {
            place: url.clone(),
            problem: format!("no safetensors file ({problem}); the owner of the model has to mend it"),
        };
        let (length, total) = self.part(&url, 0, LENGTH, &asked, progress)?;
        let length: [u8; LENGTH as usize] = length.try_into().map_err(|_| no_weights("it is too short".into()))?;
        let length = u64::from_le_bytes(length);
        let size = listed.or(total);
        if length > LONGEST_HEADER || size.is_some_and(|size| length > size) {
            return Err(no_weights(format!("its header would have {length} bytes")));
        }
        let (header, total) = self.part(&url, LENGTH, length, &asked, progress)?;
        match size.or(total) {
            Some(size) if header.len() as u64 == length => Ok(WeightsHeader {
                file: file.to_owned(),
                size,
                header,
            }),
            Some(_) => Err(no_weights("it ends within its header".into())),
            None => Err(no_weights("nobody says how large it is".into())),
        }
    }

    /// `count` bytes of a file from `start` on, or fewer where it ends, and its size where that is said.
    fn part(
        &self,
        url: &str,
        start: u64,
        count: u64,
        asked: &Asked<'_>,
        progress: &mut dyn Progress,
    ) -> Result<(Vec<u8>, Option<u64>)> {
        let client = self.client()?;
        self.retry.run(progress, |_| {
            let mut reply = client.get_part(url, start..start + count, asked)?;
            let (first, total) = match reply.status {
                StatusCode::PARTIAL_CONTENT => content_range(reply.header("content-range").unwrap_or_default()),
                StatusCode::RANGE_NOT_SATISFIABLE => return Ok((Vec::new(), None)),
                // All of it, from the first byte; what is behind the part is not read.
                _ => (Some(0), reply.number("content-length")),
            };
            let skipped = match first {
                Some(0) if reply.status == StatusCode::OK => start,
                Some(first) if first == start => 0,
                _ => return Err(reply.senseless(format!("asked for the bytes from {start} on")).later()),
            };
            let mut bytes = read(&mut reply, skipped + count, client)?;
            bytes.drain(..bytes.len().min(skipped as usize));
            if reply.status == StatusCode::PARTIAL_CONTENT && (bytes.len() as u64) < count {
                let whole = total.is_some_and(|total| start + bytes.len() as u64 == total);
                if !whole {
                    return Err(cut(client, "it ended too early"));
                }
            }
            Ok((bytes, total))
        })
    }
}

fn cut(client: &Client, reason: &str) -> Failure {
    let host = client.host().to_owned();
    let reason = format!("the connection was cut ({reason})");
    Error::NoConnection { host, reason }.later()
}
