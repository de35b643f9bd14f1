//! Sizes of a DeBERTa-v2 or -v3 encoder, read from a Hugging Face `config.json`. What the encoder cannot do is refused
//! here, by the field's name.

use serde::Deserialize;

use crate::encoder::Result;
use crate::encoder::activation::Activation;
use crate::encoder::fields::{Fields, check_heads, check_sizes, check_widths, refuse};
use crate::encoder::post_norm::Sizes;

/// Sizes and switches of a DeBERTa encoder, under Hugging Face's names.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Number of pieces.
    pub vocab_size: usize,
    /// Width of a hidden state.
    pub hidden_size: usize,
    /// Width of an embedding.
    pub embedding_size: usize,
    /// Width inside the feed-forward block.
    pub intermediate_size: usize,
    /// Inside the feed-forward block.
    pub hidden_act: Activation,
    /// Number of layers.
    pub num_hidden_layers: usize,
    /// Number of heads in each layer.
    pub num_attention_heads: usize,
    /// Longest sequence.
    pub max_position_embeddings: usize,
    /// Rows of the table of token types; every token is of the first. 0 where there are no types.
    pub type_vocab_size: usize,
    /// Added to the variance in layer norm.
    pub layer_norm_eps: f64,
    /// Whether positions are also in the embeddings.
    pub position_biased_input: bool,
    /// Whether queries look at the keys of distances ("c2p" of `pos_att_type`).
    pub content_to_position: bool,
    /// Whether keys look at the queries of distances ("p2c" of `pos_att_type`).
    pub position_to_content: bool,
    /// How distances are seen; `None` where `relative_attention` is off.
    pub relative: Option<Relative>,
}

/// How attention sees the distance of two tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relative {
    /// The largest distance that there is a row for.
    pub max_relative_positions: usize,
    /// Number of buckets for either direction; `None` has a row for each distance.
    pub position_buckets: Option<usize>,
    /// Whether the layers' own keys and queries are used for distances.
    pub share_att_key: bool,
    /// Whether the table of distances has a layer norm.
    pub norm_rel_ebd: bool,
}

/// A list, or its old form "p2c|c2p".
#[derive(Deserialize)]
#[serde(untagged)]
enum Names {
    List(Vec<String>),
    Joined(String),
}

impl Config {
    /// Reads the fields of a `config.json`. Defaults are those of `DebertaV2Config`.
    ///
    /// # Errors
    /// If a field is missing or of the wrong type, asks for something that this encoder cannot do, or the fields
    /// contradict each other.
    pub(crate) fn from_fields(fields: &Fields<'_>) -> Result<Self> {
        let kernel = fields.or("conv_kernel_size", 0_i64)?;
        if kernel > 0 {
            return refuse(format!("conv_kernel_size {kernel} is not supported (supported: 0)"));
        }
        let kinds = names(fields, "pos_att_type", &["c2p", "p2c"])?;
        let has = |name: &str| kinds.iter().any(|kind| kind == name);
        let hidden_size = fields.get("hidden_size")?;
        let max_position_embeddings = fields.or("max_position_embeddings", 512)?;
        let relative = if fields.or("relative_attention", false)? {
            Some(Relative::from_fields(fields, max_position_embeddings)?)
        } else {
            None
        };
        let config = Self {
            vocab_size: fields.get("vocab_size")?,
            hidden_size,
            embedding_size: fields.or("embedding_size", hidden_size)?,
            intermediate_size: fields.get("intermediate_size")?,
            hidden_act: Activation::from_fields(fields, "hidden_act")?,
            num_hidden_layers: fields.get("num_hidden_layers")?,
            num_attention_heads: fields.get("num_attention_heads")?,
            max_position_embeddings,
            type_vocab_size: fields.or("type_vocab_size", 0)?,
            layer_norm_eps: fields.or("layer_norm_eps", 1e-7)?,
            position_biased_input: fields.or("position_biased_input", true)?,
            content_to_position: has("c2p"),
            position_to_content: has("p2c"),
            relative,
        };
        config.check()?;
        let head_dim = fields.or("attention_head_size", config.head_dim())?;
        if head_dim != config.head_dim() {
            return refuse(format!(
                "attention_head_size {head_dim} is not supported (supported: hidden_size / num_attention_heads)"
            ));
        }
        Ok(config)
    }

    /// Size of one attention head.
    pub fn head_dim(&self) -> usize {
        self.hidden_size / self.num_attention_heads
    }

    /// What attention multiplies its scores by: the more kinds of products are summed, the less each counts.
    pub fn scale(&self) -> f64 {
        let kinds = 1 + usize::from(self.content_to_position) + usize::from(self.position_to_content);
        1.0 / ((self.head_dim() * kinds) as f64).sqrt()
    }

    /// What the second half of a layer needs to know.
    pub(super) fn post_norm(&self) -> Sizes {
        Sizes {
            hidden: self.hidden_size,
            intermediate: self.intermediate_size,
            epsilon: self.layer_norm_eps,
            activation: self.hidden_act,
        }
    }

    fn check(&self) -> Result<()> {
        check_widths(&[
            ("hidden_size", self.hidden_size),
            ("embedding_size", self.embedding_size),
            ("intermediate_size", self.intermediate_size),
        ])?;
        check_sizes(&[
            ("vocab_size", self.vocab_size),
            ("num_hidden_layers", self.num_hidden_layers),
            ("num_attention_heads", self.num_attention_heads),
            ("max_position_embeddings", self.max_position_embeddings),
        ])?;
        check_heads(self.hidden_size, self.num_attention_heads)
    }
}

impl Relative {
    fn from_fields(fields: &Fields<'_>, max_position_embeddings: usize) -> Result<Self> {
        let max = match fields.or("max_relative_positions", -1_i64)? {
            max @ 1.. => max as usize,
            _ => max_position_embeddings,
        };
        check_sizes(&[("max_relative_positions", max)])?;
        let position_buckets = match fields.or("position_buckets", -1_i64)? {
            // The last bucket of the logarithmic half must lie beyond the first half.
            buckets @ 1.. if buckets < 2 || max as i64 <= buckets / 2 + 1 => {
                return refuse(format!(
                    "position_buckets {buckets} does not fit {max} relative positions"
                ));
            }
            buckets @ 1.. => Some(buckets as usize),
            _ => None,
        };
        Ok(Self {
            max_relative_positions: max,
            position_buckets,
            share_att_key: fields.or("share_att_key", false)?,
            norm_rel_ebd: names(fields, "norm_rel_ebd", &["none", "layer_norm"])?
                .iter()
                .any(|name| name == "layer_norm"),
        })
    }

    /// Rows of the table for either direction.
    pub fn span(&self) -> usize {
        self.position_buckets.unwrap_or(self.max_relative_positions)
    }
}

/// The names in `field`, each one of `known`.
fn names(fields: &Fields<'_>, field: &str, known: &[&str]) -> Result<Vec<String>> {
    let names = match fields.maybe::<Names>(field)? {
        Some(Names::List(names)) => names,
        Some(Names::Joined(names)) => names
            .to_lowercase()
            .split('|')
            .map(|name| name.trim().to_owned())
            .collect(),
        None => Vec::new(),
    };
    match names.iter().find(|name| !known.contains(&name.as_str())) {
        Some(name) => refuse(format!(
            "{field} \"{name}\" is not supported (supported: {})",
            known.join(", ")
        )),
        None => Ok(names),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// What mDeBERTa-v3-base has, and something changed.
    fn parse(change: &Value) -> Result<Config> {
        let mut json = json!({"model_type": "deberta-v2", "hidden_act": "gelu", "hidden_size": 768,
            "intermediate_size": 3072, "max_position_embeddings": 512, "relative_attention": true,
            "position_buckets": 256, "norm_rel_ebd": "layer_norm", "share_att_key": true, "pos_att_type": "p2c|c2p",
            "layer_norm_eps": 1e-7, "max_relative_positions": -1, "position_biased_input": false,
            "num_attention_heads": 12, "num_hidden_layers": 12, "type_vocab_size": 0, "vocab_size": 251000});
        for (name, value) in change.as_object().unwrap() {
            json[name] = value.clone();
        }
        Config::from_fields(&Fields::new(&json, ""))
    }

    #[test]
    fn both_dialects_say_the_same() {
        let four = parse(&json!({})).unwrap();
        assert_eq!(four, parse(&json!({"pos_att_type": ["p2c", "c2p"]})).unwrap());
        let relative = four.relative.clone().unwrap();
        assert_eq!((relative.max_relative_positions, relative.span()), (512, 256));
        assert!(relative.share_att_key && relative.norm_rel_ebd);
        assert!((four.scale() - 1.0 / (64.0_f64 * 3.0).sqrt()).abs() < 1e-12);
        let plain = parse(&json!({"position_buckets": -1, "max_relative_positions": 100, "norm_rel_ebd": "none"}));
        let relative = plain.unwrap().relative.unwrap();
        assert_eq!(
            (relative.span(), relative.position_buckets, relative.norm_rel_ebd),
            (100, None, false)
        );
    }

    #[test]
    fn errors_name_the_field() {
        let cases = [
            (json!({"conv_kernel_size": 3}), "conv_kernel_size 3"),
            (json!({"pos_att_type": "c2p|p2p"}), "pos_att_type \"p2p\""),
            (json!({"norm_rel_ebd": "batch_norm"}), "norm_rel_ebd \"batch_norm\""),
            (json!({"hidden_act": "silu"}), "hidden_act \"silu\""),
            (json!({"num_attention_heads": 7}), "7 attention heads"),
            (json!({"attention_head_size": 32}), "attention_head_size 32"),
            (json!({"position_buckets": 1}), "position_buckets 1"),
            (
                json!({"position_buckets": 256, "max_relative_positions": 129}),
                "129 relative positions",
            ),
            (json!({"hidden_size": null}), "hidden_size"),
        ];
        for (change, want) in cases {
            let message = parse(&change).unwrap_err().to_string();
            assert!(message.contains(want), "{message}");
        }
    }
}
