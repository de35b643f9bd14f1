//! [`Simd`] on AVX-512. Two types, since code that may use the bf16 instructions must be compiled for them.
#![allow(unsafe_code)]
// Each block calls intrinsics that the type's existence says the CPU has; those that touch memory say more.
#![allow(clippy::undocumented_unsafe_blocks)]

use std::arch::x86_64::*;

use super::{EXP2, Simd, Task};
use crate::kernel::isa::Isa;

const LANES: usize = 16;

/// A CPU with AVX-512 F, BW, DQ and VL.
#[derive(Debug, Clone, Copy)]
pub struct Avx512(());

/// A CPU with these and AVX-512 BF16.
#[derive(Debug, Clone, Copy)]
pub struct Avx512Bf16(());

impl Avx512 {
    /// If this CPU has it.
    pub fn detect() -> Option<Self> {
        Isa::Avx512.is_available().then_some(Self(()))
    }
}

impl Avx512Bf16 {
    /// If this CPU has it.
    pub fn detect() -> Option<Self> {
        (Isa::Avx512.is_available() && is_x86_feature_detected!("avx512bf16")).then_some(Self(()))
    }

    /// `sum` plus, lane by lane, the two products of bf16 pairs, in f32.
    #[inline(always)]
    pub fn dot_pairs(self, a: __m512, b: __m512, sum: __m512) -> __m512 {
        // SAFETY: `self` exists, so the CPU has the instruction; the vectors differ in what their 512 bits are said to be.
        unsafe {
            let (a, b) = (_mm512_castps_si512(a), _mm512_castps_si512(b));
            _mm512_dpbf16_ps(
                sum,
                std::mem::transmute::<__m512i, __m512bh>(a),
                std::mem::transmute::<__m512i, __m512bh>(b),
            )
        }
    }

    /// 32 values rounded to bf16, in order: two to a lane.
    #[inline(always)]
    pub fn narrow(self, first: __m512, second: __m512) -> __m512 {
        // SAFETY: as in `dot_pairs`.
        unsafe {
            let words = std::mem::transmute::<__m512bh, __m512i>(_mm512_cvtne2ps_pbh(second, first));
            _mm512_castsi512_ps(words)
        }
    }

    /// Each lane's two values rounded to bf16, `low` in its lower half.
    #[inline(always)]
    pub fn interleave(self, low: __m512, high: __m512) -> __m512 {
        // SAFETY: as in `dot_pairs`.
        unsafe {
            let low = std::mem::transmute::<__m256bh, __m256i>(_mm512_cvtneps_pbh(low));
            let high = std::mem::transmute::<__m256bh, __m256i>(_mm512_cvtneps_pbh(high));
            let (low, high) = (_mm512_cvtepu16_epi32(low), _mm512_cvtepu16_epi32(high));
            _mm512_castsi512_ps(_mm512_or_si512(low, _mm512_slli_epi32::<16>(high)))
        }
    }
}

/// The lanes `from..to`, both at most 16.
#[inline(always)]
fn lanes(from: usize, to: usize) -> __mmask16 {
    let up_to = |lane: usize| (1_u32 << lane.min(LANES)) - 1;
    (up_to(to) & !up_to(from)) as __mmask16
}

macro_rules! simd {
    ($name:ident, $features:literal) => {
        impl Simd for $name {
            type V = __m512;
            const LANES: usize = LANES;
            const ROWS: usize = 12;
            const PANELS: usize = 2;

            #[inline(always)]
            fn run<T: Task<Self>>(self, task: T) {
                #[target_feature(enable = $features)]
                fn compiled<T: Task<$name>>(simd: $name, task: T) {
                    task.go(simd);
                }
                // SAFETY: `self` exists, so the CPU has these features.
                unsafe { compiled(self, task) }
            }

            #[inline(always)]
            fn splat(self, x: f32) -> __m512 {
                unsafe { _mm512_set1_ps(x) }
            }

            #[inline(always)]
            fn load(self, from: &[f32]) -> __m512 {
                assert!(from.len() >= LANES);
                // SAFETY: `from` holds 16 values.
                unsafe { _mm512_loadu_ps(from.as_ptr()) }
            }

            #[inline(always)]
            fn load_some(self, from: &[f32]) -> __m512 {
                // SAFETY: only lanes inside `from` are read.
                unsafe { _mm512_maskz_loadu_ps(lanes(0, from.len()), from.as_ptr()) }
            }

            #[inline(always)]
            fn store(self, v: __m512, to: &mut [f32]) {
                assert!(to.len() >= LANES);
                // SAFETY: `to` holds 16 values.
                unsafe { _mm512_storeu_ps(to.as_mut_ptr(), v) }
            }

            #[inline(always)]
            fn store_some(self, v: __m512, to: &mut [f32]) {
                // SAFETY: only lanes inside `to` are written.
                unsafe { _mm512_mask_storeu_ps(to.as_mut_ptr(), lanes(0, to.len()), v) }
            }

            #[inline(always)]
            fn add(self, a: __m512, b: __m512) -> __m512 {
                unsafe { _mm512_add_ps(a, b) }
            }

            #[inline(always)]
            fn sub(self, a: __m512, b: __m512) -> __m512 {
                unsafe { _mm512_sub_ps(a, b) }
            }

            #[inline(always)]
            fn mul(self, a: __m512, b: __m512) -> __m512 {
                unsafe { _mm512_mul_ps(a, b) }
            }

            #[inline(always)]
            fn mul_add(self, a: __m512, b: __m512, c: __m512) -> __m512 {
                unsafe { _mm512_fmadd_ps(a, b, c) }
            }

            #[inline(always)]
            fn max(self, a: __m512, b: __m512) -> __m512 {
                unsafe { _mm512_max_ps(a, b) }
            }

            #[inline(always)]
            fn sum(self, v: __m512) -> f32 {
                unsafe { _mm512_reduce_add_ps(v) }
            }

            #[inline(always)]
            fn largest(self, v: __m512) -> f32 {
                unsafe { _mm512_reduce_max_ps(v) }
            }

            #[inline(always)]
            fn within(self, v: __m512, from: usize, to: usize, other: __m512) -> __m512 {
                unsafe { _mm512_mask_mov_ps(other, lanes(from, to), v) }
            }

            #[inline(always)]
            fn exp2(self, x: __m512) -> __m512 {
                unsafe {
                    // What is left after rounding to whole numbers; 0 for infinity.
                    let rest = _mm512_reduce_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(x);
                    let whole = _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(x);
                    let mut series = _mm512_set1_ps(EXP2[0]);
                    for c in &EXP2[1..] {
                        series = _mm512_fmadd_ps(series, rest, _mm512_set1_ps(*c));
                    }
                    _mm512_scalef_ps(_mm512_fmadd_ps(series, rest, _mm512_set1_ps(1.0)), whole)
                }
            }

            #[inline(always)]
            fn to_bf16(self, v: __m512) -> __m512 {
                unsafe {
                    let bits = _mm512_castps_si512(v);
                    let odd = _mm512_and_si512(_mm512_srli_epi32::<16>(bits), _mm512_set1_epi32(1));
                    let up = _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
                    let cut = _mm512_and_si512(up, _mm512_set1_epi32(0xffff_0000_u32 as i32));
                    let number = _mm512_cmp_ps_mask::<_CMP_ORD_Q>(v, v);
                    _mm512_mask_mov_ps(v, number, _mm512_castsi512_ps(cut))
                }
            }

            #[inline(always)]
            fn transpose(self, from: &[f32], stride: usize, to: &mut [f32]) {
                let mut rows = [self.splat(0.0); LANES];
                for i in 0..LANES {
                    rows[i] = self.load(&from[i * stride..]);
                }
                unsafe {
                    // Pairs of rows, then quads within 128 bits, then the 128-bit blocks.
                    let mut pairs = rows;
                    for i in 0..LANES / 2 {
                        pairs[2 * i] = _mm512_unpacklo_ps(rows[2 * i], rows[2 * i + 1]);
                        pairs[2 * i + 1] = _mm512_unpackhi_ps(rows[2 * i], rows[2 * i + 1]);
                    }
                    let mut quads = pairs;
                    for i in 0..LANES / 4 {
                        let (a, b) = (_mm512_castps_pd(pairs[4 * i]), _mm512_castps_pd(pairs[4 * i + 1]));
                        let (c, d) = (
                            _mm512_castps_pd(pairs[4 * i + 2]),
                            _mm512_castps_pd(pairs[4 * i + 3]),
                        );
                        quads[4 * i] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, c));
                        quads[4 * i + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, c));
                        quads[4 * i + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(b, d));
                        quads[4 * i + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(b, d));
                    }
                    let to = &mut to[..LANES * LANES];
                    for i in 0..4 {
                        let (a, b, c, d) = (quads[i], quads[4 + i], quads[8 + i], quads[12 + i]);
                        let (ab_even, ab_odd) = (
                            _mm512_shuffle_f32x4::<0b10_00_10_00>(a, b),
                            _mm512_shuffle_f32x4::<0b11_01_11_01>(a, b),
                        );
                        let (cd_even, cd_odd) = (
                            _mm512_shuffle_f32x4::<0b10_00_10_00>(c, d),
                            _mm512_shuffle_f32x4::<0b11_01_11_01>(c, d),
                        );
                        let columns = [
                            _mm512_shuffle_f32x4::<0b10_00_10_00>(ab_even, cd_even),
                            _mm512_shuffle_f32x4::<0b10_00_10_00>(ab_odd, cd_odd),
                            _mm512_shuffle_f32x4::<0b11_01_11_01>(ab_even, cd_even),
                            _mm512_shuffle_f32x4::<0b11_01_11_01>(ab_odd, cd_odd),
                        ];
                        for (block, column) in columns.into_iter().enumerate() {
                            self.store(column, &mut to[(4 * block + i) * LANES..]);
                        }
                    }
                }
            }
        }
    };
}

simd!(Avx512, "avx512f,avx512bw,avx512dq,avx512vl");
simd!(Avx512Bf16, "avx512bf16,avx512f,avx512bw,avx512dq,avx512vl");
