//! Which model runs, where, and how: the options that every labelling command shares.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use anyhow::{Context, Result};
use candle_core::Device;
use clap::{Args, ValueEnum, ValueHint};

use crate::inference::Engine;
use crate::loader::{DeviceChoice, Dtype, Embedded, Model, ModelSource, device};

use super::hub::HubArgs;
use super::model_name::ModelName;
use super::number::{count, threads};
use super::say::say;

/// Options of the model
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Model")]
pub struct ModelArgs {
    /// Model for everything that it can do: a folder, a name on the Hugging Face Hub (owner/name, owner/name@revision), or
    /// embedded, the one in the program
    #[arg(long, value_name = "MODEL", default_value = "embedded", value_hint = ValueHint::DirPath)]
    pub model: ModelName,

    /// Model that marks entities, in place of --model
    #[arg(long, value_name = "MODEL", value_hint = ValueHint::DirPath)]
    pub entity_model: Option<ModelName>,

    /// Model that judges sentences, in place of --model: one of stellig's own, or any sequence classifier
    #[arg(long, value_name = "MODEL", value_hint = ValueHint::DirPath)]
    pub claim_model: Option<ModelName>,

    /// Where to run
    #[arg(long, value_enum, default_value_t = DeviceChoice::Auto, value_name = "DEVICE")]
    pub device: DeviceChoice,

    /// Number type of the products
    #[arg(long, value_enum, default_value_t = DtypeChoice::Auto, value_name = "TYPE")]
    pub dtype: DtypeChoice,

    /// Threads that label [default: all cores]
    #[arg(long, value_parser = threads, value_name = "N")]
    pub threads: Option<NonZeroUsize>,

    /// Tokens that a thread encodes at once; changes speed and memory, and on the CPU never a label
    #[arg(long, default_value_t = NonZeroUsize::new(1024).unwrap_or(NonZeroUsize::MIN), value_parser = count, value_name = "N")]
    pub batch_tokens: NonZeroUsize,

    /// How models of the Hub are had.
    #[command(flatten)]
    pub hub: HubArgs,
}

/// The number types that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DtypeChoice {
    /// On a CPU int8 for the model in the program and f32 for others; bf16 on a GPU, f32 on one before Ampere
    Auto,
    /// 32-bit floats
    F32,
    /// 16-bit floats, on a GPU
    F16,
    /// bfloat16
    Bf16,
    /// 8-bit integers, on a CPU
    Int8,
}

impl DtypeChoice {
    /// The number type in which the model of `source` computes on `device`.
    fn of(self, source: &ModelSource, device: &Device) -> Dtype {
        match self {
            Self::Auto => Dtype::of(source, device),
            Self::F32 => Dtype::F32,
            Self::F16 => Dtype::F16,
            Self::Bf16 => Dtype::Bf16,
            Self::Int8 => Dtype::Int8,
        }
    }
}

impl ModelArgs {
    /// Loads the model and makes it ready.
    ///
    /// # Errors
    /// If there is no such device or model, or the model cannot be used.
    pub fn engine(&self, embedded: Option<Embedded>) -> Result<Engine> {
        let device = device(self.device, |why| say(why))?;
        let source = |named: &Option<ModelName>| named.as_ref().unwrap_or(&self.model).source(embedded, &self.hub);
        let entities = source(&self.entity_model)?;
        let claims = match self.entity_model == self.claim_model {
            true => entities.clone(),
            false => source(&self.claim_model)?,
        };
        let load = |source: &ModelSource| Model::load(source, &device, self.dtype.of(source, &device));
        let batch_tokens = self.batch_tokens.get();
        let engine = if same(&entities, &claims) {
            Engine::new(load(&entities)?, batch_tokens)
        } else {
            Engine::composed(load(&entities)?, load(&claims)?, batch_tokens)
        };
        engine.context("the model cannot be used")
    }

    /// The models that were named, by the names of their options.
    pub(super) fn names_mut(&mut self) -> impl Iterator<Item = (&'static str, &mut ModelName)> {
        let always = [("model", Some(&mut self.model))];
        let parts = [
            ("entity-model", self.entity_model.as_mut()),
            ("claim-model", self.claim_model.as_mut()),
        ];
        let all = always.into_iter().chain(parts);
        all.filter_map(|(option, name)| Some((option, name?)))
    }

    /// Number of threads that label.
    pub fn threads(&self) -> usize {
        self.threads
            .or_else(|| available_parallelism().ok())
            .map_or(1, NonZeroUsize::get)
    }
}

/// Whether two names mean one model, which then runs once.
fn same(a: &ModelSource, b: &ModelSource) -> bool {
    match (a, b) {
        (ModelSource::Embedded(_), ModelSource::Embedded(_)) => true,
        (ModelSource::Snapshot { folder: a, .. }, ModelSource::Snapshot { folder: b, .. })
        | (ModelSource::Folder(a), ModelSource::Folder(b)) => a == b || same_file::is_same_file(a, b).unwrap_or(false),
        _ => false,
    }
}
