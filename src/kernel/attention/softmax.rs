//! Softmax over a chunk of keys, carried on from the chunks before it (Milakov & Gimelshein 2018). Scores are powers of
//! two: the queries' scale holds the factor log2(e).

use std::ops::Range;

use crate::kernel::simd::Simd;

/// What is known of a query after some keys.
#[derive(Debug, Clone, Copy)]
pub struct Running {
    /// The largest score.
    pub top: f32,
    /// The sum of the weights, relative to `top`.
    pub sum: f32,
}

impl Running {
    /// No keys yet.
    pub const NONE: Self = Self {
        top: f32::NEG_INFINITY,
        sum: 0.0,
    };

    /// Turns one query's scores into weights relative to the largest score so far, 0 outside `seen`. `row` is a multiple
    /// of `LANES` long. Returns what earlier weights are to be multiplied with.
    #[inline(always)]
    pub fn weigh<S: Simd>(&mut self, simd: S, row: &mut [f32], seen: Range<usize>) -> f32 {
        if seen.is_empty() {
            row.fill(0.0);
            return 1.0;
        }
        let lanes = S::LANES;
        let (first, last) = (seen.start / lanes, (seen.end - 1) / lanes);
        let least = simd.splat(f32::NEG_INFINITY);
        zero(simd, &mut row[..first * lanes]);
        zero(simd, &mut row[(last + 1) * lanes..]);
        let (head, rest) = row[first * lanes..(last + 1) * lanes].split_at_mut(lanes);
        let (middle, tail) = rest.split_at_mut(rest.len().saturating_sub(lanes));
        // The vectors at the ends of what is seen stay in registers, minus infinity where it ends; the rest are whole.
        let from = seen.start - first * lanes;
        let head_scores = simd.within(simd.load(head), from, seen.end - first * lanes, least);
        let tail_scores = if tail.is_empty() {
            least
        } else {
            simd.within(simd.load(tail), 0, seen.end - last * lanes, least)
        };
        let before = self.top;
        let largest = simd.largest(largest(simd, simd.max(head_scores, tail_scores), middle));
        self.top = if largest > before { largest } else { before };
        let top = simd.splat(self.top);
        let head_weights = simd.exp2(simd.sub(head_scores, top));
        let tail_weights = simd.exp2(simd.sub(tail_scores, top));
        simd.store(head_weights, head);
        if !tail.is_empty() {
            simd.store(tail_weights, tail);
        }
        let sum = simd.sum(exponentiate(simd, simd.add(head_weights, tail_weights), middle, top));
        let factor = if before == self.top {
            1.0
        } else if before == f32::NEG_INFINITY {
            0.0
        } else {
            (before - self.top).exp2()
        };
        self.sum = self.sum * factor + sum;
        factor
    }
}

/// Zeros, of which there are mostly none.
#[inline(always)]
fn zero<S: Simd>(simd: S, row: &mut [f32]) {
    for part in row.chunks_exact_mut(S::LANES) {
        simd.store(simd.splat(0.0), part);
    }
}

/// The largest of `most` and a row, lane by lane. Four maxima at once, since each waits for the one before.
#[inline(always)]
fn largest<S: Simd>(simd: S, most: S::V, row: &[f32]) -> S::V {
    let lanes = S::LANES;
    let mut most = [most; 4];
    let mut quads = row.chunks_exact(4 * lanes);
    for quad in &mut quads {
        for (i, most) in most.iter_mut().enumerate() {
            *most = simd.max(*most, simd.load(&quad[i * lanes..]));
        }
    }
    for part in quads.remainder().chunks_exact(lanes) {
        most[0] = simd.max(most[0], simd.load(part));
    }
    simd.max(simd.max(most[0], most[1]), simd.max(most[2], most[3]))
}

/// `2^(x - top)` of every value in its place; `sum` plus all of them, lane by lane.
#[inline(always)]
fn exponentiate<S: Simd>(simd: S, sum: S::V, row: &mut [f32], top: S::V) -> S::V {
    let lanes = S::LANES;
    let mut sums = [sum, simd.splat(0.0)];
    let mut pairs = row.chunks_exact_mut(2 * lanes);
    for pair in &mut pairs {
        for (i, sum) in sums.iter_mut().enumerate() {
            let part = &mut pair[i * lanes..][..lanes];
            let weight = simd.exp2(simd.sub(simd.load(part), top));
            *sum = simd.add(*sum, weight);
            simd.store(weight, part);
        }
    }
    for part in pairs.into_remainder().chunks_exact_mut(lanes) {
        let weight = simd.exp2(simd.sub(simd.load(part), top));
        sums[0] = simd.add(sums[0], weight);
        simd.store(weight, part);
    }
    simd.add(sums[0], sums[1])
}
