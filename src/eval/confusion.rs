//! A confusion matrix and the figures read off it: accuracy, F1 per class, macro-F1 and Cohen's kappa. Rows are gold
//! (or the first run), columns are predictions (or the second run).

use serde::Serialize;

use super::count::{Counts, ratio};

/// How often each class was given where each class was right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Confusion {
    /// Names of the classes.
    pub classes: Vec<String>,
    /// `counts[gold][predicted]`.
    pub counts: Vec<Vec<usize>>,
}

impl Confusion {
    /// An empty matrix over these classes.
    pub fn new(classes: &[&str]) -> Self {
        Self {
            classes: classes.iter().map(|&class| class.to_owned()).collect(),
            counts: vec![vec![0; classes.len()]; classes.len()],
        }
    }

    /// Counts one item; both are indices into the classes.
    pub fn add(&mut self, gold: usize, predicted: usize) {
        self.counts[gold][predicted] += 1;
    }

    /// Forgets every item, so that the matrix can be filled again.
    pub fn clear(&mut self) {
        self.counts.iter_mut().for_each(|row| row.fill(0));
    }

    /// Number of items.
    pub fn total(&self) -> usize {
        self.counts.iter().flatten().sum()
    }

    /// Share of the items on the diagonal; 0 for an empty matrix.
    pub fn accuracy(&self) -> f64 {
        ratio(self.diagonal(), self.total())
    }

    fn diagonal(&self) -> usize {
        self.counts.iter().enumerate().map(|(class, row)| row[class]).sum()
    }

    /// Right, predicted and gold items of one class.
    pub fn class(&self, class: usize) -> Counts {
        Counts {
            correct: self.counts[class][class],
            predicted: self.counts.iter().map(|row| row[class]).sum(),
            gold: self.counts[class].iter().sum(),
        }
    }

    /// Mean F1 over these classes. One that is neither gold nor predicted has no F1 and is left out of the mean, as
    /// in scikit-learn without `labels`.
    pub fn macro_f1(&self, averaged: &[usize]) -> f64 {
        let (mut sum, mut number) = (0.0, 0);
        for counts in averaged.iter().map(|&class| self.class(class)) {
            if counts.gold + counts.predicted > 0 {
                sum += counts.f1();
                number += 1;
            }
        }
        if number == 0 { 0.0 } else { sum / f64::from(number) }
    }

    /// The classes among these that are gold or predicted.
    pub fn present(&self, classes: &[usize]) -> Vec<usize> {
        let occurs = |&class: &usize| self.class(class).gold + self.class(class).predicted > 0;
        classes.iter().copied().filter(occurs).collect()
    }

    /// Mean F1 over these classes and no fewer: NaN if one of them is neither gold nor predicted, or if there is none.
    pub fn macro_f1_of_all(&self, classes: &[usize]) -> f64 {
        if classes.is_empty() || self.present(classes).len() < classes.len() {
            return f64::NAN;
        }
        self.macro_f1(classes)
    }

    /// Cohen's kappa: agreement beyond what the two margins give by chance. None where chance alone gives full
    /// agreement (both sides use one and the same class) and for an empty matrix.
    pub fn kappa(&self) -> Option<f64> {
        let total = self.total() as f64;
        let chance: f64 = (0..self.classes.len())
            .map(|class| self.class(class))
            .map(|counts| counts.gold as f64 / total * (counts.predicted as f64 / total))
            .sum();
        (total > 0.0 && chance < 1.0).then(|| (self.accuracy() - chance) / (1.0 - chance))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(counts: [[usize; 3]; 3]) -> Confusion {
        let mut matrix = Confusion::new(&["a", "b", "c"]);
        matrix.counts = counts.map(Vec::from).into();
        matrix
    }

    #[test]
    fn figures_by_hand() {
        let matrix = matrix([[4, 1, 0], [2, 3, 0], [0, 0, 0]]);
        assert_eq!(matrix.accuracy(), 0.7);
        assert_eq!(
            matrix.class(0),
            Counts {
                correct: 4,
                predicted: 6,
                gold: 5
            }
        );
        // F1(a) = 8/11, F1(b) = 6/9; c is neither gold nor predicted and is not averaged
        assert!((matrix.macro_f1(&[0, 1, 2]) - (8.0 / 11.0 + 6.0 / 9.0) / 2.0).abs() < 1e-12);
        assert_eq!(matrix.present(&[0, 1, 2]), [0, 1]);
        assert_eq!(matrix.macro_f1_of_all(&[0, 1]), matrix.macro_f1(&[0, 1, 2]));
        assert!(matrix.macro_f1_of_all(&[0, 1, 2]).is_nan() && matrix.macro_f1_of_all(&[]).is_nan());
        // chance = .5 * .6 + .5 * .4 = .5
        assert!((matrix.kappa().unwrap() - 0.4).abs() < 1e-12);
    }

    #[test]
    fn a_class_that_is_only_predicted_counts_as_zero() {
        let matrix = matrix([[4, 0, 1], [0, 0, 0], [0, 0, 0]]);
        assert!((matrix.macro_f1(&[0, 1, 2]) - (8.0 / 9.0 + 0.0) / 2.0).abs() < 1e-12);
        assert_eq!(matrix.kappa(), Some(0.0));
    }

    #[test]
    fn kappa_without_variation_is_undefined() {
        assert_eq!(matrix([[9, 0, 0], [0, 0, 0], [0, 0, 0]]).kappa(), None);
        assert_eq!(Confusion::new(&["a"]).kappa(), None);
        assert_eq!(Confusion::new(&["a"]).accuracy(), 0.0);
    }

    #[test]
    fn equals_scikit_learn() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/eval/seqeval.json");
        let fixture: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for case in fixture["labels"].as_array().unwrap() {
            let read = |name: &str| -> Vec<usize> { serde_json::from_value(case[name].clone()).unwrap() };
            let classes = case["classes"].as_u64().unwrap() as usize;
            let mut matrix = Confusion::new(&vec!["class"; classes]);
            read("gold")
                .into_iter()
                .zip(read("predicted"))
                .for_each(|(gold, predicted)| matrix.add(gold, predicted));
            let averaged: Vec<usize> = (0..classes).collect();
            let figures = [
                ("accuracy", matrix.accuracy()),
                ("macro_f1", matrix.macro_f1(&averaged)),
                ("kappa", matrix.kappa().unwrap()),
            ];
            for (name, figure) in figures {
                assert!(
                    (figure - case[name].as_f64().unwrap()).abs() < 1e-12,
                    "{name}: {figure} for {}",
                    case[name]
                );
            }
        }
    }
}
