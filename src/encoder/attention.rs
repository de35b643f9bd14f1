//! Self-attention over packed sequences with candle's operations: one product makes all queries, keys and values, each
//! sequence attends within itself, one product joins the heads.

use std::ops::Range;

use candle_core::{D, DType, Device, Tensor};

use super::linear::Linear;
use crate::kernel::attention::visible;

/// Queries done at once.
const BLOCK: usize = 512;

/// Multi-head self-attention of a layer.
#[derive(Debug, Clone)]
pub struct Attention {
    /// Queries, keys and values side by side, `[hidden]` to `[3 * hidden]`.
    pub qkv: Linear,
    /// `[hidden]` to `[hidden]`.
    pub out: Linear,
    /// Cosines and sines of all positions; `None` where positions are in the embeddings.
    pub rope: Option<(Tensor, Tensor)>,
    /// Number of heads.
    pub heads: usize,
    /// Size of a head.
    pub head_dim: usize,
    /// How far a token sees; `None` sees the whole sequence.
    pub window: Option<Window>,
}

impl Attention {
    /// `residual` plus attention within each sequence of `x`, both `[tokens, hidden]`; sequence `i` is rows
    /// `offsets[i]..offsets[i + 1]`.
    ///
    /// # Errors
    /// If the device fails.
    pub fn forward(&self, x: &Tensor, residual: &Tensor, offsets: &[usize]) -> candle_core::Result<Tensor> {
        let qkv = self.qkv.forward(x)?;
        let filled = offsets.windows(2).filter(|pair| pair[0] < pair[1]);
        let parts: candle_core::Result<Vec<_>> = filled
            .map(|pair| self.sequence(&qkv.narrow(0, pair[0], pair[1] - pair[0])?))
            .collect();
        let context = Tensor::cat(&parts?, 0)?;
        self.out.forward_onto(&context, residual)
    }

    /// One sequence: `[length, 3 * hidden]` to `[length, hidden]`.
    fn sequence(&self, qkv: &Tensor) -> candle_core::Result<Tensor> {
        let length = qkv.dim(0)?;
        let dtype = qkv.dtype();
        let qkv = qkv
            .reshape((length, 3, self.heads, self.head_dim))?
            .permute((1, 2, 0, 3))?
            .contiguous()?;
        let tables = match &self.rope {
            Some((cos, sin)) => Some((cos.narrow(0, 0, length)?, sin.narrow(0, 0, length)?)),
            None => None,
        };
        // Angles lose too much in half precision, so queries and keys are turned in f32.
        let turn = |part| match &tables {
            Some((cos, sin)) => {
                let x = qkv.narrow(0, part, 1)?.to_dtype(DType::F32)?;
                candle_nn::rotary_emb::rope(&x, cos, sin)?.squeeze(0)?.to_dtype(dtype)
            }
            None => qkv.narrow(0, part, 1)?.squeeze(0),
        };
        let (query, key, value) = (turn(0)?, turn(1)?, qkv.narrow(0, 2, 1)?.squeeze(0)?);
        let scale = 1.0 / (self.head_dim as f64).sqrt();
        let mut blocks = Vec::new();
        for start in (0..length).step_by(BLOCK) {
            let end = length.min(start + BLOCK);
            let keys = visible(start, end, length, self.window.as_ref().map(|window| window.reach));
            let seen = key.narrow(1, keys.start, keys.len())?.transpose(1, 2)?.contiguous()?;
            let scores = query.narrow(1, start, end - start)?.contiguous()?.matmul(&seen)?;
            let mut scores = (scores.to_dtype(DType::F32)? * scale)?;
            if let Some(window) = &self.window {
                scores = scores.broadcast_add(&window.mask(start..end, keys.clone())?)?;
            }
            let weights = candle_nn::ops::softmax(&scores, D::Minus1)?.to_dtype(dtype)?;
            blocks.push(weights.matmul(&value.narrow(1, keys.start, keys.len())?.contiguous()?)?);
        }
        Tensor::cat(&blocks, 1)?
            .transpose(0, 1)?
            .reshape((length, self.heads * self.head_dim))
    }
}

/// How far a token sees to either side, and the mask that says so.
#[derive(Debug, Clone)]
pub struct Window {
    /// Inclusive.
    reach: usize,
    /// 0 where a query sees a key and minus infinity elsewhere, `[queries, keys]`, for queries in a row anywhere in a
    /// sequence: which keys they see hangs on the distance alone. Column 0 stands `reach` before the first query.
    band: Tensor,
}

impl Window {
    /// A window of `reach` for sequences of at most `positions` tokens.
    ///
    /// # Errors
    /// If the device fails.
    pub fn new(reach: usize, positions: usize, device: &Device) -> candle_core::Result<Self> {
        let (queries, reach) = (BLOCK.min(positions), reach.min(positions));
        let keys = queries + 2 * reach;
        let row = |i: usize| {
            (0..keys).map(move |j| {
                if (i + reach).abs_diff(j) <= reach {
                    0.0_f32
                } else {
                    f32::NEG_INFINITY
                }
            })
        };
        let values: Vec<f32> = (0..queries).flat_map(row).collect();
        Ok(Self {
            reach,
            band: Tensor::from_vec(values, (queries, keys), device)?,
        })
    }

    /// The mask of `queries` and those `keys` that they can see, as [`visible`] tells them.
    fn mask(&self, queries: Range<usize>, keys: Range<usize>) -> candle_core::Result<Tensor> {
        let first = keys.start + self.reach - queries.start;
        self.band.narrow(0, 0, queries.len())?.narrow(1, first, keys.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_shows_what_is_within_reach() {
        for (length, reach, positions) in [(5, 2, 8), (8, 0, 8), (700, 64, 1200), (1200, 64, 1200), (6, 50, 8)] {
            let window = Window::new(reach, positions, &Device::Cpu).unwrap();
            for start in (0..length).step_by(BLOCK) {
                let end = length.min(start + BLOCK);
                let keys = visible(start, end, length, Some(window.reach));
                assert_eq!(keys, visible(start, end, length, Some(reach)));
                let mask = window.mask(start..end, keys.clone()).unwrap();
                let mask = mask.to_vec2::<f32>().unwrap();
                for (i, row) in (start..end).zip(mask) {
                    let sees = keys
                        .clone()
                        .map(|j| if i.abs_diff(j) <= reach { 0.0 } else { f32::NEG_INFINITY });
                    assert_eq!(row, sees.collect::<Vec<f32>>(), "{length} {reach} {i}");
                }
            }
        }
    }
}
