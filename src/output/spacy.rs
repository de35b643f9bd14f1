//! spaCy: one document a line in the JSON of `Doc.to_json`, which `Doc.from_json` reads; `tools/jsonl_to_docbin.py` packs
//! it into a `.spacy` file. Offsets are characters as Python counts them, as in the record. Control characters that Python
//! takes for white space (U+001C to U+001F) become U+FFFD: spaCy could not tell them from what stands between words.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::record::{CodePoints, Record, Sentence};

use super::Layout;
use super::json_lines::line;
use super::tokens::sentences;

/// The spaCy layout.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spacy;

impl Layout for Spacy {
    fn record(&mut self, record: &Record, to: &mut dyn Write) -> io::Result<()> {
        let text = &record
            .text
            .as_deref()
            .unwrap_or_default()
            .replace(|c| matches!(c, '\u{1c}'..='\u{1f}'), "\u{fffd}");
        let points = CodePoints::of(text);
        let (tokens, sents) = tokens(record, text, &points);
        let claims = record.sentences.iter().filter_map(|sentence| {
            let factuality = sentence.factuality?;
            Some(span(sentence.start, sentence.end, factuality.as_str()))
        });
        let sources = record.sentences.iter().flat_map(|sentence| &sentence.source);
        let cues = record.sentences.iter().flat_map(|sentence| &sentence.cues);
        let ents: Vec<Value> = record.entities.iter().map(|e| span(e.start, e.end, &e.label)).collect();
        let spans = json!({
            "claims": claims.collect::<Vec<_>>(),
            "sources": sources.map(|source| span(source.start, source.end, "source")).collect::<Vec<_>>(),
            "cues": cues.map(|cue| span(cue.start, cue.end, cue.kind.as_str())).collect::<Vec<_>>(),
        });
        let doc = json!({
            "text": text, "ents": ents, "sents": sents, "tokens": tokens, "spans": spans,
            "_": {"stellig": rest(record)},
        });
        line(&doc, to)
    }
}

fn span(start: usize, end: usize, label: &str) -> Value {
    json!({"start": start, "end": end, "label": label, "kb_id": ""})
}

/// All tokens, and where sentences start and end. spaCy keeps one blank behind a token; all other white space is a token,
/// and belongs to the sentence that it follows, or to the first.
fn tokens(record: &Record, text: &str, points: &CodePoints) -> (Vec<Value>, Vec<Value>) {
    let place = |start: usize, end: usize| json!({"start": start, "end": end});
    let (mut tokens, mut sents) = (Vec::new(), Vec::new());
    let (mut at, mut begun) = (0, 0);
    // The token of the white space from the last word up to `to`, and where it ends.
    let gap = |tokens: &mut Vec<Value>, from: usize, to: usize| {
        let is_blank = from > 0 && from < to && points.slice(text, from, from + 1) == " ";
        let start = from + usize::from(is_blank);
        if start < to {
            tokens.push(place(start, to));
        }
        if start < to { to } else { from }
    };
    for (number, words) in sentences(record, text, points).enumerate() {
        for (place_in_sentence, word) in words.iter().enumerate() {
            let end = gap(&mut tokens, at, word.start);
            if place_in_sentence == 0 && number > 0 {
                sents.push(place(begun, end));
                begun = word.start;
            }
            tokens.push(place(word.start, word.end));
            at = word.end;
        }
    }
    let end = gap(&mut tokens, at, points.len());
    if end > begun {
        sents.push(place(begun, end));
    }
    for (id, token) in tokens.iter_mut().enumerate() {
        token["id"] = id.into();
    }
    (tokens, sents)
}

/// What spaCy has no place for: the article, and the labels of its sentences with their scores.
fn rest(record: &Record) -> Value {
    let judged = |sentence: &Sentence| {
        json!({
            "start": sentence.start, "end": sentence.end, "paragraph": sentence.paragraph, "heading": sentence.heading,
            "claim": sentence.claim, "certainty": sentence.certainty, "polarity": sentence.polarity,
            "holder": sentence.holder, "factuality": sentence.factuality, "classes": sentence.classes,
        })
    };
    let entities = record
        .entities
        .iter()
        .map(|entity| json!({"type": entity.kind, "score": entity.score}));
    json!({
        "id": record.id, "path": record.path, "date": record.date, "language": record.language, "meta": record.meta,
        "models": record.models, "sentences": record.sentences.iter().map(judged).collect::<Vec<_>>(),
        "entities": entities.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sample;

    #[test]
    fn tokens_and_their_blanks_make_up_the_text() {
        let record = sample::record();
        let mut bytes = Vec::new();
        Spacy.record(&record, &mut bytes).unwrap();
        let doc: Value = serde_json::from_slice(&bytes).unwrap();
        let text: Vec<char> = sample::TEXT.chars().collect();
        let place = |value: &Value| {
            let of = |key: &str| usize::try_from(value[key].as_u64().unwrap()).unwrap();
            (of("start"), of("end"))
        };
        let mut at = 0;
        for token in doc["tokens"].as_array().unwrap() {
            let (start, end) = place(token);
            assert!(
                start == at || (start == at + 1 && text[at] == ' '),
                "{token} behind {at}"
            );
            assert!(start < end);
            at = end;
        }
        assert!(at == text.len());
        let starts: Vec<usize> = doc["sents"]
            .as_array()
            .unwrap()
            .iter()
            .map(|sent| place(sent).0)
            .collect();
        assert_eq!(starts, [0, record.sentences[1].start, record.sentences[2].start]);
        let labels = |group: &str| {
            let spans = doc["spans"][group].as_array().unwrap();
            spans
                .iter()
                .map(|span| span["label"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            (labels("claims"), labels("sources").len()),
            (vec!["CT+".to_owned(), "PS+".to_owned()], 2)
        );
        assert_eq!(labels("cues"), ["attribution", "certainty", "attribution"]);
        assert_eq!(doc["ents"].as_array().unwrap().len(), 4);
    }
}
