//! Where a model comes from: the program itself, a folder, or the Hub. Loading checks everything that inference relies on, so
//! that a wrong model is refused here, by the name of the file, field or tensor.

mod card;
pub mod checkpoint;
mod convert;
mod description;
mod device;
mod dtype;
mod embedded;
mod error;
mod files;
mod folder;
mod gpu;
mod heads;
#[cfg(feature = "hub")]
pub mod hub;
mod manifest;
mod sentence_input;
mod sentencepiece;
mod tokenizer;
mod weight_file;
mod weights;

use std::fmt;
use std::path::PathBuf;
use std::thread::{self, ScopedJoinHandle};

use candle_core::Device;
use tokenizers::Tokenizer;

pub use card::Card;
pub use convert::{Float, convert};
#[cfg(feature = "hub")]
pub use description::describe_overview;
pub use description::{DescribedHead, Description, describe};
pub use device::{DeviceChoice, device};
pub use dtype::Dtype;
pub use embedded::Embedded;
pub use error::{Error, Result};
pub use gpu::Gpu;
pub use heads::{Heads, Logits};
pub use manifest::{Cutting, HeadSpec, Level, Manifest};
pub use sentence_input::SentenceInput;

use crate::encoder::{self, Config, Encoder};
use crate::threads::start_in;
use error::described;
use files::Files;

/// Where a model comes from.
#[derive(Debug, Clone)]
pub enum ModelSource {
    /// Bytes inside the program.
    Embedded(Embedded),
    /// A folder with `config.json`, a tokenizer and safetensors files.
    Folder(PathBuf),
    /// A folder that holds a commit of a repository on the Hub.
    Snapshot {
        /// `owner/name`.
        repo: String,
        /// The whole commit.
        commit: String,
        /// Where its files are.
        folder: PathBuf,
    },
}

/// A loaded model.
pub struct Model {
    /// Name, languages, window and heads.
    pub manifest: Manifest,
    /// First twelve hexadecimal digits of the commit on the Hub, or else of the SHA-256 of the weights.
    pub revision: String,
    /// The licence, where the model's card names one.
    pub licence: Option<String>,
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
    /// The number type that the model computes in.
    pub dtype: Dtype,
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut model = f.debug_struct("Model");
        model.field("id", &self.id()).field("device", &self.device);
        model.field("dtype", &self.dtype).finish_non_exhaustive()
    }
}

impl Model {
    /// Loads a model to a device, to compute in `dtype`.
    ///
    /// # Errors
    /// If the device does not compute in `dtype`, a file is missing or broken, the configuration is not supported, or a tensor is missing or has another shape.
    pub fn load(source: &ModelSource, device: &Device, dtype: Dtype) -> Result<Self> {
        dtype.on(device)?;
        Self::from_files(&Files::open(source)?, device, dtype)
    }

    /// The model's name in records: `name@revision`.
    pub fn id(&self) -> String {
        format!("{}@{}", self.manifest.name, self.revision)
    }

    fn from_files(files: &Files, device: &Device, dtype: Dtype) -> Result<Self> {
        let (config, manifest) = manifest_of(files)?;
        let beside = || (tokenizer(files, &config, &manifest), files.revision());
        let (side, weights) = thread::scope(|scope| {
            // Reading the tokenizer and hashing take about as long as the weights do.
            let side = start_in(scope, beside);
            let weights = encoder_and_heads(files, &config, &manifest, device, dtype);
            // Where no other thread can be had, this one does both.
            (side.map_or_else(|_| Ok(beside()), ScopedJoinHandle::join), weights)
        });
        let (tokenizer, revision) = side.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let tokenizer = tokenizer?;
        let (encoder, heads) = weights?;
        let (marker, separator) =
            frame(&manifest, &tokenizer, config.vocab_size()).map_err(|message| Error::Tokenizer {
                model: files.origin.clone(),
                message,
            })?;
        Ok(Self {
            marker,
            separator,
            manifest,
            revision,
            licence: files.card.licence.clone(),
            config,
            tokenizer,
            encoder,
            heads,
            device: device.clone(),
            dtype,
        })
    }
}

/// What the configuration says of encoder and heads, and the card of languages.
fn manifest_of(files: &Files) -> Result<(Config, Manifest)> {
    let refused = |source: encoder::Error| Error::Config {
        model: files.origin.clone(),
        source,
    };
    let config = Config::from_json(&files.config).map_err(refused)?;
    let mut manifest = Manifest::from_json(&files.config, &config, &files.name).map_err(refused)?;
    if manifest.languages.is_empty() {
        manifest.languages.clone_from(&files.card.languages);
    }
    Ok((config, manifest))
}

fn encoder_and_heads(
    files: &Files,
    config: &Config,
    manifest: &Manifest,
    device: &Device,
    dtype: Dtype,
) -> Result<(Box<dyn Encoder>, Heads)> {
    let broken = |error: &candle_core::Error| Error::loading(&files.origin, error);
    let (read_as, backend) = dtype.on(device)?;
    let vb = weights::builder(&files.weights, read_as, device)?;
    let heads = Heads::load(manifest, config.hidden_size(), &vb).map_err(|e| broken(&e))?;
    let encoder = encoder::load_with(config, backend, vb).map_err(|error| match error {
        encoder::Error::Tensor(error) => broken(&error),
        other => Error::Config {
            model: files.origin.clone(),
            source: other,
        },
    })?;
    // On a GPU each thread has a stream of its own, and nothing orders those: the threads that label would read weights that
    // this one has not written yet.
    device.synchronize().map_err(|e| Error::of_gpu(&described(&e)))?;
    Ok((encoder, heads))
}

/// The special tokens before and after a text: those that the manifest names, or else those that the tokenizer sets.
/// The model has to know both among its `size` pieces.
fn frame(manifest: &Manifest, tokenizer: &Tokenizer, size: usize) -> std::result::Result<(u32, u32), String> {
    let (marker, separator) = special(manifest, tokenizer)?;
    match [marker, separator].into_iter().find(|id| *id as usize >= size) {
        Some(id) => Err(format!(
            "the special token number {id} is none of the {size} that the model knows; copy tokenizer and weights anew, from one model"
        )),
        None => Ok((marker, separator)),
    }
}

fn special(manifest: &Manifest, tokenizer: &Tokenizer) -> std::result::Result<(u32, u32), String> {
    if let Some((marker, separator)) = &manifest.frame {
        let id = |name: &str| {
            let missing = || format!("the special token {name} is missing");
            tokenizer.token_to_id(name).ok_or_else(missing)
        };
        return Ok((id(marker)?, id(separator)?));
    }
    let empty = tokenizer.encode("", true).map_err(|error| error.to_string())?;
    match empty.get_ids() {
        &[marker, separator] => Ok((marker, separator)),
        other => Err(format!(
            "it puts {} special tokens around a text; stellig reads models with one before and one after it",
            other.len()
        )),
    }
}

fn tokenizer(files: &Files, config: &Config, manifest: &Manifest) -> Result<Tokenizer> {
    let tokenizer = files.tokenizer(&manifest.family)?;
    let (pieces, vocab_size) = (tokenizer.get_vocab_size(true), config.vocab_size());
    // Some checkpoints list tokens that their model was never given, nor ever meets.
    if pieces > vocab_size && manifest.checkpoint.is_none() {
        return Err(Error::Tokenizer {
            model: files.origin.clone(),
            message: format!("{pieces} pieces, but vocab_size in config.json is {vocab_size}"),
        });
    }
    Ok(tokenizer)
}
