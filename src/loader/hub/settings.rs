//! What the environment says: where the Hub is, where the cache is, who asks. Every variable means what it means to
//! Python's `huggingface_hub`, so that one setting serves both; a variable that is set to nothing counts as not set.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::retry::Retry;

/// The Hub.
const ENDPOINT: &str = "https://huggingface.co";
/// A download without a byte for so long has failed.
const STALL: Duration = Duration::from_secs(60);

/// How to reach the Hub and where to keep what it sends.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address of the Hub, without a slash at the end.
    pub endpoint: String,
    /// Folder of the cache.
    pub cache: PathBuf,
    /// The token, if there is one.
    pub token: Option<Token>,
    /// Whether the token stays at home.
    pub token_disabled: bool,
    /// A token that is there and cannot be read or sent: an error when the Hub is asked, and not before, since a cached
    /// model needs none.
    pub unreadable_token: Option<UnreadableToken>,
    /// Whether the network is forbidden.
    pub offline: bool,
    /// A file of certificates to trust in place of those that are built in.
    pub certificates: Option<PathBuf>,
    /// How long the Hub may be silent.
    pub stall: Duration,
    /// How failures are tried again.
    pub retry: Retry,
}

/// A token that cannot be read or sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableToken {
    /// The file or the variable.
    pub origin: String,
    /// What is wrong with it.
    pub problem: String,
}

/// A token, which is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A token without the blanks and line ends around it; none if nothing is left.
    ///
    /// # Errors
    /// If it holds a character that cannot be sent.
    pub fn new(text: &str, origin: &str) -> Result<Option<Self>, UnreadableToken> {
        let text = text.trim();
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(UnreadableToken {
                origin: origin.to_owned(),
                problem: "it holds characters that no token has".to_owned(),
            });
        }
        Ok((!text.is_empty()).then(|| Self(text.to_owned())))
    }

    /// The value of the header `Authorization`.
    pub(super) fn authorization(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Settings {
    /// Reads the environment. What is wrong with it is told when the Hub is asked, and not before: what is cached needs
    /// neither token nor address.
    pub fn from_env() -> Self {
        Self::from_variables(&|name| std::env::var_os(name))
    }

    fn from_variables(variable: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let text = |name: &str| set(name).and_then(|value| value.into_string().ok());
        let path = |name: &str| set(name).map(|value| expand(&value, variable));
        let home = path("HF_HOME").unwrap_or_else(|| {
            let caches = path("XDG_CACHE_HOME").unwrap_or_else(|| expand(&OsString::from("~/.cache"), variable));
            caches.join("huggingface")
        });
        let token_path = path("HF_TOKEN_PATH").unwrap_or_else(|| home.join("token"));
        let (token, unreadable_token) = match token(&text, &token_path) {
            Ok(token) => (token, None),
            Err(unreadable) => (None, Some(unreadable)),
        };
        let endpoint = text("HF_ENDPOINT").unwrap_or_else(|| ENDPOINT.to_owned());
        Self {
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            cache: path("HF_HUB_CACHE")
                .or_else(|| path("HUGGINGFACE_HUB_CACHE"))
                .unwrap_or_else(|| home.join("hub")),
            token,
            unreadable_token,
            token_disabled: is_true(text("HF_HUB_DISABLE_IMPLICIT_TOKEN")),
            offline: is_true(text("HF_HUB_OFFLINE").or_else(|| text("TRANSFORMERS_OFFLINE"))),
            certificates: path("SSL_CERT_FILE"),
            stall: STALL,
            retry: Retry::default(),
        }
    }
}

/// The token of the environment, else that of the file; or why that cannot be read or sent.
fn token(text: &dyn Fn(&str) -> Option<String>, path: &Path) -> Result<Option<Token>, UnreadableToken> {
    for name in ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"] {
        if let Some(value) = text(name) {
            return Token::new(&value, name);
        }
    }
    let origin = path.display().to_string();
    match fs::read_to_string(path) {
        Ok(content) => Token::new(&content, &origin),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => {
            let problem = format!("the token cannot be read ({error})");
            Err(UnreadableToken { origin, problem })
        }
    }
}

fn is_true(value: Option<String>) -> bool {
    value.is_some_and(|value| ["1", "ON", "YES", "TRUE"].contains(&value.to_ascii_uppercase().as_str()))
}

/// A path with `~` for the home folder and `$NAME` or `${NAME}` for variables, as Python's `os.path` expands them:
/// what is not set stays as it is.
fn expand(path: &OsString, variable: &dyn Fn(&str) -> Option<OsString>) -> PathBuf {
    let Some(text) = path.to_str() else {
        return path.into();
    };
    let value = |name: &str| variable(name).and_then(|value| value.into_string().ok());
    let home = || {
        let home = std::env::home_dir().and_then(|home| home.into_os_string().into_string().ok());
        value("HOME").filter(|home| !home.is_empty()).or(home)
    };
    let mut rest = text;
    let mut expanded = String::new();
    if text == "~" || text.starts_with("~/") {
        expanded.push_str(&home().unwrap_or_else(|| "~".to_owned()));
        rest = &text[1..];
    }
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        let braced = after.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let (name, following) = braced.unwrap_or_else(|| {
            let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            after.split_at(end.unwrap_or(after.len()))
        });
        match value(name) {
            Some(value) if !name.is_empty() => expanded.push_str(&value),
            _ => {
                expanded.push('$');
                expanded.push_str(&after[..after.len() - following.len()]);
            }
        }
        rest = following;
    }
    expanded.push_str(rest);
    expanded.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Settings {
        Settings::from_variables(&|name| {
            let home = ("HOME", "/nowhere/home");
            let mut all = variables.iter().chain([&home]);
            all.find(|(key, _)| *key == name).map(|(_, value)| value.into())
        })
    }

    fn cache(variables: &[(&str, &str)]) -> String {
        read(variables).cache.display().to_string()
    }

    #[test]
    fn the_cache_is_where_python_keeps_it() {
        assert_eq!(cache(&[]), "/nowhere/home/.cache/huggingface/hub");
        assert_eq!(cache(&[("XDG_CACHE_HOME", "/c")]), "/c/huggingface/hub");
        assert_eq!(
            cache(&[("XDG_CACHE_HOME", "/c"), ("HF_HOME", "~/hf")]),
            "/nowhere/home/hf/hub"
        );
        let older = ("HUGGINGFACE_HUB_CACHE", "/older");
        assert_eq!(cache(&[("HF_HOME", "/h"), older]), "/older");
        assert_eq!(cache(&[("HF_HUB_CACHE", "/newer"), older]), "/newer");
        assert_eq!(cache(&[("HF_HUB_CACHE", "")]), "/nowhere/home/.cache/huggingface/hub");
    }

    #[test]
    fn paths_are_expanded() {
        let scratch = ("SCRATCH", "/s");
        for (given, expanded) in [
            ("$SCRATCH/a", "/s/a"),
            ("${SCRATCH}b", "/sb"),
            ("/x/$NONE/${NONE}/$", "/x/$NONE/${NONE}/$"),
            ("~", "/nowhere/home"),
            ("/a~", "/a~"),
        ] {
            assert_eq!(cache(&[("HF_HUB_CACHE", given), scratch]), expanded);
        }
    }

    #[test]
    fn yes_is_said_in_four_ways() {
        let offline = |variables: &[(&str, &str)]| read(variables).offline;
        for yes in ["1", "on", "Yes", "TRUE"] {
            assert!(offline(&[("HF_HUB_OFFLINE", yes)]), "{yes}");
        }
        for no in ["", "0", "off", "2"] {
            assert!(!offline(&[("HF_HUB_OFFLINE", no)]), "{no}");
        }
        assert!(offline(&[("TRANSFORMERS_OFFLINE", "1")]));
        assert!(!offline(&[("HF_HUB_OFFLINE", "0"), ("TRANSFORMERS_OFFLINE", "1")]));
        assert!(read(&[("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")]).token_disabled);
    }

    #[test]
    fn the_endpoint_has_no_slash_at_its_end() {
        assert_eq!(read(&[]).endpoint, "https://huggingface.co");
        assert_eq!(read(&[("HF_ENDPOINT", "https://m.b/hf/")]).endpoint, "https://m.b/hf");
    }

    #[test]
    fn tokens_come_from_variables_then_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        fs::write(&file, " hf_file\r\n").unwrap();
        let home = ("HF_HOME", folder.path().to_str().unwrap());
        let token = |variables: &[(&str, &str)]| read(variables).token.map(|token| token.0);
        assert_eq!(token(&[]), None);
        assert_eq!(token(&[home]).unwrap(), "hf_file");
        let older = ("HUGGING_FACE_HUB_TOKEN", "hf_older");
        assert_eq!(token(&[home, older]).unwrap(), "hf_older");
        assert_eq!(token(&[home, older, ("HF_TOKEN", "hf_newer\n")]).unwrap(), "hf_newer");
        let elsewhere = ("HF_TOKEN_PATH", file.to_str().unwrap());
        assert_eq!(token(&[elsewhere, ("HF_HOME", "/nowhere")]).unwrap(), "hf_file");
    }

    #[test]
    fn a_token_is_neither_shown_nor_broken() {
        let settings = read(&[("HF_TOKEN", "hf_secret")]);
        assert!(!format!("{settings:?}").contains("secret"));
        // Neither is an error yet: what is cached needs no token.
        let malformed = read(&[("HF_TOKEN", "hf_a\nX-Evil: 1")]);
        assert_eq!(malformed.token, None);
        let unreadable = malformed.unreadable_token.unwrap();
        assert!(unreadable.origin == "HF_TOKEN" && !unreadable.problem.contains("Evil"));
        let folder = tempfile::tempdir().unwrap();
        let unreadable = read(&[("HF_TOKEN_PATH", folder.path().to_str().unwrap())]);
        let problem = unreadable.unreadable_token.unwrap().problem;
        assert!(problem.contains("cannot be read"), "{problem}");
    }
}
