//! The number types that a model computes in, and which of them a device has.

use candle_core::{DType, Device};

use super::ModelSource;
use super::error::{Error, Result};
use crate::encoder::{Backend, Precision};

/// The number type of a model's products. Sums, norms, softmax and everything after the encoder are f32 on the CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dtype {
    /// 32-bit floats.
    F32,
    /// 16-bit floats, on a GPU.
    F16,
    /// bfloat16.
    Bf16,
    /// 8-bit integers, on the CPU: one scale for each output of a layer and for each token, exact sums.
    Int8,
}

impl Dtype {
    /// What the model of `source` computes in on `device` where nothing was asked for. The loss of int8 was measured for
    /// the model inside the program (docs/SPEED.md), so that runs in it on a CPU; other models compute as they were
    /// trained.
    pub fn of(source: &ModelSource, device: &Device) -> Self {
        match (device.is_cpu(), source) {
            (true, ModelSource::Embedded(_)) => Self::Int8,
            (true, _) => Self::F32,
            (false, _) => Self::Bf16,
        }
    }

    /// Its name in records and options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
            Self::Int8 => "int8",
        }
    }

    /// The type with this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::F32, Self::F16, Self::Bf16, Self::Int8]
            .into_iter()
            .find(|dtype| dtype.as_str() == name)
    }

    /// How the CPU's kernels multiply in it, where they do.
    pub fn precision(self) -> Option<Precision> {
        match self {
            Self::F32 => Some(Precision::F32),
            Self::Bf16 => Some(Precision::Bf16),
            Self::Int8 => Some(Precision::Int8),
            Self::F16 => None,
        }
    }

    /// The type that weights are read as, and the operations of the encoder.
    pub(super) fn on(self, device: &Device) -> Result<(DType, Backend)> {
        let candle = |dtype| Ok((dtype, Backend::Candle));
        match (device.is_cpu(), self.precision(), self) {
            (true, Some(precision), _) => Ok((DType::F32, Backend::Kernel(precision))),
            (true, None, _) => Err(Error::Device(
                "the CPU computes in f32, bf16 or int8, not in f16".to_owned(),
            )),
            (false, _, Self::F32) => candle(DType::F32),
            (false, _, Self::F16) => candle(DType::F16),
            (false, _, Self::Bf16) => candle(DType::BF16),
            (false, _, Self::Int8) => Err(Error::Device(
                "a GPU computes in bf16, f16 or f32, not in int8".to_owned(),
            )),
        }
    }
}
