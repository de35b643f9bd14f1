//! The encoders and the loader through the public interface, on tiny random models whose hidden states and logits
//! transformers computed (`training/make_fixture.py`).

#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use stellig::encoder::{Backend, Config, Encoder, Error, PackedBatch, Precision, load_with};
use stellig::loader::{Dtype, Embedded, Level, Model, ModelSource};

/// The CPU's operations, exact.
const KERNEL: Backend = Backend::Kernel(Precision::F32);

/// Lengths of the reference sequences.
const LENGTHS: [usize; 12] = [1, 2, 3, 4, 5, 8, 9, 17, 33, 64, 65, 100];

/// Folders of the families, and their configurations.
const FAMILIES: [(&str, &[&str]); 4] = [
    ("tiny-modernbert", &["config.json", "config.v4.json"]),
    ("tiny-xlm-roberta", &["config.json"]),
    ("tiny-bert", &["config.json"]),
    ("tiny-deberta", &["config.json"]),
];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn folder() -> PathBuf {
    fixture("tiny-modernbert")
}

fn load(folder: &Path) -> stellig::loader::Result<Model> {
    Model::load(&ModelSource::Folder(folder.to_owned()), &Device::Cpu, Dtype::F32)
}

fn encoder(folder: &Path, config: &str, backend: Backend) -> Box<dyn Encoder> {
    let config = Config::from_json(&fs::read(folder.join(config)).unwrap()).unwrap();
    let weights = fs::read(folder.join("model.safetensors")).unwrap();
    let vb = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu).unwrap();
    load_with(&config, backend, vb).unwrap()
}

fn reference(folder: &Path) -> HashMap<String, Tensor> {
    candle_core::safetensors::load(folder.join("reference.safetensors"), &Device::Cpu).unwrap()
}

fn ids(reference: &HashMap<String, Tensor>, length: usize) -> Vec<u32> {
    reference[&format!("{length}.ids")].to_vec1().unwrap()
}

fn values(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

/// Largest difference between two lists of numbers.
fn apart(got: &[f32], want: &[f32]) -> f32 {
    assert_eq!(got.len(), want.len());
    got.iter()
        .zip(want)
        .map(|(got, want)| (got - want).abs())
        .fold(0.0, f32::max)
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

#[test]
fn hidden_states_are_those_of_transformers() {
    for (name, configs) in FAMILIES {
        let folder = fixture(name);
        let reference = reference(&folder);
        let batch: PackedBatch = LENGTHS.iter().map(|&length| ids(&reference, length)).collect();
        let each = |config| [KERNEL, Backend::Candle].map(|backend| (config, backend));
        for (config, backend) in configs.iter().flat_map(each) {
            let hidden = encoder(&folder, config, backend).encode(&batch).unwrap();
            for (index, length) in LENGTHS.iter().enumerate() {
                let got = values(&hidden.narrow(0, batch.offsets[index], *length).unwrap());
                let difference = apart(&got, &values(&reference[&format!("{length}.hidden")]));
                assert!(
                    difference <= 1e-5,
                    "{name}, {config}, {backend:?}, {length} tokens: {difference:e}"
                );
            }
        }
    }
}

/// Hidden states are normed, so a difference is a share of what stands there.
#[test]
fn narrow_products_stay_close() {
    for (precision, most, usual) in [(Precision::Bf16, 0.1, 0.02), (Precision::Int8, 0.3, 0.04)] {
        for (name, _) in FAMILIES {
            let folder = fixture(name);
            let reference = reference(&folder);
            let model = encoder(&folder, "config.json", Backend::Kernel(precision));
            for length in LENGTHS {
                let hidden = model.encode(&[ids(&reference, length)].into_iter().collect()).unwrap();
                let (got, want) = (values(&hidden), values(&reference[&format!("{length}.hidden")]));
                let difference = apart(&got, &want);
                let sum: f32 = got.iter().zip(&want).map(|(got, want)| (got - want).abs()).sum();
                let mean = sum / got.len() as f32;
                assert!(difference > 0.0, "{name}, {precision:?}: exact, so not narrow");
                assert!(
                    difference <= most && mean <= usual,
                    "{name}, {precision:?}, {length} tokens: {difference} at most, {mean} on average"
                );
            }
        }
    }
}

#[test]
fn logits_are_those_of_pytorch() {
    for (name, length) in FAMILIES
        .iter()
        .flat_map(|(name, _)| LENGTHS.map(|length| (*name, length)))
    {
        let (model, reference) = (load(&fixture(name)).unwrap(), reference(&fixture(name)));
        let hidden = model
            .encoder
            .encode(&[ids(&reference, length)].into_iter().collect())
            .unwrap();
        let token = model.heads.token_logits(&hidden).unwrap();
        // Every token as a sentence of its own, read at its marker.
        let sentences: Vec<_> = (0..length).map(|row| row..row + 1).collect();
        let sentence = model.heads.sentence_logits(&hidden, &sentences).unwrap();
        assert_eq!((token.len(), sentence.len()), (4, 4));
        for logits in token.iter().chain(&sentence) {
            assert_eq!(logits.len(), length);
            let want = values(&reference[&format!("{length}.{}", logits.head.name)]);
            let difference = apart(&logits.values, &want);
            assert!(
                difference <= 2e-5,
                "{name}, {}, {length} tokens: {difference:e}",
                logits.head.name
            );
        }
    }
}

/// Checkpoints of whole models name the encoder's tensors below the family.
#[test]
fn names_below_the_family_are_found() {
    let states = |folder: &Path| {
        let ids = ids(&reference(&fixture("tiny-xlm-roberta")), 33);
        let hidden = encoder(folder, "config.json", KERNEL).encode(&[ids].into_iter().collect());
        bits(&values(&hidden.unwrap()))
    };
    let bare = fixture("tiny-xlm-roberta");
    let copy = tempfile::tempdir().unwrap();
    fs::copy(bare.join("config.json"), copy.path().join("config.json")).unwrap();
    let weights = candle_core::safetensors::load(bare.join("model.safetensors"), &Device::Cpu).unwrap();
    let named: HashMap<String, Tensor> = weights
        .into_iter()
        .map(|(name, tensor)| (format!("roberta.{name}"), tensor))
        .collect();
    candle_core::safetensors::save(&named, copy.path().join("model.safetensors")).unwrap();
    assert_eq!(states(copy.path()), states(&bare));
}

/// The same bits alone, first, in the middle and last, in packs of many sizes and on another thread.
#[test]
fn a_sequence_does_not_depend_on_its_neighbours() {
    for (name, _) in FAMILIES {
        for precision in [Precision::F32, Precision::Bf16, Precision::Int8] {
            alone_as_beside_others(&fixture(name), Backend::Kernel(precision));
        }
    }
}

fn alone_as_beside_others(folder: &Path, backend: Backend) {
    let reference = reference(folder);
    let model = encoder(folder, "config.json", backend);
    let encode = |sequences: &[&[u32]]| values(&model.encode(&sequences.iter().collect()).unwrap());
    let other = |length: usize| -> Vec<u32> { (0..length as u32).map(|i| 5 + (i * 37 + 11) % 250).collect() };
    for length in LENGTHS {
        let sequence = ids(&reference, length);
        let alone = bits(&encode(&[&sequence]));
        for around in (1..60).chain([63, 64, 65, 100, 127, 128]) {
            let other = other(around);
            let packed = encode(&[&sequence, &other, &sequence, &[], &other, &other, &sequence]);
            for first in [0, length + around, 2 * length + 3 * around] {
                let part = &packed[first * model.hidden_size()..][..alone.len()];
                assert!(bits(part) == alone, "{length} tokens beside {around}, at {first}");
            }
        }
        let elsewhere = std::thread::scope(|scope| scope.spawn(|| bits(&encode(&[&sequence]))).join().unwrap());
        assert_eq!(elsewhere, alone);
    }
}

#[test]
fn a_batch_that_does_not_fit_is_refused() {
    let model = encoder(&folder(), "config.json", KERNEL);
    assert_eq!(model.encode(&PackedBatch::default()).unwrap().dims(), [0, 32]);
    let empty: PackedBatch = [vec![], Vec::<u32>::new()].into_iter().collect();
    assert_eq!(model.encode(&empty).unwrap().dims(), [0, 32]);
    let long = [vec![7; 129]].into_iter().collect();
    assert!(matches!(
        model.encode(&long),
        Err(Error::TooLong { length: 129, max: 128 })
    ));
    let unknown = [vec![5, 271]].into_iter().collect();
    assert!(model.encode(&unknown).unwrap_err().to_string().contains("id 271"));
    let torn = PackedBatch {
        ids: vec![5, 6],
        offsets: vec![0, 1],
    };
    assert!(matches!(model.encode(&torn), Err(Error::Batch(_))));
}

#[test]
fn a_loaded_model_knows_itself() {
    let model = load(&folder()).unwrap();
    assert_eq!(
        (model.manifest.name.as_str(), model.manifest.window),
        ("tiny-modernbert", 64)
    );
    assert_eq!((model.marker, model.separator), (2, 3));
    assert_eq!((model.encoder.hidden_size(), model.encoder.max_length()), (32, 128));
    assert!(model.id().starts_with("tiny-modernbert@") && model.revision.len() == 12);
    let levels: Vec<Level> = model.heads.specs().map(|head| head.level).collect();
    assert_eq!(levels, [[Level::Token; 4], [Level::Sentence; 4]].concat());
    assert_eq!(
        model
            .tokenizer
            .encode("de the", true)
            .unwrap()
            .get_tokens()
            .first()
            .unwrap(),
        "[CLS]"
    );
}

#[test]
fn embedded_and_folder_are_one_model() {
    let leak = |name: &str| -> &'static [u8] { fs::read(folder().join(name)).unwrap().leak() };
    let embedded = Embedded {
        card: "",
        config: leak("config.json"),
        tokenizer: leak("tokenizer.json"),
        weights: leak("model.safetensors"),
    };
    let embedded = Model::load(&ModelSource::Embedded(embedded), &Device::Cpu, Dtype::F32).unwrap();
    let loaded = load(&folder()).unwrap();
    assert_eq!(embedded.id(), loaded.id());
    let batch: PackedBatch = [[2, 9, 70, 3]].into_iter().collect();
    let states = [&embedded, &loaded].map(|model| bits(&values(&model.encoder.encode(&batch).unwrap())));
    assert_eq!(states[0], states[1]);
}

/// A copy of the fixture, changed, and what loading it says.
fn refusal(change: impl FnOnce(&Path)) -> String {
    let copy = tempfile::tempdir().unwrap();
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        fs::copy(folder().join(name), copy.path().join(name)).unwrap();
    }
    change(copy.path());
    load(copy.path()).expect_err("a broken model was loaded").to_string()
}

/// Writes the weights again after a change.
fn with_weights(folder: &Path, change: impl FnOnce(&mut HashMap<String, Tensor>)) {
    let path = folder.join("model.safetensors");
    let mut weights = candle_core::safetensors::load(&path, &Device::Cpu).unwrap();
    change(&mut weights);
    candle_core::safetensors::save(&weights, &path).unwrap();
}

fn in_config(folder: &Path, from: &str, to: &str) {
    let path = folder.join("config.json");
    let config = fs::read_to_string(&path).unwrap();
    assert!(config.contains(from), "config.json has no {from}");
    fs::write(&path, config.replacen(from, to, 1)).unwrap();
}

fn assert_says(message: &str, parts: &[&str]) {
    assert!(
        parts.iter().all(|part| message.contains(part)),
        "`{message}` lacks one of {parts:?}"
    );
}

#[test]
fn a_broken_folder_says_what_is_wrong() {
    assert_says(
        &load(Path::new("no/such/folder")).err().unwrap().to_string(),
        &["no/such/folder", "no such"],
    );
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        let message = refusal(|copy| fs::remove_file(copy.join(name)).unwrap());
        assert_says(&message, &[name, "copy it there"]);
        let message = refusal(|copy| fs::write(copy.join(name), "{\"a\":").unwrap());
        assert_says(&message, &[name]);
        let message = refusal(|copy| fs::write(copy.join(name), "").unwrap());
        assert_says(&message, &[name]);
    }
    let pickled = refusal(|copy| {
        fs::rename(copy.join("model.safetensors"), copy.join("pytorch_model.bin")).unwrap();
    });
    assert_says(&pickled, &["pytorch_model.bin", "pickled", "save_pretrained"]);
    let message = refusal(|copy| in_config(copy, "\"modernbert\"", "\"t5\""));
    assert_says(&message, &["\"t5\"", "supported: modernbert"]);
    let message = refusal(|copy| in_config(copy, "\"intermediate_size\": 48", "\"intermediate_size\": \"48\""));
    assert_says(&message, &["`intermediate_size`"]);
    let message = refusal(|copy| in_config(copy, "\"vocab_size\": 271", "\"vocab_size\": 270"));
    assert_says(&message, &["271 pieces", "270"]);
    let message = refusal(|copy| {
        let path = copy.join("tokenizer.json");
        fs::write(&path, fs::read_to_string(&path).unwrap().replace("[SEP]", "[END]")).unwrap();
    });
    assert_says(&message, &["tokenizer", "[SEP]"]);
}

#[test]
fn a_wrong_tensor_is_named() {
    let name = "model.layers.2.mlp.Wi.weight";
    let missing = refusal(|copy| with_weights(copy, |weights| drop(weights.remove(name))));
    assert_says(&missing, &[name, "missing"]);
    let odd = refusal(|copy| {
        with_weights(copy, |weights| {
            weights.insert(
                name.to_owned(),
                Tensor::zeros((96, 31), DType::F32, &Device::Cpu).unwrap(),
            );
        });
    });
    assert_says(&odd, &[name, "[96, 31]", "[96, 32]"]);
    let head = refusal(|copy| with_weights(copy, |weights| drop(weights.remove("heads.claim.bias"))));
    assert_says(&head, &["heads.claim.bias", "missing"]);
}

/// Half-precision weights are widened, and the dense layers in front of the heads may be absent.
#[test]
fn half_precision_and_bare_heads_load() {
    let copy = tempfile::tempdir().unwrap();
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        fs::copy(folder().join(name), copy.path().join(name)).unwrap();
    }
    with_weights(copy.path(), |weights| {
        weights.retain(|name, _| !name.contains(".dense."));
        for (index, weight) in weights.values_mut().enumerate() {
            *weight = weight
                .to_dtype(if index % 2 == 0 { DType::F16 } else { DType::BF16 })
                .unwrap();
        }
    });
    let model = load(copy.path()).unwrap();
    assert_ne!(model.revision, load(&folder()).unwrap().revision);
    let hidden = model.encoder.encode(&[[2, 30, 3]].into_iter().collect()).unwrap();
    assert_eq!(hidden.dtype(), DType::F32);
    let logits = model
        .heads
        .sentence_logits(&hidden, std::slice::from_ref(&(0..2)))
        .unwrap();
    assert!(
        logits
            .iter()
            .all(|logits| logits.len() == 1 && logits.row(0).iter().all(|value| value.is_finite()))
    );
}
