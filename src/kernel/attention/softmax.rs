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
        let lanes = S::LANES;
        let least = simd.splat(f32::NEG_INFINITY);
        let whole = |start: usize| seen.start <= start && start + lanes <= seen.end;
        let clip = |start: usize| (seen.start.saturating_sub(start), seen.end.saturating_sub(start));
        let mut top = least;
        for (i, scores) in row.chunks_exact(lanes).enumerate() {
            let mut v = simd.load(scores);
            if !whole(i * lanes) {
                let (from, to) = clip(i * lanes);
                v = simd.within(v, from, to, least);
            }
            top = simd.max(top, v);
        }
        let before = self.top;
        let largest = simd.largest(top);
        self.top = if largest > before { largest } else { before };
        let top = simd.splat(self.top);
        let mut sum = simd.splat(0.0);
        for (i, scores) in row.chunks_exact_mut(lanes).enumerate() {
            let mut v = simd.exp2(simd.sub(simd.load(scores), top));
            if !whole(i * lanes) {
                let (from, to) = clip(i * lanes);
                v = simd.within(v, from, to, simd.splat(0.0));
            }
            sum = simd.add(sum, v);
            simd.store(v, scores);
        }
        let factor = if before == self.top {
            1.0
        } else {
            (before - self.top).exp2()
        };
        self.sum = self.sum * factor + simd.sum(sum);
        factor
    }
}
