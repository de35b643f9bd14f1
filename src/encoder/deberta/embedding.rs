//! Embeddings of pieces, and where the checkpoint has them of positions and token types, summed, widened where they are
//! narrower than hidden states, then layer norm.

use candle_core::{Device, Tensor};
use candle_nn::VarBuilder;

use super::Config;
use crate::encoder::linear::Linear;
use crate::encoder::norm::LayerNorm;
use crate::encoder::{Backend, PackedBatch};

/// The tables with their norm.
#[derive(Debug, Clone)]
pub struct Embeddings {
    /// The table of pieces with the first token type added, since every token is of that.
    pieces: Tensor,
    positions: Option<Tensor>,
    project: Option<Linear>,
    norm: LayerNorm,
}

impl Embeddings {
    /// Loads `word_embeddings.weight [vocab, width]`, `LayerNorm`, and what the configuration asks for of
    /// `position_embeddings`, `token_type_embeddings` and `embed_proj`.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(config: &Config, backend: Backend, vb: &VarBuilder<'_>) -> candle_core::Result<Self> {
        let (width, hidden) = (config.embedding_size, config.hidden_size);
        let table = |rows, name: &str| vb.get((rows, width), &format!("{name}.weight"));
        let mut pieces = table(config.vocab_size, "word_embeddings")?;
        if config.type_vocab_size > 0 {
            let types = table(config.type_vocab_size, "token_type_embeddings")?;
            pieces = pieces.broadcast_add(&types.narrow(0, 0, 1)?)?;
        }
        let positions = config
            .position_biased_input
            .then(|| table(config.max_position_embeddings, "position_embeddings"));
        let project = (width != hidden).then(|| Linear::load(width, hidden, false, backend, &vb.pp("embed_proj")));
        Ok(Self {
            pieces,
            positions: positions.transpose()?,
            project: project.transpose()?,
            norm: LayerNorm::load(hidden, true, config.layer_norm_eps, backend, &vb.pp("LayerNorm"))?,
        })
    }

    /// Hidden states `[tokens, hidden]`; positions start anew in each sequence.
    ///
    /// # Errors
    /// If the device fails.
    pub fn forward(&self, batch: &PackedBatch, device: &Device) -> candle_core::Result<Tensor> {
        let ids = Tensor::new(batch.ids.as_slice(), device)?;
        let mut sum = self.pieces.index_select(&ids, 0)?;
        if let Some(positions) = &self.positions {
            sum = (sum + positions.index_select(&batch.places(0, device)?, 0)?)?;
        }
        if let Some(project) = &self.project {
            sum = project.forward(&sum)?;
        }
        self.norm.forward(&sum)
    }
}
