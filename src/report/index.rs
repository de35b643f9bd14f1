//! What the page knows of all articles without unpacking any: enough for its charts, its filters and the trail of a name.
//! It is held in memory while a report is written: about 20 bytes for a sentence and 150 for an article.

use std::collections::HashMap;
use std::hash::Hash;

use serde::Serialize;

use crate::record::{CertaintyLabel, CodePoints, FailureRecord, Holder, Models, Polarity, Record, Sentence};

/// Version of what stands in the page, for the page.
const VERSION: u32 = 1;
/// Longest title, in code points.
const TITLE: usize = 160;
/// A sentence that makes no claim.
const NO_CLAIM: u8 = 0;
/// A sentence of which the model does not say whether, or how, it makes a claim.
const UNKNOWN: u8 = 25;

/// All articles in columns: each list under `articles` has one entry for each article.
#[derive(Debug, Serialize)]
pub(super) struct Index {
    version: u32,
    title: Option<String>,
    stellig: &'static str,
    models: Vec<Models>,
    /// First character and length of each chunk.
    chunks: Vec<(usize, usize)>,
    languages: Known<Option<String>>,
    articles: Articles,
    names: Names,
    sources: Known<String>,
    sentences: Sentences,
    failures: Vec<Failure>,
}

#[derive(Debug, Default, Serialize)]
struct Articles {
    id: Vec<String>,
    title: Vec<String>,
    date: Vec<Option<String>>,
    language: Vec<usize>,
    chunk: Vec<usize>,
    sentences: Vec<usize>,
    words: Vec<usize>,
}

/// Entities, each text with each label once.
#[derive(Debug, Default, Serialize)]
struct Names {
    text: Vec<String>,
    label: Vec<String>,
    #[serde(skip)]
    places: HashMap<(String, String), usize>,
}

/// All sentences, one after the other. `sources` and `names` are runs: for each sentence their number, then so many places
/// in the lists of that name.
#[derive(Debug, Default, Serialize)]
struct Sentences {
    label: Vec<u8>,
    score: Vec<u8>,
    sources: Vec<usize>,
    names: Vec<usize>,
}

#[derive(Debug, Serialize)]
struct Failure {
    id: String,
    path: Option<String>,
    kind: String,
    message: String,
}

/// Values, each once, in the order of their coming.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Known<T> {
    values: Vec<T>,
    #[serde(skip)]
    places: HashMap<T, usize>,
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            places: HashMap::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Known<T> {
    fn place(&mut self, value: T) -> usize {
        *self.places.entry(value).or_insert_with_key(|value| {
            self.values.push(value.clone());
            self.values.len() - 1
        })
    }
}

impl Names {
    fn place(&mut self, text: String, label: &str) -> usize {
        *self
            .places
            .entry((text, label.to_owned()))
            .or_insert_with_key(|(text, label)| {
                self.text.push(text.clone());
                self.label.push(label.clone());
                self.text.len() - 1
            })
    }
}

impl Index {
    pub(super) fn new(title: Option<String>) -> Self {
        Self {
            version: VERSION,
            title,
            stellig: env!("CARGO_PKG_VERSION"),
            models: Vec::new(),
            chunks: Vec::new(),
            languages: Known::default(),
            articles: Articles::default(),
            names: Names::default(),
            sources: Known::default(),
            sentences: Sentences::default(),
            failures: Vec::new(),
        }
    }

    /// The articles since the last chunk stand in one of `length` characters from `start` on.
    pub(super) fn chunk(&mut self, start: usize, length: usize) {
        self.chunks.push((start, length));
    }

    pub(super) fn record(&mut self, record: &Record) {
        if !self.models.contains(&record.models) {
            self.models.push(record.models.clone());
        }
        let text = record.text.as_deref().unwrap_or_default();
        let articles = &mut self.articles;
        articles.id.push(record.id.clone());
        articles.title.push(title(record, text));
        articles.date.push(record.date.clone());
        articles.language.push(self.languages.place(record.language.clone()));
        articles.chunk.push(self.chunks.len());
        articles.sentences.push(record.sentences.len());
        articles.words.push(text.split_whitespace().count());
        let mut entities = record.entities.iter().peekable();
        for (number, sentence) in record.sentences.iter().enumerate() {
            self.sentences.label.push(code(sentence));
            self.sentences.score.push(per_cent(sentence));
            self.sentences.sources.push(sentence.source.len());
            for source in &sentence.source {
                let place = self.sources.place(joined(&source.text));
                self.sentences.sources.push(place);
            }
            let count = self.sentences.names.len();
            self.sentences.names.push(0);
            while let Some(entity) = entities.next_if(|entity| entity.sentence == number) {
                let place = self.names.place(joined(&entity.text), &entity.label);
                self.sentences.names.push(place);
                self.sentences.names[count] += 1;
            }
        }
    }

    pub(super) fn failure(&mut self, failure: &FailureRecord) {
        self.failures.push(Failure {
            id: failure.id.clone(),
            path: failure.path.clone(),
            kind: failure.error.kind.clone(),
            message: failure.error.message.clone(),
        });
    }
}

/// The first heading, else the first sentence, else the article's name.
fn title(record: &Record, text: &str) -> String {
    let first = record.sentences.iter().find(|sentence| sentence.heading);
    let words = first
        .or(record.sentences.first())
        .map(|sentence| joined(CodePoints::of(text).slice(text, sentence.start, sentence.end)));
    let mut title = words
        .filter(|words| !words.is_empty())
        .unwrap_or_else(|| record.id.clone());
    if let Some((cut, _)) = title.char_indices().nth(TITLE) {
        title.truncate(cut);
        title.push('…');
    }
    title
}

/// Words with one blank between them.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The labels of a sentence as one number: 0 without a claim, else 1 + (certainty x 2 + negative) x 3 + holder, each
/// numbered in the order of the record's documentation.
fn code(sentence: &Sentence) -> u8 {
    if sentence.claim.as_ref().is_some_and(|claim| !claim.label) {
        return NO_CLAIM;
    }
    let (Some(certainty), Some(polarity), Some(holder)) = (&sentence.certainty, &sentence.polarity, &sentence.holder)
    else {
        return UNKNOWN;
    };
    let certainty = match certainty.label {
        CertaintyLabel::Certain => 0,
        CertaintyLabel::Probable => 1,
        CertaintyLabel::Possible => 2,
        CertaintyLabel::Uncommitted => 3,
    };
    let negative = match polarity.label {
        Polarity::Positive => 0,
        Polarity::Negative => 1,
    };
    let holder = match holder.label {
        Holder::Author => 0,
        Holder::Source => 1,
        Holder::Hearsay => 2,
    };
    1 + (certainty * 2 + negative) * 3 + holder
}

/// The score of the certainty in hundredths, 0 where there is none.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped
fn per_cent(sentence: &Sentence) -> u8 {
    sentence
        .certainty
        .as_ref()
        .map_or(0, |certainty| (certainty.score * 100.0).round().clamp(0.0, 100.0) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sample;
    use serde_json::json;

    #[test]
    fn a_record_stands_in_columns() {
        let mut index = Index::new(None);
        let record = sample::record();
        index.record(&record);
        index.chunk(0, 10);
        index.record(&record);
        let index = serde_json::to_value(&index).unwrap();
        assert_eq!(index["articles"]["chunk"], json!([0, 1]));
        assert_eq!(index["articles"]["sentences"], json!([3, 3]));
        assert_eq!(
            index["articles"]["title"][0],
            "Volgens <Ann & Co> is 🇳🇱 \"Cafe\u{301}\" dicht."
        );
        assert_eq!(index["languages"], json!(["nl"]));
        assert_eq!(index["models"], json!([{"entities": "m@0", "claims": "m@0"}]));
        // Certain, positive, source; possible, positive, source; no claim.
        assert_eq!(index["sentences"]["label"], json!([2, 14, 0, 2, 14, 0]));
        assert_eq!(index["sentences"]["score"], json!([87, 87, 0, 87, 87, 0]));
        assert_eq!(index["sentences"]["sources"], json!([1, 0, 1, 1, 0, 1, 0, 1, 1, 0]));
        assert_eq!(
            index["sentences"]["names"],
            json!([2, 0, 1, 1, 2, 1, 3, 2, 0, 1, 1, 2, 1, 3])
        );
        assert_eq!(index["names"]["text"][2], "O\u{308}mer A\u{1}");
        assert_eq!(index["names"]["label"], json!(["ORG", "LOC", "PER", "MISC"]));
        assert_eq!(index["sources"], json!(["Ann & Co", "Bo"]));
    }

    #[test]
    fn a_title_is_a_heading_and_not_endless() {
        let mut record = sample::record();
        record.sentences[2].heading = true;
        assert!(title(&record, sample::TEXT).starts_with("=1+1"));
        record.text = Some("ë".repeat(500));
        record.sentences[2].start = 0;
        record.sentences[2].end = 500;
        let long = title(&record, record.text.as_deref().unwrap());
        assert_eq!(long.chars().count(), TITLE + 1);
        record.sentences.clear();
        assert_eq!(title(&record, ""), record.id);
    }

    #[test]
    fn labels_that_a_model_does_not_give_are_unknown() {
        let mut sentence = sample::record().sentences.remove(1);
        assert_eq!((code(&sentence), per_cent(&sentence)), (14, 87));
        sentence.holder = None;
        assert_eq!(code(&sentence), UNKNOWN);
        sentence.claim = None;
        sentence.certainty = None;
        assert_eq!((code(&sentence), per_cent(&sentence)), (UNKNOWN, 0));
    }
}
