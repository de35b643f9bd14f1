//! From labels to the record. Here, and only here, bytes become code points.

use crate::article::Failure;
use crate::document::Document;
use crate::inference::{Engine, LabelledSpan, SentenceLabels};
use crate::label::sentence::rounded;
use crate::label::{argmax, coarse};
use crate::loader::Model;
use crate::span::Span;

use super::code_points::CodePoints;
use super::{
    Classes, Cue, CueKind, Entity, FailureDetail, FailureRecord, Models, Record, Run, SCHEMA, Sentence, SourceSpan,
};

/// What is the same for every record of a run, and what is left out of it.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Which model gave which labels.
    pub models: Models,
    /// What ran.
    pub run: Run,
    /// ISO 639-1 codes of the languages that all models were trained on; none where no model says.
    pub languages: Option<Vec<String>>,
    /// Whether the record carries the article's text.
    pub with_text: bool,
    /// Entities, sources and cues with a lower score are left out.
    pub min_score: f64,
}

impl Frame {
    /// Of a run of this engine.
    pub fn of(engine: &Engine, with_text: bool, min_score: f64) -> Self {
        let on_cpu = engine.models().all(|model| model.device.is_cpu());
        let mut dtypes: Vec<&str> = engine.models().map(|model| model.dtype.as_str()).collect();
        dtypes.dedup();
        Self {
            models: Models {
                entities: engine.entity_model().map(Model::id),
                claims: engine.claim_model().map(Model::id),
            },
            run: Run {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                device: if on_cpu { "cpu" } else { "cuda" }.to_owned(),
                dtype: dtypes.join("+"),
            },
            languages: languages(engine),
            with_text,
            min_score,
        }
    }
}

/// The languages that every model knows, of those models that name any; none if no model does.
fn languages(engine: &Engine) -> Option<Vec<String>> {
    let mut named = engine
        .models()
        .map(|model| &model.manifest.languages)
        .filter(|named| !named.is_empty());
    let mut common = named.next()?.clone();
    for other in named {
        common.retain(|language| other.contains(language));
    }
    Some(common)
}

/// The first of the most probable labels, and all of them.
fn classes(scores: Vec<(String, f64)>) -> Classes {
    let (best, _) = argmax(&scores.iter().map(|(_, score)| *score).collect::<Vec<_>>());
    Classes {
        label: scores.get(best).map(|(label, _)| label.clone()).unwrap_or_default(),
        scores: scores
            .into_iter()
            .map(|(label, score)| (label, rounded(score).into()))
            .collect(),
    }
}

impl Record {
    /// The record of a labelled document.
    ///
    /// # Panics
    /// If there are not as many labels as sentences, or a span is not of the article's text.
    pub fn new(document: Document, labels: Vec<SentenceLabels>, frame: &Frame) -> Self {
        assert_eq!(labels.len(), document.sentences.len(), "each sentence has its labels");
        let text = document.article.text;
        let points = CodePoints::of(&text);
        let kept = |spans: Vec<LabelledSpan>| spans.into_iter().filter(|span| rounded(span.score) >= frame.min_score);
        let place = |span: Span| (points.at(span.start), points.at(span.end), span.slice(&text).to_owned());
        let mut entities = Vec::new();
        let mut sentences = Vec::with_capacity(labels.len());
        for (number, (sentence, labels)) in document.sentences.iter().zip(labels).enumerate() {
            entities.extend(kept(labels.entities).map(|entity| {
                let (start, end, text) = place(entity.span);
                let score = rounded(entity.score);
                Entity {
                    start,
                    end,
                    label: coarse(&entity.kind).to_owned(),
                    kind: entity.kind,
                    text,
                    score,
                    sentence: number,
                }
            }));
            let source = kept(labels.source).map(|source| {
                let (start, end, text) = place(source.span);
                SourceSpan {
                    start,
                    end,
                    text,
                    score: rounded(source.score),
                }
            });
            let cue = |kind| {
                move |cue: LabelledSpan| {
                    let (start, end, text) = place(cue.span);
                    Cue {
                        start,
                        end,
                        text,
                        kind,
                        score: rounded(cue.score),
                    }
                }
            };
            let attribution = kept(labels.cue).map(cue(CueKind::Attribution));
            let mut cues: Vec<Cue> = attribution
                .chain(kept(labels.hedge).map(cue(CueKind::Certainty)))
                .collect();
            cues.sort_by_key(|cue| (cue.start, cue.end, cue.kind));
            let verdict = labels.judgement.verdict();
            sentences.push(Sentence {
                start: points.at(sentence.span.start),
                end: points.at(sentence.span.end),
                paragraph: sentence.paragraph,
                heading: sentence.heading,
                claim: verdict.claim,
                certainty: verdict.certainty,
                polarity: verdict.polarity,
                holder: verdict.holder,
                factuality: verdict.factuality,
                classes: labels.classes.map(classes),
                source: source.collect(),
                cues,
            });
        }
        let known = |code: &String| frame.languages.as_ref().is_none_or(|known| known.contains(code));
        Self {
            schema: SCHEMA,
            id: document.article.id,
            path: document.article.path,
            date: document.article.date,
            language_supported: document.language.as_ref().is_none_or(known),
            language: document.language,
            text: frame.with_text.then_some(text),
            meta: document.article.meta,
            models: frame.models.clone(),
            run: frame.run.clone(),
            sentences,
            entities,
        }
    }
}

impl From<Failure> for FailureRecord {
    fn from(failure: Failure) -> Self {
        let error = FailureDetail {
            kind: failure.kind.as_str().to_owned(),
            message: failure.message,
        };
        Self {
            schema: SCHEMA,
            id: failure.id,
            path: failure.path,
            error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::record::testing;
    use crate::sentence;
    use proptest::prelude::*;

    fn frame() -> Frame {
        let Record { models, run, .. } = testing::record("");
        Frame {
            models,
            run,
            languages: Some(vec!["nl".into()]),
            with_text: true,
            min_score: 0.5,
        }
    }

    proptest! {
        #[test]
        fn offsets_slice_the_text_in_code_points(text in "(\\PC|[e\u{301}\u{1F1F3}\u{1F1F1}אب\u{ad}ﬁ\r\n. ]){0,60}") {
            let sentences = sentence::split(&text, Some("nl"), None);
            let labels = sentences.iter().map(|s| {
                let span = |span: Span, score| LabelledSpan { span, kind: "PER".into(), score };
                let words = crate::words::words(s.span.slice(&text));
                SentenceLabels {
                    entities: words.iter().map(|w| span(w.shifted(s.span.start), 0.9)).collect(),
                    hedge: words.iter().map(|w| span(w.shifted(s.span.start), 0.4)).collect(),
                    ..SentenceLabels::default()
                }
            }).collect();
            let article = Article { text: text.clone(), ..Article::default() };
            let document = Document { article, reading: None, language: Some("nl".into()), sentences, context: true };
            let record = Record::new(document, labels, &frame());
            let points: Vec<char> = text.chars().collect();
            for entity in &record.entities {
                prop_assert_eq!(points[entity.start..entity.end].iter().collect::<String>(), entity.text.as_str());
                let sentence = &record.sentences[entity.sentence];
                prop_assert!(sentence.start <= entity.start && entity.end <= sentence.end);
            }
            prop_assert!(record.sentences.iter().all(|s| s.cues.is_empty()), "cues below the least score are left out");
        }
    }
}
