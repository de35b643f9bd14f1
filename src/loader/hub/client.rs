//! Requests to the Hub. Redirects are followed by hand, so that the token goes to the Hub's own address and to no
//! other; statuses become errors that say what to do.

use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use ureq::http::{HeaderMap, Method, Request, StatusCode};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

use super::address::{Origin, follow, quote, shown};
use super::error::{Access, Error, Result};
use super::refusal::{Asked, refusal};
use super::repo_id::RepoId;
use super::retry::{Again, Failure};
use super::settings::{Settings, Token, UnreadableToken};

/// Redirects in a row that are followed.
const HOPS: usize = 10;
const CONNECT: Duration = Duration::from_secs(30);

/// A connection to one Hub.
#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
    endpoint: String,
    origin: Origin,
    token: Option<Token>,
    unreadable_token: Option<UnreadableToken>,
    access: Access,
}

/// An answer: 2xx, 416, or a redirect that was not to be followed.
#[derive(Debug)]
pub(super) struct Reply {
    /// The address that answered, without its query.
    pub place: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Body,
}

impl Reply {
    /// The text of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The number in a header.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.header(name)?.trim().parse().ok()
    }

    /// The error of an answer that makes no sense.
    pub fn senseless(&self, problem: impl Into<String>) -> Error {
        Error::Answer {
            place: self.place.clone(),
            problem: problem.into(),
        }
    }
}

impl Client {
    /// # Errors
    /// If the endpoint is no address, or the certificates cannot be read.
    pub fn new(settings: &Settings) -> Result<Self> {
        let endpoint = settings.endpoint.clone();
        let origin = Origin::of(&endpoint).filter(|_| !endpoint.contains(['?', '#']));
        let origin = origin.ok_or_else(|| Error::Endpoint(endpoint.clone()))?;
        let access = match &settings.token {
            None => Access::Nobody,
            Some(_) if settings.token_disabled => Access::Disabled,
            Some(_) if !origin.is_private() => Access::Plain,
            Some(_) => Access::Token,
        };
        let roots = settings
            .certificates
            .as_deref()
            .map_or(Ok(RootCerts::WebPki), certificates)?;
        let config = Agent::config_builder()
            .user_agent(concat!("stellig/", env!("CARGO_PKG_VERSION")))
            // The sizes and hashes are those of the plain file.
            .accept_encoding("identity")
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(settings.stall))
            .timeout_per_read(Some(settings.stall))
            .timeout_per_write(Some(settings.stall));
        // A proxy cannot know what is meant by this very machine.
        let config = if origin.is_loopback() {
            config.proxy(None)
        } else {
            config
        };
        Ok(Self {
            agent: config.build().into(),
            endpoint,
            origin,
            token: settings.token.clone().filter(|_| access == Access::Token),
            unreadable_token: settings.unreadable_token.clone().filter(|_| !settings.token_disabled),
            access,
        })
    }

    /// The address of a page or call below the endpoint.
    pub fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.endpoint)
    }

    /// The address of a file.
    pub fn file_url(&self, repo: &RepoId, commit: &str, file: &str) -> String {
        self.url(&format!("{}/resolve/{commit}/{}", repo.repo(), quote(file, true)))
    }

    /// GET, from the byte `start` on where it is not 0, through all redirects.
    pub fn get(&self, url: &str, start: u64, asked: &Asked<'_>) -> std::result::Result<Reply, Failure> {
        let range = (start > 0).then(|| format!("bytes={start}-"));
        self.request(&Method::GET, url, range.as_deref(), asked)
    }

    /// GET of a part of a file, through all redirects.
    pub fn get_part(&self, url: &str, part: Range<u64>, asked: &Asked<'_>) -> std::result::Result<Reply, Failure> {
        let range = format!("bytes={}-{}", part.start, part.end.saturating_sub(1).max(part.start));
        self.request(&Method::GET, url, Some(&range), asked)
    }

    /// HEAD, through redirects within the Hub only: the one that leads out tells what there is to know of a file.
    pub fn head(&self, url: &str, asked: &Asked<'_>) -> std::result::Result<Reply, Failure> {
        self.request(&Method::HEAD, url, None, asked)
    }

    fn request(
        &self,
        method: &Method,
        url: &str,
        range: Option<&str>,
        asked: &Asked<'_>,
    ) -> std::result::Result<Reply, Failure> {
        let mut url = url.to_owned();
        for _ in 0..HOPS {
            let own = Origin::of(&url).is_some_and(|origin| origin == self.origin);
            let reply = self.once(method, &url, range, own)?;
            if !reply.status.is_redirection() {
                let fine = reply.status.is_success() || reply.status == StatusCode::RANGE_NOT_SATISFIABLE;
                return if fine {
                    Ok(reply)
                } else {
                    Err(refusal(&reply, asked, self, own))
                };
            }
            let target = reply.header("location").and_then(|location| follow(&url, location));
            let target = target.ok_or_else(|| reply.senseless("a redirect to nowhere"))?;
            let leaves = Origin::of(&target).is_some_and(|origin| origin != self.origin);
            if leaves && *method == Method::HEAD {
                return Ok(reply);
            }
            if leaves && url.starts_with("https:") && !target.starts_with("https:") {
                return Err(reply.senseless("a redirect from https to plain http").into());
            }
            url = target;
        }
        let place = shown(&url).to_owned();
        let problem = "too many redirects".to_owned();
        Err(Error::Answer { place, problem }.into())
    }

    /// One request without redirects; the token goes along only to the Hub's `own` address.
    fn once(&self, method: &Method, url: &str, range: Option<&str>, own: bool) -> std::result::Result<Reply, Failure> {
        let place = shown(url).to_owned();
        let mut request = Request::builder().method(method).uri(url);
        if let Some(range) = range {
            request = request.header("range", range);
        }
        if let Some(UnreadableToken { origin, problem }) = self.unreadable_token.clone().filter(|_| own) {
            return Err(Error::Token { origin, problem }.into());
        }
        if let Some(token) = self.token.as_ref().filter(|_| own) {
            request = request.header("authorization", token.authorization());
        }
        let failed = |error: ureq::Error| connection_failure(&place, error);
        let request = request.body(()).map_err(|error| failed(error.into()))?;
        let (parts, body) = self.agent.run(request).map_err(failed)?.into_parts();
        Ok(Reply {
            place,
            status: parts.status,
            headers: parts.headers,
            body,
        })
    }

    /// The name of the Hub.
    pub fn host(&self) -> &str {
        self.origin.host()
    }

    /// What the Hub is told of us.
    pub fn access(&self) -> Access {
        self.access
    }
}

/// A connection that could not be made, or that broke before there was an answer.
fn connection_failure(place: &str, error: ureq::Error) -> Failure {
    let host = Origin::of(place).map_or_else(|| place.to_owned(), |origin| origin.host().to_owned());
    match error {
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) | ureq::Error::Pem(_) => Error::Tls {
            host,
            reason: error.to_string(),
        }
        .into(),
        // A handshake that fails inside the stream, such as one with an unknown certificate.
        ureq::Error::Io(inner) if inner.kind() == ErrorKind::InvalidData => {
            let reason = inner.to_string();
            Error::Tls { host, reason }.into()
        }
        ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => Failure {
            error: Error::Answer {
                place: place.to_owned(),
                problem: format!("the answer is not HTTP ({error})"),
            },
            again: Again::Later,
        },
        ureq::Error::Http(_) | ureq::Error::BadUri(_) | ureq::Error::InvalidProxyUrl => Error::Answer {
            place: place.to_owned(),
            problem: error.to_string(),
        }
        .into(),
        other => {
            let reason = match other {
                ureq::Error::HostNotFound => "no such host".to_owned(),
                ureq::Error::Timeout(_) => "it does not answer".to_owned(),
                ureq::Error::Io(inner) if inner.kind() == ErrorKind::TimedOut => "it does not answer".to_owned(),
                ureq::Error::Io(inner) => inner.to_string(),
                other => other.to_string(),
            };
            Error::NoConnection { host, reason }.later()
        }
    }
}

/// The certificates of a PEM file.
fn certificates(path: &Path) -> Result<RootCerts> {
    let wrong = |problem: String| Error::Certificates {
        path: path.to_owned(),
        problem,
    };
    let pem = fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let mut found = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| wrong(error.to_string()))? {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(wrong("there is no certificate in it".to_owned()));
    }
    Ok(RootCerts::new_with_certs(&found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::hub::Retry;

    fn client(endpoint: &str) -> Client {
        let settings = Settings {
            endpoint: endpoint.to_owned(),
            cache: "cache".into(),
            token: Token::new("hf_mine", "test").unwrap(),
            token_disabled: false,
            unreadable_token: None,
            offline: false,
            certificates: None,
            stall: CONNECT,
            retry: Retry::default(),
        };
        Client::new(&settings).unwrap()
    }

    #[test]
    fn the_token_is_not_sent_where_anybody_can_read_it() {
        for (endpoint, access) in [
            ("https://hub.example", Access::Token),
            ("http://127.0.0.1:8000", Access::Token),
            ("http://hub.example", Access::Plain),
        ] {
            let client = client(endpoint);
            assert_eq!(client.access(), access, "{endpoint}");
            assert_eq!(client.token.is_some(), access == Access::Token);
        }
    }

    #[test]
    fn addresses_stand_below_the_endpoint() {
        let repo = "acme/news".parse().unwrap();
        let url = client("https://mirror.example/hf").file_url(&repo, "c0", "a b.json");
        assert_eq!(url, "https://mirror.example/hf/acme/news/resolve/c0/a%20b.json");
    }
}
