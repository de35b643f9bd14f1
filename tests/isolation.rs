//! An article that breaks something inside fails by itself; the others of its batch are labelled all the same.

#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

mod support;

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use candle_core::Tensor;
use stellig::article::Article;
use stellig::document::Document;
use stellig::encoder::{self, Encoder, PackedBatch};
use stellig::inference::{self, Engine};
use stellig::pipeline::{self, Counters, Settings};
use stellig::record::Line;

/// Panics when it reads a certain piece.
struct Fragile {
    inner: Box<dyn Encoder>,
    poison: u32,
}

impl Encoder for Fragile {
    fn hidden_size(&self) -> usize {
        self.inner.hidden_size()
    }

    fn max_length(&self) -> usize {
        self.inner.max_length()
    }

    fn encode(&self, batch: &PackedBatch) -> encoder::Result<Tensor> {
        assert!(!batch.ids.contains(&self.poison), "a fault made for this test");
        self.inner.encode(batch)
    }
}

#[test]
fn only_the_article_that_breaks_the_encoder_fails() {
    let mut model = support::model();
    let poison = model.tokenizer.encode(" ☃", false).unwrap().get_ids()[1];
    model.encoder = Box::new(Fragile {
        inner: model.encoder,
        poison,
    });
    let engine = Engine::new(model, 4096).unwrap();
    let text = |number: usize| {
        if number == 3 {
            "Er stond een ☃ op het dak."
        } else {
            "Er stond niemand op het dak."
        }
    };
    let article = move |number: usize| Article {
        id: number.to_string(),
        text: text(number).into(),
        ..Article::default()
    };
    let frame = support::frame();
    let settings = Settings {
        threads: 2,
        language: Some("nl".into()),
    };
    let (counters, stop) = (Counters::default(), AtomicBool::new(false));
    let mut lines = Vec::new();
    pipeline::run(
        (0..8).map(move |n| Ok(article(n))),
        &engine,
        &frame,
        &settings,
        &counters,
        &stop,
        |line| {
            lines.push(line);
            Ok::<(), Infallible>(())
        },
    )
    .unwrap();
    assert_eq!(lines.len(), 8);
    for (number, line) in lines.iter().enumerate() {
        match line {
            Line::Record(record) => assert_eq!((record.id.as_str(), number == 3), (number.to_string().as_str(), false)),
            Line::Failure(failure) => {
                assert_eq!((failure.id.as_str(), failure.error.kind.as_str()), ("3", "internal"));
                assert!(failure.error.message.contains("a fault made for this test"));
            }
        }
    }
    assert_eq!(
        (
            counters.articles.load(Ordering::Relaxed),
            counters.failures.load(Ordering::Relaxed)
        ),
        (7, 1)
    );
}

#[test]
fn a_sink_that_panics_frees_a_reader_that_waits() {
    let engine = Engine::new(support::model(), 4096).unwrap();
    let (sender, receiver) = std::sync::mpsc::channel();
    let article = Article {
        text: "Er stond niemand op het dak.".into(),
        ..Article::default()
    };
    sender.send(Ok(article)).unwrap();
    // The pipe stays open for half a minute.
    let pipe = std::iter::from_fn(move || receiver.recv_timeout(Duration::from_secs(30)).ok());
    let settings = Settings {
        threads: 2,
        language: Some("nl".into()),
    };
    let (counters, stop) = (Counters::default(), AtomicBool::new(false));
    let started = Instant::now();
    let run = AssertUnwindSafe(|| {
        let broken = |_| -> Result<(), Infallible> { panic!("made for this test") };
        pipeline::run(pipe, &engine, &support::frame(), &settings, &counters, &stop, broken)
    });
    assert!(catch_unwind(run).is_err());
    assert!(started.elapsed() < Duration::from_secs(20), "it waited for input");
    drop(sender);
}

/// Is not done with a long sequence as long as more articles are read.
struct Slow {
    inner: Box<dyn Encoder>,
    read: Arc<AtomicUsize>,
}

/// Pieces that no article has but the long one.
const LONG: usize = 100;

impl Encoder for Slow {
    fn hidden_size(&self) -> usize {
        self.inner.hidden_size()
    }

    fn max_length(&self) -> usize {
        self.inner.max_length()
    }

    fn encode(&self, batch: &PackedBatch) -> encoder::Result<Tensor> {
        let read = || self.read.load(Ordering::Relaxed);
        let mut before = 0;
        while batch.ids.len() > LONG && before != read() {
            before = read();
            thread::sleep(Duration::from_millis(300));
        }
        self.inner.encode(batch)
    }
}

/// Lines wait for those before them: where one article takes long, the others must not all be read meanwhile.
#[test]
fn reading_does_not_run_away_from_an_article_that_takes_long() {
    const ARTICLES: usize = 60;
    let (read, mut model) = (Arc::new(AtomicUsize::new(0)), support::model());
    model.encoder = Box::new(Slow {
        inner: model.encoder,
        read: Arc::clone(&read),
    });
    // Each article is a job.
    let engine = Engine::new(model, 1).unwrap();
    let settings = Settings {
        threads: 2,
        language: Some("nl".into()),
    };
    let counted = Arc::clone(&read);
    let articles = (0..ARTICLES).map(move |number| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(Article {
            text: "Er stond niemand op het dak. ".repeat(if number == 0 { LONG / 4 } else { 1 }),
            ..Article::default()
        })
    });
    let (counters, stop) = (Counters::default(), AtomicBool::new(false));
    let (mut lines, mut ahead) = (0, 0);
    pipeline::run(
        articles,
        &engine,
        &support::frame(),
        &settings,
        &counters,
        &stop,
        |_| {
            if lines == 0 {
                ahead = read.load(Ordering::Relaxed);
            }
            lines += 1;
            Ok::<(), Infallible>(())
        },
    )
    .unwrap();
    assert_eq!(lines, ARTICLES);
    // Eight jobs for each thread, and a few articles that are read ahead of them.
    assert!(ahead < 32, "{ahead} articles were read");
}

#[test]
fn caches_of_another_engine_are_refused() {
    let (engine, other) = (support::engine(64), support::engine(64));
    let document = Document::new(
        Article {
            text: "De brug is dicht.".into(),
            ..Article::default()
        },
        Some("nl"),
    );
    let documents = [document];
    assert!(engine.label(&documents, &mut engine.caches()).is_ok());
    let refused = engine.label(&documents, &mut other.caches());
    assert!(matches!(refused, Err(inference::Error::Caches)));
}
