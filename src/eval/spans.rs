//! Matching predicted against gold spans of one kind in one sentence: exactly, or by overlap (at least one shared
//! character), always one to one, so that one long span cannot earn several hits.

use std::collections::HashMap;

use super::Counts;

/// Start and end, end exclusive.
pub type Extent = (usize, usize);

/// Which of the predicted spans have the very bounds of a gold span; a gold span serves once.
pub fn exact_hits(gold: &[Extent], predicted: &[Extent]) -> Vec<bool> {
    let mut free: HashMap<Extent, usize> = HashMap::new();
    gold.iter().for_each(|span| *free.entry(*span).or_default() += 1);
    let mut take = |span: &Extent| match free.get_mut(span) {
        Some(left) if *left > 0 => {
            *left -= 1;
            true
        }
        _ => false,
    };
    predicted.iter().map(&mut take).collect()
}

/// Counts exact matches.
pub fn exact(gold: &[Extent], predicted: &[Extent]) -> Counts {
    let correct = exact_hits(gold, predicted).into_iter().filter(|&hit| hit).count();
    Counts {
        correct,
        predicted: predicted.len(),
        gold: gold.len(),
    }
}

/// Counts overlapping pairs: from left to right, each predicted span takes the first free gold span it touches.
pub fn overlap(gold: &[Extent], predicted: &[Extent]) -> Counts {
    let (mut free, mut spans) = (gold.to_vec(), predicted.to_vec());
    free.sort_by_key(|&(start, end)| (end, start));
    spans.sort_by_key(|&(start, end)| (end, start));
    let mut correct = 0;
    for (start, end) in spans {
        if let Some(at) = free.iter().position(|other| start < other.1 && other.0 < end) {
            free.remove(at);
            correct += 1;
        }
    }
    Counts {
        correct,
        predicted: predicted.len(),
        gold: gold.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(correct: usize, predicted: usize, gold: usize) -> Counts {
        Counts {
            correct,
            predicted,
            gold,
        }
    }

    #[test]
    fn exact_needs_both_bounds() {
        assert_eq!(exact(&[(0, 4), (6, 9)], &[(0, 4), (6, 8), (0, 4)]), counts(1, 3, 2));
        assert_eq!(exact_hits(&[(0, 4)], &[(1, 4), (0, 4), (0, 4)]), [false, true, false]);
    }

    #[test]
    fn overlap_is_one_to_one() {
        assert_eq!(overlap(&[(0, 4), (6, 9)], &[(2, 7)]), counts(1, 1, 2));
        assert_eq!(overlap(&[(0, 9)], &[(0, 2), (3, 5)]), counts(1, 2, 1));
        assert_eq!(overlap(&[(0, 4), (6, 9)], &[(3, 7), (8, 12)]), counts(2, 2, 2));
        assert_eq!(overlap(&[(0, 4)], &[(4, 6)]), counts(0, 1, 1));
        assert_eq!(overlap(&[], &[]), counts(0, 0, 0));
    }
}
