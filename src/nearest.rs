//! What somebody may have meant: the known name, or the file that is there, that is nearest to what was written. It is
//! offered in messages and never taken by itself.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// How alike two words must be, from 0 to 1; below it an offer is more often wrong than right.
const LIKENESS: f64 = 0.6;
/// Names of a folder that are looked at; a message is not worth more.
const MOST: usize = 20_000;

/// The candidate nearest to `given` by edits (insertions, deletions, substitutions and swapped neighbours; Damerau
/// 1964), whatever the case of letters; none where nothing is near.
pub fn nearest<'c>(given: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let given = given.to_lowercase();
    let likeness = |candidate: &str| strsim::normalized_damerau_levenshtein(&given, &candidate.to_lowercase());
    candidates
        .into_iter()
        .map(|candidate| (likeness(candidate), candidate))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        // The first of several that are equally near.
        .reduce(|best, other| if other.0 > best.0 { other } else { best })
        .map(|(_, candidate)| candidate)
}

/// Whether two names differ in their numbers alone, which may be of any length.
fn is_of_series(a: &str, b: &str) -> bool {
    let without_digits = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
    without_digits(a) == without_digits(b)
}

/// A path that is there and differs from `path`, which is not, by what is easily mistyped.
pub fn near_path(path: &Path) -> Option<PathBuf> {
    let mut mended = PathBuf::new();
    for component in path.components() {
        let next = mended.join(component);
        if next.exists() {
            mended = next;
            continue;
        }
        let Component::Normal(name) = component else {
            return None;
        };
        let here = mended.as_os_str().is_empty();
        let entries = fs::read_dir(if here { Path::new(".") } else { &mended }).ok()?;
        let names: Vec<String> = entries
            .take(MOST)
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        let name = name.to_str()?;
        // Numbers are seldom mistyped: 0099.txt that is missing does not mean 0098.txt.
        let others = names
            .iter()
            .map(String::as_str)
            .filter(|other| !is_of_series(name, other));
        mended.push(nearest(name, others)?);
    }
    Some(mended).filter(|mended| mended != path)
}

/// `; did you mean X?`, or nothing: the end of a message.
pub fn did_you_mean(near: Option<impl std::fmt::Display>) -> String {
    near.map_or(String::new(), |near| format!("; did you mean {near}?"))
}

/// ` (did you mean X?)` where `path` is not there, and another is: a word in the middle of a message.
pub fn near_note(path: &Path, error: &io::Error) -> String {
    let near = || near_path(path).map(|near| format!(" (did you mean {}?)", near.display()));
    Some(error.kind())
        .filter(|kind| *kind == io::ErrorKind::NotFound)
        .and_then(|_| near())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_and_nothing_far() {
        let known = ["label", "labels", "language", "device", "dtype"];
        for (given, near) in [
            ("lable", Some("label")),
            ("LABEL", Some("label")),
            ("langauge", Some("language")),
            ("dtpye", Some("dtype")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(given, known), near, "{given}");
        }
        assert_eq!(nearest("int9", ["auto", "int8"]), Some("int8"));
        assert_eq!(did_you_mean(Some("nl")), "; did you mean nl?");
        assert_eq!(did_you_mean(None::<&str>), "");
    }

    #[test]
    fn a_path_is_mended_where_it_goes_wrong() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("articles")).unwrap();
        fs::write(folder.path().join("articles/brand.txt"), "x").unwrap();
        fs::write(folder.path().join("articles/0098.txt"), "x").unwrap();
        let near = |path: &str| near_path(&folder.path().join(path));
        let right = Some(folder.path().join("articles/brand.txt"));
        assert_eq!(near("artciles/brand.txt"), right);
        assert_eq!(near("articles/brnad.txt"), right);
        assert_eq!(near("Articels/brand.tx"), right);
        assert_eq!(near("articles/something else"), None);
        for other in ["0099", "098", "10098", ""] {
            assert_eq!(near(&format!("articles/{other}.txt")), None, "{other}");
        }
        assert_eq!(near("artciles/0098.txt"), Some(folder.path().join("articles/0098.txt")));
        assert_eq!(near_path(Path::new("srx/lib.rs")), Some("src/lib.rs".into()));
    }
}
