//! Tables of rotary positions (Su et al. 2021), computed in f32 as PyTorch does, so that the angles agree to the bit.

use candle_core::{Device, Tensor};

/// Cosines and sines, `[positions, head_dim / 2]`.
#[derive(Debug, Clone)]
pub struct Rope {
    /// Cosines, row-major.
    pub cos: Vec<f32>,
    /// Sines, row-major.
    pub sin: Vec<f32>,
    half: usize,
}

impl Rope {
    /// Tables for `positions` positions with base `theta`.
    pub fn new(positions: usize, head_dim: usize, theta: f64) -> Self {
        let half = head_dim / 2;
        let frequency = |i: usize| 1.0 / (theta as f32).powf((2 * i) as f32 / head_dim as f32);
        let frequencies: Vec<f32> = (0..half).map(frequency).collect();
        let angles = (0..positions).flat_map(|position| frequencies.iter().map(move |f| position as f32 * f));
        let (sin, cos) = angles.map(f32::sin_cos).unzip();
        Self { cos, sin, half }
    }

    /// The first `length` rows as tensors.
    ///
    /// # Errors
    /// If the device fails.
    pub fn tensors(&self, length: usize, device: &Device) -> candle_core::Result<(Tensor, Tensor)> {
        let table = |values: &[f32]| Tensor::from_slice(&values[..length * self.half], (length, self.half), device);
        Ok((table(&self.cos)?, table(&self.sin)?))
    }
}
