//! How much arithmetic an encoder needs, counted from its shape and the real lengths of its sequences, so that speed can
//! be held against what the machine could do. One multiplication and one addition are 2 FLOP; norms, activations,
//! softmax, embeddings and heads are left out (together below 2 % of the shapes that ship).
//!
//! With hidden size `h`, feed-forward size `i`, `L` layers and sequences of `n` tokens:
//!
//! - linear layers, for each token: `L * 2 * (4 h² + m h i)`, where `m` is 2 (up, down) or, with a gate, 3; an embedding
//!   of another size `e` adds `2 e h`;
//! - attention, for each layer and each pair of a token and one that it sees: `4 h` (query times key, weight times
//!   value), and `2 h` more for each of DeBERTa's products with distances. A full layer has `n²` pairs, a local one that
//!   sees `r` to either side `n (2 r + 1) - r (r + 1)` of them (`n²` where `r >= n - 1`).

use crate::encoder::Config;

/// What an encoder needs for a token and for a pair of tokens.
#[derive(Debug, Clone, PartialEq)]
pub struct Flops {
    /// FLOP of the linear layers for one token.
    pub per_token: f64,
    /// FLOP of one layer's attention for one pair of tokens.
    pub per_pair: f64,
    /// How far each layer sees to either side; `None` sees everything.
    pub reaches: Vec<Option<usize>>,
}

impl Flops {
    /// Counts from the sizes in `config`.
    pub fn of(config: &Config) -> Self {
        let (hidden, layers) = (config.hidden_size(), config.num_layers());
        let (inner, matrices, embedding, kinds) = match config {
            Config::ModernBert(config) => (config.intermediate_size, 3, hidden, 0),
            Config::Bert(config) => (config.intermediate_size, 2, config.embedding_size, 0),
            Config::Deberta(config) => {
                let kinds = usize::from(config.content_to_position) + usize::from(config.position_to_content);
                let kinds = if config.relative.is_some() { kinds } else { 0 };
                (config.intermediate_size, 2, config.embedding_size, kinds)
            }
        };
        let layer = 2 * (4 * hidden * hidden + matrices * hidden * inner);
        let projection = if embedding == hidden { 0 } else { 2 * embedding * hidden };
        let reaches = match config {
            Config::ModernBert(config) => config.layer_types.iter().map(|&kind| config.reach(kind)).collect(),
            _ => vec![None; layers],
        };
        Self {
            per_token: (layers * layer + projection) as f64,
            per_pair: (4 * hidden + 2 * hidden * kinds) as f64,
            reaches,
        }
    }

    /// FLOP for sequences of the given lengths.
    pub fn total(&self, lengths: &[usize]) -> f64 {
        let sequence = |&length: &usize| {
            let pairs: f64 = self.reaches.iter().map(|&reach| pairs(length, reach)).sum();
            length as f64 * self.per_token + pairs * self.per_pair
        };
        lengths.iter().map(sequence).sum()
    }
}

/// Pairs of a token and one that it sees, itself included.
fn pairs(length: usize, reach: Option<usize>) -> f64 {
    let n = length as f64;
    match reach {
        Some(reach) if reach + 1 < length => {
            let r = reach as f64;
            n * (2.0 * r + 1.0) - r * (r + 1.0)
        }
        _ => n * n,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(json: &str) -> Config {
        Config::from_json(json.as_bytes()).unwrap()
    }

    const SIZES: &str = r#""vocab_size":9,"hidden_size":384,"intermediate_size":1536,"num_hidden_layers":6,
        "num_attention_heads":12,"max_position_embeddings":514"#;

    #[test]
    fn a_bert_counted_by_hand() {
        let flops = Flops::of(&config(&format!(r#"{{"model_type":"bert",{SIZES}}}"#)));
        // Six layers; queries, keys, values and output 384 x 384 each, then 384 x 1536 and back.
        let matrices = 4 * 147_456 + 2 * 589_824;
        assert_eq!(flops.per_token, f64::from(6 * 2 * matrices));
        assert_eq!(flops.per_token, 21_233_664.0);
        // Two sequences: 3 tokens see 9 pairs, 2 tokens 4; a pair costs 2 * 384 for its score and as much for its value.
        assert_eq!(
            flops.total(&[3, 2]),
            5.0 * 21_233_664.0 + 6.0 * 13.0 * f64::from(4 * 384)
        );
        assert_eq!(flops.total(&[]), 0.0);
    }

    #[test]
    fn local_layers_count_what_they_see() {
        let by_hand = |length: usize, reach: usize| {
            let seen = |i: usize| (0..length).filter(|j| i.abs_diff(*j) <= reach).count();
            (0..length).map(seen).sum::<usize>() as f64
        };
        for (length, reach) in [(1, 0), (5, 0), (5, 2), (5, 4), (5, 9), (100, 64), (7, 6), (7, 5)] {
            assert_eq!(pairs(length, Some(reach)), by_hand(length, reach), "{length} {reach}");
        }
        let json = format!(
            r#"{{"model_type":"modernbert",{SIZES},"local_attention":128,
                "layer_types":["full_attention","sliding_attention","sliding_attention","full_attention",
                "sliding_attention","sliding_attention"]}}"#
        );
        let flops = Flops::of(&config(&json));
        assert_eq!(flops.reaches, [None, Some(64), Some(64), None, Some(64), Some(64)]);
        // The gate makes three matrices of the feed-forward block.
        assert_eq!(flops.per_token, f64::from(6 * 2 * (4 * 147_456 + 3 * 589_824)));
    }

    #[test]
    fn distances_and_small_embeddings_cost_more() {
        let plain = Flops::of(&config(&format!(r#"{{"model_type":"deberta-v2",{SIZES}}}"#)));
        let json = format!(
            r#"{{"model_type":"deberta-v2",{SIZES},"relative_attention":true,"pos_att_type":["c2p","p2c"],"embedding_size":100}}"#
        );
        let relative = Flops::of(&config(&json));
        assert_eq!(relative.per_pair, 2.0 * plain.per_pair);
        assert_eq!(relative.per_token, plain.per_token + f64::from(2 * 100 * 384));
    }
}
