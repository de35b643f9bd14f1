//! A folder for the articles that were made, so that reading files is measured too. It goes away with its value.

use std::fs;
use std::path::{Path, PathBuf};

use crate::bench::error::{Error, Result};

/// A folder of its own below the system's temporary folder.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Writes each text to a file of its own.
    ///
    /// # Errors
    /// If the temporary folder cannot be written.
    pub fn of(texts: &[String]) -> Result<Self> {
        let unique = format!("stellig-bench-{}-{:p}", std::process::id(), texts.as_ptr());
        let path = std::env::temp_dir().join(unique);
        // Refused where it is there already: nobody else's folder is written to or removed.
        fs::create_dir(&path).map_err(|source| Error::Content {
            path: path.clone(),
            message: format!(
                "cannot be made for the articles that are measured: {source}; name a folder that can be written in TMPDIR, or \
                 articles of your own with --articles"
            ),
        })?;
        let folder = Self(path);
        for (number, text) in texts.iter().enumerate() {
            let file = folder.0.join(format!("{number:05}.txt"));
            fs::write(&file, text).map_err(Error::file(&file))?;
        }
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Nobody is left to tell; the system clears its temporary folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_away_with_its_value() {
        let folder = Folder::of(&["een".to_owned(), "twee".to_owned()]).unwrap();
        let path = folder.path().to_owned();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{name}");
        assert_eq!(fs::read_to_string(path.join("00001.txt")).unwrap(), "twee");
        drop(folder);
        assert!(!path.exists());
    }
}
