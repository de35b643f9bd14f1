//! One transformer layer in place: `x [tokens, hidden]` goes in and comes out, norms before attention and feed-forward
//! (ModernBERT) or after them (BERT).

use std::sync::Arc;

use super::scratch::{Scratch, room};
use super::weights::Norm;
use crate::encoder::rope::Rope;
use crate::kernel::attention::{self, Layout, attend};
use crate::kernel::isa::Isa;
use crate::kernel::packed::{Epilogue, Operand, Packed};

/// A transformer layer.
#[derive(Debug)]
pub struct Layer {
    pub attention: Attention,
    pub feed_forward: FeedForward,
    pub norms: Norms,
}

/// Where a layer norms.
#[derive(Debug)]
pub enum Norms {
    /// What attention and feed-forward read. The first layer's attention reads embeddings, which are normed already.
    Before(Option<Norm>, Norm),
    /// The sum of what came in and what attention, or feed-forward, made of it.
    After(Norm, Norm),
}

/// Multi-head self-attention.
#[derive(Debug)]
pub struct Attention {
    /// Queries, keys and values side by side, `[hidden]` to `[3 * hidden]`.
    pub qkv: Packed,
    /// `[hidden]` to `[hidden]`.
    pub out: Packed,
    pub heads: usize,
    pub head_dim: usize,
    /// How far a token sees to either side, inclusive; `None` sees the whole sequence.
    pub reach: Option<usize>,
    pub rope: Option<Arc<Rope>>,
    pub precision: attention::Precision,
    pub isa: Isa,
}

/// The feed-forward block.
#[derive(Debug)]
pub struct FeedForward {
    /// `[hidden]` to `[width]`, or to twice that with a gate.
    pub up: Packed,
    /// What is done with its result: an activation, or a gate.
    pub between: Epilogue,
    /// Width inside the block.
    pub width: usize,
    /// Back to `[hidden]`.
    pub down: Packed,
}

impl Layer {
    /// Applies the layer to `x [tokens, hidden]`; sequences lie between neighbouring `offsets`, which count from wherever
    /// the first one says.
    pub fn forward(&self, x: &mut [f32], offsets: &[usize], scratch: &mut Scratch) {
        let hidden = self.attention.heads * self.attention.head_dim;
        match &self.norms {
            Norms::Before(first, second) => {
                read(x, hidden, first.as_ref(), &mut scratch.operand);
                self.attention.add_onto(x, offsets, scratch);
                read(x, hidden, Some(second), &mut scratch.operand);
                self.feed_forward.add_onto(x, scratch);
            }
            Norms::After(first, second) => {
                read(x, hidden, None, &mut scratch.operand);
                self.attention.add_onto(x, offsets, scratch);
                first.apply(x);
                read(x, hidden, None, &mut scratch.operand);
                self.feed_forward.add_onto(x, scratch);
                second.apply(x);
            }
        }
    }
}

/// The rows of `x`, normed where there is a norm, as the next product reads them.
fn read(x: &[f32], hidden: usize, norm: Option<&Norm>, operand: &mut Operand) {
    match norm {
        Some(norm) => norm.read_into(x, operand),
        None => operand.set(x, hidden),
    }
}

impl Attention {
    /// Adds to `x` what attention makes of the operand.
    fn add_onto(&self, x: &mut [f32], offsets: &[usize], scratch: &mut Scratch) {
        let Scratch {
            operand,
            qkv,
            context,
            attention,
            ..
        } = scratch;
        let hidden = self.heads * self.head_dim;
        let (qkv, context) = (room(qkv, 3 * x.len()), room(context, x.len()));
        self.qkv.apply(operand, Epilogue::Store, qkv);
        let layout = Layout {
            heads: self.heads,
            head_dim: self.head_dim,
            reach: self.reach,
            angles: self
                .rope
                .as_ref()
                .map(|rope| (rope.cos.as_slice(), rope.sin.as_slice())),
        };
        let first = offsets.first().copied().unwrap_or_default();
        for pair in offsets.windows(2) {
            let (start, end) = (pair[0] - first, pair[1] - first);
            let sequence = &qkv[3 * start * hidden..3 * end * hidden];
            let out = &mut context[start * hidden..end * hidden];
            attend(sequence, &layout, self.precision, self.isa, attention, out);
        }
        operand.set(context, hidden);
        self.out.apply(operand, Epilogue::Add, x);
    }
}

impl FeedForward {
    /// Adds to `x` what the block makes of the operand.
    fn add_onto(&self, x: &mut [f32], scratch: &mut Scratch) {
        let Scratch { operand, wide, .. } = scratch;
        let wide = room(wide, operand.rows() * self.width);
        self.up.apply(operand, self.between, wide);
        operand.set(wide, self.width);
        self.down.apply(operand, Epilogue::Add, x);
    }
}
