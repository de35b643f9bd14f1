//! Precision, recall and F1 from three counts. A figure whose denominator is zero is 0, as in seqeval with
//! `zero_division=0` and in conlleval.

use std::ops::AddAssign;

use serde::Serialize;

/// Right, predicted and gold items.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Items that are both predicted and gold.
    pub correct: usize,
    /// Items that the model gave.
    pub predicted: usize,
    /// Items that the gold has.
    pub gold: usize,
}

impl Counts {
    /// Share of the predicted items that are right.
    pub fn precision(&self) -> f64 {
        ratio(self.correct, self.predicted)
    }

    /// Share of the gold items that were found.
    pub fn recall(&self) -> f64 {
        ratio(self.correct, self.gold)
    }

    /// Harmonic mean of the two.
    pub fn f1(&self) -> f64 {
        ratio(2 * self.correct, self.predicted + self.gold)
    }

    /// The same, NaN where nothing is predicted or gold.
    pub fn f1_if_any(&self) -> f64 {
        if self.predicted + self.gold == 0 {
            f64::NAN
        } else {
            self.f1()
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.correct += other.correct;
        self.predicted += other.predicted;
        self.gold += other.gold;
    }
}

pub(crate) fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The three figures with their counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// Share of the predicted items that are right.
    pub precision: f64,
    /// Share of the gold items that were found.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// Items that are both predicted and gold.
    pub correct: usize,
    /// Items that the model gave.
    pub predicted: usize,
    /// Items that the gold has (the support).
    pub gold: usize,
}

impl From<Counts> for Score {
    fn from(counts: Counts) -> Self {
        Self {
            precision: counts.precision(),
            recall: counts.recall(),
            f1: counts.f1(),
            correct: counts.correct,
            predicted: counts.predicted,
            gold: counts.gold,
        }
    }
}

/// Unweighted means over types.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Average {
    /// Mean precision.
    pub precision: f64,
    /// Mean recall.
    pub recall: f64,
    /// Mean F1.
    pub f1: f64,
}

impl Average {
    /// The mean of each figure; 0 where there is none.
    pub fn of<'c>(counts: impl IntoIterator<Item = &'c Counts>) -> Self {
        let (mut sum, mut number) = (
            Self {
                precision: 0.0,
                recall: 0.0,
                f1: 0.0,
            },
            0.0,
        );
        for count in counts {
            sum.precision += count.precision();
            sum.recall += count.recall();
            sum.f1 += count.f1();
            number += 1.0;
        }
        let number = f64::max(number, 1.0);
        Self {
            precision: sum.precision / number,
            recall: sum.recall / number,
            f1: sum.f1 / number,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_empty_counts() {
        let counts = Counts {
            correct: 2,
            predicted: 4,
            gold: 3,
        };
        assert_eq!((counts.precision(), counts.recall()), (0.5, 2.0 / 3.0));
        assert!((counts.f1() - 4.0 / 7.0).abs() < 1e-12);
        let none = Counts::default();
        assert_eq!((none.precision(), none.recall(), none.f1()), (0.0, 0.0, 0.0));
        let mean = Average::of([&counts, &none]);
        assert_eq!((mean.precision, mean.recall), (0.25, 1.0 / 3.0));
    }
}
