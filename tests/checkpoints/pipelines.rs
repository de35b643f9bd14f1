//! Spans beside those of transformers' `pipeline("token-classification", aggregation_strategy=...)`. Where every word is
//! one piece, all strategies read the same rows, and their spans must be ours; elsewhere it is counted how often.

use std::collections::HashMap;

use serde::Deserialize;
use stellig::inference::Engine;

use crate::{FAMILIES, case, folder, label, model};

const STRATEGIES: [&str; 4] = ["simple", "first", "average", "max"];

/// `tests/fixtures/make_pipeline_spans.py`.
#[derive(Deserialize)]
struct Pipeline {
    texts: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    /// The label with the largest logit, for each word.
    labels: Vec<String>,
    /// By aggregation strategy, in code points.
    spans: HashMap<String, Vec<Span>>,
}

/// Type, start, end.
type Span = (String, usize, usize);

/// What a label of a scheme that closes its spans does: opens, goes on, closes, or stands alone.
fn parts(label: &str) -> Option<(char, &str)> {
    let (sign, kind) = label.split_once('-')?;
    let sign = match sign {
        "B" | "I" => sign.chars().next()?,
        "E" | "L" => 'E',
        "S" | "U" => 'S',
        _ => return None,
    };
    Some((sign, kind))
}

/// Whether labels of a scheme that closes its spans open, go on and close as they must.
fn is_legal(labels: &[String]) -> bool {
    let mut open: Option<&str> = None;
    for label in labels {
        open = match (open, parts(label)) {
            (None, None) => None,
            (None, Some(('S', _))) => None,
            (None, Some(('B', kind))) => Some(kind),
            (Some(kind), Some(('I', other))) if kind == other => open,
            (Some(kind), Some(('E', other))) if kind == other => None,
            _ => return false,
        };
    }
    open.is_none()
}

/// The pipeline knows B- and I- only: it gives the end of a span as one of its own, and joins spans of one word that
/// stand side by side. Here its spans are cut to words, and these joined as their labels say.
fn with_closed_spans(spans: &[Span], text: &Text) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    let mut at = 0;
    for (word, label) in text.text.split(' ').zip(&text.labels) {
        let (start, end) = (at, at + word.chars().count());
        at = end + 1;
        let inside = |span: &&Span| span.1 <= start && end <= span.2;
        let Some((kind, ..)) = spans.iter().find(inside) else {
            assert_eq!(parts(label), None, "{}", text.text);
            continue;
        };
        match (parts(label), found.last_mut()) {
            (Some(('I' | 'E', _)), Some(last)) => last.2 = end,
            _ => found.push((kind.clone(), start, end)),
        }
    }
    found
}

/// Our spans of a text, in code points.
fn own(engine: &Engine, text: &str) -> Vec<Span> {
    let place = |byte: usize| text[..byte].chars().count();
    let labels = label(engine, &[text]).remove(0);
    let span = labels.entities.iter();
    span.map(|entity| (entity.kind.clone(), place(entity.span.start), place(entity.span.end)))
        .collect()
}

/// Spans of the pipeline without the blank that some tokenizers count to the piece behind it. Where labels have no names,
/// neither has "O".
fn tidied(spans: impl IntoIterator<Item = Span>, text: &str) -> Vec<Span> {
    let blank = |at: usize| text.chars().nth(at).is_some_and(char::is_whitespace);
    let trimmed = spans.into_iter().map(|(kind, mut start, end)| {
        while start < end && blank(start) {
            start += 1;
        }
        (kind, start, end)
    });
    trimmed.filter(|(kind, ..)| kind != "LABEL_0").collect()
}

#[test]
fn every_strategy_agrees_where_a_word_is_one_piece() {
    for family in FAMILIES {
        let closed = ["roberta", "distilbert"].contains(&family);
        let json = std::fs::read(folder(family, "token").join("pipeline.json")).unwrap();
        let Pipeline { texts } = serde_json::from_slice(&json).unwrap();
        let engine = Engine::new(model(family, "token"), 512).unwrap();
        let (mut compared, mut spans, mut illegal) = (0, 0, 0);
        for text in &texts {
            assert_eq!(text.labels.len(), text.text.split(' ').count());
            if closed && !is_legal(&text.labels) {
                illegal += 1;
                continue;
            }
            let own = own(&engine, &text.text);
            for strategy in STRATEGIES {
                let theirs = tidied(text.spans[strategy].clone(), &text.text);
                let theirs = if closed {
                    with_closed_spans(&theirs, text)
                } else {
                    theirs
                };
                assert_eq!(own, theirs, "{family}, {strategy}: {}", text.text);
            }
            compared += 1;
            spans += own.len();
        }
        println!("{family}: {spans} spans of {compared} texts, {illegal} not legal");
        assert!(spans >= if closed { 20 } else { 50 }, "{family}: {spans}");
    }
}

/// Words of several pieces: "first" reads what we read, the others something else.
#[test]
fn first_is_the_strategy_that_is_nearest() {
    let mut all = [0; STRATEGIES.len()];
    for family in FAMILIES
        .iter()
        .filter(|family| !["roberta", "distilbert"].contains(family))
    {
        let engine = Engine::new(model(family, "token"), 512).unwrap();
        let (mut same, mut theirs, mut ours) = ([0; STRATEGIES.len()], [0; STRATEGIES.len()], 0);
        for text in case(family, "token").reference.texts {
            let own = own(&engine, &text.text);
            ours += own.len();
            for (i, strategy) in STRATEGIES.into_iter().enumerate() {
                let spans = text.spans[strategy].iter();
                let spans = tidied(
                    spans.map(|(kind, start, end, _)| (kind.clone(), *start, *end)),
                    &text.text,
                );
                theirs[i] += spans.len();
                same[i] += spans.iter().filter(|span| own.contains(span)).count();
            }
        }
        println!(
            "{family}: {ours} spans of ours; {STRATEGIES:?}: {same:?} of {theirs:?} of the pipeline are among them"
        );
        (0..all.len()).for_each(|i| all[i] += same[i]);
        if ["bert", "electra"].contains(family) {
            assert!(same[1] * 10 >= theirs[1] * 9, "{family}: {same:?} of {theirs:?}");
        }
    }
    println!("all: {all:?}");
    assert!(all.iter().all(|same| *same <= all[1]), "{all:?}");
}
