//! Vectors of f32 for kernels that are written once for all instruction sets. A kernel is a [`Task`]; [`Simd::run`]
//! compiles it for its instruction set. The types that implement [`Simd`] can only be had where the CPU has what they
//! stand for, and every load and store is checked, so kernels need no `unsafe`.

#[cfg(target_arch = "x86_64")]
pub mod avx2;
#[cfg(target_arch = "x86_64")]
pub mod avx512;
pub mod portable;

/// A piece of work to be compiled for an instruction set. Its `go` must be `#[inline(always)]`, as must all that it calls
/// with vectors: code that is not inlined is compiled for the oldest CPU, which costs five times as much. Closures can
/// be left out of line, so they never take or give vectors.
pub trait Task<S: Simd> {
    /// Does the work.
    fn go(self, simd: S);
}

/// One instruction set: a vector type and what can be done with it.
pub trait Simd: Copy {
    /// `LANES` values.
    type V: Copy;
    /// Values in a vector.
    const LANES: usize;
    /// Rows of a register tile that leave registers for the other operands.
    const ROWS: usize;
    /// Vectors in a row of a register tile.
    const PANELS: usize;

    /// Runs a task compiled for this instruction set.
    fn run<T: Task<Self>>(self, task: T);

    /// `x` in every lane.
    fn splat(self, x: f32) -> Self::V;
    /// The first `LANES` values.
    ///
    /// # Panics
    /// If there are fewer.
    fn load(self, from: &[f32]) -> Self::V;
    /// The first `LANES` values, or as many as there are and then zeros.
    fn load_some(self, from: &[f32]) -> Self::V;
    /// Writes `LANES` values.
    ///
    /// # Panics
    /// If `to` is shorter.
    fn store(self, v: Self::V, to: &mut [f32]);
    /// Writes as many of the values as `to` holds.
    fn store_some(self, v: Self::V, to: &mut [f32]);

    /// `a + b`
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a - b`
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a * b`
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a * b + c`, rounded once where the CPU can.
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// The larger one of each lane; `b` where one is NaN.
    fn max(self, a: Self::V, b: Self::V) -> Self::V;
    /// The sum over the lanes.
    fn sum(self, v: Self::V) -> f32;
    /// The largest lane.
    fn largest(self, v: Self::V) -> f32;
    /// `v` in the lanes `from..to`, `other` in the rest.
    fn within(self, v: Self::V, from: usize, to: usize, other: Self::V) -> Self::V;
    /// `2^x` for `x <= 0`, within two units in the last place; 0 below the smallest normal number.
    fn exp2(self, x: Self::V) -> Self::V;
    /// Rounded to bf16 (nearest, ties to even), still as f32.
    fn to_bf16(self, v: Self::V) -> Self::V;
    /// Transposes `LANES` rows of `LANES` values, `stride` apart, into `LANES * LANES` values without gaps.
    ///
    /// # Panics
    /// If a slice is too short.
    fn transpose(self, from: &[f32], stride: usize, to: &mut [f32]);
}

/// `(2^x - 1) / x` on [-1/2, 1/2], highest power first: a minimax fit of the relative error of `2^x` (2e-9 before
/// rounding).
pub const EXP2: [f32; 6] = [
    1.535_336_2e-4,
    1.339_887_5e-3,
    9.618_437e-3,
    5.550_332_4e-2,
    0.240_226_48,
    0.693_147_2,
];

/// Rounds to bf16 (nearest, ties to even); NaN stays NaN.
#[inline(always)]
pub fn round_to_bf16(x: f32) -> f32 {
    let bits = x.to_bits();
    let rounded = bits.wrapping_add(0x7fff + (bits >> 16 & 1)) & 0xffff_0000;
    if x.is_nan() { x } else { f32::from_bits(rounded) }
}
