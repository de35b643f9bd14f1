//! The name of a model on the Hub: `owner/name` or `name`, and after an `@` the branch, tag or commit. Names become
//! paths and addresses, so that nothing is taken but what the Hub itself allows.

use std::fmt;
use std::str::FromStr;

use super::error::{Error, Result};

/// The branch that is meant where none is named.
const MAIN: &str = "main";
/// Characters that an owner or a name may have, as `huggingface_hub` counts them.
const LONGEST: usize = 96;
/// Characters that a revision may have; git sets no bound, file systems do.
const LONGEST_REVISION: usize = 200;

/// A repository and, where one was given, its revision.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RepoId {
    repo: String,
    revision: Option<String>,
}

impl RepoId {
    /// `owner/name`, or `name` for the few models without an owner.
    pub fn repo(&self) -> &str {
        &self.repo
    }

    /// The branch, tag or commit; `main` if none was given.
    pub fn revision(&self) -> &str {
        self.revision.as_deref().unwrap_or(MAIN)
    }

    /// Whether a revision was given.
    pub fn has_revision(&self) -> bool {
        self.revision.is_some()
    }

    /// The revision, if it is a full commit, which never changes.
    pub fn commit(&self) -> Option<&str> {
        Some(self.revision()).filter(|revision| is_commit(revision))
    }
}

/// Whether this is a full commit: forty lower-case hexadecimal digits.
pub(super) fn is_commit(text: &str) -> bool {
    text.len() == 40 && is_hex(text)
}

/// Whether these are lower-case hexadecimal digits.
pub(super) fn is_hex(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

impl FromStr for RepoId {
    type Err = Error;

    fn from_str(given: &str) -> Result<Self> {
        let wrong = |why| Error::Name {
            given: given.to_owned(),
            why,
        };
        let (repo, revision) = match given.split_once('@') {
            Some((repo, revision)) => (repo, Some(revision)),
            None => (given, None),
        };
        check_repo(repo).map_err(wrong)?;
        revision.map_or(Ok(()), check_revision).map_err(wrong)?;
        Ok(Self {
            repo: repo.to_owned(),
            revision: revision.map(str::to_owned),
        })
    }
}

impl fmt::Display for RepoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.repo)?;
        self.revision.iter().try_for_each(|revision| write!(f, "@{revision}"))
    }
}

fn check_repo(repo: &str) -> std::result::Result<(), &'static str> {
    if repo.split('/').count() > 2 {
        return Err("it has more than one /");
    }
    for part in repo.split('/') {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if part.is_empty() {
            return Err("a part of it is empty");
        } else if !part.bytes().all(allowed) {
            return Err("it may hold letters, digits, -, _ and . only");
        } else if part.len() > LONGEST {
            return Err("a part of it is longer than 96 characters");
        } else if part.starts_with(['-', '.']) || part.ends_with(['-', '.']) {
            return Err("no part may start or end with - or .");
        }
    }
    if repo.contains("..") || repo.contains("--") {
        return Err("it may not hold .. or --");
    }
    if repo.ends_with(".git") {
        return Err("leave .git away");
    }
    Ok(())
}

fn check_revision(revision: &str) -> std::result::Result<(), &'static str> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+/".contains(&byte);
    if !revision.bytes().all(allowed) {
        return Err("the revision after @ may hold letters, digits, -, _, ., + and / only");
    }
    if revision.len() > LONGEST_REVISION {
        return Err("the revision after @ is too long");
    }
    let bad_part = |part: &str| part.is_empty() || part.starts_with(['.', '-']) || part.ends_with('.');
    if revision.split('/').any(bad_part) || revision.contains("..") {
        return Err("the revision after @ is no branch, tag or commit");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_revisions_are_told_apart() {
        let parse = |text: &str| text.parse::<RepoId>().unwrap();
        let plain = parse("acme/news-NER_1.5");
        assert_eq!((plain.repo(), plain.revision()), ("acme/news-NER_1.5", "main"));
        assert!(!plain.has_revision() && plain.commit().is_none());
        assert_eq!(parse("bert").repo(), "bert");
        let request = parse("acme/m@refs/pr/12");
        assert_eq!((request.repo(), request.revision()), ("acme/m", "refs/pr/12"));
        let commit = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(parse(&format!("acme/m@{commit}")).commit(), Some(commit));
        for text in ["acme/m", "m@v1.0", "acme/m@feature/a+b"] {
            assert_eq!(parse(text).to_string(), text);
        }
    }

    #[test]
    fn nothing_else_is_a_name() {
        let long = "a".repeat(97);
        let longer = format!("m@{}", "a".repeat(201));
        for text in [
            "",
            "/",
            "a/",
            "/a",
            "a/b/c",
            "a b",
            "a/ü",
            "..",
            "a/..",
            "../a",
            "a..b",
            "a--b",
            "-a",
            "a-",
            ".a",
            "a.",
            "a.git",
            "a\\b",
            "a/b@",
            "a/b@/x",
            "a/b@x/",
            "a/b@x//y",
            "a/b@../x",
            "a/b@x/../y",
            "a/b@a b",
            "a/b@x@y",
            "a/b@-x",
            "a/b@x/.y",
            "a:b",
            "a/b\n",
            &long,
            &longer,
        ] {
            let message = text.parse::<RepoId>().expect_err(text).to_string();
            assert!(message.contains("owner/name@revision"), "{message}");
        }
    }
}
