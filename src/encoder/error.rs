//! What can go wrong while an encoder is configured, loaded or run.

/// An error of the encoder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `config.json` is not JSON, lacks a field or holds one of the wrong type.
    #[error("config.json: not what a configuration is ({0}); copy or download it again")]
    Json(#[from] serde_json::Error),
    /// `config.json` asks for something that this encoder cannot do.
    #[error("config.json: {0}")]
    Config(String),
    /// The batch does not hang together.
    #[error("bad batch: {0}")]
    Batch(String),
    /// A sequence is longer than the model's positions.
    #[error("a sequence of {length} tokens is longer than the model's {max}")]
    TooLong {
        /// Tokens of the sequence.
        length: usize,
        /// Positions of the model.
        max: usize,
    },
    /// A tensor is missing or has another shape, or the device failed.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}

/// Result of the encoder.
pub type Result<T> = std::result::Result<T, Error>;
