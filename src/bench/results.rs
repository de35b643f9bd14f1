//! What a benchmark found, as it stands in its JSON file. [`SCHEMA`] grows when a field changes its meaning or goes away;
//! a file of another schema is refused. A configuration is told from others by its key, which leaves out what differs
//! between two versions of a program or of a model's weights.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::{Error, Result};
use super::machine::Machine;
use super::message::Stages;
use super::padding::Padding;
use super::statistics::Spread;
use crate::terminal::counted;

/// Version of the format.
pub const SCHEMA: u32 = 1;

/// A benchmark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Version of stellig.
    pub stellig: String,
    /// When it began, in UTC.
    pub date: String,
    /// Where it ran.
    pub machine: Machine,
    /// What ran.
    pub model: Model,
    /// What was read.
    pub input: InputSummary,
    /// Runs that were asked for after the warm-up; a time limit may have ended some configurations earlier.
    pub runs: usize,
    /// Runs before those, which are not counted.
    pub warm_up: usize,
    /// GEMM peaks, by threads.
    pub gemm_peaks: Vec<GemmPeak>,
    /// What was measured.
    pub configurations: Vec<Configuration>,
}

/// A model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// First twelve hexadecimal digits of its commit on the Hub, or else of the SHA-256 of its weights.
    pub revision: String,
    /// `model_type` of its encoder.
    pub family: String,
    /// Number of layers.
    pub layers: usize,
    /// Width of a hidden state.
    pub hidden: usize,
    /// FLOP of the linear layers for one token.
    pub flop_per_token: f64,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputSummary {
    /// `news`, `article`, `uniform:N`, `articles` (files) or `sequences` (a file of ids).
    pub lengths: String,
    /// Seed of what was made; none for files.
    pub seed: Option<u64>,
    /// Articles in a run.
    pub articles: usize,
    /// Articles that could not be read or labelled.
    pub failures: usize,
    /// Bytes of text in a run.
    pub bytes: usize,
    /// Sequences in a run.
    pub sequences: usize,
    /// Tokens in a run, overlap of windows included.
    pub tokens: usize,
    /// Tokens of the longest sequence.
    pub longest: usize,
}

/// How fast large matrices are multiplied, by as many threads, each its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GemmPeak {
    /// `cpu` or `cuda`.
    pub device: String,
    /// Number type of the factors.
    pub dtype: String,
    /// Number of threads.
    pub threads: usize,
    /// The best of all shapes and runs, in FLOP a second.
    pub flop_per_s: f64,
}

impl GemmPeak {
    /// What was measured, for a person: `matrix product, int8, 1 thread`.
    pub fn what(&self) -> String {
        let place = if self.device == "cpu" { "" } else { " on the GPU" };
        format!(
            "matrix product{place}, {}, {}",
            self.dtype,
            counted(self.threads, "thread")
        )
    }
}

/// One configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Configuration {
    /// What matches it with the same configuration of another benchmark.
    pub key: String,
    /// `cpu` or `cuda`.
    pub device: String,
    /// Number type.
    pub dtype: String,
    /// Threads that label.
    pub threads: usize,
    /// Tokens in a pack.
    pub batch_tokens: usize,
    /// Seconds from opening the model's files to its readiness; once, the files in the page cache.
    pub load_s: f64,
    /// The most memory that the process of this configuration had (`VmHWM`: resident pages, mapped files among them).
    pub peak_memory_bytes: Option<u64>,
    /// From reading to writing; none where the input is sequences.
    pub end_to_end: Option<EndToEnd>,
    /// The encoder alone, over the same packs.
    pub encoder: EncoderOnly,
    /// One article or sequence at a time.
    pub latency: Latency,
    /// Seconds of one thread in each stage, summed over the runs; none where the input is sequences.
    pub stages: Option<Stages>,
    /// What padding would waste.
    pub padding: Padding,
}

/// From reading to writing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndToEnd {
    /// Tokens that the encoder read, a second.
    pub tokens_per_s: Spread,
    /// Articles a second.
    pub articles_per_s: Spread,
}

/// The encoder alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EncoderOnly {
    /// Tokens a second.
    pub tokens_per_s: Spread,
    /// FLOP a second, at the median.
    pub flop_per_s: f64,
    /// Share of the GEMM peak of as many threads, 0 to 1.
    pub utilisation: Option<f64>,
    /// Number type of the peak: another one than the configuration's where there is no product to measure in its own.
    pub peak_dtype: Option<String>,
}

/// Milliseconds of one at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// `article` or `sequence`.
    pub of: String,
    /// How many were timed.
    pub samples: usize,
    /// Half take at most so long.
    pub p50_ms: f64,
    /// 95 in a hundred take at most so long.
    pub p95_ms: f64,
    /// 99 in a hundred take at most so long.
    pub p99_ms: f64,
    /// The slowest.
    pub max_ms: f64,
}

impl Configuration {
    /// What matches configurations of two benchmarks.
    pub fn key_of(
        model: &str,
        device: &str,
        dtype: &str,
        threads: usize,
        batch_tokens: usize,
        lengths: &str,
    ) -> String {
        format!("{model} {device} {dtype} threads={threads} batch={batch_tokens} {lengths}")
    }

    /// The tokens a second that count: end to end, or of the encoder where only that ran.
    pub fn tokens_per_s(&self) -> &Spread {
        match &self.end_to_end {
            Some(end_to_end) => &end_to_end.tokens_per_s,
            None => &self.encoder.tokens_per_s,
        }
    }
}

impl Results {
    /// Reads results that were saved.
    ///
    /// # Errors
    /// If the file cannot be read, is no such JSON, or is of another schema.
    pub fn read(path: &Path) -> Result<Self> {
        let wrong = |message: String| Error::Content {
            path: path.to_owned(),
            message,
        };
        let bytes = std::fs::read(path).map_err(Error::file(path))?;
        let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|e| wrong(format!("no JSON: {e}")))?;
        match value.get("schema").and_then(serde_json::Value::as_u64) {
            Some(schema) if schema == u64::from(SCHEMA) => {}
            Some(schema) => {
                let message = format!("schema {schema}; this version of stellig reads {SCHEMA}, measure it again");
                return Err(wrong(message));
            }
            None => return Err(wrong("no `schema`: not a file of `stellig bench --json`".to_owned())),
        }
        serde_json::from_value(value).map_err(|e| wrong(format!("not a file of `stellig bench --json`: {e}")))
    }

    /// As JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::super::made_up::made_up;
    use super::*;

    #[test]
    fn json_round_trips() {
        let results = made_up(&[("f32", 16_000.0), ("int8", 32_000.0)]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        std::fs::write(&path, results.to_json()).unwrap();
        assert_eq!(Results::read(&path).unwrap(), results);
    }

    #[test]
    fn another_schema_is_refused_by_its_number() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        for (text, want) in [
            ("{", "no JSON"),
            ("{}", "no `schema`"),
            (r#"{"schema": 99}"#, "schema 99"),
            (r#"{"schema": 1}"#, "missing field"),
        ] {
            std::fs::write(&path, text).unwrap();
            let message = Results::read(&path).unwrap_err().to_string();
            assert!(message.contains(want) && message.contains("a.json"), "{message}");
        }
    }
}
