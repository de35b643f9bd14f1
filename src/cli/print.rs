//! Printing what a command made as a whole.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;

/// Prints `text` and ends with `code`, also where whoever reads has seen enough.
///
/// # Errors
/// If standard output cannot be written.
pub(super) fn print(text: impl AsRef<[u8]>, code: ExitCode) -> Result<ExitCode> {
    match io::stdout().lock().write_all(text.as_ref()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(code),
    }
}
