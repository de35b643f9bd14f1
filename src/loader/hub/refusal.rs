//! What a status other than 2xx means. The Hub says in `X-Error-Code` which of the many reasons for a 401 or 404 it is.

use std::time::Duration;

use ureq::http::StatusCode;

use super::client::{Client, Reply};
use super::error::Error;
use super::repo_id::RepoId;
use super::retry::{Again, Failure};

/// What was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub repo: &'a RepoId,
    /// The file; none for the list of all files.
    pub file: Option<&'a str>,
}

/// The error of a refused request. `own` tells whether the Hub itself refused, or a server it had sent us to.
pub(super) fn refusal(reply: &Reply, asked: &Asked<'_>, client: &Client, own: bool) -> Failure {
    let status = reply.status.as_u16();
    let host = client.host().to_owned();
    match reply.status {
        StatusCode::TOO_MANY_REQUESTS => {
            // The header may also hold a date, which the Hub does not send.
            let wait = reply.number("retry-after").map(Duration::from_secs);
            Failure {
                error: Error::TooManyRequests {
                    host,
                    wait,
                    access: client.access(),
                },
                again: wait.map_or(Again::Later, Again::After),
            }
        }
        status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
            let without_scheme = reply.place.split_once("://").map_or("", |(_, rest)| rest);
            let (host, path) = without_scheme.split_once('/').unwrap_or((without_scheme, ""));
            Error::Server {
                host: host.to_owned(),
                path: format!("/{path}"),
                status: status.as_u16(),
            }
            .later()
        }
        // The signed address that a redirect leads to holds for some minutes only; asking the Hub anew helps.
        _ if !own => Error::Status {
            url: reply.place.clone(),
            status,
        }
        .later(),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => no_access(reply, asked, client).into(),
        StatusCode::NOT_FOUND => not_found(reply, asked, client).into(),
        _ => Error::Status {
            url: reply.place.clone(),
            status,
        }
        .into(),
    }
}

fn no_access(reply: &Reply, asked: &Asked<'_>, client: &Client) -> Error {
    let message = reply.header("x-error-message").map(str::to_owned);
    match reply.header("x-error-code") {
        Some("GatedRepo") => Error::Gated {
            repo: asked.repo.repo().to_owned(),
            page: client.url(asked.repo.repo()),
            access: client.access(),
        },
        // To those who may not know that it is there, the Hub says neither yes nor no.
        Some("RepoNotFound") => no_repository(asked, client),
        _ => Error::Refused {
            repo: asked.repo.repo().to_owned(),
            host: client.host().to_owned(),
            status: reply.status.as_u16(),
            message,
            access: client.access(),
        },
    }
}

fn not_found(reply: &Reply, asked: &Asked<'_>, client: &Client) -> Error {
    let repo = asked.repo.repo().to_owned();
    let revision = asked.repo.revision().to_owned();
    match (reply.header("x-error-code"), asked.file) {
        (Some("RevisionNotFound"), _) => Error::NoRevision {
            page: client.url(&format!("{repo}/tree/main")),
            repo,
            revision,
        },
        (Some("RepoNotFound"), _) | (_, None) => no_repository(asked, client),
        (_, Some(file)) => Error::NoFile {
            repo,
            revision,
            file: file.to_owned(),
        },
    }
}

fn no_repository(asked: &Asked<'_>, client: &Client) -> Error {
    Error::NoRepository {
        repo: asked.repo.repo().to_owned(),
        host: client.host().to_owned(),
        access: client.access(),
    }
}
