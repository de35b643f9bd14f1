//! What the Hub and its CDN answer when all is well, or when something is not there.

use super::repo::{LARGE, Repo, etag};
use super::{Request, Server, State};

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// A refusal as the Hub explains it.
    fn refused(status: u16, code: &str, message: &str) -> Self {
        let mut answer = Self::new(status);
        answer.set("X-Error-Code", code);
        answer.set("X-Error-Message", message);
        answer.body = message.as_bytes().to_vec();
        answer
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.headers.retain(|(other, _)| other != name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The answer to a request.
pub fn answer(request: &Request, state: &State) -> Answer {
    let path = request.path.split('?').next().unwrap().trim_start_matches('/');
    let repos = state.repos.lock().unwrap();
    if request.server == Server::Cdn {
        let signed = request.path.contains("?Signature=");
        let content = repos.iter().flat_map(|repo| repo.files.values());
        let mut content = content.filter(|content| path == etag(content));
        return match content.next() {
            Some(content) if signed => part(content, request),
            _ => Answer::new(403),
        };
    }
    let unknown = || Answer::refused(401, "RepoNotFound", "Invalid username or password.");
    let cached = path.strip_prefix("api/resolve-cache/models/");
    let api = path.strip_prefix("api/models/");
    let rest = cached.or(api).unwrap_or(path);
    let Some(repo) = repos.iter().find(|repo| rest.starts_with(&format!("{}/", repo.name))) else {
        return unknown();
    };
    let allowed = repo.token.as_ref().map(|token| format!("Bearer {token}"));
    if allowed.is_some() && request.authorization != allowed {
        return unknown();
    }
    let rest = &rest[repo.name.len() + 1..];
    if cached.is_some() {
        let (_, file) = rest.split_once('/').unwrap();
        return small(repo, &repo.files[file], request);
    }
    if api.is_some() {
        let sizes = request.path.ends_with("?blobs=true");
        return info(repo, rest.strip_prefix("revision/").unwrap(), sizes);
    }
    let (revision, file) = rest.strip_prefix("resolve/").unwrap().split_once('/').unwrap();
    match repo.files.get(file) {
        _ if !repo.has(&revision.replace("%2F", "/")) => no_revision(revision),
        None => Answer::refused(404, "EntryNotFound", "Entry not found"),
        Some(content) if content.len() >= LARGE => large(repo, content, state),
        // Some files are answered at once, others by way of a redirect within the Hub.
        Some(_) if file == "README.md" => {
            let mut answer = Answer::new(307);
            let target = format!("/api/resolve-cache/models/{}/{}/{file}", repo.name, repo.commit);
            answer.set("Location", &target);
            answer.set("X-Repo-Commit", &repo.commit);
            answer.body = b"Temporary Redirect".to_vec();
            answer
        }
        Some(content) => small(repo, content, request),
    }
}

fn info(repo: &Repo, revision: &str, sizes: bool) -> Answer {
    let revision = revision.replace("%2F", "/");
    if !repo.has(&revision) {
        return no_revision(&revision);
    }
    let files: Vec<String> = repo
        .files
        .iter()
        .map(|(name, content)| match sizes {
            true => format!("{{\"rfilename\":\"{name}\",\"size\":{}}}", content.len()),
            false => format!("{{\"rfilename\":\"{name}\"}}"),
        })
        .collect();
    let mut answer = Answer::new(200);
    answer.set("Content-Type", "application/json");
    answer.body = format!(
        "{{\"id\":\"{}\",\"sha\":\"{}\",\"gated\":false,\"siblings\":[{}]}}",
        repo.name,
        repo.commit,
        files.join(",")
    )
    .into_bytes();
    answer
}

fn no_revision(revision: &str) -> Answer {
    Answer::refused(404, "RevisionNotFound", &format!("Invalid rev id: {revision}"))
}

fn small(repo: &Repo, content: &[u8], request: &Request) -> Answer {
    let mut answer = part(content, request);
    answer.set("ETag", &format!("\"{}\"", etag(content)));
    answer.set("X-Repo-Commit", &repo.commit);
    answer
}

/// A redirect out of the Hub, which says all about the file.
fn large(repo: &Repo, content: &[u8], state: &State) -> Answer {
    let mut answer = Answer::new(302);
    answer.set(
        "Location",
        &format!("{}/{}?Signature=secret", state.cdn_url, etag(content)),
    );
    answer.set("X-Repo-Commit", &repo.commit);
    answer.set("X-Linked-Etag", &format!("\"{}\"", etag(content)));
    answer.set("X-Linked-Size", &content.len().to_string());
    answer.set("ETag", "\"of-the-redirect\"");
    answer.body = b"Found. Redirecting".to_vec();
    answer
}

/// The content, or the bytes of it that were asked for.
fn part(content: &[u8], request: &Request) -> Answer {
    let range = request.range.as_deref().map(|range| {
        let (start, last) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
        (start.parse::<usize>().unwrap(), last.parse::<usize>().ok())
    });
    let size = content.len();
    match range {
        None => Answer {
            body: content.to_vec(),
            ..Answer::new(200)
        },
        Some((start, _)) if start >= size => {
            let mut answer = Answer::new(416);
            answer.set("Content-Range", &format!("bytes */{size}"));
            answer
        }
        Some((start, last)) => {
            let last = last.unwrap_or(size).min(size - 1);
            let mut answer = Answer::new(206);
            answer.set("Content-Range", &format!("bytes {start}-{last}/{size}"));
            answer.body = content[start..=last].to_vec();
            answer
        }
    }
}
