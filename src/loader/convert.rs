//! A model rewritten as one plain folder: weights in one file, of another number type if asked for, and the tokenizer as
//! `tokenizer.json`. Tensors are converted one at a time, so that memory holds one of them twice and no more.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use half::{bf16, f16};
use safetensors::tensor::{Dtype, SafeTensors, TensorView, View};

use super::error::{Error, Result};
use super::folder::{Folder, check};
use super::tokenizer;
use super::weight_file::WeightFile;
use crate::durable::settle;
use crate::encoder::{self, fields::Fields};

/// Names for a folder to write in that are tried.
const WORKPLACES: u32 = 1000;

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
    let partial = workplace(to)?;
    let written = write(&folder, &partial, float)
        .and_then(|()| {
            let path = partial.join("tokenizer.json");
            tokenizer
                .save(&path, true)
                .map_err(|error| failed(&path)(io::Error::other(error)))
        })
        .and_then(|()| give_name(&partial, to));
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

/// Makes a folder beside `to` that was not there before, and that no other thread or program has: it can be removed
/// whatever happens, and nothing of the user's with it.
fn workplace(to: &Path) -> Result<PathBuf> {
    let mut number = 0_u32;
    loop {
        let mut name = to.as_os_str().to_owned();
        name.push(format!(".{}-{number}.partial", std::process::id()));
        let folder = PathBuf::from(name);
        let made = match (fs::create_dir(&folder), folder.parent()) {
            (Err(error), Some(parent)) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(parent).and_then(|()| fs::create_dir(&folder))
            }
            (made, _) => made,
        };
        match made {
            // Another thread's, or left over from a run that was stopped.
            Err(error) if error.kind() == ErrorKind::AlreadyExists && number < WORKPLACES => number += 1,
            made => return made.map(|()| folder).map_err(failed(to)),
        }
    }
}

/// Gives the complete model its name, unless somebody else took it meanwhile.
fn give_name(folder: &Path, to: &Path) -> Result<()> {
    let taken = || Error::Exists(to.to_owned());
    if to.exists() {
        return Err(taken());
    }
    settle(folder).map_err(failed(to))?;
    fs::rename(folder, to).map_err(|error| if to.exists() { taken() } else { failed(to)(error) })
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
    let config_path = to.join("config.json");
    fs::write(&config_path, config(&folder.config, float)).map_err(failed(&config_path))?;
    // It was written as a temporary file, which its owner alone may read.
    fs::metadata(&config_path)
        .and_then(|usual| fs::set_permissions(&path, usual.permissions()))
        .map_err(failed(&path))?;
    for name in ["README.md", "tokenizer_config.json", "special_tokens_map.json"] {
        let source = folder.path.join(name);
        if source.exists() {
            check(&source)?;
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

    /// Whether every value fits: f16 ends at 65,504, bf16 a little below f32.
    fn check(&self) -> std::result::Result<(), String> {
        let (overflows, advice): (fn(f32) -> bool, _) = match self.float {
            Some(Float::F16) if self.is_float() => (|x| f16::from_f32(x).is_infinite(), "f16; use bf16"),
            Some(Float::Bf16) if self.is_float() => (|x| bf16::from_f32(x).is_infinite(), "bf16; use f32"),
            _ => return Ok(()),
        };
        match self.values().find(|x| x.is_finite() && overflows(*x)) {
            Some(x) => Err(format!("{x:e} does not fit into {advice}")),
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
        let mode = |name: &str| fs::metadata(target.path().join("2").join(name)).unwrap().permissions();
        assert_eq!(mode("model.safetensors"), mode("config.json"));
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
        let to = folder.path().join("to");
        for (big, float, advice, wide) in [
            (70_000.0_f32, Float::F16, "f16; use bf16", Float::Bf16),
            (f32::MAX, Float::Bf16, "bf16; use f32", Float::F32),
        ] {
            let values: Vec<u8> = [1.0, big].into_iter().flat_map(f32::to_le_bytes).collect();
            let view = TensorView::new(Dtype::F32, vec![2], &values).unwrap();
            safetensors::serialize_to_file([("big", view)], None, &from.join("model.safetensors")).unwrap();
            let message = convert(&from, &to, Some(float)).unwrap_err().to_string();
            assert!(message.contains("`big`") && message.contains(advice), "{message}");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
            convert(&from, &to, Some(wide)).unwrap();
            assert!(to.join("model.safetensors").exists());
            fs::remove_dir_all(&to).unwrap();
        }
    }

    #[test]
    fn what_stands_beside_the_target_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("out.partial"), folder.path().join("out"));
        fs::create_dir(&from).unwrap();
        for name in ["config.json", "tokenizer.json", "model.safetensors"] {
            fs::copy(fixture("bert-token").join(name), from.join(name)).unwrap();
        }
        // What a run with this very process id left.
        let left = folder.path().join(format!("out.{}-0.partial", std::process::id()));
        for beside in [&from, &left] {
            fs::create_dir_all(beside).unwrap();
            fs::write(beside.join("thesis.txt"), "x").unwrap();
        }
        convert(&from, &to, None).unwrap();
        assert!(from.join("thesis.txt").exists() && from.join("config.json").exists());
        assert!(left.join("thesis.txt").exists() && !to.join("thesis.txt").exists());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn of_two_at_once_one_writes_and_the_other_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (fixture("bert-token"), folder.path().join("out"));
        let both = std::thread::scope(|scope| {
            let other = scope.spawn(|| convert(&from, &to, None));
            [convert(&from, &to, None), other.join().unwrap()]
        });
        assert_eq!(both.iter().filter(|done| done.is_ok()).count(), 1, "{both:?}");
        let message = both.into_iter().find_map(Result::err).unwrap().to_string();
        assert!(message.contains("is there already"), "{message}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(logits(&to), logits(&from));
    }
}
