//! The number types that attention multiplies in: f32 as it is, values rounded to bf16 and kept as f32, and pairs of bf16
//! in a word for the instructions that multiply those. Sums are f32 in each.

use crate::kernel::simd::Simd;

/// How operands are kept and multiplied. A word is 32 bits and holds `PAIR` values.
pub trait Number<S: Simd>: Copy {
    /// Values in a word.
    const PAIR: usize;
    /// Turns a row of values into words, in place: the first `row.len() / PAIR` hold them. The length is a multiple of
    /// `LANES * PAIR`.
    fn narrow(simd: S, row: &mut [f32]);
    /// Words of two rows, lane by lane; `high` is left out where a word holds one value.
    fn interleave(simd: S, low: S::V, high: S::V) -> S::V;
    /// `sum` plus the products of the values in each lane.
    fn add_product(simd: S, a: S::V, b: S::V, sum: S::V) -> S::V;
}

/// f32.
#[derive(Debug, Clone, Copy)]
pub struct Exact;

impl<S: Simd> Number<S> for Exact {
    const PAIR: usize = 1;

    #[inline(always)]
    fn narrow(_: S, _: &mut [f32]) {}

    #[inline(always)]
    fn interleave(_: S, low: S::V, _: S::V) -> S::V {
        low
    }

    #[inline(always)]
    fn add_product(simd: S, a: S::V, b: S::V, sum: S::V) -> S::V {
        simd.mul_add(a, b, sum)
    }
}

/// f32 after rounding to bf16, where no instruction multiplies bf16.
#[derive(Debug, Clone, Copy)]
pub struct Rounded;

impl<S: Simd> Number<S> for Rounded {
    const PAIR: usize = 1;

    #[inline(always)]
    fn narrow(simd: S, row: &mut [f32]) {
        for chunk in row.chunks_exact_mut(S::LANES) {
            simd.store(simd.to_bf16(simd.load(chunk)), chunk);
        }
    }

    #[inline(always)]
    fn interleave(simd: S, low: S::V, _: S::V) -> S::V {
        simd.to_bf16(low)
    }

    #[inline(always)]
    fn add_product(simd: S, a: S::V, b: S::V, sum: S::V) -> S::V {
        simd.mul_add(a, b, sum)
    }
}

/// Pairs of bf16 in a word.
#[cfg(target_arch = "x86_64")]
#[derive(Debug, Clone, Copy)]
pub struct Paired;

#[cfg(target_arch = "x86_64")]
impl Number<crate::kernel::simd::avx512::Avx512Bf16> for Paired {
    const PAIR: usize = 2;

    #[inline(always)]
    fn narrow(simd: crate::kernel::simd::avx512::Avx512Bf16, row: &mut [f32]) {
        for start in (0..row.len() / 2).step_by(16) {
            let words = simd.narrow(simd.load(&row[2 * start..]), simd.load(&row[2 * start + 16..]));
            simd.store(words, &mut row[start..]);
        }
    }

    #[inline(always)]
    fn interleave(
        simd: crate::kernel::simd::avx512::Avx512Bf16,
        low: std::arch::x86_64::__m512,
        high: std::arch::x86_64::__m512,
    ) -> std::arch::x86_64::__m512 {
        simd.interleave(low, high)
    }

    #[inline(always)]
    fn add_product(
        simd: crate::kernel::simd::avx512::Avx512Bf16,
        a: std::arch::x86_64::__m512,
        b: std::arch::x86_64::__m512,
        sum: std::arch::x86_64::__m512,
    ) -> std::arch::x86_64::__m512 {
        simd.dot_pairs(a, b, sum)
    }
}
