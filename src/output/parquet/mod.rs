//! Parquet: a row for each article with the fields of the record, lists and groups nested as there; `meta` and the scores of
//! `classes` are JSON. A failure is a row with `error`. Rows are held until they fill a row group, and no longer.

mod columns;

use std::io::{self, Write};
use std::sync::Arc;

use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use ::parquet::schema::types::TypePtr;
use serde_json::Value;

use crate::record::Line;

use super::Writer;
use columns::Columns;

/// The schema: `docs/RECORD.md` explains the fields.
const SCHEMA: &str = include_str!("schema.txt");
/// Bytes of values that make a row group.
const GROUP: usize = 32 << 20;

/// Writes row groups.
pub struct Parquet<W: Write + Send> {
    file: SerializedFileWriter<W>,
    schema: TypePtr,
    columns: Columns,
    /// Bytes of values after which a row group is written.
    group: usize,
}

impl<W: Write + Send> Parquet<W> {
    /// Starts a file.
    ///
    /// # Errors
    /// What `to` says.
    pub fn start(to: W) -> io::Result<Self> {
        Self::with_groups(to, GROUP)
    }

    fn with_groups(to: W, group: usize) -> io::Result<Self> {
        let schema: TypePtr = Arc::new(parse_message_type(SCHEMA)?);
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by(concat!("stellig ", env!("CARGO_PKG_VERSION")).to_owned());
        let file = SerializedFileWriter::new(to, Arc::clone(&schema), Arc::new(properties.build()))?;
        Ok(Self {
            columns: Columns::of(&schema),
            file,
            schema,
            group,
        })
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        if self.columns.is_empty() {
            return Ok(());
        }
        let mut group = self.file.next_row_group()?;
        self.columns.write(&mut group)?;
        group.close()?;
        Ok(())
    }
}

/// The record as JSON has it, but for what has no columns of its own.
fn row(line: &Line) -> io::Result<Value> {
    let mut row = serde_json::to_value(line)?;
    if let Line::Record(record) = line {
        row["language_supported"] = record.language_supported.into();
        row["meta"] = row["meta"].to_string().into();
        for sentence in row["sentences"].as_array_mut().into_iter().flatten() {
            if let Some(classes) = sentence.get_mut("classes") {
                classes["scores"] = classes["scores"].to_string().into();
            }
        }
    }
    Ok(row)
}

/// The error of the file itself, which the crate wraps: whoever writes to a pipe wants to know that it was closed.
fn unwrapped(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => inner.downcast().map_or_else(io::Error::other, |error| *error),
        other => io::Error::other(other),
    }
}

impl<W: Write + Send> Writer for Parquet<W> {
    fn write(&mut self, line: &Line) -> io::Result<()> {
        self.columns.add(&self.schema, &row(line)?)?;
        if self.columns.bytes() >= self.group {
            self.flush().map_err(unwrapped)
        } else {
            Ok(())
        }
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.flush().map_err(unwrapped)?;
        self.file.into_inner().map_err(unwrapped)?.flush()
    }

    fn interrupt(self: Box<Self>) -> io::Result<()> {
        self.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{FailureDetail, FailureRecord, Record, sample};
    use ::parquet::file::reader::{FileReader, SerializedFileReader};
    use ::parquet::record::{Field, Row};

    /// Rows as the crate's own reader gives them, and the number of row groups.
    fn read(lines: &[Line], group: usize) -> (Vec<Value>, usize) {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut writer = Box::new(Parquet::with_groups(file.reopen().unwrap(), group).unwrap());
        lines.iter().for_each(|line| writer.write(line).unwrap());
        writer.finish().unwrap();
        let reader = SerializedFileReader::new(file.reopen().unwrap()).unwrap();
        let rows = reader
            .get_row_iter(None)
            .unwrap()
            .map(|row: Result<Row, _>| json(&Field::Group(row.unwrap())));
        (rows.collect(), reader.num_row_groups())
    }

    fn json(field: &Field) -> Value {
        match field {
            Field::Null => Value::Null,
            Field::Bool(value) => (*value).into(),
            Field::Int(value) => (*value).into(),
            Field::Long(value) => (*value).into(),
            Field::Double(value) => (*value).into(),
            Field::Str(value) => value.clone().into(),
            // JSON columns, which this reader takes for plain bytes.
            Field::Bytes(value) => value.as_utf8().unwrap().into(),
            Field::Group(row) => row
                .get_column_iter()
                .map(|(name, field)| (name.clone(), json(field)))
                .collect(),
            Field::ListInternal(list) => list.elements().iter().map(json).collect(),
            other => unreachable!("{other:?}"),
        }
    }

    fn failure() -> Line {
        let error = FailureDetail {
            kind: "empty".into(),
            message: "no text".into(),
        };
        Line::Failure(FailureRecord {
            schema: 1,
            id: "bad".into(),
            path: None,
            error,
        })
    }

    /// Without what JSON leaves out or says as null, which columns cannot tell apart.
    fn without_nulls(value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let kept = fields.iter().filter(|(_, value)| !value.is_null());
                Value::Object(kept.map(|(name, value)| (name.clone(), without_nulls(value))).collect())
            }
            Value::Array(items) => items.iter().map(without_nulls).collect(),
            other => other.clone(),
        }
    }

    #[test]
    fn rows_come_back_as_they_were() {
        let mut bare = sample::record();
        bare.entities.clear();
        bare.sentences.truncate(0);
        let classes = serde_json::json!({"label": "x", "scores": {"x": 0.5, "y": 0.25}});
        let mut classed = sample::record();
        classed.sentences[2].classes = serde_json::from_value(classes).unwrap();
        let lines = [sample::record(), bare, classed].map(Line::Record);
        let lines = [&lines[..], &[failure()], &lines[..1]].concat();
        for group in [1, GROUP] {
            let (rows, groups) = read(&lines, group);
            let wanted: Vec<Value> = lines.iter().map(|line| without_nulls(&row(line).unwrap())).collect();
            assert_eq!(rows.iter().map(without_nulls).collect::<Vec<_>>(), wanted);
            assert_eq!(groups, if group == 1 { lines.len() } else { 1 });
        }
    }

    #[test]
    fn a_pipe_that_is_closed_is_told_as_such() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }

            fn flush(&mut self) -> io::Result<()> {
                self.write(&[]).map(drop)
            }
        }
        let mut writer = Box::new(Parquet::start(Closed).unwrap());
        writer.write(&Line::Record(sample::record())).unwrap();
        assert_eq!(writer.finish().unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn a_file_without_rows_can_be_read() {
        assert_eq!(read(&[], GROUP), (vec![], 0));
    }

    /// A field that the record gains needs a column, or has to be named in `docs/FORMATS.md` as left out.
    #[test]
    fn every_field_of_the_record_has_a_column() {
        let row = row(&Line::Record(Record {
            language_supported: false,
            ..sample::record()
        }))
        .unwrap();
        let has = |field: &String| SCHEMA.contains(&format!(" {field} ")) || SCHEMA.contains(&format!(" {field};"));
        for object in [
            &row,
            &row["sentences"][0],
            &row["entities"][0],
            &row["sentences"][0]["cues"][0],
        ] {
            for field in object.as_object().unwrap().keys() {
                assert!(has(field), "{field}");
            }
        }
    }
}
