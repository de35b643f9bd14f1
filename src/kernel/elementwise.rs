//! The functions between the matrix products: GELU, layer norm, softmax and rotary positions, each over whole rows.
//! They are plain loops that the compiler vectorises once per instruction set (`pulp` picks one at run time); sums use
//! sixteen fixed lanes, so that the result is the same bits on every machine width.

use pulp::Arch;

const LANES: usize = 16;

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

/// `exp(x)` for `x <= 0` by Cephes' `expf`; below -87 it stays at `exp(-87)`, which is 1.6e-38.
#[inline(always)]
fn exp(x: f32) -> f32 {
    /// Adding it rounds to a whole number and leaves that number in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let x = x.max(-87.0);
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

#[inline(always)]
fn sum(values: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let mut chunks = values.chunks_exact(LANES);
    for chunk in &mut chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane += of(value);
        }
    }
    for (lane, &value) in lanes.iter_mut().zip(chunks.remainder()) {
        *lane += of(value);
    }
    for width in [8, 4, 2, 1] {
        for i in 0..width {
            lanes[i] += lanes[i + width];
        }
    }
    lanes[0]
}

#[inline(always)]
fn max(values: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let mut chunks = values.chunks_exact(LANES);
    for chunk in &mut chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane = if value > *lane { value } else { *lane };
        }
    }
    let rest = chunks.remainder().iter();
    lanes.iter().chain(rest).fold(
        f32::NEG_INFINITY,
        |most, &value| if value > most { value } else { most },
    )
}

/// GELU of every value, in place.
pub fn gelu(values: &mut [f32]) {
    Arch::new().dispatch(|| {
        for value in values {
            *value = gelu_one(*value);
        }
    });
}

/// The approximation of GELU by tanh of every value, in place.
pub fn gelu_tanh(values: &mut [f32]) {
    Arch::new().dispatch(|| {
        for value in values {
            *value = gelu_tanh_one(*value);
        }
    });
}

/// Layer norm (Ba et al. 2016) over rows of `weight.len()` values.
pub fn layer_norm(x: &[f32], weight: &[f32], bias: Option<&[f32]>, epsilon: f32) -> Vec<f32> {
    let mut out = vec![0.0; x.len()];
    layer_norm_into(x, weight, bias, epsilon, &mut out);
    out
}

/// Layer norm (Ba et al. 2016) over rows of `weight.len()` values, into `out`.
pub fn layer_norm_into(x: &[f32], weight: &[f32], bias: Option<&[f32]>, epsilon: f32, out: &mut [f32]) {
    let width = weight.len();
    Arch::new().dispatch(|| {
        for (out, row) in out.chunks_exact_mut(width).zip(x.chunks_exact(width)) {
            let (mean, scale) = moments(row, epsilon);
            for ((out, &value), &weight) in out.iter_mut().zip(row).zip(weight) {
                *out = (value - mean) * scale * weight;
            }
            if let Some(bias) = bias {
                out.iter_mut().zip(bias).for_each(|(out, &bias)| *out += bias);
            }
        }
    });
}

/// Layer norm over rows of `weight.len()` values, where they stand.
pub fn layer_norm_in_place(x: &mut [f32], weight: &[f32], bias: Option<&[f32]>, epsilon: f32) {
    Arch::new().dispatch(|| {
        for row in x.chunks_exact_mut(weight.len()) {
            let (mean, scale) = moments(row, epsilon);
            for (value, &weight) in row.iter_mut().zip(weight) {
                *value = (*value - mean) * scale * weight;
            }
            if let Some(bias) = bias {
                row.iter_mut().zip(bias).for_each(|(value, &bias)| *value += bias);
            }
        }
    });
}

/// The mean of a row, and one over its standard deviation, with `epsilon` added to the variance.
#[inline(always)]
fn moments(row: &[f32], epsilon: f32) -> (f32, f32) {
    let width = row.len() as f32;
    let mean = sum(row, |value| value) / width;
    let variance = sum(row, |value| (value - mean) * (value - mean)) / width;
    (mean, 1.0 / (variance + epsilon).sqrt())
}

/// Softmax in place over each row of `rows`, `width` values each, looking only at the columns that `seen(row)` gives;
/// the others become 0.
pub fn softmax(rows: &mut [f32], width: usize, seen: impl Fn(usize) -> std::ops::Range<usize>) {
    Arch::new().dispatch(|| {
        for (index, row) in rows.chunks_exact_mut(width).enumerate() {
            let seen = seen(index);
            row[..seen.start].fill(0.0);
            row[seen.end..].fill(0.0);
            let row = &mut row[seen];
            let top = max(row);
            for value in row.iter_mut() {
                *value = exp(*value - top);
            }
            let scale = 1.0 / sum(row, |value| value);
            for value in row.iter_mut() {
                *value *= scale;
            }
        }
    });
}

/// Rotary positions (Su et al. 2021), halves laid as Hugging Face does: row `i` of `x` (`2 * half` values, `stride`
/// apart) turned by the angles of position `i`, times `scale`, into row `i` of `out`.
pub fn rotate(out: &mut [f32], x: &[f32], stride: usize, cos: &[f32], sin: &[f32], half: usize, scale: f32) {
    Arch::new().dispatch(|| {
        let angles = cos.chunks_exact(half).zip(sin.chunks_exact(half));
        for ((out, x), (cos, sin)) in out.chunks_exact_mut(2 * half).zip(x.chunks(stride)).zip(angles) {
            let (out_low, out_high) = out.split_at_mut(half);
            let (low, high) = x[..2 * half].split_at(half);
            for i in 0..half {
                out_low[i] = (low[i] * cos[i] - high[i] * sin[i]) * scale;
                out_high[i] = (high[i] * cos[i] + low[i] * sin[i]) * scale;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gelu_is_the_exact_one() {
        // math.erf of Python: x * 0.5 * (1 + erf(x / sqrt 2)).
        let exact = [
            (-6.0, -5.919526e-9),
            (-3.0, -0.004049694),
            (-1.0, -0.15865526),
            (-0.1, -0.046017215),
            (0.0, 0.0),
            (0.5, 0.34573123),
            (1.0, 0.841_344_8),
            (2.5, 2.4844758),
            (7.0, 7.0),
        ];
        for (x, want) in exact {
            let mut got = [x];
            gelu(&mut got);
            assert!((got[0] - want).abs() < 1e-6, "gelu({x}) = {} for {want}", got[0]);
        }
    }

    #[test]
    fn gelu_tanh_is_its_formula() {
        for step in -1200..=1200 {
            let x = step as f32 / 100.0;
            let exact = f64::from(x);
            let root = (2.0 / std::f64::consts::PI).sqrt();
            let want = 0.5 * exact * (1.0 + (root * (exact + 0.044_715 * exact.powi(3))).tanh());
            let mut got = [x];
            gelu_tanh(&mut got);
            assert!(
                (f64::from(got[0]) - want).abs() < 1e-6,
                "gelu_tanh({x}) = {} for {want}",
                got[0]
            );
        }
        // torch.nn.functional.gelu(torch.tensor(1.0), approximate="tanh")
        let mut got = [1.0];
        gelu_tanh(&mut got);
        assert!((got[0] - 0.841_191_95).abs() < 1e-6);
    }

    #[test]
    fn exp_is_close_over_its_range() {
        for step in 0..8700 {
            let x = -(step as f32) / 100.0;
            let want = f64::from(x).exp();
            assert!(
                (f64::from(exp(x)) / want - 1.0).abs() < 3e-7,
                "exp({x}) = {} for {want}",
                exp(x)
            );
        }
    }

    #[test]
    fn softmax_sees_its_columns_only() {
        let mut rows = [1.0, 2.0, 3.0, 50.0, 4.0, 4.0, 4.0, 4.0];
        softmax(&mut rows, 4, |row| if row == 0 { 1..3 } else { 0..4 });
        assert_eq!((rows[0], rows[3]), (0.0, 0.0));
        assert!((rows[2] - 0.731_058_6).abs() < 1e-6);
        assert!(rows[4..].iter().all(|&value| value == 0.25));
    }

    #[test]
    fn layer_norm_of_a_row() {
        let row: Vec<f32> = (0..20).map(|i| i as f32).collect();
        let out = layer_norm(&row, &[2.0; 20], Some(&[1.0; 20]), 0.0);
        // mean 9.5, standard deviation sqrt(33.25)
        assert!((out[0] - (1.0 - 2.0 * 9.5 / 33.25_f32.sqrt())).abs() < 1e-5);
        assert!((out.iter().sum::<f32>() - 20.0).abs() < 1e-4);
    }
}
