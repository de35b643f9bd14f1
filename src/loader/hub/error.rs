//! What can go wrong between the Hub and the cache, said so that the reader knows what was wrong, where, and what to do.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::size::readable;

/// An error of the Hub client.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was given names no model.
    #[error(
        "\"{given}\" names no model on the Hub: {why}; write owner/name, or owner/name@revision for a branch, tag or commit"
    )]
    Name {
        /// What was given.
        given: String,
        /// Why it is no name.
        why: &'static str,
    },
    /// `HF_ENDPOINT` is no address.
    #[error("HF_ENDPOINT is \"{0}\", which is no address of a Hub; write https://HOST, or unset it for huggingface.co")]
    Endpoint(String),
    /// The token cannot be read or is none.
    #[error("{origin}: {problem}; write the token there with `hf auth login`, or set HF_TOKEN")]
    Token {
        /// The file or variable.
        origin: String,
        /// What is wrong.
        problem: String,
    },
    /// The certificates of `SSL_CERT_FILE` cannot be used.
    #[error("SSL_CERT_FILE is {}, which cannot be used: {problem}; name a PEM file of certificates, or unset it", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// 404 or 401: no such repository, or one that is kept from us.
    #[error(
        "{repo}: {host} has no such model, or it is private ({access}); check the spelling, and set HF_TOKEN for a private one"
    )]
    NoRepository {
        /// The model.
        repo: String,
        /// The Hub.
        host: String,
        /// What was known of us.
        access: Access,
    },
    /// 404: no such branch, tag or commit.
    #[error("{repo}: no branch, tag or commit \"{revision}\"; its revisions stand at {page}")]
    NoRevision {
        /// The model.
        repo: String,
        /// The revision.
        revision: String,
        /// Where the revisions are listed.
        page: String,
    },
    /// 404: a file that should be there is not.
    #[error("{repo}: {file} is not in revision {revision}; try again, and if it stays away, name another revision (@)")]
    NoFile {
        /// The model.
        repo: String,
        /// The revision.
        revision: String,
        /// The file.
        file: String,
    },
    /// 401 or 403: the owner wants to be asked first.
    #[error(
        "{repo}: the model is gated, its owner lets in those who asked ({access}); ask at {page}, then set HF_TOKEN to a token of your account"
    )]
    Gated {
        /// The model.
        repo: String,
        /// Where to ask.
        page: String,
        /// What was known of us.
        access: Access,
    },
    /// 401 or 403 for another reason.
    #[error("{repo}: {host} refuses access, status {status}{} ({access}); check HF_TOKEN: {host} lists your tokens and their rights under settings/tokens", said(.message))]
    Refused {
        /// The model.
        repo: String,
        /// The Hub.
        host: String,
        /// The status.
        status: u16,
        /// What the Hub said.
        message: Option<String>,
        /// What was known of us.
        access: Access,
    },
    /// 429, and the tries are used up or the pause would be too long.
    #[error("{host} wants fewer requests (status 429, {access}); {}", later(.wait, *.access))]
    TooManyRequests {
        /// Who said so.
        host: String,
        /// How long it wants us to wait.
        wait: Option<Duration>,
        /// What was known of us.
        access: Access,
    },
    /// 5xx after the last try.
    #[error("{host} is in trouble (status {status} for {path}); try again later, what was downloaded is kept")]
    Server {
        /// Who is in trouble.
        host: String,
        /// The path that was asked for.
        path: String,
        /// The status.
        status: u16,
    },
    /// A status that nothing else is said about.
    #[error("{url}: unexpected status {status}; check HF_ENDPOINT and the proxy (HTTPS_PROXY)")]
    Status {
        /// The address, without its query.
        url: String,
        /// The status.
        status: u16,
    },
    /// Nobody answers.
    #[error(
        "{host} cannot be reached: {reason}; check the connection and the proxy (HTTPS_PROXY), or set HF_ENDPOINT to a mirror"
    )]
    NoConnection {
        /// Who does not answer.
        host: String,
        /// Why.
        reason: String,
    },
    /// There is no secure connection.
    #[error(
        "{host}: no secure connection: {reason}; behind a proxy that opens TLS, set SSL_CERT_FILE to its certificate"
    )]
    Tls {
        /// Who was called.
        host: String,
        /// Why.
        reason: String,
    },
    /// The body ends too early, again and again.
    #[error("{file}: the download broke off at {} ({reason}); run it again, it goes on from there", of(*.done, .total))]
    Truncated {
        /// The file.
        file: String,
        /// Bytes on the disk.
        done: u64,
        /// Bytes that it should have.
        total: Option<u64>,
        /// Why.
        reason: String,
    },
    /// The file is not the one that the Hub named.
    #[error(
        "{file}: wrong hash, the file was removed; try again, and if it stays so, a proxy or mirror on the way alters files"
    )]
    WrongHash {
        /// The file.
        file: String,
    },
    /// The server sends more or fewer bytes than the Hub said.
    #[error(
        "{file}: {sent} bytes are sent where {wanted} were announced; try again, and if it stays so, a proxy or mirror on the way alters files"
    )]
    WrongSize {
        /// The file.
        file: String,
        /// Bytes that the Hub announced.
        wanted: u64,
        /// Bytes that are sent.
        sent: u64,
    },
    /// No room left.
    #[error("{}: the disk is full{}; make room, or set HF_HUB_CACHE to a folder on another disk, then run it again", folder.display(), more(.needed))]
    DiskFull {
        /// The folder.
        folder: PathBuf,
        /// Bytes that are still to be written.
        needed: Option<u64>,
    },
    /// The cache cannot be written.
    #[error("{}: no permission to write there; change its mode, or set HF_HUB_CACHE to a folder of your own", .0.display())]
    NoPermission(PathBuf),
    /// A file or folder of the cache cannot be read or written for another reason.
    #[error("{}: {source}; HF_HUB_CACHE names the folder of the cache", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The network is forbidden and something is missing.
    #[error(
        "{repo}: {missing}, and the network is forbidden (--offline, or HF_HUB_OFFLINE); allow it once to fetch the model, or copy the cache from a computer that has it"
    )]
    Offline {
        /// The model.
        repo: String,
        /// What is missing.
        missing: String,
    },
    /// Nothing to check: the model is not in the cache.
    #[error("{repo}: {missing}; fetch it with `stellig models fetch {repo}`")]
    NotCached {
        /// The model.
        repo: String,
        /// What is missing.
        missing: String,
    },
    /// Only pickled weights.
    #[error(
        "{repo}: it has pickled weights only ({file}), and opening those can run code; convert them once, in Python: \
         from transformers import AutoModelForTokenClassification as M, AutoTokenizer as T \
         (AutoModelForSequenceClassification where `architectures` in its config.json ends so); \
         M.from_pretrained(\"{repo}\").save_pretrained(\"FOLDER\"); T.from_pretrained(\"{repo}\").save_pretrained(\"FOLDER\")"
    )]
    Pickled {
        /// The model.
        repo: String,
        /// One of its files.
        file: String,
    },
    /// Something that every model needs is not there at all.
    #[error("{repo}: no {what}; it is no model that stellig can use")]
    Lacks {
        /// The model.
        repo: String,
        /// What it does not have.
        what: String,
    },
    /// An answer that makes no sense.
    #[error("{place}: {problem}; check HF_ENDPOINT and the proxy (HTTPS_PROXY)")]
    Answer {
        /// The address, without its query.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// A file of the model that makes no sense.
    #[error("{}: {problem}; it is no model that stellig can use", path.display())]
    Index {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

/// Result of the Hub client.
pub type Result<T> = std::result::Result<T, Error>;

/// What the Hub was told of the one who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// There is no token.
    Nobody,
    /// A token was sent.
    Token,
    /// There is a token, but the endpoint is plain http on another machine.
    Plain,
    /// `HF_HUB_DISABLE_IMPLICIT_TOKEN` is set.
    Disabled,
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nobody => "no token was given",
            Self::Token => "a token was given",
            Self::Plain => "the token was not sent, since HF_ENDPOINT is not https",
            Self::Disabled => "the token was not sent, since HF_HUB_DISABLE_IMPLICIT_TOKEN is set",
        })
    }
}

impl Error {
    /// What is wrong, without what to do about it; every message says the one, a semicolon, the other.
    pub(super) fn problem(&self) -> String {
        let message = self.to_string();
        message
            .split_once("; ")
            .map_or(message.as_str(), |(problem, _)| problem)
            .to_owned()
    }

    /// An error of reading or writing `path`, with `needed` bytes still to be written.
    pub(super) fn disk(path: impl Into<PathBuf>, needed: Option<u64>, source: io::Error) -> Self {
        let path = path.into();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                let folder = path.parent().map_or_else(|| path.clone(), PathBuf::from);
                Self::DiskFull { folder, needed }
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::NoPermission(path),
            _ => Self::Io { path, source },
        }
    }
}

fn said(message: &Option<String>) -> String {
    message.iter().map(|message| format!(", \"{message}\"")).collect()
}

fn later(wait: &Option<Duration>, access: Access) -> String {
    let when = match wait {
        Some(wait) => format!("in {} s", wait.as_secs()),
        None => "later".to_owned(),
    };
    let more = match access {
        Access::Token => "",
        Access::Nobody | Access::Plain | Access::Disabled => "; with a token it allows more",
    };
    format!("try again {when}{more}")
}

fn of(done: u64, total: &Option<u64>) -> String {
    match total {
        Some(total) => format!("{} of {}", readable(done), readable(*total)),
        None => readable(done),
    }
}

fn more(bytes: &Option<u64>) -> String {
    bytes
        .iter()
        .map(|bytes| format!(", {} more are needed", readable(*bytes)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disk_is_full_closed_or_broken() {
        let message = |kind: io::ErrorKind| Error::disk("/cache/blobs/x", Some(1_200_000_000), kind.into()).to_string();
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
            let full = message(kind);
            assert!(
                full.starts_with("/cache/blobs: the disk is full, 1.2 GB more are needed; ")
                    && full.contains("HF_HUB_CACHE"),
                "{full}"
            );
        }
        for kind in [io::ErrorKind::PermissionDenied, io::ErrorKind::ReadOnlyFilesystem] {
            assert!(message(kind).contains("no permission to write there"));
        }
        assert!(message(io::ErrorKind::NotADirectory).contains("/cache/blobs/x: not a directory"));
    }
}
