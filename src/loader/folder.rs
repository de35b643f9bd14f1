//! A model in a folder: `config.json`, `tokenizer.json` and `model.safetensors`, as Hugging Face lays them. The weights
//! are mapped, not read, so that only what is kept takes memory. Pickled weights are refused.
#![allow(unsafe_code)]

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use super::error::{Error, Result};

/// The files of a model folder.
#[derive(Debug)]
pub struct Folder {
    /// `config.json`.
    pub config: Vec<u8>,
    /// `tokenizer.json`.
    pub tokenizer: Vec<u8>,
    /// `model.safetensors`.
    pub weights: Mmap,
}

impl Folder {
    /// Opens the folder.
    ///
    /// # Errors
    /// If the folder or one of its files is missing or unreadable, or its weights are pickled or in several files.
    pub fn open(folder: &Path) -> Result<Self> {
        if !folder.is_dir() {
            return Err(Error::NoFolder(folder.to_owned()));
        }
        Ok(Self {
            config: read(folder.join("config.json"))?,
            weights: weights(folder)?,
            tokenizer: read(folder.join("tokenizer.json"))?,
        })
    }
}

fn read(path: PathBuf) -> Result<Vec<u8>> {
    fs::read(&path).map_err(|source| failed(path, source))
}

fn failed(path: PathBuf, source: std::io::Error) -> Error {
    match source.kind() {
        std::io::ErrorKind::NotFound => Error::Missing(path),
        _ => Error::Io { path, source },
    }
}

fn weights(folder: &Path) -> Result<Mmap> {
    let path = folder.join("model.safetensors");
    if !path.exists() {
        return Err(without_weights(folder, path));
    }
    let file = File::open(&path).map_err(|source| failed(path.clone(), source))?;
    // SAFETY: the map is read only while the model loads, and is unmapped after. Another program that cuts the file
    // short in that moment would stop this one; that is the known price of mapping, and weights are not edited in use.
    let map = unsafe { Mmap::map(&file) };
    map.map_err(|source| failed(path, source))
}

/// Why there is no `model.safetensors`: pickled, in several files, or nothing at all.
fn without_weights(folder: &Path, path: PathBuf) -> Error {
    let index = folder.join("model.safetensors.index.json");
    if index.exists() {
        return Error::Sharded(index);
    }
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
        Some(file) => Error::Pickle(file),
        None => Error::Missing(path),
    }
}
