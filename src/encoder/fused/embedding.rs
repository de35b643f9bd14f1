//! From pieces to the first hidden states: rows of a table, learned positions where there are any, layer norm, and a
//! linear layer where embeddings are narrower than hidden states.

use candle_core::Result;

use super::scratch::{Scratch, room};
use super::weights::{Norm, Table};
use crate::kernel::packed::{Epilogue, Packed};

/// Tables and norm of the embeddings.
#[derive(Debug)]
pub struct Embeddings {
    pub pieces: Table,
    pub positions: Option<Positions>,
    pub norm: Norm,
    /// To the width of hidden states.
    pub project: Option<Packed>,
}

/// Learned positions.
#[derive(Debug)]
pub struct Positions {
    /// The table, `[positions, width]`, with the first token type added, since every token is of that.
    pub rows: Vec<f32>,
    /// The row at which a sequence starts.
    pub first: usize,
}

impl Embeddings {
    /// Writes the embeddings of `ids` to `out [tokens, hidden]`. Sequences lie between neighbouring `offsets`, which count
    /// from wherever the first one says.
    ///
    /// # Errors
    /// If a table is not on the CPU.
    pub fn embed(&self, ids: &[u32], offsets: &[usize], out: &mut [f32], scratch: &mut Scratch) -> Result<()> {
        let Scratch { operand, context, .. } = scratch;
        let Some(project) = &self.project else {
            return self.sum(ids, offsets, out);
        };
        let narrow = room(context, ids.len() * self.pieces.width());
        self.sum(ids, offsets, narrow)?;
        operand.set(narrow, self.pieces.width());
        project.apply(operand, Epilogue::Store, out);
        Ok(())
    }

    fn sum(&self, ids: &[u32], offsets: &[usize], out: &mut [f32]) -> Result<()> {
        let width = self.pieces.width();
        self.pieces.look_up(ids, out)?;
        if let Some(Positions { rows, first }) = &self.positions {
            let places = offsets.windows(2).flat_map(|pair| 0..pair[1] - pair[0]);
            for (out, place) in out.chunks_exact_mut(width).zip(places) {
                let position = &rows[(first + place) * width..][..width];
                out.iter_mut()
                    .zip(position)
                    .for_each(|(out, position)| *out += position);
            }
        }
        self.norm.apply(out);
        Ok(())
    }
}
