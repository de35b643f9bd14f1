//! The memory that attention works in, kept from call to call. It grows to what the longest sequence needs and never
//! shrinks; what an earlier call left in it is never read.

/// Values in a cache line.
const LINE: usize = 16;

/// Memory that is used again from call to call.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    values: Vec<f32>,
}

impl Scratch {
    /// Without memory; the first call takes it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Slices of these lengths, each on a cache line of its own, their content left as it is.
    pub(super) fn take<const N: usize>(&mut self, lengths: [usize; N]) -> [&mut [f32]; N] {
        let padded = lengths.map(|length| length.next_multiple_of(LINE));
        let total = padded.iter().sum::<usize>() + LINE;
        if self.values.len() < total {
            self.values.resize(total, 0.0);
        }
        // `align_offset` may answer that it cannot tell; then the slices are merely not aligned.
        let skip = self.values.as_ptr().align_offset(LINE * size_of::<f32>()).min(LINE);
        let mut rest = &mut self.values[skip..];
        std::array::from_fn(|i| {
            let (part, after) = std::mem::take(&mut rest).split_at_mut(padded[i]);
            rest = after;
            &mut part[..lengths[i]]
        })
    }
}
