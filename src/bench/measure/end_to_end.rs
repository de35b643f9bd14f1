//! Labelling as `stellig label` does it, from files to lines, by all threads; only the lines go nowhere.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::Subject;
use crate::article::{self, ReadOptions};
use crate::bench::error::{Error, Result};
use crate::bench::machine::peak_memory;
use crate::bench::message::Pass;
use crate::bench::setting::Input;
use crate::output::{JsonLines, Stream, Writer};
use crate::pipeline::{self, Counters, Settings};

/// Labels all articles.
///
/// # Errors
/// If the input is no articles, or there are fewer threads to be had.
pub fn run(subject: &Subject) -> Result<Pass> {
    let Input::Articles(inputs) = &subject.setting.input else {
        return Err(Error::Asked("there are no articles to label".to_owned()));
    };
    let settings = Settings {
        threads: subject.setting.threads,
        language: None,
    };
    let (counters, stop) = (Counters::default(), AtomicBool::new(false));
    let started = Instant::now();
    let articles = article::read(inputs, ReadOptions::default()).map_err(|error| Error::Asked(error.to_string()))?;
    let mut writer = Box::new(Stream::start(JsonLines, io::sink(), false).map_err(Error::file("standard output"))?);
    pipeline::run(
        articles,
        &subject.engine,
        &subject.frame,
        &settings,
        &counters,
        &stop,
        |line| writer.write(&line),
    )
    .map_err(|error| match error {
        pipeline::Error::Sink(error) => Error::file("standard output")(error),
        pipeline::Error::Threads(error) => error.into(),
    })?;
    writer.finish().map_err(Error::file("standard output"))?;
    let threads = counters.threads.load(Ordering::Relaxed);
    if threads < settings.threads as u64 {
        return Err(Error::Asked(format!(
            "only {threads} of {} threads can be started; ask for as many with --threads, or raise `ulimit -u`",
            settings.threads
        )));
    }
    Ok(Pass {
        seconds: started.elapsed().as_secs_f64(),
        tokens: counters.tokens.load(Ordering::Relaxed),
        articles: counters.articles.load(Ordering::Relaxed),
        peak_bytes: peak_memory(),
    })
}
