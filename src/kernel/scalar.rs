//! GELU and the exponential function of one value. Loops over values inline them and are vectorised with them; they use no
//! fused multiply-add, so that the result is the same bits on every instruction set.

/// The error function, as a rational approximation on [-4, 4] (Eigen's `generic_fast_erf_float`), within 5e-7.
#[inline(always)]
fn erf(x: f32) -> f32 {
    let x = x.clamp(-4.0, 4.0);
    let square = x * x;
    let mut top = -2.726_142_3e-10_f32;
    for c in [
        2.770_681_4e-8,
        -2.101_024e-6,
        -5.692_506_4e-5,
        -7.349_906_3e-4,
        -2.954_6e-3,
        -1.609_603_3e-2,
    ] {
        top = top * square + c;
    }
    let mut bottom = -1.456_607_2e-5_f32;
    for c in [-2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2] {
        bottom = bottom * square + c;
    }
    x * top / bottom
}

/// `x Φ(x)`, the exact GELU (Hendrycks & Gimpel 2016), not its tanh approximation.
#[inline(always)]
pub(crate) fn gelu_one(x: f32) -> f32 {
    0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2))
}

/// `x / 2 (1 + tanh(√(2/π) (x + 0.044715 x³)))`, GELU's approximation; half of `1 + tanh(u)` is the logistic function of
/// `2u`, which `exp` gives without a loss on either side.
#[inline(always)]
pub(crate) fn gelu_tanh_one(x: f32) -> f32 {
    const TWICE_ROOT: f32 = 2.0 * std::f32::consts::FRAC_2_SQRT_PI * std::f32::consts::FRAC_1_SQRT_2;
    let twice = TWICE_ROOT * (x + 0.044_715 * x * x * x);
    let small = exp(-twice.abs());
    x * (if twice < 0.0 { small } else { 1.0 }) / (1.0 + small)
}

/// `max(x, 0)`, which keeps what is not a number.
#[inline(always)]
pub(crate) fn relu_one(x: f32) -> f32 {
    if x < 0.0 { 0.0 } else { x }
}

/// `exp(x)` for `x <= 0` by Cephes' `expf`; below -87 it stays at `exp(-87)`, which is 1.6e-38. What is not a number stays so.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    /// Adding it rounds to a whole number and leaves that number in the low bits.
    const ROUND: f32 = 12_582_912.0;
    // Not `max`, which would drop what is not a number.
    let x = if x < -87.0 { -87.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let rest = x - whole * (355.0 / 512.0) + whole * 2.121_944_4e-4;
    let mut series = 1.987_569_1e-4_f32;
    for c in [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5] {
        series = series * rest + c;
    }
    let mantissa = series * rest * rest + rest + 1.0;
    mantissa * f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0_f32.to_bits()))
}
