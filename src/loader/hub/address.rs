//! Addresses: which of them belong to the Hub that was asked for, where a redirect leads, and how names are written
//! into them. Whether a token may go along is decided here.

use std::fmt::Write;
use std::net::IpAddr;

use ureq::http::Uri;

/// Scheme, host and port: what has to be equal for two addresses to be the same server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

impl Origin {
    /// The server of an address; none where it is not http or https.
    pub fn of(address: &str) -> Option<Self> {
        let uri: Uri = address.parse().ok()?;
        let scheme = uri.scheme_str()?.to_owned();
        let usual = match scheme.as_str() {
            "https" => 443,
            "http" => 80,
            _ => return None,
        };
        // A name and password in an address would be logged and sent along by others; nothing here needs them.
        let authority = uri.authority()?;
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return None;
        }
        Some(Self {
            scheme,
            host: authority.host().to_ascii_lowercase(),
            port: authority.port_u16().unwrap_or(usual),
        })
    }

    /// The host without its port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is this very machine.
    pub fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost" || bare.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    }

    /// Whether nobody on the way can read what is sent.
    pub fn is_private(&self) -> bool {
        self.scheme == "https" || self.is_loopback()
    }
}

/// Where `location` leads that was answered to `from` (RFC 9110, 10.2.2); none where it is no address.
pub(super) fn follow(from: &str, location: &str) -> Option<String> {
    let uri: Uri = from.parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?, uri.authority()?);
    let has_scheme = location
        .split(['/', '?', '#'])
        .next()
        .is_some_and(|start| start.contains(':'));
    let address = if has_scheme {
        location.to_owned()
    } else if location.starts_with("//") {
        format!("{scheme}:{location}")
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else {
        let folder = uri.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{scheme}://{authority}{folder}/{location}")
    };
    Origin::of(&address).map(|_| address)
}

/// `text` for a path: letters, digits and `-._~` stay, and `/` where `keep_slash`; every other byte becomes `%XX`.
pub(super) fn quote(text: &str, keep_slash: bool) -> String {
    let mut quoted = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || (keep_slash && byte == b'/') {
            quoted.push(char::from(byte));
        } else {
            let _ = write!(quoted, "%{byte:02X}");
        }
    }
    quoted
}

/// An address as it may be shown: the query of a redirect holds a signature that opens the file to anyone.
pub(super) fn shown(address: &str) -> &str {
    address.split_once('?').map_or(address, |(start, _)| start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_schemes_and_hosts_make_a_server() {
        let same = |a, b| Origin::of(a).unwrap() == Origin::of(b).unwrap();
        assert!(same("https://huggingface.co/a", "https://HuggingFace.co:443/b?c"));
        assert!(!same("https://huggingface.co", "http://huggingface.co"));
        assert!(!same("https://huggingface.co", "https://cdn.huggingface.co"));
        assert!(!same("http://127.0.0.1:1", "http://127.0.0.1:2"));
        for none in [
            "",
            "huggingface.co",
            "ftp://a",
            "https://",
            "file:///a",
            "https://user:word@a",
            "https://a b",
        ] {
            assert_eq!(Origin::of(none), None, "{none}");
        }
    }

    #[test]
    fn only_tls_and_this_machine_are_private() {
        let private = |address| Origin::of(address).unwrap().is_private();
        for yes in [
            "https://a.b",
            "http://127.0.0.1:8",
            "http://localhost",
            "http://[::1]:8",
        ] {
            assert!(private(yes), "{yes}");
        }
        for no in [
            "http://a.b",
            "http://localhost.evil",
            "http://10.0.0.1",
            "http://127.0.0.1.evil",
        ] {
            assert!(!private(no), "{no}");
        }
    }

    #[test]
    fn redirects_are_resolved() {
        let from = "https://hub:1/a/b/c?d";
        let leads = |location| follow(from, location);
        assert_eq!(leads("https://cdn/x?y").unwrap(), "https://cdn/x?y");
        assert_eq!(leads("//cdn/x").unwrap(), "https://cdn/x");
        assert_eq!(leads("/x?y=https://z").unwrap(), "https://hub:1/x?y=https://z");
        assert_eq!(leads("x").unwrap(), "https://hub:1/a/b/x");
        assert_eq!(leads("https://"), None);
        assert_eq!(leads("file:///etc/passwd"), None);
        assert_eq!(leads("/x y"), None);
    }

    #[test]
    fn names_are_quoted() {
        assert_eq!(quote("refs/pr/1", false), "refs%2Fpr%2F1");
        assert_eq!(quote("a b/ü.txt", true), "a%20b/%C3%BC.txt");
        assert_eq!(shown("https://cdn/a?Signature=secret"), "https://cdn/a");
    }
}
