//! What a GPU says of itself.

use candle_core::Device;

/// The compute capability that the kernels were built for, where the build was told.
pub(super) const BUILT_FOR: Option<&str> = option_env!("CUDA_COMPUTE_CAP");

/// A GPU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gpu {
    /// The card's own name.
    pub name: String,
    /// Its compute capability, major and minor: which kernels it runs.
    pub capability: (i32, i32),
}

impl Gpu {
    /// The GPU that `device` is; none on a CPU, and where it does not say.
    #[cfg(feature = "cuda")]
    pub fn of(device: &Device) -> Option<Self> {
        let stream = device.as_cuda_device().ok()?.cuda_stream();
        Some(Self {
            name: stream.context().name().ok()?,
            capability: stream.context().compute_capability().ok()?,
        })
    }

    /// None: stellig was built without CUDA.
    #[cfg(not(feature = "cuda"))]
    pub fn of(_: &Device) -> Option<Self> {
        None
    }
}

/// The compute capability that a build is told: `75`, `7.5` or `90a`.
pub(super) fn named(capability: &str) -> Option<(i32, i32)> {
    let digits: String = capability.chars().filter(char::is_ascii_digit).collect();
    let number = digits.parse::<i32>().ok()?;
    Some((number / 10, number % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_are_read_as_they_are_written() {
        for (text, want) in [("75", (7, 5)), ("7.5", (7, 5)), ("90a", (9, 0)), ("120", (12, 0))] {
            assert_eq!(named(text), Some(want));
        }
        assert_eq!(named("native"), None);
    }
}
