//! Embeddings of pieces, positions and token types, summed, then layer norm.

use candle_core::{Device, Tensor};
use candle_nn::VarBuilder;

use super::Config;
use crate::encoder::norm::LayerNorm;
use crate::encoder::{Backend, PackedBatch};

/// The tables with their norm.
#[derive(Debug, Clone)]
pub struct Embeddings {
    pieces: Tensor,
    /// The position table with the first token type added, since every token is of that.
    positions: Tensor,
    first_position: usize,
    norm: LayerNorm,
}

impl Embeddings {
    /// Loads `word_embeddings.weight [vocab, hidden]`, `position_embeddings.weight [positions, hidden]`,
    /// `token_type_embeddings.weight [types, hidden]` and `LayerNorm`.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(config: &Config, backend: Backend, vb: &VarBuilder<'_>) -> candle_core::Result<Self> {
        let hidden = config.hidden_size;
        let table = |rows, name: &str| vb.get((rows, hidden), &format!("{name}.weight"));
        let types = table(config.type_vocab_size, "token_type_embeddings")?;
        let positions = table(config.max_position_embeddings, "position_embeddings")?;
        Ok(Self {
            pieces: table(config.vocab_size, "word_embeddings")?,
            positions: positions.broadcast_add(&types.narrow(0, 0, 1)?)?,
            first_position: config.first_position,
            norm: config.norm(backend, &vb.pp("LayerNorm"))?,
        })
    }

    /// Hidden states `[tokens, hidden]`; positions start anew in each sequence.
    ///
    /// # Errors
    /// If the device fails.
    pub fn forward(&self, batch: &PackedBatch, device: &Device) -> candle_core::Result<Tensor> {
        let ids = Tensor::new(batch.ids.as_slice(), device)?;
        let places = batch.offsets.windows(2).flat_map(|pair| 0..pair[1] - pair[0]);
        let places: Vec<u32> = places.map(|place| (self.first_position + place) as u32).collect();
        let places = Tensor::new(places, device)?;
        let sum = (self.pieces.index_select(&ids, 0)? + self.positions.index_select(&places, 0)?)?;
        self.norm.forward(&sum)
    }
}
