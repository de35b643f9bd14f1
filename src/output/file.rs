//! A file that is written under a temporary name beside it and renamed when complete.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::record::Line;

use super::Writer;

/// A file that appears under its name when it is complete. A device or a pipe is written as it is.
pub struct PendingFile {
    /// Holds the lock until the file has its name, so that no other run takes the temporary one for left over.
    file: File,
    /// None for a device or a pipe.
    path: Option<PathBuf>,
}

/// A writer whose file appears when it is complete.
pub struct WholeFile {
    writer: Box<dyn Writer>,
    pending: PendingFile,
}

/// The temporary name of `path`: `.partial` behind it.
pub fn partial(path: &Path) -> PathBuf {
    with(path, ".partial")
}

fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

impl PendingFile {
    /// Starts the file `path` under its temporary name. Behind a link the file that it leads to is written. What an
    /// interrupted run left under the temporary name is kept, with `.old` behind it.
    ///
    /// # Errors
    /// If the folder is missing or may not be written, or another run writes this file.
    pub fn create(path: &Path) -> io::Result<Self> {
        let path = match fs::metadata(path) {
            Ok(found) if found.is_dir() => {
                let message = "it is a folder; name a file";
                return Err(io::Error::new(io::ErrorKind::IsADirectory, message));
            }
            Ok(found) if !found.is_file() => {
                let file = OpenOptions::new().write(true).open(path)?;
                return Ok(Self { file, path: None });
            }
            Ok(_) => fs::canonicalize(path)?,
            Err(_) => path.to_owned(),
        };
        let partial = partial(&path);
        let mut file = open(&partial)?;
        if file.metadata()?.len() > 0 {
            fs::rename(&partial, with(&partial, ".old"))?;
            file = open(&partial)?;
        }
        Ok(Self { file, path: Some(path) })
    }

    /// The file, to be written.
    ///
    /// # Errors
    /// If the system has no more files to give.
    pub fn file(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Gives the file its name; everything has to be written.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(self) -> io::Result<()> {
        let Some(path) = self.path else { return Ok(()) };
        self.file.sync_all()?;
        fs::rename(partial(&path), path)
    }
}

impl WholeFile {
    /// Starts the file `path` with the writer that `start` makes for its temporary name.
    ///
    /// # Errors
    /// Those of [`PendingFile::create`] and of `start`.
    pub fn create(path: &Path, start: impl FnOnce(File) -> io::Result<Box<dyn Writer>>) -> io::Result<Self> {
        let pending = PendingFile::create(path)?;
        Ok(Self {
            writer: start(pending.file()?)?,
            pending,
        })
    }
}

/// Opens the file as it is, for nobody else to write.
fn open(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(io::Error::new(
            io::ErrorKind::ResourceBusy,
            "another run is writing it; wait for that, or name another file",
        )),
        // Some file systems know no locks.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
    }
}

impl Writer for WholeFile {
    fn write(&mut self, line: &Line) -> io::Result<()> {
        self.writer.write(line)
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.writer.finish()?;
        self.pending.finish()
    }

    fn interrupt(self: Box<Self>) -> io::Result<()> {
        self.writer.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{JsonLines, Stream};
    use crate::record::{FailureDetail, FailureRecord};

    fn line() -> Line {
        let error = FailureDetail {
            kind: "empty".into(),
            message: "no text".into(),
        };
        Line::Failure(FailureRecord {
            schema: 1,
            id: "a".into(),
            path: None,
            error,
        })
    }

    fn create(path: &Path) -> io::Result<Box<WholeFile>> {
        let file = WholeFile::create(path, |file| Ok(Box::new(Stream::start(JsonLines, file, false)?)))?;
        Ok(Box::new(file))
    }

    #[test]
    fn a_file_appears_when_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        fs::write(&path, "old").unwrap();
        let mut writer = create(&path).unwrap();
        writer.write(&line()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        writer.finish().unwrap();
        let written = fs::read_to_string(&path).unwrap();
        assert_eq!(
            written,
            "{\"schema\":1,\"id\":\"a\",\"error\":{\"kind\":\"empty\",\"message\":\"no text\"}}\n"
        );
        assert!(!partial(&path).exists());
        assert!(create(folder.path()).is_err());
    }

    #[test]
    fn what_was_interrupted_keeps_its_temporary_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        let mut writer = create(&path).unwrap();
        writer.write(&line()).unwrap();
        writer.interrupt().unwrap();
        assert!(!path.exists());
        assert!(fs::read_to_string(partial(&path)).unwrap().ends_with("}\n"));
    }

    #[test]
    fn what_is_left_over_is_kept_and_two_runs_never_write_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        fs::write(partial(&path), "half").unwrap();
        let first = create(&path).unwrap();
        assert_eq!(
            fs::read_to_string(folder.path().join("out.jsonl.partial.old")).unwrap(),
            "half"
        );
        let message = create(&path).map(|_| ()).unwrap_err().to_string();
        assert!(message.starts_with("another run is writing it"), "{message}");
        first.finish().unwrap();
        create(&path).unwrap().finish().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn links_and_devices_stay_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.jsonl"), folder.path().join("link.jsonl"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let mut writer = create(&link).unwrap();
        writer.write(&line()).unwrap();
        writer.finish().unwrap();
        assert!(link.is_symlink() && fs::read_to_string(&real).unwrap().ends_with("}\n"));

        let null = folder.path().join("null");
        std::os::unix::fs::symlink("/dev/null", &null).unwrap();
        let mut writer = create(&null).unwrap();
        writer.write(&line()).unwrap();
        writer.finish().unwrap();
        assert!(null.is_symlink() && !partial(&null).exists());
    }
}
