//! ModernBERT (Warner et al. 2024): rotary positions, pre-norm, GeGLU, local and global attention by turns. Parameter
//! names are those of Hugging Face's `ModernBertModel`. mmBERT is of this family.

mod config;
mod embedding;
mod layer;
mod mlp;

use std::sync::Arc;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;

pub use config::{Config, LayerType};

use super::norm::LayerNorm;
use super::rope::Rope;
use super::{Backend, Encoder, PackedBatch, Result};
use embedding::Embeddings;
use layer::Layer;

/// A ModernBERT encoder.
#[derive(Debug, Clone)]
pub struct ModernBert {
    embeddings: Embeddings,
    layers: Vec<Layer>,
    final_norm: LayerNorm,
    config: Config,
    device: Device,
    dtype: DType,
}

impl ModernBert {
    /// Loads the checkpoint's parameters, whose paths may start with `model.`, for the given operations.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(config: &Config, backend: Backend, vb: VarBuilder<'_>) -> Result<Self> {
        let (device, dtype) = (vb.device().clone(), vb.dtype());
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
            config: config.clone(),
            device,
            dtype,
        })
    }
}

impl Encoder for ModernBert {
    fn hidden_size(&self) -> usize {
        self.config.hidden_size
    }

    fn max_length(&self) -> usize {
        self.config.max_position_embeddings
    }

    fn encode(&self, batch: &PackedBatch) -> Result<Tensor> {
        batch.check(self.max_length(), self.config.vocab_size)?;
        if batch.ids.is_empty() {
            return Ok(Tensor::zeros((0, self.hidden_size()), self.dtype, &self.device)?);
        }
        let ids = Tensor::new(batch.ids.as_slice(), &self.device)?;
        let mut x = self.embeddings.forward(&ids)?;
        for layer in &self.layers {
            x = layer.forward(&x, &batch.offsets)?;
        }
        Ok(self.final_norm.forward(&x)?)
    }
}
