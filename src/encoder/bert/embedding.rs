//! Embeddings of pieces, positions and token types, summed, then layer norm; where they are narrower than hidden states,
//! a linear layer widens them.

use candle_core::{Device, Tensor};
use candle_nn::VarBuilder;

use super::Config;
use crate::encoder::linear::Linear;
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
    project: Option<Linear>,
}

impl Embeddings {
    /// Loads `embeddings.word_embeddings.weight [vocab, width]`, `position_embeddings.weight [positions, width]`,
    /// `token_type_embeddings.weight [types, width]` where there are types, `LayerNorm`, and `embeddings_project` where
    /// `width` is not that of hidden states.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(config: &Config, vb: &VarBuilder<'_>) -> candle_core::Result<Self> {
        let (width, hidden) = (config.embedding_size, config.hidden_size);
        let tables = vb.pp("embeddings");
        let project = (width != hidden)
            .then(|| Linear::load(width, hidden, true, Backend::Candle, &vb.pp("embeddings_project")))
            .transpose()?;
        Ok(Self {
            pieces: tables.get((config.vocab_size, width), "word_embeddings.weight")?,
            positions: position_rows(config, &tables)?,
            first_position: config.first_position,
            norm: LayerNorm::load(
                width,
                true,
                config.layer_norm_eps,
                Backend::Candle,
                &tables.pp("LayerNorm"),
            )?,
            project,
        })
    }

    /// Hidden states `[tokens, hidden]`; positions start anew in each sequence.
    ///
    /// # Errors
    /// If the device fails.
    pub fn forward(&self, batch: &PackedBatch, device: &Device) -> candle_core::Result<Tensor> {
        let ids = Tensor::new(batch.ids.as_slice(), device)?;
        let places = batch.places(self.first_position, device)?;
        let sum = (self.pieces.index_select(&ids, 0)? + self.positions.index_select(&places, 0)?)?;
        let normed = self.norm.forward(&sum)?;
        match &self.project {
            Some(project) => project.forward(&normed),
            None => Ok(normed),
        }
    }
}

/// The position table `[positions, width]` with the first token type added, since every token is of that.
pub(in crate::encoder) fn position_rows(config: &Config, tables: &VarBuilder<'_>) -> candle_core::Result<Tensor> {
    let table = |rows, name: &str| tables.get((rows, config.embedding_size), &format!("{name}.weight"));
    let positions = table(config.max_position_embeddings, "position_embeddings")?;
    if config.type_vocab_size == 0 {
        return Ok(positions);
    }
    let types = table(config.type_vocab_size, "token_type_embeddings")?;
    positions.broadcast_add(&types.narrow(0, 0, 1)?)
}
