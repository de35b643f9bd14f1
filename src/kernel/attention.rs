//! Attention over one sequence, straight from its packed queries, keys and values. Queries go in blocks, and a local
//! layer multiplies only the keys that a block can see, so a long sequence costs what its window costs.

use super::elementwise::{rotate, softmax};
use super::gemm::{Matrix, matmul};

/// Queries done at once: large enough for the product, small enough that their scores stay in the cache.
const BLOCK: usize = 64;

/// What attention needs to know of its layer.
#[derive(Debug, Clone, Copy)]
pub struct Layout<'a> {
    /// Number of heads.
    pub heads: usize,
    /// Size of a head, an even number where positions are rotary.
    pub head_dim: usize,
    /// How far a token sees to either side, inclusive; `None` sees the whole sequence.
    pub reach: Option<usize>,
    /// Cosines and sines of the rotary angles, `[positions, head_dim / 2]` each, where positions are rotary.
    pub angles: Option<(&'a [f32], &'a [f32])>,
}

/// The keys that queries `start..end` of a sequence of `length` can see.
pub fn visible(start: usize, end: usize, length: usize, reach: Option<usize>) -> std::ops::Range<usize> {
    match reach {
        Some(reach) => start.saturating_sub(reach)..length.min(end.saturating_add(reach)),
        None => 0..length,
    }
}

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
            matmul(scores, keys.len(), queries, seen.transposed(), false);
            softmax(scores, keys.len(), |row| {
                let seen = visible(start + row, start + row + 1, length, reach);
                seen.start - keys.start..seen.end - keys.start
            });
            let weights = Matrix::new(scores, end - start, keys.len(), keys.len());
            let values = Matrix::new(&value[keys.start * stride..], keys.len(), head_dim, stride);
            matmul(&mut out[start * hidden + first..], hidden, weights, values, false);
        }
    }
}

/// Row `i` of `x` (`width` values, `stride` apart) times `scale` into row `i` of `out`.
pub fn scaled(out: &mut [f32], x: &[f32], stride: usize, width: usize, scale: f32) {
    for (out, x) in out.chunks_exact_mut(width).zip(x.chunks(stride)) {
        out.iter_mut().zip(x).for_each(|(out, x)| *out = x * scale);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_inclusive_on_both_sides() {
        assert_eq!(visible(10, 11, 100, Some(4)), 6..15);
        assert_eq!(visible(0, 64, 100, Some(4)), 0..68);
        assert_eq!(visible(64, 100, 100, Some(4)), 60..100);
        assert_eq!(visible(3, 4, 9, None), 0..9);
    }

    /// Attention written out as its formula, in f64.
    fn naive(qkv: &[f32], layout: &Layout<'_>) -> Vec<f64> {
        let (dim, hidden) = (layout.head_dim, layout.heads * layout.head_dim);
        let length = qkv.len() / (3 * hidden);
        let at = |part: usize, i: usize, head: usize, d: usize| {
            let x = |d: usize| f64::from(qkv[i * 3 * hidden + part * hidden + head * dim + d]);
            let (Some((cos, sin)), 0..=1) = (layout.angles, part) else {
                return x(d);
            };
            let angle = i * dim / 2 + d % (dim / 2);
            let (cos, sin) = (f64::from(cos[angle]), f64::from(sin[angle]));
            if d < dim / 2 {
                x(d) * cos - x(d + dim / 2) * sin
            } else {
                x(d) * cos + x(d - dim / 2) * sin
            }
        };
        let mut out = vec![0.0; length * hidden];
        for head in 0..layout.heads {
            for i in 0..length {
                let near = |j: &usize| layout.reach.is_none_or(|reach| i.abs_diff(*j) <= reach);
                let weight = |j: usize| {
                    let product: f64 = (0..dim).map(|d| at(0, i, head, d) * at(1, j, head, d)).sum();
                    (product / (dim as f64).sqrt()).exp()
                };
                let total: f64 = (0..length).filter(near).map(weight).sum();
                for j in (0..length).filter(near) {
                    for d in 0..dim {
                        out[i * hidden + head * dim + d] += weight(j) / total * at(2, j, head, d);
                    }
                }
            }
        }
        out
    }

    #[test]
    fn equals_the_formula() {
        let (heads, head_dim) = (2, 6);
        for length in [1, 2, 63, 64, 65, 130] {
            let angles: Vec<f32> = (0..length * head_dim / 2).map(|i| i as f32 * 0.37).collect();
            let cos: Vec<f32> = angles.iter().map(|angle| angle.cos()).collect();
            let sin: Vec<f32> = angles.iter().map(|angle| angle.sin()).collect();
            let qkv: Vec<f32> = (0..length * 3 * heads * head_dim)
                .map(|i| ((i * i * 31 + i * 7) as f32).sin() * 2.0)
                .collect();
            let rotary = Some((cos.as_slice(), sin.as_slice()));
            let reaches = [None, Some(0), Some(3), Some(40), Some(1000)];
            for (reach, angles) in reaches.map(|reach| (reach, rotary)).into_iter().chain([(None, None)]) {
                let layout = Layout {
                    heads,
                    head_dim,
                    reach,
                    angles,
                };
                let mut got = vec![f32::NAN; length * heads * head_dim];
                attend(&qkv, &layout, &mut got);
                for (got, want) in got.iter().zip(naive(&qkv, &layout)) {
                    assert!(
                        (f64::from(*got) - want).abs() < 1e-5,
                        "{length} {reach:?}: {got} for {want}"
                    );
                }
            }
        }
    }
}
