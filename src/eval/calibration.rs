//! How far scores can be believed: expected calibration error with a reliability table, and precision and recall when
//! only items above a score are kept. Bins hold equally many items, since the scores of a good model crowd near 1.

use serde::Serialize;

use super::bootstrap::{RESAMPLES, SplitMix64, percentile};
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

/// What expected calibration error shows where there is none: few items in a bin are right or wrong by chance, so its
/// share of right ones lies beside its mean score even if every score is true. An error below `high` is no evidence
/// against the scores. (One above it is little evidence, where items hang together as the names of an article do: they
/// are drawn by themselves here.) Found as consistency bars are (Bröcker & Smith 2007, "Increasing the reliability of
/// reliability diagrams"), with the scores as they are: each item is drawn right with the probability that its score
/// states.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ByChance {
    /// Mean over the resamples.
    pub mean: f64,
    /// 95th percentile over the resamples.
    pub high: f64,
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
    /// The error that perfectly calibrated scores would show on as many items.
    pub by_chance: ByChance,
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
    let whole = bin(&expected)?;
    let bins: Vec<Bin> = slices(&expected).filter_map(bin).collect();
    Some(Calibration {
        items: whole.items,
        score: whole.score,
        accuracy: whole.accuracy,
        ece: mean_distance(bins.iter().map(|bin| (bin.items, bin.score - bin.accuracy))),
        by_chance: by_chance(&expected),
        bins,
    })
}

/// Cuts sorted items into bins of equal mass, some of them empty if there are fewer items than bins.
fn slices<T>(sorted: &[T]) -> impl Iterator<Item = &[T]> {
    let edge = |bin: usize| bin * sorted.len() / BINS;
    (0..BINS).map(move |index| &sorted[edge(index)..edge(index + 1)])
}

/// The mean of the distances' amounts, each weighted by its items.
fn mean_distance(bins: impl Iterator<Item = (usize, f64)>) -> f64 {
    let (items, distance) = bins.fold((0, 0.0), |(items, sum), (number, distance)| {
        (items + number, sum + number as f64 * distance.abs())
    });
    distance / items as f64
}

/// Draws the correctness of each item anew from its score, as often as an interval is drawn; items of equal score count
/// with their mean correctness, as they do in the error itself.
fn by_chance(sorted: &[(f64, f64)]) -> ByChance {
    let mut random = SplitMix64::new();
    let mut beside = Vec::with_capacity(sorted.len());
    let mut drawn: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            beside.clear();
            for ties in sorted.chunk_by(|a, b| a.0 == b.0) {
                let score = ties[0].0;
                let right = ties.iter().filter(|_| random.unit() < score).count();
                beside.resize(beside.len() + ties.len(), score - ratio(right, ties.len()));
            }
            mean_distance(slices(&beside).map(|bin| (bin.len(), bin.iter().sum::<f64>() / bin.len().max(1) as f64)))
        })
        .collect();
    drawn.sort_by(f64::total_cmp);
    ByChance {
        mean: drawn.iter().sum::<f64>() / drawn.len() as f64,
        high: percentile(&drawn, 0.95),
    }
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
    fn perfect_scores_err_by_chance() {
        // A bin of 25 items with scores near .5: the share of right ones lies |N(0, .1)| from it, .0798 on average (.0806
        // by the binomial); the mean of ten such bins has a 95th percentile near .0798 + 1.645 * .0603 / sqrt(10) = .111.
        let near: Vec<Judged> = (0..250)
            .map(|index| judged(0.5 + 1e-9 * f64::from(index), index % 2 == 0))
            .collect();
        let result = calibration(&near).unwrap();
        assert!((result.by_chance.mean - 0.0806).abs() < 0.002, "{result:?}");
        assert!((result.by_chance.high - 0.112).abs() < 0.004, "{result:?}");
        // Scores that are equal are one bin: |N(0, .0316)|, .0252 on average, .062 at the 95th percentile.
        let equal: Vec<Judged> = near.iter().map(|item| judged(0.5, item.correct)).collect();
        let result = calibration(&equal).unwrap();
        assert!((result.by_chance.mean - 0.0252).abs() < 0.002, "{result:?}");
        assert!((result.by_chance.high - 0.062).abs() < 0.005, "{result:?}");
        // Nothing is left to chance where the scores are sure.
        let sure = calibration(&[judged(1.0, false); 30]).unwrap();
        assert_eq!((sure.ece, sure.by_chance.mean, sure.by_chance.high), (1.0, 0.0, 0.0));
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
