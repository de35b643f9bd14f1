//! Standing choices: options that stand in a file. Reads `stellig.toml` and the user's own file, names what is wrong in
//! them by file, line and key, and keeps what a file that was merely found must not decide. Knows no command line.

mod file;
mod find;
mod keys;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};

pub use file::{Entry, File};
pub use find::{NAME, Places};
pub use keys::{KEYS, Key, Kind, key};

/// What is wrong with a file of settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}: {message}", .file.display(), .line.map_or(String::new(), |line| format!(":{line}")))]
pub struct Error {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1; none where it is the file itself.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Whose file it is, and so what it may decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The user's own, or named by the user: any setting.
    Own,
    /// Found on the way up from the working directory, where it may have come with somebody else's articles: no
    /// setting that costs memory, hides messages, writes or downloads.
    Found,
}

/// The files that are read, the nearest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files(pub Vec<File>);

impl Files {
    /// Reads these files; the first comes before the second.
    ///
    /// # Errors
    /// If one cannot be read, or says something that cannot be.
    pub fn read(files: &[(PathBuf, Trust)]) -> Result<Self, Error> {
        let read = files.iter().map(|(path, trust)| File::read(path, *trust));
        Ok(Self(read.collect::<Result<_, _>>()?))
    }

    /// What they say of `key` for `command`, and in which file. In one file a section of the command comes before the top.
    pub fn get(&self, command: &str, key: &Key) -> Option<(&File, &Entry)> {
        self.0.iter().find_map(|file| Some((file, file.get(command, key)?)))
    }
}

/// Where a value stands: file and line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<'f> {
    /// The file.
    pub file: &'f Path,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)
    }
}
