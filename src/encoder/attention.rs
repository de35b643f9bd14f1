//! Self-attention over packed sequences with candle's operations: one product makes all queries, keys and values, each
//! sequence attends within itself, one product joins the heads.

use std::sync::Arc;

use candle_core::{D, DType, Device, Tensor};

use super::linear::Linear;
use super::rope::Rope;
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
    /// Rotary positions; `None` where positions are in the embeddings.
    pub rope: Option<Arc<Rope>>,
    /// Number of heads.
    pub heads: usize,
    /// Size of a head.
    pub head_dim: usize,
    /// How far a token sees to either side, inclusive; `None` sees the whole sequence.
    pub reach: Option<usize>,
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
        let tables = self.rope.as_ref().map(|rope| rope.tensors(length, qkv.device()));
        let tables = tables.transpose()?;
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
            let keys = visible(start, end, length, self.reach);
            let seen = key.narrow(1, keys.start, keys.len())?.transpose(1, 2)?.contiguous()?;
            let scores = query.narrow(1, start, end - start)?.contiguous()?.matmul(&seen)?;
            let mut scores = (scores.to_dtype(DType::F32)? * scale)?;
            if let Some(reach) = self.reach {
                scores = scores.broadcast_add(&mask(start..end, keys.clone(), reach, qkv.device())?)?;
            }
            let weights = candle_nn::ops::softmax(&scores, D::Minus1)?.to_dtype(dtype)?;
            blocks.push(weights.matmul(&value.narrow(1, keys.start, keys.len())?.contiguous()?)?);
        }
        Tensor::cat(&blocks, 1)?
            .transpose(0, 1)?
            .reshape((length, self.heads * self.head_dim))
    }
}

/// 0 where a query sees a key and minus infinity elsewhere, `[queries, keys]`.
fn mask(
    queries: std::ops::Range<usize>,
    keys: std::ops::Range<usize>,
    reach: usize,
    device: &Device,
) -> candle_core::Result<Tensor> {
    let shape = (queries.len(), keys.len());
    let row = |i: usize| {
        keys.clone().map(move |j| {
            if i.abs_diff(j) <= reach {
                0.0_f32
            } else {
                f32::NEG_INFINITY
            }
        })
    };
    let values: Vec<f32> = queries.flat_map(row).collect();
    Tensor::from_vec(values, shape, device)
}
