//! A checkpoint as `save_pretrained` of transformers writes it: a token or a sequence classifier of any family that
//! stellig encodes. Its labels, and where the weights of its head are, follow from `config.json`.

use std::collections::BTreeMap;

use super::manifest::{Cutting, HeadSpec, Level, Manifest};
use super::sentence_input::SentenceInput;
use crate::encoder::fields::{Fields, refuse};
use crate::encoder::{Config, Result};
use crate::label::Calibration;

/// Longest window for a checkpoint, in tokens: such models are fine-tuned on sentences or paragraphs.
const WINDOW: usize = 512;
/// Shortest window, in tokens, special tokens included.
pub(super) const SHORTEST: usize = 8;

/// Where the weights of a classifier are.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadLayout {
    /// What stands before the classifier.
    pub transform: Option<Transform>,
    /// Path of the last linear layer, to one logit per label.
    pub classifier: &'static str,
}

/// A dense layer of the encoder's width, an activation and perhaps a norm.
#[derive(Debug, Clone, PartialEq)]
pub struct Transform {
    /// Path of the dense layer.
    pub dense: &'static str,
    /// Whether the dense layer has a bias.
    pub bias: bool,
    /// What follows it.
    pub activation: Activation,
    /// The norm after the activation.
    pub norm: Option<Norm>,
}

/// A layer norm in front of a classifier.
#[derive(Debug, Clone, PartialEq)]
pub struct Norm {
    /// Path of its weights.
    pub path: &'static str,
    /// Whether it has a bias.
    pub bias: bool,
    /// Added to the variance.
    pub eps: f64,
}

/// Activations in front of a classifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// With the error function.
    Gelu,
    /// Hyperbolic tangent.
    Tanh,
    /// Zero below zero.
    Relu,
}

/// What a classifier reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Token,
    Sequence,
}

/// The manifest of a checkpoint that is called `name`.
///
/// # Errors
/// If it is no token or sequence classifier, or its labels are not named.
pub(super) fn manifest(fields: &Fields<'_>, config: &Config, name: &str) -> Result<Manifest> {
    let architectures: Vec<String> = fields.or("architectures", Vec::new())?;
    let task = |ending: &str| architectures.iter().any(|architecture| architecture.ends_with(ending));
    let task = if task("ForTokenClassification") {
        Task::Token
    } else if task("ForSequenceClassification") {
        Task::Sequence
    } else {
        return refuse(format!(
            "architectures {architectures:?}: neither a token nor a sequence classifier, and no `stellig` section; \
             an encoder without a trained head gives no labels"
        ));
    };
    let longest = config.max_length();
    if longest < SHORTEST {
        return refuse(format!(
            "the encoder reads at most {longest} tokens at once (`max_position_embeddings`), and stellig needs {SHORTEST} or more"
        ));
    }
    let (labels, multi_label) = (labels(fields)?, multi_label(fields, task)?);
    let family: String = fields.get("model_type")?;
    let (layout, input) = match task {
        Task::Token => (token_layout(&family, fields)?, SentenceInput::Marker),
        Task::Sequence => sequence_layout(&family, fields)?,
    };
    let head = HeadSpec {
        name: match task {
            Task::Token => "entities".to_owned(),
            Task::Sequence => "classes".to_owned(),
        },
        level: match task {
            Task::Token => Level::Token,
            Task::Sequence => Level::Sentence,
        },
        labels,
        temperature: 1.0,
        calibration: Calibration::default(),
        agreement: None,
        multi_label,
    };
    Ok(Manifest {
        name: name.to_owned(),
        family,
        version: String::new(),
        languages: Vec::new(),
        window: longest.min(WINDOW),
        context: false,
        cutting: Cutting::Sentences,
        frame: None,
        sentence_input: vec![input],
        heads: vec![head],
        checkpoint: Some(layout),
    })
}

/// The labels in the order of their logits.
fn labels(fields: &Fields<'_>) -> Result<Vec<String>> {
    let named: BTreeMap<String, String> = fields.or("id2label", BTreeMap::new())?;
    let place = |(id, label): (String, String)| Some((id.parse::<usize>().ok()?, label));
    let Some(mut places) = named.into_iter().map(place).collect::<Option<Vec<_>>>() else {
        return refuse("`id2label` has a key that is no number");
    };
    places.sort();
    if places.len() < 2 || !places.iter().map(|(id, _)| *id).eq(0..places.len()) {
        return refuse("`id2label` must name at least two labels, numbered from 0");
    }
    let labels: Vec<String> = places.into_iter().map(|(_, label)| label).collect();
    let twice = (1..labels.len()).find(|&i| labels[..i].contains(&labels[i]));
    match twice {
        Some(i) => refuse(format!("`id2label` names \"{}\" twice", labels[i])),
        None => Ok(labels),
    }
}

fn multi_label(fields: &Fields<'_>, task: Task) -> Result<bool> {
    let kind: Option<String> = fields.or("problem_type", None)?;
    match (task, kind.as_deref()) {
        (Task::Sequence, Some("multi_label_classification")) => Ok(true),
        (Task::Sequence, Some("regression")) => {
            refuse("problem_type \"regression\" is not supported: it has no labels")
        }
        _ => Ok(false),
    }
}

/// Parameter names as transformers has them in `modeling_<family>.py`.
fn token_layout(family: &str, fields: &Fields<'_>) -> Result<HeadLayout> {
    let transform = match family {
        "modernbert" => Some(modernbert_transform(fields)?),
        _ => None,
    };
    Ok(HeadLayout {
        transform,
        classifier: "classifier",
    })
}

fn sequence_layout(family: &str, fields: &Fields<'_>) -> Result<(HeadLayout, SentenceInput)> {
    let dense = |dense, activation| {
        Some(Transform {
            dense,
            bias: true,
            activation,
            norm: None,
        })
    };
    let (transform, classifier) = match family {
        "bert" => (dense("bert.pooler.dense", Activation::Tanh), "classifier"),
        "distilbert" => (dense("pre_classifier", Activation::Relu), "classifier"),
        "electra" => (dense("classifier.dense", Activation::Gelu), "classifier.out_proj"),
        "deberta-v2" => {
            let activation: String = fields.or("pooler_hidden_act", "gelu".to_owned())?;
            (
                dense("pooler.dense", activation_of("pooler_hidden_act", &activation)?),
                "classifier",
            )
        }
        "modernbert" => (Some(modernbert_transform(fields)?), "classifier"),
        // RoBERTa's branch.
        _ => (dense("classifier.dense", Activation::Tanh), "classifier.out_proj"),
    };
    let input = match (family, fields.or("classifier_pooling", "cls".to_owned())?.as_str()) {
        ("modernbert", "mean") => SentenceInput::Mean,
        ("modernbert", "cls") => SentenceInput::Marker,
        ("modernbert", other) => {
            return refuse(format!(
                "classifier_pooling \"{other}\" is not supported (supported: cls, mean)"
            ));
        }
        _ => SentenceInput::Marker,
    };
    Ok((HeadLayout { transform, classifier }, input))
}

fn modernbert_transform(fields: &Fields<'_>) -> Result<Transform> {
    let activation: String = fields.or("classifier_activation", "gelu".to_owned())?;
    let eps: Option<f64> = fields.or("norm_eps", None)?;
    Ok(Transform {
        dense: "head.dense",
        bias: fields.or("classifier_bias", false)?,
        activation: activation_of("classifier_activation", &activation)?,
        norm: Some(Norm {
            path: "head.norm",
            bias: fields.or("norm_bias", false)?,
            eps: eps.map_or_else(|| fields.or("layer_norm_eps", 1e-5), Ok)?,
        }),
    })
}

fn activation_of(field: &str, name: &str) -> Result<Activation> {
    match name {
        "gelu" => Ok(Activation::Gelu),
        "tanh" => Ok(Activation::Tanh),
        "relu" => Ok(Activation::Relu),
        other => refuse(format!(
            "{field} \"{other}\" is not supported (supported: gelu, tanh, relu)"
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn read(rest: &str) -> Result<Manifest> {
        let json = format!(
            r#"{{"model_type":"bert","vocab_size":9,"hidden_size":8,"intermediate_size":12,"num_hidden_layers":2,
            "num_attention_heads":2,"max_position_embeddings":600{rest}}}"#
        );
        let value: Value = serde_json::from_str(&json).unwrap();
        manifest(&Fields::new(&value, ""), &Config::from_json(json.as_bytes())?, "a/b")
    }

    #[test]
    fn labels_stand_in_the_order_of_their_numbers() {
        let names: Vec<String> = (0..11).map(|i| format!(r#""{i}":"T{i}""#)).collect();
        let rest = format!(
            r#","architectures":["BertForTokenClassification"],"id2label":{{{}}}"#,
            names.join(",")
        );
        let manifest = read(&rest).unwrap();
        assert_eq!(manifest.heads[0].labels[10], "T10");
        assert_eq!((manifest.window, manifest.context), (512, false));
    }

    #[test]
    fn what_cannot_be_used_is_refused_by_name() {
        let sequence = r#","architectures":["BertForSequenceClassification"]"#;
        let cases = [
            (String::new(), "architectures []"),
            (r#","architectures":["BertForMaskedLM"]"#.to_owned(), "BertForMaskedLM"),
            (sequence.to_owned(), "`id2label` must name"),
            (
                format!(r#"{sequence},"id2label":{{"0":"a","2":"b"}}"#),
                "numbered from 0",
            ),
            (format!(r#"{sequence},"id2label":{{"0":"a","1":"a"}}"#), "\"a\" twice"),
            (format!(r#"{sequence},"id2label":{{"x":"a"}}"#), "no number"),
            (
                format!(r#"{sequence},"max_position_embeddings":7"#),
                "reads at most 7 tokens",
            ),
            (
                format!(r#"{sequence},"id2label":{{"0":"a","1":"b"}},"problem_type":"regression""#),
                "regression",
            ),
        ];
        for (rest, want) in cases {
            let message = read(&rest).unwrap_err().to_string();
            assert!(message.contains(want), "{message}");
        }
    }
}
