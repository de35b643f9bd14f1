//! Sequences packed under a token budget. Packs are filled in the order given; nothing is padded, so there is nothing
//! to gain from sorting, and a pack's neighbours change no result.

use std::ops::Range;

/// Cuts sequences of the given lengths into runs of at most `budget` tokens; a longer sequence is a run of its own.
pub fn runs(lengths: &[usize], budget: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (i, &length) in lengths.iter().enumerate() {
        if i > start && used + length > budget {
            found.push(start..i);
            (start, used) = (i, 0);
        }
        used += length;
    }
    if start < lengths.len() {
        found.push(start..lengths.len());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_keep_order_and_budget() {
        assert_eq!(runs(&[3, 3, 3, 9, 1], 6), [0..2, 2..3, 3..4, 4..5]);
        assert_eq!(runs(&[3, 3], 6), [Range { start: 0, end: 2 }]);
        assert!(runs(&[], 6).is_empty());
    }
}
