//! BERT (Devlin et al. 2019) and its branches: RoBERTa (Liu et al. 2019), to which XLM-RoBERTa and CamemBERT belong,
//! DistilBERT (Sanh et al. 2019) and ELECTRA (Clark et al. 2020). Learned positions, post-norm, GELU. Parameter names are
//! those of Hugging Face's models. This is the reference, made of candle's operations; the CPU runs its twin in `fused`.

mod config;
mod embedding;
mod kind;
mod layer;

use candle_core::{Device, Tensor};
use candle_nn::VarBuilder;

pub use config::Config;
pub(super) use embedding::position_rows;
pub use kind::Kind;

use super::{Family, PackedBatch, Result};
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

/// The encoder's parameters, whose paths may start with the family's name.
pub(super) fn below(vb: VarBuilder<'_>) -> VarBuilder<'_> {
    let table = "embeddings.word_embeddings.weight";
    let named = |prefix: &&str| vb.contains_tensor(&format!("{prefix}.{table}"));
    match PREFIXES.into_iter().find(named) {
        Some(prefix) => vb.pp(prefix),
        None => vb,
    }
}

impl Bert {
    /// Loads the checkpoint's parameters, whose paths may start with the family's name.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub(super) fn load(config: &Config, vb: VarBuilder<'_>) -> Result<Self> {
        let vb = below(vb);
        let layers = vb.pp(config.kind.names().layers);
        Ok(Self {
            embeddings: Embeddings::load(config, &vb)?,
            layers: (0..config.num_hidden_layers)
                .map(|index| Layer::load(config, &layers.pp(index)))
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
