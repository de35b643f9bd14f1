//! A model whose files are part of the program. The bytes are handed in by the binary, so that they are linked there
//! and nowhere else.

/// The files of a model.
#[derive(Debug, Clone, Copy)]
pub struct Embedded {
    /// `config.json`.
    pub config: &'static [u8],
    /// `tokenizer.json`.
    pub tokenizer: &'static [u8],
    /// `README.md`, the model card.
    pub card: &'static str,
    /// `model.safetensors`.
    pub weights: &'static [u8],
}
