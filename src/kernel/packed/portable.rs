//! The kernels in plain loops, which the compiler vectorises for whatever the program was compiled for: SSE2 on x86-64,
//! NEON on arm64. Sums take half of the registers, which leaves the compiler enough for the rest.
//!
//! 8-bit numbers are multiplied as floats too. Compilers make poor code of products of small integers (an eighth of the
//! speed of floats on SSE2), and floats give the same integers as long as each sum stays below 2^24.

use super::kernel::{Kernel, Tile, by_rows};

const COLUMNS: usize = 8;
/// arm64 has 32 vector registers, SSE2 has 16.
const ROWS: usize = if cfg!(target_arch = "aarch64") { 8 } else { 4 };
/// Products of 255 and 127 that a float sums exactly: 512 of them are below 2^24.
const EXACT: usize = 512;

/// f32, on every CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct F32Portable;

/// 8 bits as whole floats, on every CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WholePortable;

impl Kernel<COLUMNS> for F32Portable {
    type Value = f32;
    type Weight = f32;
    type Sum = f32;
    const ROWS: usize = ROWS;

    fn tile(self, tile: &Tile<'_, f32, f32>, sums: &mut [[f32; COLUMNS]]) {
        tile.check(sums.len(), Self::ROWS, COLUMNS, 1);
        by_rows!([1 2 3 4 5 6 7 8], floats(tile, sums));
    }
}

impl Kernel<COLUMNS> for WholePortable {
    type Value = f32;
    type Weight = f32;
    type Sum = i32;
    const ROWS: usize = ROWS;

    fn tile(self, tile: &Tile<'_, f32, f32>, sums: &mut [[i32; COLUMNS]]) {
        tile.check(sums.len(), Self::ROWS, COLUMNS, 1);
        by_rows!([1 2 3 4 5 6 7 8], whole(tile, sums));
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

/// The sums of as many products as a float holds, then of the next ones.
fn whole<const ROWS: usize>(tile: &Tile<'_, f32, f32>, sums: &mut [[i32; COLUMNS]]) {
    sums.fill([0; COLUMNS]);
    for start in (0..tile.depth).step_by(EXACT) {
        let part = Tile {
            rows: &tile.rows[start..],
            depth: EXACT.min(tile.depth - start),
            panel: &tile.panel[start * COLUMNS..],
            ..*tile
        };
        let mut exact = [[0.0; COLUMNS]; ROWS];
        floats::<ROWS>(&part, &mut exact);
        for (sums, exact) in sums.iter_mut().zip(exact) {
            for (sum, exact) in sums.iter_mut().zip(exact) {
                // Both fit: a layer has at most `MOST_INPUTS`.
                *sum += exact as i32;
            }
        }
    }
}
