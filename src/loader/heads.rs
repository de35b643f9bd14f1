//! The heads: linear layers on the encoder's hidden states. Our heads of one level may share a dense layer with GELU in
//! front (`heads.token.dense`, `heads.sentence.dense`); where it is absent they read their input as it is. The head of
//! a checkpoint is where its family has it.

use std::ops::Range;

use candle_core::{DType, Tensor};
use candle_nn::VarBuilder;

use super::checkpoint::{Activation, HeadLayout};
use super::manifest::{HeadSpec, Level, Manifest};
use super::sentence_input::{SentenceInput, sentence_states};
use crate::encoder::linear::Linear;
use crate::encoder::norm::LayerNorm;
use crate::encoder::{Backend, gelu};

/// All heads of a model.
#[derive(Debug, Clone)]
pub struct Heads {
    heads: Vec<(HeadSpec, Linear)>,
    token: Option<Dense>,
    sentence: Option<Dense>,
    sentence_input: Vec<SentenceInput>,
    backend: Backend,
}

/// What the heads of one level share: a linear layer, its activation, and perhaps a norm.
#[derive(Debug, Clone)]
struct Dense {
    linear: Linear,
    activation: Activation,
    norm: Option<LayerNorm>,
}

impl Dense {
    fn forward(&self, x: &Tensor, backend: Backend) -> candle_core::Result<Tensor> {
        let x = self.linear.forward(x)?;
        let x = match self.activation {
            Activation::Gelu => gelu(&x, backend)?,
            Activation::Tanh => x.tanh()?,
            Activation::Relu => x.relu()?,
        };
        match &self.norm {
            Some(norm) => norm.forward(&x),
            None => Ok(x),
        }
    }
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
    /// Loads `heads.<name>.{weight,bias}` of each head and the dense layers that are there, or the head of a checkpoint.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(manifest: &Manifest, hidden: usize, vb: &VarBuilder<'_>) -> candle_core::Result<Self> {
        let backend = Backend::of(vb.device());
        if let Some(layout) = &manifest.checkpoint {
            return Self::of_checkpoint(manifest, layout, hidden, backend, vb);
        }
        let vb = vb.pp("heads");
        let dense = |level: &str, inputs: usize| {
            let vb = vb.pp(level).pp("dense");
            let present = vb.contains_tensor("weight");
            let load = || {
                Ok::<_, candle_core::Error>(Dense {
                    linear: Linear::load(inputs, hidden, true, backend, &vb)?,
                    activation: Activation::Gelu,
                    norm: None,
                })
            };
            present.then(load).transpose()
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

    fn of_checkpoint(
        manifest: &Manifest,
        layout: &HeadLayout,
        hidden: usize,
        backend: Backend,
        vb: &VarBuilder<'_>,
    ) -> candle_core::Result<Self> {
        let below = |path: &str| path.split('.').fold(vb.clone(), |vb, part| vb.pp(part));
        let dense = layout.transform.as_ref().map(|transform| {
            let norm = transform.norm.as_ref();
            let norm = norm.map(|norm| LayerNorm::load(hidden, norm.bias, norm.eps, backend, &below(norm.path)));
            Ok::<_, candle_core::Error>(Dense {
                linear: Linear::load(hidden, hidden, transform.bias, backend, &below(transform.dense))?,
                activation: transform.activation,
                norm: norm.transpose()?,
            })
        });
        let dense = dense.transpose()?;
        let head = |spec: &HeadSpec| {
            let labels = spec.labels.len();
            let linear = Linear::load(hidden, labels, true, backend, &below(layout.classifier))?;
            Ok((spec.clone(), linear))
        };
        Ok(Self {
            heads: manifest.heads.iter().map(head).collect::<candle_core::Result<_>>()?,
            token: dense.clone(),
            sentence: dense,
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

    fn logits(&self, level: Level, dense: Option<&Dense>, hidden: &Tensor) -> candle_core::Result<Vec<Logits<'_>>> {
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
            Some(dense) => dense.forward(hidden, self.backend)?,
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
