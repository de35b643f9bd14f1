//! Who may read an output: what takes the place of a file or folder is open to the people that this one is open to, from
//! its first byte on.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// An error unless the file `path` may be written, as `>` of a shell has it: a rename would ask its folder alone.
///
/// # Errors
/// What the system says.
pub(super) fn check_file(path: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(protected("file")),
        opened => opened.map(drop),
    }
}

fn protected(what: &str) -> io::Error {
    let message = format!("it is write-protected; change its mode, or name another {what}");
    io::Error::new(io::ErrorKind::PermissionDenied, message)
}

/// Has a file that is made be its owner's alone, until [`keep`].
#[cfg(unix)]
pub(super) fn close(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

/// On Windows a file has the permissions that its folder hands down.
#[cfg(not(unix))]
pub(super) fn close(_options: &mut OpenOptions) {}

/// Gives `file` the mode of what `was` there, and its owner and group as far as that is allowed.
///
/// # Errors
/// If it cannot have the mode.
#[cfg(unix)]
pub(super) fn keep(file: &File, was: &Metadata) -> io::Result<()> {
    use std::fs::Permissions;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let is = file.metadata()?;
    let mut mode = was.mode() & 0o7777;
    if (is.uid(), is.gid()) != (was.uid(), was.gid()) {
        let both = fchown(file, Some(was.uid()), Some(was.gid()));
        if both.or_else(|_| fchown(file, None, Some(was.gid()))).is_err() {
            // What its group might do is nothing for another one.
            mode &= !0o070;
        }
    }
    // Not every file system has modes.
    if is.mode() & 0o7777 == mode {
        return Ok(());
    }
    file.set_permissions(Permissions::from_mode(mode))
}

/// On Windows a file has the permissions that its folder hands down.
#[cfg(not(unix))]
pub(super) fn keep(_file: &File, _was: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Makes the folder `path` unless it is there, open to whom the one is open that `was` in its place.
///
/// # Errors
/// If it cannot be made, or nothing may be written into the one that was there.
#[cfg(unix)]
pub(super) fn make_folder(path: &Path, was: Option<&Metadata>) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};
    /// The owner enters and writes.
    const FILLED: u32 = 0o300;
    let Some(was) = was else {
        return make_plain_folder(path);
    };
    if was.mode() & FILLED != FILLED {
        return Err(protected("folder"));
    }
    if !path.is_dir() {
        fs::DirBuilder::new().mode(0o700).create(path)?;
    }
    keep(&File::open(path)?, was).inspect_err(|_| {
        // It is empty; why it cannot be had is what is told.
        let _ = fs::remove_dir(path);
    })
}

/// On Windows a folder has the permissions that its own folder hands down.
#[cfg(not(unix))]
pub(super) fn make_folder(path: &Path, _was: Option<&Metadata>) -> io::Result<()> {
    make_plain_folder(path)
}

fn make_plain_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() { Ok(()) } else { fs::create_dir(path) }
}
