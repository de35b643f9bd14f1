//! The branches of BERT: one mathematics under several names of fields and parameters.

use crate::encoder::post_norm::{self, Paths};

/// A branch of BERT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// BERT itself.
    Bert,
    /// RoBERTa, CamemBERT, XLM-RoBERTa: positions start behind the padding's.
    Roberta,
    /// DistilBERT: no token types, other names throughout.
    DistilBert,
    /// ELECTRA: embeddings may be narrower than hidden states.
    Electra,
}

/// Where a layer keeps its attention, and the rest.
#[derive(Debug, Clone, Copy)]
pub(in crate::encoder) struct Names {
    /// What the layers stand below.
    pub layers: &'static str,
    /// Queries, keys and values.
    pub qkv: [&'static str; 3],
    /// The product that joins the heads.
    pub out: &'static str,
    /// What follows attention.
    pub rest: Paths,
}

impl Kind {
    /// The branch of a `model_type`.
    pub(crate) fn of(model_type: &str) -> Self {
        match model_type {
            "bert" => Self::Bert,
            "distilbert" => Self::DistilBert,
            "electra" => Self::Electra,
            _ => Self::Roberta,
        }
    }

    /// Names of the parameters.
    pub(in crate::encoder) fn names(self) -> Names {
        match self {
            Self::DistilBert => Names {
                layers: "transformer.layer",
                qkv: ["attention.q_lin", "attention.k_lin", "attention.v_lin"],
                out: "attention.out_lin",
                rest: Paths {
                    attention_norm: "sa_layer_norm",
                    up: "ffn.lin1",
                    down: "ffn.lin2",
                    output_norm: "output_layer_norm",
                },
            },
            Self::Bert | Self::Roberta | Self::Electra => Names {
                layers: "encoder.layer",
                qkv: ["attention.self.query", "attention.self.key", "attention.self.value"],
                out: "attention.output.dense",
                rest: post_norm::BERT,
            },
        }
    }
}
