//! The memory that attention works in, kept from call to call. It grows to what the longest sequence needs and never
//! shrinks; what an earlier call left in it is never read.

use crate::kernel::aligned::{Aligned, LINE};

/// Values in a cache line.
const VALUES: usize = LINE / size_of::<f32>();

/// Memory that is used again from call to call.
#[derive(Debug, Default)]
pub struct Scratch {
    values: Aligned<f32>,
}

impl Scratch {
    /// Without memory; the first call takes it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Slices of these lengths, each on a cache line of its own, their content left as it is.
    pub(super) fn take<const N: usize>(&mut self, lengths: [usize; N]) -> [&mut [f32]; N] {
        let padded = lengths.map(|length| length.next_multiple_of(VALUES));
        self.values.resize(padded.iter().sum());
        let mut rest = &mut *self.values;
        std::array::from_fn(|i| {
            let (part, after) = std::mem::take(&mut rest).split_at_mut(padded[i]);
            rest = after;
            &mut part[..lengths[i]]
        })
    }
}
