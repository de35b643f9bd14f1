//! A file that is still arriving. It grows at its end only, and the hash of what is there is known at any time, so that
//! a download can go on after a break, even in another run.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::cache::open_or_create;
use super::checksum::{Checksum, check_file};
use super::error::{Error, Result};

/// The part of a file that has arrived.
#[derive(Debug)]
pub(super) struct Partial {
    path: PathBuf,
    file: File,
    etag: String,
    size: Option<u64>,
    done: u64,
    /// Of `done`, what was there before.
    resumed: u64,
    checksum: Checksum,
}

impl Partial {
    /// Opens the file, with what an earlier run left in it. `etag` and `size` are those of the whole.
    pub fn open(path: &Path, etag: &str, size: Option<u64>) -> Result<Self> {
        let open = open_or_create(path);
        let file = open.map_err(|source| Error::disk(path, size, source))?;
        let mut partial = Self {
            path: path.to_owned(),
            file,
            etag: etag.to_owned(),
            size,
            done: 0,
            resumed: 0,
            checksum: Checksum::new(etag, size.unwrap_or(0)),
        };
        let length = partial.file.metadata().map_err(|source| partial.failed(source))?.len();
        if length > 0 && size.is_some_and(|size| length > size) {
            partial.done = length;
            partial.restart()?;
        } else if length > 0 {
            let read = partial.checksum.read(&partial.file, length);
            partial.done = read.map_err(|source| partial.failed(source))?;
            partial.resumed = partial.done;
        }
        Ok(partial)
    }

    /// Bytes that have arrived.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// Whether a part came from an earlier run.
    pub fn is_resumed(&self) -> bool {
        self.resumed > 0
    }

    /// Whether all bytes have arrived; not known without a size.
    pub fn is_whole(&self) -> bool {
        self.size == Some(self.done)
    }

    /// Adds bytes at the end.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|source| self.failed(source))?;
        self.checksum.update(bytes);
        self.done += bytes.len() as u64;
        Ok(())
    }

    /// Forgets everything that has arrived.
    pub fn restart(&mut self) -> Result<()> {
        if self.done > 0 {
            let emptied = self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)));
            emptied.map_err(|source| self.failed(source))?;
        }
        (self.done, self.resumed) = (0, 0);
        self.checksum = Checksum::new(&self.etag, self.size.unwrap_or(0));
        Ok(())
    }

    /// Whether what has arrived is what the ETag names, as far as that can be told.
    pub fn is_right(&self) -> Result<bool> {
        let matches = match self.size {
            Some(_) => self.checksum.clone().matches(&self.etag),
            // Git hashes the size first, which is known only now.
            None => check_file(&self.path, &self.etag).map_err(|source| self.failed(source))?,
        };
        Ok(matches.unwrap_or(true))
    }

    /// Gives the whole file its name. It is on the disk before, so that even a power cut leaves no half a file there.
    pub fn finish(self, path: &Path) -> Result<()> {
        let synced = self.file.sync_all().map_err(|source| self.failed(source));
        synced.and_then(|()| fs::rename(&self.path, path).map_err(|source| Error::disk(path, None, source)))
    }

    /// Removes what has arrived.
    pub fn remove(self) -> Result<()> {
        fs::remove_file(&self.path).map_err(|source| self.failed(source))
    }

    fn failed(&self, source: std::io::Error) -> Error {
        let needed = self.size.map(|size| size.saturating_sub(self.done));
        Error::disk(&self.path, needed, source)
    }
}
