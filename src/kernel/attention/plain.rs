//! Attention over one sequence by matrix products of crate `gemm` over whole rows of scores: slower than the fused one
//! and written in another way, so that each can be checked against the other.

use super::{Layout, visible};
use crate::kernel::elementwise::{rotate, softmax};
use crate::kernel::gemm::{Matrix, matmul};

/// Queries done at once: large enough for the product, small enough that their scores stay in the cache.
const BLOCK: usize = 64;

/// Attends over one sequence: `qkv [length, 3 * heads * head_dim]` to `out [length, heads * head_dim]`.
pub fn attend(qkv: &[f32], layout: &Layout<'_>, out: &mut [f32]) {
    let Layout {
        heads,
        head_dim,
        reach,
        angles,
    } = *layout;
    let hidden = heads * head_dim;
    let stride = 3 * hidden;
    let length = qkv.len() / stride;
    if length == 0 {
        return;
    }
    let widest = reach.map_or(length, |reach| length.min(BLOCK.saturating_add(2 * reach)));
    let mut query = vec![0.0; length * head_dim];
    let mut key = vec![0.0; length * head_dim];
    let mut scores = vec![0.0; BLOCK.min(length) * widest];
    for head in 0..heads {
        let first = head * head_dim;
        let scale = 1.0 / (head_dim as f32).sqrt();
        let gather = |out: &mut [f32], x: &[f32], scale: f32| match angles {
            Some((cos, sin)) => rotate(out, x, stride, cos, sin, head_dim / 2, scale),
            None => scaled(out, x, stride, head_dim, scale),
        };
        gather(&mut query, &qkv[first..], scale);
        gather(&mut key, &qkv[hidden + first..], 1.0);
        let value = &qkv[2 * hidden + first..];
        for start in (0..length).step_by(BLOCK) {
            let end = length.min(start + BLOCK);
            let keys = visible(start, end, length, reach);
            let scores = &mut scores[..(end - start) * keys.len()];
            let queries = Matrix::new(&query[start * head_dim..], end - start, head_dim, head_dim);
            let seen = Matrix::new(&key[keys.start * head_dim..], keys.len(), head_dim, head_dim);
            matmul(scores, keys.len(), queries, seen.transposed());
            softmax(scores, keys.len(), |row| {
                let seen = visible(start + row, start + row + 1, length, reach);
                seen.start - keys.start..seen.end - keys.start
            });
            let weights = Matrix::new(scores, end - start, keys.len(), keys.len());
            let values = Matrix::new(&value[keys.start * stride..], keys.len(), head_dim, stride);
            matmul(&mut out[start * hidden + first..], hidden, weights, values);
        }
    }
}

/// Row `i` of `x` (`width` values, `stride` apart) times `scale` into row `i` of `out`.
pub fn scaled(out: &mut [f32], x: &[f32], stride: usize, width: usize, scale: f32) {
    for (out, x) in out.chunks_exact_mut(width).zip(x.chunks(stride)) {
        out.iter_mut().zip(x).for_each(|(out, x)| *out = x * scale);
    }
}
