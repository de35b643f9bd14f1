//! f32 on AVX2 with FMA: 6 rows by 16 columns, 12 of the 16 registers for sums.
#![allow(unsafe_code)]

use std::arch::x86_64::{_mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_setzero_ps, _mm256_storeu_ps};

use super::kernel::{Kernel, Tile, by_rows};

const COLUMNS: usize = 16;

/// The kernel, on a CPU that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct F32Avx2(());

impl F32Avx2 {
    pub(super) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }
}

impl Kernel<COLUMNS> for F32Avx2 {
    type Value = f32;
    type Weight = f32;
    type Sum = f32;
    const ROWS: usize = 6;

    fn tile(self, tile: &Tile<'_, f32, f32>, sums: &mut [[f32; COLUMNS]]) {
        tile.check(sums.len(), Self::ROWS, COLUMNS, 1);
        // SAFETY: `self` is proof of AVX2 and FMA, and the check above of what the loop reads and writes.
        unsafe { by_rows!([1 2 3 4 5 6], product(tile, sums)) }
    }
}

/// # Safety
/// The CPU has AVX2 and FMA; `tile` can be read for `ROWS` rows and `COLUMNS` columns; `sums` has `ROWS` rows.
#[target_feature(enable = "avx2,fma")]
unsafe fn product<const ROWS: usize>(tile: &Tile<'_, f32, f32>, sums: &mut [[f32; COLUMNS]]) {
    let (rows, panel) = (tile.rows.as_ptr(), tile.panel.as_ptr());
    let mut acc = [[_mm256_setzero_ps(); 2]; ROWS];
    for depth in 0..tile.depth {
        // SAFETY: `depth` is below the tile's depth, and the caller vouches for the tile.
        let weights = unsafe {
            let panel = panel.add(depth * COLUMNS);
            [_mm256_loadu_ps(panel), _mm256_loadu_ps(panel.add(8))]
        };
        for (row, acc) in acc.iter_mut().enumerate() {
            // SAFETY: as above, and `row` is below `ROWS`.
            let value = _mm256_set1_ps(unsafe { *rows.add(row * tile.stride + depth) });
            acc[0] = _mm256_fmadd_ps(value, weights[0], acc[0]);
            acc[1] = _mm256_fmadd_ps(value, weights[1], acc[1]);
        }
    }
    for (sums, acc) in sums.iter_mut().zip(acc) {
        // SAFETY: a row of `sums` is 16 numbers.
        unsafe {
            _mm256_storeu_ps(sums.as_mut_ptr(), acc[0]);
            _mm256_storeu_ps(sums.as_mut_ptr().add(8), acc[1]);
        }
    }
}
