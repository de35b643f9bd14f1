//! The best label sequence that is legal in its scheme, and how probable exactly each of its spans is. The probability
//! is the exact marginal under the same constraint (forward-backward), so a span's score counts every legal sequence
//! that holds it.

use std::ops::Range;

use super::rows::Rows;
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

/// Decodes sentences of one scheme.
#[derive(Debug, Clone)]
pub struct Decoder {
    scheme: Scheme,
    /// For each label: those that may stand before it, and whether it goes on with their span.
    before: Vec<Vec<(usize, bool)>>,
    /// For each label: those that may stand after it, and whether they go on with its span.
    after: Vec<Vec<(usize, bool)>>,
    /// Whether a sentence may begin with the label.
    first: Vec<bool>,
    /// Whether a sentence may end with the label.
    last: Vec<bool>,
}

impl Decoder {
    /// Works out which labels may follow which.
    pub fn new(scheme: Scheme) -> Self {
        let labels = 0..scheme.len();
        let legal = |a: usize, b: usize| scheme.legal(Some(a), Some(b));
        let pairs = |b| {
            let before = labels.clone().filter(move |&a| legal(a, b));
            before.map(|a| (a, scheme.continues(a, b))).collect()
        };
        let followers = |a| {
            let after = labels.clone().filter(move |&b| legal(a, b));
            after.map(|b| (b, scheme.continues(a, b))).collect()
        };
        Self {
            before: labels.clone().map(pairs).collect(),
            after: labels.clone().map(followers).collect(),
            first: labels.clone().map(|b| scheme.legal(None, Some(b))).collect(),
            last: labels.map(|a| scheme.legal(Some(a), None)).collect(),
            scheme,
        }
    }

    /// The scheme.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// The spans of one sentence, whose rows hold one probability per label of the scheme.
    pub fn decode(&self, probabilities: &Rows) -> Vec<ScoredSpan> {
        self.score(probabilities, &self.viterbi(probabilities))
    }

    /// The spans that `best`, a legal label for each word, holds, each with its probability.
    pub fn score(&self, probabilities: &Rows, best: &[usize]) -> Vec<ScoredSpan> {
        let spans = self.spans(best);
        if spans.is_empty() {
            return Vec::new();
        }
        let lattice = Lattice::new(self, probabilities);
        let scored = spans.into_iter().map(|(words, kind)| ScoredSpan {
            score: lattice.score(kind, words.clone()),
            words,
            kind,
        });
        scored.collect()
    }

    /// The words and the type of each span that a label sequence holds.
    pub fn spans(&self, best: &[usize]) -> Vec<(Range<usize>, usize)> {
        let mut spans: Vec<(Range<usize>, usize)> = Vec::new();
        for (w, &label) in best.iter().enumerate() {
            let Some(kind) = self.scheme.kind(label) else { continue };
            match spans.last_mut() {
                Some((words, _)) if w > 0 && self.scheme.continues(best[w - 1], label) => words.end = w + 1,
                _ => spans.push((w..w + 1, kind)),
            }
        }
        spans
    }

    /// The legal label sequence with the largest product of probabilities; of equals, the one with the lower labels.
    pub fn viterbi(&self, probabilities: &Rows) -> Vec<usize> {
        let labels = self.scheme.len();
        let mut score = vec![0.0; labels];
        let mut from: Vec<Vec<usize>> = Vec::with_capacity(probabilities.len());
        for (w, row) in probabilities.iter().enumerate() {
            let mut next = vec![f64::NEG_INFINITY; labels];
            let mut back = vec![0; labels];
            for l in 0..labels {
                let own = row[l].max(f64::MIN_POSITIVE).ln();
                if w == 0 {
                    if self.first[l] {
                        next[l] = own;
                    }
                    continue;
                }
                for &(previous, _) in &self.before[l] {
                    if score[previous] + own > next[l] {
                        next[l] = score[previous] + own;
                        back[l] = previous;
                    }
                }
            }
            score = next;
            from.push(back);
        }
        let ends = (0..labels).filter(|&l| self.last[l]);
        let best = ends.reduce(|best, l| if score[l] > score[best] { l } else { best });
        let mut label = best.unwrap_or(0);
        let mut sequence = vec![0; from.len()];
        for w in (0..from.len()).rev() {
            sequence[w] = label;
            label = from[w][label];
        }
        sequence
    }
}

/// A probability above 0. A model that is wholly sure of labels that are not legal together would leave no legal sequence any, and a
/// score would be no number.
fn floored(probability: f64) -> f64 {
    const LEAST: f64 = 1e-150;
    probability.max(LEAST)
}

/// Forward and backward sums over all legal sequences, scaled at each word so that nothing underflows.
struct Lattice<'a> {
    decoder: &'a Decoder,
    probabilities: &'a Rows,
    /// Per word and label: share of all legal beginnings that end in this label.
    forward: Vec<Vec<f64>>,
    /// Per word and label: sum over all legal endings after this label, scaled so that `forward * backward` is the
    /// probability of the label at the word.
    backward: Vec<Vec<f64>>,
    /// What each word's forward sums were divided by.
    scale: Vec<f64>,
}

impl<'a> Lattice<'a> {
    fn new(decoder: &'a Decoder, probabilities: &'a Rows) -> Self {
        let (words, labels) = (probabilities.len(), decoder.scheme.len());
        let mut forward: Vec<Vec<f64>> = Vec::with_capacity(words);
        let mut scale = Vec::with_capacity(words);
        for (w, row) in probabilities.iter().enumerate() {
            let into = |l: usize| match w {
                0 => f64::from(u8::from(decoder.first[l])),
                _ => decoder.before[l].iter().map(|&(p, _)| forward[w - 1][p]).sum(),
            };
            let mut sums: Vec<f64> = (0..labels).map(|l| into(l) * floored(row[l])).collect();
            if w + 1 == words {
                sums.iter_mut()
                    .zip(&decoder.last)
                    .for_each(|(sum, &may)| *sum *= f64::from(u8::from(may)));
            }
            let total = sums.iter().sum::<f64>().max(f64::MIN_POSITIVE);
            sums.iter_mut().for_each(|sum| *sum /= total);
            forward.push(sums);
            scale.push(total);
        }
        let end = decoder.last.iter().map(|&may| f64::from(u8::from(may)));
        let mut backward = vec![end.collect::<Vec<f64>>(); words];
        for w in (0..words.saturating_sub(1)).rev() {
            let row = &probabilities[w + 1];
            let on = |l: usize| {
                decoder.after[l]
                    .iter()
                    .map(|&(n, _)| floored(row[n]) * backward[w + 1][n])
                    .sum::<f64>()
            };
            backward[w] = (0..labels).map(|l| on(l) / scale[w + 1]).collect();
        }
        Self {
            decoder,
            probabilities,
            forward,
            backward,
            scale,
        }
    }

    /// Probability of exactly this span: it opens here, goes on to its end, and no further.
    fn score(&self, kind: usize, words: Range<usize>) -> f64 {
        let Decoder {
            scheme, before, after, ..
        } = self.decoder;
        let own: Vec<usize> = (0..scheme.len()).filter(|&l| scheme.kind(l) == Some(kind)).collect();
        let mut mass = vec![0.0; scheme.len()];
        for w in words.clone() {
            let into = |l: usize| -> f64 {
                if w > words.start {
                    before[l]
                        .iter()
                        .filter(|(_, goes_on)| *goes_on)
                        .map(|&(p, _)| mass[p])
                        .sum()
                } else if w == 0 {
                    f64::from(u8::from(self.decoder.first[l]))
                } else {
                    let opening = before[l].iter().filter(|(_, goes_on)| !goes_on);
                    opening.map(|&(p, _)| self.forward[w - 1][p]).sum()
                }
            };
            let mut next = vec![0.0; scheme.len()];
            for &l in &own {
                next[l] = into(l) * floored(self.probabilities[w][l]) / self.scale[w];
            }
            mass = next;
        }
        let out = |l: usize| -> f64 {
            if words.end == self.probabilities.len() {
                return f64::from(u8::from(self.decoder.last[l]));
            }
            let row = &self.probabilities[words.end];
            let leaving = after[l].iter().filter(|(_, goes_on)| !goes_on);
            leaving
                .map(|&(n, _)| floored(row[n]) * self.backward[words.end][n])
                .sum::<f64>()
                / self.scale[words.end]
        };
        own.iter().map(|&l| mass[l] * out(l)).sum::<f64>().clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(names: &str) -> Vec<String> {
        names.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn an_inside_without_its_begin_is_never_given() {
        let decoder = Decoder::new(Scheme::iob2(&labels("O B-PER I-PER B-LOC I-LOC")).unwrap());
        // Greedy would read O I-LOC; the best legal sequence opens the span at one of the two words.
        let rows = Rows::of_values(vec![0.6, 0.0, 0.0, 0.4, 0.0, 0.1, 0.05, 0.05, 0.1, 0.7], 5);
        assert_eq!(decoder.viterbi(&rows), [3, 4]);
        assert_eq!(decoder.decode(&rows)[0].words, 0..2);
        assert!(decoder.decode(&Rows::of_values(Vec::new(), 5)).is_empty());
    }

    #[test]
    fn scores_are_numbers_where_no_legal_labels_have_a_chance() {
        let decoder = Decoder::new(Scheme::iob2(&labels("O B I")).unwrap());
        let sure = [
            [1.0, 0.0, 0.0],
            [0.0, 0.0, 1.0],
            [1.0, 0.0, 0.0],
            [0.0, 1e-320, 1.0],
            [0.0, 0.0, 1.0],
        ];
        let found = decoder.decode(&Rows::of_values(sure.concat(), 3));
        assert!(!found.is_empty());
        assert!(found.iter().all(|span| (0.0..=1.0).contains(&span.score)), "{found:?}");
    }

    /// The spans that a sequence of labels holds.
    fn spans(scheme: &Scheme, sequence: &[usize]) -> Vec<(usize, Range<usize>)> {
        let mut found: Vec<(usize, Range<usize>)> = Vec::new();
        for (w, &label) in sequence.iter().enumerate() {
            let Some(kind) = scheme.kind(label) else { continue };
            match found.last_mut() {
                Some((_, words)) if w > 0 && scheme.continues(sequence[w - 1], label) => words.end = w + 1,
                _ => found.push((kind, w..w + 1)),
            }
        }
        found
    }

    /// All legal sequences with their probabilities, the slow way.
    fn sequences(scheme: &Scheme, rows: &[Vec<f64>]) -> Vec<(Vec<usize>, f64)> {
        let mut all = vec![(Vec::new(), 1.0)];
        for row in rows {
            let longer = |(sequence, p): &(Vec<usize>, f64)| {
                let next = (0..row.len()).filter(|&l| scheme.legal(sequence.last().copied(), Some(l)));
                next.map(|l| ([sequence.as_slice(), &[l]].concat(), p * row[l]))
                    .collect::<Vec<_>>()
            };
            all = all.iter().flat_map(longer).collect();
        }
        all.retain(|(sequence, _)| scheme.legal(sequence.last().copied(), None));
        all
    }

    fn check(scheme: Scheme, raw: Vec<Vec<f64>>) -> Result<(), TestCaseError> {
        let share = |row: Vec<f64>| {
            let row = &row[..scheme.len()];
            row.iter().map(|x| x / row.iter().sum::<f64>()).collect::<Vec<f64>>()
        };
        let rows: Vec<Vec<f64>> = raw.into_iter().map(share).collect();
        let all = sequences(&scheme, &rows);
        let total: f64 = all.iter().map(|(_, p)| p).sum();
        let best = all.iter().map(|(_, p)| *p).fold(0.0, f64::max);
        let decoder = Decoder::new(scheme);
        let flat = Rows::of_values(rows.concat(), decoder.scheme().len());
        let found = decoder.viterbi(&flat);
        let reached = all.iter().find(|(sequence, _)| *sequence == found).map(|(_, p)| *p);
        prop_assert!((reached.unwrap() - best).abs() < 1e-12);
        let decoded = decoder.decode(&flat);
        prop_assert_eq!(decoded.len(), spans(decoder.scheme(), &found).len());
        for span in decoded {
            let holds =
                |sequence: &[usize]| spans(decoder.scheme(), sequence).contains(&(span.kind, span.words.clone()));
            let mass: f64 = all.iter().filter(|(sequence, _)| holds(sequence)).map(|(_, p)| p).sum();
            prop_assert!(
                (span.score - mass / total).abs() < 1e-9,
                "{} {}",
                span.score,
                mass / total
            );
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn scores_are_the_exact_marginals(raw in prop::collection::vec(prop::collection::vec(0.01f64..1.0, 9), 1..5)) {
            check(Scheme::iob2(&labels("O B-PER I-PER B-LOC I-LOC")).unwrap(), raw.clone())?;
            for names in ["O B-PER I-PER B-LOC I-LOC", "O B-P I-P L-P U-P B-L I-L L-L U-L", "O PER LOC", "I-PER I-LOC", "O I-P E-P",
                "O B-P I-P E-P B-L I-L"] {
                check(Scheme::guess(&labels(names)), raw.clone())?;
            }
        }
    }
}
