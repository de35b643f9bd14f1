//! bf16 on AVX-512 BF16: pairs of products by `vdpbf16ps`, summed in f32, 12 rows by 32 columns. The instruction takes
//! denormals for zero and rounds to nearest, whatever the modes of the thread.
#![allow(unsafe_code)]

use std::arch::x86_64::{
    __m512bh, __m512i, _mm512_dpbf16_ps, _mm512_loadu_si512, _mm512_set1_epi32, _mm512_setzero_ps, _mm512_storeu_ps,
};

use super::kernel::{Kernel, Tile, by_rows};

const COLUMNS: usize = 32;
/// Numbers that are multiplied and summed in one lane at once.
const GROUP: usize = 2;

/// The kernel, on a CPU that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bf16Avx512(());

impl Bf16Avx512 {
    pub(super) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bf16")).then_some(Self(()))
    }
}

impl Kernel<COLUMNS> for Bf16Avx512 {
    type Value = u16;
    type Weight = u16;
    type Sum = f32;
    const ROWS: usize = 12;

    fn tile(self, tile: &Tile<'_, u16, u16>, sums: &mut [[f32; COLUMNS]]) {
        tile.check(sums.len(), Self::ROWS, COLUMNS, GROUP);
        // SAFETY: `self` is proof of AVX-512F and BF16, and the check above of what the loop reads and writes.
        unsafe { by_rows!([1 2 3 4 5 6 7 8 9 10 11 12], product(tile, sums)) }
    }
}

#[inline(always)]
fn bf16(bits: __m512i) -> __m512bh {
    // SAFETY: both are 64 bytes, and every pattern of bits is a number.
    unsafe { std::mem::transmute(bits) }
}

/// # Safety
/// The CPU has AVX-512F and BF16; `tile` can be read for `ROWS` rows and `COLUMNS` columns, in pairs; `sums` has `ROWS`
/// rows.
#[target_feature(enable = "avx512f,avx512bf16")]
unsafe fn product<const ROWS: usize>(tile: &Tile<'_, u16, u16>, sums: &mut [[f32; COLUMNS]]) {
    let (rows, panel) = (tile.rows.as_ptr(), tile.panel.as_ptr());
    let mut acc = [[_mm512_setzero_ps(); 2]; ROWS];
    for depth in (0..tile.depth).step_by(GROUP) {
        // SAFETY: `depth` and the number behind it are below the tile's depth, and the caller vouches for the tile.
        let weights = unsafe {
            let panel = panel.add(depth * COLUMNS).cast::<__m512i>();
            [bf16(_mm512_loadu_si512(panel)), bf16(_mm512_loadu_si512(panel.add(1)))]
        };
        for (row, acc) in acc.iter_mut().enumerate() {
            // SAFETY: as above, and `row` is below `ROWS`.
            let pair = unsafe { rows.add(row * tile.stride + depth).cast::<i32>().read_unaligned() };
            let pair = bf16(_mm512_set1_epi32(pair));
            acc[0] = _mm512_dpbf16_ps(acc[0], pair, weights[0]);
            acc[1] = _mm512_dpbf16_ps(acc[1], pair, weights[1]);
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
