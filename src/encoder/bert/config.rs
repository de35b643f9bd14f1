//! Sizes of a BERT-like encoder, read from a Hugging Face `config.json`.

use super::Kind;
use crate::encoder::Result;
use crate::encoder::activation::Activation;
use crate::encoder::fields::{Fields, check_heads, check_sizes, check_widths, refuse};
use crate::encoder::post_norm::Sizes;

/// Sizes and switches of a BERT-like encoder, under Hugging Face's names.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The branch, which names the parameters.
    pub kind: Kind,
    /// Number of pieces.
    pub vocab_size: usize,
    /// Width of a hidden state.
    pub hidden_size: usize,
    /// Width of an embedding, that of a hidden state but in ELECTRA.
    pub embedding_size: usize,
    /// Width inside the feed-forward block.
    pub intermediate_size: usize,
    /// Inside the feed-forward block.
    pub hidden_act: Activation,
    /// Number of layers.
    pub num_hidden_layers: usize,
    /// Number of heads in each layer.
    pub num_attention_heads: usize,
    /// Rows of the position table.
    pub max_position_embeddings: usize,
    /// Rows of the table of token types; every token is of the first. 0 where there are no types.
    pub type_vocab_size: usize,
    /// Added to the variance in layer norm.
    pub layer_norm_eps: f64,
    /// Row of the position table at which a sequence starts: 0, and `pad_token_id + 1` in RoBERTa's branch.
    pub first_position: usize,
}

impl Config {
    /// Reads the fields of a `config.json` of the branch `kind`. Defaults are those of its configuration in
    /// transformers.
    ///
    /// # Errors
    /// If a field is missing or of the wrong type, asks for something that this encoder cannot do, or the fields
    /// contradict each other.
    pub(crate) fn from_fields(fields: &Fields<'_>, kind: Kind) -> Result<Self> {
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
        let config = match kind {
            Kind::DistilBert => Self::distilled(fields)?,
            _ => Self::full(fields, kind)?,
        };
        config.check()?;
        Ok(config)
    }

    /// DistilBERT's fields. Its sinusoidal positions are stored like learned ones.
    fn distilled(fields: &Fields<'_>) -> Result<Self> {
        let hidden_size = fields.get("dim")?;
        Ok(Self {
            kind: Kind::DistilBert,
            vocab_size: fields.get("vocab_size")?,
            hidden_size,
            embedding_size: hidden_size,
            intermediate_size: fields.get("hidden_dim")?,
            hidden_act: Activation::from_fields(fields, "activation")?,
            num_hidden_layers: fields.get("n_layers")?,
            num_attention_heads: fields.get("n_heads")?,
            max_position_embeddings: fields.or("max_position_embeddings", 512)?,
            type_vocab_size: 0,
            layer_norm_eps: 1e-12,
            first_position: 0,
        })
    }

    /// The fields of the other branches.
    fn full(fields: &Fields<'_>, kind: Kind) -> Result<Self> {
        let hidden_size = fields.get("hidden_size")?;
        let type_vocab_size = fields.or("type_vocab_size", 2)?;
        check_sizes(&[("type_vocab_size", type_vocab_size)])?;
        Ok(Self {
            kind,
            vocab_size: fields.get("vocab_size")?,
            hidden_size,
            embedding_size: match kind {
                Kind::Electra => fields.or("embedding_size", 128)?,
                _ => hidden_size,
            },
            intermediate_size: fields.get("intermediate_size")?,
            hidden_act: Activation::from_fields(fields, "hidden_act")?,
            num_hidden_layers: fields.get("num_hidden_layers")?,
            num_attention_heads: fields.get("num_attention_heads")?,
            max_position_embeddings: fields.or("max_position_embeddings", 512)?,
            type_vocab_size,
            layer_norm_eps: fields.or("layer_norm_eps", 1e-12)?,
            first_position: match kind {
                Kind::Roberta => fields.or("pad_token_id", 1_usize)?.saturating_add(1),
                _ => 0,
            },
        })
    }

    /// Size of one attention head.
    pub fn head_dim(&self) -> usize {
        self.hidden_size / self.num_attention_heads
    }

    /// Longest sequence, in tokens.
    pub fn max_length(&self) -> usize {
        self.max_position_embeddings - self.first_position
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
        check_heads(self.hidden_size, self.num_attention_heads)?;
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
        Config::from_fields(&Fields::new(&json, ""), Kind::of(kind))
    }

    /// What transformers 4 and 5 write for these two branches, less what says nothing of the encoder.
    #[test]
    fn the_branches_have_fields_of_their_own() {
        let json = serde_json::json!({"model_type": "distilbert", "activation": "gelu", "dim": 8, "hidden_dim": 12,
            "n_heads": 2, "n_layers": 3, "max_position_embeddings": 16, "sinusoidal_pos_embds": true,
            "tie_weights_": true, "vocab_size": 9});
        let config = Config::from_fields(&Fields::new(&json, ""), Kind::DistilBert).unwrap();
        assert_eq!(
            (config.head_dim(), config.intermediate_size, config.num_hidden_layers),
            (4, 12, 3)
        );
        assert_eq!((config.type_vocab_size, config.layer_norm_eps), (0, 1e-12));
        let electra = |rest| parse("electra", rest).unwrap().embedding_size;
        assert_eq!((electra(""), electra(r#","embedding_size":6"#)), (128, 6));
        assert_eq!(parse("bert", r#","embedding_size":6"#).unwrap().embedding_size, 8);
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
            (r#","hidden_act":"silu""#, "hidden_act \"silu\""),
            (r#","type_vocab_size":0"#, "type_vocab_size is 0"),
            (r#","intermediate_size":70000"#, "intermediate_size is 70000"),
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
