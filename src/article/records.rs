//! Records of a delimited file, on top of `csv-core`. No record larger than the limit is held; a quotation mark that
//! is never closed is told from a large field where the file ends in it.

use std::io::{self, BufRead};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::FailureKind;
use super::fault::Fault;

/// The records of a stream; blank lines are passed over.
pub(super) struct Records<R> {
    reader: R,
    core: Reader,
    max_bytes: u64,
    line: u64,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// How much of `bytes` and `ends` the present record fills.
    filled: (usize, usize),
}

impl<R: BufRead> Records<R> {
    pub fn new(reader: R, delimiter: u8, max_bytes: u64) -> Self {
        Self {
            reader,
            core: ReaderBuilder::new().delimiter(delimiter).build(),
            max_bytes,
            line: 1,
            bytes: vec![0; 4 << 10],
            ends: vec![0; 32],
            filled: (0, 0),
        }
    }

    /// The fields of the record last read, without quotation marks.
    pub fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends[..self.filled.1].iter().map(move |&end| {
            let field = &self.bytes[start..end];
            start = end;
            field
        })
    }

    /// The fields of the record last read, one behind the other.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.filled.0]
    }

    /// Reads the next record: the line it starts on, and what is wrong with it. The error is that of a stream that
    /// broke, with the line it broke on.
    #[allow(clippy::type_complexity)]
    pub fn next(&mut self) -> Result<Option<(u64, Result<(), Fault>)>, (u64, io::Error)> {
        let record = self.skip_line_ends().and_then(|()| {
            let start = self.line;
            Ok(self.record()?.map(|whole| (start, whole)))
        });
        record.map_err(|error| (self.line, error))
    }

    fn skip_line_ends(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.reader.fill_buf()?;
            let ends = buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.line += lines(&buffer[..ends]);
            let is_all = ends == buffer.len() && ends > 0;
            self.reader.consume(ends);
            if !is_all {
                return Ok(());
            }
        }
    }

    fn record(&mut self) -> io::Result<Option<Result<(), Fault>>> {
        self.filled = (0, 0);
        let (start, mut length, mut marks) = (self.line, 0, 0);
        loop {
            let input = self.reader.fill_buf()?;
            let is_end = input.is_empty();
            let is_too_large = length > self.max_bytes;
            if is_too_large {
                self.filled = (0, 0); // read on over it, keeping nothing
            }
            let (result, read, written, ended) =
                self.core
                    .read_record(input, &mut self.bytes[self.filled.0..], &mut self.ends[self.filled.1..]);
            self.line += lines(&input[..read]);
            marks += input[..read].iter().filter(|byte| **byte == b'"').count();
            length += read as u64;
            self.reader.consume(read);
            self.filled.0 += written;
            self.filled.1 += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if is_too_large => {}
                ReadRecordResult::OutputEndsFull if is_too_large => {}
                ReadRecordResult::OutputFull => self.bytes.resize(2 * self.bytes.len(), 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(2 * self.ends.len(), 0),
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::Record if length > self.max_bytes => {
                    self.filled = (0, 0);
                    let mut fault = Fault::too_large(self.max_bytes);
                    fault.message += ", and look for a quotation mark that is not closed";
                    return Ok(Some(Err(fault)));
                }
                ReadRecordResult::Record if is_end && marks % 2 == 1 && self.line > start => {
                    return Ok(Some(Err(Fault::new(
                        FailureKind::Malformed,
                        "a quotation mark in the row that starts here is never closed, so all rows behind it were \
                         taken for one field; close it or double it",
                    ))));
                }
                ReadRecordResult::Record => return Ok(Some(Ok(()))),
            }
        }
    }
}

fn lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Read = Vec<(u64, Result<Vec<String>, FailureKind>)>;

    fn records(text: &str, chunk: usize, max_bytes: u64) -> Read {
        let mut records = Records::new(io::BufReader::with_capacity(chunk, text.as_bytes()), b',', max_bytes);
        let mut all = Vec::new();
        while let Some((line, whole)) = records.next().unwrap() {
            let fields = records
                .fields()
                .map(|field| String::from_utf8_lossy(field).into_owned())
                .collect();
            all.push((line, whole.map(|()| fields).map_err(|fault| fault.kind)));
        }
        all
    }

    fn good(line: u64, fields: &[&str]) -> (u64, Result<Vec<String>, FailureKind>) {
        (line, Ok(fields.iter().map(|field| (*field).to_owned()).collect()))
    }

    #[test]
    fn lines_are_counted_through_quotes_blanks_and_crlf() {
        let text = "a,b\r\n\"x\r\ny\",\"say \"\"hi\"\"\"\r\n\r\n\n1,2\n3,\n";
        let expected = [
            good(1, &["a", "b"]),
            good(2, &["x\r\ny", "say \"hi\""]),
            good(6, &["1", "2"]),
            good(7, &["3", ""]),
        ];
        for chunk in [1, 2, 7, 100] {
            assert_eq!(records(text, chunk, 1000), expected);
        }
    }

    #[test]
    fn a_large_record_is_passed_over() {
        let text = format!("a,b\n\"{}\n{}\",1\nc,d\n", "x".repeat(9000), ",".repeat(90));
        for chunk in [1, 64, 100_000] {
            let expected = [
                good(1, &["a", "b"]),
                (2, Err(FailureKind::TooLarge)),
                good(4, &["c", "d"]),
            ];
            assert_eq!(records(&text, chunk, 1000), expected);
        }
        let wide = "1,".repeat(500);
        assert_eq!(records(&wide, 10, 5000)[0].1.as_ref().unwrap().len(), 501);
    }

    #[test]
    fn a_mark_that_is_never_closed() {
        let text = "a,b\n\"x,1\ny,2\nz,3\n";
        assert_eq!(
            records(text, 9, 1000),
            [good(1, &["a", "b"]), (2, Err(FailureKind::Malformed))]
        );
        assert_eq!(records("a,5\" disk", 9, 1000), [good(1, &["a", "5\" disk"])]);
    }

    proptest! {
        #[test]
        fn quoted_fields_come_back(
            rows in proptest::collection::vec(proptest::collection::vec(".{0,6}|[\",\r\n;a]{0,6}", 2..4), 0..6),
            chunk in 1_usize..9,
        ) {
            let quoted = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
            let lines: Vec<String> = rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",")).collect();
            let read = records(&lines.join("\n"), chunk, 1000).into_iter().map(|(_, row)| row.unwrap());
            prop_assert_eq!(read.collect::<Vec<_>>(), rows);
        }

        #[test]
        fn any_text_ends(text in "[\",;\t\r\na]{0,60}", chunk in 1_usize..9, max_bytes in 1_u64..50) {
            records(&text, chunk, max_bytes);
        }
    }
}
