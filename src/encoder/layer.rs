//! One pre-norm transformer layer: attention and feed-forward, each added to what came in.

use std::sync::Arc;

use candle_core::Tensor;
use candle_nn::VarBuilder;

use super::attention::Attention;
use super::mlp::Mlp;
use super::norm::LayerNorm;
use super::rope::Rope;
use super::{Backend, Config};

/// A transformer layer.
#[derive(Debug, Clone)]
pub struct Layer {
    attn_norm: Option<LayerNorm>,
    attn: Attention,
    mlp_norm: LayerNorm,
    mlp: Mlp,
}

impl Layer {
    /// Loads layer `index`; layer 0 has no `attn_norm`, since the embeddings are normed already.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(
        config: &Config,
        index: usize,
        rope: Arc<Rope>,
        backend: Backend,
        vb: &VarBuilder<'_>,
    ) -> candle_core::Result<Self> {
        let attn_norm = match index {
            0 => None,
            _ => Some(LayerNorm::load(config, backend, &vb.pp("attn_norm"))?),
        };
        Ok(Self {
            attn_norm,
            attn: Attention::load(config, config.layer_types[index], rope, backend, &vb.pp("attn"))?,
            mlp_norm: LayerNorm::load(config, backend, &vb.pp("mlp_norm"))?,
            mlp: Mlp::load(config, backend, &vb.pp("mlp"))?,
        })
    }

    /// Applies the layer to `x [tokens, hidden]`.
    ///
    /// # Errors
    /// If the device fails.
    pub fn forward(&self, x: &Tensor, offsets: &[usize]) -> candle_core::Result<Tensor> {
        let x = match &self.attn_norm {
            Some(norm) => self.attn.forward(&norm.forward(x)?, x, offsets)?,
            None => self.attn.forward(x, x, offsets)?,
        };
        self.mlp.forward(&self.mlp_norm.forward(&x)?, &x)
    }
}
