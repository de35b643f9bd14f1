//! Threads, as far as they can be had. A limit on processes, of the user or of a container, may leave fewer than the machine has
//! cores: fewer label more slowly and give the same.

use std::io;
use std::thread::{Builder, JoinHandle, Scope, ScopedJoinHandle};

/// A thread that could not be started.
#[derive(Debug, thiserror::Error)]
#[error(
    "no thread can be started ({0}); raise the limit on processes (`ulimit -u`, or that of the container), or let what else \
     runs take fewer (`--threads`)"
)]
pub struct NoThread(pub io::Error);

/// Starts `work` on a thread of its own.
///
/// # Errors
/// If the system has no thread to give.
pub fn start<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<JoinHandle<T>, NoThread> {
    Builder::new().spawn(work).map_err(NoThread)
}

/// The same for a thread that ends with `scope`.
///
/// # Errors
/// If the system has no thread to give.
pub fn start_in<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>, NoThread> {
    Builder::new().spawn_scoped(scope, work).map_err(NoThread)
}

/// As many threads as `start` gives, up to `most`.
///
/// # Errors
/// If it gives none.
pub fn crew<T>(most: usize, mut start: impl FnMut() -> Result<T, NoThread>) -> Result<Vec<T>, NoThread> {
    let mut crew = vec![start()?];
    while crew.len() < most
        && let Ok(another) = start()
    {
        crew.push(another);
    }
    Ok(crew)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crew_is_as_large_as_can_be_had_and_never_none() {
        let of = |there: usize, most: usize| {
            let mut asked = 0;
            let crew = crew(most, || {
                asked += 1;
                let refused = || NoThread(io::ErrorKind::WouldBlock.into());
                Some(asked).filter(|asked| *asked <= there).ok_or_else(refused)
            });
            crew.map(|crew| crew.len())
        };
        assert_eq!(of(9, 4).unwrap(), 4);
        assert_eq!(of(3, 8).unwrap(), 3);
        let message = of(0, 8).unwrap_err().to_string();
        assert!(
            message.contains("ulimit -u") && message.contains("--threads"),
            "{message}"
        );
    }
}
