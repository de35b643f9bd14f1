//! The number types that a model computes in, and which of them a device has.

use candle_core::{DType, Device};

use super::ModelSource;
use super::error::{Error, Result};
use super::gpu::{self, Gpu};
use crate::encoder::{Backend, Precision};

/// The first compute capability for which candle has kernels in bf16 (Ampere, 2020).
const BF16_SINCE: (i32, i32) = (8, 0);

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
    /// trained. A GPU computes in bf16 where it can.
    pub fn of(source: &ModelSource, device: &Device) -> Self {
        match (device.is_cpu(), source) {
            (true, ModelSource::Embedded(_)) => Self::Int8,
            (true, _) => Self::F32,
            (false, _) => Self::of_gpu(Gpu::of(device).as_ref(), built_for()),
        }
    }

    fn of_gpu(gpu: Option<&Gpu>, built_for: Option<(i32, i32)>) -> Self {
        match bf16_on(gpu, built_for) {
            Ok(()) => Self::Bf16,
            Err(_) => Self::F32,
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
            (false, _, Self::Bf16) => {
                bf16_on(Gpu::of(device).as_ref(), built_for())?;
                candle(DType::BF16)
            }
            (false, _, Self::Int8) => Err(Error::Device(
                "a GPU computes in bf16, f16 or f32, not in int8".to_owned(),
            )),
        }
    }
}

fn built_for() -> Option<(i32, i32)> {
    gpu::BUILT_FOR.and_then(gpu::named)
}

/// Refuses bf16 where there are no kernels for it, since the card or the build is of an older kind: the weights would load,
/// and every article would fail.
fn bf16_on(gpu: Option<&Gpu>, built_for: Option<(i32, i32)>) -> Result<()> {
    let Some(Gpu { name, capability }) = gpu else {
        return Ok(());
    };
    let ((major, minor), built_for) = (*capability, built_for.unwrap_or(*capability));
    if built_for.min(*capability) >= BF16_SINCE {
        return Ok(());
    }
    Err(Error::Device(format!(
        "bf16 needs a GPU of compute capability 8.0 and a stellig built for one; {name} has {major}.{minor}, and this stellig was \
         built for {}.{}; use --dtype f32 or f16",
        built_for.0, built_for.1
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gpu_computes_in_bf16_from_ampere_on() {
        let gpu = |major, minor| Gpu {
            name: "A Card".to_owned(),
            capability: (major, minor),
        };
        for old in [gpu(6, 1), gpu(7, 0), gpu(7, 5)] {
            assert_eq!(Dtype::of_gpu(Some(&old), None), Dtype::F32);
        }
        for new in [gpu(8, 0), gpu(8, 6), gpu(9, 0), gpu(12, 0)] {
            assert_eq!(Dtype::of_gpu(Some(&new), None), Dtype::Bf16);
        }
        // One that does not say is not refused what it may well have.
        assert_eq!(Dtype::of_gpu(None, None), Dtype::Bf16);
        // Kernels for an older card run on a newer one, without those in bf16.
        assert_eq!(Dtype::of_gpu(Some(&gpu(9, 0)), Some((7, 5))), Dtype::F32);
        assert_eq!(Dtype::of_gpu(Some(&gpu(9, 0)), Some((8, 0))), Dtype::Bf16);
        let message = bf16_on(Some(&gpu(7, 5)), None).unwrap_err().to_string();
        for part in ["A Card", "7.5", "8.0", "--dtype f32"] {
            assert!(message.contains(part), "{message}");
        }
    }
}
