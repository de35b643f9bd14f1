//! One at a time: how long a single article takes from its text to its line, or a single sequence through the encoder.
//! The file is read before the clock starts. One thread labels one article, whatever the number of threads.

use std::io;
use std::time::{Duration, Instant};

use super::Subject;
use crate::article::{self, Article, ReadOptions};
use crate::bench::error::{Error, Result};
use crate::bench::setting::Input;
use crate::document::Document;
use crate::encoder::PackedBatch;
use crate::output::{JsonLines, Stream, Writer};
use crate::record::{Line, Record};

/// Most that are timed in one go.
pub const MOST: usize = 64;
/// No more are begun after this.
const LONGEST: Duration = Duration::from_secs(10);

/// Milliseconds of each article or sequence, from number `first` on; articles that the model cannot label are left out.
///
/// # Errors
/// If the device fails, or the encoder fails on a sequence.
pub fn run(subject: &Subject, first: usize) -> Result<Vec<f64>> {
    match &subject.setting.input {
        Input::Articles(inputs) => {
            let read = article::read(inputs, ReadOptions::default()).map_err(|e| Error::Asked(e.to_string()))?;
            let mut articles = read.filter_map(std::result::Result::ok).skip(first);
            let mut caches = subject.engine.caches();
            let mut writer = Stream::start(JsonLines, io::sink(), true).map_err(Error::file("standard output"))?;
            let mut label = |article| {
                let document = Document::new(article, None);
                let Ok((mut labels, _)) = subject.engine.label(std::slice::from_ref(&document), &mut caches) else {
                    return Ok(false);
                };
                let labels = labels.pop().unwrap_or_default();
                let line = Line::Record(Record::new(document, labels, &subject.frame));
                writer.write(&line).map_err(Error::file("standard output"))?;
                Ok(true)
            };
            loop {
                let some: Vec<Article> = articles.by_ref().take(MOST).collect();
                let is_end = some.is_empty();
                let found = timed(some, &mut label)?;
                if is_end || !found.is_empty() {
                    return Ok(found);
                }
            }
        }
        Input::Sequences(_) | Input::Uniform { .. } => {
            let sequences = subject.packs.iter().flat_map(|pack| {
                let alone = |i: usize| [&pack.ids[pack.rows(i)]].into_iter().collect::<PackedBatch>();
                (0..pack.len()).map(alone)
            });
            let (encoder, device) = (subject.encoder()?, &subject.model()?.device);
            timed(sequences.skip(first).take(MOST).collect(), |sequence| {
                std::hint::black_box(encoder.encode(&sequence)?);
                device.synchronize()?;
                Ok(true)
            })
        }
    }
}

/// Milliseconds of `work` on each item where it says that there was something to time.
fn timed<T>(items: Vec<T>, mut work: impl FnMut(T) -> Result<bool>) -> Result<Vec<f64>> {
    let begun = Instant::now();
    let mut found = Vec::new();
    for item in items {
        if !found.is_empty() && begun.elapsed() > LONGEST {
            break;
        }
        let started = Instant::now();
        if work(item)? {
            found.push(started.elapsed().as_secs_f64() * 1e3);
        }
    }
    Ok(found)
}
