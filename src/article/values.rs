//! JSON values cut out of a stream one by one, from an array or one after another, so that an array of any size can
//! be read. None longer than the limit is held; brackets are counted here, and judged by the parser.

use std::io::{self, BufRead};

use super::FailureKind;
use super::fault::Fault;

/// One value: its number from 1, the line it starts on, and its bytes or why it has none.
pub(super) struct Cut<'v> {
    pub number: u64,
    pub line: u64,
    pub bytes: Result<&'v [u8], Fault>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Start,
    Sequence,
    Array,
    /// Behind a broken value: go on with the next line that opens an object.
    Lost(bool),
    End,
}

/// The values of a stream.
pub(super) struct Values<R> {
    reader: R,
    max_bytes: u64,
    state: State,
    number: u64,
    line: u64,
    value: Vec<u8>,
    /// The error of a stream that broke where it was only looked at.
    broken: Option<io::Error>,
}

/// How a value came to its end.
enum Outcome {
    Whole,
    TooLarge,
    /// A line end inside a string: a quotation mark is missing.
    OpenString,
    /// The stream ended inside the value.
    CutOff,
}

impl<R: BufRead> Values<R> {
    pub fn new(reader: R, max_bytes: u64) -> Self {
        Self {
            reader,
            max_bytes,
            state: State::Start,
            number: 0,
            line: 1,
            value: Vec::new(),
            broken: None,
        }
    }

    /// The next value, or the error of a stream that broke with the line it broke on.
    pub fn next(&mut self) -> Result<Option<Cut<'_>>, (u64, io::Error)> {
        if let Some(error) = self.broken.take() {
            return Err((self.line, error));
        }
        match self.advance() {
            Ok(None) => Ok(None),
            Ok(Some((line, fault))) => Ok(Some(Cut {
                number: self.number,
                line,
                bytes: fault.map_or(Ok(&self.value), Err),
            })),
            Err(error) => Err((self.line, error)),
        }
    }

    /// Whether the value just read is all there is: one object, alone in its file. A stream that breaks behind it has
    /// ended there, and the error is what comes next.
    pub fn is_alone(&mut self) -> bool {
        if self.number != 1 || self.state != State::Sequence {
            return false;
        }
        match self.peek() {
            Ok(found) => found.is_none(),
            Err(error) => {
                self.broken = Some(error);
                true
            }
        }
    }

    /// Whether nothing but white space was found.
    pub fn is_blank(&self) -> bool {
        self.number == 0
    }

    fn advance(&mut self) -> io::Result<Option<(u64, Option<Fault>)>> {
        if let State::Lost(in_array) = self.state {
            let line = self.line;
            let has_lost_more = self.find_object()?;
            self.state = match (self.peek()?, in_array) {
                (None, _) => State::End,
                (Some(_), true) => State::Array,
                (Some(_), false) => State::Sequence,
            };
            if has_lost_more {
                let message = "rows that begin on the lines of a broken one were not read; mend that, or put each object on a line of its \
                               own";
                return Ok(Some(self.fault(line, message)));
            }
        }
        loop {
            let found = self.peek()?;
            let line = self.line;
            match (self.state, found) {
                (State::End | State::Lost(_), _) | (State::Start | State::Sequence, None) => {
                    return Ok(None);
                }
                (State::Start, Some(b'[')) => self.turn(State::Array),
                (State::Start, Some(_)) => self.state = State::Sequence,
                (State::Array, Some(b',')) => self.reader.consume(1),
                (State::Array, Some(b']')) => {
                    self.turn(State::End);
                    if self.peek()?.is_some() {
                        let message = "there is more behind the array, which is not read; mend the file";
                        return Ok(Some(self.fault(line, message)));
                    }
                }
                (State::Array, None) => {
                    self.state = State::End;
                    let message = "the array is not closed, so the file is cut off; fetch it again";
                    return Ok(Some(self.fault(line, message)));
                }
                (State::Array | State::Sequence, Some(_)) => {
                    self.number += 1;
                    let outcome = self.cut()?;
                    return Ok(Some(self.judge(line, outcome)));
                }
            }
        }
    }

    fn turn(&mut self, state: State) {
        self.reader.consume(1);
        self.state = state;
    }

    fn fault(&mut self, line: u64, message: &str) -> (u64, Option<Fault>) {
        self.number += 1;
        (line, Some(Fault::new(FailureKind::Malformed, message)))
    }

    fn judge(&mut self, line: u64, outcome: Outcome) -> (u64, Option<Fault>) {
        let malformed = |message: &str| Some(Fault::new(FailureKind::Malformed, message));
        let fault = match outcome {
            Outcome::Whole => None,
            Outcome::TooLarge => Some(Fault::too_large(self.max_bytes)),
            Outcome::OpenString => {
                self.state = State::Lost(self.state == State::Array);
                malformed("not valid JSON: a text in quotation marks is not closed on its line; mend this row")
            }
            Outcome::CutOff => {
                self.state = State::End;
                malformed("not valid JSON: the file ends inside the row that starts here; mend it or fetch it again")
            }
        };
        (line, fault)
    }

    /// The next byte that is no white space, not consumed; none at the end.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok(None);
            }
            let blanks = buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            self.line += buffer[..blanks].iter().filter(|byte| **byte == b'\n').count() as u64;
            let found = buffer.get(blanks).copied();
            self.reader.consume(blanks);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    /// Goes to the next line that opens an object. Gives whether others began on the lines that were passed over.
    fn find_object(&mut self) -> io::Result<bool> {
        let mut has_lost_more = false;
        while self.peek()?.is_some_and(|byte| byte != b'{') {
            has_lost_more |= self.skip_line()?;
        }
        Ok(has_lost_more)
    }

    /// Passes over the rest of a line. Gives whether an object ended on it and another one began.
    fn skip_line(&mut self) -> io::Result<bool> {
        let (mut seen, mut has_row) = (b"".as_slice(), false);
        loop {
            let buffer = self.reader.fill_buf()?;
            let line_end = buffer.iter().position(|byte| *byte == b'\n');
            let length = line_end.map_or(buffer.len(), |at| at + 1);
            for byte in buffer[..length].iter().filter(|byte| !byte.is_ascii_whitespace()) {
                seen = match (seen, byte) {
                    (_, b'}') => b"}",
                    (b"}", b',') => b"},",
                    (b"},", b'{') => {
                        has_row = true;
                        b""
                    }
                    _ => b"",
                };
            }
            self.reader.consume(length);
            self.line += u64::from(line_end.is_some());
            if line_end.is_some() || length == 0 {
                return Ok(has_row);
            }
        }
    }

    /// Copies one value into `self.value`, brackets and quotation marks counted, not checked.
    fn cut(&mut self) -> io::Result<Outcome> {
        self.value.clear();
        let (mut depth, mut in_string, mut is_escaped, mut length) = (0_u64, false, false, 0_u64);
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                // A bare number or word may end the file; whether it is one is for the parser to say.
                let is_whole = depth == 0 && !in_string;
                return Ok(if is_whole { Outcome::Whole } else { Outcome::CutOff });
            }
            let (mut used, mut ended) = (0, None);
            for &byte in buffer {
                let is_bare = depth == 0 && !in_string;
                if is_bare && length + used > 0 && (byte.is_ascii_whitespace() || b",]}".contains(&byte)) {
                    ended = Some(Outcome::Whole);
                    break;
                }
                used += 1;
                match byte {
                    b'\n' if in_string => ended = Some(Outcome::OpenString),
                    _ if is_escaped => is_escaped = false,
                    b'\\' if in_string => is_escaped = true,
                    b'"' => in_string = !in_string,
                    _ if in_string => {}
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' if depth <= 1 => ended = Some(Outcome::Whole),
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                self.line += u64::from(byte == b'\n');
                if ended.is_some() {
                    break;
                }
            }
            length += used;
            if length <= self.max_bytes {
                self.value.extend_from_slice(&buffer[..used as usize]);
            }
            self.reader.consume(used as usize);
            match ended {
                Some(Outcome::Whole) if length > self.max_bytes => return Ok(Outcome::TooLarge),
                Some(outcome) => return Ok(outcome),
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn cut(text: &str, chunk: usize) -> Vec<(u64, u64, Result<String, FailureKind>)> {
        let mut values = Values::new(io::BufReader::with_capacity(chunk, text.as_bytes()), 40);
        let mut all = Vec::new();
        while let Some(Cut { number, line, bytes }) = values.next().unwrap() {
            let bytes = bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            all.push((number, line, bytes.map_err(|fault| fault.kind)));
        }
        all
    }

    fn good(number: u64, line: u64, text: &str) -> (u64, u64, Result<String, FailureKind>) {
        (number, line, Ok(text.to_owned()))
    }

    #[test]
    fn objects_arrays_and_sequences() {
        for chunk in [1, 3, 100] {
            assert_eq!(
                cut("\n{\"a\": \"}\\\"]\"}\n", chunk),
                [good(1, 2, "{\"a\": \"}\\\"]\"}")]
            );
            assert_eq!(
                cut("[{\"a\":[1]},\n {}]", chunk),
                [good(1, 1, "{\"a\":[1]}"), good(2, 2, "{}")]
            );
            assert_eq!(
                cut("{}\n{}{}", chunk),
                [good(1, 1, "{}"), good(2, 2, "{}"), good(3, 2, "{}")]
            );
            assert_eq!(cut("[1, \"x\"]", chunk), [good(1, 1, "1"), good(2, 1, "\"x\"")]);
            assert_eq!(cut("[]", chunk), []);
            assert_eq!(cut(" \n ", chunk), []);
        }
    }

    #[test]
    fn faults_leave_the_rest_readable() {
        for chunk in [1, 5, 100] {
            let long = format!("[{{\"a\":\"{}\"}},\n{{}}]", "x".repeat(60));
            assert_eq!(
                cut(&long, chunk),
                [(1, 1, Err(FailureKind::TooLarge)), good(2, 2, "{}")]
            );
            let open = "[\n{\"a\": \"b},\n{\"c\": 1}\n]";
            assert_eq!(
                cut(open, chunk),
                [(1, 2, Err(FailureKind::Malformed)), good(2, 3, "{\"c\": 1}")]
            );
            assert_eq!(
                cut("[{}", chunk),
                [good(1, 1, "{}"), (2, 1, Err(FailureKind::Malformed))]
            );
            assert_eq!(cut("{\"a\": {}", chunk), [(1, 1, Err(FailureKind::Malformed))]);
            assert_eq!(cut("[] {}", chunk), [(1, 1, Err(FailureKind::Malformed))]);
        }
    }

    #[test]
    fn an_object_alone_is_told_from_several() {
        let alone = |text: &str| {
            let mut values = Values::new(text.as_bytes(), 40);
            assert!(values.next().unwrap().is_some());
            values.is_alone()
        };
        assert!(alone("{}\n"));
        assert!(!alone("{}\n{}"));
        assert!(!alone("[{}]"));
    }

    proptest! {
        #[test]
        fn any_text_ends(text in "[\\[\\]{}\",:\\\\ \n1a]{0,60}", chunk in 1_usize..9) {
            cut(&text, chunk);
        }

        #[test]
        fn any_strings_come_back(strings in proptest::collection::vec(".{0,8}", 0..5), chunk in 1_usize..9) {
            let rows: Vec<_> = strings.iter().map(|text| json!({ "t": text })).collect();
            let bytes = serde_json::to_vec(&rows).unwrap();
            let mut values = Values::new(io::BufReader::with_capacity(chunk, &*bytes), 4000);
            for row in rows {
                let cut = values.next().unwrap().map(|cut| serde_json::from_slice(cut.bytes.unwrap()).unwrap());
                prop_assert_eq!(cut, Some(row));
            }
        }
    }
}
