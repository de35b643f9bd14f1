//! The encoder: packed tokens in, one hidden state per token out, for the families of [`SUPPORTED`]. A sequence's
//! hidden states are the same bits alone and beside any others, on any number of threads (on the CPU).

mod activation;
mod attention;
mod batch;
pub mod bert;
mod config;
pub(crate) mod cpu;
pub mod deberta;
mod error;
pub(crate) mod fields;
mod fused;
pub(crate) mod linear;
pub mod modernbert;
pub(crate) mod norm;
mod post_norm;
mod rope;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;

pub use activation::Activation;
pub(crate) use activation::gelu;
pub use batch::PackedBatch;
pub use config::{Config, SUPPORTED};
pub use error::{Error, Result};

pub use crate::kernel::packed::Precision;

use bert::Bert;
use deberta::Deberta;
use fused::Arithmetic;
use modernbert::ModernBert;

/// Something that turns packed tokens into hidden states: the seam behind which a faster encoder can stand.
pub trait Encoder: Send + Sync {
    /// Width of a hidden state.
    fn hidden_size(&self) -> usize;

    /// Longest sequence, in tokens.
    fn max_length(&self) -> usize;

    /// Hidden states `[total_tokens, hidden]`, in the order of the tokens.
    ///
    /// # Errors
    /// If the batch does not hang together, a sequence is too long, or the device fails.
    fn encode(&self, batch: &PackedBatch) -> Result<Tensor>;
}

/// Which operations an encoder is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Candle's own, on any device: the reference.
    Candle,
    /// The single-threaded CPU kernels, with products in the given number type.
    Kernel(Precision),
}

impl Backend {
    /// The kernels in f32 on the CPU, candle's operations elsewhere.
    pub fn of(device: &Device) -> Self {
        if device.is_cpu() {
            Self::Kernel(Precision::F32)
        } else {
            Self::Candle
        }
    }
}

/// What a family adds: its own layers.
trait Family: Send + Sync {
    /// Hidden states `[total_tokens, hidden]` of a batch that fits and holds a token.
    fn forward(&self, batch: &PackedBatch, device: &Device) -> candle_core::Result<Tensor>;
}

/// An encoder of any family: checks what comes in before the layers see it.
struct Loaded {
    config: Config,
    family: Box<dyn Family>,
    device: Device,
    dtype: DType,
}

impl Encoder for Loaded {
    fn hidden_size(&self) -> usize {
        self.config.hidden_size()
    }

    fn max_length(&self) -> usize {
        self.config.max_length()
    }

    fn encode(&self, batch: &PackedBatch) -> Result<Tensor> {
        batch.check(self.max_length(), self.config.vocab_size())?;
        if batch.ids.is_empty() {
            return Ok(Tensor::zeros((0, self.hidden_size()), self.dtype, &self.device)?);
        }
        Ok(self.family.forward(batch, &self.device)?)
    }
}

/// Loads an encoder. The device of `vb` decides the operations: the kernels in f32 on the CPU, candle's own elsewhere.
///
/// # Errors
/// If a tensor is missing or has another shape, or `vb` is not f32 on the CPU.
pub fn load(config: &Config, vb: VarBuilder<'_>) -> Result<Box<dyn Encoder>> {
    load_with(config, Backend::of(vb.device()), vb)
}

/// Loads an encoder for the given operations.
///
/// # Errors
/// If a tensor is missing or has another shape, or `backend` is the kernels and `vb` is not f32 on the CPU.
pub fn load_with(config: &Config, backend: Backend, vb: VarBuilder<'_>) -> Result<Box<dyn Encoder>> {
    let (device, dtype) = (vb.device().clone(), vb.dtype());
    let family: Box<dyn Family> = match (config, backend) {
        (_, Backend::Kernel(_)) if !(device.is_cpu() && dtype == DType::F32) => {
            return Err(Error::Config(
                "the kernels read their weights as f32 on the CPU".to_owned(),
            ));
        }
        (Config::ModernBert(config), Backend::Kernel(precision)) => {
            Box::new(fused::modernbert(config, Arithmetic::new(precision), vb)?)
        }
        (Config::Bert(config), Backend::Kernel(precision)) => {
            Box::new(fused::bert(config, Arithmetic::new(precision), vb)?)
        }
        (Config::ModernBert(config), Backend::Candle) => Box::new(ModernBert::load(config, vb)?),
        (Config::Bert(config), Backend::Candle) => Box::new(Bert::load(config, vb)?),
        (Config::Deberta(config), backend) => Box::new(Deberta::load(config, backend, vb)?),
    };
    Ok(Box::new(Loaded {
        config: config.clone(),
        family,
        device,
        dtype,
    }))
}
