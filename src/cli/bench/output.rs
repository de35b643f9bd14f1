//! The files of results: opened before anything is measured, so that one that cannot be written costs no measurement.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result};

use crate::output::PendingFile;

/// A file that is there when it is complete. One that is dropped before leaves nothing behind.
pub(super) struct Output<'p> {
    path: &'p Path,
    pending: Option<PendingFile>,
}

impl<'p> Output<'p> {
    /// Starts the file `path`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn open(path: &'p Path) -> Result<Self> {
        let pending = PendingFile::create(path).with_context(|| cannot_write(path))?;
        Ok(Self {
            path,
            pending: Some(pending),
        })
    }

    /// Writes all of the file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(mut self, text: &str) -> Result<()> {
        let Some(pending) = self.pending.take() else {
            return Ok(());
        };
        let write = || -> io::Result<()> {
            pending.file()?.write_all(text.as_bytes())?;
            pending.finish()
        };
        write().with_context(|| cannot_write(self.path))
    }
}

impl Drop for Output<'_> {
    fn drop(&mut self) {
        if let Some(pending) = self.pending.take() {
            let _ = pending.discard();
        }
    }
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}
