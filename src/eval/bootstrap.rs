//! Percentile bootstrap: draws the units (sentences or documents) anew with replacement a thousand times and reads
//! the 2.5th and 97.5th percentile of each statistic. The seed is fixed, so the same input gives the same interval.
//!
//! A draw may lack what a statistic is about (no entity, no sentence of a class): it is then undefined (NaN), and such a
//! draw says nothing of it. Another is drawn in its place; a zero would pull the interval down instead.

use serde::Serialize;

/// Number of resamples.
pub const RESAMPLES: usize = 1000;

/// Most draws, where some of them leave a statistic undefined.
const MOST_DRAWS: usize = 20 * RESAMPLES;

/// Below this number of documents, single sentences are drawn instead.
pub const FEWEST_DOCUMENTS: usize = 20;

const SEED: u64 = 20_260_101;

/// A 95% interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// 2.5th percentile.
    pub low: f64,
    /// 97.5th percentile.
    pub high: f64,
}

/// The intervals of `N` statistics. `statistics` gets the drawn indices of one resample, each below `units`, and gives
/// NaN for a statistic that is undefined there; 0 to 0 for one that always is.
pub fn intervals<const N: usize>(units: usize, mut statistics: impl FnMut(&[usize]) -> [f64; N]) -> [Interval; N] {
    let mut random = SplitMix64::new();
    let mut drawn = vec![0; units];
    let mut values = [const { Vec::new() }; N];
    for draw in 0..MOST_DRAWS {
        let done = |list: &Vec<f64>| list.len() == RESAMPLES || list.is_empty();
        if draw >= RESAMPLES && values.iter().all(done) {
            break;
        }
        drawn.fill_with(|| random.below(units));
        for (list, value) in values.iter_mut().zip(statistics(&drawn)) {
            if list.len() < RESAMPLES && !value.is_nan() {
                list.push(value);
            }
        }
    }
    values.map(|mut list| {
        list.sort_by(f64::total_cmp);
        Interval {
            low: percentile(&list, 0.025),
            high: percentile(&list, 0.975),
        }
    })
}

/// Linear interpolation between the two nearest ranks (numpy's default).
pub(super) fn percentile(sorted: &[f64], share: f64) -> f64 {
    let position = share * (sorted.len().max(1) - 1) as f64;
    let (below, above) = (position.floor() as usize, position.ceil() as usize);
    match (sorted.get(below), sorted.get(above)) {
        (Some(low), Some(high)) => low + (high - low) * position.fract(),
        _ => 0.0,
    }
}

/// Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators".
pub(super) struct SplitMix64(u64);

impl SplitMix64 {
    /// The same numbers each time.
    pub(super) fn new() -> Self {
        Self(SEED)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to but not including 1, in steps of 2^-53.
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// A number below `bound`, by multiplication (Lemire 2019); the bias is below 2^-32 for any corpus.
    fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generator_follows_its_reference() {
        // First outputs for seed 1234567, from the authors' reference implementation.
        let mut random = SplitMix64(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn intervals_repeat_and_fit_the_normal_approximation() {
        // 400 coin flips, half of them heads: 0.5 +- 1.96 * sqrt(0.25 / 400) = 0.451 .. 0.549
        let mean = |drawn: &[usize]| [drawn.iter().filter(|&&unit| unit % 2 == 0).count() as f64 / 400.0];
        let [first] = intervals(400, mean);
        let [second] = intervals(400, mean);
        assert_eq!(first, second);
        assert!(
            (first.low - 0.451).abs() < 0.006 && (first.high - 0.549).abs() < 0.006,
            "{first:?}"
        );
    }

    #[test]
    fn draws_that_say_nothing_are_drawn_again() {
        // One item in 50 units, always right: a third of the draws lack it.
        let mut calls = 0;
        let [always, never] = intervals(50, |drawn| {
            calls += 1;
            [if drawn.contains(&7) { 1.0 } else { f64::NAN }, f64::NAN]
        });
        assert_eq!((always.low, always.high), (1.0, 1.0));
        assert_eq!((never.low, never.high), (0.0, 0.0));
        assert!((1400..1800).contains(&calls), "{calls}");
    }

    #[test]
    fn percentiles_interpolate() {
        assert_eq!(percentile(&[1.0, 2.0, 3.0, 4.0], 0.5), 2.5);
        assert_eq!(percentile(&[7.0], 0.975), 7.0);
        assert_eq!(percentile(&[], 0.5), 0.0);
    }
}
