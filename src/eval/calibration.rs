//! How far scores can be believed: expected calibration error with a reliability table, and precision and recall when
//! only items above a score are kept. Bins hold equally many items, since the scores of a good model crowd near 1.

use serde::Serialize;

use super::count::ratio;

/// Number of bins of equal mass.
pub const BINS: usize = 10;

/// One prediction: its score and whether it was right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// Probability that the model gave.
    pub score: f64,
    /// Whether the prediction was right.
    pub correct: bool,
}

/// One bin of the reliability table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bin {
    /// Lowest score in the bin.
    pub low: f64,
    /// Highest score in the bin.
    pub high: f64,
    /// Number of items.
    pub items: usize,
    /// Mean score.
    pub score: f64,
    /// Share that was right.
    pub accuracy: f64,
}

/// Calibration of one score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// Number of predictions.
    pub items: usize,
    /// Mean score.
    pub score: f64,
    /// Share that was right.
    pub accuracy: f64,
    /// Expected calibration error: mean distance of score and accuracy over the bins, weighted by their items.
    pub ece: f64,
    /// The reliability table.
    pub bins: Vec<Bin>,
}

/// The calibration of a list of predictions; none for an empty list.
///
/// Scores are rounded, so many are equal; items of equal score count with their mean correctness, which makes the
/// result independent of the order of the list even where a bin's edge falls among them.
pub fn calibration(items: &[Judged]) -> Option<Calibration> {
    if items.is_empty() {
        return None;
    }
    let mut sorted = items.to_vec();
    sorted.sort_by(|a, b| a.score.total_cmp(&b.score));
    let mut expected: Vec<(f64, f64)> = Vec::with_capacity(sorted.len());
    for ties in sorted.chunk_by(|a, b| a.score == b.score) {
        let right = ratio(ties.iter().filter(|item| item.correct).count(), ties.len());
        expected.extend(ties.iter().map(|item| (item.score, right)));
    }
    let number = expected.len();
    let edge = |bin: usize| bin * number / BINS;
    let bins: Vec<Bin> = (0..BINS)
        .filter_map(|index| expected.get(edge(index)..edge(index + 1)).and_then(bin))
        .collect();
    let ece = bins
        .iter()
        .map(|bin| bin.items as f64 * (bin.score - bin.accuracy).abs())
        .sum::<f64>()
        / number as f64;
    let whole = bin(&expected)?;
    Some(Calibration {
        items: number,
        score: whole.score,
        accuracy: whole.accuracy,
        ece,
        bins,
    })
}

fn bin(items: &[(f64, f64)]) -> Option<Bin> {
    let number = items.len() as f64;
    Some(Bin {
        low: items.first()?.0,
        high: items.last()?.0,
        items: items.len(),
        score: items.iter().map(|item| item.0).sum::<f64>() / number,
        accuracy: items.iter().map(|item| item.1).sum::<f64>() / number,
    })
}

/// What is left when only predictions of at least this score are kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ThresholdRow {
    /// Lowest score that is kept.
    pub threshold: f64,
    /// Number of predictions kept.
    pub kept: usize,
    /// Share of the kept ones that are right; none where nothing is kept.
    pub precision: Option<f64>,
    /// Share of the gold items found among the kept ones.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

/// One row per threshold 0.00, 0.05 ... 0.95, against `gold` gold items.
pub fn thresholds(predictions: &[Judged], gold: usize) -> Vec<ThresholdRow> {
    (0..20)
        .map(|step| {
            let threshold = f64::from(step) / 20.0;
            let (mut kept, mut correct) = (0, 0);
            for item in predictions.iter().filter(|item| item.score >= threshold) {
                kept += 1;
                correct += usize::from(item.correct);
            }
            ThresholdRow {
                threshold,
                kept,
                precision: (kept > 0).then(|| ratio(correct, kept)),
                recall: ratio(correct, gold),
                f1: ratio(2 * correct, kept + gold),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(score: f64, correct: bool) -> Judged {
        Judged { score, correct }
    }

    #[test]
    fn ece_by_hand() {
        // Ten bins of two items. The five low bins hold scores near .6, one of two right: |.6 - .5| = .1 each; the five
        // high bins hold .9 twice, both right: .1 each. One low bin is turned to both wrong: .6.
        // ECE = (4 * .1 + .6 + 5 * .1) / 10 = .15
        let mut items = Vec::new();
        for step in 0..5 {
            let score = 0.6 + f64::from(step) * 1e-9;
            items.push(judged(score, step > 0));
            items.push(judged(score + 5e-10, false));
        }
        items.extend([judged(0.9, true); 10]);
        let result = calibration(&items).unwrap();
        assert!((result.ece - 0.15).abs() < 1e-6, "{result:?}");
        assert_eq!(result.items, 20);
        assert!((result.accuracy - 0.7).abs() < 1e-12);
        assert_eq!(result.bins.len(), 10);
        assert!(result.bins.iter().all(|bin| bin.items == 2));
    }

    #[test]
    fn order_does_not_matter_among_ties() {
        let mut items: Vec<Judged> = (0..37).map(|index| judged(0.8, index % 3 == 0)).collect();
        let first = calibration(&items).unwrap();
        items.reverse();
        assert_eq!(calibration(&items).unwrap(), first);
        assert!((first.ece - (0.8 - 13.0 / 37.0)).abs() < 1e-12);
    }

    #[test]
    fn few_items_and_none() {
        assert_eq!(calibration(&[]), None);
        let one = calibration(&[judged(0.7, false)]).unwrap();
        assert!((one.ece - 0.7).abs() < 1e-12);
        assert_eq!(one.bins.len(), 1);
    }

    #[test]
    fn thresholds_by_hand() {
        let rows = thresholds(&[judged(0.9, true), judged(0.5, false), judged(0.3, true)], 4);
        assert_eq!(rows.len(), 20);
        assert_eq!(
            (rows[0].kept, rows[0].precision, rows[0].recall),
            (3, Some(2.0 / 3.0), 0.5)
        );
        assert_eq!(
            (rows[10].threshold, rows[10].kept, rows[10].precision),
            (0.5, 2, Some(0.5))
        );
        assert_eq!(
            (rows[19].kept, rows[19].precision, rows[19].recall, rows[19].f1),
            (0, None, 0.0, 0.0)
        );
    }
}
