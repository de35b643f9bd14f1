//! Memory between the steps of a run, kept from pack to pack: once it is warm, the steps allocate nothing.

use std::sync::{Mutex, PoisonError};

use crate::kernel::aligned::Aligned;
use crate::kernel::attention;
use crate::kernel::isa::Isa;
use crate::kernel::packed::{Operand, Precision};

/// What one thread needs for a run.
#[derive(Debug)]
pub struct Scratch {
    /// Hidden states, `[tokens, hidden]`.
    pub states: Aligned<f32>,
    /// What the next product reads.
    pub operand: Operand,
    /// Queries, keys and values, `[tokens, 3 * hidden]`.
    pub qkv: Aligned<f32>,
    /// What attention gives, `[tokens, hidden]`, and embeddings that are narrower than hidden states.
    pub context: Aligned<f32>,
    /// Inside the feed-forward block, `[tokens, intermediate]`.
    pub wide: Aligned<f32>,
    /// The attention kernel's own.
    pub attention: attention::Scratch,
}

/// The first `len` values of `buffer`, which grows where it is too short. What stands in them is whatever the last use left.
pub fn room(buffer: &mut Aligned<f32>, len: usize) -> &mut [f32] {
    buffer.resize(len);
    buffer
}

/// Scratch for as many threads as encode at once.
#[derive(Debug)]
pub struct Pool {
    precision: Precision,
    isa: Isa,
    free: Mutex<Vec<Scratch>>,
}

impl Pool {
    /// An empty pool for products in `precision`.
    pub fn new(precision: Precision, isa: Isa) -> Self {
        Self {
            precision,
            isa,
            free: Mutex::new(Vec::new()),
        }
    }

    /// One that is free, or a new one.
    pub fn take(&self) -> Scratch {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        free.unwrap_or_else(|| Scratch {
            states: Aligned::default(),
            operand: Operand::new(self.precision, self.isa),
            qkv: Aligned::default(),
            context: Aligned::default(),
            wide: Aligned::default(),
            attention: attention::Scratch::new(),
        })
    }

    /// For the next one to take.
    pub fn give_back(&self, scratch: Scratch) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
    }
}
