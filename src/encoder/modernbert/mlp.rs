//! The feed-forward block: GeGLU (Shazeer 2020), `Wo(gelu(input) * gate)` with `input, gate = Wi(x)`.

use candle_core::{CpuStorage, CustomOp1, D, Layout, Shape, Tensor};
use candle_nn::VarBuilder;

use super::Config;
use crate::encoder::Backend;
use crate::encoder::cpu::input;
use crate::encoder::linear::Linear;
use crate::kernel::elementwise;

/// Feed-forward block of a layer.
#[derive(Debug, Clone)]
pub struct Mlp {
    wi: Linear,
    wo: Linear,
    gate: GeGlu,
    backend: Backend,
}

#[derive(Debug, Clone, Copy)]
struct GeGlu {
    width: usize,
}

impl Mlp {
    /// Loads `Wi [2 * intermediate, hidden]` and `Wo [hidden, intermediate]`.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(config: &Config, backend: Backend, vb: &VarBuilder<'_>) -> candle_core::Result<Self> {
        let (hidden, width) = (config.hidden_size, config.intermediate_size);
        Ok(Self {
            wi: Linear::load(hidden, 2 * width, config.mlp_bias, backend, &vb.pp("Wi"))?,
            wo: Linear::load(width, hidden, config.mlp_bias, backend, &vb.pp("Wo"))?,
            gate: GeGlu { width },
            backend,
        })
    }

    /// `residual` plus the block's result for `x`, both `[tokens, hidden]`.
    ///
    /// # Errors
    /// If the device fails.
    pub fn forward(&self, x: &Tensor, residual: &Tensor) -> candle_core::Result<Tensor> {
        let both = self.wi.forward(x)?;
        let gated = match self.backend {
            Backend::Kernel => both.apply_op1_no_bwd(&self.gate)?,
            Backend::Candle => {
                let parts = both.chunk(2, D::Minus1)?;
                (parts[0].contiguous()?.gelu_erf()? * parts[1].contiguous()?)?
            }
        };
        self.wo.forward_onto(&gated, residual)
    }
}

impl CustomOp1 for GeGlu {
    fn name(&self) -> &'static str {
        "geglu"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> candle_core::Result<(CpuStorage, Shape)> {
        let x = input(storage, layout, 2 * self.width)?;
        let out = elementwise::geglu(x, self.width);
        Ok((CpuStorage::F32(out), (x.len() / (2 * self.width), self.width).into()))
    }
}
