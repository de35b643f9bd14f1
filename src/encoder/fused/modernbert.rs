//! A ModernBERT checkpoint as an encoder of packed weights.

use std::sync::Arc;

use candle_core::Result;
use candle_nn::VarBuilder;

use super::Fused;
use super::embedding::Embeddings;
use super::layer::{Attention, FeedForward, Layer, Norms};
use super::scratch::Pool;
use super::weights::{Arithmetic, Norm, Packing, Table};
use crate::encoder::modernbert::{Config, LayerType, below};
use crate::encoder::rope::Rope;
use crate::kernel::activation::Activation;
use crate::kernel::packed::Epilogue;

/// Loads the checkpoint's parameters, whose paths may start with `model.`.
///
/// # Errors
/// If a tensor is missing or has another shape.
pub fn load(config: &Config, arithmetic: Arithmetic, vb: VarBuilder<'_>) -> Result<Fused> {
    let vb = below(vb);
    let hidden = config.hidden_size;
    let norm = |vb: &VarBuilder<'_>| Norm::load(hidden, config.norm_bias, config.norm_eps, vb);
    let rope = |theta| Arc::new(Rope::new(config.max_position_embeddings, config.head_dim(), theta));
    let (global, local) = (rope(config.global_rope_theta), rope(config.local_rope_theta));
    let layer = |(index, kind): (usize, &LayerType)| -> Result<Layer> {
        let vb = vb.pp("layers").pp(index);
        let first = (index > 0).then(|| norm(&vb.pp("attn_norm"))).transpose()?;
        let linear =
            |inputs, outputs, bias, packing, path| arithmetic.linear(inputs, outputs, bias, packing, &vb.pp(path));
        let width = config.intermediate_size;
        Ok(Layer {
            attention: Attention {
                qkv: linear(hidden, 3 * hidden, config.attention_bias, Packing::Plain, "attn.Wqkv")?,
                out: linear(hidden, hidden, config.attention_bias, Packing::Plain, "attn.Wo")?,
                heads: config.num_attention_heads,
                head_dim: config.head_dim(),
                reach: config.reach(*kind),
                rope: Some(Arc::clone(if *kind == LayerType::Global { &global } else { &local })),
                precision: arithmetic.attention(),
                isa: arithmetic.isa,
            },
            feed_forward: FeedForward {
                up: linear(hidden, 2 * width, config.mlp_bias, Packing::Gated, "mlp.Wi")?,
                between: Epilogue::Gate(Activation::Gelu),
                width,
                down: linear(width, hidden, config.mlp_bias, Packing::Plain, "mlp.Wo")?,
            },
            norms: Norms::Before(first, norm(&vb.pp("mlp_norm"))?),
        })
    };
    let embeddings = vb.pp("embeddings");
    Ok(Fused {
        embeddings: Embeddings {
            pieces: Table::load(config.vocab_size, hidden, &embeddings.pp("tok_embeddings"))?,
            positions: None,
            norm: norm(&embeddings.pp("norm"))?,
            project: None,
        },
        layers: config
            .layer_types
            .iter()
            .enumerate()
            .map(layer)
            .collect::<Result<_>>()?,
        final_norm: Some(norm(&vb.pp("final_norm"))?),
        hidden,
        scratch: Pool::new(arithmetic.precision, arithmetic.isa),
    })
}
