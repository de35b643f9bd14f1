//! A file that is written under a temporary name beside it and renamed when complete.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::record::Line;

use super::Writer;

/// A writer whose file appears when it is complete.
pub struct WholeFile {
    writer: Box<dyn Writer>,
    path: PathBuf,
}

/// The temporary name of `path`: `.partial` behind it.
pub fn partial(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

impl WholeFile {
    /// Starts the file `path` with the writer that `start` makes for its temporary name.
    ///
    /// # Errors
    /// If the folder is missing or may not be written.
    pub fn create(path: &Path, start: impl FnOnce(File) -> io::Result<Box<dyn Writer>>) -> io::Result<Self> {
        if path.is_dir() {
            return Err(io::Error::new(
                io::ErrorKind::IsADirectory,
                "it is a folder; name a file",
            ));
        }
        Ok(Self {
            writer: start(File::create(partial(path))?)?,
            path: path.to_owned(),
        })
    }
}

impl Writer for WholeFile {
    fn write(&mut self, line: &Line) -> io::Result<()> {
        self.writer.write(line)
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.writer.finish()?;
        let partial = partial(&self.path);
        OpenOptions::new().write(true).open(&partial)?.sync_all()?;
        fs::rename(partial, &self.path)
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
}
