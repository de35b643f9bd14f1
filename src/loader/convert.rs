//! A model rewritten as one plain folder: weights in one file, of another number type if asked for, and the tokenizer as
//! `tokenizer.json`. Tensors are converted one at a time, so that memory holds one of them twice and no more.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use half::{bf16, f16};
use safetensors::tensor::{Dtype, SafeTensors, TensorView, View};

use super::error::{Error, Result};
use super::folder::Folder;
use super::tokenizer;
use super::weight_file::WeightFile;
use crate::encoder::{self, fields::Fields};

/// The number types that weights can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Float {
    /// 32-bit floats.
    F32,
    /// 16-bit floats.
    F16,
    /// bfloat16.
    Bf16,
}

impl Float {
    fn dtype(self) -> Dtype {
        match self {
            Self::F32 => Dtype::F32,
            Self::F16 => Dtype::F16,
            Self::Bf16 => Dtype::BF16,
        }
    }

    /// The name in `config.json`.
    fn name(self) -> &'static str {
        match self {
            Self::F32 => "float32",
            Self::F16 => "float16",
            Self::Bf16 => "bfloat16",
        }
    }
}

/// Writes the model of the folder `from` to the new folder `to`, which appears when it is complete; with `float`, its
/// weights in that type.
///
/// # Errors
/// If `from` is no model, `to` is there already, a value does not fit the type, or something cannot be written.
pub fn convert(from: &Path, to: &Path, float: Option<Float>) -> Result<()> {
    // Without the slash behind a folder's name, or its temporary name would lie inside it.
    let to = &to.components().collect::<PathBuf>();
    if to.exists() {
        return Err(Error::Exists(to.to_owned()));
    }
    let folder = Folder::open(from)?;
    let tokenizer = tokenizer::from_folder(from, &family(&folder)?)?;
    let partial = partial(to);
    // Left over from a run that was stopped.
    let _ = fs::remove_dir_all(&partial);
    let written = create(&partial)
        .and_then(|()| write(&folder, &partial, float))
        .and_then(|()| {
            let path = partial.join("tokenizer.json");
            tokenizer
                .save(&path, true)
                .map_err(|error| failed(&path)(io::Error::other(error)))
        })
        .and_then(|()| fs::rename(&partial, to).map_err(failed(to)));
    if written.is_err() {
        let _ = fs::remove_dir_all(&partial);
    }
    written
}

/// `model_type` of a model that need not be one that stellig can run.
fn family(folder: &Folder) -> Result<String> {
    let read = || -> encoder::Result<String> {
        let config = serde_json::from_slice(&folder.config)?;
        Fields::new(&config, "").get("model_type")
    };
    read().map_err(|source| Error::Config {
        model: folder.path.display().to_string(),
        source,
    })
}

fn partial(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

fn create(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(failed(folder))
}

fn failed(path: &Path) -> impl Fn(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Write {
        path: path.clone(),
        source,
    }
}

fn write<'f>(folder: &'f Folder, to: &Path, float: Option<Float>) -> Result<()> {
    let read = |file: &'f WeightFile| SafeTensors::deserialize(file.bytes()).map_err(|error| file.broken(&error));
    let files = folder.weights.iter().map(read).collect::<Result<Vec<_>>>()?;
    let mut tensors: BTreeMap<String, Converted<'_>> = BTreeMap::new();
    for (name, view) in files.iter().flat_map(SafeTensors::tensors) {
        let tensor = Converted { view, float };
        tensor.check().map_err(|message| Error::Weights {
            model: folder.path.display().to_string(),
            message: format!("tensor `{name}`: {message}"),
        })?;
        tensors.insert(name, tensor);
    }
    let metadata = [("format".to_owned(), "pt".to_owned())].into();
    let path = to.join("model.safetensors");
    safetensors::serialize_to_file(tensors, Some(metadata), &path).map_err(|error| match error {
        safetensors::SafeTensorError::IoError(source) => failed(&path)(source),
        other => Error::Weights {
            model: folder.path.display().to_string(),
            message: other.to_string(),
        },
    })?;
    let config = config(&folder.config, float);
    fs::write(to.join("config.json"), config).map_err(failed(&to.join("config.json")))?;
    for name in ["README.md", "tokenizer_config.json", "special_tokens_map.json"] {
        let source = folder.path.join(name);
        if source.exists() {
            let target = to.join(name);
            fs::copy(&source, &target).map_err(failed(&target))?;
        }
    }
    Ok(())
}

/// `config.json` with the number type named in it, as transformers 4 (`torch_dtype`) and 5 (`dtype`) do.
fn config(json: &[u8], float: Option<Float>) -> Vec<u8> {
    let parsed = serde_json::from_slice::<serde_json::Value>(json).ok();
    let (Some(float), Some(serde_json::Value::Object(mut fields))) = (float, parsed) else {
        return json.to_vec();
    };
    for name in ["dtype", "torch_dtype"] {
        if let Some(field) = fields.get_mut(name) {
            *field = float.name().into();
        }
    }
    serde_json::to_vec_pretty(&fields).unwrap_or_else(|_| json.to_vec())
}

/// A tensor that is converted when it is written.
struct Converted<'a> {
    view: TensorView<'a>,
    float: Option<Float>,
}

impl Converted<'_> {
    fn is_float(&self) -> bool {
        matches!(self.view.dtype(), Dtype::F32 | Dtype::F16 | Dtype::BF16)
    }

    /// The values as f32, which holds all three types exactly.
    fn values(&self) -> Box<dyn Iterator<Item = f32> + '_> {
        let data = self.view.data();
        let pairs = |read: fn([u8; 2]) -> f32| {
            let (pairs, _) = data.as_chunks::<2>();
            pairs.iter().map(move |pair| read(*pair))
        };
        match self.view.dtype() {
            Dtype::F16 => Box::new(pairs(|pair| f16::from_le_bytes(pair).to_f32())),
            Dtype::BF16 => Box::new(pairs(|pair| bf16::from_le_bytes(pair).to_f32())),
            _ => Box::new(data.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four))),
        }
    }

    /// Whether every value fits: f16 ends at 65,504.
    fn check(&self) -> std::result::Result<(), String> {
        if self.float != Some(Float::F16) || !self.is_float() {
            return Ok(());
        }
        let outside = self.values().find(|x| x.is_finite() && f16::from_f32(*x).is_infinite());
        match outside {
            Some(x) => Err(format!("{x} does not fit into f16; use bf16")),
            None => Ok(()),
        }
    }
}

impl View for Converted<'_> {
    fn dtype(&self) -> Dtype {
        match self.float {
            Some(float) if self.is_float() => float.dtype(),
            _ => self.view.dtype(),
        }
    }

    fn shape(&self) -> &[usize] {
        self.view.shape()
    }

    fn data(&self) -> Cow<'_, [u8]> {
        match self.float {
            Some(float) if self.is_float() && float.dtype() != self.view.dtype() => match float {
                Float::F32 => self.values().flat_map(f32::to_le_bytes).collect(),
                Float::F16 => self.values().flat_map(|x| f16::from_f32(x).to_le_bytes()).collect(),
                Float::Bf16 => self.values().flat_map(|x| bf16::from_f32(x).to_le_bytes()).collect(),
            },
            _ => Cow::Borrowed(self.view.data()),
        }
    }

    fn data_len(&self) -> usize {
        self.shape().iter().product::<usize>() * self.dtype().bitsize() / 8
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::loader::{self, Model, ModelSource};

    fn fixture(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fixtures/hub")
            .join(name)
    }

    fn logits(folder: &Path) -> Vec<f32> {
        let model = Model::load(
            &ModelSource::Folder(folder.to_owned()),
            &Device::Cpu,
            loader::Dtype::F32,
        )
        .unwrap();
        let ids = model.tokenizer.encode("Jansen woont in Groningen.", true).unwrap();
        let hidden = model.encoder.encode(&[ids.get_ids()].into_iter().collect()).unwrap();
        model.heads.token_logits(&hidden).unwrap()[0].values.clone()
    }

    #[test]
    fn a_converted_model_says_the_same() {
        let target = tempfile::tempdir().unwrap();
        let from = fixture("bert-token");
        let want = logits(&from);
        let cases = [
            (None, 0.0),
            (Some(Float::F32), 0.0),
            (Some(Float::F16), 0.05),
            (Some(Float::Bf16), 0.4),
        ];
        for (number, (float, most)) in cases.into_iter().enumerate() {
            // A slash behind the name, as shells complete it.
            let to = target.path().join(format!("{number}/"));
            convert(&from, &to, float).unwrap();
            let apart = |(a, b): (&f32, &f32)| (a - b).abs();
            let difference = logits(&to).iter().zip(&want).map(apart).fold(0.0, f32::max);
            assert!(difference <= most, "{float:?}: {difference}");
            let message = convert(&from, &to, None).unwrap_err().to_string();
            assert!(message.contains("already"), "{message}");
        }
        let size = |name: &str| {
            fs::metadata(target.path().join(name).join("model.safetensors"))
                .unwrap()
                .len()
        };
        assert!(size("2") < size("1") * 7 / 10 && size("3") < size("1") * 7 / 10);
        let config = fs::read_to_string(target.path().join("2/config.json")).unwrap();
        assert!(config.contains(r#""dtype": "float16""#), "{config}");
        let leftover = fs::read_dir(target.path()).unwrap().flatten();
        assert!(
            leftover
                .into_iter()
                .all(|entry| !entry.file_name().to_string_lossy().contains("partial"))
        );
    }

    #[test]
    fn what_does_not_fit_is_named_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("from");
        fs::create_dir(&from).unwrap();
        fs::write(from.join("config.json"), r#"{"model_type":"bert"}"#).unwrap();
        fs::copy(
            fixture("bert-token").join("tokenizer.json"),
            from.join("tokenizer.json"),
        )
        .unwrap();
        let values: Vec<u8> = [1.0_f32, 70_000.0].into_iter().flat_map(f32::to_le_bytes).collect();
        let view = TensorView::new(Dtype::F32, vec![2], &values).unwrap();
        safetensors::serialize_to_file([("big", view)], None, &from.join("model.safetensors")).unwrap();
        let to = folder.path().join("to");
        let message = convert(&from, &to, Some(Float::F16)).unwrap_err().to_string();
        assert!(message.contains("`big`") && message.contains("bf16"), "{message}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        convert(&from, &to, Some(Float::Bf16)).unwrap();
        assert!(to.join("model.safetensors").exists());
    }
}
