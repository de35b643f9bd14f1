//! What was written, brought to the disk before it gets its name: a machine that loses its power must not leave a name with
//! nothing behind it.

use std::fs::File;
use std::io;
use std::path::Path;

/// Brings all that was written into the files of `folder` to the disk.
///
/// # Errors
/// What the disk says.
#[cfg(target_os = "linux")]
pub(crate) fn settle(folder: &Path) -> io::Result<()> {
    // One call for the whole file system: a folder may hold a file or two for each of a million articles.
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

/// Brings all that was written into the files of `folder` to the disk.
///
/// # Errors
/// What the disk says.
#[cfg(not(target_os = "linux"))]
pub(crate) fn settle(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        // Windows wants a file that may be written.
        File::options().append(true).open(entry?.path())?.sync_all()?;
    }
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_settles_and_keeps_what_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.ann");
        std::fs::write(&file, "T1").unwrap();
        settle(folder.path()).unwrap();
        assert_eq!(std::fs::read(file).unwrap(), b"T1");
        assert!(settle(&folder.path().join("missing")).is_err());
    }
}
