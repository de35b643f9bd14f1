//! JSON Lines: one object on each line. Lines are read one by one and none longer than the limit is held; a bad line
//! is a fault of its own and the others go on. Blank lines are passed over.

use std::io::{self, BufRead, Read};
use std::str;

use serde_json::Value;

use super::fault::Fault;
use super::open::{Rows, Stream};
use super::options::ReadOptions;
use super::row::Row;
use super::{Article, Failure, FailureKind};

/// The articles of a JSON Lines file.
pub(super) struct Articles {
    lines: Lines<Stream>,
    row: Row,
    is_blank: bool,
    ended: bool,
}

impl Articles {
    pub fn new(rows: Rows, options: &ReadOptions, row: Row) -> Self {
        Self {
            lines: Lines::new(rows.stream, options.max_bytes),
            row,
            is_blank: true,
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
        match self.lines.next() {
            Ok(Some((number, line))) => {
                self.is_blank = false;
                Some(
                    self.row
                        .article(line.and_then(parse), self.row.numbered(number), number),
                )
            }
            Ok(None) => {
                self.ended = true;
                self.is_blank.then(|| Err(self.row.blank()))
            }
            Err((line, error)) => {
                self.ended = true;
                Some(Err(self.row.broken(line, &error)))
            }
        }
    }
}

/// One line: its number from 1 and its bytes, or why it has none.
pub(super) type Line<'l> = (u64, Result<&'l [u8], Fault>);

/// The lines of a stream that are not blank.
pub(super) struct Lines<R> {
    reader: R,
    max_bytes: u64,
    number: u64,
    line: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub fn new(reader: R, max_bytes: u64) -> Self {
        Self {
            reader,
            max_bytes,
            number: 0,
            line: Vec::new(),
        }
    }

    /// The next line; the error of a stream that broke, with the number of the line it broke in.
    pub fn next(&mut self) -> Result<Option<Line<'_>>, (u64, io::Error)> {
        loop {
            self.line.clear();
            self.number += 1;
            let number = self.number;
            let broken = |error| (number, error);
            let read = (&mut self.reader)
                .take(self.max_bytes.saturating_add(1))
                .read_until(b'\n', &mut self.line)
                .map_err(broken)?;
            if read == 0 {
                return Ok(None);
            }
            if read as u64 > self.max_bytes && self.line.last() != Some(&b'\n') {
                self.reader.skip_until(b'\n').map_err(broken)?;
                return Ok(Some((self.number, Err(Fault::too_large(self.max_bytes)))));
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(Some((self.number, Ok(&self.line))));
            }
        }
    }
}

/// The JSON value in `bytes`.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, Fault> {
    let malformed = |message| Fault::new(FailureKind::Malformed, message);
    let text = str::from_utf8(bytes).map_err(|error| {
        malformed(format!(
            "not UTF-8 at its byte {}, which JSON has to be; convert the file, for instance with `iconv -f WINDOWS-1252 -t UTF-8`",
            error.valid_up_to() + 1
        ))
    })?;
    serde_json::from_str(text).map_err(|error| {
        malformed(format!(
            "not valid JSON ({}, line {} column {} of this row); {}",
            without_place(&error),
            error.line(),
            error.column(),
            remedy(text, &error)
        ))
    })
}

/// What to do about a row that is no JSON.
fn remedy(text: &str, error: &serde_json::Error) -> &'static str {
    let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    let here = line.get(error.column().saturating_sub(1)..).unwrap_or_default();
    if ["NaN", "Infinity", "aN", "nfinity"]
        .iter()
        .any(|word| here.starts_with(word))
    {
        "JSON has no such number, though Python's `json` writes it: write null"
    } else {
        "mend the row or leave it out"
    }
}

/// What is wrong with a row. The parser counts lines from the start of the row, which would be taken for lines of the file.
pub(crate) fn without_place(error: &serde_json::Error) -> String {
    let place = format!(" at line {} column {}", error.line(), error.column());
    error.to_string().replace(&place, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, max_bytes: u64) -> Vec<(u64, Result<String, FailureKind>)> {
        let mut lines = Lines::new(text.as_bytes(), max_bytes);
        let mut all = Vec::new();
        while let Some((number, line)) = lines.next().unwrap() {
            let line = line.map(|bytes| String::from_utf8_lossy(bytes).trim_end().to_owned());
            all.push((number, line.map_err(|fault| fault.kind)));
        }
        all
    }

    #[test]
    fn blank_lines_count_and_long_ones_do_not_stop_the_rest() {
        let long = "x".repeat(50);
        let text = format!("a\n\n  \r\n{long}\nb\r\n{long}");
        assert_eq!(
            lines(&text, 10),
            [
                (1, Ok("a".to_owned())),
                (4, Err(FailureKind::TooLarge)),
                (5, Ok("b".to_owned())),
                (6, Err(FailureKind::TooLarge)),
            ]
        );
    }

    #[test]
    fn a_line_of_exactly_the_limit_is_read() {
        assert_eq!(lines("0123456789\n", 10), [(1, Ok("0123456789".to_owned()))]);
        assert_eq!(lines("0123456789", 10), [(1, Ok("0123456789".to_owned()))]);
        assert_eq!(lines("01234567890", 10), [(1, Err(FailureKind::TooLarge))]);
    }
}
