//! Weights as kernels read them: panels `[outputs / columns][inputs / group][columns][group]`, one after another in
//! memory, so that a product reads them from front to back. Made once, when a model is loaded.

use super::Precision;
use super::choice::{Choice, Format};
use super::epilogue::Columns;
use super::rounding::{through_bf16, to_bf16, weights_to_bytes};
use crate::kernel::aligned::Aligned;

/// Panels, in one of the formats.
#[derive(Debug)]
pub(super) enum Panels {
    F32(Aligned<f32>),
    Bf16(Aligned<u16>),
    Bytes(Aligned<i8>),
    Words(Aligned<i16>),
    Whole(Aligned<f32>),
}

impl Panels {
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::F32(panels) | Self::Whole(panels) => panels.bytes(),
            Self::Bf16(panels) => panels.bytes(),
            Self::Bytes(panels) => panels.bytes(),
            Self::Words(panels) => panels.bytes(),
        }
    }
}

/// Weights `[outputs, inputs]` on their way into panels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weights<'a> {
    pub values: &'a [f32],
    pub outputs: usize,
    pub inputs: usize,
    /// Whether each panel holds columns of the first half of the outputs, then the same columns of the second.
    pub gated: bool,
}

impl Weights<'_> {
    /// The output that column `column` of all panels holds, if it holds one.
    fn output(&self, column: usize, columns: usize) -> Option<usize> {
        if !self.gated {
            return (column < self.outputs).then_some(column);
        }
        let (half, width) = (columns / 2, self.outputs / 2);
        let (panel, lane) = (column / columns, column % columns);
        let within = panel * half + lane % half;
        (within < width).then_some(if lane < half { within } else { width + within })
    }

    /// Columns of all panels.
    pub(super) fn columns(&self, columns: usize) -> usize {
        let (outputs, columns) = if self.gated {
            (self.outputs / 2, columns / 2)
        } else {
            (self.outputs, columns)
        };
        outputs.div_ceil(columns) * columns * (1 + usize::from(self.gated))
    }

    /// The panels for `choice`, and what is known of their columns.
    pub(super) fn pack(&self, bias: Option<&[f32]>, precision: Precision, choice: Choice) -> (Panels, Columns) {
        let columns = choice.columns();
        let mut known = Columns::new(self.columns(columns));
        for column in 0..known.bias.len() {
            if let (Some(bias), Some(output)) = (bias, self.output(column, columns)) {
                known.bias[column] = bias[output];
            }
        }
        let panels = match choice.format() {
            Format::F32 if precision == Precision::Bf16 => Panels::F32(self.place::<_, 1>(columns, |_, row, out| {
                out.iter_mut()
                    .zip(row)
                    .for_each(|(out, &weight)| *out = through_bf16(weight));
            })),
            Format::F32 => Panels::F32(self.place::<_, 1>(columns, |_, row, out| out.copy_from_slice(row))),
            Format::Bf16 => Panels::Bf16(self.place::<_, 2>(columns, |_, row, out| {
                out.iter_mut()
                    .zip(row)
                    .for_each(|(out, &weight)| *out = to_bf16(weight));
            })),
            Format::Bytes => Panels::Bytes(self.place::<_, 4>(columns, |column, row, out| {
                known.quantise(column, row, out);
            })),
            Format::Words => Panels::Words(self.place::<_, 2>(columns, |column, row, out| {
                known.quantise(column, row, out);
            })),
            Format::Whole => Panels::Whole(self.place::<_, 1>(columns, |column, row, out| {
                known.quantise(column, row, out);
            })),
        };
        (panels, known)
    }

    /// The weights of each output, by `round(column, weights, out)`, in their places, `GROUP` side by side; zeros where
    /// there is no weight.
    fn place<T: Copy + Default, const GROUP: usize>(
        &self,
        columns: usize,
        mut round: impl FnMut(usize, &[f32], &mut [T]),
    ) -> Aligned<T> {
        let depth = self.inputs.next_multiple_of(GROUP);
        let mut panels = Aligned::zeros(self.columns(columns) * depth);
        let mut rounded = vec![T::default(); depth];
        for (index, panel) in panels.chunks_exact_mut(columns * depth).enumerate() {
            let (places, _) = panel.as_chunks_mut::<GROUP>();
            for lane in 0..columns {
                let column = index * columns + lane;
                let Some(output) = self.output(column, columns) else {
                    continue;
                };
                let weights = &self.values[output * self.inputs..][..self.inputs];
                round(column, weights, &mut rounded[..self.inputs]);
                let (groups, _) = rounded.as_chunks::<GROUP>();
                for (place, group) in places[lane..].iter_mut().step_by(columns).zip(groups) {
                    *place = *group;
                }
            }
        }
        panels
    }
}

impl Columns {
    /// Rounds the weights of one column to 8 bits, and remembers what they stand for.
    fn quantise<T: Copy + From<i8> + Into<f64>>(&mut self, column: usize, weights: &[f32], out: &mut [T]) {
        self.scales[column] = weights_to_bytes(weights, out);
        // Whole numbers, far below those that an f64 cannot hold.
        self.sums[column] = out.iter().map(|&weight| -> f64 { weight.into() }).sum::<f64>() as i32;
    }
}
