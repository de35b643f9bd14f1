//! One configuration to measure, as it is handed to the process that measures it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

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

impl Setting {
    /// What tells this configuration from the others of its run, for a person.
    pub fn name(&self) -> String {
        let threads = counted(self.threads, "thread");
        format!("{}, {threads}, packs of {}", self.dtype, self.batch_tokens)
    }
}
