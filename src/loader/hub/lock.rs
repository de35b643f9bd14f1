//! One writer at a time for each blob, among threads and programs, Python's `filelock` included: all take an exclusive
//! `flock` of the same file, which stays in place after.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

use super::cache::{create_parent, open_or_create};
use super::error::{Error, Result};

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, and calls `waiting` once if somebody else holds it. None where the file system knows no locks.
    pub fn take(path: &Path, mut waiting: impl FnMut()) -> Result<Option<Self>> {
        create_parent(path)?;
        let failed = |source| Error::disk(path, None, source);
        loop {
            let open = open_or_create(path);
            let file = open.map_err(failed)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    waiting();
                    file.lock().map_err(failed)?;
                }
                Err(TryLockError::Error(error)) if knows_no_locks(&error) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
            // Whoever tidied up meanwhile left us a lock that nobody else can see.
            if !is_deleted(&file) {
                return Ok(Some(Self { _file: file }));
            }
        }
    }
}

fn knows_no_locks(error: &std::io::Error) -> bool {
    const ENOLCK: i32 = 37;
    error.kind() == ErrorKind::Unsupported || (cfg!(target_os = "linux") && error.raw_os_error() == Some(ENOLCK))
}

#[cfg(unix)]
fn is_deleted(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|metadata| metadata.nlink() == 0)
}

#[cfg(not(unix))]
fn is_deleted(_: &File) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_second_waits_for_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.lock");
        let first = Lock::take(&path, || panic!("nobody holds it")).unwrap().unwrap();
        let (send, receive) = channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let second = Lock::take(&path, || send.send("waits").unwrap()).unwrap();
                send.send("has it").unwrap();
                drop(second);
            });
            assert_eq!(receive.recv().unwrap(), "waits");
            assert!(receive.recv_timeout(Duration::from_millis(50)).is_err());
            drop(first);
            assert_eq!(receive.recv().unwrap(), "has it");
        });
        assert!(path.exists(), "it stays in place");
    }
}
