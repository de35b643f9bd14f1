//! [`Simd`] as loops over arrays, which the compiler vectorises for whatever it compiles for: SSE2 on x86-64, NEON on
//! 64-bit ARM.

use super::{EXP2, Simd, Task, round_to_bf16};

const LANES: usize = 8;

/// Any CPU.
#[derive(Debug, Clone, Copy)]
pub struct Portable;

#[inline(always)]
fn each(a: [f32; LANES], b: [f32; LANES], of: impl Fn(f32, f32) -> f32) -> [f32; LANES] {
    let mut out = [0.0; LANES];
    for i in 0..LANES {
        out[i] = of(a[i], b[i]);
    }
    out
}

#[inline(always)]
fn multiply_add(a: f32, b: f32, c: f32) -> f32 {
    // Without the instruction, `mul_add` is a slow call.
    if cfg!(any(target_arch = "aarch64", target_feature = "fma")) {
        a.mul_add(b, c)
    } else {
        a * b + c
    }
}

#[inline(always)]
fn exp2(x: f32) -> f32 {
    /// Adding it rounds to a whole number and leaves that number in the low bits.
    const ROUND: f32 = 12_582_912.0;
    /// 2^-126 is the smallest normal number.
    const LOWEST: f32 = -126.0;
    // Written so that NaN goes through.
    let inside = if x < LOWEST { LOWEST } else { x };
    let shifted = inside + ROUND;
    let rest = inside - (shifted - ROUND);
    let mut series = EXP2[0];
    for c in &EXP2[1..] {
        series = multiply_add(series, rest, *c);
    }
    let mantissa = multiply_add(series, rest, 1.0);
    let result = mantissa * f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0_f32.to_bits()));
    if x < LOWEST { 0.0 } else { result }
}

impl Simd for Portable {
    type V = [f32; LANES];
    const LANES: usize = LANES;
    const ROWS: usize = 6;
    const PANELS: usize = 1;

    #[inline(always)]
    fn run<T: Task<Self>>(self, task: T) {
        task.go(self);
    }

    #[inline(always)]
    fn splat(self, x: f32) -> Self::V {
        [x; LANES]
    }

    #[inline(always)]
    fn load(self, from: &[f32]) -> Self::V {
        let mut out = [0.0; LANES];
        out.copy_from_slice(&from[..LANES]);
        out
    }

    #[inline(always)]
    fn load_some(self, from: &[f32]) -> Self::V {
        let mut out = [0.0; LANES];
        out.iter_mut().zip(from).for_each(|(out, &x)| *out = x);
        out
    }

    #[inline(always)]
    fn store(self, v: Self::V, to: &mut [f32]) {
        to[..LANES].copy_from_slice(&v);
    }

    #[inline(always)]
    fn store_some(self, v: Self::V, to: &mut [f32]) {
        to.iter_mut().zip(v).for_each(|(to, x)| *to = x);
    }

    #[inline(always)]
    fn add(self, a: Self::V, b: Self::V) -> Self::V {
        each(a, b, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, a: Self::V, b: Self::V) -> Self::V {
        each(a, b, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, a: Self::V, b: Self::V) -> Self::V {
        each(a, b, |a, b| a * b)
    }

    #[inline(always)]
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
        let mut out = c;
        for i in 0..LANES {
            out[i] = multiply_add(a[i], b[i], c[i]);
        }
        out
    }

    #[inline(always)]
    fn max(self, a: Self::V, b: Self::V) -> Self::V {
        each(a, b, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn sum(self, v: Self::V) -> f32 {
        ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]))
    }

    #[inline(always)]
    fn largest(self, v: Self::V) -> f32 {
        v.into_iter()
            .fold(f32::NEG_INFINITY, |most, x| if x > most { x } else { most })
    }

    #[inline(always)]
    fn within(self, v: Self::V, from: usize, to: usize, other: Self::V) -> Self::V {
        let mut out = other;
        for i in 0..LANES {
            out[i] = if from <= i && i < to { v[i] } else { other[i] };
        }
        out
    }

    #[inline(always)]
    fn exp2(self, x: Self::V) -> Self::V {
        each(x, x, |x, _| exp2(x))
    }

    #[inline(always)]
    fn to_bf16(self, v: Self::V) -> Self::V {
        each(v, v, |x, _| round_to_bf16(x))
    }

    #[inline(always)]
    fn transpose(self, from: &[f32], stride: usize, to: &mut [f32]) {
        let to = &mut to[..LANES * LANES];
        for i in 0..LANES {
            let row = &from[i * stride..][..LANES];
            for j in 0..LANES {
                to[j * LANES + i] = row[j];
            }
        }
    }
}
