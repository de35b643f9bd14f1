//! The best IOB2 sequence that is legal (an I- only after its own B- or I-), and how probable exactly each of its spans
//! is. The probability is the exact marginal under the same constraint (forward-backward), so a span's score counts
//! every legal sequence that holds it.

use std::ops::Range;

use super::scheme::Scheme;

/// A span of words, the number of its type in the scheme, and its probability.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredSpan {
    /// Words `start..end` of the sentence.
    pub words: Range<usize>,
    /// Place in [`Scheme::kinds`].
    pub kind: usize,
    /// Probability that exactly this span with this type is right.
    pub score: f64,
}

/// Decodes one sentence. `probabilities[w]` holds one probability per label of the scheme.
pub fn decode(scheme: &Scheme, probabilities: &[Vec<f64>]) -> Vec<ScoredSpan> {
    let best = viterbi(scheme, probabilities);
    let lattice = Lattice::new(scheme, probabilities);
    let mut spans = Vec::new();
    let mut w = 0;
    while w < best.len() {
        let Some(kind) = scheme.kinds.iter().position(|kind| kind.begin == best[w]) else {
            w += 1;
            continue;
        };
        let start = w;
        w += 1;
        while w < best.len() && best[w] == scheme.kinds[kind].inside {
            w += 1;
        }
        spans.push(ScoredSpan {
            words: start..w,
            kind,
            score: lattice.score(kind, start..w),
        });
    }
    spans
}

/// The legal label sequence with the largest product of probabilities; of equals, the one with the lower labels.
pub fn viterbi(scheme: &Scheme, probabilities: &[Vec<f64>]) -> Vec<usize> {
    let labels = scheme.len();
    // opener[l]: for an I label, the B label of its type.
    let mut opener = vec![None; labels];
    for kind in &scheme.kinds {
        opener[kind.inside] = Some(kind.begin);
    }
    let mut score = vec![0.0; labels];
    let mut from: Vec<Vec<usize>> = Vec::with_capacity(probabilities.len());
    for (w, row) in probabilities.iter().enumerate() {
        let free = (1..labels).fold(0, |best, l| if score[l] > score[best] { l } else { best });
        let mut next = vec![f64::NEG_INFINITY; labels];
        let mut back = vec![0; labels];
        for l in 0..labels {
            let previous = match opener[l] {
                Some(_) if w == 0 => continue,
                Some(begin) => {
                    if score[l] > score[begin] {
                        l
                    } else {
                        begin
                    }
                }
                None => free,
            };
            back[l] = previous;
            next[l] = if w == 0 { 0.0 } else { score[previous] } + row[l].max(f64::MIN_POSITIVE).ln();
        }
        score = next;
        from.push(back);
    }
    let Some(last) = from.len().checked_sub(1) else {
        return Vec::new();
    };
    let mut label = (1..labels).fold(0, |best, l| if score[l] > score[best] { l } else { best });
    let mut sequence = vec![0; from.len()];
    for w in (0..=last).rev() {
        sequence[w] = label;
        label = from[w][label];
    }
    sequence
}

/// Forward and backward sums over all legal sequences, scaled at each word so that nothing underflows.
struct Lattice<'a> {
    scheme: &'a Scheme,
    probabilities: &'a [Vec<f64>],
    /// Sum over all legal beginnings before word `w`, divided by the scales of the words before `w`.
    before: Vec<f64>,
    /// Per word and label: sum over all legal endings after word `w` that carries this label, scaled likewise.
    after: Vec<Vec<f64>>,
    scale: Vec<f64>,
}

impl<'a> Lattice<'a> {
    fn new(scheme: &'a Scheme, probabilities: &'a [Vec<f64>]) -> Self {
        let words = probabilities.len();
        let labels = scheme.len();
        let mut before = vec![1.0; words + 1];
        let mut scale = vec![1.0; words];
        let mut forward = vec![0.0; labels];
        for (w, row) in probabilities.iter().enumerate() {
            let mut next = vec![0.0; labels];
            next[scheme.outside] = before[w] * row[scheme.outside];
            for kind in &scheme.kinds {
                next[kind.begin] = before[w] * row[kind.begin];
                next[kind.inside] = (forward[kind.begin] + forward[kind.inside]) * row[kind.inside];
            }
            scale[w] = next.iter().sum::<f64>().max(f64::MIN_POSITIVE);
            next.iter_mut().for_each(|value| *value /= scale[w]);
            before[w + 1] = next.iter().sum();
            forward = next;
        }
        let mut after = vec![vec![1.0; labels]; words];
        for w in (0..words.saturating_sub(1)).rev() {
            let row = &probabilities[w + 1];
            let free = Self::free(scheme, row, &after[w + 1]);
            let mut sums = vec![free; labels];
            for kind in &scheme.kinds {
                let on = row[kind.inside] * after[w + 1][kind.inside];
                sums[kind.begin] += on;
                sums[kind.inside] += on;
            }
            sums.iter_mut().for_each(|value| *value /= scale[w + 1]);
            after[w] = sums;
        }
        Self {
            scheme,
            probabilities,
            before,
            after,
            scale,
        }
    }

    /// The ways to go on that continue no span.
    fn free(scheme: &Scheme, row: &[f64], after: &[f64]) -> f64 {
        row[scheme.outside] * after[scheme.outside]
            + scheme
                .kinds
                .iter()
                .map(|kind| row[kind.begin] * after[kind.begin])
                .sum::<f64>()
    }

    /// Probability of exactly this span.
    fn score(&self, kind: usize, words: Range<usize>) -> f64 {
        let kind = &self.scheme.kinds[kind];
        let mut score = self.before[words.start];
        for w in words.clone() {
            let label = if w == words.start { kind.begin } else { kind.inside };
            score *= self.probabilities[w][label] / self.scale[w];
        }
        if let Some(row) = self.probabilities.get(words.end) {
            score *= Self::free(self.scheme, row, &self.after[words.end]) / self.scale[words.end];
        }
        score.clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scheme(kinds: &[&str]) -> Scheme {
        let mut labels = vec!["O".to_owned()];
        for kind in kinds {
            labels.extend([format!("B-{kind}"), format!("I-{kind}")]);
        }
        Scheme::read(&labels).unwrap()
    }

    #[test]
    fn an_inside_without_its_begin_is_never_given() {
        let scheme = scheme(&["PER", "LOC"]);
        // Greedy would read O I-LOC; the best legal sequence opens the span at one of the two words.
        let rows = vec![vec![0.6, 0.0, 0.0, 0.4, 0.0], vec![0.1, 0.05, 0.05, 0.1, 0.7]];
        assert_eq!(viterbi(&scheme, &rows), [3, 4]);
        assert_eq!(decode(&scheme, &rows)[0].words, 0..2);
        assert!(decode(&scheme, &[]).is_empty());
    }

    /// All legal sequences, the slow way.
    fn sequences(scheme: &Scheme, rows: &[Vec<f64>]) -> Vec<(Vec<usize>, f64)> {
        let mut all = vec![(Vec::new(), 1.0)];
        for row in rows {
            let mut next = Vec::new();
            for (sequence, p) in &all {
                for (label, own) in row.iter().enumerate() {
                    let previous: Option<&usize> = sequence.last();
                    let legal = scheme.kinds.iter().all(|kind| {
                        label != kind.inside || previous == Some(&kind.begin) || previous == Some(&kind.inside)
                    });
                    if legal {
                        let mut longer = sequence.clone();
                        longer.push(label);
                        next.push((longer, p * own));
                    }
                }
            }
            all = next;
        }
        all
    }

    proptest! {
        #[test]
        fn scores_are_the_exact_marginals(raw in prop::collection::vec(prop::collection::vec(0.01f64..1.0, 5), 1..6)) {
            let scheme = scheme(&["PER", "LOC"]);
            let rows: Vec<Vec<f64>> = raw.into_iter().map(|row| {
                let sum: f64 = row.iter().sum();
                row.into_iter().map(|x| x / sum).collect()
            }).collect();
            let all = sequences(&scheme, &rows);
            let total: f64 = all.iter().map(|(_, p)| p).sum();
            let best = all.iter().map(|(_, p)| *p).fold(0.0, f64::max);
            let found = viterbi(&scheme, &rows);
            let reached = all.iter().find(|(sequence, _)| *sequence == found).map(|(_, p)| *p);
            prop_assert!((reached.unwrap() - best).abs() < 1e-12);
            for span in decode(&scheme, &rows) {
                let kind = &scheme.kinds[span.kind];
                let holds = |sequence: &[usize]| {
                    sequence[span.words.start] == kind.begin
                        && sequence[span.words.start + 1..span.words.end].iter().all(|&l| l == kind.inside)
                        && sequence.get(span.words.end) != Some(&kind.inside)
                };
                let mass: f64 = all.iter().filter(|(sequence, _)| holds(sequence)).map(|(_, p)| p).sum();
                prop_assert!((span.score - mass / total).abs() < 1e-9, "{} {}", span.score, mass / total);
            }
        }
    }
}
