//! Where the time of labelling goes: the pipeline's steps one after another in one thread, over the same jobs, so that
//! the time of a stage is the time that a thread works on it.

use std::io;
use std::time::{Duration, Instant};

use super::Subject;
use crate::article::{self, Failure, FailureKind, ReadOptions};
use crate::bench::error::{Error, Result};
use crate::bench::message::Stages;
use crate::bench::probe::Encoded;
use crate::bench::setting::Input;
use crate::document::Document;
use crate::encoder::PackedBatch;
use crate::inference::{Caches, Labels};
use crate::output::{JsonLines, Stream, Writer};
use crate::pipeline::Room;
use crate::pipeline::depth::readable;
use crate::record::{Line, Record};

/// What one thread met on its way through the input.
#[derive(Debug, Default)]
pub struct Walked {
    /// Where the time went.
    pub stages: Stages,
    /// The packs that were encoded.
    pub packs: Vec<PackedBatch>,
    /// Articles that were labelled.
    pub articles: usize,
    /// Articles that were not.
    pub failures: usize,
    /// Why the first of them was not.
    pub first_failure: Option<String>,
    /// Bytes of text.
    pub bytes: usize,
}

impl Walked {
    /// Packs that come from no article.
    pub fn of_packs(packs: Vec<PackedBatch>) -> Self {
        Self {
            packs,
            ..Self::default()
        }
    }

    fn fail(&mut self, failure: &Failure) {
        self.failures += 1;
        self.first_failure.get_or_insert_with(|| failure.to_string());
    }
}

/// Labels all articles in one thread.
///
/// # Errors
/// If the input is no articles.
pub fn walk(subject: &Subject) -> Result<Walked> {
    let Input::Articles(inputs) = &subject.setting.input else {
        return Err(Error::Asked("there are no articles to label".to_owned()));
    };
    subject.log.listen(true);
    let walked = jobs(subject, inputs);
    subject.log.listen(false);
    subject.log.take();
    walked
}

fn jobs(subject: &Subject, inputs: &[std::path::PathBuf]) -> Result<Walked> {
    let mut walked = Walked::default();
    let mut articles = article::read(inputs, ReadOptions::default()).map_err(|e| Error::Asked(e.to_string()))?;
    let mut caches = subject.engine.caches();
    let mut writer = Box::new(Stream::start(JsonLines, io::sink(), false).map_err(Error::file("standard output"))?);
    loop {
        let mut clock = Clock(Instant::now());
        let mut room = Room::of(subject.setting.batch_tokens);
        let mut job = Vec::new();
        for article in articles.by_ref() {
            let more = room.after(&article);
            job.push(article);
            if !more {
                break;
            }
        }
        if job.is_empty() {
            walked.stages.read += clock.lap();
            writer.finish().map_err(Error::file("standard output"))?;
            return Ok(walked);
        }
        let mut read = Vec::new();
        for article in job {
            match article.and_then(readable) {
                Ok(article) => read.push(article),
                Err(failure) => walked.fail(&failure),
            }
        }
        walked.stages.read += clock.lap();
        let documents: Vec<Document> = read.into_iter().map(|article| Document::new(article, None)).collect();
        walked.stages.sentences += clock.lap();
        let labelled = label(subject, documents, &mut caches, &mut walked);
        let mut clock = Clock(Instant::now());
        for (document, labels) in labelled {
            let line = Line::Record(Record::new(document, labels, &subject.frame));
            writer.write(&line).map_err(Error::file("standard output"))?;
        }
        walked.stages.write += clock.lap();
    }
}

/// Labels the documents of a job together; where the model fails, each alone, so that only the one that it fails on is left
/// out. What was tried in vain counts for nothing.
fn label(
    subject: &Subject,
    documents: Vec<Document>,
    caches: &mut Caches<'_>,
    walked: &mut Walked,
) -> Vec<(Document, Labels)> {
    let begun = Instant::now();
    let together = subject.engine.label(&documents, caches);
    let (labelling, encoded) = (begun.elapsed(), subject.log.take());
    match together {
        Ok((labels, _)) => {
            share(&mut walked.stages, begun, labelling, &encoded, &mut walked.packs);
            walked.articles += documents.len();
            walked.bytes += documents
                .iter()
                .map(|document| document.article.text.len())
                .sum::<usize>();
            documents.into_iter().zip(labels).collect()
        }
        Err(error) => match <[Document; 1]>::try_from(documents) {
            Ok([document]) => {
                walked.fail(&Failure {
                    id: document.article.id,
                    path: document.article.path,
                    kind: FailureKind::Internal,
                    message: error.to_string(),
                });
                Vec::new()
            }
            Err(documents) => {
                let alone = documents.into_iter();
                alone
                    .flat_map(|document| label(subject, vec![document], caches, walked))
                    .collect()
            }
        },
    }
}

/// Shares the time of labelling out: before the first pack words are cut, and what is not the encoder after that is heads.
fn share(stages: &mut Stages, begun: Instant, whole: Duration, encoded: &[Encoded], packs: &mut Vec<PackedBatch>) {
    let before = encoded.first().map_or(whole, |first| first.started - begun);
    let encoder: Duration = encoded.iter().map(|pack| pack.ended - pack.started).sum();
    stages.tokenize += before.as_secs_f64();
    stages.encode += encoder.as_secs_f64();
    stages.heads += whole.saturating_sub(before + encoder).as_secs_f64();
    packs.extend(encoded.iter().map(|encoded| encoded.pack.clone()));
}

/// A clock that gives the seconds since it was last asked.
struct Clock(Instant);

impl Clock {
    fn lap(&mut self) -> f64 {
        let now = Instant::now();
        let seconds = (now - self.0).as_secs_f64();
        self.0 = now;
        seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_shared_out_whole() {
        let begun = Instant::now();
        let at = |ms: u64| begun + Duration::from_millis(ms);
        let encoded = |from, to| Encoded {
            pack: PackedBatch::default(),
            started: at(from),
            ended: at(to),
        };
        let (mut stages, mut packs) = (Stages::default(), Vec::new());
        let whole = Duration::from_millis(100);
        share(
            &mut stages,
            begun,
            whole,
            &[encoded(10, 40), encoded(45, 85)],
            &mut packs,
        );
        let rounded = stages.named().map(|(_, seconds)| (seconds * 1e3).round() as u32);
        assert_eq!(rounded, [0, 0, 10, 70, 20, 0]);
        assert_eq!(packs.len(), 2);
        // An article without a sentence reaches no encoder.
        let mut none = Stages::default();
        share(&mut none, begun, whole, &[], &mut packs);
        assert_eq!(none.tokenize, 0.1);
    }
}
