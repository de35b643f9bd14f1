//! What the process that measures and the one that reports say to each other: JSON, a message a line, each request
//! answered by one reply. All times are taken by the process that measures, so that the pipe between them costs nothing.

use serde::{Deserialize, Serialize};

use super::padding::Padding;
use super::results::Model;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Load the model of a setting; the first request.
    Load(Box<super::Setting>),
    /// Read the input once and say what is in it.
    Survey,
    /// Label all articles, from reading to writing, by all threads.
    EndToEnd,
    /// Encode all packs, by all threads.
    Encoder,
    /// Label articles one by one, from the article with this number on.
    Latency(usize),
    /// Label all articles by one thread, and time each stage.
    Stages,
    /// Give the logits of the model's first token head.
    Logits,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The model is ready.
    Loaded(Loaded),
    /// What is in the input.
    Survey(Survey),
    /// A run over everything.
    Pass(Pass),
    /// Milliseconds of each article or sequence.
    Latency(Vec<f64>),
    /// Seconds of each stage.
    Stages(Stages),
    /// `[tokens * labels]` of each sequence.
    Logits(Vec<Vec<f32>>),
    /// It cannot be done.
    Failed(String),
}

/// A model that is ready.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Loaded {
    /// Seconds from opening its files to its readiness.
    pub seconds: f64,
    /// What it is.
    pub model: Model,
    /// `cpu` or `cuda`.
    pub device: String,
    /// The GPU's own name, where it runs on one.
    pub gpu: Option<String>,
    /// The number type that it runs in.
    pub dtype: String,
    /// Why it runs on the CPU, where a GPU might have been expected.
    pub remark: Option<String>,
}

/// What is in the input, for this model and pack size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// Articles that can be read and labelled; 0 where the input is sequences.
    pub articles: usize,
    /// Articles that cannot.
    pub failures: usize,
    /// Why the first of them cannot.
    pub first_failure: Option<String>,
    /// Bytes of text.
    pub bytes: usize,
    /// Sequences that the encoder reads.
    pub sequences: usize,
    /// Tokens in them.
    pub tokens: usize,
    /// Tokens of the longest.
    pub longest: usize,
    /// FLOP that they need.
    pub flop: f64,
    /// What padding would waste.
    pub padding: Padding,
}

/// A run over everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pass {
    /// From start to end.
    pub seconds: f64,
    /// Tokens that were encoded.
    pub tokens: u64,
    /// Articles that were labelled.
    pub articles: u64,
    /// The most memory that the process has had, in bytes, where the system says.
    pub peak_bytes: Option<u64>,
}

/// Seconds of one thread in each stage of labelling.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Stages {
    /// Files to articles.
    pub read: f64,
    /// Language and sentences.
    pub sentences: f64,
    /// Words, pieces and windows.
    pub tokenize: f64,
    /// The encoder.
    pub encode: f64,
    /// Heads, decoding, scores.
    pub heads: f64,
    /// The record, as JSON.
    pub write: f64,
}

impl Stages {
    /// Name and seconds of each stage, in order.
    pub fn named(&self) -> [(&'static str, f64); 6] {
        [
            ("read", self.read),
            ("sentences", self.sentences),
            ("tokenize", self.tokenize),
            ("encode", self.encode),
            ("heads", self.heads),
            ("write", self.write),
        ]
    }

    /// Each stage of `self` and `other` together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            read: self.read + other.read,
            sentences: self.sentences + other.sentences,
            tokenize: self.tokenize + other.tokenize,
            encode: self.encode + other.encode,
            heads: self.heads + other.heads,
            write: self.write + other.write,
        }
    }
}
