//! Where a model comes from: the program itself or a folder. Loading checks everything that inference relies on, so
//! that a wrong model is refused here, by the name of the file, field or tensor.

mod device;
mod embedded;
mod error;
mod folder;
mod heads;
#[cfg(feature = "hub")]
pub mod hub;
mod manifest;
mod sentence_input;

use std::path::PathBuf;

use candle_core::{DType, Device};
use candle_nn::VarBuilder;
use sha2::{Digest, Sha256};
use tokenizers::Tokenizer;

pub use device::{DeviceChoice, device};
pub use embedded::Embedded;
pub use error::{Error, Result};
pub use heads::{Heads, Logits};
pub use manifest::{HeadSpec, Level, Manifest};
pub use sentence_input::SentenceInput;

use crate::encoder::{self, Config, Encoder};
use error::describe;
use folder::Folder;

/// Where a model comes from.
#[derive(Debug, Clone)]
pub enum ModelSource {
    /// Bytes inside the program.
    Embedded(Embedded),
    /// A folder with `config.json`, `tokenizer.json` and `model.safetensors`.
    Folder(PathBuf),
}

/// A loaded model.
pub struct Model {
    /// Name, languages, window and heads.
    pub manifest: Manifest,
    /// First twelve hexadecimal digits of the SHA-256 of the weights.
    pub revision: String,
    /// Sizes of the encoder.
    pub config: Config,
    /// Text to pieces. Truncation and padding are switched off: windows are cut elsewhere, and nothing is padded.
    pub tokenizer: Tokenizer,
    /// Id of the special token that opens a sentence.
    pub marker: u32,
    /// Id of the special token that ends a window.
    pub separator: u32,
    /// Tokens to hidden states.
    pub encoder: Box<dyn Encoder>,
    /// Hidden states to logits.
    pub heads: Heads,
    /// Where the model runs.
    pub device: Device,
    /// The number type that the model runs in.
    pub dtype: DType,
}

/// The files of a model, wherever they are.
struct Files<'a> {
    origin: String,
    config: &'a [u8],
    tokenizer: &'a [u8],
    weights: &'a [u8],
}

impl Model {
    /// Loads a model to a device, its weights converted to `dtype`; the CPU runs in f32 only.
    ///
    /// # Errors
    /// If a file is missing or broken, the configuration is not supported, or a tensor is missing or has another shape.
    pub fn load(source: &ModelSource, device: &Device, dtype: DType) -> Result<Self> {
        if device.is_cpu() && dtype != DType::F32 {
            return Err(Error::Device(format!("the CPU runs in f32, not {}", dtype.as_str())));
        }
        match source {
            ModelSource::Embedded(Embedded {
                config,
                tokenizer,
                weights,
            }) => Self::from_files(
                &Files {
                    origin: "embedded model".to_owned(),
                    config,
                    tokenizer,
                    weights,
                },
                device,
                dtype,
            ),
            ModelSource::Folder(path) => {
                let folder = Folder::open(path)?;
                let files = Files {
                    origin: path.display().to_string(),
                    config: &folder.config,
                    tokenizer: &folder.tokenizer,
                    weights: &folder.weights,
                };
                Self::from_files(&files, device, dtype)
            }
        }
    }

    /// The model's name in records: `name@revision`.
    pub fn id(&self) -> String {
        format!("{}@{}", self.manifest.name, self.revision)
    }

    fn from_files(files: &Files<'_>, device: &Device, dtype: DType) -> Result<Self> {
        let refused = |source: encoder::Error| Error::Config {
            model: files.origin.clone(),
            source,
        };
        let config = Config::from_json(files.config).map_err(refused)?;
        let manifest = Manifest::from_json(files.config, &config).map_err(refused)?;
        // Reading the tokenizer and hashing take about as long as the weights do.
        let (side, weights) = std::thread::scope(|scope| {
            let side = scope.spawn(|| (tokenizer(files, config.vocab_size()), revision(files.weights)));
            (side.join(), weights(files, &config, &manifest, device, dtype))
        });
        let (tokenizer, revision) = side.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let tokenizer = tokenizer?;
        let (encoder, heads) = weights?;
        let special = |name: &str| {
            let message = format!("the special token {name} is missing");
            tokenizer.token_to_id(name).ok_or(Error::Tokenizer {
                model: files.origin.clone(),
                message,
            })
        };
        Ok(Self {
            marker: special(&manifest.marker)?,
            separator: special(&manifest.separator)?,
            manifest,
            revision,
            config,
            tokenizer,
            encoder,
            heads,
            device: device.clone(),
            dtype,
        })
    }
}

fn weights(
    files: &Files<'_>,
    config: &Config,
    manifest: &Manifest,
    device: &Device,
    dtype: DType,
) -> Result<(Box<dyn Encoder>, Heads)> {
    let broken = |message: String| Error::Weights {
        model: files.origin.clone(),
        message,
    };
    let vb = VarBuilder::from_slice_safetensors(files.weights, dtype, device).map_err(|e| broken(describe(&e)))?;
    let heads = Heads::load(manifest, config.hidden_size(), &vb).map_err(|e| broken(describe(&e)))?;
    let encoder = encoder::load(config, vb).map_err(|error| match error {
        encoder::Error::Tensor(error) => broken(describe(&error)),
        other => Error::Config {
            model: files.origin.clone(),
            source: other,
        },
    })?;
    Ok((encoder, heads))
}

fn tokenizer(files: &Files<'_>, vocab_size: usize) -> Result<Tokenizer> {
    let broken = |message: String| Error::Tokenizer {
        model: files.origin.clone(),
        message,
    };
    let mut tokenizer = Tokenizer::from_bytes(files.tokenizer).map_err(|error| broken(error.to_string()))?;
    tokenizer.with_padding(None);
    tokenizer
        .with_truncation(None)
        .map_err(|error| broken(error.to_string()))?;
    let pieces = tokenizer.get_vocab_size(true);
    if pieces > vocab_size {
        return Err(broken(format!(
            "{pieces} pieces, but vocab_size in config.json is {vocab_size}"
        )));
    }
    Ok(tokenizer)
}

/// First twelve hexadecimal digits of the SHA-256 of `weights`.
fn revision(weights: &[u8]) -> String {
    Sha256::digest(weights)[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
