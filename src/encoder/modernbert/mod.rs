//! ModernBERT (Warner et al. 2024): rotary positions, pre-norm, GeGLU, local and global attention by turns. Parameter
//! names are those of Hugging Face's `ModernBertModel`. mmBERT is of this family. This is the reference, made of candle's
//! operations; the CPU runs its twin in `fused`.

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
use super::{Family, PackedBatch, Result};
use embedding::Embeddings;
use layer::Layer;

/// A ModernBERT encoder.
#[derive(Debug, Clone)]
pub(super) struct ModernBert {
    embeddings: Embeddings,
    layers: Vec<Layer>,
    final_norm: LayerNorm,
}

/// The encoder's parameters, whose paths may start with `model.`.
pub(super) fn below(vb: VarBuilder<'_>) -> VarBuilder<'_> {
    if vb.contains_tensor("model.final_norm.weight") {
        vb.pp("model")
    } else {
        vb
    }
}

impl ModernBert {
    /// Loads the checkpoint's parameters, whose paths may start with `model.`.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub(super) fn load(config: &Config, vb: VarBuilder<'_>) -> Result<Self> {
        let vb = below(vb);
        let rope = |theta| Arc::new(Rope::new(config.max_position_embeddings, config.head_dim(), theta));
        let (global, local) = (rope(config.global_rope_theta), rope(config.local_rope_theta));
        let layer = |(index, kind): (usize, &LayerType)| {
            let rope = if *kind == LayerType::Global { &global } else { &local };
            Layer::load(config, index, Arc::clone(rope), &vb.pp("layers").pp(index))
        };
        Ok(Self {
            embeddings: Embeddings::load(config, &vb.pp("embeddings"))?,
            layers: config
                .layer_types
                .iter()
                .enumerate()
                .map(layer)
                .collect::<candle_core::Result<_>>()?,
            final_norm: config.norm(&vb.pp("final_norm"))?,
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
