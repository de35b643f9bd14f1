//! What can go wrong while measuring. Each message names the file and the line, so that it can be mended at once.

use std::io;
use std::path::Path;

use crate::nearest::near_note;

/// A gold file, a split file or a prediction that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// A file that cannot be read or decompressed.
    #[error("{path}: cannot be read{}: {source}", near_note(Path::new(path), source))]
    Read {
        /// The file as given.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A line that breaks the format.
    #[error("{path}:{line}: {message}")]
    Line {
        /// The file as given.
        path: String,
        /// 1-based line number.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// A file that is wrong as a whole.
    #[error("{path}: {message}")]
    File {
        /// The file as given.
        path: String,
        /// What is wrong and what to do.
        message: String,
    },
    /// A record whose sentences are not the ones that were given.
    #[error("document {id}: the record does not fit the gold: {message}")]
    Misaligned {
        /// The document.
        id: String,
        /// Where it differs.
        message: String,
    },
    /// A document that is no minimal pair.
    #[error("document {id}: {message}; a pair is two sentences with different labels")]
    Pair {
        /// The document.
        id: String,
        /// What is wrong.
        message: String,
    },
    /// A type of entity that is to be scored, and that is nowhere.
    #[error("--types: neither the gold nor the model has the type `{name}`, but {known}{near}")]
    Type {
        /// The type as given.
        name: String,
        /// The types that there are.
        known: String,
        /// The one that may have been meant, as the end of a message.
        near: String,
    },
    /// A model that lacks a head that is to be scored.
    #[error("the model has no head `{0}`; minimal pairs need claim, certainty, polarity and holder")]
    Head(&'static str),
}

impl EvalError {
    pub(crate) fn line(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self::Line {
            path: path.to_owned(),
            line,
            message: message.into(),
        }
    }

    pub(crate) fn file(path: &str, message: impl Into<String>) -> Self {
        Self::File {
            path: path.to_owned(),
            message: message.into(),
        }
    }

    pub(crate) fn pair(id: &str, message: impl Into<String>) -> Self {
        Self::Pair {
            id: id.to_owned(),
            message: message.into(),
        }
    }

    pub(crate) fn misaligned(id: &str, message: impl Into<String>) -> Self {
        Self::Misaligned {
            id: id.to_owned(),
            message: message.into(),
        }
    }
}
