//! The Rust encoder and heads against PyTorch, on the model that ships: same pieces, hidden states and logits within
//! 1e-4 in f32; narrower products change few decisions. The fixture is written by `training/export.py` from the same f16 weights, computed in f32.

#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

mod support;

use std::collections::HashMap;

use candle_core::{DType, Device, Tensor};
use serde::Deserialize;
use stellig::encoder::PackedBatch;
use stellig::loader::{Dtype, Model};
use stellig::words::{Pieces, words};

#[derive(Deserialize)]
struct Text {
    language: String,
    text: String,
    ids: Vec<u32>,
    words: Vec<u32>,
}

/// For each number type: the largest difference of any value, and the smallest share of rows of logits whose largest stays
/// the largest. Measured: 6e-6 and all; 0.03 and all; 0.1 and all but one in 2,000.
const TOLERANCES: [(Dtype, f32, f64); 3] = [
    (Dtype::F32, 1e-4, 1.0),
    (Dtype::Bf16, 0.1, 0.99),
    (Dtype::Int8, 0.3, 0.99),
];

fn values(tensor: &Tensor) -> Vec<f32> {
    let flat = tensor.to_dtype(DType::F32).unwrap().flatten_all().unwrap();
    flat.to_vec1().unwrap()
}

fn difference(ours: &[f32], theirs: &Tensor) -> f32 {
    let theirs = values(theirs);
    assert_eq!(ours.len(), theirs.len());
    ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// How many rows of `labels` values have their largest value at the same place in both, and how many there are.
fn agreeing(ours: &[f32], theirs: &Tensor, labels: usize) -> (usize, usize) {
    let theirs = values(theirs);
    let largest = |row: &[f32]| (0..labels).max_by(|&a, &b| row[a].total_cmp(&row[b]));
    let pairs = ours.chunks_exact(labels).zip(theirs.chunks_exact(labels));
    let same = pairs.filter(|(ours, theirs)| largest(ours) == largest(theirs)).count();
    (same, ours.len() / labels)
}

#[test]
fn pieces_hidden_states_and_logits_are_those_of_pytorch() {
    for (dtype, most, least) in TOLERANCES {
        let (worst, share) = against_pytorch(&support::model_in(dtype));
        println!(
            "{}: differs by {worst:.1e} at most, {share:.4} decided alike",
            dtype.as_str()
        );
        assert!(
            worst <= most && share >= least,
            "{}: {worst:.1e}, {share:.4}",
            dtype.as_str()
        );
    }
}

/// The largest difference of any value, and the share of rows of logits that decide alike.
fn against_pytorch(model: &Model) -> (f32, f64) {
    let folder = support::path("tests/fixtures/news-small");
    let texts: Vec<Text> = serde_json::from_slice(&std::fs::read(folder.join("texts.json")).unwrap()).unwrap();
    let reference: HashMap<String, Tensor> =
        candle_core::safetensors::load(folder.join("reference.safetensors"), &Device::Cpu).unwrap();
    assert_eq!(texts.iter().filter(|text| text.language == "nl").count(), 20);
    assert_eq!(texts.len(), 30);

    let mut pieces = Pieces::new(&model.tokenizer);
    let mut all = Vec::new();
    for text in &texts {
        let mut ids = vec![model.marker];
        let mut firsts = Vec::new();
        let mut end = None;
        for word in words(&text.text) {
            firsts.push(ids.len() as u32);
            pieces
                .append(word.slice(&text.text), end != Some(word.start), &mut ids)
                .unwrap();
            end = Some(word.end);
        }
        ids.push(model.separator);
        assert_eq!((&ids, &firsts), (&text.ids, &text.words), "{}", text.text);
        all.push(ids);
    }
    // All texts in one pack, as the program reads them.
    let batch: PackedBatch = all.iter().collect();
    let packed = model.encoder.encode(&batch).unwrap();
    let (mut worst, mut same, mut rows_in_all) = (0.0_f32, 0, 0);
    for (number, text) in texts.iter().enumerate() {
        let rows = batch.rows(number);
        let hidden = packed.narrow(0, rows.start, rows.len()).unwrap();
        let pick = |rows: Vec<u32>| {
            hidden
                .index_select(&Tensor::new(rows.as_slice(), &Device::Cpu).unwrap(), 0)
                .unwrap()
        };
        let fourth: Vec<u32> = (0..rows.len() as u32).step_by(4).collect();
        let ours: Vec<f32> = pick(fourth).flatten_all().unwrap().to_vec1().unwrap();
        worst = worst.max(difference(&ours, &reference[&format!("{number:02}.hidden")]));
        let token = model.heads.token_logits(&pick(text.words.clone())).unwrap();
        let sentence = 0..rows.len() - 1;
        let sentence = model
            .heads
            .sentence_logits(&hidden, std::slice::from_ref(&sentence))
            .unwrap();
        assert_eq!(token.len() + sentence.len(), 8);
        for logits in token.iter().chain(&sentence) {
            let theirs = &reference[&format!("{number:02}.{}", logits.head.name)];
            worst = worst.max(difference(&logits.values, theirs));
            let (agree, count) = agreeing(&logits.values, theirs, logits.head.labels.len());
            (same, rows_in_all) = (same + agree, rows_in_all + count);
        }
    }
    (worst, same as f64 / rows_in_all as f64)
}
