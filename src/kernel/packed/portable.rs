//! The kernels in plain loops, which the compiler vectorises for whatever the program was compiled for: SSE2 on x86-64,
//! NEON on arm64. 4 rows by 8 columns is what the 16 registers of SSE2 hold; arm64 has twice as many, but its compiler
//! fills them by itself.

use super::kernel::{Kernel, Tile, by_rows};

const COLUMNS: usize = 8;
/// Numbers of 16 bits that are multiplied and summed in one lane at once.
const WORDS: usize = 2;

/// f32, on every CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct F32Portable;

/// 8 bits widened to 16, on every CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WordsPortable;

impl Kernel<COLUMNS> for F32Portable {
    type Value = f32;
    type Weight = f32;
    type Sum = f32;
    const ROWS: usize = 4;

    fn tile(self, tile: &Tile<'_, f32, f32>, sums: &mut [[f32; COLUMNS]]) {
        tile.check(sums.len(), Self::ROWS, COLUMNS, 1);
        by_rows!([1 2 3 4], floats(tile, sums));
    }
}

impl Kernel<COLUMNS> for WordsPortable {
    type Value = i16;
    type Weight = i16;
    type Sum = i32;
    const ROWS: usize = 4;

    fn tile(self, tile: &Tile<'_, i16, i16>, sums: &mut [[i32; COLUMNS]]) {
        tile.check(sums.len(), Self::ROWS, COLUMNS, WORDS);
        by_rows!([1 2 3 4], words(tile, sums));
    }
}

/// `a * b + c`, rounded once where that is an instruction of every CPU of the kind, and else twice: a call of the
/// library would cost a hundred times as much.
fn multiply_add(a: f32, b: f32, c: f32) -> f32 {
    if cfg!(any(target_arch = "aarch64", target_feature = "fma")) {
        a.mul_add(b, c)
    } else {
        a * b + c
    }
}

fn floats<const ROWS: usize>(tile: &Tile<'_, f32, f32>, sums: &mut [[f32; COLUMNS]]) {
    let rows: [&[f32]; ROWS] = std::array::from_fn(|row| &tile.rows[row * tile.stride..][..tile.depth]);
    let mut acc = [[0.0_f32; COLUMNS]; ROWS];
    let (panel, _) = tile.panel.as_chunks::<COLUMNS>();
    for (depth, weights) in panel[..tile.depth].iter().enumerate() {
        for (row, acc) in rows.iter().zip(&mut acc) {
            let value = row[depth];
            for (acc, &weight) in acc.iter_mut().zip(weights) {
                *acc = multiply_add(value, weight, *acc);
            }
        }
    }
    sums.copy_from_slice(&acc);
}

fn words<const ROWS: usize>(tile: &Tile<'_, i16, i16>, sums: &mut [[i32; COLUMNS]]) {
    let rows: [&[[i16; WORDS]]; ROWS] =
        std::array::from_fn(|row| tile.rows[row * tile.stride..][..tile.depth].as_chunks().0);
    let mut acc = [[0_i32; COLUMNS]; ROWS];
    let (pairs, _) = tile.panel.as_chunks::<WORDS>();
    let (panel, _) = pairs.as_chunks::<COLUMNS>();
    for (depth, weights) in panel[..tile.depth / WORDS].iter().enumerate() {
        for (row, acc) in rows.iter().zip(&mut acc) {
            let [first, second] = row[depth].map(i32::from);
            for (acc, &[one, two]) in acc.iter_mut().zip(weights) {
                // Below 2^17 × inputs in size: it wraps only where `quantise.rs` says.
                *acc = acc.wrapping_add(first * i32::from(one) + second * i32::from(two));
            }
        }
    }
    sums.copy_from_slice(&acc);
}
