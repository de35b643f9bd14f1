//! What a person sees meanwhile: a progress bar on standard error where that is a terminal, messages about inputs that
//! failed, and one line at the end.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::pipeline::Counters;
use crate::terminal::{counted, grouped};

use super::say::say;

/// How often the bar is drawn anew.
const DRAW: Duration = Duration::from_millis(200);

/// The bar and the clock.
pub struct Progress {
    bar: ProgressBar,
    quiet: bool,
    started: Instant,
    drawn: Instant,
}

impl Progress {
    /// A bar over `total` articles, or one without an end where the total is not known.
    pub fn new(quiet: bool, total: Option<u64>) -> Self {
        let target = if quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(total, target);
        let template = match total {
            Some(_) => "{bar:30} {percent:>3}% {msg} ETA {eta}",
            None => "{spinner} {elapsed} {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let now = Instant::now();
        Self {
            bar,
            quiet,
            started: now,
            drawn: now,
        }
    }

    /// Shows the state of the counters, if it is time to.
    pub fn update(&mut self, counters: &Counters) {
        if self.drawn.elapsed() < DRAW {
            return;
        }
        self.drawn = Instant::now();
        self.bar.set_position(over(counters));
        self.bar.set_message(self.rates(counters));
    }

    fn rates(&self, counters: &Counters) -> String {
        let seconds = self.started.elapsed().as_secs_f64().max(1e-3);
        let a_second = |counter: &AtomicU64| counter.load(Ordering::Relaxed) as f64 / seconds;
        format!(
            "{:.1} articles/s, {} tokens/s",
            a_second(&counters.articles),
            grouped(a_second(&counters.tokens) as u64)
        )
    }

    /// Tells of something that is wrong; even a quiet run says what failed.
    pub fn warn(&self, message: &str) {
        self.bar.suspend(|| say(message));
    }

    /// Takes the bar away and says what was done.
    pub fn finish(self, counters: &Counters, outcome: &str) {
        self.bar.finish_and_clear();
        if self.quiet {
            return;
        }
        let count = |counter: &AtomicU64, name: &str| counted(counter.load(Ordering::Relaxed), name);
        let seconds = self.started.elapsed().as_secs_f64();
        let failed = match counters.failures.load(Ordering::Relaxed) {
            0 => String::new(),
            failures => format!("; {} failed", grouped(failures)),
        };
        say(format!(
            "{outcome} {}, {} in {seconds:.1} s ({}){failed}",
            count(&counters.articles, "article"),
            count(&counters.sentences, "sentence"),
            self.rates(counters),
        ));
    }
}

/// Articles that are over, whatever came of them.
fn over(counters: &Counters) -> u64 {
    counters.articles.load(Ordering::Relaxed) + counters.failures.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_ends_where_articles_fail() {
        let counters = Counters::default();
        counters.articles.store(2, Ordering::Relaxed);
        counters.failures.store(1, Ordering::Relaxed);
        assert_eq!(over(&counters), 3);
    }
}
