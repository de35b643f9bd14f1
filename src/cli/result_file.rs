//! The files of results that `bench` and `eval` write: opened before anything is measured, so that one that cannot be written costs no
//! measurement.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};

use crate::output::PendingFile;

use super::say::say;

/// A file that is there when it is complete. One that is dropped before leaves nothing behind.
pub(super) struct ResultFile<'p> {
    path: &'p Path,
    pending: Option<PendingFile>,
}

impl<'p> ResultFile<'p> {
    /// Starts the file `path`, and says what an interrupted run had left of it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn open(path: &'p Path) -> Result<Self> {
        let pending = PendingFile::create(path).with_context(|| cannot_write(path))?;
        if let Some(moved) = pending.moved() {
            say(moved);
        }
        Ok(Self {
            path,
            pending: Some(pending),
        })
    }

    /// Writes all of the file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(mut self, contents: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        let Some(pending) = self.pending.take() else {
            return Ok(());
        };
        let write = || -> io::Result<()> {
            let mut file = BufWriter::new(pending.file()?);
            contents(&mut file)?;
            file.flush()?;
            drop(file);
            pending.finish()
        };
        write().with_context(|| cannot_write(self.path))
    }
}

impl Drop for ResultFile<'_> {
    fn drop(&mut self) {
        if let Some(pending) = self.pending.take() {
            let _ = pending.discard();
        }
    }
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}
