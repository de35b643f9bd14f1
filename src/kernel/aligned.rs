//! Memory that starts on a cache line, so that no vector lies across two of them: such a load or store costs two.

use std::ops::{Deref, DerefMut};

/// Bytes of a cache line, and of the widest vector.
pub(crate) const LINE: usize = 64;

/// Numbers of which the first starts on a cache line.
#[derive(Debug, Default)]
pub(crate) struct Aligned<T> {
    values: Vec<T>,
    start: usize,
    len: usize,
}

impl<T: Copy + Default> Aligned<T> {
    /// `len` zeros.
    pub(crate) fn zeros(len: usize) -> Self {
        let mut zeros = Self {
            values: Vec::new(),
            start: 0,
            len: 0,
        };
        zeros.resize(len);
        zeros
    }

    /// Makes it `len` numbers long. Memory is taken only where there was less; which numbers then stand there is not
    /// said, but for memory that is new: zeros.
    pub(crate) fn resize(&mut self, len: usize) {
        // An allocation starts at least where its type may.
        let slack = LINE / size_of::<T>() - 1;
        if self.values.len() < len + slack {
            self.values = vec![T::default(); len + slack];
            // Where the offset cannot be told (it always can on a real machine), the memory is slower, not wrong.
            self.start = self.values.as_ptr().align_offset(LINE).min(slack);
        }
        self.len = len;
    }

    /// Bytes in use.
    pub(crate) fn bytes(&self) -> usize {
        self.len * size_of::<T>()
    }
}

impl<T> Deref for Aligned<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.values[self.start..self.start + self.len]
    }
}

impl<T> DerefMut for Aligned<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.values[self.start..self.start + self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_starts_on_a_line_at_every_length() {
        let mut bytes = Aligned::<u8>::zeros(0);
        for len in [0, 1, 63, 64, 65, 1000, 10] {
            bytes.resize(len);
            assert_eq!((bytes.len(), bytes.as_ptr() as usize % LINE), (len, 0));
            assert_eq!(Aligned::<f32>::zeros(len).as_ptr() as usize % LINE, 0);
        }
    }
}
