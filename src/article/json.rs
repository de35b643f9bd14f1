//! `.json`: one object, an array of objects, or objects one after another. An object alone
//! in its file has the file's name; several are numbered.

use super::fault::Fault;
use super::jsonl::parse;
use super::open::{Rows, Stream, open_rows};
use super::options::ReadOptions;
use super::row::Row;
use super::source::Source;
use super::values::Values;
use super::{Article, Failure};

/// The articles of a JSON file.
pub(super) struct Articles {
    values: Values<Stream>,
    row: Row,
    ended: bool,
}

impl Articles {
    pub fn open(source: &Source, options: &ReadOptions, row: Row) -> Result<Self, Fault> {
        Ok(Self::new(open_rows(source, 16)?, options, row))
    }

    pub fn new(rows: Rows, options: &ReadOptions, row: Row) -> Self {
        Self {
            values: Values::new(rows.stream, options.max_bytes),
            row,
            ended: false,
        }
    }
}

impl Iterator for Articles {
    type Item = Result<Article, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let (number, line, value) = match self.values.next() {
            Ok(Some(cut)) => (cut.number, cut.line, cut.bytes.and_then(parse)),
            Ok(None) => {
                self.ended = true;
                return self.values.is_blank().then(|| Err(self.row.blank()));
            }
            Err((line, error)) => {
                self.ended = true;
                return Some(Err(self.row.broken(line, &error)));
            }
        };
        let id = if self.values.is_alone() {
            self.row.name()
        } else {
            self.row.numbered(number)
        };
        let mut article = self.row.article(value, id, line);
        // All of them may stand on one line.
        if let (Err(failure), false) = (&mut article, self.values.is_alone()) {
            failure.message = format!("object {number}, {}", failure.message);
        }
        Some(article)
    }
}
