//! Documents in, labels out: words and pieces, windows, packed batches, encoder, heads, decoding. The labels of a
//! document depend on nothing but the document and the models.

mod cut;
mod pass;
mod role;

use std::fmt;

use thiserror::Error;

use crate::document::Document;
use crate::encoder;
use crate::label::Judgement;
use crate::loader::Model;
use crate::span::Span;
use crate::words::Pieces;

use pass::Pass;
pub use role::{HeadError, SpanField};
use role::{Role, Use};

/// The labels of one document, sentence by sentence.
pub type Labels = Vec<SentenceLabels>;

/// The labels of one sentence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SentenceLabels {
    /// What the sentence heads say.
    pub judgement: Judgement,
    /// Named entities; `kind` is the model's type.
    pub entities: Vec<LabelledSpan>,
    /// Who the claim comes from.
    pub source: Vec<LabelledSpan>,
    /// Attribution cues.
    pub cue: Vec<LabelledSpan>,
    /// Certainty cues.
    pub hedge: Vec<LabelledSpan>,
    /// What a sequence classifier says: each of its labels with its probability.
    pub classes: Option<Vec<(String, f64)>>,
}

/// A span of the article's text with its type and probability.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelledSpan {
    /// Bytes of the article's text.
    pub span: Span,
    /// Name of the type; empty for heads with one nameless type.
    pub kind: String,
    /// Calibrated probability that exactly this span and type are right.
    pub score: f64,
}

/// What can go wrong while labelling.
#[derive(Debug, Error)]
pub enum Error {
    /// The tokenizer refused a word.
    #[error("the tokenizer failed: {0}")]
    Tokenizer(tokenizers::Error),
    /// The encoder failed.
    #[error("the encoder failed: {0}")]
    Encoder(#[from] encoder::Error),
    /// A logit is infinite or no number at all.
    #[error(
        "the model's results are no numbers (head \"{0}\"); its weights are broken, or --dtype is too narrow for it"
    )]
    NoNumbers(String),
    /// The caches were made for another engine, whose tokenizers may be others.
    #[error("these caches are of another engine; take them from `caches` of the engine that labels")]
    Caches,
    /// A tensor operation failed.
    #[error("the model failed: {0}")]
    Tensor(#[from] candle_core::Error),
}

/// One model for everything, or one for entities and another for the rest, made ready to label; shared by all threads.
pub struct Engine {
    passes: Vec<Pass>,
}

/// Word pieces that a thread remembers, for each model.
#[derive(Debug)]
pub struct Caches<'m>(Vec<Pieces<'m>>);

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let models: Vec<String> = self.models().map(Model::id).collect();
        f.debug_struct("Engine")
            .field("models", &models)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// One model for everything that it can do; packs hold `batch_tokens` tokens.
    ///
    /// # Errors
    /// If a head that stellig knows by name has labels that it cannot use.
    pub fn new(model: Model, batch_tokens: usize) -> Result<Self, HeadError> {
        Ok(Self {
            passes: vec![Pass::new(model, Use::Everything, batch_tokens)?],
        })
    }

    /// Entities by one model, everything else by another.
    ///
    /// # Errors
    /// If a head has labels that stellig cannot use, or a model has no head for what it is asked for.
    pub fn composed(entities: Model, claims: Model, batch_tokens: usize) -> Result<Self, HeadError> {
        let engine = Self {
            passes: vec![
                Pass::new(entities, Use::Entities, batch_tokens)?,
                Pass::new(claims, Use::Claims, batch_tokens)?,
            ],
        };
        let idle = |pass: &&Pass| pass.roles.iter().all(|(_, role)| matches!(role, Role::Unused));
        match engine.passes.iter().find(idle) {
            Some(pass) => Err(HeadError::Idle { model: pass.model.id() }),
            None => Ok(engine),
        }
    }

    /// Tokens that a pack holds.
    pub fn batch_tokens(&self) -> usize {
        self.passes[0].batch_tokens
    }

    /// The models, each once.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.passes.iter().map(|pass| &pass.model)
    }

    /// The model that marks entities, if one does.
    pub fn entity_model(&self) -> Option<&Model> {
        self.model_with(|role| matches!(role, Role::Spans(SpanField::Entities, _)))
    }

    /// The types of such spans, as the model calls them; none where no model marks such spans.
    pub fn span_types(&self, field: SpanField) -> Option<&[String]> {
        let mut roles = self.passes.iter().flat_map(|pass| &pass.roles);
        roles.find_map(|(_, role)| match role {
            Role::Spans(own, decoder) if *own == field => Some(decoder.scheme().kinds.as_slice()),
            _ => None,
        })
    }

    /// The model that judges sentences, if one does.
    pub fn claim_model(&self) -> Option<&Model> {
        self.model_with(|role| matches!(role, Role::Judgement(..) | Role::Classes))
    }

    fn model_with(&self, has: impl Fn(&Role) -> bool) -> Option<&Model> {
        let pass = self
            .passes
            .iter()
            .find(|pass| pass.roles.iter().any(|(_, role)| has(role)));
        pass.map(|pass| &pass.model)
    }

    /// Empty caches over the models' tokenizers; one for each thread.
    pub fn caches(&self) -> Caches<'_> {
        Caches(self.models().map(|model| Pieces::new(&model.tokenizer)).collect())
    }

    /// Labels documents, in order. Also returns the number of tokens that the encoders read.
    ///
    /// # Errors
    /// If a tokenizer or the device fails, or the caches are not of this engine.
    ///
    /// # Panics
    /// If a sentence of a document that was made by hand lies outside its text, or cuts a character.
    pub fn label(&self, documents: &[Document], caches: &mut Caches<'_>) -> Result<(Vec<Labels>, usize), Error> {
        let own = |(pass, pieces): (&Pass, &Pieces<'_>)| pieces.is_over(&pass.model.tokenizer);
        if caches.0.len() != self.passes.len() || !self.passes.iter().zip(&caches.0).all(own) {
            return Err(Error::Caches);
        }
        let mut labels: Vec<Labels> = Vec::new();
        let mut tokens = 0;
        for (pass, pieces) in self.passes.iter().zip(&mut caches.0) {
            let (own, read) = pass.label(documents, pieces)?;
            tokens += read;
            if labels.is_empty() {
                labels = own;
                continue;
            }
            // What is not asked of a model it leaves empty; entities come from the first.
            for (all, own) in labels.iter_mut().flatten().zip(own.into_iter().flatten()) {
                let entities = std::mem::take(&mut all.entities);
                *all = SentenceLabels { entities, ..own };
            }
        }
        Ok((labels, tokens))
    }
}
