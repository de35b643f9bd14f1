//! What comes in: articles from files, folders and standard input. One bad file gives a [`Failure`], never an end.
//! [`read()`] streams articles in a fixed order with bounded memory; [`walk()`] lists what it would read, and [`survey()`]
//! counts it.

mod date;
mod delimited;
mod encoding;
mod fault;
mod fields;
mod filter;
mod format;
mod gzip;
mod json;
mod jsonl;
mod open;
mod options;
mod own;
mod piped;
mod raw;
mod read;
mod records;
mod row;
mod source;
mod survey;
mod text;
mod transcode;
mod unread;
mod values;
mod walk;

#[cfg(test)]
mod tests;

pub use fields::Fields;
pub use filter::pattern;
pub use format::{Compression, Format};
pub(crate) use jsonl::without_place;
pub use options::{ReadError, ReadOptions};
pub use own::holds_articles;
pub use raw::RawLines;
pub use read::{Reader, read};
pub use source::{Origin, Source};
pub use survey::{FormatCount, Survey, survey};
pub use walk::{Skipped, Walk, walk};

use std::fmt;

use serde_json::{Map, Value};

use crate::span::Span;

/// One article as read, after decoding and after the header of the folder format was taken off.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Article {
    /// The id field of a JSON or CSV row, or the file name without its endings.
    pub id: String,
    /// Where it was read from, as given on the command line or found in a folder; none for standard input.
    pub path: Option<String>,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, from the header or the date field.
    pub date: Option<String>,
    /// ISO 639-1 code from the language field; none where it has to be detected.
    pub language: Option<String>,
    /// The text that all spans point into. A title stands first, followed by one empty line.
    pub text: String,
    /// Where the title stands in `text`, if the input had one.
    pub title: Option<Span>,
    /// All other fields of a JSON or CSV row.
    pub meta: Map<String, Value>,
}

/// An article that could not be read or labelled.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// As in [`Article::id`].
    pub id: String,
    /// As in [`Article::path`].
    pub path: Option<String>,
    /// What went wrong.
    pub kind: FailureKind,
    /// What was wrong, where, and what to do.
    pub message: String,
}

impl fmt::Display for Failure {
    /// `path: message`, as one line for a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {}",
            self.path.as_deref().unwrap_or("standard input"),
            self.message
        )
    }
}

impl std::error::Error for Failure {}

/// What can go wrong with one input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Missing, no permission, an I/O error, a broken compressed stream.
    Unreadable,
    /// No text in it.
    Empty,
    /// Bytes that are no text.
    Binary,
    /// Larger than the limit.
    TooLarge,
    /// Not valid JSON or CSV, or without the text field.
    Malformed,
    /// An ending that stellig does not read.
    Unsupported,
    /// A fault inside stellig, or of the model or its device.
    Internal,
}

impl FailureKind {
    /// The name that stands in the record.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Empty => "empty",
            Self::Binary => "binary",
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
            Self::Unsupported => "unsupported",
            Self::Internal => "internal",
        }
    }
}
