//! Matrix products through crate `gemm`, single-threaded, behind a checked interface. `linear` promises that a row of
//! its result depends on that row of the input alone, to the bit: `gemm` chooses its depth blocking and its
//! matrix-vector path by shape, so the depth is cut here, to a size it never cuts again, and one row is done as two.
#![allow(unsafe_code)]

use gemm::Parallelism;

/// Deepest product handed to `gemm` in one call. `gemm` 0.19 cuts deeper ones itself (never below 512), at a place that
/// depends on the other dimensions.
const MAX_DEPTH: usize = 512;

/// A matrix inside a slice: `rows` rows, `row_stride` elements apart, of `cols` elements, `col_stride` apart.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<'a> {
    data: &'a [f32],
    rows: usize,
    cols: usize,
    row_stride: usize,
    col_stride: usize,
}

impl<'a> Matrix<'a> {
    /// A row-major matrix whose rows start `row_stride` elements apart.
    ///
    /// # Panics
    /// If `data` is too short for the shape.
    pub fn new(data: &'a [f32], rows: usize, cols: usize, row_stride: usize) -> Self {
        assert!(fits(data.len(), rows, cols, row_stride), "matrix larger than its data");
        Self {
            data,
            rows,
            cols,
            row_stride,
            col_stride: 1,
        }
    }

    /// The transpose, without moving anything.
    pub fn transposed(self) -> Self {
        Self {
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
            ..self
        }
    }
}

fn fits(len: usize, rows: usize, cols: usize, row_stride: usize) -> bool {
    if rows == 0 || cols == 0 {
        return true;
    }
    let last = (rows - 1)
        .checked_mul(row_stride)
        .and_then(|start| start.checked_add(cols));
    last.is_some_and(|needed| needed <= len)
}

/// `out = a × b`, or `out += a × b` where `add` is set. `out` is row-major, its rows `out_stride` elements apart.
///
/// # Panics
/// If the shapes do not match or `out` is too short.
pub fn matmul(out: &mut [f32], out_stride: usize, a: Matrix<'_>, b: Matrix<'_>, add: bool) {
    let (rows, cols, depth) = (a.rows, b.cols, a.cols);
    assert_eq!(depth, b.rows, "inner dimensions differ");
    assert!(
        out_stride >= cols && fits(out.len(), rows, cols, out_stride),
        "result larger than its data"
    );
    let blocks = depth.div_ceil(MAX_DEPTH).max(1);
    for block in 0..blocks {
        let (start, end) = (depth * block / blocks, depth * (block + 1) / blocks);
        let add = add || block > 0;
        // SAFETY: `Matrix::new` and the asserts above checked that the last element of each operand lies inside its
        // slice; `out` is borrowed mutably, so it overlaps neither, and `out_stride >= cols` keeps its rows apart.
        // `gemm` reads `out` only where `add` is set, and it is initialised anyway.
        unsafe {
            gemm::gemm(
                rows,
                cols,
                end - start,
                out.as_mut_ptr(),
                1,
                out_stride as isize,
                add,
                a.data.as_ptr().wrapping_add(start * a.col_stride),
                a.col_stride as isize,
                a.row_stride as isize,
                b.data.as_ptr().wrapping_add(start * b.row_stride),
                b.col_stride as isize,
                b.row_stride as isize,
                1.0_f32,
                1.0_f32,
                false,
                false,
                false,
                Parallelism::None,
            );
        }
    }
}

/// A linear layer: `x [rows, inputs] × weight [inputs, outputs] + bias [outputs] + residual [rows, outputs]`, as
/// `[rows, outputs]`.
///
/// # Panics
/// If a length does not match.
pub fn linear(x: &[f32], weight: &[f32], outputs: usize, bias: Option<&[f32]>, residual: Option<&[f32]>) -> Vec<f32> {
    let inputs = weight.len() / outputs;
    assert_eq!(weight.len(), inputs * outputs, "weight is not whole rows");
    assert_eq!(x.len() % inputs, 0, "input is not whole rows");
    let rows = x.len() / inputs;
    if rows == 1 {
        // A single row would take `gemm`'s matrix-vector path, which adds in another order.
        let residual = residual.map(|row| row.repeat(2));
        let mut out = linear(&x.repeat(2), weight, outputs, bias, residual.as_deref());
        out.truncate(outputs);
        return out;
    }
    let mut out = match (residual, bias) {
        (Some(residual), _) => residual.to_vec(),
        (None, Some(bias)) => bias.repeat(rows),
        (None, None) => vec![0.0; rows * outputs],
    };
    if let (Some(_), Some(bias)) = (residual, bias) {
        for row in out.chunks_exact_mut(outputs) {
            row.iter_mut().zip(bias).for_each(|(out, &bias)| *out += bias);
        }
    }
    assert_eq!(out.len(), rows * outputs, "bias or residual does not match");
    let add = residual.is_some() || bias.is_some();
    let (x, weight) = (
        Matrix::new(x, rows, inputs, inputs),
        Matrix::new(weight, inputs, outputs, outputs),
    );
    matmul(&mut out, outputs, x, weight, add);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers in -1..1 from a small linear congruential generator.
    fn noise(seed: u64, len: usize) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
        };
        (0..len).map(|_| next()).collect()
    }

    /// `linear` as its formula, in f64.
    fn naive(x: &[f32], weight: &[f32], outputs: usize, start: impl Fn(usize) -> f32) -> Vec<f32> {
        let inputs = weight.len() / outputs;
        let value = |index: usize| {
            let (row, j) = (&x[index / outputs * inputs..][..inputs], index % outputs);
            let product = |(i, x): (usize, &f32)| f64::from(*x) * f64::from(weight[i * outputs + j]);
            (row.iter().enumerate().map(product).sum::<f64>() + f64::from(start(index))) as f32
        };
        (0..x.len() / inputs * outputs).map(value).collect()
    }

    #[test]
    fn equals_a_naive_product() {
        for (rows, inputs, outputs) in [
            (1, 1, 1),
            (1, 40, 7),
            (2, 3, 2),
            (5, 513, 9),
            (70, 1100, 33),
            (300, 64, 130),
        ] {
            let (x, weight) = (noise(1, rows * inputs), noise(2, inputs * outputs));
            let (bias, residual) = (noise(3, outputs), noise(4, rows * outputs));
            for (bias, residual) in [
                (None, None),
                (Some(&bias), None),
                (None, Some(&residual)),
                (Some(&bias), Some(&residual)),
            ] {
                let (bias, residual) = (bias.map(Vec::as_slice), residual.map(Vec::as_slice));
                let got = linear(&x, &weight, outputs, bias, residual);
                let want = naive(&x, &weight, outputs, |index| {
                    bias.map_or(0.0, |bias| bias[index % outputs]) + residual.map_or(0.0, |residual| residual[index])
                });
                assert_eq!(got.len(), want.len());
                for (got, want) in got.iter().zip(&want) {
                    let difference = (got - want).abs();
                    assert!(difference < 1e-4, "{rows}x{inputs}x{outputs}: {got} for {want}");
                }
            }
        }
    }

    #[test]
    fn multiplies_by_a_transpose_into_wider_rows() {
        let (a, b) = (noise(4, 6 * 8), noise(5, 5 * 8));
        let mut out = vec![9.0; 6 * 7];
        let (left, right) = (Matrix::new(&a, 6, 8, 8), Matrix::new(&b, 5, 8, 8).transposed());
        matmul(&mut out, 7, left, right, false);
        for i in 0..6 {
            for j in 0..5 {
                let want: f32 = (0..8).map(|k| a[i * 8 + k] * b[j * 8 + k]).sum();
                assert!((out[i * 7 + j] - want).abs() < 1e-5);
            }
            assert_eq!(out[i * 7 + 5..i * 7 + 7], [9.0, 9.0], "written past the columns");
        }
    }

    /// The promise that batch independence rests on.
    #[test]
    fn a_row_does_not_depend_on_the_other_rows() {
        for (inputs, outputs) in [(384, 96), (384, 9), (32, 96), (768, 384), (1152, 48), (96, 2)] {
            let (x, weight) = (noise(6, 600 * inputs), noise(7, inputs * outputs));
            let (bias, residual) = (noise(8, outputs), noise(9, 600 * outputs));
            let all = linear(&x, &weight, outputs, Some(&bias), Some(&residual));
            let counts = (1..140).chain([191, 192, 193, 255, 256, 257, 384, 511, 512, 513, 599]);
            for rows in counts {
                for first in [0, 1, 600 - rows] {
                    let part = linear(
                        &x[first * inputs..][..rows * inputs],
                        &weight,
                        outputs,
                        Some(&bias),
                        Some(&residual[first * outputs..][..rows * outputs]),
                    );
                    let mut pairs = part.iter().zip(&all[first * outputs..]);
                    let same = pairs.all(|(a, b)| a.to_bits() == b.to_bits());
                    assert!(same, "{inputs}x{outputs}: {rows} rows from {first}");
                }
            }
        }
    }
}
