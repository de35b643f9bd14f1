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
    delimiter: u8,
    /// Whether fields may stand in quotation marks; not known before the first bytes.
    quoting: Option<bool>,
    max_bytes: u64,
    line: u64,
    /// Whether the last byte was a CR, which ends a line with or without an LF behind it.
    behind_cr: bool,
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
            delimiter,
            quoting: None,
            max_bytes,
            line: 1,
            behind_cr: false,
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
        let begun = self.begin().and_then(|()| self.skip_line_ends());
        let record = begun.and_then(|()| {
            let start = self.line;
            Ok(self.record()?.map(|whole| (start, whole)))
        });
        record.map_err(|error| (self.line, error))
    }

    /// Databases write tabs and no quotation marks: a file of tabs whose marks make no sense as such has texts that begin
    /// with one.
    fn begin(&mut self) -> io::Result<()> {
        if self.quoting.is_none() {
            let mut marks = Marks::Start;
            let stray = |byte: &u8| marks.next(*byte, b'\t');
            let plain = self.delimiter == b'\t' && self.reader.fill_buf()?.iter().any(stray);
            self.quoting = Some(!plain);
            if plain {
                self.core = ReaderBuilder::new().delimiter(self.delimiter).quoting(false).build();
            }
        }
        Ok(())
    }

    fn skip_line_ends(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.reader.fill_buf()?;
            let ends = buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.line += lines(&buffer[..ends], &mut self.behind_cr);
            let is_all = ends == buffer.len() && ends > 0;
            self.reader.consume(ends);
            if !is_all {
                return Ok(());
            }
        }
    }

    fn record(&mut self) -> io::Result<Option<Result<(), Fault>>> {
        self.filled = (0, 0);
        let (mut length, mut state, mut stray) = (0, Marks::Start, false);
        let first = self.line;
        let quoting = self.quoting != Some(false);
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
            self.line += lines(&input[..read], &mut self.behind_cr);
            for &byte in &input[..read] {
                stray |= state.next(byte, self.delimiter);
            }
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
                ReadRecordResult::Record if quoting && stray => {
                    self.filled = (0, 0);
                    let mut fault = Fault::new(
                        FailureKind::Malformed,
                        "a field that begins with a quotation mark goes on behind its closing one; double the marks inside, or \
                         put the whole field into marks",
                    );
                    // The line end behind the row is counted; the last row may have none.
                    let last = self.line - u64::from(!is_end);
                    if last > first {
                        fault.message += &format!(" (lines {first} to {last} were read as one row)");
                    }
                    return Ok(Some(Err(fault)));
                }
                ReadRecordResult::Record if quoting && is_end && state == Marks::Open => {
                    return Ok(Some(Err(Fault::new(
                        FailureKind::Malformed,
                        "a quotation mark in the row that starts here is never closed, so all that stands behind it was \
                         taken for one field: fetch the file again if it is cut off here, else close the mark or double it",
                    ))));
                }
                ReadRecordResult::Record => return Ok(Some(Ok(()))),
            }
        }
    }
}

/// Where quotation marks stand in a row. `csv-core` reads on behind a closing mark and drops it, so that a text which
/// begins with somebody's words would lose marks, or take the next rows in, without a sign of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marks {
    /// At the start of a field.
    Start,
    /// In a field without marks, where they are letters.
    Plain,
    /// Behind the mark that opens a field.
    Open,
    /// Behind a mark in such a field: the closing one, or half of a doubled one.
    Mark,
}

impl Marks {
    /// Takes the next byte; whether it may not stand there.
    fn next(&mut self, byte: u8, delimiter: u8) -> bool {
        let ends = byte == delimiter || byte == b'\r' || byte == b'\n';
        let stray = *self == Self::Mark && byte != b'"' && !ends;
        *self = match (*self, byte) {
            (Self::Start | Self::Mark, b'"') => Self::Open,
            (Self::Open, b'"') => Self::Mark,
            (Self::Open, _) => Self::Open,
            _ if ends => Self::Start,
            _ => Self::Plain,
        };
        stray
    }
}

/// The line ends in `bytes`: LF, CR LF, or CR alone, as spreadsheets on a Mac once wrote it. `behind_cr` is whether the last
/// byte was a CR, before and after.
fn lines(bytes: &[u8], behind_cr: &mut bool) -> u64 {
    let ends = bytes
        .iter()
        .filter(|byte| match (**byte, std::mem::replace(behind_cr, **byte == b'\r')) {
            (b'\n', behind_cr) => !behind_cr,
            (byte, _) => byte == b'\r',
        });
    ends.count() as u64
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
    fn lines_that_end_in_cr_alone_are_counted() {
        let expected = [good(1, &["a", "b"]), good(2, &["x\ry", "1"]), good(5, &["2", "3"])];
        for chunk in [1, 3, 100] {
            assert_eq!(records("a,b\r\"x\ry\",1\r\r2,3\r", chunk, 1000), expected);
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
        // What tells is the field that the file ends in, not the number of marks or of lines.
        let cut_off = records("1,\"De man zou een huis hebb", 9, 1000);
        assert_eq!(cut_off, [(1, Err(FailureKind::Malformed))]);
        let whole = records("1,\"Een.\nTwee.\",5\" buis", 9, 1000);
        assert_eq!(whole, [good(1, &["1", "Een.\nTwee.", "5\" buis"])]);
    }

    #[test]
    fn a_text_that_begins_with_a_mark_is_told_and_takes_nothing_in() {
        let text = "a,b\n1,\"Hij zei \"niets\" en ging.\"\n2,x\n";
        for chunk in [1, 5, 100] {
            let read = records(text, chunk, 1000);
            assert_eq!(read[1], (2, Err(FailureKind::Malformed)));
            assert_eq!(read.last(), Some(&good(3, &["2", "x"])));
        }
    }

    #[test]
    fn the_lines_of_a_row_that_took_others_in_are_told() {
        let told = |text: &str| {
            let mut records = Records::new(text.as_bytes(), b',', 1000);
            let (_, read) = records.next().unwrap().unwrap();
            read.unwrap_err().message
        };
        let three = "\"Ja\" zei hij,\"een\ntwee\ndrie\"";
        for end in ["", "\n", "\r\n"] {
            let message = told(&format!("{three}{end}"));
            assert!(message.ends_with("(lines 1 to 3 were read as one row)"), "{message}");
        }
    }

    #[test]
    fn tabs_without_quoting_keep_their_marks() {
        let read = |text: &str| -> Vec<Vec<String>> {
            let mut records = Records::new(text.as_bytes(), b'\t', 1000);
            let mut all = Vec::new();
            while let Some((_, whole)) = records.next().unwrap() {
                whole.unwrap();
                let fields = records
                    .fields()
                    .map(|field| String::from_utf8_lossy(field).into_owned());
                all.push(fields.collect());
            }
            all
        };
        let plain =
            read("id\ttext\n1\t\"We komen\", zegt Jansen.\n2\t\"Nee, zegt Piet.\n3\tEen brug.\n4\t\"Ja\" zegt Kees.\n");
        assert_eq!(plain.len(), 5);
        assert_eq!(plain[1][1], "\"We komen\", zegt Jansen.");
        assert_eq!(plain[2][1], "\"Nee, zegt Piet.");
        // Quoted as csv writers do it.
        assert_eq!(
            read("id\ttext\n1\t\"een\ttwee \"\"drie\"\"\"\n")[1][1],
            "een\ttwee \"drie\""
        );
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
