//! A checkpoint of BERT or one of its branches as an encoder of packed weights.

use candle_core::Result;
use candle_nn::VarBuilder;

use super::Fused;
use super::embedding::{Embeddings, Positions};
use super::layer::{Attention, FeedForward, Layer, Norms};
use super::scratch::Pool;
use super::weights::{Arithmetic, Norm, Packing, Table};
use crate::encoder::bert::{Config, below, position_rows};
use crate::encoder::cpu::values;
use crate::kernel::packed::Epilogue;

/// Loads the checkpoint's parameters, whose paths may start with the family's name.
///
/// # Errors
/// If a tensor is missing or has another shape.
pub fn load(config: &Config, arithmetic: Arithmetic, vb: VarBuilder<'_>) -> Result<Fused> {
    let vb = below(vb);
    let (hidden, narrow, wide) = (config.hidden_size, config.embedding_size, config.intermediate_size);
    let names = config.kind.names();
    let layers = vb.pp(names.layers);
    let layer = |index: usize| -> Result<Layer> {
        let vb = layers.pp(index);
        let linear = |inputs, outputs, path| arithmetic.linear(inputs, outputs, true, Packing::Plain, &vb.pp(path));
        let norm = |path| Norm::load(hidden, true, config.layer_norm_eps, &vb.pp(path));
        Ok(Layer {
            attention: Attention {
                qkv: arithmetic.joined(hidden, hidden, &names.qkv.map(|part| vb.pp(part)))?,
                out: linear(hidden, hidden, names.out)?,
                heads: config.num_attention_heads,
                head_dim: config.head_dim(),
                reach: None,
                rope: None,
                precision: arithmetic.attention(),
                isa: arithmetic.isa,
            },
            feed_forward: FeedForward {
                up: linear(hidden, wide, names.rest.up)?,
                between: Epilogue::Activate(config.hidden_act),
                width: wide,
                down: linear(wide, hidden, names.rest.down)?,
            },
            norms: Norms::After(norm(names.rest.attention_norm)?, norm(names.rest.output_norm)?),
        })
    };
    let tables = vb.pp("embeddings");
    let project = (narrow != hidden)
        .then(|| arithmetic.linear(narrow, hidden, true, Packing::Plain, &vb.pp("embeddings_project")))
        .transpose()?;
    Ok(Fused {
        embeddings: Embeddings {
            pieces: Table::load(config.vocab_size, narrow, &tables.pp("word_embeddings"))?,
            positions: Some(Positions {
                rows: values(&position_rows(config, &tables)?)?,
                first: config.first_position,
            }),
            norm: Norm::load(narrow, true, config.layer_norm_eps, &tables.pp("LayerNorm"))?,
            project,
        },
        layers: (0..config.num_hidden_layers).map(layer).collect::<Result<_>>()?,
        final_norm: None,
        hidden,
        scratch: Pool::new(arithmetic.precision, arithmetic.isa),
    })
}
