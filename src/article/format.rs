//! Formats and compressions, told by the endings of a file's name, whatever their case. The name without these
//! endings is the article's name.

use std::ffi::OsStr;

/// How articles stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// `.txt`: one article.
    Text,
    /// `.md`: one article, its marks kept as text.
    Markdown,
    /// `.jsonl`, `.ndjson` and standard input: one object on each line.
    JsonLines,
    /// `.json`: one object, an array of objects, or objects one after another.
    Json,
    /// `.csv`: rows under a header.
    Csv,
    /// `.tsv`: rows under a header, tabs between the fields.
    Tsv,
    /// Any other ending, named on the command line: one article if it is text.
    Other,
}

impl Format {
    /// The name for a person.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "Markdown",
            Self::JsonLines => "JSON Lines",
            Self::Json => "JSON",
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Other => "other",
        }
    }

    fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending.to_ascii_lowercase().as_str() {
            "txt" => Self::Text,
            "md" => Self::Markdown,
            "jsonl" | "ndjson" => Self::JsonLines,
            "json" => Self::Json,
            "csv" => Self::Csv,
            "tsv" => Self::Tsv,
            _ => return None,
        })
    }
}

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Compression {
    /// Not at all.
    None,
    /// `.gz`, of one or several members.
    Gzip,
    /// `.zst`, of one or several frames.
    Zstd,
}

impl Compression {
    fn of_ending(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "gz" => Some(Self::Gzip),
            "zst" => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// A file name taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Name {
    /// The name without its endings.
    pub stem: String,
    pub format: Format,
    pub compression: Compression,
}

impl Name {
    /// Takes `name` apart; bytes that are not UTF-8 are replaced in the stem.
    pub fn of(name: &OsStr) -> Self {
        let name = name.to_string_lossy();
        let (rest, compression) = match split(&name) {
            Some((rest, ending)) => match Compression::of_ending(ending) {
                Some(compression) => (rest, compression),
                None => (&*name, Compression::None),
            },
            None => (&*name, Compression::None),
        };
        let (stem, format) = match split(rest) {
            Some((stem, ending)) => (stem, Format::of_ending(ending).unwrap_or(Format::Other)),
            None => (rest, Format::Other),
        };
        Self {
            stem: stem.to_owned(),
            format,
            compression,
        }
    }
}

/// Splits at the last dot; a dot in front opens a hidden file's name and no ending.
fn split(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_format_and_compression() {
        let of = |name: &str| {
            let Name {
                stem,
                format,
                compression,
            } = Name::of(OsStr::new(name));
            (stem, format, compression)
        };
        let named = |stem: &str, format, compression| (stem.to_owned(), format, compression);
        assert_eq!(of("a.b.txt.gz"), named("a.b", Format::Text, Compression::Gzip));
        assert_eq!(of("a.TXT"), named("a", Format::Text, Compression::None));
        assert_eq!(of("x.ndjson.zst"), named("x", Format::JsonLines, Compression::Zstd));
        assert_eq!(of("x.gz"), named("x", Format::Other, Compression::Gzip));
        assert_eq!(of("notes.log"), named("notes", Format::Other, Compression::None));
        assert_eq!(of("README"), named("README", Format::Other, Compression::None));
        assert_eq!(of(".txt"), named(".txt", Format::Other, Compression::None));
    }
}
