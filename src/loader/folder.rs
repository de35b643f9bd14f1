//! A model in a folder, as Hugging Face lays it: `config.json`, a tokenizer, and `model.safetensors` or an index with
//! several such files. Weights are mapped, not read, so that only what is kept takes memory. Pickled weights are
//! refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::error::{Error, Result};
use super::weight_file::WeightFile;
use crate::encoder::fields::Fields;

/// The files of a model folder.
#[derive(Debug)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// `config.json`.
    pub config: Vec<u8>,
    /// The safetensors files.
    pub weights: Vec<WeightFile>,
}

/// `model.safetensors.index.json`.
#[derive(Deserialize)]
struct Index {
    /// Tensor to file.
    weight_map: BTreeMap<String, String>,
}

impl Folder {
    /// Opens the folder.
    ///
    /// # Errors
    /// If the folder or one of its files is missing or unreadable, or its weights are pickled.
    pub fn open(folder: &Path) -> Result<Self> {
        if !folder.is_dir() {
            return Err(Error::NoFolder(folder.to_owned()));
        }
        Ok(Self {
            path: folder.to_owned(),
            config: read(folder.join("config.json"))?,
            weights: weights(folder)?,
        })
    }
}

/// The bytes of a file.
///
/// # Errors
/// If it is missing or unreadable.
pub(super) fn read(path: PathBuf) -> Result<Vec<u8>> {
    fs::read(&path).map_err(|source| failed(path, source))
}

fn failed(path: PathBuf, source: std::io::Error) -> Error {
    match source.kind() {
        std::io::ErrorKind::NotFound => Error::Missing(path),
        _ => Error::Io { path, source },
    }
}

/// The weights of the folder, as transformers would choose them: the single file first.
fn weights(folder: &Path) -> Result<Vec<WeightFile>> {
    let single = folder.join("model.safetensors");
    if single.exists() {
        return Ok(vec![map(single)?]);
    }
    let index = folder.join("model.safetensors.index.json");
    if index.exists() {
        return shards(&index)?.into_iter().map(|name| map(folder.join(name))).collect();
    }
    Err(without_weights(folder, single))
}

/// The files that an index names.
fn shards(path: &Path) -> Result<BTreeSet<String>> {
    let wrong = |message: String| Error::Index {
        path: path.to_owned(),
        message,
    };
    let index: Index = serde_json::from_slice(&read(path.to_owned())?).map_err(|error| wrong(error.to_string()))?;
    let names: BTreeSet<String> = index.weight_map.into_values().collect();
    let outside = |name: &&String| Path::new(name).file_name().is_none_or(|last| last != name.as_str());
    match names.iter().find(outside) {
        Some(name) => Err(wrong(format!("\"{name}\" is not in the same folder"))),
        None if names.is_empty() => Err(wrong("it names no file".to_owned())),
        None => Ok(names),
    }
}

fn map(path: PathBuf) -> Result<WeightFile> {
    WeightFile::map(&path).map_err(|source| failed(path, source))
}

/// The class of transformers that loads a checkpoint with its head.
fn class(folder: &Path) -> &'static str {
    let config = fs::read(folder.join("config.json")).unwrap_or_default();
    let config: Value = serde_json::from_slice(&config).unwrap_or_default();
    let names: Option<Vec<String>> = Fields::new(&config, "").maybe("architectures").unwrap_or_default();
    let sequence = |name: &String| name.ends_with("ForSequenceClassification");
    match names.is_some_and(|names| names.iter().any(sequence)) {
        true => "AutoModelForSequenceClassification",
        false => "AutoModelForTokenClassification",
    }
}

/// Why there are no weights: they are pickled, or there is nothing at all.
fn without_weights(folder: &Path, path: PathBuf) -> Error {
    let pickled = |path: &PathBuf| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| ["bin", "pt", "pth", "ckpt", "pkl"].contains(&ending))
    };
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|file| file.path())
        .collect();
    files.sort();
    match files.into_iter().find(pickled) {
        Some(path) => Error::Pickle {
            path,
            class: class(folder),
        },
        None => Error::Missing(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_names_files_of_its_own_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors.index.json");
        let read = |text: &str| {
            fs::write(&path, text).unwrap();
            shards(&path).map_err(|error| error.to_string())
        };
        let names = read(r#"{"weight_map":{"a":"m-2","b":"m-1","c":"m-2"}}"#).unwrap();
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["m-1", "m-2"]);
        for name in ["../m", "/m", "a/m", ".."] {
            let text = format!(r#"{{"weight_map":{{"a":"{name}"}}}}"#);
            assert!(read(&text).unwrap_err().contains("same folder"), "{name}");
        }
        assert!(read("{}").unwrap_err().contains("weight_map"));
        assert!(read(r#"{"weight_map":{}}"#).unwrap_err().contains("names no file"));
    }
}
