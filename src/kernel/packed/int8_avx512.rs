//! 8 bits on AVX-512, 12 rows by 32 columns: u8 × i8 by `vpdpbusd` where the CPU has VNNI, and by `vpmaddwd` over 16 bits
//! where it has not (`vpmaddubsw` over 8 saturates). Both give the same integers.
#![allow(unsafe_code)]

use std::arch::x86_64::{
    __m512i, _mm512_add_epi32, _mm512_dpbusd_epi32, _mm512_loadu_si512, _mm512_madd_epi16, _mm512_set1_epi32,
    _mm512_setzero_si512, _mm512_storeu_si512,
};

use super::kernel::{Kernel, Tile, by_rows};

const COLUMNS: usize = 32;
/// Numbers that are multiplied and summed in one lane at once.
const BYTES: usize = 4;
/// The same, of 16 bits.
const WORDS: usize = 2;

/// Groups of four bytes, on a CPU that has the dot product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BytesAvx512(());

impl BytesAvx512 {
    pub(super) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni")).then_some(Self(()))
    }
}

impl Kernel<COLUMNS> for BytesAvx512 {
    type Value = u8;
    type Weight = i8;
    type Sum = i32;
    const ROWS: usize = 12;

    fn tile(self, tile: &Tile<'_, u8, i8>, sums: &mut [[i32; COLUMNS]]) {
        tile.check(sums.len(), Self::ROWS, COLUMNS, BYTES);
        // SAFETY: `self` is proof of AVX-512F and VNNI, and the check above of what the loop reads and writes.
        unsafe { by_rows!([1 2 3 4 5 6 7 8 9 10 11 12], bytes(tile, sums)) }
    }
}

/// # Safety
/// The CPU has AVX-512F and VNNI; `tile` can be read for `ROWS` rows and `COLUMNS` columns, four numbers at once;
/// `sums` has `ROWS` rows.
#[target_feature(enable = "avx512f,avx512vnni")]
unsafe fn bytes<const ROWS: usize>(tile: &Tile<'_, u8, i8>, sums: &mut [[i32; COLUMNS]]) {
    let (rows, panel) = (tile.rows.as_ptr(), tile.panel.as_ptr());
    let mut acc = [[_mm512_setzero_si512(); 2]; ROWS];
    for depth in (0..tile.depth).step_by(BYTES) {
        // SAFETY: `depth` and the rest of its group are below the tile's depth, and the caller vouches for the tile.
        let weights = unsafe {
            let panel = panel.add(depth * COLUMNS).cast::<__m512i>();
            [_mm512_loadu_si512(panel), _mm512_loadu_si512(panel.add(1))]
        };
        for (row, acc) in acc.iter_mut().enumerate() {
            // SAFETY: as above, and `row` is below `ROWS`.
            let group = unsafe { rows.add(row * tile.stride + depth).cast::<i32>().read_unaligned() };
            let group = _mm512_set1_epi32(group);
            acc[0] = _mm512_dpbusd_epi32(acc[0], group, weights[0]);
            acc[1] = _mm512_dpbusd_epi32(acc[1], group, weights[1]);
        }
    }
    // SAFETY: `sums` has `ROWS` rows, as `acc` has.
    unsafe { store(acc, sums) }
}

/// Pairs of 16 bits, on a CPU that has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WordsAvx512(());

impl WordsAvx512 {
    pub(super) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw")).then_some(Self(()))
    }
}

impl Kernel<COLUMNS> for WordsAvx512 {
    type Value = i16;
    type Weight = i16;
    type Sum = i32;
    const ROWS: usize = 12;

    fn tile(self, tile: &Tile<'_, i16, i16>, sums: &mut [[i32; COLUMNS]]) {
        tile.check(sums.len(), Self::ROWS, COLUMNS, WORDS);
        // SAFETY: `self` is proof of AVX-512F and BW, and the check above of what the loop reads and writes.
        unsafe { by_rows!([1 2 3 4 5 6 7 8 9 10 11 12], words(tile, sums)) }
    }
}

/// # Safety
/// The CPU has AVX-512F and BW; `tile` can be read for `ROWS` rows and `COLUMNS` columns, two numbers at once;
/// `sums` has `ROWS` rows.
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn words<const ROWS: usize>(tile: &Tile<'_, i16, i16>, sums: &mut [[i32; COLUMNS]]) {
    let (rows, panel) = (tile.rows.as_ptr(), tile.panel.as_ptr());
    let mut acc = [[_mm512_setzero_si512(); 2]; ROWS];
    for depth in (0..tile.depth).step_by(WORDS) {
        // SAFETY: `depth` and the rest of its group are below the tile's depth, and the caller vouches for the tile.
        let weights = unsafe {
            let panel = panel.add(depth * COLUMNS).cast::<__m512i>();
            [_mm512_loadu_si512(panel), _mm512_loadu_si512(panel.add(1))]
        };
        for (row, acc) in acc.iter_mut().enumerate() {
            // SAFETY: as above, and `row` is below `ROWS`.
            let group = unsafe { rows.add(row * tile.stride + depth).cast::<i32>().read_unaligned() };
            let group = _mm512_set1_epi32(group);
            acc[0] = _mm512_add_epi32(acc[0], _mm512_madd_epi16(group, weights[0]));
            acc[1] = _mm512_add_epi32(acc[1], _mm512_madd_epi16(group, weights[1]));
        }
    }
    // SAFETY: `sums` has `ROWS` rows, as `acc` has.
    unsafe { store(acc, sums) }
}

/// # Safety
/// The CPU has AVX-512F; `sums` has `ROWS` rows.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn store<const ROWS: usize>(acc: [[__m512i; 2]; ROWS], sums: &mut [[i32; COLUMNS]]) {
    for (sums, acc) in sums.iter_mut().zip(acc) {
        // SAFETY: a row of `sums` is 32 numbers.
        unsafe {
            _mm512_storeu_si512(sums.as_mut_ptr().cast(), acc[0]);
            _mm512_storeu_si512(sums.as_mut_ptr().add(16).cast(), acc[1]);
        }
    }
}
