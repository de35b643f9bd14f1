//! What padding would waste: stellig packs sequences and pads none of them; engines that pad read each batch as if all
//! its sequences were as long as the longest.

use serde::{Deserialize, Serialize};

/// The share of positions that hold no token, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Padding {
    /// As stellig runs: always 0.
    pub packed: f64,
    /// In batches of at most as many positions, padded to their longest, in the order of the input.
    pub padded_in_order: f64,
    /// The same with all sequences sorted by length before.
    pub padded_sorted: f64,
}

impl Padding {
    /// What sequences of the given lengths would waste in batches of at most `budget` positions.
    pub fn of(lengths: &[usize], budget: usize) -> Self {
        let mut sorted = lengths.to_vec();
        sorted.sort_unstable();
        Self {
            packed: 0.0,
            padded_in_order: waste(lengths, budget),
            padded_sorted: waste(&sorted, budget),
        }
    }
}

/// Fills batches in order; a sequence longer than the budget is a batch of its own.
fn waste(lengths: &[usize], budget: usize) -> f64 {
    let (mut positions, mut count, mut longest) = (0, 0, 0);
    for &length in lengths {
        let wider = longest.max(length);
        if count > 0 && wider * (count + 1) > budget {
            positions += count * longest;
            (count, longest) = (0, 0);
        }
        count += 1;
        longest = longest.max(length);
    }
    positions += count * longest;
    let tokens: usize = lengths.iter().sum();
    if positions == 0 {
        return 0.0;
    }
    1.0 - tokens as f64 / positions as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_as_wide_as_their_longest() {
        // In order: (2, 8) = 16 positions, (2, 8) = 16. Sorted: (2, 2) = 4, (8, 8) = 16.
        let padding = Padding::of(&[2, 8, 2, 8], 16);
        assert_eq!(padding.packed, 0.0);
        assert_eq!(padding.padded_in_order, 1.0 - 20.0 / 32.0);
        assert_eq!(padding.padded_sorted, 0.0);
        // Too long for the budget: alone.
        assert_eq!(waste(&[3, 100], 16), 0.0);
        assert_eq!(waste(&[], 16), 0.0);
    }
}
