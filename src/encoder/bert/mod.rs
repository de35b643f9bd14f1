//! BERT (Devlin et al. 2019) and its branches: RoBERTa (Liu et al. 2019), to which XLM-RoBERTa and CamemBERT belong,
//! DistilBERT (Sanh et al. 2019) and ELECTRA (Clark et al. 2020). Learned positions, post-norm, GELU. Parameter names are
//! those of Hugging Face's models.

mod config;
mod embedding;
mod kind;
mod layer;

use candle_core::{Device, Tensor};
use candle_nn::VarBuilder;

pub use config::Config;
pub use kind::Kind;

use super::{Backend, Family, PackedBatch, Result};
use embedding::Embeddings;
use layer::Layer;

/// What the encoder's parameters may stand below in a checkpoint.
const PREFIXES: [&str; 4] = ["bert", "roberta", "distilbert", "electra"];

/// A BERT-like encoder.
#[derive(Debug, Clone)]
pub(super) struct Bert {
    embeddings: Embeddings,
    layers: Vec<Layer>,
}

impl Bert {
    /// Loads the checkpoint's parameters, whose paths may start with the family's name, for the given operations.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub(super) fn load(config: &Config, backend: Backend, vb: VarBuilder<'_>) -> Result<Self> {
        let table = "embeddings.word_embeddings.weight";
        let below = PREFIXES
            .into_iter()
            .find(|prefix| vb.contains_tensor(&format!("{prefix}.{table}")));
        let vb = below.map_or(vb.clone(), |prefix| vb.pp(prefix));
        let layers = vb.pp(config.kind.names().layers);
        Ok(Self {
            embeddings: Embeddings::load(config, backend, &vb)?,
            layers: (0..config.num_hidden_layers)
                .map(|index| Layer::load(config, backend, &layers.pp(index)))
                .collect::<candle_core::Result<_>>()?,
        })
    }
}

impl Family for Bert {
    fn forward(&self, batch: &PackedBatch, device: &Device) -> candle_core::Result<Tensor> {
        let mut x = self.embeddings.forward(batch, device)?;
        for layer in &self.layers {
            x = layer.forward(&x, &batch.offsets)?;
        }
        Ok(x)
    }
}
