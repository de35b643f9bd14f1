//! Articles one after another, whatever they stand in. One article is held at a time, and of a row format one row.

use std::path::PathBuf;
use std::sync::Arc;

use super::fields::Fields;
use super::format::Format;
use super::options::{ReadError, ReadOptions};
use super::piped::{self, Contents};
use super::row::Row;
use super::source::Source;
use super::walk::{Skipped, Walk, walk};
use super::{Article, Failure, delimited, json, jsonl, text};

type Rows = Box<dyn Iterator<Item = Result<Article, Failure>> + Send>;

/// Reads the articles of `inputs` in order: files as given, folders by name, rows as they stand. What cannot be read
/// is a [`Failure`] in its place.
///
/// # Errors
/// Where the patterns of the options cannot be used.
pub fn read(inputs: &[PathBuf], options: ReadOptions) -> Result<Reader, ReadError> {
    Ok(Reader {
        walk: walk(inputs, &options)?,
        left: options.limit,
        fields: Arc::new(Fields::of(&options)),
        options: Arc::new(options),
        rows: None,
    })
}

/// Iterator of [`read()`].
pub struct Reader {
    walk: Walk,
    options: Arc<ReadOptions>,
    fields: Arc<Fields>,
    /// What is left of the present file.
    rows: Option<Rows>,
    /// Articles left until the limit.
    left: Option<usize>,
}

impl Reader {
    /// Files that are passed over; the counts grow while articles are read.
    pub fn skipped(&self) -> Arc<Skipped> {
        self.walk.skipped()
    }

    /// What is found of fields and dates, kept while articles are read.
    pub fn fields(&self) -> Arc<Fields> {
        Arc::clone(&self.fields)
    }

    fn open(&self, source: &Source) -> Rows {
        let row = || Row::new(source, Arc::clone(&self.options), Arc::clone(&self.fields));
        let opened: Result<Rows, _> = match source.format {
            Format::JsonLines => piped::open(source, &self.options).map(|contents| match contents {
                Contents::Rows(rows) => Box::new(jsonl::Articles::new(rows, &self.options, row())) as Rows,
                Contents::Objects(rows) => Box::new(json::Articles::new(rows, &self.options, row())) as Rows,
                Contents::Text(bytes) => one(text::of_bytes(source, bytes, &self.fields)),
            }),
            Format::Json => json::Articles::open(source, &self.options, row()).map(|rows| Box::new(rows) as Rows),
            Format::Csv | Format::Tsv => {
                delimited::Articles::open(source, &self.options, row()).map(|rows| Box::new(rows) as Rows)
            }
            Format::Text | Format::Markdown | Format::Other => {
                return one(text::read(source, self.options.max_bytes, &self.fields));
            }
        };
        opened.unwrap_or_else(|fault| one(Err(row().failed(fault))))
    }
}

fn one(item: Result<Article, Failure>) -> Rows {
    Box::new(std::iter::once(item))
}

impl Iterator for Reader {
    type Item = Result<Article, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == Some(0) {
            return None;
        }
        loop {
            let Some(item) = self.rows.as_mut().and_then(|rows| rows.next()) else {
                match self.walk.next()? {
                    Ok(source) => self.rows = Some(self.open(&source)),
                    Err(failure) => {
                        self.rows = None;
                        return Some(Err(failure));
                    }
                }
                continue;
            };
            if item.is_ok() {
                self.left = self.left.map(|left| left - 1);
            }
            return Some(item);
        }
    }
}
