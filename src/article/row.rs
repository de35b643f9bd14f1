//! A row of JSON or CSV as an article: some fields are known by name, all others go into `meta` untouched. A field
//! that is used only in part stays in `meta` as well, so that nothing is lost.

use std::io;
use std::sync::Arc;

use encoding_rs::Encoding;
use serde_json::{Map, Value};

use super::fault::Fault;
use super::fields::{Fields, no_field};
use super::format::Compression;
use super::options::ReadOptions;
use super::source::Source;
use super::{Article, Failure, FailureKind, date};
use crate::html;
use crate::language;
use crate::span::Span;

/// Makes articles of the rows of one source.
pub(super) struct Row {
    options: Arc<ReadOptions>,
    fields: Arc<Fields>,
    name: String,
    path: Option<String>,
    compression: Compression,
}

impl Row {
    pub fn new(source: &Source, options: Arc<ReadOptions>, fields: Arc<Fields>) -> Self {
        Self {
            options,
            fields,
            name: source.name.clone(),
            path: source.path(),
            compression: source.compression,
        }
    }

    /// Takes note of a header; the fault of one without a field that was named.
    pub fn admit(&self, header: &[String]) -> Result<(), Fault> {
        self.fields.admit(header)
    }

    /// Takes note of the encoding that its file was read in, where that had to be guessed.
    pub fn guessed(&self, encoding: Option<&'static Encoding>) {
        if let Some(encoding) = encoding {
            self.fields
                .see_guess(encoding.name(), self.path.as_deref().unwrap_or(&self.name));
        }
    }

    /// The id of a file's only row.
    pub fn name(&self) -> String {
        self.name.clone()
    }

    /// The id of a row that has none of its own.
    pub fn numbered(&self, number: u64) -> String {
        format!("{}:{number}", self.name)
    }

    /// The whole source failed.
    pub fn failed(&self, fault: Fault) -> Failure {
        fault.of(self.name(), self.path.clone())
    }

    /// There is nothing in the source.
    pub fn blank(&self) -> Failure {
        self.failed(Fault::new(
            FailureKind::Empty,
            "there are no articles in it; fill it or leave it out",
        ))
    }

    /// The stream broke on `line`; what follows is lost.
    pub fn broken(&self, line: u64, error: &io::Error) -> Failure {
        let fault = Fault::reading(error, self.compression).on_line(line);
        fault.of(self.numbered(line), self.path.clone())
    }

    /// The article of a row that starts on `line`; `id` stands in where it has none.
    pub fn article(&self, row: Result<Value, Fault>, mut id: String, line: u64) -> Result<Article, Failure> {
        let article = row.and_then(|row| match row {
            Value::Object(row) => self.fill(row, &mut id),
            other => Err(Fault::new(
                FailureKind::Malformed,
                format!(
                    "a row has to be a JSON object, such as {{\"text\": \"...\"}}, and is {}",
                    kind_of(&other)
                ),
            )),
        });
        match article {
            Ok(article) => Ok(Article {
                id,
                path: self.path.clone(),
                ..article
            }),
            Err(fault) => Err(fault.on_line(line).of(id, self.path.clone())),
        }
    }

    fn fill(&self, mut row: Map<String, Value>, id: &mut String) -> Result<Article, Fault> {
        let options = &*self.options;
        let inner: Vec<&str> = options.field_names().filter(|name| lift(&mut row, name)).collect();
        self.fields.see(&row);
        let field = |name: &Option<String>, default: &'static str| name.clone().unwrap_or_else(|| default.to_owned());
        let id_field = field(&options.id_field, "id");
        let own = row.get(&id_field).and_then(as_text);
        self.fields.ids.see_left(own.as_ref(), row.get(&id_field));
        // One field may be the id and the title: what is used leaves the row when all have had it.
        let mut used: Vec<&str> = Vec::new();
        if let Some(own) = own {
            *id = own;
            used.push(&id_field);
        }
        let body = self.body(&mut row, &used)?;
        let title_field = field(&options.title_field, "title");
        let title = row.get(&title_field).and_then(as_text);
        self.fields.titles.see_left(title.as_ref(), row.get(&title_field));
        if title.is_some() {
            used.push(&title_field);
        }
        let date_field = field(&options.date_field, "date");
        let date = take_whole(&mut row, &date_field, |text| date::field(text).map(str::to_owned));
        self.fields.dates.see_left(date.as_ref(), row.get(&date_field));
        let language_field = field(&options.language_field, "language");
        let language = take_whole(&mut row, &language_field, language::code);
        self.fields
            .languages
            .see_left(language.as_ref(), row.get(&language_field));
        for name in used {
            row.shift_remove(name);
        }
        for name in inner {
            // What was not used, or not in full, stays where it was.
            if row.shift_remove(name).is_none() {
                remove_inner(&mut row, name);
            }
        }
        let (text, title) = match title {
            Some(title) => (format!("{title}\n\n{body}"), Some(Span::new(0, title.len()))),
            None => (body, None),
        };
        Ok(Article {
            date,
            language,
            text,
            title,
            meta: row,
            ..Article::default()
        })
    }

    /// The text; `used` are fields that somebody else wanted.
    fn body(&self, row: &mut Map<String, Value>, used: &[&str]) -> Result<String, Fault> {
        let name = &self.options.text_field;
        let empty = || {
            Fault::new(
                FailureKind::Empty,
                format!("the field `{name}` is empty; fill it or leave the row out"),
            )
        };
        match row.shift_remove(name) {
            Some(Value::String(text)) if html::is_blank(&text) => Err(empty()),
            Some(Value::String(text)) => Ok(text),
            Some(Value::Null) => Err(empty()),
            Some(other) => Err(Fault::new(
                FailureKind::Malformed,
                format!(
                    "the field `{name}` has to be a text and is {}{}",
                    kind_of(&other),
                    inside(name, &other)
                ),
            )),
            None => Err(match rows_inside(row) {
                Some(rows) => Fault::new(
                    FailureKind::Malformed,
                    format!(
                        "there is no field `{name}`, and the rows seem to stand in `{rows}`; take them out first, for instance with `jq -c '.{rows}[]'`"
                    ),
                ),
                None => {
                    let others = row.keys().map(String::as_str).filter(|other| !used.contains(other));
                    no_field(name, "text", others)
                }
            }),
        }
    }
}

/// The field that holds rows of its own, as the answers of servers have it.
fn rows_inside(row: &Map<String, Value>) -> Option<&str> {
    let is_rows = |value: &Value| matches!(value, Value::Array(rows) if rows.first().is_some_and(Value::is_object));
    let mut found = row.iter().filter(|(_, value)| is_rows(value));
    found.next().map(|(name, _)| name.as_str())
}

/// Where the row has no field `name` and that is a path (`content.rendered`), makes what stands there, in the objects inside, a
/// field of that name; whether it did.
fn lift(row: &mut Map<String, Value>, name: &str) -> bool {
    let Some((path, last)) = name.rsplit_once('.') else {
        return false;
    };
    if row.contains_key(name) {
        return false;
    }
    let Some(found) = within(row, path).and_then(|inner| inner.get(last)).cloned() else {
        return false;
    };
    row.insert(name.to_owned(), found);
    true
}

/// Takes out of the objects inside what stands at the path `name`.
fn remove_inner(row: &mut Map<String, Value>, name: &str) {
    if let Some((path, last)) = name.rsplit_once('.')
        && let Some(inner) = within(row, path)
    {
        inner.shift_remove(last);
    }
}

/// The object at `path` inside a row.
fn within<'r>(row: &'r mut Map<String, Value>, path: &str) -> Option<&'r mut Map<String, Value>> {
    path.split('.').try_fold(row, |inner, step| match inner.get_mut(step) {
        Some(Value::Object(next)) => Some(next),
        _ => None,
    })
}

/// What to name in place of the field `name`, if it is an object with texts in it.
fn inside(name: &str, value: &Value) -> String {
    let text = |(inner, value): (&String, &Value)| value.is_string().then(|| format!("`{name}.{inner}`"));
    match value {
        Value::Object(fields) => {
            let texts: Vec<String> = fields.iter().filter_map(text).take(3).collect();
            if texts.is_empty() {
                String::new()
            } else {
                format!("; perhaps {} is meant", texts.join(" or "))
            }
        }
        _ => String::new(),
    }
}

/// Uses a text or number; the field leaves the row only if what is used is all of it.
fn take_whole(row: &mut Map<String, Value>, name: &str, use_it: impl Fn(&str) -> Option<String>) -> Option<String> {
    let field = as_text(row.get(name)?)?;
    let used = use_it(&field)?;
    if used == field {
        row.shift_remove(name);
    }
    Some(used)
}

/// A text that is not blank, or a number as text; not one so large that its last digits are lost, and that others with it.
fn as_text(value: &Value) -> Option<String> {
    const EXACT: f64 = (1u64 << 53) as f64;
    match value {
        Value::Number(number) if number.is_f64() && number.as_f64().is_none_or(|value| value.abs() >= EXACT) => None,
        Value::String(text) if !html::is_blank(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn row_of(options: ReadOptions) -> Row {
        Row {
            fields: Arc::new(Fields::of(&options)),
            options: Arc::new(options),
            name: "news".to_owned(),
            path: Some("in/news.jsonl".to_owned()),
            compression: Compression::None,
        }
    }

    fn article(options: ReadOptions, row: Value) -> Result<Article, Failure> {
        let row_of = row_of(options);
        let id = row_of.numbered(7);
        row_of.article(Ok(row), id, 7)
    }

    fn read(row: Value) -> Result<Article, Failure> {
        article(ReadOptions::default(), row)
    }

    #[test]
    fn known_fields_are_used_and_others_kept_in_order() {
        let row = json!({
            "z": 1, "id": 12, "title": "Brug dicht", "text": "De brug is dicht.", "date": "2017-06",
            "language": "nl", "a": [null, 1.5], "url": "https://example.org/1"
        });
        let article = read(row).unwrap();
        assert_eq!(article.id, "12");
        assert_eq!(article.path.as_deref(), Some("in/news.jsonl"));
        assert_eq!(article.date.as_deref(), Some("2017-06"));
        assert_eq!(article.language.as_deref(), Some("nl"));
        assert_eq!(article.text, "Brug dicht\n\nDe brug is dicht.");
        assert_eq!(article.title.unwrap().slice(&article.text), "Brug dicht");
        let meta = json!({"z": 1, "a": [null, 1.5], "url": "https://example.org/1"});
        assert_eq!(Value::Object(article.meta.clone()), meta);
        assert_eq!(article.meta.keys().collect::<Vec<_>>(), ["z", "a", "url"]);
    }

    #[test]
    fn a_field_inside_another_is_named_by_its_path() {
        let options = || ReadOptions {
            text_field: "content.rendered".to_owned(),
            title_field: Some("title.rendered".to_owned()),
            id_field: Some("ids.own.nr".to_owned()),
            ..ReadOptions::default()
        };
        let row = json!({
            "content": {"rendered": "De brug is dicht.", "protected": false}, "title": {"rendered": "Brug dicht"},
            "ids": {"own": {"nr": 7}}
        });
        let found = article(options(), row).unwrap();
        assert_eq!(
            (found.id.as_str(), found.text.as_str()),
            ("7", "Brug dicht\n\nDe brug is dicht.")
        );
        let kept = json!({"content": {"protected": false}, "title": {}, "ids": {"own": {}}});
        assert_eq!(Value::Object(found.meta), kept);
        // A field of that very name comes first.
        let row = json!({"content.rendered": "Een.", "content": {"rendered": "Twee."}, "title.rendered": "", "ids": {"own": 3}});
        let found = article(options(), row).unwrap();
        assert_eq!((found.id.as_str(), found.text.as_str()), ("news:7", "Een."));
        let message = read(json!({"text": {"html": "<p>Een.</p>", "n": 1}}))
            .unwrap_err()
            .message;
        assert!(
            message.ends_with("is an object; perhaps `text.html` is meant"),
            "{message}"
        );
    }

    #[test]
    fn one_field_may_be_the_id_and_the_title() {
        let options = ReadOptions {
            id_field: Some("title".to_owned()),
            ..ReadOptions::default()
        };
        let found = article(options, json!({"title": "Brug dicht", "text": "De brug is dicht."})).unwrap();
        assert_eq!(found.id, "Brug dicht");
        assert_eq!(found.text, "Brug dicht\n\nDe brug is dicht.");
        assert!(found.meta.is_empty());
        let options = ReadOptions {
            date_field: Some("id".to_owned()),
            ..ReadOptions::default()
        };
        let found = article(options, json!({"id": "2024-01-02", "text": "x"})).unwrap();
        assert_eq!(
            (found.id.as_str(), found.date.as_deref()),
            ("2024-01-02", Some("2024-01-02"))
        );
        // A field that is the text is no title besides.
        let options = ReadOptions {
            text_field: "title".to_owned(),
            ..ReadOptions::default()
        };
        let found = article(options, json!({"title": "Brug dicht"})).unwrap();
        assert_eq!((found.text.as_str(), found.title), ("Brug dicht", None));
    }

    #[test]
    fn a_field_inside_another_that_is_not_used_stays_there() {
        let options = || ReadOptions {
            date_field: Some("a.b.c".to_owned()),
            ..ReadOptions::default()
        };
        for date in ["Diep.", "2017-06-16T10:00:00Z"] {
            let row = json!({"a": {"b": {"c": date}}, "text": "x"});
            let found = article(options(), row).unwrap();
            assert_eq!(Value::Object(found.meta), json!({"a": {"b": {"c": date}}}));
        }
        let found = article(options(), json!({"a": {"b": {"c": "2017"}}, "text": "x"})).unwrap();
        assert_eq!(
            (found.date.as_deref(), Value::Object(found.meta)),
            (Some("2017"), json!({"a": {"b": {}}}))
        );
    }

    #[test]
    fn rows_inside_an_answer_are_pointed_at() {
        let message = read(json!({"status": "ok", "articles": [{"text": "Jan zei."}]}))
            .unwrap_err()
            .message;
        assert!(message.contains("jq -c '.articles[]'"), "{message}");
    }

    #[test]
    fn what_is_not_used_in_full_stays_in_meta() {
        let row = json!({"text": "x", "date": "2017-06-16T10:00:00Z", "language": "nl-BE", "id": null, "title": ["a"]});
        let article = read(row).unwrap();
        assert_eq!((article.id.as_str(), article.title), ("news:7", None));
        assert_eq!(article.date.as_deref(), Some("2017-06-16"));
        assert_eq!(article.language.as_deref(), Some("nl"));
        let kept = json!({"date": "2017-06-16T10:00:00Z", "language": "nl-BE", "id": null, "title": ["a"]});
        assert_eq!(Value::Object(article.meta), kept);
        assert_eq!(read(json!({"text": "x", "language": "xx"})).unwrap().language, None);
        let article = read(json!({"text": "x", "date": "16 juni 2017", "language": "?"})).unwrap();
        assert_eq!((article.date, article.language), (None, None));
        assert_eq!(
            Value::Object(article.meta),
            json!({"date": "16 juni 2017", "language": "?"})
        );
        assert_eq!(
            read(json!({"text": "x", "date": 2017})).unwrap().date.as_deref(),
            Some("2017")
        );
    }

    #[test]
    fn what_cannot_be_read_is_counted_and_a_number_may_be_a_title() {
        let row_of = row_of(ReadOptions::default());
        for row in [
            json!({"text": "x", "title": {"rendered": "Kop"}, "date": "05-11-2024", "language": "xx"}),
            json!({"text": "x", "title": ["Kop"], "date": null, "language": "klingon"}),
            json!({"text": "x", "title": " ", "date": "2024", "language": "nl"}),
            json!({"text": "x", "title": null}),
            json!({"text": "x", "title": "\u{200b}"}),
        ] {
            let article = row_of.article(Ok(row.clone()), "1".to_owned(), 1).unwrap();
            assert_eq!(article.title, None, "{row}");
            assert_eq!(article.meta.get("title"), row.get("title"));
        }
        assert_eq!(row_of.fields.unread_titles(), Some((2, r#"{"rendered":"Kop"}"#)));
        assert_eq!(row_of.fields.unread_dates(), Some((1, "05-11-2024")));
        assert_eq!(row_of.fields.unread_languages(), Some((2, "xx")));
        let article = read(json!({"text": "x", "title": 1984})).unwrap();
        assert_eq!((article.text.as_str(), article.meta.len()), ("1984\n\nx", 0));
    }

    #[test]
    fn a_number_that_lost_its_last_digits_is_no_id() {
        let id = |line: &str| read(serde_json::from_str(line).unwrap()).unwrap().id;
        assert_eq!(id(r#"{"id":9007199254740993,"text":"x"}"#), "9007199254740993");
        assert_eq!(id(r#"{"id":100000000000000000000001,"text":"x"}"#), "news:7");
        let meta = read(serde_json::from_str(r#"{"text":"x","n":94.95886283158103}"#).unwrap())
            .unwrap()
            .meta;
        assert_eq!(serde_json::to_string(&meta).unwrap(), r#"{"n":94.95886283158103}"#);
    }

    #[test]
    fn fields_go_by_the_names_given() {
        let options = ReadOptions {
            text_field: "body".to_owned(),
            title_field: Some("kop".to_owned()),
            id_field: Some("nr".to_owned()),
            date_field: Some("op".to_owned()),
            language_field: Some("taal".to_owned()),
            ..ReadOptions::default()
        };
        let row = json!({"body": "x", "kop": "Kop", "nr": "a1", "op": "2017", "taal": "fr", "title": "t", "text": "u"});
        let article = article(options, row).unwrap();
        assert_eq!((article.id.as_str(), article.text.as_str()), ("a1", "Kop\n\nx"));
        assert_eq!(
            (article.date.as_deref(), article.language.as_deref()),
            (Some("2017"), Some("fr"))
        );
        assert_eq!(Value::Object(article.meta), json!({"title": "t", "text": "u"}));
    }

    #[test]
    fn faults_name_line_id_and_remedy() {
        let failure = read(json!({"id": "a1", "body": "x", "url": "y"})).unwrap_err();
        assert_eq!((failure.id.as_str(), failure.kind), ("a1", FailureKind::Malformed));
        assert_eq!(
            failure.message,
            "line 7: there is no field `text`, only `body`, `url`; name the one with the text by `--text-field`"
        );
        for (row, kind) in [
            (json!({"text": ""}), FailureKind::Empty),
            (json!({"text": " \n"}), FailureKind::Empty),
            (json!({"text": "  \u{200b} ", "title": "Kop"}), FailureKind::Empty),
            (json!({"text": "<p>&nbsp;</p>"}), FailureKind::Empty),
            (json!({"text": null}), FailureKind::Empty),
            (json!({"text": "", "title": "Kop"}), FailureKind::Empty),
            (json!({"text": 5}), FailureKind::Malformed),
            (json!({"text": ["a"]}), FailureKind::Malformed),
            (json!({}), FailureKind::Malformed),
            (json!("text"), FailureKind::Malformed),
        ] {
            let failure = read(row.clone()).unwrap_err();
            assert_eq!((failure.id.as_str(), failure.kind), ("news:7", kind), "{row}");
            assert!(failure.message.starts_with("line 7: "), "{}", failure.message);
        }
        let wide: Map<String, Value> = (0..50).map(|n| (format!("f{n}"), Value::Null)).collect();
        assert!(read(Value::Object(wide)).unwrap_err().message.contains("and 30 more"));
    }

    proptest! {
        #[test]
        fn title_and_text_are_slices_of_the_whole(title in ".{0,20}", text in ".{0,40}") {
            prop_assume!(!html::is_blank(&text));
            let article = read(json!({"title": title, "text": text})).unwrap();
            let body = match article.title {
                Some(span) => {
                    prop_assert_eq!(span.slice(&article.text), title);
                    &article.text[span.end + 2..]
                }
                None => &article.text,
            };
            prop_assert_eq!(body, text);
        }
    }
}
