//! W3C Web Annotations: one `AnnotationPage` of JSON-LD a line, with the annotations of one article. A page is what viewers
//! load for one text, and a line can be read by itself, which one collection of all articles could not. Positions are code
//! points, as the model's `TextPositionSelector` has them (<https://www.w3.org/TR/annotation-model/#text-position-selector>).

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::record::{CodePoints, Record, Sentence};

use super::Layout;
use super::file_name::Times;
use super::json_lines::line;

const CONTEXT: &str = "http://www.w3.org/ns/anno.jsonld";
/// Code points before and behind a quote that tell it from the same words elsewhere.
const AROUND: usize = 32;

/// The Web Annotation layout.
#[derive(Debug, Default)]
pub(super) struct WebAnnotation {
    /// Articles by what their identifiers begin with: rows of one file may have one id.
    given: Times,
}

impl Layout for WebAnnotation {
    fn record(&mut self, record: &Record, to: &mut dyn Write) -> io::Result<()> {
        let text = record.text.as_deref().unwrap_or_default();
        let source = source(record);
        let page = Page {
            text,
            points: CodePoints::of(text),
            within: self.within(&source, record),
            source,
            record,
        };
        let mut items = Vec::new();
        for entity in &record.entities {
            let bodies = vec![
                classifying(&entity.label),
                described(&json!({"label": entity.label, "type": entity.kind, "score": entity.score})),
            ];
            page.annotate(entity.start, entity.end, bodies, &mut items);
        }
        for sentence in &record.sentences {
            page.sentence(sentence, &mut items);
        }
        let page = json!({
            "@context": CONTEXT, "id": format!("{}annotations", page.within), "type": "AnnotationPage", "items": items,
        });
        line(&page, to)
    }
}

impl WebAnnotation {
    /// What the identifiers of an article's annotations begin with: its source, which may be a file of many articles, its
    /// id, and `~2` for the second article of that id, which no first one has.
    fn within(&mut self, source: &str, record: &Record) -> String {
        // With a fragment of the article's own they would have two.
        let (source, id) = (source.replace('#', "%23"), iri(&record.id, "").replace('~', "%7E"));
        let within = format!("{source}#{id}");
        match self.given.of(&within) {
            1 => format!("{within}/"),
            times => format!("{within}~{times}/"),
        }
    }
}

/// The article's own address where it has one in `meta`, else its path or id, as an IRI.
fn source(record: &Record) -> String {
    let is_address = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
    match record.meta.get("url").and_then(Value::as_str).filter(is_address) {
        Some(url) => iri(url, "%?#&=+:;,@!$'()*[]"),
        None => iri(record.path.as_deref().unwrap_or(&record.id), ""),
    }
}

/// `text` with all percent-encoded that an IRI may not hold, or that would part a path; `kept` stays as it is.
fn iri(text: &str, kept: &str) -> String {
    let mut iri = String::new();
    for byte in text.bytes() {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || "-._~/".contains(c) || kept.contains(c) {
            iri.push(c);
        } else {
            iri.push_str(&format!("%{byte:02X}"));
        }
    }
    iri
}

fn classifying(value: &str) -> Value {
    json!({"type": "TextualBody", "purpose": "classifying", "value": value})
}

/// Labels with their scores, for programs: JSON in a body, since the model has no words for them.
fn described(labels: &Value) -> Value {
    json!({"type": "TextualBody", "purpose": "describing", "format": "application/json", "value": labels.to_string()})
}

struct Page<'r> {
    text: &'r str,
    points: CodePoints,
    source: String,
    /// What identifiers of this article begin with.
    within: String,
    record: &'r Record,
}

impl Page<'_> {
    fn annotate(&self, start: usize, end: usize, bodies: Vec<Value>, items: &mut Vec<Value>) {
        let quote = |start, end| self.points.slice(self.text, start, end);
        let mut target = json!({"source": self.source});
        target["selector"] = json!([
            {"type": "TextPositionSelector", "start": start, "end": end},
            {
                "type": "TextQuoteSelector", "exact": quote(start, end),
                "prefix": quote(start.saturating_sub(AROUND), start),
                "suffix": quote(end, self.points.len().min(end + AROUND)),
            },
        ]);
        // The model wants an identifier of each; counted, they are the same in each run.
        let id = format!("{}annotation-{}", self.within, items.len() + 1);
        items.push(json!({
            "id": id, "type": "Annotation", "motivation": "classifying", "body": bodies, "target": target,
        }));
    }

    fn sentence(&self, sentence: &Sentence, items: &mut Vec<Value>) {
        let is_claim = sentence.claim.as_ref().is_some_and(|claim| claim.label);
        if is_claim || sentence.classes.is_some() {
            let factuality = sentence.factuality.map(|factuality| factuality.as_str());
            let labels = [
                factuality,
                sentence.certainty.as_ref().map(|certainty| certainty.label.as_str()),
                sentence.polarity.as_ref().map(|polarity| polarity.label.as_str()),
                sentence.holder.as_ref().map(|holder| holder.label.as_str()),
                sentence.classes.as_ref().map(|classes| classes.label.as_str()),
            ];
            let names = ["factuality", "certainty", "polarity", "holder", "class"];
            let labelled = names
                .into_iter()
                .zip(labels)
                .filter_map(|(name, label)| Some(format!("{name}:{}", label?)));
            let mut bodies: Vec<Value> = is_claim.then(|| classifying("claim")).into_iter().collect();
            bodies.extend(labelled.map(|label| classifying(&label)));
            let mut scores = json!({
                "claim": sentence.claim, "certainty": sentence.certainty, "polarity": sentence.polarity,
                "holder": sentence.holder, "factuality": sentence.factuality, "heading": sentence.heading,
                "language": self.record.language, "date": self.record.date,
            });
            if let Some(classes) = &sentence.classes {
                scores["classes"] = json!(classes);
            }
            bodies.push(described(&scores));
            self.annotate(sentence.start, sentence.end, bodies, items);
        }
        for source in &sentence.source {
            let bodies = vec![classifying("source"), described(&json!({"score": source.score}))];
            self.annotate(source.start, source.end, bodies, items);
        }
        for cue in &sentence.cues {
            let bodies = vec![
                classifying(&format!("cue:{}", cue.kind.as_str())),
                described(&json!({"kind": cue.kind, "score": cue.score})),
            ];
            self.annotate(cue.start, cue.end, bodies, items);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sample;

    #[test]
    fn selectors_say_what_stands_at_their_positions() {
        let mut bytes = Vec::new();
        WebAnnotation::default().record(&sample::record(), &mut bytes).unwrap();
        let page: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(bytes.iter().filter(|byte| **byte == b'\n').count(), 1);
        let text: Vec<char> = sample::TEXT.chars().collect();
        let items = page["items"].as_array().unwrap();
        assert_eq!(items.len(), 4 + 2 + 2 + 3);
        for item in items {
            let [place, quote] = &item["target"]["selector"].as_array().unwrap()[..] else {
                unreachable!("two selectors")
            };
            let of = |key: &str| usize::try_from(place[key].as_u64().unwrap()).unwrap();
            let said = |key: &str| quote[key].as_str().unwrap();
            assert_eq!(said("exact"), text[of("start")..of("end")].iter().collect::<String>());
            let around = format!("{}{}{}", said("prefix"), said("exact"), said("suffix"));
            assert!(sample::TEXT.contains(&around));
        }
        let id = |item: &Value| item["id"].as_str().unwrap().to_owned();
        assert_eq!(id(&page), "https://example.org/a?b=1&c#../a/%C3%A9%3D1/annotations");
        assert_eq!(
            id(&items[0]),
            "https://example.org/a?b=1&c#../a/%C3%A9%3D1/annotation-1"
        );
        let different: std::collections::HashSet<String> = items.iter().map(id).collect();
        assert_eq!(different.len(), items.len());
        let values: Vec<&str> = items[4]["body"]
            .as_array()
            .unwrap()
            .iter()
            .map(|body| body["value"].as_str().unwrap())
            .collect();
        assert_eq!(
            values[..5],
            [
                "claim",
                "factuality:CT+",
                "certainty:certain",
                "polarity:positive",
                "holder:source"
            ]
        );
    }

    #[test]
    fn a_class_is_a_label_of_its_sentence() {
        let mut record = sample::record();
        let classes = json!({"label": "sport", "scores": {"sport": 0.8, "politics": 0.2}});
        for sentence in &mut record.sentences {
            sentence.classes = serde_json::from_value(classes.clone()).unwrap();
        }
        let mut bytes = Vec::new();
        WebAnnotation::default().record(&record, &mut bytes).unwrap();
        let page: Value = serde_json::from_slice(&bytes).unwrap();
        let values = |item: &Value| {
            let bodies = item["body"].as_array().unwrap().iter();
            bodies
                .map(|body| body["value"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let items: Vec<Vec<String>> = page["items"].as_array().unwrap().iter().map(values).collect();
        let classed: Vec<_> = items
            .iter()
            .filter(|values| values.contains(&"class:sport".to_owned()))
            .collect();
        // Two claims, and the sentence that is none.
        assert_eq!((items.len(), classed.len()), (12, 3));
        assert_eq!(
            (classed[0][0].as_str(), classed[2][0].as_str()),
            ("claim", "class:sport")
        );
        for values in classed {
            let scores: Value = serde_json::from_str(values.last().unwrap()).unwrap();
            assert_eq!(scores["classes"], classes);
        }
    }

    #[test]
    fn articles_of_one_id_are_told_apart() {
        let mut layout = WebAnnotation::default();
        let article = |id: &str| Record {
            id: id.to_owned(),
            ..sample::record()
        };
        let mut within = |source: &str, id: &str| layout.within(source, &article(id));
        assert_eq!(within("a.jsonl", "a"), "a.jsonl#a/");
        assert_eq!(within("b.jsonl", "a"), "b.jsonl#a/");
        assert_eq!(within("a.jsonl", "a"), "a.jsonl#a~2/");
        assert_eq!(within("a.jsonl", "a~2"), "a.jsonl#a%7E2/");
    }

    #[test]
    fn sources_are_iris() {
        let record = sample::record();
        assert_eq!(source(&record), "https://example.org/a?b=1&c");
        let bare = Record {
            meta: serde_json::Map::new(),
            ..record
        };
        assert_eq!(source(&bare), "in/a%20b.txt");
        // Rows of one file are told apart, and there is one fragment.
        let mut layout = WebAnnotation::default();
        assert_eq!(layout.within("in/a%20b.txt", &bare), "in/a%20b.txt#../a/%C3%A9%3D1/");
        assert_eq!(
            layout.within("https://example.org/#top", &bare),
            "https://example.org/%23top#../a/%C3%A9%3D1/"
        );
        assert_eq!(source(&Record { path: None, ..bare }), "../a/%C3%A9%3D1");
    }
}
