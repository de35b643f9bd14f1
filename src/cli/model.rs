//! Which model runs, where, and how: the options that every labelling command shares.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread::available_parallelism;

use anyhow::{Context, Result, bail};
use candle_core::DType;
use clap::{Args, ValueEnum};

use crate::inference::Engine;
use crate::loader::{DeviceChoice, Embedded, Model, ModelSource, device};
use crate::record::{Frame, Models, Run};

/// Options of the model
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Model")]
pub struct ModelArgs {
    /// Folder of a model (config.json, tokenizer.json, model.safetensors); the one that ships if not given
    #[arg(long, value_name = "FOLDER")]
    pub model: Option<PathBuf>,

    /// Where to run: auto, cpu or cuda
    #[arg(long, default_value_t = DeviceChoice::Auto, value_name = "DEVICE")]
    pub device: DeviceChoice,

    /// Number type; auto is f32 on a CPU and bf16 on a GPU
    #[arg(long, value_enum, default_value_t = DtypeChoice::Auto)]
    pub dtype: DtypeChoice,

    /// Threads that label; all cores if not given
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,

    /// Tokens that a thread encodes at once; changes speed and memory, never a label
    #[arg(long, default_value_t = NonZeroUsize::new(1024).unwrap_or(NonZeroUsize::MIN), value_name = "N")]
    pub batch_tokens: NonZeroUsize,
}

/// The number types that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DtypeChoice {
    /// What suits the device.
    Auto,
    /// 32-bit floats.
    F32,
    /// 16-bit floats, on a GPU.
    F16,
    /// bfloat16, on a GPU.
    Bf16,
}

impl ModelArgs {
    /// Loads the model and makes it ready.
    ///
    /// # Errors
    /// If there is no such device or model, or the model cannot be used.
    pub fn engine(&self, embedded: Option<Embedded>) -> Result<Engine> {
        let device = device(self.device)?;
        let dtype = match self.dtype {
            DtypeChoice::Auto if device.is_cpu() => DType::F32,
            DtypeChoice::F32 => DType::F32,
            DtypeChoice::Auto | DtypeChoice::Bf16 => DType::BF16,
            DtypeChoice::F16 => DType::F16,
        };
        if device.is_cpu() && dtype != DType::F32 {
            bail!(
                "--dtype {} needs a GPU; on the CPU this version runs in f32",
                dtype.as_str()
            );
        }
        let source = match (&self.model, embedded) {
            (Some(folder), _) => ModelSource::Folder(folder.clone()),
            (None, Some(embedded)) => ModelSource::Embedded(embedded),
            (None, None) => bail!("this stellig was built without a model; name a folder with --model"),
        };
        let model = Model::load(&source, &device, dtype)?;
        Engine::new(model, self.batch_tokens.get()).context("the model cannot be used")
    }

    /// Number of threads that label.
    pub fn threads(&self) -> usize {
        self.threads
            .or_else(|| available_parallelism().ok())
            .map_or(1, NonZeroUsize::get)
    }
}

/// What is the same for every record of a run of this engine.
pub fn frame(engine: &Engine, with_text: bool, min_score: f64) -> Frame {
    let model = engine.model();
    let has = |name: &str| model.heads.specs().any(|head| head.name == name).then(|| model.id());
    Frame {
        models: Models {
            entities: has("entities"),
            claims: has("claim"),
        },
        run: Run {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            device: if model.device.is_cpu() { "cpu" } else { "cuda" }.to_owned(),
            dtype: model.dtype.as_str().to_owned(),
        },
        languages: model.manifest.languages.clone(),
        with_text,
        min_score,
    }
}
