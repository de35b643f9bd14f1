//! What a micro-kernel is: the product of a few rows with one panel of weights, all sums held in registers. Each file
//! named after an instruction set has one or two; `choice.rs` picks, `multiply.rs` drives.

use super::epilogue::Sum;

/// Most rows that any kernel does at once.
pub(super) const MOST_ROWS: usize = 12;

/// A kernel over panels of `COLUMNS` outputs. A value of the type is proof that this CPU runs it.
///
/// Each sum is one chain over the depth, in order, from 0: it depends on its row and its column and on nothing else.
pub(super) trait Kernel<const COLUMNS: usize>: Copy {
    /// A number of a row.
    type Value: Copy;
    /// A number of a weight.
    type Weight: Copy + Default;
    /// A sum of products.
    type Sum: Sum;
    /// Rows done at once, at most.
    const ROWS: usize;

    /// Sums of `tile`, one row for each of `sums`.
    ///
    /// # Panics
    /// If there are no rows or more than `ROWS`, or if the tile is too short for them.
    fn tile(self, tile: &Tile<'_, Self::Value, Self::Weight>, sums: &mut [[Self::Sum; COLUMNS]]);
}

/// What one call of a kernel reads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tile<'a, V, W> {
    /// Rows, `stride` numbers apart, `depth` numbers each.
    pub rows: &'a [V],
    /// Numbers from the start of one row to the start of the next.
    pub stride: usize,
    /// Numbers of a row, a multiple of those that the kernel reads at once.
    pub depth: usize,
    /// Weights `[depth / group, columns, group]`, where a kernel reads `group` numbers at once.
    pub panel: &'a [W],
}

impl<V, W> Tile<'_, V, W> {
    /// Checks that `rows` rows and `columns` columns can be read, `group` numbers at once.
    ///
    /// # Panics
    /// If not.
    pub(super) fn check(&self, rows: usize, most: usize, columns: usize, group: usize) {
        assert!((1..=most).contains(&rows), "a kernel of {most} rows got {rows}");
        assert_eq!(self.depth % group, 0, "the depth is not whole groups of {group}");
        let last = (rows - 1).saturating_mul(self.stride).saturating_add(self.depth);
        assert!(last <= self.rows.len(), "rows end before their last number");
        assert!(
            self.depth.saturating_mul(columns) <= self.panel.len(),
            "a panel ends before its last weight"
        );
    }
}

/// Calls `product::<N>(tile, sums)`, where `N` is how many rows `sums` has: one loop is compiled for each.
macro_rules! by_rows {
    ([$($count:literal)*], $product:ident($tile:expr, $sums:expr)) => {
        match $sums.len() {
            $($count => $product::<$count>($tile, $sums),)*
            _ => {}
        }
    };
}
pub(super) use by_rows;
