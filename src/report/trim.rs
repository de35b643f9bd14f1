//! A record as the page needs it: without what the index says for all, and without what the text says itself.

use std::io;

use serde_json::{Number, Value};

use crate::record::Record;

/// Fields of a record that the page does not show.
const LEFT_OUT: [&str; 4] = ["schema", "models", "run", "meta"];

/// The record without [`LEFT_OUT`] and the words of its spans, scores in hundredths.
pub(super) fn trimmed(record: &Record) -> io::Result<Value> {
    let mut article = serde_json::to_value(record)?;
    if let Some(fields) = article.as_object_mut() {
        fields.retain(|name, _| !LEFT_OUT.contains(&name.as_str()));
        for name in ["sentences", "entities"] {
            if let Some(values) = fields.get_mut(name) {
                shorten(values, false);
            }
        }
    }
    Ok(article)
}

/// `is_class`: names are those of the user's own classes, of which one may be called `text`.
fn shorten(value: &mut Value, is_class: bool) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| shorten(value, is_class)),
        Value::Object(fields) => {
            if !is_class {
                fields.shift_remove("text");
            }
            for (name, value) in fields {
                shorten(value, is_class || name == "classes");
            }
        }
        Value::Number(number) if number.is_f64() => {
            let hundredths = number.as_f64().map(|score| (score * 100.0).round() / 100.0);
            if let Some(rounded) = hundredths.and_then(Number::from_f64) {
                *number = rounded;
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sample;

    #[test]
    fn words_of_spans_go_and_places_stay() {
        let mut record = sample::record();
        record.entities[0].score = 0.876;
        let classes = serde_json::json!({"label": "text", "scores": {"text": 0.876, "image": 0.124}});
        record.sentences[0].classes = serde_json::from_value(classes).unwrap();
        let article = trimmed(&record).unwrap();
        assert_eq!(article["text"], sample::TEXT);
        assert!(article["meta"].is_null() && article["run"].is_null());
        assert_eq!(article["entities"][0]["start"], record.entities[0].start);
        assert_eq!(article["entities"][0]["score"], 0.88);
        assert!(article["entities"][0]["text"].is_null());
        assert!(article["sentences"][0]["source"][0]["text"].is_null());
        let scores = &article["sentences"][0]["classes"]["scores"];
        assert_eq!(*scores, serde_json::json!({"text": 0.88, "image": 0.12}));
        assert_eq!(article["sentences"][0]["certainty"]["scores"]["possible"], 0.87);
    }
}
