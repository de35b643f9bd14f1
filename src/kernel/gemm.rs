//! Matrix products of parts of slices through crate `gemm`, single-threaded, behind a checked interface. `gemm` chooses
//! the order of its sums by shape, so it is only used where the shape hangs on one sequence alone.
#![allow(unsafe_code)]

use gemm::Parallelism;

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

/// `out = a × b`. `out` is row-major, its rows `out_stride` elements apart.
///
/// # Panics
/// If the shapes do not match or `out` is too short.
pub fn matmul(out: &mut [f32], out_stride: usize, a: Matrix<'_>, b: Matrix<'_>) {
    let (rows, cols, depth) = (a.rows, b.cols, a.cols);
    assert_eq!(depth, b.rows, "inner dimensions differ");
    assert!(
        out_stride >= cols && fits(out.len(), rows, cols, out_stride),
        "result larger than its data"
    );
    // SAFETY: `Matrix::new` and the asserts above checked that the last element of each operand lies inside its slice;
    // `out` is borrowed mutably, so it overlaps neither, and `out_stride >= cols` keeps its rows apart.
    unsafe {
        gemm::gemm(
            rows,
            cols,
            depth,
            out.as_mut_ptr(),
            1,
            out_stride as isize,
            false,
            a.data.as_ptr(),
            a.col_stride as isize,
            a.row_stride as isize,
            b.data.as_ptr(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::noise;

    #[test]
    fn multiplies_by_a_transpose_into_wider_rows() {
        let (a, b) = (noise(4, 6 * 8), noise(5, 5 * 8));
        let mut out = vec![9.0; 6 * 7];
        let (left, right) = (Matrix::new(&a, 6, 8, 8), Matrix::new(&b, 5, 8, 8).transposed());
        matmul(&mut out, 7, left, right);
        for i in 0..6 {
            for j in 0..5 {
                let want: f32 = (0..8).map(|k| a[i * 8 + k] * b[j * 8 + k]).sum();
                assert!((out[i * 7 + j] - want).abs() < 1e-5);
            }
            assert_eq!(out[i * 7 + 5..i * 7 + 7], [9.0, 9.0], "written past the columns");
        }
    }
}
