//! One post-norm transformer layer: attention and feed-forward, each added to what came in, then normed.

use candle_core::Tensor;
use candle_nn::VarBuilder;

use super::Config;
use crate::encoder::attention::Attention;
use crate::encoder::linear::Linear;
use crate::encoder::norm::LayerNorm;
use crate::encoder::{Backend, gelu};

/// A transformer layer.
#[derive(Debug, Clone)]
pub struct Layer {
    attention: Attention,
    attention_norm: LayerNorm,
    up: Linear,
    down: Linear,
    output_norm: LayerNorm,
    backend: Backend,
}

impl Layer {
    /// Loads `attention.self.{query,key,value}`, `attention.output`, `intermediate` and `output`.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(config: &Config, backend: Backend, vb: &VarBuilder<'_>) -> candle_core::Result<Self> {
        let (hidden, width) = (config.hidden_size, config.intermediate_size);
        let linear = |inputs, outputs, path: &str| Linear::load(inputs, outputs, true, backend, &vb.pp(path));
        let parts = ["query", "key", "value"].map(|part| vb.pp("attention.self").pp(part));
        let attention = Attention {
            qkv: Linear::load_joined(hidden, hidden, true, backend, &parts)?,
            out: linear(hidden, hidden, "attention.output.dense")?,
            rope: None,
            heads: config.num_attention_heads,
            head_dim: config.head_dim(),
            reach: None,
            backend,
        };
        Ok(Self {
            attention,
            attention_norm: config.norm(backend, &vb.pp("attention.output.LayerNorm"))?,
            up: linear(hidden, width, "intermediate.dense")?,
            down: linear(width, hidden, "output.dense")?,
            output_norm: config.norm(backend, &vb.pp("output.LayerNorm"))?,
            backend,
        })
    }

    /// Applies the layer to `x [tokens, hidden]`.
    ///
    /// # Errors
    /// If the device fails.
    pub fn forward(&self, x: &Tensor, offsets: &[usize]) -> candle_core::Result<Tensor> {
        let x = self.attention_norm.forward(&self.attention.forward(x, x, offsets)?)?;
        let wide = gelu(&self.up.forward(&x)?, self.backend)?;
        self.output_norm.forward(&self.down.forward_onto(&wide, &x)?)
    }
}
