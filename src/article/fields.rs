//! What the rows of a run have of the fields that were named, and what of them could not be read. A field that no row
//! has was mistyped.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

use super::FailureKind;
use super::fault::Fault;
use super::options::ReadOptions;
use super::unread::Unread;
use crate::nearest::{did_you_mean, nearest};

/// Rows whose fields are kept in mind, for what may have been meant.
const ROWS: u64 = 100;
/// Fields of a row that are looked at for that.
const WIDEST: usize = 100;
/// Characters of the name of a field that are shown.
const LONGEST: usize = 40;

/// What was found, kept while articles are read.
#[derive(Debug, Default)]
pub struct Fields {
    named: Vec<Named>,
    rows: AtomicU64,
    others: Mutex<BTreeSet<String>>,
    pub(super) ids: Unread,
    pub(super) dates: Unread,
    pub(super) titles: Unread,
    pub(super) languages: Unread,
    encodings: Unread,
}

/// A field that an option names.
#[derive(Debug)]
struct Named {
    /// What it holds, which is also the option's name.
    what: &'static str,
    name: String,
    is_found: AtomicBool,
}

impl Fields {
    pub(super) fn of(options: &ReadOptions) -> Self {
        let named = [
            ("title", &options.title_field),
            ("id", &options.id_field),
            ("date", &options.date_field),
            ("language", &options.language_field),
        ];
        let named = named.into_iter().filter_map(|(what, name)| {
            Some(Named {
                what,
                name: name.clone()?,
                is_found: AtomicBool::new(false),
            })
        });
        Self {
            named: named.collect(),
            ..Self::default()
        }
    }

    /// Takes note of a row.
    pub(super) fn see(&self, row: &Map<String, Value>) {
        let rows = self.rows.fetch_add(1, Ordering::Relaxed);
        let mut is_missing = false;
        for field in &self.named {
            if !field.is_found.load(Ordering::Relaxed) {
                let is_there = row.contains_key(&field.name);
                field.is_found.fetch_or(is_there, Ordering::Relaxed);
                is_missing |= !is_there;
            }
        }
        if is_missing && rows < ROWS {
            let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
            others.extend(row.keys().take(WIDEST).cloned());
        }
    }

    /// Takes note of a header, which holds for all rows under it.
    ///
    /// # Errors
    /// If it does not have a field that was named.
    pub(super) fn admit(&self, header: &[String]) -> Result<(), Fault> {
        for field in &self.named {
            if !header.contains(&field.name) {
                return Err(no_field(&field.name, field.what, header.iter().map(String::as_str)));
            }
            field.is_found.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// What to say of each field that was named and that none of the rows read so far has; nothing where there were no
    /// rows.
    pub fn missing(&self) -> Vec<String> {
        if self.rows.load(Ordering::Relaxed) == 0 {
            return Vec::new();
        }
        let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        let missing = self
            .named
            .iter()
            .filter(|field| !field.is_found.load(Ordering::Relaxed));
        let message = |field: &Named| {
            let near = did_you_mean(quoted(nearest(&field.name, others.iter().map(String::as_str))));
            format!("no row has a field `{}` (--{}-field){near}", field.name, field.what)
        };
        missing.map(message).collect()
    }

    /// Takes note of a file whose encoding had to be guessed.
    pub(super) fn see_guess(&self, encoding: &str, file: &str) {
        self.encodings.add(|| format!("{encoding} in {file}"));
    }

    /// How many files were read in an encoding that was guessed, and the first: `windows-1252 in news.csv`.
    pub fn guessed(&self) -> Option<(u64, &str)> {
        self.encodings.told()
    }

    /// How many ids are no texts or numbers, and the first of them.
    pub fn unread_ids(&self) -> Option<(u64, &str)> {
        self.ids.told()
    }

    /// How many dates could not be read, and the first of them.
    pub fn unread_dates(&self) -> Option<(u64, &str)> {
        self.dates.told()
    }

    /// How many titles are no texts, and the first of them.
    pub fn unread_titles(&self) -> Option<(u64, &str)> {
        self.titles.told()
    }

    /// How many languages are none that is known, and the first of them.
    pub fn unread_languages(&self) -> Option<(u64, &str)> {
        self.languages.told()
    }
}

/// The fault of a row or header without the field `name`; `what` is what the field holds.
pub(super) fn no_field<'f>(name: &str, what: &str, fields: impl Iterator<Item = &'f str>) -> Fault {
    /// So many names help; a thousand do not.
    const SHOWN: usize = 20;
    let fields: Vec<&str> = fields.collect();
    let malformed = |message| Fault::new(FailureKind::Malformed, message);
    if fields.is_empty() {
        return malformed(format!(
            "there is no field `{name}`, nor any other; fill the row or leave it out"
        ));
    }
    let shown = fields.iter().take(SHOWN);
    let list: Vec<String> = shown.map(|field| format!("`{}`", shortened(field))).collect();
    let more = match fields.len() {
        count if count > SHOWN => format!(" and {} more", count - SHOWN),
        _ => String::new(),
    };
    malformed(format!(
        "there is no field `{name}`, only {}{more}; name the one with the {what} by `--{what}-field`{}",
        list.join(", "),
        did_you_mean(quoted(nearest(name, fields.iter().copied())))
    ))
}

/// What is no table has whole texts where fields should be.
fn shortened(name: &str) -> String {
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

fn quoted(name: Option<&str>) -> Option<String> {
    name.map(|name| format!("`{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields() -> Fields {
        Fields::of(&ReadOptions {
            title_field: Some("kopp".to_owned()),
            date_field: Some("datum".to_owned()),
            ..ReadOptions::default()
        })
    }

    #[test]
    fn a_field_that_no_row_has_is_told() {
        let found = fields();
        assert_eq!(found.missing(), [] as [&str; 0], "there are no rows");
        for row in [json!({"text": "x", "kop": "y"}), json!({"text": "x", "datum": null})] {
            found.see(row.as_object().unwrap());
        }
        let said = "no row has a field `kopp` (--title-field); did you mean `kop`?";
        assert_eq!(found.missing(), [said]);
    }

    #[test]
    fn a_header_without_a_field_is_a_fault() {
        let header = |names: [&str; 3]| fields().admit(&names.map(str::to_owned));
        assert_eq!(header(["text", "kopp", "datum"]), Ok(()));
        assert_eq!(
            header(["text", "kop", "datum"]).unwrap_err().message,
            "there is no field `kopp`, only `text`, `kop`, `datum`; name the one with the title by `--title-field`; did you mean `kop`?"
        );
    }

    #[test]
    fn a_text_in_the_place_of_a_field_is_shortened() {
        let message = no_field("text", "text", ["é".repeat(50).as_str()].into_iter()).message;
        assert!(message.contains(&format!("only `{}…`;", "é".repeat(40))), "{message}");
    }
}
