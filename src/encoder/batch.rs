//! Sequences of tokens behind one another, without padding.

use candle_core::{Device, Tensor};

use super::error::{Error, Result};

/// Packed tokens: sequence `i` is `ids[offsets[i]..offsets[i + 1]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedBatch {
    /// Ids of all sequences.
    pub ids: Vec<u32>,
    /// Where each sequence starts, and at the end where the last one ends: `[sequences + 1]` numbers, the first 0.
    pub offsets: Vec<usize>,
}

impl Default for PackedBatch {
    fn default() -> Self {
        Self {
            ids: Vec::new(),
            offsets: vec![0],
        }
    }
}

impl PackedBatch {
    /// Adds a sequence at the end.
    pub fn push(&mut self, ids: &[u32]) {
        self.ids.extend_from_slice(ids);
        self.offsets.push(self.ids.len());
    }

    /// Number of sequences.
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whether there is no sequence.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows of sequence `index` in the encoder's result.
    pub fn rows(&self, index: usize) -> std::ops::Range<usize> {
        self.offsets[index]..self.offsets[index + 1]
    }

    /// The position of each token within its sequence, counted from `first`: `[total_tokens]`.
    pub(super) fn places(&self, first: usize, device: &Device) -> candle_core::Result<Tensor> {
        let places = self.offsets.windows(2).flat_map(|pair| 0..pair[1] - pair[0]);
        let places: Vec<u32> = places.map(|place| (first + place) as u32).collect();
        Tensor::new(places, device)
    }

    /// Checks the offsets, the lengths and the ids.
    pub(super) fn check(&self, max_length: usize, vocab_size: usize) -> Result<()> {
        let total = self.ids.len();
        if self.offsets.first() != Some(&0) || self.offsets.last() != Some(&total) {
            return Err(Error::Batch(format!("the offsets do not run from 0 to {total}")));
        }
        for pair in self.offsets.windows(2) {
            let length = pair[1].checked_sub(pair[0]);
            match length {
                None => return Err(Error::Batch("the offsets run backwards".to_owned())),
                Some(length) if length > max_length => {
                    return Err(Error::TooLong {
                        length,
                        max: max_length,
                    });
                }
                Some(_) => {}
            }
        }
        match self.ids.iter().find(|id| **id as usize >= vocab_size) {
            Some(id) => Err(Error::Batch(format!(
                "id {id} is outside the vocabulary of {vocab_size}"
            ))),
            None => Ok(()),
        }
    }
}

impl<S: AsRef<[u32]>> FromIterator<S> for PackedBatch {
    fn from_iter<I: IntoIterator<Item = S>>(sequences: I) -> Self {
        let mut batch = Self::default();
        sequences.into_iter().for_each(|ids| batch.push(ids.as_ref()));
        batch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_and_checks() {
        let batch: PackedBatch = [vec![1, 2, 3], vec![], vec![4]].into_iter().collect();
        assert_eq!((batch.len(), batch.rows(2)), (3, 3..4));
        assert!(batch.check(3, 5).is_ok());
        assert!(matches!(batch.check(2, 5), Err(Error::TooLong { length: 3, max: 2 })));
        assert!(batch.check(3, 4).unwrap_err().to_string().contains("id 4"));
        for offsets in [vec![], vec![0], vec![1, 4], vec![0, 3, 2, 4]] {
            let batch = PackedBatch {
                ids: vec![1; 4],
                offsets,
            };
            assert!(matches!(batch.check(9, 9), Err(Error::Batch(_))));
        }
    }
}
