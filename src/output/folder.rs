//! Formats that are a folder with files for each article. It is filled under a temporary name and renamed when complete;
//! a folder that already holds something is never touched, since somebody may have worked in it.

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::durable::settle;
use crate::record::{Line, Record};

use super::file::{open_alone, tell_missing, with};
use super::file_name::FileNames;
use super::permissions;
use super::{Writer, partial, real};

/// How an article stands in files of its own.
pub trait FolderLayout: Send {
    /// Files that the folder has besides: names and contents.
    fn beside(&self) -> &'static [(&'static str, &'static str)];

    /// Endings of an article's files, with their dots.
    fn endings(&self) -> &'static [&'static str];

    /// Writes the file with the ending `ending`.
    ///
    /// # Errors
    /// What `to` says.
    fn write(&self, record: &Record, ending: &str, to: &mut dyn Write) -> io::Result<()>;
}

/// A writer whose folder appears when it is complete.
pub struct WholeFolder<L> {
    layout: L,
    path: PathBuf,
    names: FileNames,
    /// Held until the folder has its name.
    _lock: Lock,
}

/// A file beside the folder that is locked as long as a run writes the folder, and goes with the run.
struct Lock {
    _file: File,
    path: PathBuf,
}

impl Lock {
    fn of(partial: &Path) -> io::Result<Self> {
        let path = with(partial, ".lock");
        Ok(Self {
            _file: open_alone(&path, false)?,
            path,
        })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // One that stays is locked by nobody and stands in nobody's way.
        let _ = fs::remove_file(&self.path);
    }
}

impl<L: FolderLayout> WholeFolder<L> {
    /// Starts the folder `path`; until it is complete it is called `path` with `.partial` behind it. What takes the place
    /// of an empty folder has its permissions.
    ///
    /// # Errors
    /// If there is something already, another run writes it, or the folder may not be made.
    pub fn create(path: &Path, layout: L) -> io::Result<Self> {
        let taken = |message: String| Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        // An empty folder is replaced in the end: the one behind a link, and none that somebody stands in.
        let path = &if path.is_dir() {
            fs::canonicalize(path)?
        } else {
            real(path)
        };
        if std::env::current_dir().is_ok_and(|here| here.starts_with(path)) {
            return taken("you are in it; name another folder, or one below it".to_owned());
        }
        let partial = partial(path);
        let lock = Lock::of(&partial).map_err(tell_missing)?;
        if !is_free(path)? {
            return taken("it is there already and not empty; name another folder or remove it".to_owned());
        }
        if !is_free(&partial)? {
            return taken(format!(
                "{} is left of a run that was interrupted; remove it",
                partial.display()
            ));
        }
        let was = fs::metadata(path).ok().filter(Metadata::is_dir);
        permissions::make_folder(&partial, was.as_ref())?;
        let write = |(name, contents): &(&str, &str)| fs::write(partial.join(name), contents);
        if let Err(error) = layout.beside().iter().try_for_each(write) {
            // Else the next run would take it for somebody's work.
            let _ = fs::remove_dir_all(&partial);
            return Err(error);
        }
        Ok(Self {
            layout,
            path: path.to_owned(),
            names: FileNames::default(),
            _lock: lock,
        })
    }
}

/// Whether nothing is there, or an empty folder.
fn is_free(path: &Path) -> io::Result<bool> {
    match fs::read_dir(path) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(error),
    }
}

impl<L: FolderLayout> Writer for WholeFolder<L> {
    fn write(&mut self, line: &Line) -> io::Result<()> {
        let Line::Record(record) = line else { return Ok(()) };
        let name = self.names.name(&record.id);
        let folder = partial(&self.path);
        self.layout.endings().iter().try_for_each(|ending| {
            let mut to = BufWriter::new(File::create_new(folder.join(format!("{name}{ending}")))?);
            self.layout.write(record, ending, &mut to)?;
            to.flush()
        })
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        settle(&partial(&self.path))?;
        // Windows does not rename onto an empty folder.
        if self.path.is_dir() {
            fs::remove_dir(&self.path)?;
        }
        fs::rename(partial(&self.path), &self.path)
    }

    fn interrupt(self: Box<Self>) -> io::Result<()> {
        Ok(())
    }

    fn discard(self: Box<Self>) -> io::Result<()> {
        fs::remove_dir_all(partial(&self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::brat::Brat;
    use crate::output::naf::Naf;

    #[test]
    fn two_runs_never_write_one_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let left = || fs::read_dir(folder.path()).unwrap().count();
        let first = WholeFolder::create(&path, Brat).unwrap();
        let message = WholeFolder::create(&path, Brat).map(|_| ()).unwrap_err().to_string();
        assert!(message.starts_with("another run is writing it"), "{message}");
        Box::new(first).discard().unwrap();
        assert_eq!(left(), 0);
        Box::new(WholeFolder::create(&path, Brat).unwrap()).finish().unwrap();
        assert_eq!(left(), 1, "the folder and no lock");
        fs::remove_dir_all(&path).unwrap();
        Box::new(WholeFolder::create(&path, Brat).unwrap()).interrupt().unwrap();
        let message = WholeFolder::create(&path, Brat).map(|_| ()).unwrap_err().to_string();
        assert!(message.contains("is left of a run that was interrupted"), "{message}");
        assert_eq!(left(), 1);
    }
    #[cfg(unix)]
    #[test]
    fn a_folder_that_was_closed_to_others_stays_closed() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        fs::create_dir(&path).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let set = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        for wanted in [0o700, 0o750] {
            set(wanted);
            let writer = WholeFolder::create(&path, Naf).unwrap();
            assert_eq!(mode(&partial(&path)), wanted, "before anything is written");
            Box::new(writer).finish().unwrap();
            assert_eq!(mode(&path), wanted);
        }
        set(0o500);
        let message = WholeFolder::create(&path, Naf).map(|_| ()).unwrap_err().to_string();
        assert!(message.starts_with("it is write-protected"), "{message}");
        assert!(!partial(&path).exists());
    }
}
