//! The first articles of a dry run: which of them fail, and how fast the others are labelled. Neither takes long, however
//! many articles there are and however long they are.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::article::{self, Article, Failure, Fields, ReadError, ReadOptions};
use crate::inference::Engine;
use crate::pipeline::{self, Counters, Settings};
use crate::record::Frame;
use crate::threads::NoThread;

/// Most articles, and most failures.
const MOST: usize = 200;
/// Bytes of text that are enough.
const BYTES: usize = 200_000;
/// Bytes of one article that are labelled: what is under way when the time is up has to come to an end.
const LONGEST: usize = 20_000;
/// How long to label.
const TIME: Duration = Duration::from_secs(3);

/// The first articles.
pub(super) struct Sample {
    pub articles: Vec<Article>,
    pub failures: Vec<Failure>,
    pub fields: Arc<Fields>,
    /// Whether there are no others.
    pub is_all: bool,
    is_cut: bool,
}

/// Ends a run.
struct TimeIsUp;

impl Sample {
    /// Reads them.
    ///
    /// # Errors
    /// Where the patterns of the options cannot be used.
    pub fn read(inputs: &[PathBuf], options: &ReadOptions) -> Result<Self, ReadError> {
        let reader = article::read(inputs, options.clone())?;
        let mut sample = Self {
            articles: Vec::new(),
            failures: Vec::new(),
            fields: reader.fields(),
            is_all: true,
            is_cut: false,
        };
        let mut bytes = 0;
        for item in reader {
            if bytes >= BYTES || sample.articles.len() >= MOST || sample.failures.len() >= MOST {
                sample.is_all = false;
                break;
            }
            match item {
                Ok(mut article) => {
                    sample.is_cut |= cut(&mut article);
                    bytes += article.text.len();
                    sample.articles.push(article);
                }
                Err(failure) => sample.failures.push(failure),
            }
        }
        Ok(sample)
    }

    /// Labels them and gives bytes a second, and the threads that did it. Where they are not all, a few say little: they are
    /// labelled again until the time is up.
    ///
    /// # Errors
    /// If there are no threads to be had.
    pub fn speed(self, engine: &Engine, settings: &Settings) -> Result<(f64, u64), NoThread> {
        let (counters, stop) = (Counters::default(), AtomicBool::new(false));
        let frame = Frame::of(engine, false, 0.0);
        let started = Instant::now();
        let is_up = || started.elapsed() >= TIME;
        // Jobs are queued ahead of the time: an error leaves them, and only what is under way is finished.
        let until = |_| if is_up() { Err(TimeIsUp) } else { Ok(()) };
        let once = self.articles.clone().into_iter().map(Ok);
        let mut done = pipeline::run(once, engine, &frame, settings, &counters, &stop, until);
        if done.is_ok() && (self.is_cut || !self.is_all) {
            let again = self.articles.into_iter().cycle().map(Ok);
            done = pipeline::run(again, engine, &frame, settings, &counters, &stop, until);
        }
        // That the time was up is no error.
        if let Err(pipeline::Error::Threads(error)) = done {
            return Err(error);
        }
        let speed = counters.bytes.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64();
        Ok((speed, counters.threads.load(Ordering::Relaxed)))
    }
}

/// Cuts off what is beyond [`LONGEST`]; whether there was any.
fn cut(article: &mut Article) -> bool {
    let length = article.text.floor_char_boundary(LONGEST);
    let is_longer = length < article.text.len();
    article.text.truncate(length);
    article.title = article.title.filter(|title| title.end <= length);
    is_longer
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_sample_is_small_however_large_the_articles_are() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..30 {
            fs::write(folder.path().join(format!("{number:02}.txt")), "é".repeat(200_001)).unwrap();
        }
        let inputs = [folder.path().to_owned()];
        let sample = Sample::read(&inputs, &ReadOptions::default()).unwrap();
        assert!(!sample.is_all && sample.is_cut);
        let bytes: usize = sample.articles.iter().map(|article| article.text.len()).sum();
        assert!((BYTES..=BYTES + LONGEST).contains(&bytes), "{bytes}");
    }

    #[test]
    fn a_sample_counts_failures_and_says_whether_it_is_all() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.jsonl");
        let read = |rows: usize| {
            fs::write(&file, "{\"body\":\"x\"}\n".repeat(rows)).unwrap();
            let sample = Sample::read(std::slice::from_ref(&file), &ReadOptions::default()).unwrap();
            (sample.articles.len(), sample.failures.len(), sample.is_all)
        };
        assert_eq!(read(2), (0, 2, true));
        assert_eq!(read(2 * MOST), (0, MOST, false));
    }
}
