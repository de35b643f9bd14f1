//! What follows attention in a post-norm layer, the same in BERT's branches and DeBERTa: layer norm, then the
//! feed-forward block with its own norm.

use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;

use super::Backend;
use super::activation::Activation;
use super::linear::Linear;
use super::norm::LayerNorm;

/// Sizes of the layers.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Width of a hidden state.
    pub hidden: usize,
    /// Width inside the feed-forward block.
    pub intermediate: usize,
    /// Added to the variance in layer norm.
    pub epsilon: f64,
    /// Between the two linear layers.
    pub activation: Activation,
}

/// Where the parameters stand in a layer.
#[derive(Debug, Clone, Copy)]
pub struct Paths {
    /// The norm behind attention.
    pub attention_norm: &'static str,
    /// From `hidden` to `intermediate`.
    pub up: &'static str,
    /// Back again.
    pub down: &'static str,
    /// The norm at the end.
    pub output_norm: &'static str,
}

/// BERT's names, which DeBERTa and ELECTRA kept.
pub const BERT: Paths = Paths {
    attention_norm: "attention.output.LayerNorm",
    up: "intermediate.dense",
    down: "output.dense",
    output_norm: "output.LayerNorm",
};

/// The second half of a layer.
#[derive(Debug, Clone)]
pub struct PostNorm {
    attention_norm: LayerNorm,
    up: Linear,
    activation: Activation,
    down: Linear,
    output_norm: LayerNorm,
    backend: Backend,
}

impl PostNorm {
    /// Loads the norms and linear layers at `paths` of a layer.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(sizes: Sizes, paths: Paths, backend: Backend, vb: &VarBuilder<'_>) -> Result<Self> {
        let (hidden, wide) = (sizes.hidden, sizes.intermediate);
        let norm = |path: &str| LayerNorm::load(hidden, true, sizes.epsilon, backend, &vb.pp(path));
        Ok(Self {
            attention_norm: norm(paths.attention_norm)?,
            up: Linear::load(hidden, wide, true, backend, &vb.pp(paths.up))?,
            activation: sizes.activation,
            down: Linear::load(wide, hidden, true, backend, &vb.pp(paths.down))?,
            output_norm: norm(paths.output_norm)?,
            backend,
        })
    }

    /// The layer's result for `x [tokens, hidden]`: what came in plus what attention made of it.
    ///
    /// # Errors
    /// If the device fails.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let x = self.attention_norm.forward(x)?;
        let wide = self.activation.forward(&self.up.forward(&x)?, self.backend)?;
        self.output_norm.forward(&self.down.forward_onto(&wide, &x)?)
    }
}
