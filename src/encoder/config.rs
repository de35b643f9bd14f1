//! Which family an encoder is of, and its sizes, from a Hugging Face `config.json`. What stellig cannot run is refused
//! here, by the field's name.

use serde_json::Value;

use super::error::Result;
use super::fields::{Fields, refuse};
use super::{bert, deberta, modernbert};

/// Values of `model_type` that stellig can run.
pub const SUPPORTED: [&str; 8] = [
    "modernbert",
    "bert",
    "roberta",
    "camembert",
    "xlm-roberta",
    "distilbert",
    "electra",
    "deberta-v2",
];

/// Sizes and switches of an encoder.
#[derive(Debug, Clone, PartialEq)]
pub enum Config {
    /// ModernBERT, mmBERT.
    ModernBert(modernbert::Config),
    /// BERT, RoBERTa, CamemBERT, XLM-RoBERTa, DistilBERT, ELECTRA.
    Bert(bert::Config),
    /// DeBERTa-v2 and -v3, mDeBERTa.
    Deberta(deberta::Config),
}

impl Config {
    /// Reads a `config.json`.
    ///
    /// # Errors
    /// If it is not JSON, its `model_type` is not in [`SUPPORTED`], a field is missing or of the wrong type, or the
    /// fields contradict each other.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        let value: Value = serde_json::from_slice(json)?;
        let fields = Fields::new(&value, "");
        let supported = SUPPORTED.join(", ");
        match value.get("model_type").and_then(Value::as_str) {
            Some("modernbert") => Ok(Self::ModernBert(modernbert::Config::from_fields(&fields)?)),
            Some("deberta-v2") => Ok(Self::Deberta(deberta::Config::from_fields(&fields)?)),
            Some(name) if SUPPORTED.contains(&name) => {
                Ok(Self::Bert(bert::Config::from_fields(&fields, bert::Kind::of(name))?))
            }
            Some(name) => refuse(format!(
                "model_type \"{name}\" is not supported (supported: {supported})"
            )),
            None => refuse(format!("no model_type (supported: {supported})")),
        }
    }

    /// Number of layers.
    pub fn num_layers(&self) -> usize {
        match self {
            Self::ModernBert(config) => config.layer_types.len(),
            Self::Bert(config) => config.num_hidden_layers,
            Self::Deberta(config) => config.num_hidden_layers,
        }
    }

    /// Number of pieces.
    pub fn vocab_size(&self) -> usize {
        match self {
            Self::ModernBert(config) => config.vocab_size,
            Self::Bert(config) => config.vocab_size,
            Self::Deberta(config) => config.vocab_size,
        }
    }

    /// Width of a hidden state.
    pub fn hidden_size(&self) -> usize {
        match self {
            Self::ModernBert(config) => config.hidden_size,
            Self::Bert(config) => config.hidden_size,
            Self::Deberta(config) => config.hidden_size,
        }
    }

    /// Longest sequence, in tokens.
    pub fn max_length(&self) -> usize {
        match self {
            Self::ModernBert(config) => config.max_position_embeddings,
            Self::Bert(config) => config.max_length(),
            Self::Deberta(config) => config.max_position_embeddings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_told_apart() {
        let sizes = r#""vocab_size":9,"hidden_size":8,"intermediate_size":12,"num_hidden_layers":4,
            "num_attention_heads":2,"max_position_embeddings":66,
            "dim":8,"hidden_dim":12,"n_layers":4,"n_heads":2"#;
        let parse = |kind: &str| Config::from_json(format!(r#"{{"model_type":"{kind}",{sizes}}}"#).as_bytes());
        let lengths = SUPPORTED.map(|kind| parse(kind).unwrap().max_length());
        assert_eq!(lengths, [66, 66, 64, 64, 64, 66, 66, 66]);
        let message = parse("t5").unwrap_err().to_string();
        assert!(message.contains("t5") && message.contains("xlm-roberta"), "{message}");
        let message = Config::from_json(b"{}").unwrap_err().to_string();
        assert!(message.contains("no model_type"), "{message}");
    }
}
