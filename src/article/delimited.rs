//! `.csv` and `.tsv`: a header, then rows, read one by one. Comma, semicolon or tab is told from the header, or stands in
//! a line `sep=;` above it; fields in quotation marks may hold line ends. A row that is too large or does not fit the
//! header is a fault of its own.

use std::collections::{HashMap, HashSet};
use std::{io, str};

use encoding_rs::Encoding;
use serde_json::{Map, Value};

use super::encoding::{is_broken_utf8, legacy};
use super::fault::Fault;
use super::fields::no_field;
use super::format::Format;
use super::open::{Rows, Stream, open_rows};
use super::options::ReadOptions;
use super::records::Records;
use super::row::Row;
use super::source::Source;
use super::{Article, Failure, FailureKind};

/// Bytes looked at to tell delimiter and encoding, and whether tabs stand between fields in quotation marks: some hundred articles.
pub(super) const HEAD: usize = 1 << 20;

/// The articles of a CSV or TSV file.
pub(super) struct Articles {
    records: Records<Stream>,
    charset: Charset,
    header: Vec<String>,
    /// Which column the text is.
    text: usize,
    row: Row,
    /// Whether there is no row under the header, as far as it was read.
    is_blank: bool,
    ended: bool,
}

impl Articles {
    pub fn open(source: &Source, options: &ReadOptions, row: Row) -> Result<Self, Fault> {
        let rows = open_rows(source, HEAD)?;
        let mut charset = Charset::of(&rows.head);
        let broken = |(line, error): (u64, io::Error)| Fault::reading(&error, source.compression).on_line(line);
        let mut records = records(rows, source.format, options).map_err(broken)?;
        let mut header = Vec::new();
        let line = match records.next().map_err(broken)? {
            Some((line, whole)) => {
                whole.map_err(|fault| fault.on_line(line))?;
                charset.admit(records.bytes()).map_err(|fault| fault.on_line(line))?;
                let mut names = Names::default();
                for field in records.fields() {
                    header.push(names.unused(charset.decode(field).trim()));
                }
                line
            }
            None => {
                return Err(Fault::new(
                    FailureKind::Empty,
                    "there are no rows in it; fill it or leave it out",
                ));
            }
        };
        let Some(text) = header.iter().position(|name| *name == options.text_field) else {
            let names = header.iter().map(String::as_str);
            return Err(no_field(&options.text_field, "text", names).on_line(line));
        };
        row.admit(&header).map_err(|fault| fault.on_line(line))?;
        row.guessed(charset.legacy);
        Ok(Self {
            records,
            charset,
            header,
            text,
            row,
            is_blank: true,
            ended: false,
        })
    }

    /// The present record as a JSON object; none for a line of blanks, or of empty cells, as spreadsheets leave them behind the last row.
    fn object(&mut self) -> Result<Option<Map<String, Value>>, Fault> {
        if self.header.len() > 1 && self.records.bytes().trim_ascii().is_empty() {
            return Ok(None);
        }
        let (found, wanted) = (self.records.fields().count(), self.header.len());
        if found > wanted {
            return Err(Fault::new(
                FailureKind::Malformed,
                format!(
                    "the row has {found} fields and the header {wanted}; put fields that hold a delimiter or a line \
                     end in quotation marks"
                ),
            ));
        }
        // Columns that are left out at the end of a row are empty; a row that ends before its text is cut off.
        if found <= self.text {
            return Err(Fault::new(
                FailureKind::Malformed,
                format!(
                    "the row has {found} {} and the header {wanted}, so it ends before `{}`; complete it or leave it out",
                    if found == 1 { "field" } else { "fields" },
                    self.header[self.text]
                ),
            ));
        }
        self.charset.admit(self.records.bytes())?;
        let fields = self
            .records
            .fields()
            .map(|field| Value::String(self.charset.decode(field)));
        Ok(Some(self.header.iter().cloned().zip(fields).collect()))
    }
}

impl Iterator for Articles {
    type Item = Result<Article, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.records.next() {
                Ok(Some((line, whole))) => {
                    let row = match whole.and_then(|()| self.object()) {
                        Ok(None) => continue,
                        Ok(Some(object)) => Ok(Value::Object(object)),
                        Err(fault) => Err(fault),
                    };
                    self.is_blank = false;
                    return Some(self.row.article(row, self.row.numbered(line), line));
                }
                Ok(None) => {
                    self.ended = true;
                    self.row
                        .guessed(self.charset.legacy.filter(|_| self.charset.by_one_row));
                    return self.is_blank.then(|| Err(self.row.blank()));
                }
                Err((line, error)) => {
                    self.ended = true;
                    return Some(Err(self.row.broken(line, &error)));
                }
            }
        }
        None
    }
}

/// The records of a table, from its header on.
pub(super) fn records(rows: Rows, format: Format, options: &ReadOptions) -> Result<Records<Stream>, (u64, io::Error)> {
    let named = named_delimiter(&rows.head);
    let delimiter = named.unwrap_or_else(|| delimiter(&rows.head, format, &options.text_field));
    let mut records = Records::new(rows.stream, delimiter, options.max_bytes);
    if named.is_some() {
        records.next()?;
    }
    Ok(records)
}

/// The delimiter that a first line `sep=;` names: exports write it for Excel, and it is no header.
fn named_delimiter(head: &[u8]) -> Option<u8> {
    let line = head.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let [delimiter] = *line.strip_prefix(b"sep=")? else {
        return None;
    };
    let divides = delimiter == b'\t' || (delimiter.is_ascii_punctuation() && delimiter != b'"');
    divides.then_some(delimiter)
}

/// The delimiter under which the header has the text field; else the one that gives most fields.
fn delimiter(head: &[u8], format: Format, text_field: &str) -> u8 {
    let candidates = match format {
        Format::Tsv => *b"\t,;",
        _ => *b",;\t",
    };
    let mut best = (candidates[0], 0);
    for candidate in candidates {
        let mut records = Records::new(head, candidate, HEAD as u64);
        if !matches!(records.next(), Ok(Some((_, Ok(()))))) {
            continue;
        }
        if records
            .fields()
            .any(|field| field.trim_ascii() == text_field.as_bytes())
        {
            return candidate;
        }
        let count = records.fields().count();
        if count > best.1 {
            best = (candidate, count);
        }
    }
    best.0
}

/// Names of columns. A second column of the same name gets a number, so that neither is lost.
#[derive(Default)]
struct Names {
    taken: HashSet<String>,
    /// The next number of each name that came twice: a sheet may have thousands of columns without one.
    next: HashMap<String, usize>,
}

impl Names {
    /// `name`, or `name` with the first number that no column has.
    fn unused(&mut self, name: &str) -> String {
        let mut found = name.to_owned();
        if self.taken.contains(name) {
            let next = self.next.entry(name.to_owned()).or_insert(2);
            while self.taken.contains(&found) {
                found = format!("{name}_{next}");
                *next += 1;
            }
        }
        self.taken.insert(found.clone());
        found
    }
}

/// How the bytes of a file are read: UTF-8 until the file shows that it is something older.
struct Charset {
    legacy: Option<&'static Encoding>,
    /// Whether one row settled that and not the head: a row that is UTF-8 then says otherwise.
    by_one_row: bool,
    has_shown_utf8: bool,
}

impl Charset {
    fn of(head: &[u8]) -> Self {
        // The head may end inside a character, which says nothing.
        let is_utf8 = str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
        let is_utf8 = is_utf8 || is_broken_utf8(head);
        Self {
            legacy: (!is_utf8).then(|| legacy(head)),
            by_one_row: false,
            has_shown_utf8: is_utf8 && !head.is_ascii(),
        }
    }

    /// Settles how `record` is read. A file that has shown UTF-8, before or in this row, has a broken row; one that was
    /// ASCII up to here is in an older encoding, unless a later row is UTF-8: then that row alone was broken.
    fn admit(&mut self, record: &[u8]) -> Result<(), Fault> {
        if record.is_ascii() || (self.legacy.is_some() && !self.by_one_row) {
            return Ok(());
        }
        match str::from_utf8(record) {
            Ok(_) => (self.legacy, self.has_shown_utf8) = (None, true),
            Err(_) if self.legacy.is_some() => {}
            Err(_) if self.has_shown_utf8 || is_broken_utf8(record) => {
                self.has_shown_utf8 = true;
                return Err(Fault::new(
                    FailureKind::Malformed,
                    "the row is not UTF-8 though the file is; mend it, for instance with `iconv -c -f UTF-8 -t UTF-8`",
                ));
            }
            Err(_) => (self.legacy, self.by_one_row) = (Some(legacy(record)), true),
        }
        Ok(())
    }

    fn decode(&self, field: &[u8]) -> String {
        match self.legacy {
            Some(encoding) => encoding.decode_without_bom_handling(field).0.into_owned(),
            None => String::from_utf8_lossy(field).into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_told_from_the_header() {
        for (head, format, expected) in [
            ("id,text\n1,a;b;c;d\n", Format::Csv, b','),
            ("id;text;a,b\n1;x;y\n", Format::Csv, b';'),
            ("id\ttext\n", Format::Csv, b'\t'),
            ("id,text\n", Format::Tsv, b','),
            ("text\nx,y;z\n", Format::Csv, b','),
            ("text\nx,y;z\n", Format::Tsv, b'\t'),
            ("\"a;b\",\"text\"\n", Format::Csv, b','),
            ("kop;tekst;nr\n", Format::Csv, b';'),
            ("", Format::Tsv, b'\t'),
        ] {
            assert_eq!(delimiter(head.as_bytes(), format, "text"), expected, "{head:?}");
        }
    }

    #[test]
    fn a_first_line_may_name_the_delimiter() {
        for (head, named) in [
            ("sep=;\r\nid;text\r\n", Some(b';')),
            ("sep=|\nid|text\n", Some(b'|')),
            ("sep=\t\rid\ttext\r", Some(b'\t')),
            ("sep=,", Some(b',')),
            ("sep=;x\n", None),
            ("sep=\nid;text\n", None),
            ("sep=x\n1\n", None),
            ("sep=\"\n1\n", None),
            ("id;text\nsep=;\n", None),
            ("", None),
        ] {
            assert_eq!(named_delimiter(head.as_bytes()), named, "{head:?}");
        }
    }

    #[test]
    fn a_name_used_twice_gets_a_number() {
        let mut names = Names::default();
        let header = ["a", "a_2", "a", "b", "", "a", "", ""].map(|name| names.unused(name));
        assert_eq!(header, ["a", "a_2", "a_3", "b", "", "a_4", "_2", "_3"]);
        let wide: HashSet<String> = (0..20_000).map(|_| names.unused("kop")).collect();
        assert_eq!(wide.len(), 20_000);
    }

    #[test]
    fn an_older_encoding_is_found_out_late() {
        let mut charset = Charset::of(b"text\nabc\n");
        charset.admit("abc".as_bytes()).unwrap();
        charset
            .admit(b"Hij zei \x93\xE9\xE9n\x94 keer dat het goed was.")
            .unwrap();
        assert_eq!(charset.decode(b"\xE9\xE9n"), "één");
        let mut charset = Charset::of("text\néén\n".as_bytes());
        assert_eq!(charset.admit(b"\xE9\xE9n").unwrap_err().kind, FailureKind::Malformed);
    }

    #[test]
    fn one_broken_row_does_not_spoil_those_behind_it() {
        let mut charset = Charset::of(b"text\nabc\n");
        let fault = charset.admit(b"Co\xC3\xB6rdinator \xC3\xA9\xC3").unwrap_err();
        assert_eq!(fault.kind, FailureKind::Malformed);
        charset.admit("Eén".as_bytes()).unwrap();
        assert_eq!(charset.decode("Eén".as_bytes()), "Eén");
        // Nothing in the broken row speaks for UTF-8, and the next one does.
        let mut charset = Charset::of(b"text\nabc\n");
        charset.admit(b"E\xC3").unwrap();
        charset.admit("Eén".as_bytes()).unwrap();
        assert_eq!(charset.decode("Eén".as_bytes()), "Eén");
        assert_eq!(charset.admit(b"\xE9\xE9n").unwrap_err().kind, FailureKind::Malformed);
    }
}
