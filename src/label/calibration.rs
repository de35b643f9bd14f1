//! How sure a span's score is made: a line through its log-odds (Platt 1999), fitted where the right spans are known.
//! It keeps the order of scores.

use serde::Deserialize;

/// Probability `p` becomes `sigmoid(slope * logit(p) + intercept)`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Calibration {
    /// Below 1 draws scores towards the middle.
    pub slope: f64,
    /// Below 0 lowers every score.
    pub intercept: f64,
}

impl Default for Calibration {
    /// Leaves scores as they are.
    fn default() -> Self {
        Self {
            slope: 1.0,
            intercept: 0.0,
        }
    }
}

impl Calibration {
    /// Whether the line rises and is finite, so that it keeps the order of scores.
    pub fn is_sound(&self) -> bool {
        self.slope.is_finite() && self.slope > 0.0 && self.intercept.is_finite()
    }

    /// The calibrated probability.
    pub fn apply(&self, score: f64) -> f64 {
        if *self == Self::default() {
            return score;
        }
        // A score of 0 or 1 has no log-odds.
        let score = score.clamp(1e-6, 1.0 - 1e-6);
        let odds = (score / (1.0 - score)).ln();
        1.0 / (1.0 + (-(self.slope * odds + self.intercept)).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bends_scores_and_keeps_their_order() {
        let line = Calibration {
            slope: 0.5,
            intercept: -0.4,
        };
        let scores = [0.0, 0.1, 0.5, 0.9, 1.0];
        let bent = scores.map(|score| line.apply(score));
        assert!(bent.is_sorted() && bent.iter().all(|p| (0.0..=1.0).contains(p)));
        let odds: f64 = 9.0f64.ln() * 0.5 - 0.4;
        assert!((bent[3] - 1.0 / (1.0 + (-odds).exp())).abs() < 1e-12);
        assert_eq!(scores.map(|score| Calibration::default().apply(score)), scores);
    }
}
