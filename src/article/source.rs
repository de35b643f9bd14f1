//! One file to read: where it is, and what the endings of its name say.

use std::path::PathBuf;

use super::format::{Compression, Format, Name};

/// Where bytes come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// `-`: JSON Lines, or one text.
    StandardInput,
    /// A file, as given or found in a folder.
    File(PathBuf),
}

/// One file to read.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Where it is.
    pub origin: Origin,
    /// The file name without its endings.
    pub name: String,
    /// How articles stand in it.
    pub format: Format,
    /// How it is compressed.
    pub compression: Compression,
}

impl Source {
    /// The path as it stands in a record; bytes that are not UTF-8 are replaced.
    pub fn path(&self) -> Option<String> {
        match &self.origin {
            Origin::StandardInput => None,
            Origin::File(path) => Some(path.to_string_lossy().into_owned()),
        }
    }

    /// Standard input: JSON Lines, until its first bytes are seen.
    pub(super) fn standard_input() -> Self {
        Self {
            origin: Origin::StandardInput,
            name: "stdin".to_owned(),
            format: Format::JsonLines,
            compression: Compression::None,
        }
    }

    /// The file at `path`, by the endings of its name.
    pub(super) fn file(path: PathBuf) -> Self {
        let Name {
            stem,
            format,
            compression,
        } = Name::of(path.file_name().unwrap_or_default());
        Self {
            origin: Origin::File(path),
            name: stem,
            format,
            compression,
        }
    }
}
