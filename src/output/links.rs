//! What the name of an output leads to: a file behind links, or a descriptor that somebody opened, as `/dev/stdout` is.

use std::fs::{self, File};
use std::io;
use std::iter;
use std::path::{Path, PathBuf};

/// Most links that are followed for one name, as many as Linux follows.
const MOST: usize = 40;

/// What `path` leads to where it is a link, also where nothing is there yet; else `path` itself. A descriptor is itself:
/// whoever opened it holds a file and not the name that the file may have.
pub fn real(path: &Path) -> PathBuf {
    if !path.is_symlink() || is_descriptor(path) {
        return path.to_owned();
    }
    let nothing_yet = || {
        let last = steps(path).last()?;
        Some(in_folder(&last).unwrap_or(last))
    };
    let real = fs::canonicalize(path).ok().or_else(nothing_yet);
    real.unwrap_or_else(|| path.to_owned())
}

/// `path` in the folder that its folder really is, whatever stands under its name. None where there is no such folder.
pub(super) fn in_folder(path: &Path) -> Option<PathBuf> {
    let folder = match path.parent()? {
        here if here.as_os_str().is_empty() => Path::new("."),
        folder => folder,
    };
    Some(fs::canonicalize(folder).ok()?.join(path.file_name()?))
}

/// `path`, and what it leads to link by link.
fn steps(path: &Path) -> impl Iterator<Item = PathBuf> {
    let next = |at: &PathBuf| Some(at.parent()?.join(fs::read_link(at).ok()?));
    iter::successors(Some(path.to_owned()), next).take(MOST)
}

/// Whether `path` is a descriptor that was opened before the program ran, or leads to one: `/dev/stdout`, `/dev/fd/3`.
#[cfg(unix)]
pub fn is_descriptor(path: &Path) -> bool {
    steps(path).any(|step| descriptor(&step).is_some())
}

/// Windows gives descriptors no names.
#[cfg(not(unix))]
pub fn is_descriptor(_path: &Path) -> bool {
    false
}

#[cfg(unix)]
enum Descriptor {
    Output,
    Errors,
    Other,
}

#[cfg(unix)]
fn descriptor(path: &Path) -> Option<Descriptor> {
    let path = in_folder(path)?;
    let (folder, name) = (path.parent()?, path.file_name()?.to_str()?);
    if folder == Path::new("/dev") {
        return match name {
            "stdout" => Some(Descriptor::Output),
            "stderr" => Some(Descriptor::Errors),
            "stdin" => Some(Descriptor::Other),
            _ => None,
        };
    }
    let in_proc = folder.starts_with("/proc") && folder.ends_with("fd");
    if !in_proc && folder != Path::new("/dev/fd") {
        return None;
    }
    let is_own = || !in_proc || fs::canonicalize("/proc/self").is_ok_and(|own| folder.starts_with(own));
    match name.parse::<u32>().ok()? {
        1 if is_own() => Some(Descriptor::Output),
        2 if is_own() => Some(Descriptor::Errors),
        _ => Some(Descriptor::Other),
    }
}

/// Opens `path` where it is a descriptor, to be written behind what is in it. None where it is none.
#[cfg(unix)]
pub(super) fn open_descriptor(path: &Path) -> Option<io::Result<File>> {
    use std::os::fd::AsFd;
    let found = steps(path).find_map(|step| descriptor(&step))?;
    // A copy goes on where the others who have the descriptor are, and they go on behind it.
    let copy = match found {
        Descriptor::Output => io::stdout().as_fd().try_clone_to_owned(),
        Descriptor::Errors => io::stderr().as_fd().try_clone_to_owned(),
        // Linux opens the file behind it once more, at a place of its own: at the end, where nothing is written over.
        Descriptor::Other => return Some(fs::OpenOptions::new().append(true).open(path)),
    };
    Some(copy.map(File::from))
}

/// Windows gives descriptors no names.
#[cfg(not(unix))]
pub(super) fn open_descriptor(_path: &Path) -> Option<io::Result<File>> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_are_followed_to_where_nothing_is_yet() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("disk")).unwrap();
        symlink("second", at("first")).unwrap();
        symlink("disk/labels.jsonl", at("second")).unwrap();
        let wanted = fs::canonicalize(at("disk")).unwrap().join("labels.jsonl");
        assert_eq!(real(&at("first")), wanted);
        fs::write(&wanted, "").unwrap();
        assert_eq!(real(&at("first")), wanted);
        assert_eq!(real(&at("none")), at("none"));
        symlink("b", at("a")).unwrap();
        symlink("a", at("b")).unwrap();
        assert!(real(&at("a")).ends_with("a") || real(&at("a")).ends_with("b"));
    }

    #[test]
    fn descriptors_are_known_by_any_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        symlink("/dev/stdout", &link).unwrap();
        for path in [
            "/dev/stdout",
            "/dev/stderr",
            "/dev/fd/1",
            "/dev/fd/77",
            link.to_str().unwrap(),
        ] {
            assert!(is_descriptor(Path::new(path)), "{path}");
            assert_eq!(real(Path::new(path)), Path::new(path));
        }
        for path in ["/dev/null", "/dev/fd", "stdout", "fd/1", "/nowhere/fd/1"] {
            assert!(!is_descriptor(Path::new(path)), "{path}");
        }
    }
}
