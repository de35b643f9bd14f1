//! What becomes of a product while it is still in the first cache: scale, bias, and an activation, a gate or a sum.
//! The order of operations is written out and the same on every instruction set.

use pulp::{Arch, NullaryFnOnce};

use super::rounding::Scale;
use crate::kernel::activation::Activation;
use crate::kernel::aligned::Aligned;
use crate::kernel::elementwise::{gelu_one, gelu_tanh_one, relu_one};

/// What is done with `product + bias` of a linear layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Epilogue {
    /// It is the result.
    Store,
    /// It is added to what is there.
    Add,
    /// A function of it is the result.
    Activate(Activation),
    /// A function of the first half of the outputs, times the second half: of a layer packed by
    /// [`Packed::gated`](super::Packed::gated).
    Gate(Activation),
}

/// A sum of products, as a kernel gives it.
pub(super) trait Sum: Copy + Default {
    /// The product that it stands for, by the scale of its row, and the scale and the sum of its column's weights.
    fn product(self, row: Scale, column: f32, sum: i32) -> f32;
}

impl Sum for f32 {
    #[inline(always)]
    fn product(self, _: Scale, _: f32, _: i32) -> f32 {
        self
    }
}

impl Sum for i32 {
    #[inline(always)]
    fn product(self, row: Scale, column: f32, sum: i32) -> f32 {
        // Σ (number - zero) × weight; exact at any depth that a layer may have (`MOST_INPUTS`).
        let exact = self.wrapping_sub(row.zero.wrapping_mul(sum));
        exact as f32 * column * row.scale
    }
}

/// What is known of each output, in whole panels.
#[derive(Debug)]
pub(super) struct Columns {
    pub bias: Aligned<f32>,
    /// What one step of a weight stands for, and the sum of the weights in steps; for 8 bits only.
    pub scales: Aligned<f32>,
    pub sums: Aligned<i32>,
}

impl Columns {
    pub(super) fn new(columns: usize) -> Self {
        Self {
            bias: Aligned::zeros(columns),
            scales: Aligned::zeros(columns),
            sums: Aligned::zeros(columns),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.bias.bytes() + self.scales.bytes() + self.sums.bytes()
    }
}

/// Where the results of a product go, and how.
pub(super) struct Finish<'a> {
    pub columns: &'a Columns,
    /// One for each row.
    pub rows: &'a [Scale],
    pub epilogue: Epilogue,
    /// `[rows, width]`.
    pub out: &'a mut [f32],
    pub width: usize,
    pub arch: Arch,
}

impl Finish<'_> {
    /// Writes the results of the rows from `row` on, for the outputs of panel `panel`.
    pub(super) fn tile<S: Sum, const COLUMNS: usize>(&mut self, row: usize, panel: usize, sums: &[[S; COLUMNS]]) {
        let arch = self.arch;
        arch.dispatch(Tile {
            finish: self,
            row,
            panel,
            sums,
        });
    }
}

/// The results of one tile. It is no closure, since one that can be called twice is not compiled for the instruction set
/// that it is dispatched to.
struct Tile<'a, 'b, S, const COLUMNS: usize> {
    finish: &'a mut Finish<'b>,
    row: usize,
    panel: usize,
    sums: &'a [[S; COLUMNS]],
}

impl<S: Sum, const COLUMNS: usize> NullaryFnOnce for Tile<'_, '_, S, COLUMNS> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        use Activation::{Gelu, GeluTanh, Relu};
        let (all, half) = (COLUMNS, COLUMNS / 2);
        match self.finish.epilogue {
            Epilogue::Store => self.write(all, |_, value, _| value),
            Epilogue::Add => self.write(all, |out, value, _| out + value),
            Epilogue::Activate(Gelu) => self.write(all, |_, value, _| gelu_one(value)),
            Epilogue::Activate(GeluTanh) => self.write(all, |_, value, _| gelu_tanh_one(value)),
            Epilogue::Activate(Relu) => self.write(all, |_, value, _| relu_one(value)),
            Epilogue::Gate(Gelu) => self.write(half, |_, value, gate| gelu_one(value) * gate),
            Epilogue::Gate(GeluTanh) => self.write(half, |_, value, gate| gelu_tanh_one(value) * gate),
            Epilogue::Gate(Relu) => self.write(half, |_, value, gate| relu_one(value) * gate),
        }
    }
}

impl<S: Sum, const COLUMNS: usize> Tile<'_, '_, S, COLUMNS> {
    /// `result = put(what is there, first, last)` over the outputs of the panel, where `first` is among the first `kept`
    /// columns and `last` the same place among the last.
    #[inline(always)]
    fn write(self, kept: usize, put: impl Fn(f32, f32, f32) -> f32) {
        let Self {
            finish,
            row,
            panel,
            sums,
        } = self;
        let columns = Panel {
            bias: &finish.columns.bias.as_chunks::<COLUMNS>().0[panel],
            scales: &finish.columns.scales.as_chunks::<COLUMNS>().0[panel],
            sums: &finish.columns.sums.as_chunks::<COLUMNS>().0[panel],
        };
        let start = panel * kept;
        let end = (start + kept).min(finish.width);
        let scales = &finish.rows[row..row + sums.len()];
        let out = finish.out[row * finish.width..].chunks_mut(finish.width);
        let rows = out.zip(sums).zip(scales);
        // Two loops, since one copy of a length that the compiler does not know would keep the arrays of every row in memory.
        if end - start == kept {
            for ((out, sums), &scale) in rows {
                let out = &mut out[start..start + kept];
                let mut there = [0.0; COLUMNS];
                there[..kept].copy_from_slice(out);
                out.copy_from_slice(&columns.results(sums, scale, &there, kept, &put)[..kept]);
            }
        } else {
            // The last panel, where it is not full.
            for ((out, sums), &scale) in rows {
                let out = &mut out[start..end];
                let mut there = [0.0; COLUMNS];
                there[..out.len()].copy_from_slice(out);
                let results = columns.results(sums, scale, &there, kept, &put);
                out.copy_from_slice(&results[..out.len()]);
            }
        }
    }
}

/// What is known of the outputs of a panel.
struct Panel<'a, const COLUMNS: usize> {
    bias: &'a [f32; COLUMNS],
    scales: &'a [f32; COLUMNS],
    sums: &'a [i32; COLUMNS],
}

impl<const COLUMNS: usize> Panel<'_, COLUMNS> {
    /// The results of a row, in arrays of a length that the compiler knows, so that vectors need not touch memory.
    #[inline(always)]
    fn results<S: Sum>(
        &self,
        sums: &[S; COLUMNS],
        row: Scale,
        there: &[f32; COLUMNS],
        kept: usize,
        put: impl Fn(f32, f32, f32) -> f32,
    ) -> [f32; COLUMNS] {
        let (mut values, mut results) = ([0.0; COLUMNS], [0.0; COLUMNS]);
        for i in 0..COLUMNS {
            values[i] = sums[i].product(row, self.scales[i], self.sums[i]) + self.bias[i];
        }
        for i in 0..kept {
            results[i] = put(there[i], values[i], values[COLUMNS - kept + i]);
        }
        results
    }
}
