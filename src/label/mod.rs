//! From logits to labels: what the mentions of a name tell each other, label sequences to spans by constrained Viterbi,
//! sentence heads to a judgement, every score a probability after the head's temperature and, for spans, its calibration.

pub mod agreement;
pub mod calibration;
pub(crate) mod fold;
pub mod rows;
pub mod scheme;
pub mod sentence;
pub mod types;
pub mod viterbi;

pub use agreement::Agreement;
pub use calibration::Calibration;
pub use rows::Rows;
pub use scheme::Scheme;
pub use sentence::Judgement;
pub use types::coarse;
pub use viterbi::{Decoder, ScoredSpan};

/// Softmax of `logits / temperature` in double precision, so that scores do not hang on the order of a sum.
pub fn softmax(logits: &[f32], temperature: f64) -> Vec<f64> {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits
        .iter()
        .map(|&x| (f64::from(x - top) / temperature).exp())
        .collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|p| p / sum).collect()
}

/// Probability of each of `logits` by itself, for labels of which several may hold.
pub fn sigmoid(logits: &[f32]) -> Vec<f64> {
    logits.iter().map(|&x| 1.0 / (1.0 + (-f64::from(x)).exp())).collect()
}

/// The first of the largest values and its place.
pub fn argmax(values: &[f64]) -> (usize, f64) {
    let mut best = (0, f64::NEG_INFINITY);
    for (i, &value) in values.iter().enumerate() {
        if value > best.1 {
            best = (i, value);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temperature_flattens() {
        let sharp = softmax(&[2.0, 0.0], 1.0);
        let flat = softmax(&[2.0, 0.0], 2.0);
        assert!((sharp[0] - 1.0 / (1.0 + (-2.0f64).exp())).abs() < 1e-12);
        assert!((flat[0] - 1.0 / (1.0 + (-1.0f64).exp())).abs() < 1e-12);
        assert_eq!(argmax(&[0.2, 0.4, 0.4]), (1, 0.4));
    }
}
