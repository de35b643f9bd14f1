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
}

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
        let goes_on = self.open.as_ref().is_some_and(|(open, _)| open == path);
        if goes_on && let Some(text) = self.next(&record.id) {
            return Ok(text);
        }
        let options = ReadOptions {
            max_bytes: u64::MAX,
            ..ReadOptions::default()
        };
        let reader = read(&[path.to_owned()], options).map_err(|error| error.to_string())?;
        self.open = Some((path.to_owned(), reader));
        self.next(&record.id).ok_or_else(|| {
            format!(
                "its text is to be read from {}, and there is no article of this name in it (fields have to be called text, \
                 title and id); label it again without --no-text",
                path.display()
            )
        })
    }

    /// The text of the next article of this name in the open file.
    fn next(&mut self, id: &str) -> Option<String> {
        let (_, reader) = self.open.as_mut()?;
        reader
            .filter_map(Result::ok)
            .find(|article| article.id == id)
            .map(|article| article.text)
    }
}
