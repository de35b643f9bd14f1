//! What a token head says of a sentence: for each word the probability of every label, in one piece of memory.

use std::ops::{Index, IndexMut};

use super::softmax;

/// Probabilities `[words, labels]`; every row sums to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    values: Vec<f64>,
    labels: usize,
}

impl Rows {
    /// Rows out of logits `[words, labels]`, divided by `temperature` first.
    pub fn of_logits(logits: &[f32], labels: usize, temperature: f64) -> Self {
        let rows = logits.chunks_exact(labels);
        Self {
            values: rows.flat_map(|row| softmax(row, temperature)).collect(),
            labels,
        }
    }

    /// Rows of `labels` values each, one after the other.
    pub fn of_values(values: Vec<f64>, labels: usize) -> Self {
        debug_assert!(labels > 0 && values.len().is_multiple_of(labels));
        Self { values, labels }
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.values.len() / self.labels
    }

    /// Whether there are no words.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.labels)
    }
}

impl Index<usize> for Rows {
    type Output = [f64];

    fn index(&self, word: usize) -> &[f64] {
        &self.values[word * self.labels..(word + 1) * self.labels]
    }
}

impl IndexMut<usize> for Rows {
    fn index_mut(&mut self, word: usize) -> &mut [f64] {
        &mut self.values[word * self.labels..(word + 1) * self.labels]
    }
}
