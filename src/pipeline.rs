//! The whole flow: articles are read by one thread, labelled by several, and handed on in input order by the caller's.
//! An article that no other follows for a moment is labelled without waiting for more. Channels are bounded and a fixed
//! number of jobs is under way, so memory does not grow with the input. An article that fails, at whatever step, becomes
//! a failure in the stream; the others go on.

pub(crate) mod depth;
pub(crate) mod feed;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use crossbeam_channel::bounded;

use crate::article::{Failure, FailureKind};
use crate::document::Document;
use crate::inference::{Caches, Engine};
use crate::record::{Frame, Line, Record};
use crate::threads::{NoThread, crew, start_in};

use feed::{Feed, Item};

/// Bytes of text in a job for each token of the encoder's budget: news has four to five bytes a token, so that a job
/// is about one pack.
const BYTES_PER_TOKEN: usize = 4;
/// Jobs under way for each thread, from reading to writing.
const JOBS_PER_THREAD: usize = 8;
/// Articles read ahead of those that are asked for: each may be as large as the largest allowed.
const AHEAD: usize = 4;
/// Most articles in a job, however short they are.
const ARTICLES_PER_JOB: usize = 64;
/// Most threads that label: more than any one machine has, and few enough to start.
pub const MOST_THREADS: usize = 1024;

/// How to run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Threads that label, at most [`MOST_THREADS`]; each runs its own packs. Where fewer can be had, those do it.
    pub threads: usize,
    /// ISO 639-1 code that holds for every article; detected where none is given.
    pub language: Option<String>,
}

/// What was done, counted while it is done.
#[derive(Debug, Default)]
pub struct Counters {
    /// Labelled articles.
    pub articles: AtomicU64,
    /// Failures.
    pub failures: AtomicU64,
    /// Sentences of labelled articles.
    pub sentences: AtomicU64,
    /// Tokens that the encoder read.
    pub tokens: AtomicU64,
    /// Bytes of text of labelled articles.
    pub bytes: AtomicU64,
    /// Threads that label.
    pub threads: AtomicU64,
}

/// Why a run ended before its input did.
#[derive(Debug, thiserror::Error)]
pub enum Error<E> {
    /// It could not begin.
    #[error(transparent)]
    Threads(#[from] NoThread),
    /// What took the lines said so.
    #[error("{0}")]
    Sink(#[source] E),
}

/// Articles that are labelled together, and their number in the input.
struct Job {
    number: u64,
    articles: Vec<Item>,
}

/// Labels everything that `articles` gives and hands each line to `sink`, in input order. Ends early, without an
/// error, when `stop` is set; what was handed on by then is whole. The thread that reads `articles` may then live on
/// until the next one comes.
///
/// # Errors
/// What `sink` returns; no more lines are handed on after that. Where the threads cannot be had that read, and one that labels:
/// none are handed on then.
pub fn run<E: Send>(
    articles: impl Iterator<Item = Item> + Send + 'static,
    engine: &Engine,
    frame: &Frame,
    settings: &Settings,
    counters: &Counters,
    stop: &AtomicBool,
    mut sink: impl FnMut(Line) -> Result<(), E>,
) -> Result<(), Error<E>> {
    let wanted = settings.threads.clamp(1, MOST_THREADS);
    let batch_tokens = engine.batch_tokens();
    let (permit, permits) = bounded::<()>(wanted * JOBS_PER_THREAD);
    let (to_workers, jobs) = bounded::<Job>(wanted);
    let (to_writer, done) = bounded::<(u64, Vec<Line>)>(wanted);
    let (gone, is_set) = (AtomicBool::new(false), |flag: &AtomicBool| flag.load(Ordering::Relaxed));
    let is_over = || is_set(stop) || is_set(&gone);
    // Those that read begin, so that those that label cannot take the last threads there are.
    let mut feed = Feed::start(articles, AHEAD, is_over)?;
    thread::scope(|scope| {
        // Dropped when this closure ends, also early: the reader must not wait for a writer that has gone.
        let permits = permits;
        let _leaving = Leaving(&gone);
        start_in(scope, move || {
            for number in 0.. {
                let mut room = Room::of(batch_tokens);
                let articles = feed.job(|last| room.after(last));
                let job = Job { number, articles };
                // Sending fails when the writer has gone: there is no one left to work for.
                if job.articles.is_empty() || permit.send(()).is_err() || to_workers.send(job).is_err() {
                    break;
                }
            }
        })?;
        let labelling = crew(wanted, || {
            let (jobs, to_writer) = (jobs.clone(), to_writer.clone());
            start_in(scope, move || {
                let mut caches = engine.caches();
                for job in jobs {
                    let lines = label(job.articles, engine, frame, settings, counters, &mut caches);
                    if to_writer.send((job.number, lines)).is_err() {
                        break;
                    }
                }
            })
        })?;
        counters.threads.store(labelling.len() as u64, Ordering::Relaxed);
        drop((jobs, to_writer));
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (number, lines) in done {
            waiting.insert(number, lines);
            while let Some(lines) = waiting.remove(&next) {
                next += 1;
                lines.into_iter().try_for_each(&mut sink).map_err(Error::Sink)?;
                let _ = permits.recv();
            }
        }
        Ok(())
    })
}

/// Tells the reader that nobody takes lines any more, also where the sink panicked: it may be waiting for input.
struct Leaving<'a>(&'a AtomicBool);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What fits into a job: about one pack of text.
pub(crate) struct Room {
    bytes: usize,
    articles: usize,
}

impl Room {
    pub(crate) fn of(batch_tokens: usize) -> Self {
        Self {
            bytes: batch_tokens.saturating_mul(BYTES_PER_TOKEN),
            articles: ARTICLES_PER_JOB,
        }
    }

    /// Whether there is room left when `article` is in.
    pub(crate) fn after(&mut self, article: &Item) -> bool {
        self.bytes = self
            .bytes
            .saturating_sub(article.as_ref().map_or(0, |article| article.text.len()));
        self.articles = self.articles.saturating_sub(1);
        self.bytes > 0 && self.articles > 0
    }
}

fn label(
    articles: Vec<Item>,
    engine: &Engine,
    frame: &Frame,
    settings: &Settings,
    counters: &Counters,
    caches: &mut Caches<'_>,
) -> Vec<Line> {
    let names: Vec<_> = articles
        .iter()
        .map(|a| a.as_ref().ok().map(|a| (a.id.clone(), a.path.clone())))
        .collect();
    let documents = |articles: Vec<Item>| -> Vec<Result<Document, Failure>> {
        articles
            .into_iter()
            .map(|a| a.and_then(depth::readable))
            .map(|a| a.map(|a| Document::new(a, settings.language.as_deref())))
            .collect()
    };
    // A fault of the model, or in our own code, must not take a batch of millions down: it becomes the failure of the
    // articles at hand, tried again one by one, so that only the one that causes it fails.
    let together = catch_unwind(AssertUnwindSafe(|| {
        let (documents, failures): (Vec<_>, Vec<_>) = documents(articles.clone())
            .into_iter()
            .enumerate()
            .partition(|(_, document)| document.is_ok());
        let places: Vec<usize> = documents.iter().map(|(place, _)| *place).collect();
        let documents: Vec<Document> = documents
            .into_iter()
            .filter_map(|(_, document)| document.ok())
            .collect();
        let (labels, tokens) = engine.label(&documents, caches).map_err(|error| error.to_string())?;
        let mut lines: Vec<(usize, Line)> = failures
            .into_iter()
            .filter_map(|(place, failure)| Some((place, Line::Failure(failure.err()?.into()))))
            .collect();
        let failures = lines.len();
        let bytes: usize = documents.iter().map(|document| document.article.text.len()).sum();
        let sentences: usize = labels.iter().map(Vec::len).sum();
        for ((place, document), labels) in places.into_iter().zip(documents).zip(labels) {
            lines.push((place, Line::Record(Record::new(document, labels, frame))));
        }
        lines.sort_by_key(|(place, _)| *place);
        // Nothing can go wrong any more, so nothing is counted that is tried again.
        let add = |to: &AtomicU64, count: usize| to.fetch_add(count as u64, Ordering::Relaxed);
        add(&counters.failures, failures);
        add(&counters.articles, lines.len() - failures);
        add(&counters.sentences, sentences);
        add(&counters.bytes, bytes);
        add(&counters.tokens, tokens);
        Ok::<_, String>(lines.into_iter().map(|(_, line)| line).collect())
    }));
    let message = match together {
        Ok(Ok(lines)) => return lines,
        Ok(Err(message)) => message,
        Err(panic) => {
            let message = panic_message(&*panic);
            format!("a fault inside stellig, please report it with this article: {message}")
        }
    };
    if articles.len() > 1 {
        return articles
            .into_iter()
            .flat_map(|article| label(vec![article], engine, frame, settings, counters, &mut engine.caches()))
            .collect();
    }
    counters.failures.fetch_add(1, Ordering::Relaxed);
    let (id, path) = names.into_iter().flatten().next().unwrap_or_default();
    vec![Line::Failure(
        Failure {
            id,
            path,
            kind: FailureKind::Internal,
            message,
        }
        .into(),
    )]
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("unknown").to_owned()
}
