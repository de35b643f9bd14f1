//! A model in a folder, as Hugging Face lays it: `config.json`, a tokenizer, and `model.safetensors` or an index with
//! several such files. Weights are mapped, not read, so that only what is kept takes memory. Pickled weights are
//! refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::error::{Error, Result};
use super::weight_file::WeightFile;
use crate::encoder::fields::Fields;

/// Most bytes of a file that is read as a whole. Tokenizers of the largest vocabularies have some 40 MB.
const MOST_BYTES: u64 = 256 << 20;

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
/// If it is missing or unreadable, no regular file or too large.
pub(super) fn read(path: PathBuf) -> Result<Vec<u8>> {
    check(&path)?;
    let mut bytes = Vec::new();
    let file = fs::File::open(&path);
    // What a system makes up while it is read has no size before.
    match file.and_then(|file| file.take(MOST_BYTES).read_to_end(&mut bytes)) {
        Ok(_) => Ok(bytes),
        Err(source) => Err(failed(path, source)),
    }
}

/// Looks whether a file can be read as a whole: a folder may come from anybody, and a link in it may lead to a device that
/// never ends or a pipe that never begins.
///
/// # Errors
/// If it is missing, no regular file or too large.
pub(super) fn check(path: &Path) -> Result<()> {
    let wrong = |message: String| failed(path.to_owned(), io::Error::other(message));
    if regular(path)? > MOST_BYTES {
        return Err(wrong(format!(
            "more than {} MiB, too much for such a file",
            MOST_BYTES >> 20
        )));
    }
    Ok(())
}

/// The size of a regular file.
fn regular(path: &Path) -> Result<u64> {
    let found = fs::metadata(path).map_err(|source| failed(path.to_owned(), source))?;
    if !found.is_file() {
        let source = io::Error::other("no regular file, nor a link to one; copy the file itself there");
        return Err(failed(path.to_owned(), source));
    }
    Ok(found.len())
}

fn failed(path: PathBuf, source: io::Error) -> Error {
    match source.kind() {
        io::ErrorKind::NotFound => Error::Missing(path),
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
    regular(&path)?;
    WeightFile::map(&path).map_err(|source| failed(path, source))
}

/// The class of transformers that loads a checkpoint with its head.
fn class(folder: &Path) -> &'static str {
    let config = read(folder.join("config.json")).unwrap_or_default();
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

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_device_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["config.json", "model.safetensors"] {
            std::os::unix::fs::symlink("/dev/zero", folder.path().join(name)).unwrap();
        }
        let refused = |done: Result<()>| done.unwrap_err().to_string();
        let config = refused(read(folder.path().join("config.json")).map(drop));
        assert!(config.contains("config.json: no regular file"), "{config}");
        let weights = refused(weights(folder.path()).map(drop));
        assert!(weights.contains("model.safetensors: no regular file"), "{weights}");
        // As large as it says, and nothing in it.
        let path = folder.path().join("vocab.txt");
        fs::File::create(&path).unwrap().set_len(MOST_BYTES + 1).unwrap();
        let large = refused(check(&path));
        assert!(large.contains("vocab.txt: more than 256 MiB"), "{large}");
    }
}
