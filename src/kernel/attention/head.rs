//! Attention of one head over one sequence. Keys and values are packed once; then queries go in blocks of as many rows
//! as a register tile has, each over chunks of the keys it can see: scores, softmax and the weighted sum of values
//! follow each other while a chunk's scores lie in the cache, and no more than a chunk of them ever exists.

use std::marker::PhantomData;

use super::number::Number;
use super::pack::{Source, store_some};
use super::softmax::Running;
use super::tile::{Panels, Rows, multiply};
use super::{Layout, Scratch, visible};
use crate::kernel::simd::{Simd, Task};

/// Keys whose scores exist at once. A multiple of any instruction set's lanes.
const CHUNK: usize = 512;

/// Most rows of any instruction set's tile.
const MOST_ROWS: usize = 12;

/// All heads of one sequence, as a task.
pub struct Heads<'a, N> {
    /// `[length, 3 * hidden]`
    pub qkv: &'a [f32],
    /// Shapes, window and positions.
    pub layout: Layout<'a>,
    /// Memory to work in.
    pub scratch: &'a mut Scratch,
    /// `[length, hidden]`
    pub out: &'a mut [f32],
    /// The number type of the operands.
    pub number: PhantomData<N>,
}

/// Sizes that follow from the layout and the length.
#[derive(Clone, Copy)]
struct Sizes {
    length: usize,
    /// A head's values, filled up to whole vectors of words.
    width: usize,
    /// Scores from row to row.
    scores: usize,
    /// Queries in a block.
    rows: usize,
}

/// The memory of a head.
struct Parts<'a> {
    keys: &'a [f32],
    values: &'a [f32],
    queries: &'a mut [f32],
    scores: &'a mut [f32],
    sums: &'a mut [f32],
    addend: &'a mut [f32],
}

impl<S: Simd, N: Number<S>> Task<S> for Heads<'_, N> {
    #[inline(always)]
    fn go(self, simd: S) {
        let Layout {
            heads,
            head_dim,
            angles,
            ..
        } = self.layout;
        let hidden = heads * head_dim;
        let length = self.out.len() / hidden;
        let lanes = S::LANES;
        let width = head_dim.next_multiple_of(lanes * N::PAIR);
        let blocks = length.div_ceil(S::ROWS);
        let sizes = Sizes {
            length,
            width,
            // A line more keeps the rows from falling onto the same places of the cache.
            scores: length.min(CHUNK).next_multiple_of(lanes * N::PAIR) + lanes,
            rows: length.div_ceil(blocks),
        };
        let panels = head_dim.div_ceil(lanes);
        let [keys, values, panel, queries, scores, sums, addend] = self.scratch.take([
            length.div_ceil(lanes) * lanes * width / N::PAIR,
            length.div_ceil(N::PAIR) * panels * lanes,
            lanes * width,
            sizes.rows * width,
            sizes.rows * sizes.scores,
            sizes.rows * panels * lanes,
            sizes.rows * panels * lanes,
        ]);
        for head in 0..heads {
            let part = |part: usize, angles| Source {
                values: &self.qkv[part * hidden + head * head_dim..],
                stride: 3 * hidden,
                head_dim,
                angles,
            };
            part(1, angles).columns::<S, N>(simd, length, panel, width, keys);
            part(2, None).rows::<S, N>(simd, length, values);
            let mut parts = Parts {
                keys,
                values,
                queries,
                scores,
                sums,
                addend,
            };
            for start in (0..length).step_by(sizes.rows) {
                let end = length.min(start + sizes.rows);
                let out = Rows {
                    values: &mut self.out[start * hidden + head * head_dim..],
                    stride: hidden,
                };
                block::<S, N>(simd, start..end, &self.layout, sizes, part(0, angles), &mut parts, out);
            }
        }
    }
}

/// One block of queries.
#[inline(always)]
fn block<S: Simd, N: Number<S>>(
    simd: S,
    queries: std::ops::Range<usize>,
    layout: &Layout<'_>,
    sizes: Sizes,
    source: Source<'_>,
    parts: &mut Parts<'_>,
    out: Rows<&mut [f32]>,
) {
    let Sizes { length, width, .. } = sizes;
    let (lanes, rows, head_dim) = (S::LANES, queries.len(), layout.head_dim);
    let scale = std::f32::consts::LOG2_E / (head_dim as f32).sqrt();
    for (query, row) in queries.clone().zip(parts.queries.chunks_exact_mut(width)) {
        source.gather::<S, N>(simd, query, scale, row);
    }
    let keys = visible(queries.start, queries.end, length, layout.reach);
    let mut running = [Running::NONE; MOST_ROWS];
    let panels = head_dim.div_ceil(lanes);
    let panel_words = width / N::PAIR * lanes;
    let first = keys.start / lanes * lanes;
    for chunk in (first..keys.end).step_by(CHUNK) {
        let end = keys.end.min(chunk + CHUNK);
        let count = (end - chunk).div_ceil(lanes);
        multiply::<S, N>(
            simd,
            Rows {
                values: &*parts.queries,
                stride: width,
            },
            rows,
            head_dim.div_ceil(N::PAIR),
            Panels {
                words: &parts.keys[chunk / lanes * panel_words..],
                stride: panel_words,
                count,
            },
            Rows {
                values: &mut *parts.scores,
                stride: sizes.scores,
            },
        );
        let mut factors = [1.0; MOST_ROWS];
        for (i, query) in queries.clone().enumerate() {
            let seen = visible(query, query + 1, length, layout.reach);
            let seen = seen.start.clamp(chunk, end) - chunk..seen.end.clamp(chunk, end) - chunk;
            let row = &mut parts.scores[i * sizes.scores..];
            factors[i] = running[i].weigh(simd, &mut row[..count * lanes], seen);
            let narrow = (count * lanes).next_multiple_of(lanes * N::PAIR);
            row[count * lanes..narrow].fill(0.0);
            N::narrow(simd, &mut row[..narrow]);
        }
        // Whole words from the first key that a query of the block sees.
        let (from, to) = (chunk.max(keys.start) / N::PAIR, end.div_ceil(N::PAIR));
        let value_words = length.div_ceil(N::PAIR) * lanes;
        let sums = if chunk == first {
            &mut *parts.sums
        } else {
            &mut *parts.addend
        };
        multiply::<S, N>(
            simd,
            Rows {
                values: &parts.scores[from - chunk / N::PAIR..],
                stride: sizes.scores,
            },
            rows,
            to - from,
            Panels {
                words: &parts.values[from * lanes..],
                stride: value_words,
                count: panels,
            },
            Rows {
                values: sums,
                stride: panels * lanes,
            },
        );
        if chunk > first {
            let sums = parts.sums.chunks_exact_mut(panels * lanes);
            for ((sums, addend), factor) in sums
                .zip(parts.addend.chunks_exact(panels * lanes))
                .zip(factors)
                .take(rows)
            {
                let factor = simd.splat(factor);
                for (sum, addend) in sums.chunks_exact_mut(lanes).zip(addend.chunks_exact(lanes)) {
                    simd.store(simd.mul_add(simd.load(sum), factor, simd.load(addend)), sum);
                }
            }
        }
    }
    for (i, sums) in parts.sums.chunks_exact(panels * lanes).take(rows).enumerate() {
        let scale = simd.splat(1.0 / running[i].sum);
        let out = &mut out.values[i * out.stride..][..head_dim];
        for (out, sum) in out.chunks_mut(lanes).zip(sums.chunks_exact(lanes)) {
            store_some(simd, simd.mul(simd.load(sum), scale), out);
        }
    }
}
