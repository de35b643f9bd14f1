//! The Rust encoder and heads against PyTorch, on the model that ships: same pieces, hidden states and logits within
//! 1e-4. The fixture is written by `training/export.py` from the same f16 weights, computed in f32.

#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

mod support;

use std::collections::HashMap;

use candle_core::{DType, Device, Tensor};
use serde::Deserialize;
use stellig::encoder::PackedBatch;
use stellig::words::{Pieces, words};

#[derive(Deserialize)]
struct Text {
    language: String,
    text: String,
    ids: Vec<u32>,
    words: Vec<u32>,
}

const TOLERANCE: f32 = 1e-4;

fn difference(ours: &[f32], theirs: &Tensor) -> f32 {
    let theirs: Vec<f32> = theirs
        .to_dtype(DType::F32)
        .unwrap()
        .flatten_all()
        .unwrap()
        .to_vec1()
        .unwrap();
    assert_eq!(ours.len(), theirs.len());
    ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn pieces_hidden_states_and_logits_are_those_of_pytorch() {
    let model = support::model();
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
    let mut worst: f32 = 0.0;
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
        }
    }
    println!("largest difference to PyTorch: {worst:.1e}");
    assert!(worst <= TOLERANCE, "largest difference to PyTorch: {worst:.1e}");
}
