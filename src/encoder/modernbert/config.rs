//! Sizes of a ModernBERT encoder, read from a Hugging Face `config.json`. Both dialects are understood:
//! transformers 4 (`global_attn_every_n_layers`, `global_rope_theta`, ...) and transformers 5 (`layer_types`,
//! `rope_parameters`). What the encoder cannot do is refused here, by the field's name.

use candle_nn::VarBuilder;
use serde::Deserialize;
use serde_json::Value;

use crate::encoder::fields::{Fields, check_sizes, check_widths, refuse};
use crate::encoder::norm::LayerNorm;
use crate::encoder::{Backend, Result};

/// What a layer attends to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum LayerType {
    /// The whole sequence.
    #[serde(rename = "full_attention")]
    Global,
    /// The tokens within half of `local_attention` to either side.
    #[serde(rename = "sliding_attention")]
    Local,
}

/// Sizes and switches of a ModernBERT encoder, under Hugging Face's names.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Number of pieces.
    pub vocab_size: usize,
    /// Width of a hidden state.
    pub hidden_size: usize,
    /// Width inside the feed-forward block, before doubling for the gate.
    pub intermediate_size: usize,
    /// Number of heads in each layer.
    pub num_attention_heads: usize,
    /// Longest sequence.
    pub max_position_embeddings: usize,
    /// Added to the variance in layer norm.
    pub norm_eps: f64,
    /// Whether layer norms have a bias.
    pub norm_bias: bool,
    /// Whether the linear layers of attention have a bias.
    pub attention_bias: bool,
    /// Whether the linear layers of the feed-forward block have a bias.
    pub mlp_bias: bool,
    /// Window of a local layer, both sides together.
    pub local_attention: usize,
    /// What each layer attends to; its length is the number of layers.
    pub layer_types: Vec<LayerType>,
    /// Base of the rotary positions in global layers.
    pub global_rope_theta: f64,
    /// Base of the rotary positions in local layers.
    pub local_rope_theta: f64,
}

impl Config {
    /// Reads the fields of a `config.json`. Defaults are those of `ModernBertConfig`; a name of transformers 4 gives way
    /// to its successor where both stand.
    ///
    /// # Errors
    /// If a field is missing or of the wrong type, asks for something that this encoder cannot do, or the fields
    /// contradict each other.
    pub(crate) fn from_fields(fields: &Fields<'_>) -> Result<Self> {
        let activation: String = fields.or("hidden_activation", "gelu".to_owned())?;
        if activation != "gelu" {
            return refuse(format!(
                "hidden_activation \"{activation}\" is not supported (supported: gelu)"
            ));
        }
        if fields.maybe::<Value>("rope_scaling")?.is_some() {
            return refuse("rope_scaling is not supported");
        }
        let old_epsilon = fields.or("layer_norm_eps", 1e-5)?;
        let config = Self {
            vocab_size: fields.get("vocab_size")?,
            hidden_size: fields.get("hidden_size")?,
            intermediate_size: fields.get("intermediate_size")?,
            num_attention_heads: fields.get("num_attention_heads")?,
            max_position_embeddings: fields.or("max_position_embeddings", 8192)?,
            norm_eps: fields.or("norm_eps", old_epsilon)?,
            norm_bias: fields.or("norm_bias", false)?,
            attention_bias: fields.or("attention_bias", false)?,
            mlp_bias: fields.or("mlp_bias", false)?,
            local_attention: fields.or("local_attention", 128)?,
            layer_types: layer_types(fields)?,
            global_rope_theta: theta(fields, "full_attention", "global_rope_theta", 160_000.0)?,
            local_rope_theta: theta(fields, "sliding_attention", "local_rope_theta", 10_000.0)?,
        };
        config.check()?;
        config.check_tables()?;
        Ok(config)
    }

    /// Size of one attention head.
    pub fn head_dim(&self) -> usize {
        self.hidden_size / self.num_attention_heads
    }

    /// How far a token of a layer sees to either side, inclusive; `None` sees the whole sequence.
    pub fn reach(&self, layer: LayerType) -> Option<usize> {
        match layer {
            LayerType::Global => None,
            LayerType::Local => Some(self.local_attention / 2),
        }
    }

    /// One of the encoder's layer norms.
    pub(super) fn norm(&self, vb: &VarBuilder<'_>) -> candle_core::Result<LayerNorm> {
        LayerNorm::load(self.hidden_size, self.norm_bias, self.norm_eps, Backend::Candle, vb)
    }

    /// Refuses more positions than tables and masks are made for: no tensor has a row for each, against which they could be
    /// held.
    fn check_tables(&self) -> Result<()> {
        let positions = self.max_position_embeddings;
        match positions.saturating_mul(self.head_dim().max(128)) > LARGEST_TABLE {
            true => refuse(format!(
                "max_position_embeddings is {positions}, too many for attention heads of {}",
                self.head_dim()
            )),
            false => Ok(()),
        }
    }

    fn check(&self) -> Result<()> {
        check_widths(&[
            ("hidden_size", self.hidden_size),
            ("intermediate_size", self.intermediate_size),
        ])?;
        let sizes = [
            ("vocab_size", self.vocab_size),
            ("num_attention_heads", self.num_attention_heads),
            ("max_position_embeddings", self.max_position_embeddings),
        ];
        check_sizes(&sizes)?;
        let (hidden, heads) = (self.hidden_size, self.num_attention_heads);
        if !hidden.is_multiple_of(heads) || !self.head_dim().is_multiple_of(2) {
            return refuse(format!(
                "hidden_size {hidden} does not give {heads} attention heads of an even size"
            ));
        }
        Ok(())
    }
}

/// Most values in a table of rotary positions: those of 131,072 positions for heads of 128.
const LARGEST_TABLE: usize = 1 << 24;

/// What each layer attends to: written out (transformers 5) or every n-th global, starting with the first.
fn layer_types(fields: &Fields<'_>) -> Result<Vec<LayerType>> {
    let layers: usize = fields.get("num_hidden_layers")?;
    // Before anything is made for each of them.
    check_sizes(&[("num_hidden_layers", layers)])?;
    match fields.maybe::<Vec<LayerType>>("layer_types")? {
        Some(types) if types.len() == layers => Ok(types),
        Some(types) => refuse(format!(
            "num_hidden_layers is {layers}, but layer_types has {} entries",
            types.len()
        )),
        None => {
            let every = fields.or("global_attn_every_n_layers", 3_usize)?.max(1);
            let kind = |i: usize| {
                if i.is_multiple_of(every) {
                    LayerType::Global
                } else {
                    LayerType::Local
                }
            };
            Ok((0..layers).map(kind).collect())
        }
    }
}

/// The base of the rotary positions for one kind of layer; scaled kinds of rotary positions are refused.
fn theta(fields: &Fields<'_>, kind: &str, old_name: &str, default: f64) -> Result<f64> {
    let old = fields.or(old_name, default)?;
    let all = fields.inside("rope_parameters");
    let Some(rope) = all.and_then(|all| all.inside(kind)) else {
        return Ok(old);
    };
    match rope.or("rope_type", "default".to_owned())?.as_str() {
        "default" => rope.or("rope_theta", old),
        other => refuse(format!("rope_type \"{other}\" is not supported (supported: default)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: &str = r#""vocab_size":9,"hidden_size":8,"intermediate_size":12,
        "num_hidden_layers":4,"num_attention_heads":2"#;

    fn parse(rest: &str) -> Result<Config> {
        let json: Value = serde_json::from_str(&format!("{{{SIZES}{rest}}}")).unwrap();
        Config::from_fields(&Fields::new(&json, ""))
    }

    #[test]
    fn both_dialects_say_the_same() {
        let four = parse(
            r#","norm_eps":0.001,"layer_norm_eps":0.001,"global_attn_every_n_layers":2,"global_rope_theta":500.0,
            "local_rope_theta":70.0,"local_attention":6"#,
        );
        let five = parse(
            r#","norm_eps":0.001,"local_attention":6,
            "layer_types":["full_attention","sliding_attention","full_attention","sliding_attention"],
            "rope_parameters":{"full_attention":{"rope_theta":500.0,"rope_type":"default"},
            "sliding_attention":{"rope_theta":70.0,"rope_type":"default"}}"#,
        );
        let (four, five) = (four.unwrap(), five.unwrap());
        assert_eq!(four, five);
        assert_eq!(four.reach(LayerType::Local), Some(3));
    }

    #[test]
    fn errors_name_the_field() {
        let cases = [
            (r#","hidden_activation":"silu""#, "hidden_activation \"silu\""),
            (r#","layer_types":["full_attention"]"#, "layer_types has 1"),
            (r#","layer_types":["chunked"]"#, "chunked"),
            (r#","rope_parameters":{"full_attention":{"rope_type":"yarn"}}"#, "yarn"),
            (r#","norm_bias":"no""#, "norm_bias"),
            (
                r#","max_position_embeddings":131073"#,
                "max_position_embeddings is 131073",
            ),
        ];
        for (rest, want) in cases {
            let message = parse(rest).unwrap_err().to_string();
            assert!(message.contains(want), "{message}");
        }
        // No memory is asked for by a number that stands in a file.
        for layers in [1_000_000_000_000_000, u64::MAX, 0] {
            let json = serde_json::json!({"vocab_size": 9, "hidden_size": 8, "intermediate_size": 12,
                "num_attention_heads": 2, "num_hidden_layers": layers});
            let message = Config::from_fields(&Fields::new(&json, "")).unwrap_err().to_string();
            assert!(message.contains("num_hidden_layers is"), "{message}");
        }
        let few = serde_json::json!({"vocab_size": 9});
        let missing = Config::from_fields(&Fields::new(&few, "")).unwrap_err().to_string();
        assert!(missing.contains("hidden_size"), "{missing}");
    }
}
