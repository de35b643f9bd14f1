//! Articles, or lines of labels, read ahead on a thread of their own, so that who waits for input can go on with what has
//! come and can be stopped: a pipe may give an article now and the next one in an hour.

use std::panic::resume_unwind;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};

use crate::article::{Article, Failure};
use crate::threads::{self, NoThread};

/// How long a begun job waits for its next article; a disk is far quicker.
const PATIENCE: Duration = Duration::from_millis(20);
/// How often a wait without end looks whether it is to stop.
const GLANCE: Duration = Duration::from_millis(100);

/// An article, or why there is none.
pub(super) type Item = Result<Article, Failure>;

/// The end of a channel whose other end a reading thread fills.
pub(crate) struct Feed<T, S> {
    items: Receiver<T>,
    reader: Option<JoinHandle<()>>,
    is_over: S,
}

impl<T: Send + 'static, S: Fn() -> bool> Feed<T, S> {
    /// Begins to read `items`, `ahead` of them before they are asked for; `is_over` says that no more are wanted. The thread
    /// ends with them, or with the next one after the feed is gone; it is waited for only where it has come to an end.
    ///
    /// # Errors
    /// If there is no thread to be had.
    pub fn start(items: impl Iterator<Item = T> + Send + 'static, ahead: usize, is_over: S) -> Result<Self, NoThread> {
        let (to_feed, received) = bounded(ahead);
        let read = move || {
            for item in items {
                if to_feed.send(item).is_err() {
                    break;
                }
            }
        };
        Ok(Self {
            items: received,
            reader: Some(threads::start(read)?),
            is_over,
        })
    }

    /// The items that are to be done together: `more` says after each whether there is room for another, and what
    /// has come is given when the next one keeps it waiting. None at the end or when it is over.
    pub fn job(&mut self, mut more: impl FnMut(&T) -> bool) -> Vec<T> {
        let mut job = Vec::new();
        let mut next = self.wait();
        while let Some(item) = next {
            let wanted = more(&item) && !(self.is_over)();
            job.push(item);
            next = wanted.then(|| self.items.recv_timeout(PATIENCE).ok()).flatten();
        }
        job
    }

    /// Waits for an item as long as it takes. None at the end or when it is over.
    pub fn wait(&mut self) -> Option<T> {
        while !(self.is_over)() {
            match self.items.recv_timeout(GLANCE) {
                Ok(item) => return Some(item),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    // A reader that panicked must not pass for one that came to the end.
                    if let Some(Err(panic)) = self.reader.take().map(JoinHandle::join) {
                        resume_unwind(panic);
                    }
                    return None;
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Instant;
    use std::{iter, thread};

    use super::*;

    fn article(number: usize) -> Item {
        Ok(Article {
            id: number.to_string(),
            ..Article::default()
        })
    }

    fn jobs(feed: &mut Feed<Item, impl Fn() -> bool>, size: usize) -> Vec<usize> {
        let jobs = iter::repeat_with(|| {
            let mut left = size;
            let more = |_: &Item| {
                left -= 1;
                left > 0
            };
            feed.job(more).len()
        });
        jobs.take_while(|size| *size > 0).collect()
    }

    #[test]
    fn jobs_are_as_large_as_asked_and_none_is_lost() {
        let mut feed = Feed::start((0..10).map(article), 4, || false).unwrap();
        let sizes = jobs(&mut feed, 4);
        assert_eq!(sizes.iter().sum::<usize>(), 10);
        assert!(sizes.iter().all(|size| *size <= 4));
    }

    #[test]
    fn an_article_does_not_wait_for_the_next() {
        let (sender, receiver) = bounded(1);
        let mut feed = Feed::start(receiver.into_iter(), 4, || false).unwrap();
        sender.send(article(1)).unwrap();
        assert_eq!(feed.job(|_| true).len(), 1);
        drop(sender);
        assert!(feed.job(|_| true).is_empty());
    }

    #[test]
    fn waiting_ends_when_it_is_over() {
        let (_sender, receiver) = bounded::<Item>(1);
        let stop = AtomicBool::new(false);
        let mut feed = Feed::start(receiver.into_iter(), 4, || stop.load(Ordering::Relaxed)).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(50));
                stop.store(true, Ordering::Relaxed);
            });
            let started = Instant::now();
            assert!(feed.job(|_| true).is_empty());
            assert!(started.elapsed() < Duration::from_secs(30), "it waited for input");
        });
    }

    #[test]
    fn a_reader_that_panics_is_no_end() {
        let broken = (0..3).map(|number| {
            if number == 2 {
                panic!("made for this test")
            } else {
                article(number)
            }
        });
        let mut feed = Feed::start(broken, 4, || false).unwrap();
        let counted = catch_unwind(AssertUnwindSafe(|| jobs(&mut feed, 1)));
        assert!(counted.is_err());
    }
}
