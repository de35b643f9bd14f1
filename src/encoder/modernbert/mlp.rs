//! The feed-forward block: GeGLU (Shazeer 2020), `Wo(gelu(input) * gate)` with `input, gate = Wi(x)`.

use candle_core::{D, Tensor};
use candle_nn::VarBuilder;

use super::Config;
use crate::encoder::Backend;
use crate::encoder::linear::Linear;

/// Feed-forward block of a layer.
#[derive(Debug, Clone)]
pub struct Mlp {
    wi: Linear,
    wo: Linear,
}

impl Mlp {
    /// Loads `Wi [2 * intermediate, hidden]` and `Wo [hidden, intermediate]`.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(config: &Config, vb: &VarBuilder<'_>) -> candle_core::Result<Self> {
        let (hidden, width) = (config.hidden_size, config.intermediate_size);
        Ok(Self {
            wi: Linear::load(hidden, 2 * width, config.mlp_bias, Backend::Candle, &vb.pp("Wi"))?,
            wo: Linear::load(width, hidden, config.mlp_bias, Backend::Candle, &vb.pp("Wo"))?,
        })
    }

    /// `residual` plus the block's result for `x`, both `[tokens, hidden]`.
    ///
    /// # Errors
    /// If the device fails.
    pub fn forward(&self, x: &Tensor, residual: &Tensor) -> candle_core::Result<Tensor> {
        let both = self.wi.forward(x)?;
        let parts = both.chunk(2, D::Minus1)?;
        let gated = (parts[0].contiguous()?.gelu_erf()? * parts[1].contiguous()?)?;
        self.wo.forward_onto(&gated, residual)
    }
}
