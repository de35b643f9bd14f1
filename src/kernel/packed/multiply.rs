//! The way over rows and panels. A block of rows stays in the second cache while all panels stream past it, whatever the
//! number of rows; within a block, each panel serves all rows before the next comes.

use std::ops::Range;

use super::epilogue::Finish;
use super::kernel::{Kernel, MOST_ROWS, Tile};

/// Bytes of rows in a block: half of a second cache of 1 MiB, the rest of which is for the panel and the results.
const BLOCK: usize = 512 * 1024;

/// Rows as a kernel reads them: `stride` numbers apart, `depth` of which count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'a, V> {
    pub values: &'a [V],
    pub count: usize,
    pub stride: usize,
    pub depth: usize,
}

/// The sums of a tile, on cache lines of their own: they are written and read as whole vectors.
#[repr(align(64))]
struct Sums<S, const COLUMNS: usize>([[S; COLUMNS]; MOST_ROWS]);

/// All rows times all `panels`, each tile of sums handed to `finish`.
pub(super) fn multiply<K: Kernel<COLUMNS>, const COLUMNS: usize>(
    kernel: K,
    rows: Rows<'_, K::Value>,
    panels: &[K::Weight],
    finish: &mut Finish<'_>,
) {
    let Rows { stride, depth, .. } = rows;
    let mut sums = Sums([[K::Sum::default(); COLUMNS]; MOST_ROWS]);
    let fit = BLOCK / (stride * size_of::<K::Value>()).max(1) / K::ROWS * K::ROWS;
    for block in parts(0..rows.count, fit.max(K::ROWS)) {
        for (index, panel) in panels.chunks_exact(depth * COLUMNS).enumerate() {
            for tile in parts(block.clone(), K::ROWS) {
                let sums = &mut sums.0[..tile.len()];
                let rows = &rows.values[tile.start * stride..tile.end * stride];
                kernel.tile(
                    &Tile {
                        rows,
                        stride,
                        depth,
                        panel,
                    },
                    sums,
                );
                finish.tile(tile.start, index, sums);
            }
        }
    }
}

/// Cuts `range` into as few parts of at most `most` as there can be, and those as even as can be: a last part of one row
/// would cost nearly as much as a whole one.
fn parts(range: Range<usize>, most: usize) -> impl Iterator<Item = Range<usize>> {
    let count = range.len().div_ceil(most);
    let at = move |part: usize| range.start + range.len() * part / count;
    (0..count).map(move |part| at(part)..at(part + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_even_and_leave_nothing_out() {
        assert_eq!(parts(3..3, 12).count(), 0);
        assert_eq!(parts(0..13, 12).collect::<Vec<_>>(), [0..6, 6..13]);
        for len in 0..200 {
            let parts: Vec<_> = parts(5..5 + len, 12).collect();
            assert!(parts.iter().all(|part| (1..=12).contains(&part.len())));
            assert_eq!(
                parts.into_iter().flatten().collect::<Vec<_>>(),
                (5..5 + len).collect::<Vec<_>>()
            );
        }
    }
}
