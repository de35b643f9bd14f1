//! One pre-norm transformer layer: attention and feed-forward, each added to what came in.

use candle_core::Tensor;
use candle_nn::VarBuilder;

use super::Config;
use super::mlp::Mlp;
use crate::encoder::Backend;
use crate::encoder::attention::{Attention, Window};
use crate::encoder::linear::Linear;
use crate::encoder::norm::LayerNorm;

/// What the layers of one kind share, on the device once.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Cosines and sines of all positions.
    pub rope: (Tensor, Tensor),
    /// How far a token sees; `None` sees the whole sequence.
    pub window: Option<Window>,
}

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
    pub fn load(config: &Config, index: usize, shared: &Shared, vb: &VarBuilder<'_>) -> candle_core::Result<Self> {
        let attn_norm = match index {
            0 => None,
            _ => Some(config.norm(&vb.pp("attn_norm"))?),
        };
        let (hidden, bias, vb_attn) = (config.hidden_size, config.attention_bias, vb.pp("attn"));
        let attn = Attention {
            qkv: Linear::load(hidden, 3 * hidden, bias, Backend::Candle, &vb_attn.pp("Wqkv"))?,
            out: Linear::load(hidden, hidden, bias, Backend::Candle, &vb_attn.pp("Wo"))?,
            rope: Some(shared.rope.clone()),
            heads: config.num_attention_heads,
            head_dim: config.head_dim(),
            window: shared.window.clone(),
        };
        Ok(Self {
            attn_norm,
            attn,
            mlp_norm: config.norm(&vb.pp("mlp_norm"))?,
            mlp: Mlp::load(config, &vb.pp("mlp"))?,
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
