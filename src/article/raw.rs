//! The lines of a JSON Lines file as they stand, for what holds no articles but labels: decompressed, decoded, and none
//! longer than a limit.

use std::path::Path;

use super::FailureKind;
use super::fault::Fault;
use super::format::Compression;
use super::jsonl::Lines;
use super::open::{Stream, open_rows};
use super::source::Source;

/// Lines and their numbers.
pub struct RawLines {
    lines: Lines<Stream>,
    compression: Compression,
    ended: bool,
}

impl RawLines {
    /// Opens the file `path`, or standard input where it is `-`. Its endings tell how it is compressed.
    ///
    /// # Errors
    /// What is wrong with it, and what to do.
    pub fn open(path: &Path, max_bytes: u64) -> Result<Self, String> {
        if path.is_dir() {
            return Err("it is a folder; name a file of labels in it".to_owned());
        }
        let source = if path == Path::new("-") {
            Source::standard_input()
        } else {
            Source::file(path.to_owned())
        };
        let rows = open_rows(&source, 16).map_err(|fault| fault.of_named(path).message)?;
        Ok(Self {
            lines: Lines::new(rows.stream, max_bytes),
            compression: source.compression,
            ended: false,
        })
    }

    /// The next line that is not blank with its 1-based number, or what is wrong with it; a stream that broke gives
    /// nothing more.
    pub fn next_line(&mut self) -> Option<(u64, Result<&[u8], String>)> {
        if self.ended {
            return None;
        }
        match self.lines.next() {
            Ok(None) => None,
            Ok(Some((number, line))) => Some((number, line.map_err(too_long))),
            Err((number, error)) => {
                self.ended = true;
                Some((number, Err(Fault::reading(&error, self.compression).message)))
            }
        }
    }
}

/// The limit is not the one of articles, which an option can raise.
fn too_long(fault: Fault) -> String {
    match fault.kind {
        FailureKind::TooLarge => "the line is too long to be a record; leave it out".to_owned(),
        _ => fault.message,
    }
}
