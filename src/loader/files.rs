//! The files of a model, wherever it comes from, and what its card says.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use tokenizers::Tokenizer;

use super::card::Card;
use super::embedded::Embedded;
use super::error::{Error, Result};
use super::folder::{Folder, read};
#[cfg(feature = "hub")]
use super::hub::Overview;
use super::weight_file::WeightFile;
use super::{ModelSource, tokenizer, weights};

/// The files of a model.
pub(super) struct Files {
    /// What errors call the model: its folder, or its name on the Hub.
    pub origin: String,
    /// What a checkpoint is called, which does not say so itself.
    pub name: String,
    /// The commit on the Hub.
    pub commit: Option<String>,
    /// The folder that holds them.
    pub folder: Option<PathBuf>,
    /// The model card; empty where there is none.
    pub card: Card,
    /// `config.json`.
    pub config: Cow<'static, [u8]>,
    /// `tokenizer.json`, where it is not in the folder.
    tokenizer: &'static [u8],
    /// The safetensors files.
    pub weights: Vec<WeightFile>,
}

impl Files {
    /// Opens the files of a model.
    ///
    /// # Errors
    /// If the folder or one of its files is missing or unreadable.
    pub fn open(source: &ModelSource) -> Result<Self> {
        match source {
            ModelSource::Embedded(embedded) => Ok(Self::embedded(embedded)),
            ModelSource::Folder(folder) => Self::in_folder(folder, folder_name(folder), None),
            ModelSource::Snapshot { repo, commit, folder } => Self::in_folder(folder, repo.clone(), Some(commit)),
        }
    }

    fn embedded(embedded: &Embedded) -> Self {
        Self {
            origin: "embedded model".to_owned(),
            name: "embedded".to_owned(),
            commit: None,
            folder: None,
            card: Card::read(embedded.card),
            config: Cow::Borrowed(embedded.config),
            tokenizer: embedded.tokenizer,
            weights: vec![WeightFile::InProgram(embedded.weights)],
        }
    }

    /// What is known of a model on the Hub: nothing of its weights.
    #[cfg(feature = "hub")]
    pub fn on_hub(overview: Overview) -> Self {
        Self {
            origin: overview.repo.clone(),
            name: overview.repo,
            commit: Some(overview.commit),
            folder: None,
            card: overview.card.map(|text| Card::read(&text)).unwrap_or_default(),
            config: Cow::Owned(overview.config),
            tokenizer: &[],
            weights: Vec::new(),
        }
    }

    fn in_folder(folder: &Path, name: String, commit: Option<&String>) -> Result<Self> {
        let opened = Folder::open(folder)?;
        // A model does without a card, or with a broken one.
        let card = read(folder.join("README.md"))
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        Ok(Self {
            origin: match commit {
                Some(_) => name.clone(),
                None => folder.display().to_string(),
            },
            name,
            commit: commit.cloned(),
            folder: Some(folder.to_owned()),
            card: card.map(|text| Card::read(&text)).unwrap_or_default(),
            config: Cow::Owned(opened.config),
            tokenizer: &[],
            weights: opened.weights,
        })
    }

    /// What tells this model from others of its name: twelve hexadecimal digits of its commit or of its weights' hash.
    pub fn revision(&self) -> String {
        match &self.commit {
            Some(commit) => commit.chars().take(12).collect(),
            None => weights::revision(&self.weights),
        }
    }

    /// Reads the tokenizer of a model whose `model_type` is `family`.
    ///
    /// # Errors
    /// If there is none that stellig reads, or it is broken.
    pub fn tokenizer(&self, family: &str) -> Result<Tokenizer> {
        match &self.folder {
            Some(folder) => tokenizer::from_folder(folder, family),
            None => tokenizer::from_json(self.tokenizer).map_err(|error| Error::Tokenizer {
                model: self.origin.clone(),
                message: error.to_string(),
            }),
        }
    }
}

/// The last part of a path, for a model that is called nothing else.
fn folder_name(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let last = whole.file_name().unwrap_or(whole.as_os_str());
    last.to_string_lossy().into_owned()
}
