//! Which field of the labels a head fills, told by its name, and the checks that it can.

use thiserror::Error;

use crate::label::scheme::SchemeError;
use crate::label::{Decoder, Judgement};
use crate::loader::{HeadSpec, Level, Manifest};

use super::{LabelledSpan, SentenceLabels};

/// A model whose heads cannot be used.
#[derive(Debug, Error)]
pub enum HeadError {
    /// Token labels that are not IOB2.
    #[error("head \"{head}\": {source}")]
    Scheme {
        /// Name of the head.
        head: String,
        /// What is wrong.
        source: SchemeError,
    },
    /// A known sentence head with other labels than its own.
    #[error("head \"{head}\" has the labels {found:?}; stellig needs {wanted:?} in any order")]
    Labels {
        /// Name of the head.
        head: String,
        /// The labels it has.
        found: Vec<String>,
        /// The labels it must have.
        wanted: Vec<&'static str>,
    },
    /// A model that cannot do what it was named for.
    #[error("{model} has no head for that: a token classifier marks entities, a sequence classifier judges sentences")]
    Idle {
        /// Name of the model.
        model: String,
    },
}

/// Which field of the labels a head fills.
#[derive(Debug, Clone)]
pub(super) enum Role {
    /// Spans, decoded by this.
    Spans(SpanField, Decoder),
    /// Place of each label of the field, in the field's own order.
    Judgement(JudgementField, Vec<usize>),
    /// A sequence classifier's labels as they are.
    Classes,
    /// A head that this version does not know, or that is not asked for.
    Unused,
}

/// What a model is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Whatever it can do.
    Everything,
    /// Entities.
    Entities,
    /// All but entities.
    Claims,
}

/// What a token head marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanField {
    /// Named entities.
    Entities,
    /// Who a claim comes from.
    Source,
    /// Attribution cues.
    Cue,
    /// Certainty cues.
    Hedge,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum JudgementField {
    Claim,
    Certainty,
    Polarity,
    Holder,
}

impl Role {
    /// The role of a head of the model that `manifest` describes.
    pub(super) fn of(head: &HeadSpec, manifest: &Manifest) -> Result<Self, HeadError> {
        let scheme = |field| {
            let scheme = manifest.scheme(head).map_err(|source| HeadError::Scheme {
                head: head.name.clone(),
                source,
            })?;
            Ok(Self::Spans(field, Decoder::new(scheme)))
        };
        let judgement = |field, wanted: &[&'static str]| {
            let place = |label: &&str| head.labels.iter().position(|own| own == label);
            match wanted.iter().map(place).collect::<Option<Vec<usize>>>() {
                Some(places) if wanted.len() == head.labels.len() => Ok(Self::Judgement(field, places)),
                _ => Err(HeadError::Labels {
                    head: head.name.clone(),
                    found: head.labels.clone(),
                    wanted: wanted.to_vec(),
                }),
            }
        };
        match (head.level, head.name.as_str()) {
            (Level::Token, "entities") => scheme(SpanField::Entities),
            (Level::Token, "source") => scheme(SpanField::Source),
            (Level::Token, "cue") => scheme(SpanField::Cue),
            (Level::Token, "hedge") => scheme(SpanField::Hedge),
            (Level::Sentence, "claim") => judgement(JudgementField::Claim, &["none", "claim"]),
            (Level::Sentence, "certainty") => judgement(
                JudgementField::Certainty,
                &["certain", "probable", "possible", "uncommitted"],
            ),
            (Level::Sentence, "polarity") => judgement(JudgementField::Polarity, &["positive", "negative"]),
            (Level::Sentence, "holder") => judgement(JudgementField::Holder, &["author", "source", "hearsay"]),
            (Level::Sentence, "classes") => Ok(Self::Classes),
            _ => Ok(Self::Unused),
        }
    }

    /// The role where it is asked for.
    pub(super) fn kept(self, wanted: Use) -> Self {
        let entities = matches!(self, Self::Spans(SpanField::Entities, _));
        match wanted {
            Use::Entities if !entities => Self::Unused,
            Use::Claims if entities => Self::Unused,
            _ => self,
        }
    }
}

impl SentenceLabels {
    pub(super) fn spans_mut(&mut self, field: SpanField) -> &mut Vec<LabelledSpan> {
        match field {
            SpanField::Entities => &mut self.entities,
            SpanField::Source => &mut self.source,
            SpanField::Cue => &mut self.cue,
            SpanField::Hedge => &mut self.hedge,
        }
    }
}

impl Judgement {
    pub(super) fn set(&mut self, field: JudgementField, p: impl Fn(usize) -> f64) {
        match field {
            JudgementField::Claim => self.claim = Some(std::array::from_fn(p)),
            JudgementField::Certainty => self.certainty = Some(std::array::from_fn(p)),
            JudgementField::Polarity => self.polarity = Some(std::array::from_fn(p)),
            JudgementField::Holder => self.holder = Some(std::array::from_fn(p)),
        }
    }
}
