//! f32 on AVX-512: 12 rows by 32 columns, 24 of the 32 registers for sums.
#![allow(unsafe_code)]

use std::arch::x86_64::{_mm512_fmadd_ps, _mm512_loadu_ps, _mm512_set1_ps, _mm512_setzero_ps, _mm512_storeu_ps};

use super::kernel::{Kernel, Tile, by_rows};

const COLUMNS: usize = 32;

/// The kernel, on a CPU that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct F32Avx512(());

impl F32Avx512 {
    pub(super) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx512f").then_some(Self(()))
    }
}

impl Kernel<COLUMNS> for F32Avx512 {
    type Value = f32;
    type Weight = f32;
    type Sum = f32;
    const ROWS: usize = 12;

    fn tile(self, tile: &Tile<'_, f32, f32>, sums: &mut [[f32; COLUMNS]]) {
        tile.check(sums.len(), Self::ROWS, COLUMNS, 1);
        // SAFETY: `self` is proof of AVX-512F, and the check above of what the loop reads and writes.
        unsafe { by_rows!([1 2 3 4 5 6 7 8 9 10 11 12], product(tile, sums)) }
    }
}

/// # Safety
/// The CPU has AVX-512F; `tile` can be read for `ROWS` rows and `COLUMNS` columns; `sums` has `ROWS` rows.
#[target_feature(enable = "avx512f")]
unsafe fn product<const ROWS: usize>(tile: &Tile<'_, f32, f32>, sums: &mut [[f32; COLUMNS]]) {
    let (rows, panel) = (tile.rows.as_ptr(), tile.panel.as_ptr());
    let mut acc = [[_mm512_setzero_ps(); 2]; ROWS];
    for depth in 0..tile.depth {
        // SAFETY: `depth` is below the tile's depth, and the caller vouches for the tile.
        let weights = unsafe {
            let panel = panel.add(depth * COLUMNS);
            [_mm512_loadu_ps(panel), _mm512_loadu_ps(panel.add(16))]
        };
        for (row, acc) in acc.iter_mut().enumerate() {
            // SAFETY: as above, and `row` is below `ROWS`.
            let value = _mm512_set1_ps(unsafe { *rows.add(row * tile.stride + depth) });
            acc[0] = _mm512_fmadd_ps(value, weights[0], acc[0]);
            acc[1] = _mm512_fmadd_ps(value, weights[1], acc[1]);
        }
    }
    for (sums, acc) in sums.iter_mut().zip(acc) {
        // SAFETY: a row of `sums` is 32 numbers.
        unsafe {
            _mm512_storeu_ps(sums.as_mut_ptr(), acc[0]);
            _mm512_storeu_ps(sums.as_mut_ptr().add(16), acc[1]);
        }
    }
}
