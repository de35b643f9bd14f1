//! Tables of rotary positions (Su et al. 2021). The angles are in f32, as in PyTorch; powers, sines and cosines are
//! taken in f64 and rounded, since those of f32 differ in their last bit from one system's library to another's, and 8-bit
//! rounding makes that a difference that can be seen.

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
        let power = |i: usize| f64::from(theta as f32).powf(f64::from((2 * i) as f32 / head_dim as f32)) as f32;
        let frequency = |i: usize| 1.0 / power(i);
        let frequencies: Vec<f32> = (0..half).map(frequency).collect();
        let angles = (0..positions).flat_map(|position| frequencies.iter().map(move |f| position as f32 * f));
        let rounded = |angle: f32| {
            let (sin, cos) = f64::from(angle).sin_cos();
            (sin as f32, cos as f32)
        };
        let (sin, cos) = angles.map(rounded).unzip();
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

#[cfg(test)]
mod tests {
    use super::*;

    /// FNV-1a over the bits of both tables.
    fn hash(rope: &Rope) -> u64 {
        let bytes = rope
            .cos
            .iter()
            .chain(&rope.sin)
            .flat_map(|value| value.to_bits().to_le_bytes());
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }

    #[test]
    fn tables_are_the_same_bits_on_every_system() {
        assert_eq!(hash(&Rope::new(512, 64, 10_000.0)), 3_321_816_707_508_933_608);
        assert_eq!(hash(&Rope::new(512, 64, 160_000.0)), 11_913_040_270_630_655_890);
    }
}
