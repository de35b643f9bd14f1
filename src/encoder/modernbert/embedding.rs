//! Token embeddings: one row of the table per piece, then layer norm. Positions come in later, by rotation.

use candle_core::Tensor;
use candle_nn::VarBuilder;

use super::Config;
use crate::encoder::norm::LayerNorm;

/// The embedding table with its norm.
#[derive(Debug, Clone)]
pub struct Embeddings {
    table: Tensor,
    norm: LayerNorm,
}

impl Embeddings {
    /// Loads `tok_embeddings.weight [vocab, hidden]` and `norm`.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(config: &Config, vb: &VarBuilder<'_>) -> candle_core::Result<Self> {
        let table = vb.get((config.vocab_size, config.hidden_size), "tok_embeddings.weight")?;
        Ok(Self {
            table,
            norm: config.norm(&vb.pp("norm"))?,
        })
    }

    /// Hidden states `[tokens, hidden]` of `ids [tokens]`.
    ///
    /// # Errors
    /// If an id is outside the table or the device fails.
    pub fn forward(&self, ids: &Tensor) -> candle_core::Result<Tensor> {
        self.norm.forward(&self.table.index_select(ids, 0)?)
    }
}
