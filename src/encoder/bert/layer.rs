//! One post-norm transformer layer: attention and feed-forward, each added to what came in, then normed.

use candle_core::Tensor;
use candle_nn::VarBuilder;

use super::Config;
use crate::encoder::Backend;
use crate::encoder::attention::Attention;
use crate::encoder::linear::Linear;
use crate::encoder::post_norm::PostNorm;

/// A transformer layer.
#[derive(Debug, Clone)]
pub struct Layer {
    attention: Attention,
    rest: PostNorm,
}

impl Layer {
    /// Loads the parameters under the names of the configuration's kind.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(config: &Config, vb: &VarBuilder<'_>) -> candle_core::Result<Self> {
        let (hidden, names) = (config.hidden_size, config.kind.names());
        let parts = names.qkv.map(|part| vb.pp(part));
        let attention = Attention {
            qkv: Linear::load_joined(hidden, hidden, true, Backend::Candle, &parts)?,
            out: Linear::load(hidden, hidden, true, Backend::Candle, &vb.pp(names.out))?,
            rope: None,
            heads: config.num_attention_heads,
            head_dim: config.head_dim(),
            window: None,
        };
        Ok(Self {
            attention,
            rest: PostNorm::load(config.post_norm(), names.rest, Backend::Candle, vb)?,
        })
    }

    /// Applies the layer to `x [tokens, hidden]`.
    ///
    /// # Errors
    /// If the device fails.
    pub fn forward(&self, x: &Tensor, offsets: &[usize]) -> candle_core::Result<Tensor> {
        self.rest.forward(&self.attention.forward(x, x, offsets)?)
    }
}
