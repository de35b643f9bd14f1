//! Faults before they have a place: a kind and a message, made into a [`Failure`] once the article's name is known.
//! Every message says what was wrong and what to do; the path stands beside it in the [`Failure`].

use std::io;
use std::path::Path;

use crate::nearest::{did_you_mean, near_path};

use super::format::Compression;
use super::{Failure, FailureKind};

/// A [`Failure`] without name and path.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    pub kind: FailureKind,
    pub message: String,
}

impl Fault {
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// The same fault with the line it stands on.
    pub fn on_line(mut self, line: u64) -> Self {
        self.message = format!("line {line}: {}", self.message);
        self
    }

    /// The failure of the article `id`.
    pub fn of(self, id: impl Into<String>, path: Option<String>) -> Failure {
        Failure {
            id: id.into(),
            path,
            kind: self.kind,
            message: self.message,
        }
    }

    /// The same fault of a file or folder that somebody named: where it is not there, with one that was perhaps meant.
    pub fn of_named(mut self, path: &Path) -> Self {
        let near = near_path(path).map(|near| near.display().to_string());
        self.message += &did_you_mean(near);
        self
    }

    /// A file or folder that could not be opened.
    pub fn opening(error: &io::Error) -> Self {
        let message = match error.kind() {
            io::ErrorKind::NotFound => {
                "there is no such file or folder; check the name and the folder it is read from".to_owned()
            }
            io::ErrorKind::PermissionDenied => {
                "no permission to read it; change its mode or run as a user who may".to_owned()
            }
            _ => format!("could not be opened ({error}); check the disk or the mount"),
        };
        Self::new(FailureKind::Unreadable, message)
    }

    /// A stream that broke while it was read.
    pub fn reading(error: &io::Error, compression: Compression) -> Self {
        let message = match (compression, error.kind()) {
            (_, io::ErrorKind::PermissionDenied) => return Self::opening(error),
            (Compression::Gzip, _) => {
                format!("its gzip stream is broken or cut off ({error}); fetch the file again (`gzip -t` tests it)")
            }
            (Compression::Zstd, _) if error.to_string().contains("too much memory") => {
                "packed with a window over 128 MiB; unpack it with `zstd -d --long=31`".to_owned()
            }
            (Compression::Zstd, _) => {
                format!("its zstd stream is broken or cut off ({error}); fetch the file again (`zstd -t` tests it)")
            }
            (Compression::None, io::ErrorKind::InvalidData) => format!("{error}; save it as UTF-8"),
            (Compression::None, _) => {
                format!("reading stopped ({error}); check the disk or the mount")
            }
        };
        Self::new(FailureKind::Unreadable, message)
    }

    /// More bytes than one article may have.
    pub fn too_large(max_bytes: u64) -> Self {
        Self::new(
            FailureKind::TooLarge,
            format!(
                "larger than the limit of {} for one article; split it into articles, one file or one row each, or raise the limit (`--max-megabytes`)",
                size(max_bytes)
            ),
        )
    }
}

/// A number of bytes for a person: `64 MiB`, `10 bytes`.
fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match UNITS
        .iter()
        .find(|(unit, _)| bytes >= *unit && bytes.is_multiple_of(*unit))
    {
        Some((unit, name)) => format!("{} {name}", bytes / unit),
        None => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_round() {
        assert_eq!(size(64 << 20), "64 MiB");
        assert_eq!(size(1000), "1000 bytes");
        assert_eq!(size(3 << 30), "3 GiB");
    }
}
