//! Layer norm, with or without a bias.

use candle_core::{CpuStorage, CustomOp1, Layout, Shape, Tensor};
use candle_nn::{Module, VarBuilder};

use super::Backend;
use super::cpu::{input, values};
use crate::kernel::elementwise;

/// Layer norm over the hidden states.
#[derive(Debug, Clone)]
pub struct LayerNorm(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Kernel {
        weight: Vec<f32>,
        bias: Option<Vec<f32>>,
        epsilon: f32,
    },
    Candle(candle_nn::LayerNorm),
}

impl LayerNorm {
    /// Loads `weight [hidden]` and, where `bias` is set, `bias [hidden]`, which old checkpoints call `gamma` and `beta`;
    /// `epsilon` is added to the variance.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(
        hidden: usize,
        bias: bool,
        epsilon: f64,
        backend: Backend,
        vb: &VarBuilder<'_>,
    ) -> candle_core::Result<Self> {
        let (weight, bias) = parameters(hidden, bias, vb)?;
        Ok(Self(match (backend, bias) {
            (Backend::Kernel(_), bias) => Kind::Kernel {
                weight: values(&weight)?,
                bias: bias.as_ref().map(values).transpose()?,
                epsilon: epsilon as f32,
            },
            (Backend::Candle, Some(bias)) => Kind::Candle(candle_nn::LayerNorm::new(weight, bias, epsilon)),
            (Backend::Candle, None) => Kind::Candle(candle_nn::LayerNorm::new_no_bias(weight, epsilon)),
        }))
    }

    /// Normalises each row of `x [tokens, hidden]`.
    ///
    /// # Errors
    /// If the shapes do not match or the device fails.
    pub fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        match &self.0 {
            Kind::Kernel { .. } => x.apply_op1_no_bwd(self),
            Kind::Candle(norm) => norm.forward(x),
        }
    }
}

/// `weight [width]` and, where `bias` is set, `bias [width]`, which old checkpoints call `gamma` and `beta`.
///
/// # Errors
/// If a tensor is missing or has another shape.
pub fn parameters(width: usize, bias: bool, vb: &VarBuilder<'_>) -> candle_core::Result<(Tensor, Option<Tensor>)> {
    let old = !vb.contains_tensor("weight") && vb.contains_tensor("gamma");
    let (weight_name, bias_name) = if old { ("gamma", "beta") } else { ("weight", "bias") };
    let bias = bias.then(|| vb.get(width, bias_name)).transpose()?;
    Ok((vb.get(width, weight_name)?, bias))
}

impl CustomOp1 for LayerNorm {
    fn name(&self) -> &'static str {
        "layer-norm"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> candle_core::Result<(CpuStorage, Shape)> {
        let Kind::Kernel { weight, bias, epsilon } = &self.0 else {
            candle_core::bail!("layer-norm: not loaded for the CPU kernel")
        };
        let x = input(storage, layout, weight.len())?;
        let out = elementwise::layer_norm(x, weight, bias.as_deref(), *epsilon);
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }
}
