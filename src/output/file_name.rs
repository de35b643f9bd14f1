//! Safe names for files that are called after articles. An id may be anything; a name never leaves its folder, is never
//! hidden or reserved, and no two articles get the same, also where a file system takes upper and lower case for one.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Most characters of a name, without its ending; file systems take 255 bytes.
const LONGEST: usize = 100;

/// Counts how often each name came, by a hash of it, so that long ids take no memory.
#[derive(Debug, Default)]
pub(super) struct Times(HashMap<u64, u32>);

impl Times {
    /// How often `name` came, this time included.
    pub fn of(&mut self, name: &str) -> u32 {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        let times = self.0.entry(hasher.finish()).or_default();
        *times += 1;
        *times
    }
}

/// Gives names, each once.
#[derive(Debug, Default)]
pub(super) struct FileNames {
    given: Times,
}

impl FileNames {
    /// The name for the article `id`: what is no ASCII letter, digit, `.`, `_` or `-` becomes `_`; the second article
    /// of a name gets `~2` behind it, which no first one has.
    pub fn name(&mut self, id: &str) -> String {
        let name = plain(id);
        match self.given.of(&name.to_ascii_lowercase()) {
            1 => name,
            times => format!("{name}~{times}"),
        }
    }
}

fn plain(id: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let name: String = id
        .chars()
        .take(LONGEST)
        .map(|c| if is_plain(c) { c } else { '_' })
        .collect();
    let name = name.trim_end_matches('.');
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    // What Windows keeps for devices, with any ending.
    let numbered = |device: &str| {
        let number = stem.strip_prefix(device).unwrap_or_default();
        number.len() == 1 && number.bytes().all(|digit| digit.is_ascii_digit())
    };
    let is_reserved = matches!(&*stem, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt");
    match name {
        "" => "article".to_owned(),
        _ if is_reserved || name.starts_with(['.', '-']) => format!("_{name}"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_names_that_stay_in_their_folder() {
        let mut names = FileNames::default();
        for (id, name) in [
            ("0001_brand", "0001_brand"),
            ("../../etc/passwd", "_.._.._etc_passwd"),
            ("..", "article"),
            ("", "article~2"),
            ("a:1", "a_1"),
            ("A/1", "A_1~2"),
            ("a\\1", "a_1~3"),
            ("CON", "_CON"),
            ("lpt1.x", "_lpt1.x"),
            ("-rf", "_-rf"),
            ("é\u{0}", "__"),
            ("x. .", "x._"),
        ] {
            assert_eq!(names.name(id), name, "{id}");
        }
        assert_eq!(names.name(&"é/".repeat(500)).len(), LONGEST);
    }

    proptest::proptest! {
        #[test]
        fn no_two_names_are_the_same(ids in proptest::collection::vec("[aA.~/é-]{0,3}", 0..40)) {
            let mut names = FileNames::default();
            let mut given: Vec<String> = ids.iter().map(|id| names.name(id).to_lowercase()).collect();
            proptest::prop_assert!(given.iter().all(|name| !name.starts_with('.') && !name.contains(['/', '\\'])));
            given.sort();
            given.dedup();
            proptest::prop_assert_eq!(given.len(), ids.len());
        }
    }
}
