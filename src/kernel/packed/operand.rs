//! The rows that go into linear layers, in the numbers that a kernel reads. Rows are rounded once, however many layers
//! then read them, and each by itself; the memory is used again from one batch to the next.

use pulp::Arch;

use super::Precision;
use super::choice::{Choice, Format};
use super::rounding::{Scale, row_to_bytes, through_bf16, to_bf16};
use crate::kernel::aligned::{Aligned, LINE};
use crate::kernel::elementwise::layer_norm_into;
use crate::kernel::isa::Isa;

/// Rows normalised at once: they stay in the first cache until they are rounded.
const NORMED_ROWS: usize = 4;

/// Rows `[rows, inputs]` as the products read them: f32 as they are, rounded to bf16, or in 8 bits with a scale and a
/// zero for each row.
#[derive(Debug)]
pub struct Operand {
    pub(super) choice: Choice,
    pub(super) precision: Precision,
    pub(super) values: Values,
    /// One for each row.
    pub(super) scales: Vec<Scale>,
    pub(super) inputs: usize,
    /// Numbers from the start of one row to the start of the next.
    pub(super) stride: usize,
    normed: Vec<f32>,
}

/// Numbers of rows, in one of the formats.
#[derive(Debug)]
pub(super) enum Values {
    F32(Aligned<f32>),
    Bf16(Aligned<u16>),
    Bytes(Aligned<u8>),
    Words(Aligned<i16>),
    Whole(Aligned<f32>),
}

impl Operand {
    /// No rows yet. They can go into layers packed for the same precision and instruction set.
    pub fn new(precision: Precision, isa: Isa) -> Self {
        Self::with(precision, Choice::new(precision, isa))
    }

    pub(super) fn with(precision: Precision, choice: Choice) -> Self {
        Self {
            choice,
            precision,
            values: match choice.format() {
                Format::F32 => Values::F32(Aligned::zeros(0)),
                Format::Bf16 => Values::Bf16(Aligned::zeros(0)),
                Format::Bytes => Values::Bytes(Aligned::zeros(0)),
                Format::Words => Values::Words(Aligned::zeros(0)),
                Format::Whole => Values::Whole(Aligned::zeros(0)),
            },
            scales: Vec::new(),
            inputs: 0,
            stride: 0,
            normed: Vec::new(),
        }
    }

    /// Takes the rows of `x [rows, inputs]`, any number of them, in place of those before.
    ///
    /// # Panics
    /// If `x` is not whole rows.
    pub fn set(&mut self, x: &[f32], inputs: usize) {
        self.resize(x.len(), inputs);
        self.fill(0, x);
    }

    /// The same after layer norm (Ba et al. 2016) of each row, with `weight [inputs]` and `bias [inputs]`.
    ///
    /// # Panics
    /// If `x` is not whole rows, or the bias not as long as the weight.
    pub fn set_normed(&mut self, x: &[f32], weight: &[f32], bias: Option<&[f32]>, epsilon: f32) {
        let inputs = weight.len();
        assert!(
            bias.is_none_or(|bias| bias.len() == inputs),
            "bias and weight of a layer norm differ in length"
        );
        self.resize(x.len(), inputs);
        let mut normed = std::mem::take(&mut self.normed);
        normed.resize(NORMED_ROWS * inputs, 0.0);
        for (index, x) in x.chunks(NORMED_ROWS * inputs).enumerate() {
            let normed = &mut normed[..x.len()];
            layer_norm_into(x, weight, bias, epsilon, normed);
            self.fill(index * NORMED_ROWS, normed);
        }
        self.normed = normed;
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.scales.len()
    }

    /// Makes room for `len / inputs` rows. A row takes an odd number of cache lines: rows that are a power of two apart
    /// would all fall on the same few places of the cache.
    fn resize(&mut self, len: usize, inputs: usize) {
        assert!(
            inputs > 0 && len.is_multiple_of(inputs),
            "{len} numbers are not whole rows of {inputs}"
        );
        let rows = len / inputs;
        let stride = |size: usize| ((inputs * size).div_ceil(LINE) | 1) * (LINE / size);
        self.stride = match self.choice.format() {
            Format::F32 | Format::Whole => stride(4),
            Format::Bf16 | Format::Words => stride(2),
            Format::Bytes => stride(1),
        };
        self.inputs = inputs;
        self.scales.resize(rows, Scale::ONE);
        let len = rows * self.stride;
        match &mut self.values {
            Values::F32(values) | Values::Whole(values) => values.resize(len),
            Values::Bf16(values) => values.resize(len),
            Values::Bytes(values) => values.resize(len),
            Values::Words(values) => values.resize(len),
        }
    }

    /// Rounds the rows of `x` into those from `first` on, and clears what a kernel reads behind each.
    fn fill(&mut self, first: usize, x: &[f32]) {
        let Self { inputs, stride, .. } = *self;
        let depth = self.depth();
        let (start, scales) = (first * stride, &mut self.scales[first..]);
        let through = self.precision == Precision::Bf16;
        let x = x.chunks_exact(inputs);
        Arch::new().dispatch(
            #[inline(always)]
            || match &mut self.values {
                Values::F32(values) if through => {
                    for (out, x) in values[start..].chunks_exact_mut(stride).zip(x) {
                        out.iter_mut().zip(x).for_each(|(out, &x)| *out = through_bf16(x));
                    }
                }
                Values::F32(values) => {
                    for (out, x) in values[start..].chunks_exact_mut(stride).zip(x) {
                        out[..inputs].copy_from_slice(x);
                    }
                }
                Values::Bf16(values) => {
                    for (out, x) in values[start..].chunks_exact_mut(stride).zip(x) {
                        out.iter_mut().zip(x).for_each(|(out, &x)| *out = to_bf16(x));
                        out[inputs..depth].fill(0);
                    }
                }
                Values::Bytes(values) => bytes(&mut values[start..], stride, depth, x, scales),
                Values::Words(values) => bytes(&mut values[start..], stride, depth, x, scales),
                Values::Whole(values) => bytes(&mut values[start..], stride, depth, x, scales),
            },
        );
    }

    /// Numbers of a row that a kernel reads.
    pub(super) fn depth(&self) -> usize {
        self.inputs.next_multiple_of(self.choice.format().group())
    }
}

/// Rounds rows to 8 bits, whatever type holds them, and clears what a kernel reads behind each.
#[inline(always)]
fn bytes<'x, T: Copy + From<u8>>(
    values: &mut [T],
    stride: usize,
    depth: usize,
    x: impl Iterator<Item = &'x [f32]>,
    scales: &mut [Scale],
) {
    for ((out, x), scale) in values.chunks_exact_mut(stride).zip(x).zip(scales) {
        *scale = row_to_bytes(x, &mut out[..x.len()]);
        out[x.len()..depth].fill(T::from(0));
    }
}
