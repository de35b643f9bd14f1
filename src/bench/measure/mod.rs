//! The measurements themselves, each over one model and one input, inside the process of one configuration.

pub mod encoder_only;
pub mod end_to_end;
pub mod gemm_peak;
pub mod latency;
pub mod logits;
pub mod stages;

use std::sync::Arc;
use std::time::Instant;

use super::error::{Error, Result};
use super::flops::Flops;
use super::input;
use super::load::{Ready, load};
use super::message::{Loaded, Survey};
use super::padding::Padding;
use super::probe::{Log, probed};
use super::results;
use super::setting::{Input, Setting};
use crate::batch;
use crate::encoder::{Encoder, PackedBatch};
use crate::inference::Engine;
use crate::loader::{Gpu, Model, ModelSource};
use crate::record::Frame;

/// A model that is ready, and what it reads.
pub struct Subject {
    /// The model.
    pub engine: Engine,
    /// What goes through its encoder.
    pub log: Arc<Log>,
    /// What records carry.
    pub frame: Frame,
    /// The configuration.
    pub setting: Setting,
    /// The packs of the whole input, as labelling makes them; there after [`Subject::survey`].
    pub packs: Vec<PackedBatch>,
}

impl Subject {
    /// Loads the model of `setting`.
    ///
    /// # Errors
    /// If it cannot be loaded or used.
    pub fn load(setting: &Setting, source: &ModelSource, frame: impl Fn(&Engine) -> Frame) -> Result<(Self, Loaded)> {
        let started = Instant::now();
        let Ready { model, dtype, remark } = load(setting, source)?;
        let (model, log) = probed(model);
        let engine = Engine::new(model, setting.batch_tokens)?;
        let seconds = started.elapsed().as_secs_f64();
        let subject = Self {
            frame: frame(&engine),
            engine,
            log,
            setting: setting.clone(),
            packs: Vec::new(),
        };
        let model = subject.model()?;
        let loaded = Loaded {
            seconds,
            model: results::Model {
                name: model.manifest.name.clone(),
                revision: model.revision.clone(),
                family: model.manifest.family.clone(),
                layers: model.config.num_layers(),
                hidden: model.config.hidden_size(),
                flop_per_token: Flops::of(&model.config).per_token,
            },
            device: if model.device.is_cpu() { "cpu" } else { "cuda" }.to_owned(),
            gpu: Gpu::of(&model.device).map(|gpu| gpu.name),
            dtype,
            remark,
        };
        Ok((subject, loaded))
    }

    /// The model.
    ///
    /// # Errors
    /// Never: an engine has one.
    pub fn model(&self) -> Result<&Model> {
        let none = || Error::Asked("there is no model".to_owned());
        self.engine.models().next().ok_or_else(none)
    }

    /// The encoder.
    ///
    /// # Errors
    /// As [`Subject::model`].
    pub fn encoder(&self) -> Result<&dyn Encoder> {
        Ok(self.model()?.encoder.as_ref())
    }

    /// Reads the input once, keeps its packs, and says what is in it.
    ///
    /// # Errors
    /// If there is nothing to measure, or the model cannot read it.
    pub fn survey(&mut self) -> Result<Survey> {
        let walked = match &self.setting.input {
            Input::Articles(_) => stages::walk(self)?,
            Input::Sequences(path) => stages::Walked::of_packs(self.packed(&input::read_sequences(path)?)),
            &Input::Uniform { length, count, seed } => {
                let vocab_size = self.model()?.config.vocab_size();
                let sequences = input::uniform(length, count, vocab_size, seed);
                stages::Walked::of_packs(self.packed(&sequences))
            }
        };
        let lengths: Vec<usize> = walked
            .packs
            .iter()
            .flat_map(|pack| pack.offsets.windows(2).map(|pair| pair[1] - pair[0]))
            .collect();
        if lengths.is_empty() {
            let why = walked.first_failure.unwrap_or_else(|| "no articles found".to_owned());
            return Err(Error::Asked(format!("nothing to measure: {why}")));
        }
        self.packs = walked.packs;
        Ok(Survey {
            articles: walked.articles,
            failures: walked.failures,
            first_failure: walked.first_failure,
            bytes: walked.bytes,
            sequences: lengths.len(),
            tokens: lengths.iter().sum(),
            longest: lengths.iter().copied().max().unwrap_or(0),
            flop: Flops::of(&self.model()?.config).total(&lengths),
            padding: Padding::of(&lengths, self.setting.batch_tokens),
        })
    }

    fn packed(&self, sequences: &[Vec<u32>]) -> Vec<PackedBatch> {
        let lengths: Vec<usize> = sequences.iter().map(Vec::len).collect();
        let runs = batch::runs(&lengths, self.setting.batch_tokens).into_iter();
        runs.map(|run| sequences[run].iter().collect()).collect()
    }
}
