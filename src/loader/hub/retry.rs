//! Trying again: with longer and longer pauses, each shortened by chance so that many clients do not come back at the
//! same moment, and at most so often. A server that says how long to wait is obeyed, within bounds.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use super::error::{Error, Result};
use super::progress::Progress;

/// How often and after which pauses something is tried again.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// Tries in a row without any progress, the first included.
    pub tries: u32,
    /// The first pause; each further one is twice as long.
    pub first: Duration,
    /// The longest pause of our own choice.
    pub longest: Duration,
    /// The longest pause that a server may ask for; if it asks for more, the download ends.
    pub longest_asked: Duration,
    /// How to pause.
    pub sleep: fn(Duration),
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            tries: 5,
            first: Duration::from_secs(1),
            longest: Duration::from_secs(30),
            // The Hub counts requests in windows of five minutes.
            longest_asked: Duration::from_secs(310),
            sleep: std::thread::sleep,
        }
    }
}

/// An error and whether the same may go well later.
#[derive(Debug)]
pub(super) struct Failure {
    pub error: Error,
    pub again: Again,
}

/// Whether to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// It would fail in the same way.
    Never,
    /// After a pause.
    Later,
    /// After a pause, and the tries are counted anew, since this one got far.
    Afresh,
    /// After the pause that the server asked for.
    After(Duration),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            error,
            again: Again::Never,
        }
    }
}

impl Error {
    /// This error, to be tried again.
    pub(super) fn later(self) -> Failure {
        Failure {
            error: self,
            again: Again::Later,
        }
    }
}

impl Retry {
    /// Runs `work` until it goes well, fails for good, or has failed too often.
    pub(super) fn run<T>(
        &self,
        progress: &mut dyn Progress,
        mut work: impl FnMut(&mut dyn Progress) -> std::result::Result<T, Failure>,
    ) -> Result<T> {
        let mut tries = 0;
        loop {
            let Failure { error, again } = match work(progress) {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            tries = if again == Again::Afresh { 1 } else { tries + 1 };
            let wait = match again {
                Again::Never => return Err(error),
                Again::After(asked) if asked > self.longest_asked => return Err(error),
                // Never none at all, whatever is asked for.
                Again::After(asked) => asked.max(self.pause(tries)),
                Again::Later | Again::Afresh => self.pause(tries),
            };
            if tries >= self.tries {
                return Err(error);
            }
            progress.retry(&error.problem(), wait);
            (self.sleep)(wait);
        }
    }

    /// The pause after so many tries: half to all of `first`, doubled each time.
    fn pause(&self, tries: u32) -> Duration {
        let doubled = self.first.saturating_mul(1_u32 << (tries - 1).min(16));
        doubled.min(self.longest).mul_f64(0.5 + 0.5 * chance())
    }
}

/// A number from 0 to 1. The standard library seeds every hasher by chance.
fn chance() -> f64 {
    RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: Retry = Retry {
        tries: 4,
        first: Duration::from_secs(1),
        longest: Duration::from_secs(3),
        longest_asked: Duration::from_secs(60),
        sleep: |_| {},
    };

    #[derive(Default)]
    struct Pauses(Vec<Duration>);

    impl Progress for Pauses {
        fn retry(&mut self, _: &str, wait: Duration) {
            self.0.push(wait);
        }
    }

    fn failing(again: Again) -> Failure {
        let error = Error::Endpoint(String::new());
        Failure { error, again }
    }

    fn pauses(again: impl Fn(usize) -> Again) -> (usize, Vec<Duration>) {
        let (mut count, mut pauses) = (0, Pauses::default());
        let result: Result<()> = QUICK.run(&mut pauses, |_| {
            count += 1;
            Err(failing(again(count)))
        });
        assert!(result.is_err());
        (count, pauses.0)
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let (count, pauses) = pauses(|_| Again::Later);
        assert_eq!((count, pauses.len()), (4, 3));
        for (pause, whole) in pauses.iter().zip([1.0, 2.0, 3.0]) {
            let part = pause.as_secs_f64() / whole;
            assert!((0.5..=1.0).contains(&part), "{pauses:?}");
        }
    }

    #[test]
    fn what_cannot_go_well_is_not_tried_again() {
        assert_eq!(pauses(|_| Again::Never).0, 1);
        assert_eq!(pauses(|_| Again::After(Duration::from_secs(61))).0, 1);
    }

    #[test]
    fn the_pause_that_is_asked_for_is_kept() {
        let (count, pauses) = pauses(|_| Again::After(Duration::from_secs(60)));
        assert_eq!((count, pauses), (4, vec![Duration::from_secs(60); 3]));
    }

    #[test]
    fn progress_counts_anew() {
        let (count, _) = pauses(|count| if count < 10 { Again::Afresh } else { Again::Later });
        assert_eq!(count, 12);
    }
}
