//! The same article gets the same record, to the byte, alone or in any batch, order and number of threads; and every
//! offset slices the text.

#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

mod support;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::atomic::AtomicBool;

use stellig::article::Article;
use stellig::html::Reading;
use stellig::pipeline::{self, Counters, Settings};
use stellig::record::{Line, Record};

/// Labels in the given order; the order of the records must be that of the articles.
fn label(articles: &[Article], threads: usize, batch_tokens: usize) -> BTreeMap<String, String> {
    let settings = Settings {
        threads,
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

#[test]
fn tags_change_no_label_and_every_offset_slices_the_text_with_them() {
    let plain = "The mayor of Harwick resigned on Friday.\n\nAccording to a spokesman, she may have misused funds.\n\n\
                 The council denies it, says Anna Caf\u{e9}-Jansen.";
    let marked = "<p>The mayor of <a href=\"/h?a=1&amp;b=\u{e9}>\">Harwick</a> resigned on Friday.</p>\n<p>According to a \
                  <b>spokes</b>man, she&nbsp;may have misused funds.</p><!-- \u{e9} -->\n<p><em>The council denies it, says \
                  <b>Anna Caf&eacute;-Jan</b>sen</em>.</p>\n";
    // The tokens of a blank that does not break are those of one that does.
    let plain = plain.replace("she may", "she\u{a0}may");
    let record = |text: &str| -> Record {
        let article = Article {
            text: text.to_owned(),
            ..Article::default()
        };
        serde_json::from_str(&label(&[article], 1, 1024)[""]).unwrap()
    };
    let (want, got) = (record(&plain), record(marked));
    let judged = |record: &Record| {
        let judged = record.sentences.iter().map(|s| {
            let cues = s.cues.iter().map(|cue| (cue.kind, cue.score)).collect::<Vec<_>>();
            let source = s.source.iter().map(|source| source.score).collect::<Vec<_>>();
            format!("{:?}", (&s.claim, &s.certainty, &s.polarity, &s.holder, cues, source))
        });
        let entities = record.entities.iter().map(|e| (e.label.clone(), e.score, e.sentence));
        (judged.collect::<Vec<_>>(), entities.collect::<Vec<_>>())
    };
    assert_eq!(got.sentences.len(), 3);
    assert_eq!(judged(&got), judged(&want));
    assert_eq!(got.language, want.language);
    let points: Vec<char> = marked.chars().collect();
    for (entity, plain) in got.entities.iter().zip(&want.entities) {
        assert_eq!(points[entity.start..entity.end].iter().collect::<String>(), entity.text);
        let read = Reading::of(&entity.text);
        assert_eq!(read.as_ref().map_or(&*entity.text, Reading::text), plain.text);
    }
    let slice = |n: usize| -> String { points[got.sentences[n].start..got.sentences[n].end].iter().collect() };
    assert!(slice(0).starts_with("The mayor") && slice(0).ends_with("Friday."));
    assert!(slice(2).starts_with("The council") && slice(2).ends_with("sen</em>."));
    got.check().unwrap();
}
