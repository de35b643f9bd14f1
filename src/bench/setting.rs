//! One configuration to measure, as it is handed to the process that measures it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::error::{Error, Result};
use crate::terminal::counted;

/// A model, where and how it runs, and on what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// The model as it was named on the command line.
    pub model: String,
    /// `auto`, `cpu` or `cuda`.
    pub device: String,
    /// `auto`, `f32`, `f16`, `bf16` or `int8`.
    pub dtype: String,
    /// Threads that label.
    pub threads: usize,
    /// Tokens in a pack.
    pub batch_tokens: usize,
    /// What is read.
    pub input: Input,
}

/// What a configuration reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// Files and folders of articles.
    Articles(Vec<PathBuf>),
    /// A JSON file with a list of lists of ids; only the encoder runs.
    Sequences(PathBuf),
    /// Sequences of random ids; only the encoder runs.
    Uniform {
        /// Tokens in each.
        length: usize,
        /// How many.
        count: usize,
        /// Seed of the ids.
        seed: u64,
    },
}

impl Input {
    /// Checks that the process that measures can be told of it.
    ///
    /// # Errors
    /// If a path is not Unicode, which JSON cannot hold.
    pub(super) fn check(&self) -> Result<()> {
        let paths = match self {
            Self::Articles(paths) => paths.as_slice(),
            Self::Sequences(path) => std::slice::from_ref(path),
            Self::Uniform { .. } => &[],
        };
        match paths.iter().find(|path| path.to_str().is_none()) {
            Some(path) => Err(Error::Content {
                path: path.clone(),
                message: "its name is not Unicode, which `stellig bench` cannot hand to the processes that measure; \
                          rename it, or make a link to it that has a plain name"
                    .to_owned(),
            }),
            None => Ok(()),
        }
    }
}

impl Setting {
    /// What tells this configuration from the others of its run, for a person.
    pub fn name(&self) -> String {
        let threads = counted(self.threads, "thread");
        format!("{}, {threads}, packs of {}", self.dtype, self.batch_tokens)
    }
}
