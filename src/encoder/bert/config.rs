//! Sizes of a BERT-like encoder, read from a Hugging Face `config.json`.

use candle_nn::VarBuilder;

use crate::encoder::fields::{Fields, check_sizes, refuse};
use crate::encoder::norm::LayerNorm;
use crate::encoder::{Backend, Result};

/// Sizes and switches of a BERT-like encoder, under Hugging Face's names.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Number of pieces.
    pub vocab_size: usize,
    /// Width of a hidden state.
    pub hidden_size: usize,
    /// Width inside the feed-forward block.
    pub intermediate_size: usize,
    /// Number of layers.
    pub num_hidden_layers: usize,
    /// Number of heads in each layer.
    pub num_attention_heads: usize,
    /// Rows of the position table.
    pub max_position_embeddings: usize,
    /// Rows of the table of token types; every token is of the first.
    pub type_vocab_size: usize,
    /// Added to the variance in layer norm.
    pub layer_norm_eps: f64,
    /// Row of the position table at which a sequence starts: 0, and `pad_token_id + 1` in RoBERTa's branch.
    pub first_position: usize,
}

impl Config {
    /// Reads the fields of a `config.json` of the family `kind`. Defaults are those of `BertConfig` and
    /// `RobertaConfig`.
    ///
    /// # Errors
    /// If a field is missing or of the wrong type, asks for something that this encoder cannot do, or the fields
    /// contradict each other.
    pub(crate) fn from_fields(fields: &Fields<'_>, kind: &str) -> Result<Self> {
        let activation: String = fields.or("hidden_act", "gelu".to_owned())?;
        if activation != "gelu" {
            return refuse(format!(
                "hidden_act \"{activation}\" is not supported (supported: gelu)"
            ));
        }
        let positions: String = fields.or("position_embedding_type", "absolute".to_owned())?;
        if positions != "absolute" {
            return refuse(format!(
                "position_embedding_type \"{positions}\" is not supported (supported: absolute)"
            ));
        }
        for switch in ["is_decoder", "add_cross_attention"] {
            if fields.or(switch, false)? {
                return refuse(format!("{switch} is not supported: this is no encoder"));
            }
        }
        let roberta = kind != "bert";
        let config = Self {
            vocab_size: fields.get("vocab_size")?,
            hidden_size: fields.get("hidden_size")?,
            intermediate_size: fields.get("intermediate_size")?,
            num_hidden_layers: fields.get("num_hidden_layers")?,
            num_attention_heads: fields.get("num_attention_heads")?,
            max_position_embeddings: fields.or("max_position_embeddings", 512)?,
            type_vocab_size: fields.or("type_vocab_size", 2)?,
            layer_norm_eps: fields.or("layer_norm_eps", 1e-12)?,
            first_position: if roberta {
                fields.or("pad_token_id", 1_usize)? + 1
            } else {
                0
            },
        };
        config.check()?;
        Ok(config)
    }

    /// Size of one attention head.
    pub fn head_dim(&self) -> usize {
        self.hidden_size / self.num_attention_heads
    }

    /// Longest sequence, in tokens.
    pub fn max_length(&self) -> usize {
        self.max_position_embeddings - self.first_position
    }

    /// One of the encoder's layer norms.
    pub(super) fn norm(&self, backend: Backend, vb: &VarBuilder<'_>) -> candle_core::Result<LayerNorm> {
        LayerNorm::load(self.hidden_size, true, self.layer_norm_eps, backend, vb)
    }

    fn check(&self) -> Result<()> {
        check_sizes(&[
            ("vocab_size", self.vocab_size),
            ("hidden_size", self.hidden_size),
            ("intermediate_size", self.intermediate_size),
            ("num_hidden_layers", self.num_hidden_layers),
            ("num_attention_heads", self.num_attention_heads),
            ("max_position_embeddings", self.max_position_embeddings),
            ("type_vocab_size", self.type_vocab_size),
        ])?;
        let (hidden, heads) = (self.hidden_size, self.num_attention_heads);
        if !hidden.is_multiple_of(heads) {
            return refuse(format!("hidden_size {hidden} does not give {heads} attention heads"));
        }
        if self.max_position_embeddings <= self.first_position {
            return refuse(format!(
                "max_position_embeddings {} leaves no room after pad_token_id {}",
                self.max_position_embeddings,
                self.first_position - 1
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn parse(kind: &str, rest: &str) -> Result<Config> {
        let sizes = r#""vocab_size":9,"hidden_size":8,"intermediate_size":12,"num_hidden_layers":2,
            "num_attention_heads":2,"max_position_embeddings":16"#;
        let json: Value = serde_json::from_str(&format!("{{{sizes}{rest}}}")).unwrap();
        Config::from_fields(&Fields::new(&json, ""), kind)
    }

    #[test]
    fn positions_start_behind_the_padding_in_roberta_alone() {
        let length = |kind, rest| parse(kind, rest).unwrap().max_length();
        assert_eq!(length("bert", r#","pad_token_id":0"#), 16);
        assert_eq!(length("xlm-roberta", r#","pad_token_id":1"#), 14);
        assert_eq!(length("roberta", ""), 14);
    }

    #[test]
    fn errors_name_the_field() {
        let cases = [
            (r#","hidden_act":"relu""#, "hidden_act \"relu\""),
            (r#","position_embedding_type":"relative_key""#, "relative_key"),
            (r#","is_decoder":true"#, "is_decoder"),
            (r#","pad_token_id":15"#, "pad_token_id 15"),
            (r#","num_attention_heads":3"#, "3 attention heads"),
        ];
        for (rest, want) in cases {
            let message = parse("roberta", rest).unwrap_err().to_string();
            assert!(message.contains(want), "{message}");
        }
    }
}
