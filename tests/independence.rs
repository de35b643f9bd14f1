//! The same article gets the same record, to the byte, alone or in any batch, order and number of threads; and every
//! offset slices the text.

#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

mod support;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::atomic::AtomicBool;

use stellig::article::Article;
use stellig::pipeline::{self, Counters, Settings};
use stellig::record::{Line, Record};

/// Labels in the given order; the order of the records must be that of the articles.
fn label(articles: &[Article], threads: usize, batch_tokens: usize) -> BTreeMap<String, String> {
    let settings = Settings {
        threads,
        batch_tokens,
        language: None,
    };
    let (counters, stop) = (Counters::default(), AtomicBool::new(false));
    let engine = support::engine(batch_tokens);
    let mut lines = BTreeMap::new();
    let mut order = Vec::new();
    let owned = articles.to_vec();
    let input = owned.into_iter().map(Ok);
    pipeline::run(input, &engine, &support::frame(), &settings, &counters, &stop, |line| {
        let Line::Record(record) = &line else {
            panic!("{line:?}")
        };
        order.push(record.id.clone());
        lines.insert(record.id.clone(), serde_json::to_string(&line).unwrap());
        Ok::<(), Infallible>(())
    })
    .unwrap();
    assert_eq!(
        order,
        articles.iter().map(|article| article.id.clone()).collect::<Vec<_>>()
    );
    lines
}

#[test]
fn fifty_articles_get_the_same_bytes_in_six_settings() {
    let articles = support::articles(50);
    let reference = label(&articles, 1, 1024);
    assert_eq!(reference.len(), 50);
    for (threads, batch_tokens) in [(2, 1024), (1, 1), (3, 300), (4, 8192)] {
        let again = label(&articles, threads, batch_tokens);
        assert!(
            again == reference,
            "{threads} threads, {batch_tokens} tokens in a batch"
        );
    }
    let mut backwards = articles.clone();
    backwards.reverse();
    assert!(label(&backwards, 2, 700) == reference, "in reverse order");
    let alone: BTreeMap<_, _> = articles
        .iter()
        .flat_map(|a| label(std::slice::from_ref(a), 1, 1024))
        .collect();
    assert!(alone == reference, "each alone");
}

#[test]
fn every_sentence_is_there_once_and_every_offset_slices_the_text() {
    for (article, line) in support::articles(50)
        .iter()
        .zip(label(&support::articles(50), 2, 1024).values())
    {
        let record: Record = serde_json::from_str(line).unwrap();
        let points: Vec<char> = article.text.chars().collect();
        let slice = |start: usize, end: usize| points[start..end].iter().collect::<String>();
        let mut at = 0;
        for sentence in &record.sentences {
            assert!(
                points[at..sentence.start].iter().all(|c| c.is_whitespace()),
                "text between sentences is lost"
            );
            at = sentence.end;
            assert!(sentence.claim.is_some());
            for (start, end, text) in sentence
                .source
                .iter()
                .map(|s| (s.start, s.end, &s.text))
                .chain(sentence.cues.iter().map(|c| (c.start, c.end, &c.text)))
            {
                assert_eq!(slice(start, end), *text);
                assert!(sentence.start <= start && end <= sentence.end);
            }
        }
        assert!(points[at..].iter().all(|c| c.is_whitespace()));
        for entity in &record.entities {
            assert_eq!(slice(entity.start, entity.end), entity.text);
            let word = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
            let inside = |at: usize| at > 0 && word(points.get(at - 1)) && word(points.get(at));
            assert!(
                !inside(entity.start) && !inside(entity.end),
                "{} is cut out of a word",
                entity.text
            );
        }
    }
}
