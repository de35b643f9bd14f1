//! The encoders of all families on tiny checkpoints just as the Hugging Face Hub has them, against what transformers
//! computed (`tests/fixtures/hub/README.md`).

#![allow(clippy::unwrap_used)] // a test ends where it fails

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use serde::Deserialize;
use stellig::encoder::{Backend, Config, Encoder, PackedBatch, Precision, SUPPORTED, load_with};

/// The CPU's operations, exact.
const KERNEL: Backend = Backend::Kernel(Precision::F32);

/// The reference keeps every third hidden state.
const EVERY: usize = 3;

#[derive(Deserialize)]
struct Reference {
    texts: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    ids: Vec<u32>,
}

fn folder(family: &str, head: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/hub/{family}-{head}"))
}

fn tensors(path: &Path) -> HashMap<String, Tensor> {
    candle_core::safetensors::load(path, &Device::Cpu).unwrap()
}

fn encoder(folder: &Path, backend: Backend) -> Box<dyn Encoder> {
    encoder_of(folder, tensors(&folder.join("model.safetensors")), backend)
}

fn encoder_of(folder: &Path, weights: HashMap<String, Tensor>, backend: Backend) -> Box<dyn Encoder> {
    let config = Config::from_json(&fs::read(folder.join("config.json")).unwrap()).unwrap();
    let vb = VarBuilder::from_tensors(weights, DType::F32, &Device::Cpu);
    load_with(&config, backend, vb).unwrap()
}

fn texts(folder: &Path) -> Vec<Vec<u32>> {
    let json = fs::read(folder.join("reference.json")).unwrap();
    let reference: Reference = serde_json::from_slice(&json).unwrap();
    reference.texts.into_iter().map(|text| text.ids).collect()
}

fn values(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

/// Largest difference between two tensors.
fn apart(got: &Tensor, want: &Tensor) -> f32 {
    assert_eq!(got.dims(), want.dims());
    let pairs = values(got).into_iter().zip(values(want));
    pairs.map(|(got, want)| (got - want).abs()).fold(0.0, f32::max)
}

#[test]
fn hidden_states_are_those_of_transformers() {
    for family in SUPPORTED {
        let folder = folder(family, "token");
        let (texts, reference) = (texts(&folder), tensors(&folder.join("reference.safetensors")));
        assert!(texts.iter().any(|ids| ids.len() > 200));
        let batch: PackedBatch = texts.iter().collect();
        for backend in [KERNEL, Backend::Candle] {
            let hidden = encoder(&folder, backend).encode(&batch).unwrap();
            let mut worst: f32 = 0.0;
            for index in 0..texts.len() {
                let kept: Vec<u32> = batch.rows(index).step_by(EVERY).map(|row| row as u32).collect();
                let kept = Tensor::new(kept, &Device::Cpu).unwrap();
                let got = hidden.index_select(&kept, 0).unwrap();
                worst = worst.max(apart(&got, &reference[&format!("{index}.hidden")]));
            }
            println!("{family}, {backend:?}: {worst:.1e}");
            assert!(worst <= 1e-5, "{family}, {backend:?}: {worst:e}");
        }
    }
}

/// The logits are made of the hidden states of all rows, here with the head written out.
#[test]
fn logits_of_tokens_are_those_of_transformers() {
    for family in SUPPORTED.into_iter().filter(|family| *family != "modernbert") {
        let folder = folder(family, "token");
        let (texts, reference) = (texts(&folder), tensors(&folder.join("reference.safetensors")));
        let weights = tensors(&folder.join("model.safetensors"));
        let head = candle_nn::Linear::new(
            weights["classifier.weight"].clone(),
            Some(weights["classifier.bias"].clone()),
        );
        let encoder = encoder(&folder, KERNEL);
        for (index, ids) in texts.iter().enumerate() {
            let hidden = encoder.encode(&[ids].into_iter().collect()).unwrap();
            let logits = candle_nn::Module::forward(&head, &hidden).unwrap();
            let worst = apart(&logits, &reference[&format!("{index}.logits")]);
            assert!(worst <= 1e-4, "{family}, text {index}: {worst:e}");
        }
    }
}

/// Sequence models have the same encoder under the same names.
#[test]
fn sequence_models_load() {
    for family in SUPPORTED {
        let folder = folder(family, "sequence");
        let model = encoder(&folder, KERNEL);
        let hidden = model.encode(&texts(&folder).iter().collect()).unwrap();
        assert!(values(&hidden).iter().all(|value| value.is_finite()), "{family}");
    }
}

/// Names as checkpoints have them that were converted from TensorFlow, and as bare encoders have them.
#[test]
fn old_and_bare_names_are_found() {
    for family in ["bert", "distilbert", "electra", "deberta-v2"] {
        let folder = folder(family, "token");
        let below = format!("{}.", family.trim_end_matches("-v2"));
        let renamed = tensors(&folder.join("model.safetensors"))
            .into_iter()
            .map(|(name, tensor)| {
                let name = name.strip_prefix(&below).unwrap_or(&name);
                let old = name.replace("LayerNorm.weight", "LayerNorm.gamma");
                (old.replace("LayerNorm.bias", "LayerNorm.beta"), tensor)
            });
        let model = encoder_of(&folder, renamed.collect(), KERNEL);
        let batch = texts(&folder).iter().collect();
        let states = [model, encoder(&folder, KERNEL)].map(|model| values(&model.encode(&batch).unwrap()));
        assert!(states[0] == states[1], "{family}");
    }
}

/// The same bits alone, first, in the middle and last.
#[test]
fn a_sequence_does_not_depend_on_its_neighbours() {
    for family in SUPPORTED {
        let folder = folder(family, "token");
        let (texts, model) = (texts(&folder), encoder(&folder, KERNEL));
        let bits = |ids: &[&[u32]]| -> Vec<u32> {
            let hidden = model.encode(&ids.iter().collect()).unwrap();
            values(&hidden).into_iter().map(f32::to_bits).collect()
        };
        for ids in &texts {
            let alone = bits(&[ids]);
            for other in &texts {
                let packed = bits(&[ids, other, ids, &[], other, &other[..1], ids]);
                let (own, step) = (alone.len(), other.len() * model.hidden_size());
                let last = packed.len() - own;
                for first in [0, own + step, last] {
                    let same = packed[first..first + own] == alone[..];
                    assert!(same, "{family}: {} tokens beside {}", ids.len(), other.len());
                }
            }
        }
    }
}
