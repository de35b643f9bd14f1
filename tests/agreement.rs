//! Names that settle in Rust as `training/agreement.py` states it, on random articles that it wrote
//! (`python training/agreement.py fixture --out tests/data/agreement.json`).

#![allow(clippy::unwrap_used)] // a test ends where it fails

mod support;

use serde::Deserialize;
use stellig::label::agreement::{Agreement, Mentions};
use stellig::label::{Decoder, Rows, Scheme};

#[derive(Deserialize)]
struct Fixture {
    labels: Vec<String>,
    agreement: Agreement,
    articles: Vec<Article>,
}

#[derive(Deserialize)]
struct Article {
    language: String,
    sentences: Vec<Sentence>,
}

#[derive(Deserialize)]
struct Sentence {
    words: Vec<String>,
    /// Probabilities `[words, labels]`.
    rows: Vec<Vec<f64>>,
    /// The same after the article's mentions have heard each other.
    settled: Vec<Vec<f64>>,
    /// The best labels then.
    best: Vec<usize>,
}

#[test]
fn names_settle_as_they_are_stated() {
    let text = std::fs::read_to_string(support::path("tests/data/agreement.json")).unwrap();
    let fixture: Fixture = serde_json::from_str(&text).unwrap();
    let decoder = Decoder::new(Scheme::iob2(&fixture.labels).unwrap());
    let (mut changed, mut rows) = (0, 0);
    for article in &fixture.articles {
        let sentences = article.sentences.iter().map(|sentence| Mentions {
            words: sentence.words.iter().map(String::as_str).collect(),
            rows: Rows::of_values(sentence.rows.concat(), fixture.labels.len()),
        });
        let mut settled: Vec<Mentions<'_>> = sentences.collect();
        let best = fixture
            .agreement
            .settle(&decoder, Some(&article.language), &mut settled);
        for ((sentence, settled), best) in article.sentences.iter().zip(&settled).zip(best) {
            assert_eq!(best, sentence.best, "{:?}", sentence.words);
            for ((row, want), before) in settled.rows.iter().zip(&sentence.settled).zip(&sentence.rows) {
                let near = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9);
                assert!(near(row, want), "{:?}: {row:?}, not {want:?}", sentence.words);
                changed += usize::from(!near(row, before));
                rows += 1;
            }
        }
    }
    assert!(changed > 40 && changed < rows, "{changed} of {rows} rows changed");
}
