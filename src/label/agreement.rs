//! The mentions of a name in one article speak for each other: a name that one sentence leaves open is told by the others
//! (one sense per discourse, Gale, Church and Yarowsky 1992; Krishnan and Manning 2006 for entities). It works on what the
//! encoder found in its one pass, reads nothing but the article itself, and leaves a name that stands once as it is.

use std::collections::HashMap;

use serde::Deserialize;

use super::Decoder;

/// The least probability that a mention's own type is taken to have, so that no single mention outvotes all others.
const FLOOR: f64 = 1e-2;
/// The same for mentions that are whole names.
const NAME_FLOOR: f64 = 1e-3;
/// The type whose mentions of several words speak for their last word alone: "Karim Osman" for "Osman".
const PERSON: &str = "PER";
/// A word shorter than this is never taken for a genitive.
const SHORTEST_GENITIVE: usize = 5;

/// How much the mentions of a name decide together, fitted on dev data.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// The share of the others' voice among very many mentions, 0 to 1.
    pub share: f64,
    /// The number of other mentions at which their voice has half of that share.
    pub prior: f64,
    /// How many sentences away a mention is still heard. An article is shorter; a book or a file of many articles is not.
    pub reach: usize,
}

/// One sentence: its words, and for each the probability of every label of the decoder's scheme.
#[derive(Debug)]
pub struct Sentence<'t> {
    /// As they stand in the text.
    pub words: Vec<&'t str>,
    /// `[words][labels]`.
    pub rows: Vec<Vec<f64>>,
}

/// A word (and the words behind it) of a sentence.
type Place = (usize, std::ops::Range<usize>);

impl Agreement {
    /// Whether it can be used.
    pub fn is_sound(&self) -> bool {
        (0.0..=1.0).contains(&self.share) && self.prior.is_finite() && self.prior >= 0.0
    }

    /// Lets the words and then the names of an article agree: changes `rows` and gives each sentence's best labels.
    pub fn settle(&self, decoder: &Decoder, article: &mut [Sentence<'_>]) -> Vec<Vec<usize>> {
        self.settle_words(decoder, article);
        let mut best: Vec<Vec<usize>> = article.iter().map(|sentence| decoder.viterbi(&sentence.rows)).collect();
        for sentence in self.settle_names(decoder, article, &best) {
            best[sentence] = decoder.viterbi(&article[sentence].rows);
        }
        best
    }

    /// The same word with a capital, wherever it stands: is it a name at all, and of what?
    fn settle_words(&self, decoder: &Decoder, article: &mut [Sentence<'_>]) {
        let mut mentions: HashMap<String, Vec<Place>> = HashMap::new();
        for (s, sentence) in article.iter().enumerate() {
            for (w, word) in sentence.words.iter().enumerate() {
                if word.starts_with(char::is_uppercase) {
                    mentions.entry(word.to_lowercase()).or_default().push((s, w..w + 1));
                }
            }
        }
        // "Osmans" and "Osman's" speak with "Osman", where that stands too.
        let genitives: Vec<(String, String)> = mentions
            .keys()
            .filter_map(|word| Some((word.clone(), nominative(word)?.to_owned())))
            .filter(|(_, name)| mentions.contains_key(name) && nominative(name).is_none())
            .collect();
        for (genitive, name) in genitives {
            let places = mentions.remove(&genitive).unwrap_or_default();
            let all = mentions.entry(name).or_default();
            all.extend(places);
            all.sort_unstable_by_key(|(s, words)| (*s, words.start));
        }
        for places in mentions.into_values().filter(|places| places.len() > 1) {
            let voices = places
                .iter()
                .map(|(s, words)| voice(decoder, &article[*s].rows[words.clone()], FLOOR, true));
            let moves = self.moves(&places, &voices.collect::<Vec<_>>());
            for (place, moved) in places.iter().zip(moves) {
                shift(decoder, article, place, &moved);
            }
        }
    }

    /// The same name as a whole, and a person's last name with the full one: of what is it? Gives the sentences that changed.
    fn settle_names(&self, decoder: &Decoder, article: &mut [Sentence<'_>], best: &[Vec<usize>]) -> Vec<usize> {
        let person = decoder.scheme().kinds.iter().position(|kind| kind == PERSON);
        let mut names: HashMap<Vec<String>, Vec<Place>> = HashMap::new();
        let mut persons: HashMap<String, Vec<Place>> = HashMap::new();
        for (s, (sentence, best)) in article.iter().zip(best).enumerate() {
            for (words, kind) in decoder.spans(best) {
                let name: Vec<String> = sentence.words[words.clone()]
                    .iter()
                    .map(|word| word.to_lowercase())
                    .collect();
                if let (Some(last), true) = (name.last(), name.len() > 1 && Some(kind) == person) {
                    persons.entry(last.clone()).or_default().push((s, words.clone()));
                }
                names.entry(name).or_default().push((s, words));
            }
        }
        let voice = |(s, words): &Place| voice(decoder, &article[*s].rows[words.clone()], NAME_FLOOR, false);
        let mut moves: Vec<(Place, Vec<f64>)> = Vec::new();
        for (name, places) in names {
            let full = match name.as_slice() {
                [last] => persons.get(last).map_or(&[][..], Vec::as_slice),
                _ => &[],
            };
            let own = places.len();
            let mut all: Vec<(Place, bool)> = places.into_iter().map(|place| (place, true)).collect();
            all.extend(full.iter().map(|place| (place.clone(), false)));
            if all.len() < 2 {
                continue;
            }
            if own < all.len() {
                all.sort_unstable_by_key(|((s, words), _)| (*s, words.start));
            }
            let (all, own): (Vec<Place>, Vec<bool>) = all.into_iter().unzip();
            let moved = self.moves(&all, &all.iter().map(voice).collect::<Vec<_>>());
            moves.extend(
                all.into_iter()
                    .zip(moved)
                    .zip(own)
                    .filter_map(|(moved, own)| own.then_some(moved)),
            );
        }
        for (place, moved) in &moves {
            shift(decoder, article, place, moved);
        }
        let mut changed: Vec<usize> = moves.into_iter().map(|((s, _), _)| s).collect();
        changed.sort_unstable();
        changed.dedup();
        changed
    }

    /// How far each mention's log-probabilities move towards the mean of all others within reach; mentions in the order of
    /// the text.
    fn moves(&self, places: &[Place], voices: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let kinds = voices.first().map_or(0, Vec::len);
        // sums[m][k]: over the voices before mention m.
        let mut sums = vec![vec![0.0; kinds]];
        for voice in voices {
            let next = sums[sums.len() - 1]
                .iter()
                .zip(voice)
                .map(|(sum, own)| sum + own)
                .collect();
            sums.push(next);
        }
        let moved = |((s, _), own): (&Place, &Vec<f64>)| {
            let from = places.partition_point(|(other, _)| other + self.reach < *s);
            let to = places.partition_point(|(other, _)| *other <= s + self.reach);
            let others = (to - from - 1) as f64;
            if others == 0.0 {
                return vec![0.0; kinds];
            }
            let weight = self.share * others / (others + self.prior);
            let towards = |k: usize| weight * ((sums[to][k] - sums[from][k] - own[k]) / others - own[k]);
            (0..kinds).map(towards).collect()
        };
        places.iter().zip(voices).map(moved).collect()
    }
}

/// A genitive without its ending.
fn nominative(word: &str) -> Option<&str> {
    let name = word.strip_suffix('s')?;
    let name = name.strip_suffix(['\'', '\u{2019}']).unwrap_or(name);
    (word.chars().count() >= SHORTEST_GENITIVE).then_some(name)
}

/// The mean over words of the log-probability of each type and, with `outside`, of being no name, which comes last.
fn voice(decoder: &Decoder, rows: &[Vec<f64>], floor: f64, outside: bool) -> Vec<f64> {
    let scheme = decoder.scheme();
    let kinds = scheme.kinds.len();
    let mut means = vec![0.0; kinds + usize::from(outside)];
    for row in rows {
        let mut sums = vec![0.0; kinds + 1];
        for (label, p) in row.iter().enumerate() {
            sums[scheme.kind(label).unwrap_or(kinds)] += p;
        }
        for (mean, sum) in means.iter_mut().zip(sums) {
            *mean += (sum + floor).ln() / rows.len() as f64;
        }
    }
    if !outside {
        let total = means.iter().map(|mean| mean.exp()).sum::<f64>().ln();
        means.iter_mut().for_each(|mean| *mean -= total);
    }
    means
}

/// Adds to the log-probabilities of the labels of each type, at every word of the place; what stays outside the types is
/// moved where `moved` says so. Rows stay distributions.
fn shift(decoder: &Decoder, article: &mut [Sentence<'_>], (s, words): &Place, moved: &[f64]) {
    let scheme = decoder.scheme();
    for row in &mut article[*s].rows[words.clone()] {
        for (label, p) in row.iter_mut().enumerate() {
            let kind = scheme.kind(label).unwrap_or(scheme.kinds.len());
            *p *= moved.get(kind).map_or(1.0, |by| by.exp());
        }
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|p| *p /= sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::Scheme;

    const LABELS: [&str; 5] = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"];
    const AGREEMENT: Agreement = Agreement {
        share: 0.8,
        prior: 1.0,
        reach: 3,
    };

    fn decoder() -> Decoder {
        Decoder::new(Scheme::iob2(&LABELS.map(str::to_owned)).unwrap())
    }

    /// A row with `p` on `label` and the rest spread evenly.
    fn row(label: &str, p: f64) -> Vec<f64> {
        LABELS
            .iter()
            .map(|own| if *own == label { p } else { (1.0 - p) / 4.0 })
            .collect()
    }

    fn sentence<'t>(words: &[(&'t str, &str, f64)]) -> Sentence<'t> {
        Sentence {
            words: words.iter().map(|(word, ..)| *word).collect(),
            rows: words.iter().map(|(_, label, p)| row(label, *p)).collect(),
        }
    }

    fn labels(article: &mut [Sentence<'_>]) -> Vec<Vec<&'static str>> {
        let best = AGREEMENT.settle(&decoder(), article);
        for row in article.iter().flat_map(|sentence| &sentence.rows) {
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
        best.iter()
            .map(|best| best.iter().map(|&label| LABELS[label]).collect())
            .collect()
    }

    #[test]
    fn a_doubtful_mention_follows_the_sure_ones() {
        let mut article = [
            sentence(&[("Osman", "B-PER", 0.98), ("vertrok", "O", 0.99)]),
            sentence(&[("OSMAN", "B-LOC", 0.6)]),
            sentence(&[("Osman", "O", 0.5), ("zweeg", "O", 0.99)]),
            sentence(&[("Osmans", "B-LOC", 0.3), ("brief", "O", 0.99)]),
        ];
        assert_eq!(
            labels(&mut article),
            [
                vec!["B-PER", "O"],
                vec!["B-PER"],
                vec!["B-PER", "O"],
                vec!["B-PER", "O"]
            ]
        );
    }

    #[test]
    fn a_full_name_speaks_for_the_last_one() {
        let alone = [
            sentence(&[("Karim", "B-PER", 0.99), ("Osman", "I-PER", 0.55)]),
            sentence(&[("Osman", "B-LOC", 0.7)]),
        ];
        let [mut full, mut last] = alone;
        assert_eq!(labels(std::slice::from_mut(&mut last)), [["B-LOC"]]);
        full.rows[1] = row("I-PER", 0.99);
        assert_eq!(labels(&mut [full, sentence(&[("Osman", "B-LOC", 0.7)])])[1], ["B-PER"]);
    }

    #[test]
    fn one_mention_and_plain_words_stay_as_they_are() {
        let mut article = [
            sentence(&[("Zweden", "B-LOC", 0.6), ("won", "O", 0.9)]),
            sentence(&[("won", "B-LOC", 0.6)]),
        ];
        let before: Vec<Vec<Vec<f64>>> = article.iter().map(|sentence| sentence.rows.clone()).collect();
        assert_eq!(labels(&mut article), [vec!["B-LOC", "O"], vec!["B-LOC"]]);
        for (sentence, before) in article.iter().zip(&before) {
            assert_eq!(&sentence.rows, before);
        }
    }

    #[test]
    fn sure_mentions_that_differ_both_stand() {
        let mut article = [
            sentence(&[("Washington", "B-PER", 0.999)]),
            sentence(&[("Washington", "B-LOC", 0.999)]),
        ];
        assert_eq!(labels(&mut article), [["B-PER"], ["B-LOC"]]);
    }

    #[test]
    fn a_mention_out_of_reach_is_not_heard() {
        let plain = || sentence(&[("daarna", "O", 0.99)]);
        let name = |label, p| sentence(&[("Osman", label, p)]);
        let near = &mut [name("B-LOC", 0.5), plain(), name("B-PER", 0.98)];
        assert_eq!(labels(near)[0], ["B-PER"]);
        let far = &mut [name("B-LOC", 0.5), plain(), plain(), plain(), name("B-PER", 0.98)];
        assert_eq!(labels(far)[0], ["B-LOC"]);
        assert_eq!(far[0].rows[0], row("B-LOC", 0.5));
    }

    #[test]
    fn a_genitive_loses_its_ending() {
        assert_eq!(nominative("osmans"), Some("osman"));
        assert_eq!(nominative("osman\u{2019}s"), Some("osman"));
        assert_eq!(nominative("ross"), None);
        assert_eq!(nominative("osman"), None);
    }
}
