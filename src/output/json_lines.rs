//! JSON Lines: the record itself, one a line, and failures in their place. `docs/RECORD.md` explains the fields.

use std::io::{self, Write};

use serde::Serialize;

use crate::record::{FailureRecord, Record};

use super::Layout;

/// The record as it is.
#[derive(Debug, Clone, Copy)]
pub struct JsonLines;

/// Writes one value as one line.
pub(super) fn line(value: &impl Serialize, mut to: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut to, value)?;
    to.write_all(b"\n")
}

impl Layout for JsonLines {
    fn record(&mut self, record: &Record, to: &mut dyn Write) -> io::Result<()> {
        line(record, to)
    }

    fn failure(&mut self, failure: &FailureRecord, to: &mut dyn Write) -> io::Result<()> {
        line(failure, to)
    }
}
