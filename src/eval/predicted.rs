//! What a record says about each gold sentence, in code points from the sentence's own start. A record whose
//! sentences are not exactly the given ones is an error: its scores would mean nothing.

use std::collections::BTreeSet;

use super::types::scored_as;
use super::{EvalError, GoldDocument};
use crate::record::{CertaintyLabel, CueKind, Factuality, Holder, Polarity, Record, Sentence};

/// What a span stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SpanKind {
    /// A named entity of this type.
    Entity(String),
    /// Who a claim comes from.
    Source,
    /// Words that hand a claim to its source.
    Attribution,
    /// Words that lower certainty.
    Hedge,
}

/// A predicted span, in code points of its sentence, end exclusive.
#[derive(Debug, Clone, PartialEq)]
pub struct PredictedSpan {
    /// What it stands for.
    pub kind: SpanKind,
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// Probability that exactly this span is right.
    pub score: f64,
}

/// What the model says about one sentence. A part is none where the model has no such head, and for the four parts
/// of a judgement where it sees no claim.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PredictedSentence {
    /// Whether it is a claim, with the score of that answer.
    pub claim: Option<(bool, f64)>,
    /// Degree of certainty.
    pub certainty: Option<(CertaintyLabel, f64)>,
    /// Whether the claim is said to hold.
    pub polarity: Option<(Polarity, f64)>,
    /// Who answers for it.
    pub holder: Option<(Holder, f64)>,
    /// Certainty and polarity joined.
    pub factuality: Option<Factuality>,
    /// Entities, sources and cues.
    pub spans: Vec<PredictedSpan>,
}

impl PredictedSentence {
    /// Score of the joint label: the product of its parts, or the score of "no claim".
    pub fn factuality_score(&self) -> Option<f64> {
        let claim = self.claim?;
        if !claim.0 {
            return Some(claim.1);
        }
        Some(claim.1 * self.certainty?.1 * self.polarity?.1)
    }
}

/// The predictions for each sentence of `gold`, whose file has entities of these `types`.
///
/// # Errors
/// If the record's sentences are others than those of `gold`, or a span stands outside its sentence.
pub fn predicted_sentences(
    gold: &GoldDocument,
    record: &Record,
    types: &BTreeSet<String>,
) -> Result<Vec<PredictedSentence>, EvalError> {
    let wrong = |message: String| EvalError::misaligned(&gold.id, message);
    let expected = gold.char_spans();
    let given: Vec<_> = record
        .sentences
        .iter()
        .map(|sentence| (sentence.start, sentence.end))
        .collect();
    if expected != given {
        let at = expected.iter().zip(&given).position(|(a, b)| a != b);
        return Err(wrong(match at {
            Some(at) => format!("sentence {at} is {:?}, expected {:?}", given[at], expected[at]),
            None => format!("it has {} sentences, expected {}", given.len(), expected.len()),
        }));
    }
    let mut sentences: Vec<PredictedSentence> = record.sentences.iter().map(judgements).collect();
    let mut add = |index: usize, kind: SpanKind, start: usize, end: usize, score: f64| {
        let place = sentences.get_mut(index).zip(expected.get(index));
        match place {
            Some((sentence, &(first, last))) if first <= start && start <= end && end <= last => {
                sentence.spans.push(PredictedSpan {
                    kind,
                    start: start - first,
                    end: end - first,
                    score,
                });
                Ok(())
            }
            _ => Err(wrong(format!(
                "the span {start}..{end} does not stand in sentence {index}"
            ))),
        }
    };
    for (index, sentence) in record.sentences.iter().enumerate() {
        for source in &sentence.source {
            add(index, SpanKind::Source, source.start, source.end, source.score)?;
        }
        for cue in &sentence.cues {
            add(index, cue_kind(cue.kind), cue.start, cue.end, cue.score)?;
        }
    }
    for entity in &record.entities {
        add(
            entity.sentence,
            SpanKind::Entity(scored_as(types, &entity.kind, &entity.label).to_owned()),
            entity.start,
            entity.end,
            entity.score,
        )?;
    }
    Ok(sentences)
}

fn cue_kind(kind: CueKind) -> SpanKind {
    match kind {
        CueKind::Attribution => SpanKind::Attribution,
        CueKind::Certainty => SpanKind::Hedge,
    }
}

fn judgements(sentence: &Sentence) -> PredictedSentence {
    PredictedSentence {
        claim: sentence.claim.as_ref().map(|claim| (claim.label, claim.score)),
        certainty: sentence
            .certainty
            .as_ref()
            .map(|certainty| (certainty.label, certainty.score)),
        polarity: sentence
            .polarity
            .as_ref()
            .map(|polarity| (polarity.label, polarity.score)),
        holder: sentence.holder.as_ref().map(|holder| (holder.label, holder.score)),
        factuality: sentence.factuality,
        spans: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::document::Piece;
    use crate::eval::testing::{blank_record, entity};

    fn none() -> BTreeSet<String> {
        BTreeSet::new()
    }

    fn gold() -> GoldDocument {
        let pieces = ["Zé won.", "Gent ook."].map(|text| Piece {
            text,
            paragraph: 0,
            heading: false,
        });
        GoldDocument::join("d".into(), None, true, pieces)
    }

    #[test]
    fn spans_count_from_their_sentence() {
        let gold = gold();
        let mut record = blank_record(&gold);
        record.entities = vec![entity(&record, 8, 12, "LOC", 1)];
        let sentences = predicted_sentences(&gold, &record, &none()).unwrap();
        assert!(sentences[0].spans.is_empty());
        let span = &sentences[1].spans[0];
        assert_eq!(
            (&span.kind, span.start, span.end),
            (&SpanKind::Entity("LOC".into()), 0, 4)
        );
    }

    #[test]
    fn a_type_has_the_models_own_name_where_the_gold_has_it() {
        let gold = gold();
        let mut record = blank_record(&gold);
        record.entities = vec![entity(&record, 8, 12, "LOC", 1)];
        record.entities[0].kind = "GPE".into();
        let scored = |types: &[&str]| {
            let types = types.iter().map(|name| (*name).to_owned()).collect();
            predicted_sentences(&gold, &record, &types).unwrap()[1].spans[0]
                .kind
                .clone()
        };
        assert_eq!(scored(&["GPE", "LOC"]), SpanKind::Entity("GPE".into()));
        assert_eq!(scored(&["LOC"]), SpanKind::Entity("LOC".into()));
        assert_eq!(scored(&[]), SpanKind::Entity("LOC".into()));
    }

    #[test]
    fn other_sentences_are_refused() {
        let gold = gold();
        let mut record = blank_record(&gold);
        record.sentences[1].start += 1;
        let message = predicted_sentences(&gold, &record, &none()).unwrap_err().to_string();
        assert!(
            message.ends_with("sentence 1 is (9, 17), expected (8, 17)"),
            "{message}"
        );
        record.sentences.pop();
        assert!(
            predicted_sentences(&gold, &record, &none())
                .unwrap_err()
                .to_string()
                .contains("it has 1 sentences, expected 2")
        );

        let mut record = blank_record(&gold);
        record.entities = vec![entity(&record, 8, 12, "LOC", 0)];
        assert!(predicted_sentences(&gold, &record, &none()).is_err());
        record.entities = vec![entity(&record, 8, 12, "LOC", 7)];
        assert!(predicted_sentences(&gold, &record, &none()).is_err());
    }
}
