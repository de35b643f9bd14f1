//! Checkpoints as they stand on the Hub, one of each family and head: the same pieces, logits, spans and scores as
//! transformers (`tests/fixtures/make_hub_models.py`), alone as beside others.

#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

mod pipelines;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor};
use serde::Deserialize;
use stellig::article::Article;
use stellig::document::Document;
use stellig::encoder::PackedBatch;
use stellig::inference::{Engine, SentenceLabels};
use stellig::loader::{Dtype, Model, ModelSource};
use stellig::sentence::Sentence;
use stellig::span::Span;
use stellig::words::words;

const FAMILIES: [&str; 8] = [
    "bert",
    "distilbert",
    "electra",
    "roberta",
    "camembert",
    "xlm-roberta",
    "deberta-v2",
    "modernbert",
];

/// What transformers says of a folder's texts.
#[derive(Deserialize)]
struct Reference {
    texts: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    ids: Vec<u32>,
    /// Code points.
    offsets: Vec<(usize, usize)>,
    /// By aggregation strategy: type, start, end, score.
    #[serde(default)]
    spans: HashMap<String, Vec<(String, usize, usize, f64)>>,
    #[serde(default)]
    scores: Vec<(String, f64)>,
}

struct Case {
    model: Model,
    reference: Reference,
    logits: HashMap<String, Tensor>,
}

fn folder(family: &str, head: &str) -> PathBuf {
    let hub = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hub");
    hub.join(format!("{family}-{head}"))
}

fn model(family: &str, head: &str) -> Model {
    Model::load(&ModelSource::Folder(folder(family, head)), &Device::Cpu, Dtype::F32).unwrap()
}

fn case(family: &str, head: &str) -> Case {
    let folder = folder(family, head);
    Case {
        model: model(family, head),
        reference: serde_json::from_slice(&std::fs::read(folder.join("reference.json")).unwrap()).unwrap(),
        logits: candle_core::safetensors::load(folder.join("reference.safetensors"), &Device::Cpu).unwrap(),
    }
}

fn values(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

fn apart(got: &[f32], want: &[f32]) -> f32 {
    assert_eq!(got.len(), want.len());
    got.iter().zip(want).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// A text as one sentence.
fn document(text: &str) -> Document {
    Document {
        article: Article {
            text: text.to_owned(),
            ..Article::default()
        },
        reading: None,
        language: None,
        sentences: vec![Sentence {
            span: Span::new(0, text.len()),
            paragraph: 0,
            heading: false,
        }],
        context: true,
    }
}

fn label(engine: &Engine, texts: &[&str]) -> Vec<SentenceLabels> {
    let documents: Vec<Document> = texts.iter().map(|text| document(text)).collect();
    let (labels, _) = engine.label(&documents, &mut engine.caches()).unwrap();
    labels.into_iter().map(|mut sentences| sentences.remove(0)).collect()
}

#[test]
fn logits_are_those_of_transformers() {
    for (family, head) in FAMILIES
        .iter()
        .flat_map(|family| [(*family, "token"), (*family, "sequence")])
    {
        let Case {
            model,
            reference,
            logits,
        } = case(family, head);
        let mut most = 0.0_f32;
        for (number, text) in reference.texts.iter().enumerate() {
            let pieces = model.tokenizer.encode(text.text.as_str(), true).unwrap();
            assert_eq!(pieces.get_ids(), text.ids, "{family}-{head}: {}", text.text);
            let pack: PackedBatch = [&text.ids].into_iter().collect();
            let hidden = model.encoder.encode(&pack).unwrap();
            let got = match head {
                "token" => model.heads.token_logits(&hidden).unwrap(),
                _ => model
                    .heads
                    .sentence_logits(&hidden, std::slice::from_ref(&(0..text.ids.len())))
                    .unwrap(),
            };
            most = most.max(apart(&got[0].values, &values(&logits[&format!("{number}.logits")])));
        }
        println!("{family}-{head}: {most:.1e} on {} texts", reference.texts.len());
        assert!(most <= 1e-4, "{family}-{head}: {most:e}");
    }
}

#[test]
fn classes_are_those_of_the_pipeline() {
    for family in FAMILIES {
        let reference = case(family, "sequence").reference;
        let engine = Engine::new(model(family, "sequence"), 512).unwrap();
        for text in &reference.texts {
            let classes = label(&engine, &[&text.text]).remove(0).classes.unwrap();
            assert_eq!(classes.len(), text.scores.len());
            for ((label, score), (wanted, reference)) in classes.iter().zip(&text.scores) {
                assert_eq!(label, wanted);
                assert!(
                    (score - reference).abs() <= 1e-4,
                    "{family}: {label} {score} {reference}"
                );
            }
        }
    }
}

/// Spans by the same rule worked out from the reference logits: each word read at its first piece, neighbours joined as
/// the aggregation strategy "first" joins them.
#[test]
fn spans_are_those_of_the_first_pieces() {
    // A closed scheme is decoded under its constraint, which pipelines do not know.
    for family in FAMILIES
        .iter()
        .filter(|family| !["roberta", "distilbert"].contains(family))
    {
        let Case {
            model: loaded,
            reference,
            logits,
        } = case(family, "token");
        let names = loaded.manifest.heads[0].labels.clone();
        let engine = Engine::new(model(family, "token"), 512).unwrap();
        for (number, text) in reference.texts.iter().enumerate() {
            let rows: Vec<Vec<f32>> = logits[&format!("{number}.logits")].to_vec2().unwrap();
            let starts: Vec<usize> = text
                .text
                .char_indices()
                .map(|(at, _)| at)
                .chain([text.text.len()])
                .collect();
            let mut want: Vec<(String, usize, usize)> = Vec::new();
            let (mut before, mut behind): (Option<String>, usize) = (None, 0);
            for word in words(&text.text) {
                // The blank before a word may be a piece by itself, and is the word's first one then.
                let mut pieces = text.offsets.iter().enumerate().skip(1).take(text.ids.len() - 2);
                let opens = |&(_, &(start, end)): &(usize, &(usize, usize))| {
                    starts[start] < word.end && starts[end] >= word.start && starts[start] >= behind
                };
                let Some((row, _)) = pieces.find(opens) else {
                    panic!("{family}: no piece for {}", word.slice(&text.text));
                };
                behind = word.end;
                let best = (0..names.len()).fold(0, |best, i| if rows[row][i] > rows[row][best] { i } else { best });
                let label = &names[best];
                let (opens, kind) = match label.split_at_checked(2) {
                    Some(("B-", kind)) => (true, kind),
                    Some(("I-", kind)) => (false, kind),
                    _ => (false, label.as_str()),
                };
                if label == "O" || label == "LABEL_0" {
                    before = None;
                    continue;
                }
                match want.last_mut() {
                    Some(last) if !opens && before.as_deref() == Some(kind) => last.2 = word.end,
                    _ => want.push((kind.to_owned(), word.start, word.end)),
                }
                before = Some(kind.to_owned());
            }
            let labels = label(&engine, &[&text.text]).remove(0);
            let got: Vec<(String, usize, usize)> = labels
                .entities
                .iter()
                .map(|entity| (entity.kind.clone(), entity.span.start, entity.span.end))
                .collect();
            assert_eq!(got, want, "{family}: {}", text.text);
        }
    }
}

/// The same bits alone and beside others, in packs of many sizes.
#[test]
fn neighbours_change_nothing() {
    for (family, head) in FAMILIES
        .iter()
        .flat_map(|family| [(*family, "token"), (*family, "sequence")])
    {
        let reference = case(family, head).reference;
        let texts: Vec<&str> = reference.texts.iter().map(|text| text.text.as_str()).collect();
        let engine = |tokens| Engine::new(model(family, head), tokens).unwrap();
        let together = label(&engine(4096), &texts);
        let small = label(&engine(16), &texts);
        assert_eq!(together, small, "{family}-{head}");
        for (text, labels) in texts.iter().zip(&together) {
            assert_eq!(&label(&engine(64), &[text])[0], labels, "{family}-{head}: {text}");
        }
    }
}
