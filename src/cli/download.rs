//! A download as a person sees it: a bar for the file that is arriving, on standard error where that is a terminal, and
//! a line for whatever is waited for.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::loader::hub::Progress;
use crate::terminal::sanitize;

use super::say::say;

/// The bar.
pub struct DownloadBar {
    bar: ProgressBar,
    file: String,
}

impl DownloadBar {
    /// A bar that appears with the first byte.
    pub fn new() -> Self {
        Self {
            bar: ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()),
            file: String::new(),
        }
    }

    fn tell(&self, message: &str) {
        self.bar.suspend(|| say(message));
    }
}

impl Default for DownloadBar {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for DownloadBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for DownloadBar {
    fn bytes(&mut self, file: &str, done: u64, total: Option<u64>) {
        if self.file != file {
            file.clone_into(&mut self.file);
            let template = match total {
                Some(_) => "{msg} {bar:30} {bytes} of {total_bytes} {bytes_per_sec} ETA {eta}",
                None => "{msg} {spinner} {bytes} {bytes_per_sec}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.bar.set_style(style);
            }
            match total {
                Some(total) => self.bar.set_length(total),
                None => self.bar.unset_length(),
            }
            self.bar.set_message(sanitize(file));
            self.bar.reset();
            // Speed and time are of what arrives now, not of what an earlier run left.
            self.bar.set_position(done);
            self.bar.reset_eta();
        }
        self.bar.set_position(done);
    }

    fn retry(&mut self, why: &str, wait: Duration) {
        self.tell(&format!("{why}: trying again in {:.0} s", wait.as_secs_f64().ceil()));
    }

    fn locked(&mut self, file: &str) {
        self.tell(&format!("another program is downloading {file}; waiting for it"));
    }
}
