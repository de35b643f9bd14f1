//! The mentions of a name in one article speak for each other: a name that one sentence leaves open is told by the others
//! (one sense per discourse, Gale, Church and Yarowsky 1992; Krishnan and Manning 2006 for entities). It works on what the
//! encoder found in its one pass, reads nothing but the article itself, and leaves a name that stands once as it is.
//! `training/agreement.py` says the same plainly, and wrote what the test in `tests/agreement.rs` holds this against.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde::Deserialize;

use super::fold::folded;
use super::{Decoder, Rows};

/// The least probability that a word is taken to give to a type, so that no single mention outvotes all others.
const FLOOR: f64 = 1e-2;
/// The same for mentions that are whole names.
const NAME_FLOOR: f64 = 1e-3;
/// The type whose mentions of several words speak for their last word alone: "Karim Osman" for "Osman".
const PERSON: &str = "PER";
/// A word of capitals up to this length is an acronym, and no other spelling of a word: "WHO", "Who".
const LONGEST_ACRONYM: usize = 4;
/// The language in which a name takes an -s without an apostrophe and stays a name. A Dutch "Nederlands" is no "Nederland".
const GENITIVES: &str = "de";
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

/// A sentence in which names are looked for.
#[derive(Debug)]
pub struct Mentions<'t> {
    /// As they stand in the text.
    pub words: Vec<&'t str>,
    /// For each word the probability of every label of the decoder's scheme.
    pub rows: Rows,
}

/// The words of each sentence, however they are spelled in bytes.
type Folded<'t> = [Vec<Cow<'t, str>>];

/// Words of a sentence.
type Place = (usize, Range<usize>);

/// By how much each type's log-probability moves; "O" stands behind the types.
type Move = Vec<f64>;

impl Agreement {
    /// Whether it can be used.
    pub fn is_sound(&self) -> bool {
        (0.0..=1.0).contains(&self.share) && self.prior.is_finite() && self.prior >= 0.0
    }

    /// Lets the words and then the names of an article in `language` (ISO 639-1) agree: changes `rows` and gives each
    /// sentence's best labels.
    pub fn settle<'t>(
        &self,
        decoder: &Decoder,
        language: Option<&str>,
        article: &mut [Mentions<'t>],
    ) -> Vec<Vec<usize>> {
        let fold = |sentence: &Mentions<'t>| sentence.words.iter().copied().map(folded).collect();
        let words: Vec<Vec<Cow<'t, str>>> = article.iter().map(fold).collect();
        self.settle_words(decoder, language == Some(GENITIVES), &words, article);
        let mut best: Vec<Vec<usize>> = article.iter().map(|sentence| decoder.viterbi(&sentence.rows)).collect();
        for sentence in self.settle_names(decoder, &words, article, &best) {
            best[sentence] = decoder.viterbi(&article[sentence].rows);
        }
        best
    }

    /// The same word with a capital, wherever it stands: is it a name at all, and of what?
    fn settle_words(&self, decoder: &Decoder, genitives: bool, words: &Folded<'_>, article: &mut [Mentions<'_>]) {
        let small: HashSet<&str> = words
            .iter()
            .flatten()
            .map(|word| &**word)
            .filter(|word| word.starts_with(char::is_lowercase))
            .collect();
        let mut mentions: HashMap<String, Vec<Place>> = HashMap::new();
        for (s, sentence) in words.iter().enumerate() {
            let shouted = shouted(sentence);
            // Quotation marks and dashes may stand before it.
            let first = sentence.iter().position(|word| word.contains(char::is_alphanumeric));
            for (w, word) in sentence.iter().enumerate() {
                if !word.starts_with(char::is_uppercase) {
                    continue;
                }
                // What opens a sentence has its capital from there, where the article also writes it small.
                if Some(w) == first && small.contains(word.to_lowercase().as_str()) {
                    continue;
                }
                mentions.entry(key(word, shouted)).or_default().push((s, w..w + 1));
            }
        }
        if genitives {
            join_genitives(&mut mentions);
        }
        for places in mentions.into_values().filter(|places| places.len() > 1) {
            let voices: Vec<Vec<f64>> = places
                .iter()
                .map(|place| voice(decoder, article, place, FLOOR, true))
                .collect();
            for (place, moved) in places.iter().zip(self.moves(&places, &voices)) {
                if let Some(moved) = moved {
                    shift(decoder, article, place, &moved);
                }
            }
        }
    }

    /// The same name as a whole, and a person's last name with the full one: of what is it? Gives the sentences that changed.
    fn settle_names(
        &self,
        decoder: &Decoder,
        words: &Folded<'_>,
        article: &mut [Mentions<'_>],
        best: &[Vec<usize>],
    ) -> Vec<usize> {
        let person = decoder.scheme().kinds.iter().position(|kind| kind == PERSON);
        let mut names: HashMap<Vec<String>, Vec<Place>> = HashMap::new();
        let mut persons: HashMap<String, Vec<Place>> = HashMap::new();
        for (s, (sentence, best)) in words.iter().zip(best).enumerate() {
            let spans = decoder.spans(best);
            let shouted = !spans.is_empty() && shouted(sentence);
            for (words, kind) in spans {
                let name = sentence[words.clone()].iter().map(|word| key(word, shouted));
                let name: Vec<String> = name.collect();
                if let (Some(last), true) = (name.last(), name.len() > 1 && Some(kind) == person) {
                    persons.entry(last.clone()).or_default().push((s, words.clone()));
                }
                names.entry(name).or_default().push((s, words));
            }
        }
        let mut moves: Vec<(Place, Move)> = Vec::new();
        for (name, places) in names {
            let full = match name.as_slice() {
                [last] => persons.get(last).map_or(&[][..], Vec::as_slice),
                _ => &[],
            };
            if places.len() + full.len() < 2 {
                continue;
            }
            let mut all: Vec<(Place, bool)> = places.into_iter().map(|place| (place, true)).collect();
            all.extend(full.iter().map(|place| (place.clone(), false)));
            all.sort_unstable_by_key(|((s, words), _)| (*s, words.start));
            let (all, own): (Vec<Place>, Vec<bool>) = all.into_iter().unzip();
            let voices: Vec<Vec<f64>> = all
                .iter()
                .map(|place| voice(decoder, article, place, NAME_FLOOR, false))
                .collect();
            let moved = all.iter().zip(self.moves(&all, &voices)).zip(own);
            moves.extend(moved.filter_map(|((place, moved), own)| moved.filter(|_| own).map(|by| (place.clone(), by))));
        }
        for (place, moved) in &moves {
            shift(decoder, article, place, moved);
        }
        let mut changed: Vec<usize> = moves.into_iter().map(|((s, _), _)| s).collect();
        changed.sort_unstable();
        changed.dedup();
        changed
    }

    /// How far each mention's log-probabilities move towards the mean of all others within reach; none where nobody is.
    /// Mentions stand in the order of the text.
    fn moves(&self, places: &[Place], voices: &[Vec<f64>]) -> Vec<Option<Move>> {
        let kinds = voices.first().map_or(0, Vec::len);
        // sums[m * kinds + k]: over the voices before mention m.
        let mut sums = vec![0.0; kinds];
        for (m, voice) in voices.iter().enumerate() {
            sums.extend_from_within(m * kinds..);
            let next = &mut sums[(m + 1) * kinds..];
            next.iter_mut().zip(voice).for_each(|(sum, own)| *sum += own);
        }
        let moved = |((s, _), own): (&Place, &Vec<f64>)| {
            let from = places.partition_point(|(other, _)| other.saturating_add(self.reach) < *s);
            let to = places.partition_point(|(other, _)| *other <= s.saturating_add(self.reach));
            let others = (to - from).checked_sub(1).filter(|others| *others > 0)? as f64;
            let weight = self.share * others / (others + self.prior);
            let heard = |k: usize| (sums[to * kinds + k] - sums[from * kinds + k] - own[k]) / others;
            Some((0..kinds).map(|k| weight * (heard(k) - own[k])).collect())
        };
        places.iter().zip(voices).map(moved).collect()
    }
}

/// Whether a sentence is written in capitals alone.
fn shouted(words: &[Cow<'_, str>]) -> bool {
    !words.iter().any(|word| word.contains(char::is_lowercase))
}

/// What two mentions of a name have in common: the word without its case, but for acronyms.
fn key(word: &str, shouted: bool) -> String {
    let acronym = !shouted && word.chars().count() <= LONGEST_ACRONYM && !word.contains(char::is_lowercase);
    if acronym { word.to_owned() } else { word.to_lowercase() }
}

/// "Osmans" speaks with "Osman", where that stands too.
fn join_genitives(mentions: &mut HashMap<String, Vec<Place>>) {
    let genitives: Vec<(String, String)> = mentions
        .keys()
        .filter_map(|word| Some((word.clone(), nominative(word)?.to_owned())))
        // A genitive of a genitive is none: of "Ross", "Rosss" and "Ros" at most two are one name.
        .filter(|(_, name)| mentions.contains_key(name) && nominative(name).is_none())
        .collect();
    for (genitive, name) in genitives {
        let places = mentions.remove(&genitive).unwrap_or_default();
        let all = mentions.entry(name).or_default();
        all.extend(places);
        all.sort_unstable_by_key(|(s, words)| (*s, words.start));
    }
}

/// A genitive without its ending.
fn nominative(word: &str) -> Option<&str> {
    let name = word.strip_suffix('s')?;
    (word.chars().count() >= SHORTEST_GENITIVE).then_some(name)
}

/// The mean over words of the log-probability of each type and, with `outside`, of being no name, which comes last.
fn voice(decoder: &Decoder, article: &[Mentions<'_>], (s, words): &Place, floor: f64, outside: bool) -> Vec<f64> {
    let scheme = decoder.scheme();
    let kinds = scheme.kinds.len();
    let mut means = vec![0.0; kinds + usize::from(outside)];
    let mut sums = vec![0.0; kinds + 1];
    for word in words.clone() {
        sums.fill(0.0);
        for (label, p) in article[*s].rows[word].iter().enumerate() {
            sums[scheme.kind(label).unwrap_or(kinds)] += p;
        }
        for (mean, sum) in means.iter_mut().zip(&sums) {
            *mean += (sum + floor).ln() / words.len() as f64;
        }
    }
    if !outside {
        let total = means.iter().map(|mean| mean.exp()).sum::<f64>().ln();
        means.iter_mut().for_each(|mean| *mean -= total);
    }
    means
}

/// Adds to the log-probabilities of the labels of each type, at every word of the place; "O" is moved where `moved` says
/// so. Rows stay distributions.
fn shift(decoder: &Decoder, article: &mut [Mentions<'_>], (s, words): &Place, moved: &[f64]) {
    let scheme = decoder.scheme();
    for word in words.clone() {
        let row = &mut article[*s].rows[word];
        for (label, p) in row.iter_mut().enumerate() {
            let kind = scheme.kind(label).unwrap_or(scheme.kinds.len());
            *p *= moved.get(kind).map_or(1.0, |by| by.exp());
        }
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|p| *p /= sum);
    }
}

#[cfg(test)]
#[path = "agreement_tests.rs"]
mod tests;
