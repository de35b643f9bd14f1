//! ModernBERT (Warner et al. 2024): rotary positions, pre-norm, GeGLU, local and global attention by turns. Parameter
//! names are those of Hugging Face's `ModernBertModel`. mmBERT is of this family. This is the reference, made of candle's
//! operations; the CPU runs its twin in `fused`.

mod config;
mod embedding;
mod layer;
mod mlp;

use candle_core::{Device, Tensor};
use candle_nn::VarBuilder;

pub use config::{Config, LayerType};

use super::attention::Window;
use super::norm::LayerNorm;
use super::rope::Rope;
use super::{Family, PackedBatch, Result};
use embedding::Embeddings;
use layer::{Layer, Shared};

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
        let (positions, device) = (config.max_position_embeddings, vb.device());
        let shared = |kind, theta| -> candle_core::Result<Shared> {
            let window = config.reach(kind).map(|reach| Window::new(reach, positions, device));
            Ok(Shared {
                rope: Rope::new(positions, config.head_dim(), theta).tensors(positions, device)?,
                window: window.transpose()?,
            })
        };
        let global = shared(LayerType::Global, config.global_rope_theta)?;
        let local = shared(LayerType::Local, config.local_rope_theta)?;
        let layer = |(index, kind): (usize, &LayerType)| {
            let shared = if *kind == LayerType::Global { &global } else { &local };
            Layer::load(config, index, shared, &vb.pp("layers").pp(index))
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
