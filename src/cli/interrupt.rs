//! Signals that end a run: Ctrl-C, and on Unix SIGTERM and SIGHUP.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

use super::say::say;
use crate::threads::NoThread;

/// A flag that the first Ctrl-C sets; the second ends the program at once.
pub(super) fn stop_on_interrupt() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    on_interrupt(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        say("finishing what is under way; press Ctrl-C again to stop at once");
    })?;
    Ok(stop)
}

/// Calls `handle` for each such signal. A hang-up that whoever started the program has it ignore (`nohup`) stays ignored.
pub(super) fn on_interrupt(handle: impl FnMut() + Send + 'static) -> Result<()> {
    let survives = signals::is_hang_up_ignored();
    ctrlc::set_handler(handle)
        .map_err(|error| match error {
            ctrlc::Error::System(error) if error.kind() == io::ErrorKind::WouldBlock => NoThread(error).into(),
            error => anyhow::Error::from(error),
        })
        .context("cannot listen for Ctrl-C")?;
    if survives {
        signals::ignore_hang_up();
    }
    Ok(())
}

/// Has the system say that a file may not grow any more where it would else kill the program (`ulimit -f`).
pub(super) fn tell_full_files() {
    signals::ignore_full_files();
}

#[cfg(unix)]
#[allow(unsafe_code)]
mod signals {
    use std::mem::MaybeUninit;
    use std::ptr;

    pub fn is_hang_up_ignored() -> bool {
        let mut found = MaybeUninit::<libc::sigaction>::zeroed();
        // SAFETY: nothing is set, and what is found goes to a place of its type, which zeros are a value of.
        unsafe {
            libc::sigaction(libc::SIGHUP, ptr::null(), found.as_mut_ptr()) == 0
                && found.assume_init().sa_sigaction == libc::SIG_IGN
        }
    }

    pub fn ignore_hang_up() {
        ignore(libc::SIGHUP);
    }

    pub fn ignore_full_files() {
        ignore(libc::SIGXFSZ);
    }

    fn ignore(signal: libc::c_int) {
        // SAFETY: a signal that is ignored runs no code.
        unsafe {
            libc::signal(signal, libc::SIG_IGN);
        }
    }
}

#[cfg(not(unix))]
mod signals {
    pub fn is_hang_up_ignored() -> bool {
        false
    }

    pub fn ignore_hang_up() {}

    pub fn ignore_full_files() {}
}
