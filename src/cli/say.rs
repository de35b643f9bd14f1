//! What commands say on standard error. Nobody may be reading it (a pipe that was closed, a full disk), and that ends no
//! run: `eprintln!` would panic there, and is denied.

use std::io::{self, Write};

use crate::terminal::sanitize;

/// Says `message` on a line of its own. Paths, fields and contents come from outside; they must not steer the terminal.
pub(super) fn say(message: impl AsRef<str>) {
    let line = format!("stellig: {}\n", sanitize(message.as_ref()));
    // At once, so that the lines of two programs do not mix.
    let _ = io::stderr().lock().write_all(line.as_bytes());
}
