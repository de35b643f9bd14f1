//! The product that both halves of attention are made of: a few rows, whose values are broadcast, times panels of
//! `LANES` columns. A tile of sums stays in registers over the whole depth, and each sum is one chain, so a result does
//! not depend on how rows and columns are cut into tiles.

use std::marker::PhantomData;

use super::number::Number;
use crate::kernel::simd::{Simd, Task};

/// Columns packed for [`multiply`]: panel after panel, each `stride` words long, whose row `k` is the words `k` of
/// `LANES` columns.
#[derive(Debug, Clone, Copy)]
pub struct Panels<'a> {
    /// All words, from the first row wanted of the first panel wanted.
    pub words: &'a [f32],
    /// Words from panel to panel.
    pub stride: usize,
    /// Panels to multiply.
    pub count: usize,
}

/// Rows that lie `stride` values apart.
#[derive(Debug)]
pub struct Rows<T> {
    /// All values, from the first of the first row.
    pub values: T,
    /// Values from row to row.
    pub stride: usize,
}

/// The first `depth` words of `rows` rows (at most `S::ROWS`) times `depth` rows of the panels, into rows of `out`.
#[inline(always)]
pub fn multiply<S: Simd, N: Number<S>>(
    simd: S,
    a: Rows<&[f32]>,
    rows: usize,
    depth: usize,
    panels: Panels<'_>,
    out: Rows<&mut [f32]>,
) {
    let mut panel = 0;
    while panel < panels.count {
        let wide = S::PANELS > 1 && panel + 1 < panels.count;
        let block = Block {
            a: Rows { ..a },
            depth,
            b: &panels.words[panel * panels.stride..],
            b_stride: panels.stride,
            out: Rows {
                values: &mut out.values[panel * S::LANES..],
                stride: out.stride,
            },
            number: PhantomData::<N>,
        };
        if wide {
            by_rows::<S, N, 2>(simd, rows, block);
            panel += 2;
        } else {
            by_rows::<S, N, 1>(simd, rows, block);
            panel += 1;
        }
    }
}

/// Picks the tile that is compiled for this number of rows.
#[inline(always)]
fn by_rows<S: Simd, N: Number<S>, const P: usize>(simd: S, rows: usize, block: Block<'_, N>) {
    macro_rules! pick {
        ($($m:literal)*) => {
            match rows {
                $($m if S::ROWS >= $m => simd.run(Tile::<N, $m, P>(block)),)*
                _ => debug_assert!(rows == 0, "more rows than a tile has"),
            }
        };
    }
    pick!(1 2 3 4 5 6 7 8 9 10 11 12);
}

struct Block<'a, N> {
    a: Rows<&'a [f32]>,
    depth: usize,
    b: &'a [f32],
    b_stride: usize,
    out: Rows<&'a mut [f32]>,
    number: PhantomData<N>,
}

struct Tile<'a, N, const M: usize, const P: usize>(Block<'a, N>);

impl<S: Simd, N: Number<S>, const M: usize, const P: usize> Task<S> for Tile<'_, N, M, P> {
    #[inline(always)]
    fn go(self, simd: S) {
        let Block {
            a,
            depth,
            b,
            b_stride,
            out,
            ..
        } = self.0;
        let rows: [&[f32]; M] = std::array::from_fn(|i| &a.values[i * a.stride..][..depth]);
        let panels: [&[f32]; P] = std::array::from_fn(|p| &b[p * b_stride..][..depth * S::LANES]);
        let mut sums = [[simd.splat(0.0); P]; M];
        for k in 0..depth {
            let mut b = [simd.splat(0.0); P];
            for p in 0..P {
                b[p] = simd.load(&panels[p][k * S::LANES..]);
            }
            for i in 0..M {
                let a = simd.splat(rows[i][k]);
                for p in 0..P {
                    sums[i][p] = N::add_product(simd, a, b[p], sums[i][p]);
                }
            }
        }
        for (i, sums) in sums.into_iter().enumerate() {
            let out = &mut out.values[i * out.stride..];
            for (p, sum) in sums.into_iter().enumerate() {
                simd.store(sum, &mut out[p * S::LANES..]);
            }
        }
    }
}
