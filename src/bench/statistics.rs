//! The few statistics that a benchmark needs. A median and its spread say more of repeated runs than a mean does: what
//! disturbs a run only ever slows it down.

use serde::{Deserialize, Serialize};

/// The quantile `p` (0 to 1) of `values`, interpolated linearly between the two nearest (type 7 of Hyndman & Fan 1996,
/// as in NumPy); `None` where there are no values.
pub fn quantile(values: &[f64], p: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = p.clamp(0.0, 1.0) * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    Some(sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64))
}

/// A figure over repeated runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The median.
    pub median: f64,
    /// The smallest.
    pub min: f64,
    /// The first quartile.
    pub q1: f64,
    /// The third quartile.
    pub q3: f64,
    /// The largest.
    pub max: f64,
    /// All of them, in the order of the runs.
    pub runs: Vec<f64>,
}

impl Spread {
    /// The spread of `runs`; `None` where there are none.
    pub fn of(runs: Vec<f64>) -> Option<Self> {
        let at = |p| quantile(&runs, p);
        Some(Self {
            median: at(0.5)?,
            min: at(0.0)?,
            q1: at(0.25)?,
            q3: at(0.75)?,
            max: at(1.0)?,
            runs,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_numpy() {
        let values = [7.0, 1.0, 3.0, 10.0];
        // numpy.quantile([7, 1, 3, 10], [0, 0.25, 0.5, 0.75, 0.95, 1])
        let want = [1.0, 2.5, 5.0, 7.75, 9.55, 10.0];
        for (p, want) in [0.0, 0.25, 0.5, 0.75, 0.95, 1.0].into_iter().zip(want) {
            let got = quantile(&values, p).unwrap();
            assert!((got - want).abs() < 1e-12, "{p}: {got}");
        }
        assert_eq!(quantile(&[4.0], 0.99), Some(4.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn a_spread_keeps_the_order_of_the_runs() {
        let spread = Spread::of(vec![3.0, 1.0, 2.0]).unwrap();
        assert_eq!((spread.min, spread.median, spread.max), (1.0, 2.0, 3.0));
        assert_eq!((spread.q1, spread.q3), (1.5, 2.5));
        assert_eq!(spread.runs, [3.0, 1.0, 2.0]);
        assert!(Spread::of(Vec::new()).is_none());
    }
}
