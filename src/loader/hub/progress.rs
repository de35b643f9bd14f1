//! What a download tells while it runs. Who listens decides how it is shown; nobody has to.

use std::time::Duration;

/// Listens to a download.
pub trait Progress {
    /// `done` bytes of `file` are on the disk, of `total` where the Hub said how many there are.
    fn bytes(&mut self, file: &str, done: u64, total: Option<u64>) {
        let _ = (file, done, total);
    }

    /// `file` is complete and checked.
    fn complete(&mut self, file: &str) {
        let _ = file;
    }

    /// Something failed and is tried again after `wait`.
    fn retry(&mut self, why: &str, wait: Duration) {
        let _ = (why, wait);
    }

    /// Another thread or program is downloading `file`; it is waited for.
    fn locked(&mut self, file: &str) {
        let _ = file;
    }
}

/// Nobody listens.
impl Progress for () {}
