//! The arguments of `stellig bench`, and the configurations that they stand for.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread::available_parallelism;

use clap::{Args, ValueHint};

use crate::bench::{Input, Lengths, Setting};
use crate::cli::hub::HubArgs;
use crate::cli::number::{count, threads, whole};
use crate::loader::DeviceChoice;

/// Measure how fast a model labels on this machine
///
/// Every combination of --dtype, --threads and --batch-tokens is a configuration. Each runs in a process of its own, so
/// that its memory is its own; the processes take turns, run by run, so that what else the machine does hits all alike.
/// The articles are made from a seed and mean nothing; --articles measures on your own.
///
/// Tokens are those that the encoder reads, the overlap of windows included. "End to end" is from reading files to
/// writing lines; "encoder" is the encoder alone over the same packs. "Of peak" holds its arithmetic against large matrix
/// products on as many threads, measured in the same run. Memory is the most resident memory of the process (VmHWM),
/// mapped files included. Latency is that of one article labelled by one thread.
///
/// Exit codes: 0 all good, 1 could not run or slower than --baseline allows, 2 some articles failed, 130 interrupted.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct BenchArgs {
    #[command(flatten)]
    pub(super) what: WhatArgs,

    #[command(flatten)]
    pub(super) reads: ReadsArgs,

    /// Runs that are counted
    #[arg(long, default_value_t = NonZeroUsize::new(5).unwrap_or(NonZeroUsize::MIN), value_parser = count, value_name = "N",
        help_heading = "Run")]
    pub(super) runs: NonZeroUsize,

    /// Runs before those, which are not counted
    #[arg(long, default_value_t = 1, value_parser = whole::<usize>, value_name = "N", help_heading = "Run")]
    pub(super) warm_up: usize,

    /// Seconds after which a configuration takes no further run [default: no limit]
    #[arg(long, value_parser = positive, value_name = "S", help_heading = "Run")]
    pub(super) seconds: Option<f64>,

    /// No progress on standard error
    #[arg(short, long, help_heading = "Run")]
    pub(super) quiet: bool,

    #[command(flatten)]
    pub(super) output: OutputArgs,
}

const EXAMPLES: &str = "\
Examples:
  stellig bench                                             # all cores
  stellig bench --threads 1,2 --batch-tokens 256,1024 --html now.html
  stellig bench --articles my-articles/ --runs 10
  stellig bench --model ./my-model --lengths uniform:128    # the encoder alone
  stellig bench --baseline before.json --fail-below 0.9     # in CI
  stellig bench --from now.json --compare before.json       # two earlier runs";

/// What runs
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Model")]
pub(super) struct WhatArgs {
    /// Folder of a model, a name on the Hub (owner/name, owner/name@revision), or embedded, the one in the program
    #[arg(long, value_name = "MODEL", default_value = "embedded", value_hint = ValueHint::DirPath)]
    pub(super) model: String,

    /// Where to run
    #[arg(long, value_enum, default_value_t = DeviceChoice::Auto, value_name = "DEVICE")]
    pub(super) device: DeviceChoice,

    /// Number types of the products
    #[arg(long, value_delimiter = ',', default_value = "auto", value_parser = ["auto", "f32", "f16", "bf16", "int8"],
        value_name = "TYPES")]
    pub(super) dtype: Vec<String>,

    /// Numbers of threads [default: all cores]
    #[arg(long, value_delimiter = ',', value_parser = threads, value_name = "LIST")]
    pub(super) threads: Vec<NonZeroUsize>,

    /// Tokens that a thread encodes at once
    #[arg(long, value_delimiter = ',', default_value = "1024", value_parser = count, value_name = "LIST")]
    pub(super) batch_tokens: Vec<NonZeroUsize>,

    #[command(flatten)]
    pub(super) hub: HubArgs,
}

/// What is read
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct ReadsArgs {
    /// news (one to eight sentences, as long as those of news), article (200 to 700 words), or uniform:N (sequences of N
    /// tokens, the encoder alone)
    #[arg(long, default_value_t = Lengths::News, value_name = "KIND")]
    pub(super) lengths: Lengths,

    /// Articles or sequences in a run [default: about 30,000 tokens of them]
    #[arg(long, value_parser = count, value_name = "N", conflicts_with_all = ["articles", "sequences"])]
    pub(super) count: Option<NonZeroUsize>,

    /// Seed of what is made
    #[arg(long, default_value_t = 0, value_parser = whole::<u64>, value_name = "N",
        conflicts_with_all = ["articles", "sequences"])]
    pub(super) seed: u64,

    /// Files or folders of articles instead (may be repeated)
    #[arg(long, value_name = "PATH", conflicts_with_all = ["sequences", "lengths"])]
    pub(super) articles: Vec<PathBuf>,

    /// JSON file with a list of lists of ids instead; the encoder alone
    #[arg(long, value_name = "FILE", conflicts_with = "lengths")]
    pub(super) sequences: Option<PathBuf>,
}

/// Where results go
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArgs {
    /// Write the results as JSON
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,

    /// Write the results as a page
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,

    /// Write the logits of each number type as JSON, to check other engines against; with --sequences or uniform:N
    #[arg(long, value_name = "FILE")]
    pub(super) logits: Option<PathBuf>,

    /// Show ratios to the results of another run (may be repeated)
    #[arg(long, value_name = "FILE")]
    pub(super) compare: Vec<PathBuf>,

    /// Show ratios to these results, and end with exit code 1 where --fail-below says so
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,

    /// Fail if the median tokens/s end to end (of the encoder, where only that runs) of a configuration falls below this
    /// share of the baseline's
    #[arg(long, value_parser = positive, value_name = "SHARE", requires = "baseline")]
    pub(super) fail_below: Option<f64>,

    /// Show results that were saved by --json instead of measuring
    #[arg(long, value_name = "FILE", conflicts_with = "logits")]
    pub(super) from: Option<PathBuf>,
}

/// The process that measures one configuration; started by `stellig bench`
#[derive(Debug, Clone, Args)]
pub struct WorkerArgs {
    #[command(flatten)]
    pub(super) hub: HubArgs,
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => Ok(number),
        _ => Err("give a number above 0".to_owned()),
    }
}

/// All combinations.
pub(super) fn settings(what: &WhatArgs, input: &Input) -> Vec<Setting> {
    let all_cores = available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let threads = if what.threads.is_empty() {
        &vec![all_cores]
    } else {
        &what.threads
    };
    let mut found: Vec<Setting> = Vec::new();
    for dtype in &what.dtype {
        for threads in threads {
            for batch_tokens in &what.batch_tokens {
                let setting = Setting {
                    model: what.model.clone(),
                    device: what.device.to_string(),
                    dtype: dtype.clone(),
                    threads: threads.get(),
                    batch_tokens: batch_tokens.get(),
                    input: input.clone(),
                };
                if !found.contains(&setting) {
                    found.push(setting);
                }
            }
        }
    }
    found
}
