//! The encoder: packed tokens in, one hidden state per token out. ModernBERT (Warner et al. 2024) is the family, its
//! parameter names are those of Hugging Face's `ModernBertModel`. A sequence's hidden states are the same bits alone
//! and beside any others, on any number of threads (on the CPU).

mod attention;
mod batch;
mod config;
pub(crate) mod cpu;
mod embedding;
mod error;
pub(crate) mod fields;
mod gelu;
mod layer;
pub(crate) mod linear;
mod mlp;
mod norm;
mod rope;

use std::sync::Arc;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;

pub use batch::PackedBatch;
pub use config::{Config, LayerType, SUPPORTED};
pub use error::{Error, Result};
pub(crate) use gelu::gelu;

use embedding::Embeddings;
use layer::Layer;
use norm::LayerNorm;
use rope::Rope;

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
    /// The single-threaded CPU kernels, in f32.
    Kernel,
}

impl Backend {
    /// The kernels on the CPU, candle's operations elsewhere.
    pub fn of(device: &Device) -> Self {
        if device.is_cpu() { Self::Kernel } else { Self::Candle }
    }
}

/// A ModernBERT encoder.
#[derive(Debug, Clone)]
pub struct ModernBert {
    embeddings: Embeddings,
    layers: Vec<Layer>,
    final_norm: LayerNorm,
    config: Config,
    device: Device,
    dtype: DType,
}

impl ModernBert {
    /// Loads the checkpoint's parameters, whose paths may start with `model.`. Its device decides the operations: the
    /// kernels on the CPU, which want f32, candle's own elsewhere.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(config: &Config, vb: VarBuilder<'_>) -> Result<Self> {
        Self::load_with(config, Backend::of(vb.device()), vb)
    }

    /// Loads the checkpoint's parameters for the given operations.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape, or `backend` is the kernels and `vb` is not f32 on the CPU.
    pub fn load_with(config: &Config, backend: Backend, vb: VarBuilder<'_>) -> Result<Self> {
        if backend == Backend::Kernel && !(vb.device().is_cpu() && vb.dtype() == DType::F32) {
            return Err(Error::Config("on the CPU the encoder runs in f32".to_owned()));
        }
        let (device, dtype) = (vb.device().clone(), vb.dtype());
        let vb = if vb.contains_tensor("model.final_norm.weight") {
            vb.pp("model")
        } else {
            vb
        };
        let rope = |theta| Arc::new(Rope::new(config.max_position_embeddings, config.head_dim(), theta));
        let (global, local) = (rope(config.global_rope_theta), rope(config.local_rope_theta));
        let layer = |(index, kind): (usize, &LayerType)| {
            let rope = if *kind == LayerType::Global { &global } else { &local };
            Layer::load(config, index, Arc::clone(rope), backend, &vb.pp("layers").pp(index))
        };
        Ok(Self {
            embeddings: Embeddings::load(config, backend, &vb.pp("embeddings"))?,
            layers: config
                .layer_types
                .iter()
                .enumerate()
                .map(layer)
                .collect::<candle_core::Result<_>>()?,
            final_norm: LayerNorm::load(config, backend, &vb.pp("final_norm"))?,
            config: config.clone(),
            device,
            dtype,
        })
    }
}

impl Encoder for ModernBert {
    fn hidden_size(&self) -> usize {
        self.config.hidden_size
    }

    fn max_length(&self) -> usize {
        self.config.max_position_embeddings
    }

    fn encode(&self, batch: &PackedBatch) -> Result<Tensor> {
        batch.check(self.max_length(), self.config.vocab_size)?;
        if batch.ids.is_empty() {
            return Ok(Tensor::zeros((0, self.hidden_size()), self.dtype, &self.device)?);
        }
        let ids = Tensor::new(batch.ids.as_slice(), &self.device)?;
        let mut x = self.embeddings.forward(&ids)?;
        for layer in &self.layers {
            x = layer.forward(&x, &batch.offsets)?;
        }
        Ok(self.final_norm.forward(&x)?)
    }
}
