//! The heads: linear layers on the encoder's hidden states. Heads of one level may share a dense layer with GELU in
//! front (`heads.token.dense`, `heads.sentence.dense`); where it is absent they read their input as it is.

use std::ops::Range;

use candle_core::{DType, Tensor};
use candle_nn::VarBuilder;

use super::manifest::{HeadSpec, Level, Manifest};
use super::sentence_input::{SentenceInput, sentence_states};
use crate::encoder::linear::Linear;
use crate::encoder::{Backend, gelu};

/// All heads of a model.
#[derive(Debug, Clone)]
pub struct Heads {
    heads: Vec<(HeadSpec, Linear)>,
    token: Option<Linear>,
    sentence: Option<Linear>,
    sentence_input: Vec<SentenceInput>,
    backend: Backend,
}

/// What one head says of some rows, before temperature and softmax.
#[derive(Debug, Clone)]
pub struct Logits<'h> {
    /// The head.
    pub head: &'h HeadSpec,
    /// `[rows, labels]`, row-major.
    pub values: Vec<f32>,
}

impl Logits<'_> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.values.len() / self.head.labels.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The logits of row `index`, one per label.
    pub fn row(&self, index: usize) -> &[f32] {
        let labels = self.head.labels.len();
        &self.values[index * labels..(index + 1) * labels]
    }
}

impl Heads {
    /// Loads `heads.<name>.{weight,bias}` of each head and the dense layers that are there.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(manifest: &Manifest, hidden: usize, vb: &VarBuilder<'_>) -> candle_core::Result<Self> {
        let backend = Backend::of(vb.device());
        let vb = vb.pp("heads");
        let dense = |level: &str, inputs: usize| {
            let vb = vb.pp(level).pp("dense");
            let present = vb.contains_tensor("weight");
            present
                .then(|| Linear::load(inputs, hidden, true, backend, &vb))
                .transpose()
        };
        let wide = hidden * manifest.sentence_input.len();
        let (token, sentence) = (dense("token", hidden)?, dense("sentence", wide)?);
        let head = |spec: &HeadSpec| {
            let inputs = if spec.level == Level::Sentence && sentence.is_none() {
                wide
            } else {
                hidden
            };
            let linear = Linear::load(inputs, spec.labels.len(), true, backend, &vb.pp(&spec.name))?;
            Ok((spec.clone(), linear))
        };
        Ok(Self {
            heads: manifest.heads.iter().map(head).collect::<candle_core::Result<_>>()?,
            token,
            sentence,
            sentence_input: manifest.sentence_input.clone(),
            backend,
        })
    }

    /// What the heads are, in the order of `config.json`.
    pub fn specs(&self) -> impl Iterator<Item = &HeadSpec> {
        self.heads.iter().map(|(spec, _)| spec)
    }

    /// Logits of every token head for `hidden [tokens, hidden]`.
    ///
    /// # Errors
    /// If the device fails.
    pub fn token_logits(&self, hidden: &Tensor) -> candle_core::Result<Vec<Logits<'_>>> {
        self.logits(Level::Token, self.token.as_ref(), hidden)
    }

    /// Logits of every sentence head for the sentences of `hidden [tokens, hidden]`, each a range of its rows that
    /// starts with the marker.
    ///
    /// # Errors
    /// If a range is empty or not within `hidden`, or the device fails.
    pub fn sentence_logits(&self, hidden: &Tensor, sentences: &[Range<usize>]) -> candle_core::Result<Vec<Logits<'_>>> {
        let states = if sentences.is_empty() {
            hidden.narrow(0, 0, 0)?
        } else {
            sentence_states(hidden, sentences, &self.sentence_input, self.backend)?
        };
        self.logits(Level::Sentence, self.sentence.as_ref(), &states)
    }

    fn logits(&self, level: Level, dense: Option<&Linear>, hidden: &Tensor) -> candle_core::Result<Vec<Logits<'_>>> {
        let heads = self.heads.iter().filter(|(spec, _)| spec.level == level);
        if hidden.dim(0)? == 0 {
            return Ok(heads
                .map(|(head, _)| Logits {
                    head,
                    values: Vec::new(),
                })
                .collect());
        }
        let hidden = match dense {
            Some(dense) => gelu(&dense.forward(hidden)?, self.backend)?,
            None => hidden.clone(),
        };
        heads
            .map(|(head, linear)| {
                let values = linear
                    .forward(&hidden)?
                    .to_dtype(DType::F32)?
                    .flatten_all()?
                    .to_vec1()?;
                Ok(Logits { head, values })
            })
            .collect()
    }
}
