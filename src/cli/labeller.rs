//! The engine as `eval` sees it: documents with given sentences, labelled by all threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result};

use crate::article::Article;
use crate::document::Document;
use crate::eval::{GoldDocument, Labeller, Marks};
use crate::html::Reading;
use crate::inference::{Engine, SpanField};
use crate::label::coarse;
use crate::record::{Frame, Record};
use crate::sentence::Sentence;
use crate::threads::{crew, start_in};

/// Documents that a thread takes at a time.
const CHUNK: usize = 32;

/// An engine and the number of threads that use it.
pub struct EngineLabeller {
    /// The model.
    pub engine: Engine,
    /// Number of threads.
    pub threads: usize,
}

fn document(gold: GoldDocument) -> Document {
    let sentence = |s: crate::eval::GoldSentenceSpan| Sentence {
        span: s.span,
        paragraph: s.paragraph,
        heading: s.heading,
    };
    // Given sentences all have words, also one of which nothing would be read.
    let reading = Reading::of(&gold.text).filter(|reading| {
        let is_said = |s: &crate::eval::GoldSentenceSpan| !reading.slice(s.span).trim().is_empty();
        gold.sentences.iter().all(is_said)
    });
    Document {
        article: Article {
            id: gold.id,
            text: gold.text,
            ..Article::default()
        },
        reading,
        language: gold.language,
        sentences: gold.sentences.into_iter().map(sentence).collect(),
        context: gold.context,
    }
}

impl Labeller for EngineLabeller {
    fn marks(&self) -> Marks {
        let named = |kind: &String| (kind.clone(), coarse(kind).to_owned());
        let types = self.engine.span_types(SpanField::Entities);
        Marks {
            entities: types.map(|types| types.iter().map(named).collect()),
            source: self.engine.span_types(SpanField::Source).is_some(),
            cue: self.engine.span_types(SpanField::Cue).is_some(),
            hedge: self.engine.span_types(SpanField::Hedge).is_some(),
        }
    }

    fn label(&self, documents: Vec<GoldDocument>) -> Result<Vec<Record>> {
        let documents: Vec<Document> = documents.into_iter().map(document).collect();
        let frame = Frame::of(&self.engine, true, 0.0);
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::new());
        let work = || {
            let mut caches = self.engine.caches();
            loop {
                let start = next.fetch_add(CHUNK, Ordering::Relaxed);
                let Some(rest) = documents.get(start..) else {
                    return Ok(());
                };
                let chunk = &rest[..rest.len().min(CHUNK)];
                if chunk.is_empty() {
                    return Ok(());
                }
                let (labels, _) = self.engine.label(chunk, &mut caches)?;
                let records = chunk
                    .iter()
                    .zip(labels)
                    .map(|(d, labels)| Record::new(d.clone(), labels, &frame));
                let records: Vec<Record> = records.collect();
                done.lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .push((start, records));
            }
        };
        thread::scope(|scope| {
            let threads = crew(self.threads, || start_in(scope, work))?;
            threads.into_iter().try_for_each(|thread| {
                let result: Result<()> = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                result.context("labelling the gold texts")
            })
        })?;
        let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        done.sort_by_key(|(start, _)| *start);
        Ok(done.into_iter().flat_map(|(_, records)| records).collect())
    }
}
