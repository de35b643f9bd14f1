//! A linear layer on tensors. On the CPU it is one call of the single-threaded kernel (candle's own sum of large tensors
//! would wake its thread pool); elsewhere it is candle's own product.

use std::sync::Arc;

use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor};
use candle_nn::{Module, VarBuilder};

use super::Backend;
use super::cpu::{input, values, with_values};
use crate::kernel::isa::Isa;
use crate::kernel::packed::{Epilogue, Operand, Packed, Precision};

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
    weight: Arc<Packed>,
    precision: Precision,
    isa: Isa,
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
            Backend::Kernel(precision) => {
                let (isa, bias) = (Isa::best(), bias.as_ref().map(values).transpose()?);
                let pack = |weight: &[f32]| Packed::new(weight, outputs, inputs, bias.as_deref(), precision, isa);
                Kind::Kernel(Kernel {
                    weight: Arc::new(with_values(&weight, pack)?),
                    precision,
                    isa,
                    inputs,
                    outputs,
                })
            }
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
    fn apply(&self, x: &[f32], epilogue: Epilogue, mut out: Vec<f32>) -> (CpuStorage, Shape) {
        let mut operand = Operand::new(self.precision, self.isa);
        operand.set(x, self.inputs);
        self.weight.apply(&operand, epilogue, &mut out);
        (CpuStorage::F32(out), (operand.rows(), self.outputs).into())
    }
}

impl CustomOp1 for Kernel {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = input(x, layout, self.inputs)?;
        Ok(self.apply(x, Epilogue::Store, vec![0.0; x.len() / self.inputs * self.outputs]))
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
        Ok(self.apply(x, Epilogue::Add, residual.to_vec()))
    }
}
