//! A file that is written under a temporary name beside it and renamed when complete.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use same_file::Handle;

use crate::record::Line;

use super::Writer;
use super::links::{open_descriptor, real};
use super::permissions;

/// A file that appears under its name when it is complete. A device, a pipe or a descriptor is written as it is.
pub struct PendingFile {
    /// Holds the lock until the file has its name, so that no other run takes the temporary one for left over.
    file: File,
    /// None for a device, a pipe or a descriptor.
    path: Option<PathBuf>,
    /// Where that is now which an interrupted run had left under the temporary name.
    moved: Option<PathBuf>,
}

/// A writer whose file appears when it is complete.
pub struct WholeFile {
    writer: Box<dyn Writer>,
    pending: PendingFile,
    /// The name that it was given, beside which [`Writer::beside`] goes.
    name: PathBuf,
    /// Whether each line stands for itself, so that what cannot be ended is worth something up to its last whole one.
    of_lines: bool,
}

/// The temporary name of `path`: `.partial` behind it.
pub fn partial(path: &Path) -> PathBuf {
    with(path, ".partial")
}

pub(super) fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// The first free name for what a run left under the name `partial`: `.old` behind it, then `.old2` and so on.
fn old(partial: &Path) -> PathBuf {
    let taken = |name: &PathBuf| fs::symlink_metadata(name).is_ok();
    let mut name = with(partial, ".old");
    let mut number = 2_u64;
    while taken(&name) {
        name = with(partial, &format!(".old{number}"));
        number += 1;
    }
    name
}

impl PendingFile {
    /// Starts the file `path` under its temporary name. Behind a link the file that it leads to is written, whether it is
    /// there or not. What takes the place of a file has its permissions. What an interrupted run left under the temporary name is kept, with `.old` behind it, or `.old2` and
    /// so on.
    ///
    /// # Errors
    /// If the folder is missing, it or a file that is there may not be written, or another run writes this file.
    pub fn create(path: &Path) -> io::Result<Self> {
        if path.as_os_str() == "-" {
            let message = "standard output has what this command prints; name a file, or ./- for one of that name";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        // Before anything is looked at: who has opened a descriptor may have written to the file behind it, and will.
        if let Some(file) = open_descriptor(path) {
            return file.map(Self::as_it_is);
        }
        let was = match fs::metadata(path) {
            Ok(found) if found.is_dir() => {
                let message = "it is a folder; name a file";
                return Err(io::Error::new(io::ErrorKind::IsADirectory, message));
            }
            Ok(found) if !found.is_file() => {
                return OpenOptions::new().write(true).open(path).map(Self::as_it_is);
            }
            Ok(found) => {
                permissions::check_file(path)?;
                Some(found)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            // A link that leads round in a circle would be replaced.
            Err(error) => return Err(error),
        };
        let real = real(path);
        let partial = partial(&real);
        let mut file = open_alone(&partial, was.is_some()).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound if real != path => {
                let message = format!("it leads to {}, and that folder is not there; make it", real.display());
                io::Error::new(io::ErrorKind::NotFound, message)
            }
            _ => tell_missing(error),
        })?;
        let mut moved = None;
        if file.metadata()?.len() > 0 {
            let old = old(&partial);
            fs::rename(&partial, &old)?;
            moved = Some(old);
            file = open_alone(&partial, was.is_some())?;
        }
        if let Some(was) = &was {
            permissions::keep(&file, was).inspect_err(|_| {
                // It is empty; why it cannot be had is what is told.
                let _ = fs::remove_file(&partial);
            })?;
        }
        Ok(Self {
            file,
            path: Some(real),
            moved,
        })
    }

    fn as_it_is(file: File) -> Self {
        Self {
            file,
            path: None,
            moved: None,
        }
    }

    /// What to tell of a file that an interrupted run had left and that has another name now.
    pub fn moved(&self) -> Option<String> {
        let (path, moved) = (self.path.as_ref()?, self.moved.as_ref()?);
        Some(format!(
            "{} was left of a run that was interrupted; it is now {}",
            partial(path).display(),
            moved.display()
        ))
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

    /// Leaves nothing of the file; what stood under its name stays.
    ///
    /// # Errors
    /// What the system says.
    pub fn discard(self) -> io::Result<()> {
        self.path.map_or(Ok(()), |path| fs::remove_file(partial(&path)))
    }
}

impl WholeFile {
    /// Starts the file `path` with the writer that `start` makes for its temporary name.
    ///
    /// # Errors
    /// Those of [`PendingFile::create`] and of `start`.
    pub fn create(path: &Path, start: impl FnOnce(File) -> io::Result<Box<dyn Writer>>) -> io::Result<Self> {
        let pending = PendingFile::create(path)?;
        match pending.file().and_then(start) {
            Ok(writer) => Ok(Self {
                writer,
                pending,
                name: path.to_owned(),
                of_lines: false,
            }),
            Err(error) => {
                // What cannot be started is what is told.
                let _ = pending.discard();
                Err(error)
            }
        }
    }

    /// The same for a format whose lines stand for themselves, if it `is` one.
    pub fn of_lines(self, is: bool) -> Self {
        Self { of_lines: is, ..self }
    }

    /// As [`PendingFile::moved`].
    pub fn moved(&self) -> Option<String> {
        self.pending.moved()
    }
}

/// Cuts a file off behind its last line end.
fn keep_whole_lines(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let mut end = file.metadata()?.len();
    let mut block = Vec::new();
    while end > 0 {
        let start = end.saturating_sub(64 << 10);
        file.seek(SeekFrom::Start(start))?;
        block.clear();
        (&mut file).take(end - start).read_to_end(&mut block)?;
        if let Some(at) = block.iter().rposition(|byte| *byte == b'\n') {
            return file.set_len(start + at as u64 + 1);
        }
        end = start;
    }
    file.set_len(0)
}

/// What to do where something cannot be made since the folder around it is missing; any other error as it is.
pub(super) fn tell_missing(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::NotFound => {
            let message = "the folder that it would stand in is not there; make it, or name another";
            io::Error::new(io::ErrorKind::NotFound, message)
        }
        _ => error,
    }
}

/// Opens the file as it is, for nobody else to write; one that is made is for nobody else to read, if it `is_closed`.
pub(super) fn open_alone(path: &Path, is_closed: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    if is_closed {
        permissions::close(&mut options);
    }
    loop {
        let file = options.open(path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                return Err(io::Error::new(
                    io::ErrorKind::ResourceBusy,
                    "another run is writing it; wait for that, or name another place",
                ));
            }
            // Some file systems know no locks.
            Err(TryLockError::Error(_)) => return Ok(file),
            Ok(()) => {}
        }
        // Before it was locked, the run that had it may have given it another name, and this name to another file.
        if leads_to(path, &file)? {
            return Ok(file);
        }
    }
}

/// Whether `path` is still the name of `file`.
fn leads_to(path: &Path, file: &File) -> io::Result<bool> {
    let file = Handle::from_file(file.try_clone()?)?;
    Ok(match Handle::from_path(path) {
        Ok(named) => named == file,
        // A file that may be written and not read cannot be told from others.
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    })
}

impl Writer for WholeFile {
    fn write(&mut self, line: &Line) -> io::Result<()> {
        self.writer.write(line)
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        let Self {
            writer, pending, name, ..
        } = *self;
        // Nothing belongs beside a device, a pipe or a descriptor.
        let beside = pending.path.as_ref().and_then(|_| writer.beside());
        writer.finish()?;
        pending.finish()?;
        let beside = beside.map(|(ending, contents)| (name.with_extension(ending), contents));
        match beside {
            // Somebody may have changed one that is there.
            Some((path, contents)) if !path.exists() => fs::write(path, contents),
            _ => Ok(()),
        }
    }

    fn interrupt(self: Box<Self>) -> io::Result<()> {
        let ended = self.writer.finish();
        if let (Err(_), true, Some(path)) = (&ended, self.of_lines, &self.pending.path) {
            // A full disk took a part of the last line, which is no record.
            keep_whole_lines(&partial(path))?;
        }
        ended
    }

    fn discard(self: Box<Self>) -> io::Result<()> {
        match self.pending.path {
            Some(_) => self.pending.discard(),
            None => self.writer.finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::label_studio::LabelStudio;
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
        // Who names it means standard output, and that is no file.
        assert!(PendingFile::create(Path::new("-")).is_err());
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

    #[test]
    fn nothing_that_was_left_over_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        let old = |ending: &str| with(&partial(&path), ending);
        for (left, ending) in [("one", ".old"), ("two", ".old2"), ("three", ".old3")] {
            fs::write(partial(&path), left).unwrap();
            let pending = PendingFile::create(&path).unwrap();
            let told = pending.moved().unwrap();
            assert!(told.ends_with(&format!("is now {}", old(ending).display())), "{told}");
            pending.discard().unwrap();
        }
        let kept = [".old", ".old2", ".old3"].map(|ending| fs::read_to_string(old(ending)).unwrap());
        assert_eq!(kept, ["one", "two", "three"]);
        assert!(PendingFile::create(&path).unwrap().moved().is_none());
    }

    #[test]
    fn a_name_that_was_given_to_another_file_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl.partial");
        let file = open_alone(&path, false).unwrap();
        assert!(leads_to(&path, &file).unwrap());
        fs::rename(&path, folder.path().join("out.jsonl")).unwrap();
        assert!(!leads_to(&path, &file).unwrap());
        fs::write(&path, "").unwrap();
        assert!(!leads_to(&path, &file).unwrap());
    }

    #[test]
    fn what_is_given_up_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        fs::write(&path, "old").unwrap();
        let mut writer = create(&path).unwrap();
        writer.write(&line()).unwrap();
        writer.discard().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert!(!partial(&path).exists());
    }

    #[cfg(unix)]
    #[test]
    fn what_was_closed_to_others_stays_closed() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let set = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        fs::write(&path, "old").unwrap();
        for wanted in [0o600, 0o640, 0o666] {
            set(wanted);
            let writer = create(&path).unwrap();
            assert_eq!(mode(&partial(&path)), wanted, "before anything is written");
            writer.finish().unwrap();
            assert_eq!(mode(&path), wanted);
        }
        set(0o400);
        // The superuser may write all.
        let may = OpenOptions::new().write(true).open(&path).is_ok();
        assert_eq!(PendingFile::create(&path).is_ok(), may);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_nothing_yet_stays_one() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("disk")).unwrap();
        std::os::unix::fs::symlink("disk/real.jsonl", at("link.jsonl")).unwrap();
        create(&at("link.jsonl")).unwrap().finish().unwrap();
        assert!(at("link.jsonl").is_symlink() && at("disk/real.jsonl").is_file());

        std::os::unix::fs::symlink("gone/real.jsonl", at("lost.jsonl")).unwrap();
        let message = create(&at("lost.jsonl")).map(|_| ()).unwrap_err().to_string();
        assert!(message.contains("that folder is not there"), "{message}");
        std::os::unix::fs::symlink("round.jsonl", at("round.jsonl")).unwrap();
        assert!(create(&at("round.jsonl")).is_err());
        assert!(at("lost.jsonl").is_symlink() && at("round.jsonl").is_symlink());
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

        let start = |path: &Path| {
            WholeFile::create(path, |file| {
                Ok(Box::new(Stream::start(LabelStudio::default(), file, false)?))
            })
        };
        Box::new(start(&null).unwrap()).finish().unwrap();
        assert!(!folder.path().join("null.config.xml").exists());
        let config = folder.path().join("link.config.xml");
        Box::new(start(&link).unwrap()).finish().unwrap();
        assert!(config.exists());
        fs::write(&config, "changed").unwrap();
        Box::new(start(&link).unwrap()).finish().unwrap();
        assert_eq!(fs::read_to_string(&config).unwrap(), "changed");
    }

    /// A disk that is full when the last bytes are written.
    struct Full;

    impl Writer for Full {
        fn write(&mut self, _: &Line) -> io::Result<()> {
            Ok(())
        }

        fn finish(self: Box<Self>) -> io::Result<()> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn interrupt(self: Box<Self>) -> io::Result<()> {
            self.finish()
        }
    }

    #[test]
    fn what_did_not_fit_never_takes_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        fs::write(&path, "old").unwrap();
        let mut writer = Box::new(WholeFile::create(&path, |_| Ok(Box::new(Full))).unwrap());
        writer.write(&line()).unwrap();
        assert_eq!(writer.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert!(partial(&path).exists());
    }
}
