//! The text of a record that was written without it (`--no-text`), read anew from where the article was. Records stand in
//! the order of their articles, so a file of many rows is read once.

use std::path::{Path, PathBuf};

use crate::article::{ReadOptions, Reader, read};
use crate::record::Record;

/// Finds texts.
#[derive(Default)]
pub struct Texts {
    /// The file that the last text came from, and its articles from there on.
    open: Option<(PathBuf, Reader)>,
    /// How often that file was read anew, since a record stood before the last one.
    restarts: u64,
    /// A file that holds nothing that could be asked for, and why.
    useless: Option<(PathBuf, String)>,
}

/// Bytes that are read anew before the records of a file are told to be out of order; each time is the whole file.
const MOST_AGAIN: u64 = 10 << 30;

impl Texts {
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
        if goes_on && let (Some(text), _) = self.next(&record.id) {
            return Ok(text);
        }
        self.restarts = if goes_on { self.restarts + 1 } else { 0 };
        let size = path.metadata().map_or(0, |metadata| metadata.len());
        if self.restarts * size > MOST_AGAIN {
            let message = format!(
                "its text is to be read from {}, where articles are missing or stand in another order than the labels; sort \
                 them, or label again without --no-text",
                path.display()
            );
            self.useless = Some((path.to_owned(), message.clone()));
            return Err(message);
        }
        let options = ReadOptions {
            max_bytes: u64::MAX,
            ..ReadOptions::default()
        };
        let reader = read(&[path.to_owned()], options).map_err(|error| error.to_string())?;
        self.open = Some((path.to_owned(), reader));
        let (text, passed) = self.next(&record.id);
        text.ok_or_else(|| {
            let message = format!(
                "its text is to be read from {}, and there is no article of this name in it (fields have to be called text, \
                 title and id); label it again without --no-text",
                path.display()
            );
            if passed == 0 {
                self.useless = Some((path.to_owned(), message.clone()));
            }
            message
        })
    }

    /// The text of the next article of this name in the open file, and how many others stood before it.
    fn next(&mut self, id: &str) -> (Option<String>, usize) {
        let Some((_, reader)) = self.open.as_mut() else {
            return (None, 0);
        };
        let mut passed = 0;
        for article in reader.filter_map(Result::ok) {
            if article.id == id {
                return (Some(article.text), passed);
            }
            passed += 1;
        }
        (None, passed)
    }
}
