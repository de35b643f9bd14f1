//! A record for tests, with all that makes offsets and escaping hard: emoji, combining marks, CRLF, tabs, control
//! characters, markup, right-to-left text, a quotation mark and a cell that a spreadsheet would take for a formula.

use serde_json::json;

use super::Record;

/// Its text. The second sentence runs over a line break, the third starts with `=`.
pub(crate) const TEXT: &str = "Volgens <Ann & Co> is \u{1F1F3}\u{1F1F1} \"Cafe\u{301}\"\tdicht.\r\nO\u{308}mer\r\nA\u{1} zou vlug zijn, zei Bo.\n\n=1+1 \u{5d0}\u{5d1}\u{5d2} ]]> \u{c} \u{1F600}!";

/// Three sentences, two of them claims, and four entities.
pub(crate) fn record() -> Record {
    let text: Vec<char> = TEXT.chars().collect();
    let at = |words: &str, from: usize| {
        let words: Vec<char> = words.chars().collect();
        let found = (from..text.len()).find(|&at| text[at..].starts_with(&words));
        let start = found.unwrap_or_default();
        (start, start + words.len())
    };
    let span = |words: &str| {
        let (start, end) = at(words, 0);
        json!({"start": start, "end": end, "text": words, "score": 0.9})
    };
    let entity = |words: &str, label: &str, sentence: usize| {
        let mut entity = span(words);
        entity["label"] = label.into();
        entity["type"] = label.into();
        entity["sentence"] = sentence.into();
        entity
    };
    let cue = |words: &str, kind: &str| {
        let mut cue = span(words);
        cue["kind"] = kind.into();
        cue
    };
    let sentence = |first: &str, last: &str, paragraph: usize, rest: serde_json::Value| {
        let start = at(first, 0).0;
        let mut sentence = json!({"start": start, "end": at(last, start).1, "paragraph": paragraph, "heading": false});
        if let (Some(sentence), serde_json::Value::Object(rest)) = (sentence.as_object_mut(), rest) {
            sentence.extend(rest);
        }
        sentence
    };
    let claim =
        |certainty: &str, factuality: &str, holder: &str, source: serde_json::Value, cues: serde_json::Value| {
            json!({
            "claim": {"label": true, "score": 0.98},
            "certainty": {"label": certainty, "score": 0.87,
                "scores": {"certain": 0.05, "probable": 0.04, "possible": 0.87, "uncommitted": 0.04}},
            "polarity": {"label": "positive", "score": 0.99}, "holder": {"label": holder, "score": 0.91},
            "factuality": factuality, "source": source, "cues": cues})
        };
    let first = claim(
        "certain",
        "CT+",
        "source",
        json!([span("Ann & Co")]),
        json!([cue("Volgens", "attribution")]),
    );
    let second = claim(
        "possible",
        "PS+",
        "source",
        json!([span("Bo")]),
        json!([cue("zou vlug", "certainty"), cue("zei", "attribution")]),
    );
    let none = json!({"claim": {"label": false, "score": 0.8}, "certainty": null, "polarity": null, "holder": null,
        "factuality": null, "source": [], "cues": []});
    let record = json!({
        "schema": 1, "id": "../a/\u{e9}=1", "path": "in/a b.txt", "date": "2024-03", "language": "nl", "text": TEXT,
        "meta": {"url": "https://example.org/a?b=1&c", "n": [1, {"x": null}]},
        "models": {"entities": "m@0", "claims": "m@0"}, "run": {"version": "0", "device": "cpu", "dtype": "f32"},
        "sentences": [
            sentence("Volgens", "dicht.", 0, first),
            sentence("O\u{308}mer", "zei Bo.", 0, second),
            sentence("=1+1", "\u{1F600}!", 1, none),
        ],
        "entities": [
            entity("Ann & Co", "ORG", 0), entity("\u{1F1F3}\u{1F1F1} \"Cafe\u{301}", "LOC", 0),
            entity("O\u{308}mer\r\nA\u{1}", "PER", 1), entity("\u{5d0}\u{5d1}\u{5d2}", "MISC", 2),
        ],
    });
    serde_json::from_value(record).unwrap_or_else(|error| unreachable!("{error}"))
}
