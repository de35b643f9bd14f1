//! Linear layers whose weights are packed once, when a model is loaded: f32, bf16 or 8 bits, by the widest instructions
//! that the CPU has. A row's result depends on that row alone, to the bit: each output is one chain of products over the
//! inputs, in order, whatever the number of rows and wherever the row stands.
//!
//! 8-bit results are the same bits on every instruction set. f32 results differ in their last bits between those with and
//! without fused multiply-add, and bf16 results between those with and without bf16 products.

#[cfg(target_arch = "x86_64")]
mod bf16_avx512;
mod choice;
mod epilogue;
#[cfg(target_arch = "x86_64")]
mod f32_avx2;
#[cfg(target_arch = "x86_64")]
mod f32_avx512;
#[cfg(target_arch = "x86_64")]
mod int8_avx2;
#[cfg(target_arch = "x86_64")]
mod int8_avx512;
mod kernel;
mod multiply;
mod operand;
mod panel;
mod portable;
mod rounding;

#[cfg(all(test, unix))]
mod guard_tests;
#[cfg(test)]
mod row_tests;
#[cfg(test)]
mod tests;

use pulp::Arch;

use choice::Choice;
pub use epilogue::Epilogue;
use epilogue::{Columns, Finish};
use kernel::Kernel;
use multiply::{Rows, multiply};
pub use operand::Operand;
use operand::Values;
use panel::{Panels, Weights};

pub use super::activation::Activation;
use super::isa::Isa;

/// Deepest layer: 65,536 products of 255 and 127 still fit an i32.
pub(crate) const MOST_INPUTS: usize = 1 << 16;

/// The number type in which products are computed. It never changes what comes in or goes out, which is f32.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// f32.
    F32,
    /// Rows and weights rounded to bf16, sums in f32.
    Bf16,
    /// Rows in 256 steps of their own range, the weights of each output in 255, sums exact.
    Int8,
}

/// A linear layer's weights `[outputs, inputs]` and bias `[outputs]`, packed.
#[derive(Debug)]
pub struct Packed {
    choice: Choice,
    precision: Precision,
    panels: Panels,
    columns: Columns,
    inputs: usize,
    outputs: usize,
    gated: bool,
}

impl Packed {
    /// Packs `weight [outputs, inputs]` and `bias [outputs]`.
    ///
    /// # Panics
    /// If a length does not match, or if there are no inputs or more than 65,536.
    pub fn new(
        weight: &[f32],
        outputs: usize,
        inputs: usize,
        bias: Option<&[f32]>,
        precision: Precision,
        isa: Isa,
    ) -> Self {
        let weights = Weights {
            values: weight,
            outputs,
            inputs,
            gated: false,
        };
        Self::with(weights, bias, precision, Choice::new(precision, isa))
    }

    /// The same, with the first and the second half of the outputs interleaved, so that [`Epilogue::Gate`] finds both
    /// side by side. It takes no other epilogue.
    ///
    /// # Panics
    /// As `new`, and if the number of outputs is odd.
    pub fn gated(
        weight: &[f32],
        outputs: usize,
        inputs: usize,
        bias: Option<&[f32]>,
        precision: Precision,
        isa: Isa,
    ) -> Self {
        assert!(outputs.is_multiple_of(2), "{outputs} outputs have no halves");
        let weights = Weights {
            values: weight,
            outputs,
            inputs,
            gated: true,
        };
        Self::with(weights, bias, precision, Choice::new(precision, isa))
    }

    fn with(weights: Weights<'_>, bias: Option<&[f32]>, precision: Precision, choice: Choice) -> Self {
        let Weights {
            values,
            outputs,
            inputs,
            gated,
        } = weights;
        assert!(
            (1..=MOST_INPUTS).contains(&inputs),
            "a layer of {inputs} inputs; it can have 1 to {MOST_INPUTS}"
        );
        assert_eq!(
            Some(values.len()),
            outputs.checked_mul(inputs),
            "weights are not [{outputs}, {inputs}]"
        );
        assert!(bias.is_none_or(|bias| bias.len() == outputs), "bias is not [{outputs}]");
        let (panels, columns) = weights.pack(bias, precision, choice);
        Self {
            choice,
            precision,
            panels,
            columns,
            inputs,
            outputs,
            gated,
        }
    }

    /// `epilogue(x × weightᵀ + bias)` into `out [rows, outputs]`; with [`Epilogue::Gate`] `[rows, outputs / 2]`.
    ///
    /// # Panics
    /// If a length does not match, if `x` is of another precision or instruction set, or if a gate meets a layer that is
    /// not [`Packed::gated`], or the reverse.
    pub fn apply(&self, x: &Operand, epilogue: Epilogue, out: &mut [f32]) {
        let rows = x.rows();
        assert_eq!(
            (self.choice, self.precision),
            (x.choice, x.precision),
            "layer and rows are of different kinds"
        );
        assert_eq!(
            self.gated,
            matches!(epilogue, Epilogue::Gate(_)),
            "a gate needs a layer packed for it, and that layer a gate"
        );
        let width = if self.gated { self.outputs / 2 } else { self.outputs };
        assert_eq!(out.len(), rows * width, "result is not [{rows}, {width}]");
        if rows == 0 {
            return;
        }
        assert_eq!(self.inputs, x.inputs, "rows are not as wide as the layer's inputs");
        let mut finish = Finish {
            columns: &self.columns,
            rows: &x.scales,
            epilogue,
            out,
            width,
            arch: Arch::new(),
        };
        self.run(x, &mut finish);
    }

    fn run(&self, x: &Operand, finish: &mut Finish<'_>) {
        match (self.choice, &x.values, &self.panels) {
            (Choice::F32Portable(kernel), Values::F32(x_), Panels::F32(w)) => go(kernel, x_, x, w, finish),
            (Choice::WholePortable(kernel), Values::Whole(x_), Panels::Whole(w)) => go(kernel, x_, x, w, finish),
            #[cfg(target_arch = "x86_64")]
            (Choice::F32Avx512(kernel), Values::F32(x_), Panels::F32(w)) => go(kernel, x_, x, w, finish),
            #[cfg(target_arch = "x86_64")]
            (Choice::F32Avx2(kernel), Values::F32(x_), Panels::F32(w)) => go(kernel, x_, x, w, finish),
            #[cfg(target_arch = "x86_64")]
            (Choice::Bf16Avx512(kernel), Values::Bf16(x_), Panels::Bf16(w)) => go(kernel, x_, x, w, finish),
            #[cfg(target_arch = "x86_64")]
            (Choice::BytesAvx512(kernel), Values::Bytes(x_), Panels::Bytes(w)) => go(kernel, x_, x, w, finish),
            #[cfg(target_arch = "x86_64")]
            (Choice::BytesAvx2(kernel), Values::Bytes(x_), Panels::Bytes(w)) => go(kernel, x_, x, w, finish),
            #[cfg(target_arch = "x86_64")]
            (Choice::WordsAvx512(kernel), Values::Words(x_), Panels::Words(w)) => go(kernel, x_, x, w, finish),
            #[cfg(target_arch = "x86_64")]
            (Choice::WordsAvx2(kernel), Values::Words(x_), Panels::Words(w)) => go(kernel, x_, x, w, finish),
            _ => unreachable!("the choice says how rows and weights are stored"),
        }
    }

    /// Bytes that the weights, the bias and the scales take.
    pub fn bytes(&self) -> usize {
        self.panels.bytes() + self.columns.bytes()
    }
}

fn go<K: Kernel<COLUMNS>, const COLUMNS: usize>(
    kernel: K,
    values: &[K::Value],
    x: &Operand,
    panels: &[K::Weight],
    finish: &mut Finish<'_>,
) {
    let rows = Rows {
        values,
        count: x.rows(),
        stride: x.stride,
        depth: x.depth(),
    };
    multiply(kernel, rows, panels, finish);
}
