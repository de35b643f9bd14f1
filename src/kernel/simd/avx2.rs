//! [`Simd`] on AVX2 with fused multiply-add.
#![allow(unsafe_code)]
// Each block calls intrinsics that the type's existence says the CPU has; those that touch memory say more.
#![allow(clippy::undocumented_unsafe_blocks)]

use std::arch::x86_64::*;

use super::{EXP2, Simd, Task};
use crate::kernel::isa::Isa;

const LANES: usize = 8;

/// A CPU with AVX2 and fused multiply-add.
#[derive(Debug, Clone, Copy)]
pub struct Avx2(());

impl Avx2 {
    /// If this CPU has it.
    pub fn detect() -> Option<Self> {
        Isa::Avx2.is_available().then_some(Self(()))
    }

    /// All bits set in the lanes `from..to`.
    #[inline(always)]
    fn lanes(self, from: usize, to: usize) -> __m256i {
        let (from, to) = (from.min(LANES) as i32, to.min(LANES) as i32);
        unsafe {
            let index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
            let below = _mm256_cmpgt_epi32(_mm256_set1_epi32(to), index);
            _mm256_andnot_si256(_mm256_cmpgt_epi32(_mm256_set1_epi32(from), index), below)
        }
    }
}

impl Simd for Avx2 {
    type V = __m256;
    const LANES: usize = LANES;
    const ROWS: usize = 6;
    const PANELS: usize = 2;

    #[inline(always)]
    fn run<T: Task<Self>>(self, task: T) {
        #[target_feature(enable = "avx2,fma")]
        fn compiled<T: Task<Avx2>>(simd: Avx2, task: T) {
            task.go(simd);
        }
        // SAFETY: `self` exists, so the CPU has these features.
        unsafe { compiled(self, task) }
    }

    #[inline(always)]
    fn splat(self, x: f32) -> __m256 {
        unsafe { _mm256_set1_ps(x) }
    }

    #[inline(always)]
    fn load(self, from: &[f32]) -> __m256 {
        assert!(from.len() >= LANES);
        // SAFETY: `from` holds 8 values.
        unsafe { _mm256_loadu_ps(from.as_ptr()) }
    }

    #[inline(always)]
    fn load_some(self, from: &[f32]) -> __m256 {
        // SAFETY: only lanes inside `from` are read.
        unsafe { _mm256_maskload_ps(from.as_ptr(), self.lanes(0, from.len())) }
    }

    #[inline(always)]
    fn store(self, v: __m256, to: &mut [f32]) {
        assert!(to.len() >= LANES);
        // SAFETY: `to` holds 8 values.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), v) }
    }

    #[inline(always)]
    fn store_some(self, v: __m256, to: &mut [f32]) {
        // SAFETY: only lanes inside `to` are written.
        unsafe { _mm256_maskstore_ps(to.as_mut_ptr(), self.lanes(0, to.len()), v) }
    }

    #[inline(always)]
    fn add(self, a: __m256, b: __m256) -> __m256 {
        unsafe { _mm256_add_ps(a, b) }
    }

    #[inline(always)]
    fn sub(self, a: __m256, b: __m256) -> __m256 {
        unsafe { _mm256_sub_ps(a, b) }
    }

    #[inline(always)]
    fn mul(self, a: __m256, b: __m256) -> __m256 {
        unsafe { _mm256_mul_ps(a, b) }
    }

    #[inline(always)]
    fn mul_add(self, a: __m256, b: __m256, c: __m256) -> __m256 {
        unsafe { _mm256_fmadd_ps(a, b, c) }
    }

    #[inline(always)]
    fn max(self, a: __m256, b: __m256) -> __m256 {
        unsafe { _mm256_max_ps(a, b) }
    }

    #[inline(always)]
    fn sum(self, v: __m256) -> f32 {
        unsafe {
            let half = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps::<1>(v));
            let quarter = _mm_add_ps(half, _mm_movehl_ps(half, half));
            _mm_cvtss_f32(_mm_add_ss(quarter, _mm_movehdup_ps(quarter)))
        }
    }

    #[inline(always)]
    fn largest(self, v: __m256) -> f32 {
        unsafe {
            let half = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps::<1>(v));
            let quarter = _mm_max_ps(half, _mm_movehl_ps(half, half));
            _mm_cvtss_f32(_mm_max_ss(quarter, _mm_movehdup_ps(quarter)))
        }
    }

    #[inline(always)]
    fn within(self, v: __m256, from: usize, to: usize, other: __m256) -> __m256 {
        unsafe { _mm256_blendv_ps(other, v, _mm256_castsi256_ps(self.lanes(from, to))) }
    }

    #[inline(always)]
    fn exp2(self, x: __m256) -> __m256 {
        unsafe {
            // 2^-126 is the smallest normal number. `max` gives its second operand where one is NaN.
            let lowest = _mm256_set1_ps(-126.0);
            let inside = _mm256_max_ps(lowest, x);
            let whole = _mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(inside);
            let rest = _mm256_sub_ps(inside, whole);
            let mut series = _mm256_set1_ps(EXP2[0]);
            for c in &EXP2[1..] {
                series = _mm256_fmadd_ps(series, rest, _mm256_set1_ps(*c));
            }
            let mantissa = _mm256_fmadd_ps(series, rest, _mm256_set1_ps(1.0));
            let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(whole), _mm256_set1_epi32(127));
            let power = _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent));
            let low = _mm256_cmp_ps::<_CMP_LT_OQ>(x, lowest);
            _mm256_andnot_ps(low, _mm256_mul_ps(mantissa, power))
        }
    }

    #[inline(always)]
    fn to_bf16(self, v: __m256) -> __m256 {
        unsafe {
            let bits = _mm256_castps_si256(v);
            let odd = _mm256_and_si256(_mm256_srli_epi32::<16>(bits), _mm256_set1_epi32(1));
            let up = _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff)));
            let cut = _mm256_and_si256(up, _mm256_set1_epi32(0xffff_0000_u32 as i32));
            let number = _mm256_cmp_ps::<_CMP_ORD_Q>(v, v);
            _mm256_blendv_ps(v, _mm256_castsi256_ps(cut), number)
        }
    }

    #[inline(always)]
    fn transpose(self, from: &[f32], stride: usize, to: &mut [f32]) {
        let mut rows = [self.splat(0.0); LANES];
        for i in 0..LANES {
            rows[i] = self.load(&from[i * stride..]);
        }
        let to = &mut to[..LANES * LANES];
        unsafe {
            // Pairs of rows, then quads within 128 bits, then the 128-bit halves.
            let mut quads = rows;
            for i in 0..LANES / 4 {
                let [a, b, c, d] = [rows[4 * i], rows[4 * i + 1], rows[4 * i + 2], rows[4 * i + 3]];
                let (low, high) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
                let (low2, high2) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
                quads[4 * i] = _mm256_shuffle_ps::<0b01_00_01_00>(low, low2);
                quads[4 * i + 1] = _mm256_shuffle_ps::<0b11_10_11_10>(low, low2);
                quads[4 * i + 2] = _mm256_shuffle_ps::<0b01_00_01_00>(high, high2);
                quads[4 * i + 3] = _mm256_shuffle_ps::<0b11_10_11_10>(high, high2);
            }
            for i in 0..4 {
                let (low, high) = (quads[i], quads[4 + i]);
                self.store(_mm256_permute2f128_ps::<0x20>(low, high), &mut to[i * LANES..]);
                self.store(_mm256_permute2f128_ps::<0x31>(low, high), &mut to[(4 + i) * LANES..]);
            }
        }
    }
}
