//! What the sentence heads read of a sentence. The marker that opens it has looked at all of it, but a small encoder
//! may have lost a single hedge on the way: the mean and the maximum over the tokens keep it in sight.

use std::ops::Range;

use candle_core::{CpuStorage, CustomOp1, D, Layout, Result, Shape, Tensor};
use serde::Deserialize;

use crate::encoder::Backend;
use crate::encoder::cpu::input;

/// One part of what a sentence head reads, `hidden` values wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SentenceInput {
    /// The state of the marker token, which is the first of the sentence.
    Marker,
    /// The mean of the states of all tokens of the sentence, marker included.
    Mean,
    /// The largest value of the same states, dimension by dimension.
    Max,
}

/// What `inputs` say of each sentence, side by side, `[sentences, inputs × hidden]`. A sentence is a range of rows of
/// `hidden [tokens, hidden]`, its marker first; at least one sentence, none of them empty.
///
/// # Errors
/// If a range is empty or not within `hidden`, or the device fails.
pub fn sentence_states(
    hidden: &Tensor,
    sentences: &[Range<usize>],
    inputs: &[SentenceInput],
    backend: Backend,
) -> Result<Tensor> {
    let tokens = hidden.dim(0)?;
    if let Some(wrong) = sentences.iter().find(|rows| rows.is_empty() || rows.end > tokens) {
        candle_core::bail!("a sentence at rows {wrong:?} of {tokens}")
    }
    match backend {
        Backend::Kernel(_) => hidden.apply_op1_no_bwd(&Pool {
            sentences: sentences.to_vec(),
            inputs: inputs.to_vec(),
        }),
        Backend::Candle => {
            let states = |rows: &Range<usize>| -> Result<Tensor> {
                let rows = hidden.narrow(0, rows.start, rows.len())?;
                let parts = inputs.iter().map(|input| match input {
                    SentenceInput::Marker => rows.get(0),
                    SentenceInput::Mean => rows.mean(0),
                    SentenceInput::Max => rows.max(0),
                });
                Tensor::cat(&parts.collect::<Result<Vec<_>>>()?, D::Minus1)
            };
            Tensor::stack(&sentences.iter().map(states).collect::<Result<Vec<_>>>()?, 0)
        }
    }
}

/// The same as an operation of the CPU: one thread, and every sentence by itself.
struct Pool {
    sentences: Vec<Range<usize>>,
    inputs: Vec<SentenceInput>,
}

impl CustomOp1 for Pool {
    fn name(&self) -> &'static str {
        "sentence-states"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (_, width) = layout.shape().dims2()?;
        let values = input(storage, layout, width)?;
        let mut out = Vec::with_capacity(self.sentences.len() * self.inputs.len() * width);
        for sentence in &self.sentences {
            let rows = &values[sentence.start * width..sentence.end * width];
            for part in &self.inputs {
                let start = out.len();
                out.extend_from_slice(&rows[..width]);
                let target = &mut out[start..];
                let others = rows.chunks_exact(width).skip(1);
                match part {
                    SentenceInput::Marker => {}
                    SentenceInput::Mean => {
                        others.for_each(|row| target.iter_mut().zip(row).for_each(|(sum, x)| *sum += x));
                        let count = sentence.len() as f32;
                        target.iter_mut().for_each(|sum| *sum /= count);
                    }
                    SentenceInput::Max => {
                        others.for_each(|row| target.iter_mut().zip(row).for_each(|(most, x)| *most = most.max(*x)));
                    }
                }
            }
        }
        let shape = (self.sentences.len(), self.inputs.len() * width).into();
        Ok((CpuStorage::F32(out), shape))
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    const KERNEL: Backend = Backend::Kernel(crate::encoder::Precision::F32);
    const ALL: [SentenceInput; 3] = [SentenceInput::Marker, SentenceInput::Mean, SentenceInput::Max];

    fn hidden() -> Tensor {
        let values: Vec<f32> = (0..12).map(|i| ((i * 7) % 12) as f32 - 5.0).collect();
        Tensor::from_vec(values, (6, 2), &Device::Cpu).unwrap()
    }

    #[test]
    fn marker_mean_and_maximum_stand_side_by_side() {
        let sentences = [0..2, 2..3];
        let states = sentence_states(&hidden(), &sentences, &ALL, KERNEL).unwrap();
        // Rows of `hidden`: (-5, 2) (-3, 4) | (-1, 6).
        let expected = [[-5.0, 2.0, -4.0, 3.0, -3.0, 4.0], [-1.0, 6.0, -1.0, 6.0, -1.0, 6.0]];
        assert_eq!(states.to_vec2::<f32>().unwrap(), expected);
    }

    #[test]
    fn both_backends_agree_and_a_wrong_range_is_refused() {
        let sentences = [0..3, 3..4, 4..6];
        let run = |backend| {
            let states = sentence_states(&hidden(), &sentences, &ALL, backend).unwrap();
            states.to_vec2::<f32>().unwrap()
        };
        for (ours, candles) in run(KERNEL).iter().flatten().zip(run(Backend::Candle).iter().flatten()) {
            assert!((ours - candles).abs() < 1e-6, "{ours} {candles}");
        }
        for wrong in [5..7, 2..2] {
            let refused = sentence_states(&hidden(), &[wrong], &ALL, KERNEL).unwrap_err();
            assert!(refused.to_string().contains("of 6"), "{refused}");
        }
    }
}
