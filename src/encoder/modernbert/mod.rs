//! ModernBERT (Warner et al. 2024): rotary positions, pre-norm, GeGLU, local and global attention by turns. Parameter
//! names are those of Hugging Face's `ModernBertModel`. mmBERT is of this family.

mod config;
mod embedding;
mod layer;
mod mlp;

use std::sync::Arc;

use candle_core::{Device, Tensor};
use candle_nn::VarBuilder;

pub use config::{Config, LayerType};

use super::norm::LayerNorm;
use super::rope::Rope;
use super::{Backend, Family, PackedBatch, Result};
use embedding::Embeddings;
use layer::Layer;

/// A ModernBERT encoder.
#[derive(Debug, Clone)]
pub(super) struct ModernBert {
    embeddings: Embeddings,
    layers: Vec<Layer>,
    final_norm: LayerNorm,
}

impl ModernBert {
    /// Loads the checkpoint's parameters, whose paths may start with `model.`, for the given operations.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub(super) fn load(config: &Config, backend: Backend, vb: VarBuilder<'_>) -> Result<Self> {
        let vb = if vb.contains_tensor("model.final_norm.weight") {
            vb.pp("model")
        } else {
            vb
        };
        let rope = |theta| Arc::new(Rope::new(config.max_position_embeddings, config.head_dim(), theta));
        let (global, local) = (rope(config.global_rope_theta), rope(config.local_rope_theta));
        let layer = |(index, kind): (usize, &LayerType)| {
            let rope = if *kind == LayerType::Global { &global } else { &local };
            Layer::load(config, index, Arc::clone(rope), backend, &vb.pp("layers").pp(index))
        };
        Ok(Self {
            embeddings: Embeddings::load(config, backend, &vb.pp("embeddings"))?,
            layers: config
                .layer_types
                .iter()
                .enumerate()
                .map(layer)
                .collect::<candle_core::Result<_>>()?,
            final_norm: config.norm(backend, &vb.pp("final_norm"))?,
        })
    }
}

impl Family for ModernBert {
    fn forward(&self, batch: &PackedBatch, device: &Device) -> candle_core::Result<Tensor> {
        let ids = Tensor::new(batch.ids.as_slice(), device)?;
        let mut x = self.embeddings.forward(&ids)?;
        for layer in &self.layers {
            x = layer.forward(&x, &batch.offsets)?;
        }
        self.final_norm.forward(&x)
    }
}
