//! What can go wrong while measuring.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::nearest::near_note;
use crate::threads::NoThread;
use crate::{encoder, inference, loader};

/// A measurement that cannot be made, or results that cannot be used.
#[derive(Debug, Error)]
pub enum Error {
    /// A file that cannot be read or written.
    #[error("{}{}: {source}", path.display(), near_note(path, source))]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that is not what it should be.
    #[error("{}: {message}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        message: String,
    },
    /// A configuration that could not be measured.
    #[error("{configuration}: {message}")]
    Configuration {
        /// Which one.
        configuration: String,
        /// What was wrong.
        message: String,
    },
    /// The model cannot be loaded.
    #[error(transparent)]
    Load(#[from] loader::Error),
    /// The model has heads that cannot be used.
    #[error(transparent)]
    Heads(#[from] inference::HeadError),
    /// Labelling failed.
    #[error(transparent)]
    Labelling(#[from] inference::Error),
    /// The encoder failed.
    #[error("the encoder failed: {0}")]
    Encoder(#[from] encoder::Error),
    /// The device failed.
    #[error("the device failed: {0}")]
    Device(#[from] candle_core::Error),
    /// A thread could not be started.
    #[error(transparent)]
    Threads(#[from] NoThread),
    /// Something that cannot be measured as asked for.
    #[error("{0}")]
    Asked(String),
    /// Ctrl-C.
    #[error("interrupted; nothing was written")]
    Interrupted,
}

impl Error {
    /// An error about the file `path`.
    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}

/// A result of this room.
pub type Result<T> = std::result::Result<T, Error>;
