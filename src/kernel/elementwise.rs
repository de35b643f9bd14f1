//! The functions between the matrix products: GELU, layer norm, softmax and rotary positions, each over whole rows.
//! They are plain loops that the compiler vectorises once per instruction set (`pulp` picks one at run time); sums use
//! fixed lanes, so that the result is the same bits on every machine width. Each loop is a type with an
//! `#[inline(always)]` body, since a closure may stay out of line, and then it is compiled for the oldest CPU.

use std::ops::Range;

use pulp::{Arch, NullaryFnOnce};

use super::scalar::exp;
pub(crate) use super::scalar::{gelu_one, gelu_tanh_one, relu_one};

const LANES: usize = 16;

/// Which power of `value - around` is added up.
#[derive(Clone, Copy)]
enum Power {
    First,
    Second,
}

/// The sum of `(value - around)` or of its square.
#[inline(always)]
fn sum(values: &[f32], around: f32, power: Power) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let mut chunks = values.chunks_exact(LANES);
    for chunk in &mut chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane += raise(value - around, power);
        }
    }
    for (lane, &value) in lanes.iter_mut().zip(chunks.remainder()) {
        *lane += raise(value - around, power);
    }
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            lanes[i] += lanes[i + width];
        }
        width /= 2;
    }
    lanes[0]
}

#[inline(always)]
fn raise(x: f32, power: Power) -> f32 {
    match power {
        Power::First => x,
        Power::Second => x * x,
    }
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
    Arch::new().dispatch(Gelu(values));
}

struct Gelu<'a>(&'a mut [f32]);

impl NullaryFnOnce for Gelu<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for value in self.0 {
            *value = gelu_one(*value);
        }
    }
}

/// The approximation of GELU by tanh of every value, in place.
pub fn gelu_tanh(values: &mut [f32]) {
    Arch::new().dispatch(GeluTanh(values));
}

struct GeluTanh<'a>(&'a mut [f32]);

impl NullaryFnOnce for GeluTanh<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for value in self.0 {
            *value = gelu_tanh_one(*value);
        }
    }
}

/// Layer norm (Ba et al. 2016) over rows of `weight.len()` values.
pub fn layer_norm(x: &[f32], weight: &[f32], bias: Option<&[f32]>, epsilon: f32) -> Vec<f32> {
    let mut out = vec![0.0; x.len()];
    layer_norm_into(x, weight, bias, epsilon, &mut out);
    out
}

/// Layer norm (Ba et al. 2016) over rows of `weight.len()` values, into `out`, which is as long as `x`.
///
/// # Panics
/// If a length does not match.
pub fn layer_norm_into(x: &[f32], weight: &[f32], bias: Option<&[f32]>, epsilon: f32, out: &mut [f32]) {
    assert_eq!(x.len(), out.len(), "result is not as long as the input");
    assert!(
        bias.is_none_or(|bias| bias.len() == weight.len()),
        "bias is not as long as the weight"
    );
    Arch::new().dispatch(LayerNorm {
        x,
        weight,
        bias,
        epsilon,
        out,
    });
}

struct LayerNorm<'a> {
    x: &'a [f32],
    weight: &'a [f32],
    bias: Option<&'a [f32]>,
    epsilon: f32,
    out: &'a mut [f32],
}

impl NullaryFnOnce for LayerNorm<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { x, weight, bias, .. } = self;
        let width = weight.len();
        for (out, row) in self.out.chunks_exact_mut(width).zip(x.chunks_exact(width)) {
            let (mean, scale) = moments(row, self.epsilon);
            let values = out.iter_mut().zip(row).zip(weight);
            match bias {
                Some(bias) => {
                    for (((out, &value), &weight), &bias) in values.zip(bias) {
                        *out = (value - mean) * scale * weight + bias;
                    }
                }
                None => {
                    for ((out, &value), &weight) in values {
                        *out = (value - mean) * scale * weight;
                    }
                }
            }
        }
    }
}

/// Layer norm over rows of `weight.len()` values, where they stand.
pub fn layer_norm_in_place(x: &mut [f32], weight: &[f32], bias: Option<&[f32]>, epsilon: f32) {
    Arch::new().dispatch(LayerNormInPlace {
        x,
        weight,
        bias,
        epsilon,
    });
}

struct LayerNormInPlace<'a> {
    x: &'a mut [f32],
    weight: &'a [f32],
    bias: Option<&'a [f32]>,
    epsilon: f32,
}

impl NullaryFnOnce for LayerNormInPlace<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for row in self.x.chunks_exact_mut(self.weight.len()) {
            let (mean, scale) = moments(row, self.epsilon);
            for (value, &weight) in row.iter_mut().zip(self.weight) {
                *value = (*value - mean) * scale * weight;
            }
            if let Some(bias) = self.bias {
                row.iter_mut().zip(bias).for_each(|(value, &bias)| *value += bias);
            }
        }
    }
}

/// The mean of a row, and one over its standard deviation, with `epsilon` added to the variance.
#[inline(always)]
fn moments(row: &[f32], epsilon: f32) -> (f32, f32) {
    let width = row.len() as f32;
    let mean = sum(row, 0.0, Power::First) / width;
    let variance = sum(row, mean, Power::Second) / width;
    (mean, 1.0 / (variance + epsilon).sqrt())
}

/// Softmax in place over each row of `rows`, `width` values each, looking only at the columns that `seen(row)` gives;
/// the others become 0.
pub fn softmax(rows: &mut [f32], width: usize, seen: impl Fn(usize) -> Range<usize>) {
    for (index, row) in rows.chunks_exact_mut(width).enumerate() {
        let seen = seen(index);
        row[..seen.start].fill(0.0);
        row[seen.end..].fill(0.0);
        Arch::new().dispatch(Softmax(&mut row[seen]));
    }
}

struct Softmax<'a>(&'a mut [f32]);

impl NullaryFnOnce for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let row = self.0;
        let top = max(row);
        for value in row.iter_mut() {
            *value = exp(*value - top);
        }
        let scale = 1.0 / sum(row, 0.0, Power::First);
        for value in row.iter_mut() {
            *value *= scale;
        }
    }
}

/// Rotary positions (Su et al. 2021), halves laid as Hugging Face does: row `i` of `x` (`2 * half` values, `stride`
/// apart) turned by the angles of position `i`, times `scale`, into row `i` of `out`.
pub fn rotate(out: &mut [f32], x: &[f32], stride: usize, cos: &[f32], sin: &[f32], half: usize, scale: f32) {
    Arch::new().dispatch(Rotate {
        out,
        x,
        stride,
        cos,
        sin,
        half,
        scale,
    });
}

struct Rotate<'a> {
    out: &'a mut [f32],
    x: &'a [f32],
    stride: usize,
    cos: &'a [f32],
    sin: &'a [f32],
    half: usize,
    scale: f32,
}

impl NullaryFnOnce for Rotate<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (half, scale) = (self.half, self.scale);
        let angles = self.cos.chunks_exact(half).zip(self.sin.chunks_exact(half));
        let rows = self.out.chunks_exact_mut(2 * half).zip(self.x.chunks(self.stride));
        for ((out, x), (cos, sin)) in rows.zip(angles) {
            let (out_low, out_high) = out.split_at_mut(half);
            let (low, high) = x[..2 * half].split_at(half);
            for i in 0..half {
                out_low[i] = (low[i] * cos[i] - high[i] * sin[i]) * scale;
                out_high[i] = (high[i] * cos[i] + low[i] * sin[i]) * scale;
            }
        }
    }
}

#[cfg(test)]
#[path = "elementwise_tests.rs"]
mod tests;
