//! A linear layer. On the CPU it is one call of the single-threaded kernel, bias and residual included (candle's own
//! sum of large tensors would wake its thread pool); elsewhere it is candle's own product.

use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor};
use candle_nn::{Module, VarBuilder};

use super::Backend;
use super::cpu::{input, values};
use crate::kernel::gemm;

/// `x [tokens, inputs]` to `x × weightᵀ + bias`, `[tokens, outputs]`.
#[derive(Debug, Clone)]
pub struct Linear(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Kernel(Kernel),
    Candle(candle_nn::Linear),
}

/// The layer as an operation of the CPU.
#[derive(Debug, Clone)]
struct Kernel {
    /// `[inputs, outputs]`, the order that the kernel reads fastest.
    weight: Vec<f32>,
    bias: Option<Vec<f32>>,
    inputs: usize,
    outputs: usize,
}

impl Linear {
    /// Loads `weight [outputs, inputs]` and, where `bias` is set, `bias [outputs]`.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(inputs: usize, outputs: usize, bias: bool, backend: Backend, vb: &VarBuilder<'_>) -> Result<Self> {
        Self::load_joined(inputs, outputs, bias, backend, std::slice::from_ref(vb))
    }

    /// Loads layers of `outputs` each as one, their outputs side by side: `[parts * outputs]`.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load_joined(
        inputs: usize,
        outputs: usize,
        bias: bool,
        backend: Backend,
        parts: &[VarBuilder<'_>],
    ) -> Result<Self> {
        let join = |get: &dyn Fn(&VarBuilder<'_>) -> Result<Tensor>| match parts {
            [only] => get(only),
            _ => Tensor::cat(&parts.iter().map(get).collect::<Result<Vec<_>>>()?, 0),
        };
        let weight = join(&|vb| vb.get((outputs, inputs), "weight"))?;
        let bias = bias.then(|| join(&|vb| vb.get(outputs, "bias"))).transpose()?;
        let outputs = outputs * parts.len();
        Ok(Self(match backend {
            Backend::Candle => Kind::Candle(candle_nn::Linear::new(weight, bias)),
            Backend::Kernel => Kind::Kernel(Kernel {
                weight: transpose(&values(&weight)?, inputs),
                bias: bias.as_ref().map(values).transpose()?,
                inputs,
                outputs,
            }),
        }))
    }

    /// Applies the layer to `x [tokens, inputs]`.
    ///
    /// # Errors
    /// If the shapes do not match or the device fails.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        match &self.0 {
            Kind::Kernel(kernel) => x.apply_op1_no_bwd(kernel),
            Kind::Candle(linear) => linear.forward(x),
        }
    }

    /// Applies the layer to `x [tokens, inputs]` and adds `residual [tokens, outputs]`.
    ///
    /// # Errors
    /// If the shapes do not match or the device fails.
    pub fn forward_onto(&self, x: &Tensor, residual: &Tensor) -> Result<Tensor> {
        match &self.0 {
            Kind::Kernel(kernel) => x.apply_op2_no_bwd(residual, kernel),
            Kind::Candle(linear) => residual + linear.forward(x)?,
        }
    }
}

impl Kernel {
    fn apply(&self, x: &[f32], residual: Option<&[f32]>) -> Result<(CpuStorage, Shape)> {
        let rows = x.len() / self.inputs;
        let out = gemm::linear(x, &self.weight, self.outputs, self.bias.as_deref(), residual);
        Ok((CpuStorage::F32(out), (rows, self.outputs).into()))
    }
}

impl CustomOp1 for Kernel {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        self.apply(input(x, layout, self.inputs)?, None)
    }
}

impl CustomOp2 for Kernel {
    fn name(&self) -> &'static str {
        "linear-onto"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        residual: &CpuStorage,
        residual_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let x = input(x, x_layout, self.inputs)?;
        let residual = input(residual, residual_layout, self.outputs)?;
        if residual.len() / self.outputs != x.len() / self.inputs {
            candle_core::bail!("linear-onto: the residual has another number of rows")
        }
        self.apply(x, Some(residual))
    }
}

/// `[rows, cols]` to `[cols, rows]`, in tiles so that both sides stay in the cache.
fn transpose(matrix: &[f32], cols: usize) -> Vec<f32> {
    const TILE: usize = 32;
    let rows = matrix.len() / cols;
    let mut out = vec![0.0; matrix.len()];
    for top in (0..rows).step_by(TILE) {
        for left in (0..cols).step_by(TILE) {
            for j in left..cols.min(left + TILE) {
                for i in top..rows.min(top + TILE) {
                    out[j * rows + i] = matrix[i * cols + j];
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposes() {
        let (rows, cols) = (35, 70);
        let matrix: Vec<f32> = (0..rows * cols).map(|i| i as f32).collect();
        let out = transpose(&matrix, cols);
        assert!((0..rows).all(|i| (0..cols).all(|j| out[j * rows + i] == matrix[i * cols + j])));
    }
}
