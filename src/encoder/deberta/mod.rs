//! DeBERTa-v2 and -v3 (He et al. 2021), mDeBERTa: attention that sees the distance of two tokens apart from what they
//! are, post-norm, GELU. Parameter names are those of Hugging Face's `DebertaV2Model`.

mod attention;
mod config;
mod distance;
mod embedding;

use std::sync::Arc;

use candle_core::{Device, Tensor};
use candle_nn::VarBuilder;

pub use config::{Config, Relative};

use super::norm::LayerNorm;
use super::post_norm::{self, PostNorm};
use super::{Backend, Family, PackedBatch, Result};
use attention::{Attention, Pairs, Positions};
use distance::Distances;
use embedding::Embeddings;

/// A DeBERTa encoder.
#[derive(Debug, Clone)]
pub(super) struct Deberta {
    embeddings: Embeddings,
    layers: Vec<(Attention, PostNorm)>,
    distances: Option<Arc<Distances>>,
    backend: Backend,
}

impl Deberta {
    /// Loads the checkpoint's parameters, whose paths may start with `deberta.`, for the given operations.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub(super) fn load(config: &Config, backend: Backend, vb: VarBuilder<'_>) -> Result<Self> {
        let vb = if vb.contains_tensor("deberta.embeddings.word_embeddings.weight") {
            vb.pp("deberta")
        } else {
            vb
        };
        let relative = config.relative.as_ref();
        let positions = relative.map(|relative| positions(config, relative, backend, &vb.pp("encoder")));
        let positions = positions.transpose()?;
        let layer = |index: usize| {
            let vb = vb.pp("encoder.layer").pp(index);
            let attention = Attention::load(config, positions.as_ref(), backend, &vb.pp("attention"))?;
            let rest = PostNorm::load(config.post_norm(), post_norm::BERT, backend, &vb)?;
            candle_core::Result::Ok((attention, rest))
        };
        Ok(Self {
            embeddings: Embeddings::load(config, backend, &vb.pp("embeddings"))?,
            layers: (0..config.num_hidden_layers)
                .map(layer)
                .collect::<candle_core::Result<_>>()?,
            distances: positions.as_ref().map(|positions| Arc::clone(&positions.distances)),
            backend,
        })
    }

    /// What candle's attention needs to know of the batch's lengths.
    fn pairs(&self, batch: &PackedBatch, device: &Device) -> candle_core::Result<Pairs> {
        let mut pairs = Pairs::new();
        let Some(distances) = self.distances.as_ref().filter(|_| self.backend == Backend::Candle) else {
            return Ok(pairs);
        };
        for length in batch.offsets.windows(2).map(|pair| pair[1] - pair[0]) {
            if length > 0 && !pairs.contains_key(&length) {
                pairs.insert(length, distances.pairs(length, device)?);
            }
        }
        Ok(pairs)
    }
}

/// Loads `rel_embeddings` and its norm.
fn positions(
    config: &Config,
    relative: &Relative,
    backend: Backend,
    vb: &VarBuilder<'_>,
) -> candle_core::Result<Positions> {
    let (rows, hidden) = (2 * relative.span(), config.hidden_size);
    let mut table = vb.get((rows, hidden), "rel_embeddings.weight")?;
    if relative.norm_rel_ebd {
        let norm = LayerNorm::load(hidden, true, config.layer_norm_eps, backend, &vb.pp("LayerNorm"))?;
        table = norm.forward(&table)?;
    }
    Ok(Positions {
        table,
        distances: Arc::new(Distances::new(relative, config.max_position_embeddings)),
        shared: relative.share_att_key,
    })
}

impl Family for Deberta {
    fn forward(&self, batch: &PackedBatch, device: &Device) -> candle_core::Result<Tensor> {
        let pairs = self.pairs(batch, device)?;
        let mut x = self.embeddings.forward(batch, device)?;
        for (attention, rest) in &self.layers {
            x = rest.forward(&attention.forward(&x, &batch.offsets, &pairs)?)?;
        }
        Ok(x)
    }
}
