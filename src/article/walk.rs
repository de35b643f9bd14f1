//! What will be read, in a fixed order: inputs as given, folders by name. One folder's names are held at a time for
//! each level, nothing else, so that a folder of ten million files can be walked.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::vec;

use same_file::Handle;

use super::fault::Fault;
use super::filter::Filter;
use super::format::{Format, Name};
use super::options::{ReadError, ReadOptions};
use super::own::{is_brat, is_brat_text, is_own};
use super::source::{Origin, Source};
use super::{Failure, FailureKind};

/// Missing inputs whose like is looked for. A long list of names that are not there is an old one, and none is mistyped.
const OFFERS: usize = 5;

/// Files of the folders that were passed over, counted while the walk goes on.
#[derive(Debug, Default)]
pub struct Skipped {
    endings: AtomicU64,
    excluded: AtomicU64,
    own: AtomicU64,
    first_own: OnceLock<PathBuf>,
}

impl Skipped {
    /// Files with endings that stellig does not read.
    pub fn endings(&self) -> u64 {
        self.endings.load(Ordering::Relaxed)
    }

    /// Files that `--include` and `--exclude` leave out; files in a folder that is left out are not counted.
    pub fn excluded(&self) -> u64 {
        self.excluded.load(Ordering::Relaxed)
    }

    /// Files that hold labels of stellig's and no articles, and the first of them; they are read where they are named.
    pub fn own(&self) -> Option<(u64, &Path)> {
        let first = self.first_own.get()?;
        Some((self.own.load(Ordering::Relaxed), first))
    }
}

/// Lists the files of `inputs` in order. What cannot be listed is a failure in its place, and the walk goes on.
///
/// # Errors
/// Where the patterns of the options cannot be used.
pub fn walk(inputs: &[PathBuf], options: &ReadOptions) -> Result<Walk, ReadError> {
    Ok(Walk {
        inputs: Vec::from(inputs).into_iter(),
        filter: Filter::new(options)?,
        outputs: outputs(options),
        offers: OFFERS,
        folders: Vec::new(),
        linked: HashSet::new(),
        skipped: Arc::default(),
    })
}

/// Iterator of [`walk()`].
#[derive(Debug)]
pub struct Walk {
    inputs: vec::IntoIter<PathBuf>,
    filter: Filter,
    outputs: Vec<Handle>,
    /// Of [`OFFERS`], those that are left.
    offers: usize,
    folders: Vec<Folder>,
    /// Folders entered by a link below the present input; each is entered once, so that links cannot multiply.
    linked: HashSet<PathBuf>,
    skipped: Arc<Skipped>,
}

/// An open folder.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// The same folder seen from the input folder.
    below: PathBuf,
    /// Whether it holds labels for brat. One that is the input itself was named, and is meant to be read.
    is_brat: bool,
    entries: vec::IntoIter<Entry>,
}

/// What stands in a folder.
#[derive(Debug)]
struct Entry {
    name: Box<OsStr>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    File,
    Folder,
    LinkedFolder,
    Special,
    /// A link to nothing, or an entry that cannot be looked at.
    Broken,
}

impl Kind {
    fn of(entry: &fs::DirEntry) -> Self {
        let Ok(kind) = entry.file_type() else {
            return Self::Broken;
        };
        if !kind.is_symlink() {
            return Self::of_type(kind);
        }
        match fs::metadata(entry.path()) {
            Ok(target) if target.is_dir() => Self::LinkedFolder,
            Ok(target) => Self::of_type(target.file_type()),
            Err(_) => Self::Broken,
        }
    }

    fn of_type(kind: fs::FileType) -> Self {
        if kind.is_file() {
            Self::File
        } else if kind.is_dir() {
            Self::Folder
        } else {
            Self::Special
        }
    }
}

impl Walk {
    /// What is passed over; the counts grow while the walk goes on.
    pub fn skipped(&self) -> Arc<Skipped> {
        Arc::clone(&self.skipped)
    }

    /// One input of the command line.
    fn input(&mut self, path: PathBuf) -> Option<Result<Source, Failure>> {
        if path == Path::new("-") {
            return Some(Ok(Source::standard_input()));
        }
        let kind = match fs::metadata(&path) {
            Ok(metadata) => Kind::of_type(metadata.file_type()),
            Err(error) => {
                let mut fault = Fault::opening(&error);
                if error.kind() == io::ErrorKind::NotFound && self.offers > 0 {
                    self.offers -= 1;
                    fault = fault.of_named(&path);
                }
                return Some(Err(failure(&path, fault)));
            }
        };
        match kind {
            Kind::Folder if self.is_output(&path) => None,
            Kind::Folder => {
                self.linked.clear();
                self.enter(path, PathBuf::new())
            }
            Kind::File if self.is_output(&path) => None,
            Kind::File if self.filter.wants_file(Path::new(path.file_name().unwrap_or_default())) => {
                Some(Ok(Source::file(path)))
            }
            Kind::File => {
                self.skipped.excluded.fetch_add(1, Ordering::Relaxed);
                None
            }
            _ => Some(Err(failure(&path, special()))),
        }
    }

    /// Lists a folder and makes it the present one; a failure where it cannot be listed, or not to its end.
    fn enter(&mut self, path: PathBuf, below: PathBuf) -> Option<Result<Source, Failure>> {
        let mut entries = Vec::new();
        let mut fault = None;
        match fs::read_dir(&path) {
            Ok(listing) => {
                for entry in listing {
                    match entry {
                        Ok(entry) => entries.extend(self.admit(&entry, &below)),
                        Err(error) => {
                            fault = Some(Fault::opening(&error));
                            break;
                        }
                    }
                }
            }
            Err(error) => fault = Some(Fault::opening(&error)),
        }
        let fault = fault.map(|fault| Err(failure(&path, fault)));
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        self.folders.push(Folder {
            is_brat: !below.as_os_str().is_empty() && is_brat(&path),
            path,
            below,
            entries: entries.into_iter(),
        });
        fault
    }

    /// The entry if it is wanted; counts those that are passed over. Hidden ones are not counted.
    fn admit(&self, entry: &fs::DirEntry, below: &Path) -> Option<Entry> {
        let name: OsString = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            return None;
        }
        let kind = Kind::of(entry);
        let path = below.join(&name);
        if matches!(kind, Kind::Folder | Kind::LinkedFolder) {
            return self.filter.wants_folder(&path).then(|| Entry {
                name: name.into(),
                kind,
            });
        }
        // What this run is writing is nothing that was passed over. A named pipe would wait to be opened.
        let is_partial = kind == Kind::File && name.as_encoded_bytes().ends_with(b".partial");
        if is_partial && self.is_output(&entry.path()) {
            return None;
        }
        // A broken link without any ending may have been a folder: that is worth a word.
        let is_read = Name::of(&name).format != Format::Other || (kind == Kind::Broken && path.extension().is_none());
        let count = if !is_read {
            &self.skipped.endings
        } else if !self.filter.wants_file(&path) {
            &self.skipped.excluded
        } else {
            return Some(Entry {
                name: name.into(),
                kind,
            });
        };
        count.fetch_add(1, Ordering::Relaxed);
        None
    }

    /// Whether the results go to this file or folder. Looking costs opening it, so it is done only where they go to a file at all.
    fn is_output(&self, path: &Path) -> bool {
        !self.outputs.is_empty() && Handle::from_path(path).is_ok_and(|file| self.outputs.contains(&file))
    }

    /// Whether a folder reached by a link has to be passed over: it holds the link itself, or was entered before.
    fn is_loop(&mut self, path: &Path) -> bool {
        let Ok(target) = fs::canonicalize(path) else {
            return false;
        };
        let is_open = |folder: &Folder| fs::canonicalize(&folder.path).is_ok_and(|open| open == target);
        self.folders.iter().any(is_open) || !self.linked.insert(target)
    }
}

impl Iterator for Walk {
    type Item = Result<Source, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(folder) = self.folders.last_mut() else {
                let input = self.inputs.next()?;
                match self.input(input) {
                    Some(found) => return Some(found),
                    None => continue,
                }
            };
            let Some(Entry { name, kind }) = folder.entries.next() else {
                self.folders.pop();
                continue;
            };
            let path = folder.path.join(&*name);
            let below = folder.below.join(&*name);
            let is_brat = folder.is_brat;
            match kind {
                Kind::File | Kind::Folder | Kind::LinkedFolder if self.is_output(&path) => {}
                Kind::File => {
                    let source = Source::file(path);
                    if !(is_own(&source) || is_brat && is_brat_text(&source)) {
                        return Some(Ok(source));
                    }
                    self.skipped.own.fetch_add(1, Ordering::Relaxed);
                    if let Origin::File(path) = source.origin {
                        self.skipped.first_own.get_or_init(|| path);
                    }
                }
                Kind::LinkedFolder if self.is_loop(&path) => {}
                Kind::Folder | Kind::LinkedFolder => {
                    if let Some(failed) = self.enter(path, below) {
                        return Some(failed);
                    }
                }
                Kind::Special => return Some(Err(failure(&path, special()))),
                Kind::Broken => return Some(Err(failure(&path, broken(&path)))),
            }
        }
    }
}

/// The regular files and folders among what the results go to; a pipe or a device is none of the input.
fn outputs(options: &ReadOptions) -> Vec<Handle> {
    let named = options.outputs.iter().filter(|path| path.is_file() || path.is_dir());
    let standard = options.to_standard_output.then(Handle::stdout).and_then(Result::ok);
    let is_file = |handle: &Handle| handle.as_file().metadata().is_ok_and(|metadata| metadata.is_file());
    named
        .filter_map(|path| Handle::from_path(path).ok())
        .chain(standard.filter(is_file))
        .collect()
}

fn failure(path: &Path, fault: Fault) -> Failure {
    let name = Name::of(path.file_name().unwrap_or(path.as_os_str()));
    fault.of(name.stem, Some(path.to_string_lossy().into_owned()))
}

fn special() -> Fault {
    Fault::new(
        FailureKind::Unsupported,
        "it is a pipe or a device, not a file; send what is in it to standard input and give `-` instead",
    )
}

fn broken(path: &Path) -> Fault {
    match fs::read_link(path) {
        Ok(target) => Fault::new(
            FailureKind::Unreadable,
            format!(
                "it is a link to {}, which cannot be reached; mend or remove the link",
                target.display()
            ),
        ),
        Err(error) => Fault::opening(&error),
    }
}
