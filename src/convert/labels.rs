//! One line of labels: a record, or the failure that stands in place of one.

use std::str;

use crate::article::without_place;
use crate::record::{FailureRecord, Line, Record};

/// Reads a line; the message says what is wrong with it.
pub(super) fn parse(bytes: &[u8]) -> Result<Line, String> {
    let text = str::from_utf8(bytes).map_err(|error| format!("not UTF-8 at its byte {}", error.valid_up_to() + 1))?;
    match serde_json::from_str::<Record>(text) {
        Ok(record) => Ok(Line::Record(record)),
        // A failure is rare, so it is looked for second; what is wrong is said of a record.
        Err(error) => match serde_json::from_str::<FailureRecord>(text) {
            Ok(failure) => Ok(Line::Failure(failure)),
            Err(_) => Err(message(&error)),
        },
    }
}

fn message(error: &serde_json::Error) -> String {
    let (what, column) = (without_place(error), error.column());
    if error.is_data() {
        format!("not a record of stellig's ({what}, column {column}); give what `stellig label` wrote")
    } else {
        format!("not valid JSON ({what}, column {column}); mend the line or leave it out")
    }
}
