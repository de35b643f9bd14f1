//! Where lines go: a file that appears only when it is complete, or standard output.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::record::Line;

/// Takes lines in their order.
pub trait Writer {
    /// Writes one line.
    ///
    /// # Errors
    /// What the file or pipe says.
    fn write(&mut self, line: &Line) -> io::Result<()>;

    /// Finishes: after this everything is where it belongs.
    ///
    /// # Errors
    /// What the file or pipe says.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// JSON Lines to anything that takes bytes.
pub struct JsonLines<W: Write> {
    to: BufWriter<W>,
    /// Whether each line is handed on at once, for a reader who waits for it.
    eager: bool,
}

impl<W: Write> JsonLines<W> {
    /// JSON Lines to `to`; `eager` hands each line on at once.
    pub fn new(to: W, eager: bool) -> Self {
        Self {
            to: BufWriter::with_capacity(1 << 16, to),
            eager,
        }
    }
}

impl<W: Write> Writer for JsonLines<W> {
    fn write(&mut self, line: &Line) -> io::Result<()> {
        serde_json::to_writer(&mut self.to, line)?;
        self.to.write_all(b"\n")?;
        if self.eager { self.to.flush() } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.to.flush()
    }
}

/// JSON Lines to a file that is written under a temporary name beside it and renamed when complete.
pub struct JsonLinesFile {
    lines: JsonLines<File>,
    partial: PathBuf,
    path: PathBuf,
}

impl JsonLinesFile {
    /// Starts the file `path`; until [`Writer::finish`] its lines stand in `path` with `.partial` behind it.
    ///
    /// # Errors
    /// If the folder is missing or may not be written.
    pub fn create(path: &Path) -> io::Result<Self> {
        if path.is_dir() {
            return Err(io::Error::new(
                io::ErrorKind::IsADirectory,
                "it is a folder; name a file",
            ));
        }
        let partial = Self::partial(path);
        let lines = JsonLines::new(File::create(&partial)?, false);
        Ok(Self {
            lines,
            partial,
            path: path.to_owned(),
        })
    }

    /// The temporary name of `path`.
    pub fn partial(path: &Path) -> PathBuf {
        let mut name = path.as_os_str().to_owned();
        name.push(".partial");
        name.into()
    }
}

impl Writer for JsonLinesFile {
    fn write(&mut self, line: &Line) -> io::Result<()> {
        self.lines.write(line)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.lines.to.flush()?;
        self.lines.to.get_ref().sync_all()?;
        fs::rename(&self.partial, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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

    #[test]
    fn a_file_appears_when_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        fs::write(&path, "old").unwrap();
        let mut writer = Box::new(JsonLinesFile::create(&path).unwrap());
        writer.write(&line()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        writer.finish().unwrap();
        let written = fs::read_to_string(&path).unwrap();
        assert_eq!(
            written,
            "{\"schema\":1,\"id\":\"a\",\"error\":{\"kind\":\"empty\",\"message\":\"no text\"}}\n"
        );
        assert!(!JsonLinesFile::partial(&path).exists());
        assert!(JsonLinesFile::create(folder.path()).is_err());
    }
}
