//! Laying out a head for the products: queries and keys are turned by their positions, keys become panels of columns by
//! a transpose, values panels of rows, and each operand gets the number type it is multiplied in. Words that stand for
//! no token are zeros, so nothing of an earlier sequence is ever read.

use super::number::Number;
use crate::kernel::simd::Simd;

/// Where the rows of one operand of a head are in `qkv`, and how they are turned.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// From the head's first value of the first token.
    pub values: &'a [f32],
    /// Values from token to token.
    pub stride: usize,
    /// Values of a head.
    pub head_dim: usize,
    /// Cosines and sines, `[positions, head_dim / 2]`.
    pub angles: Option<(&'a [f32], &'a [f32])>,
}

impl<'a> Source<'a> {
    fn row(&self, token: usize) -> &'a [f32] {
        &self.values[token * self.stride..][..self.head_dim]
    }

    /// Token `token`'s row, turned and times `scale`, as words; `out` is a multiple of `LANES * PAIR` values long and
    /// filled up with zeros.
    #[inline(always)]
    pub fn gather<S: Simd, N: Number<S>>(&self, simd: S, token: usize, scale: f32, out: &mut [f32]) {
        let row = self.row(token);
        let lanes = S::LANES;
        out[self.head_dim / lanes * lanes..].fill(0.0);
        let scale = simd.splat(scale);
        if let Some((cos, sin)) = self.angles {
            let half = self.head_dim / 2;
            let angles = (&cos[token * half..][..half], &sin[token * half..][..half]);
            let (halves, out) = (row.split_at(half), out.split_at_mut(half));
            turn(simd, halves, angles, scale, (out.0, &mut out.1[..half]));
        } else {
            for (out, row) in out.chunks_exact_mut(lanes).zip(row.chunks(lanes)) {
                simd.store(simd.mul(some(simd, row), scale), out);
            }
        }
        N::narrow(simd, out);
    }

    /// All `length` rows as panels of columns: `LANES` tokens to a panel, `words` words deep. `rows` is memory for one
    /// panel's rows, `width` values each.
    #[inline(always)]
    pub fn columns<S: Simd, N: Number<S>>(
        &self,
        simd: S,
        length: usize,
        rows: &mut [f32],
        width: usize,
        out: &mut [f32],
    ) {
        let words = width / N::PAIR;
        for (panel, out) in out.chunks_exact_mut(words * S::LANES).enumerate() {
            let first = panel * S::LANES;
            for (i, row) in rows.chunks_exact_mut(width).enumerate() {
                if first + i < length {
                    self.gather::<S, N>(simd, first + i, 1.0, row);
                } else {
                    row.fill(0.0);
                }
            }
            for (block, out) in out.chunks_exact_mut(S::LANES * S::LANES).enumerate() {
                simd.transpose(&rows[block * S::LANES..], width, out);
            }
        }
    }

    /// All `length` rows as panels of rows: `LANES` of a head's values to a panel, `PAIR` tokens to a word.
    #[inline(always)]
    pub fn rows<S: Simd, N: Number<S>>(&self, simd: S, length: usize, out: &mut [f32]) {
        let stride = length.div_ceil(N::PAIR) * S::LANES;
        for (panel, out) in out.chunks_exact_mut(stride).enumerate() {
            let columns = panel * S::LANES..self.head_dim.min((panel + 1) * S::LANES);
            for (word, out) in out.chunks_exact_mut(S::LANES).enumerate() {
                let token = word * N::PAIR;
                let low = some(simd, &self.row(token)[columns.clone()]);
                let high = if N::PAIR == 2 && token + 1 < length {
                    some(simd, &self.row(token + 1)[columns.clone()])
                } else {
                    simd.splat(0.0)
                };
                simd.store(N::interleave(simd, low, high), out);
            }
        }
    }
}

/// The two halves of a row turned by their angles and times `scale`, all of one length.
#[inline(always)]
fn turn<S: Simd>(
    simd: S,
    (low, high): (&[f32], &[f32]),
    (cos, sin): (&[f32], &[f32]),
    scale: S::V,
    (out_low, out_high): (&mut [f32], &mut [f32]),
) {
    // Whole vectors first, so that their masks fall away.
    let whole = low.len() / S::LANES * S::LANES;
    for i in (0..whole).step_by(S::LANES) {
        let (cos, sin) = (simd.load(&cos[i..]), simd.load(&sin[i..]));
        let turned = turned(simd, simd.load(&low[i..]), simd.load(&high[i..]), cos, sin, scale);
        simd.store(turned.0, &mut out_low[i..]);
        simd.store(turned.1, &mut out_high[i..]);
    }
    if whole < low.len() {
        let (cos, sin) = (simd.load_some(&cos[whole..]), simd.load_some(&sin[whole..]));
        let (low, high) = (simd.load_some(&low[whole..]), simd.load_some(&high[whole..]));
        let turned = turned(simd, low, high, cos, sin, scale);
        simd.store_some(turned.0, &mut out_low[whole..]);
        simd.store_some(turned.1, &mut out_high[whole..]);
    }
}

/// Pairs of values turned by their angles and times `scale`.
#[inline(always)]
fn turned<S: Simd>(simd: S, low: S::V, high: S::V, cos: S::V, sin: S::V, scale: S::V) -> (S::V, S::V) {
    let (cos, sin) = (simd.mul(cos, scale), simd.mul(sin, scale));
    (
        simd.sub(simd.mul(low, cos), simd.mul(high, sin)),
        simd.mul_add(high, cos, simd.mul(low, sin)),
    )
}

/// A vector of the values, zeros after them. Whole vectors, the common case, take no mask.
#[inline(always)]
pub fn some<S: Simd>(simd: S, values: &[f32]) -> S::V {
    if values.len() >= S::LANES {
        simd.load(values)
    } else {
        simd.load_some(values)
    }
}

/// Writes as many values as `out` holds.
#[inline(always)]
pub fn store_some<S: Simd>(simd: S, v: S::V, out: &mut [f32]) {
    if out.len() >= S::LANES {
        simd.store(v, out);
    } else {
        simd.store_some(v, out);
    }
}
