//! The lines of an input as they come, with each its own bytes, for a thread that reads ahead.

use std::iter;
use std::path::PathBuf;

use super::MAX_BYTES;
use crate::article::RawLines;

/// A line with its 1-based number, or what is wrong with it; without a number, what is wrong with the whole input.
pub(super) type Item = (Option<u64>, Result<Vec<u8>, String>);

/// The lines of `input` (`-` is standard input) that are not blank. Nothing is opened before the first is asked for: on a
/// pipe that alone may take long.
pub(super) fn lines(input: PathBuf) -> impl Iterator<Item = Item> + Send + 'static {
    let opened = iter::once_with(move || RawLines::open(&input, MAX_BYTES));
    opened.flat_map(|opened| {
        let (mut lines, mut fault) = match opened {
            Ok(lines) => (Some(lines), None),
            Err(message) => (None, Some((None, Err(message)))),
        };
        iter::from_fn(move || match &mut lines {
            Some(lines) => {
                let (number, line) = lines.next_line()?;
                Some((Some(number), line.map(<[u8]>::to_vec)))
            }
            None => fault.take(),
        })
    })
}
