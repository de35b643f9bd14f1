//! The text of a record that was written without it (`--no-text`), read anew from where the article was. Records stand in
//! the order of their articles, so a file of many rows is read once.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::MAX_BYTES;
use crate::article::{Failure, ReadOptions, Reader, read};
use crate::record::Record;

/// Finds texts.
#[derive(Default)]
pub struct Texts {
    /// How the articles are read: as they were when they were labelled.
    options: ReadOptions,
    /// The file that the last text came from, and its articles from there on.
    open: Option<(PathBuf, Reader)>,
    /// Files that were opened.
    seen: HashSet<PathBuf>,
    /// Bytes of files that were read anew, since a record stood before the last one or files take turns.
    again: u64,
    /// A file that holds nothing that could be asked for, and why.
    useless: Option<(PathBuf, String)>,
}

/// What was met where an article was looked for and is not.
#[derive(Default)]
struct Missing {
    /// Other articles.
    passed: usize,
    /// What could not be read.
    failure: Option<Failure>,
}

/// Bytes of files, as they stand, that are read anew before the records are told to be out of order; each time is a whole file.
const MOST_AGAIN: u64 = 10 << 30;

impl Texts {
    /// Finds texts in the fields that `options` name.
    pub fn new(options: ReadOptions) -> Self {
        Self {
            options,
            ..Self::default()
        }
    }

    /// The text of `record`'s article. Whether it is still the text that was labelled, [`Record::check`] tells.
    ///
    /// # Errors
    /// What is missing, and what to do.
    pub fn of(&mut self, record: &Record) -> Result<String, String> {
        let Some(path) = record.path.as_deref().map(Path::new) else {
            return Err(
                "it holds neither its text nor a path to read it from; label it again without --no-text".into(),
            );
        };
        if !path.is_file() {
            return Err(format!(
                "its text is to be read from {}, which is no file here; go where it was labelled, or label it again without \
                 --no-text",
                path.display()
            ));
        }
        if let Some((_, message)) = self.useless.as_ref().filter(|(useless, _)| useless == path) {
            return Err(message.clone());
        }
        let goes_on = self.open.as_ref().is_some_and(|(open, _)| open == path);
        if goes_on && let Ok(text) = self.next(&record.id) {
            return Ok(text);
        }
        if !self.seen.insert(path.to_owned()) {
            self.again += path.metadata().map_or(0, |metadata| metadata.len());
        }
        if self.again > MOST_AGAIN {
            let message = format!(
                "its text is to be read from {}, where articles are missing or stand in another order than the labels; sort \
                 them, or label again without --no-text",
                path.display()
            );
            self.useless = Some((path.to_owned(), message.clone()));
            return Err(message);
        }
        let options = ReadOptions {
            // A line of labels with its text cannot be longer, and a few bytes may unpack to any number.
            max_bytes: MAX_BYTES,
            ..self.options.clone()
        };
        let reader = read(&[path.to_owned()], options).map_err(|error| error.to_string())?;
        self.open = Some((path.to_owned(), reader));
        self.next(&record.id).map_err(|missing| {
            let file = path.display();
            let message = match &missing.failure {
                Some(failure) if missing.passed == 0 || failure.id == record.id => {
                    format!("its text cannot be read from {file}: {}", failure.message)
                }
                Some(failure) => format!(
                    "its text is to be read from {file}, and there is no article of this name in what can be read of it ({})",
                    failure.message
                ),
                None => format!(
                    "its text is to be read from {file}, and there is no article of this name in it (name the \
                     fields as when it was labelled, by --text-field, --title-field and --id-field); or label it again \
                     without --no-text"
                ),
            };
            if missing.passed == 0 {
                self.useless = Some((path.to_owned(), message.clone()));
            }
            message
        })
    }

    /// The text of the next article of this name in the open file.
    fn next(&mut self, id: &str) -> Result<String, Missing> {
        let mut missing = Missing::default();
        let Some((_, reader)) = self.open.as_mut() else {
            return Err(missing);
        };
        for article in reader {
            match article {
                Ok(article) if article.id == id => return Ok(article.text),
                Ok(_) => missing.passed += 1,
                // The one of this name says most, then the last: a stream that broke ends with it.
                Err(failure) if missing.failure.as_ref().is_none_or(|kept| kept.id != id) => {
                    missing.failure = Some(failure)
                }
                Err(_) => {}
            }
        }
        Err(missing)
    }
}
