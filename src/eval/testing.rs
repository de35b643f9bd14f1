//! Records for the tests of this room: the given sentences with nothing marked, and shorthands to mark something.

use super::claim::parse_label;
use super::{GoldDocument, Marks, PredictedSentence};
use crate::record::testing::record;
use crate::record::{Entity, Record, Sentence};

/// A record with the gold sentences and no label at all.
pub(crate) fn blank_record(gold: &GoldDocument) -> Record {
    let sentence = |((start, end), given): ((usize, usize), &super::GoldSentenceSpan)| Sentence {
        start,
        end,
        paragraph: given.paragraph,
        heading: given.heading,
        claim: None,
        certainty: None,
        polarity: None,
        holder: None,
        factuality: None,
        source: Vec::new(),
        classes: None,
        cues: Vec::new(),
    };
    Record {
        id: gold.id.clone(),
        date: None,
        language: gold.language.clone(),
        sentences: gold
            .char_spans()
            .into_iter()
            .zip(&gold.sentences)
            .map(sentence)
            .collect(),
        ..record(&gold.text)
    }
}

/// What a model with every head marks.
pub(crate) fn everything() -> Marks {
    let types = ["PER", "ORG", "LOC", "MISC"].map(|name| (name.to_owned(), name.to_owned()));
    Marks {
        entities: Some(types.into()),
        source: true,
        cue: true,
        hedge: true,
    }
}

/// An entity with score 0.9.
pub(crate) fn entity(record: &Record, start: usize, end: usize, label: &str, sentence: usize) -> Entity {
    let text = record
        .text
        .iter()
        .flat_map(|text| text.chars())
        .skip(start)
        .take(end - start)
        .collect();
    Entity {
        start,
        end,
        label: label.into(),
        kind: label.into(),
        text,
        score: 0.9,
        sentence,
    }
}

/// A prediction that says exactly `label`, each part with this score.
pub(crate) fn says(label: &str, score: f64) -> PredictedSentence {
    let judgement = parse_label(label).unwrap();
    PredictedSentence {
        claim: Some((judgement.is_some(), score)),
        certainty: judgement.map(|j| (j.certainty, score)),
        polarity: judgement.map(|j| (j.polarity, score)),
        holder: judgement.map(|j| (j.holder, score)),
        factuality: judgement.map(|j| j.factuality()),
        spans: Vec::new(),
    }
}
