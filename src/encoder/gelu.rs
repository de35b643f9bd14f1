//! The exact GELU as an operation on tensors.

use candle_core::{CpuStorage, CustomOp1, Layout, Shape, Tensor};

use super::Backend;
use super::cpu::input;
use crate::kernel::elementwise;

/// GELU of every value of `x [rows, width]`.
///
/// # Errors
/// If the device fails.
pub(crate) fn gelu(x: &Tensor, backend: Backend) -> candle_core::Result<Tensor> {
    match backend {
        Backend::Kernel => x.apply_op1_no_bwd(&Gelu),
        Backend::Candle => x.gelu_erf(),
    }
}

struct Gelu;

impl CustomOp1 for Gelu {
    fn name(&self) -> &'static str {
        "gelu"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> candle_core::Result<(CpuStorage, Shape)> {
        let (_, width) = layout.shape().dims2()?;
        let mut values = input(storage, layout, width)?.to_vec();
        elementwise::gelu(&mut values);
        Ok((CpuStorage::F32(values), layout.shape().clone()))
    }
}
