//! `stellig bench`: how fast a model runs on this machine.

use std::fs;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::bench::{self, Comparison, Input, Lengths, Plan, Results, Setting, Verdict};
use crate::loader::{DeviceChoice, Embedded};
use crate::terminal::sanitize;

use super::exit;
use super::model::frame;
use super::model_name::ModelName;

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
#[command(after_long_help = EXAMPLES)]
pub struct BenchArgs {
    #[command(flatten)]
    what: WhatArgs,

    #[command(flatten)]
    reads: ReadsArgs,

    /// Runs that are counted
    #[arg(long, default_value_t = NonZeroUsize::new(5).unwrap_or(NonZeroUsize::MIN), value_name = "N", help_heading = "Run")]
    runs: NonZeroUsize,

    /// Runs before those, which are not counted
    #[arg(long, default_value_t = 1, value_name = "N", help_heading = "Run")]
    warm_up: usize,

    /// A configuration that was measured for so many seconds takes no further run
    #[arg(long, value_parser = positive, value_name = "S", help_heading = "Run")]
    seconds: Option<f64>,

    /// No progress on standard error
    #[arg(short, long, help_heading = "Run")]
    quiet: bool,

    #[command(flatten)]
    output: OutputArgs,
}

const EXAMPLES: &str = "Examples:
  stellig bench                                            # the model in the program, all cores
  stellig bench --threads 1,2 --batch-tokens 256,1024 --json now.json --html now.html
  stellig bench --articles my-articles/ --runs 10
  stellig bench --model ./my-model --lengths uniform:128   # only the encoder, sequences of 128 tokens
  stellig bench --baseline before.json --fail-below 0.9    # in CI: exit code 1 if a tenth slower
  stellig bench --from now.json --compare before.json      # two earlier runs, nothing is measured";

/// What runs
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Model")]
struct WhatArgs {
    /// Folder of a model, or a name on the Hub (owner/name, owner/name@revision); the one that ships if not given
    #[arg(long, value_name = "MODEL", default_value = "embedded", hide_default_value = true)]
    model: String,

    /// Where to run: auto, cpu or cuda
    #[arg(long, default_value_t = DeviceChoice::Auto, value_name = "DEVICE")]
    device: DeviceChoice,

    /// Number types: auto, f32, f16, bf16, int8
    #[arg(long, value_delimiter = ',', default_value = "auto", value_parser = ["auto", "f32", "f16", "bf16", "int8"],
        hide_possible_values = true, value_name = "LIST")]
    dtype: Vec<String>,

    /// Numbers of threads; all cores if not given
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    threads: Vec<NonZeroUsize>,

    /// Tokens that a thread encodes at once
    #[arg(long, value_delimiter = ',', default_value = "1024", value_name = "LIST")]
    batch_tokens: Vec<NonZeroUsize>,
}

/// What is read
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Input")]
struct ReadsArgs {
    /// news (one to eight sentences, as long as those of news), article (200 to 700 words), or uniform:N (sequences of N
    /// tokens, the encoder alone)
    #[arg(long, default_value_t = Lengths::News, value_name = "KIND")]
    lengths: Lengths,

    /// Articles or sequences in a run [default: about 30,000 tokens of them]
    #[arg(long, value_name = "N")]
    count: Option<NonZeroUsize>,

    /// Seed of what is made
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,

    /// Files or folders of articles instead (may be repeated)
    #[arg(long, value_name = "PATH", conflicts_with_all = ["sequences", "lengths"])]
    articles: Vec<PathBuf>,

    /// JSON file with a list of lists of ids instead; the encoder alone
    #[arg(long, value_name = "FILE", conflicts_with = "lengths")]
    sequences: Option<PathBuf>,
}

/// Where results go
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
struct OutputArgs {
    /// Write the results as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Write the results as a page
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// Write the logits of each number type as JSON, to check other engines against; with --sequences or uniform:N
    #[arg(long, value_name = "FILE")]
    logits: Option<PathBuf>,

    /// Show ratios to the results of another run (may be repeated)
    #[arg(long, value_name = "FILE")]
    compare: Vec<PathBuf>,

    /// Show ratios to these results, and end with exit code 1 where --fail-below says so
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Fail if the median tokens/s end to end (of the encoder, where only that runs) of a configuration falls below this
    /// share of the baseline's
    #[arg(long, value_parser = positive, value_name = "SHARE", requires = "baseline")]
    fail_below: Option<f64>,

    /// Show results that were saved by --json instead of measuring
    #[arg(long, value_name = "FILE", conflicts_with = "logits")]
    from: Option<PathBuf>,
}

/// The process that measures one configuration; started by `stellig bench`
#[derive(Debug, Clone, Args)]
pub struct WorkerArgs {}

/// Name of the command of [`WorkerArgs`].
pub const WORKER: &str = "bench-worker";

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => Ok(number),
        _ => Err("give a number above 0".to_owned()),
    }
}

/// Answers the requests of a `stellig bench` on standard input.
///
/// # Errors
/// If the pipes break.
pub fn work(embedded: Option<Embedded>) -> Result<ExitCode> {
    let source = |name: &str| {
        let Ok(name) = name.parse::<ModelName>();
        name.source(embedded).map_err(|error| format!("{error:#}"))
    };
    bench::serve(io::stdin().lock(), io::stdout().lock(), source, |engine| {
        frame(engine, true, 0.0)
    })
    .context("nobody waits for results any more")?;
    Ok(exit::GOOD)
}

/// Runs the command.
///
/// # Errors
/// If something cannot be measured, read or written.
pub fn run(args: &BenchArgs, embedded: Option<Embedded>) -> Result<ExitCode> {
    // Read first: a mistake in a name should not cost a whole measurement.
    let others: Vec<(String, Results)> = args
        .output
        .compare
        .iter()
        .chain(&args.output.baseline)
        .map(|path| Ok((path.display().to_string(), Results::read(path)?)))
        .collect::<Result<_>>()?;
    let results = match &args.output.from {
        Some(path) => Results::read(path)?,
        None => {
            let (results, logits) = match measured(args, embedded) {
                Err(error) if is_interrupted(&error) => {
                    eprintln!("stellig: {error}");
                    return Ok(exit::interrupted());
                }
                measured => measured?,
            };
            if let Some(path) = &args.output.logits {
                write(path, &serde_json::to_string(&logits)?)?;
            }
            results
        }
    };
    let compared = |(name, other): &(String, Results)| Comparison::of(&results, other, name);
    let comparisons: Vec<Comparison> = others.iter().map(compared).collect();
    if let Some(path) = &args.output.json {
        write(path, &results.to_json())?;
    }
    if let Some(path) = &args.output.html {
        write(path, &bench::page(&results, &comparisons))?;
    }
    let text = bench::table(&results, &comparisons);
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error).context("cannot write"),
        _ => {}
    }
    if let (Some(baseline), Some(share)) = (comparisons.last(), args.output.fail_below) {
        judge(baseline, share)?;
    }
    Ok(if results.input.failures > 0 {
        exit::some_failed()
    } else {
        exit::GOOD
    })
}

fn is_interrupted(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(bench::Error::Interrupted))
}

/// An error if the results are too slow, or cannot be told to be fast enough.
fn judge(baseline: &Comparison, share: f64) -> Result<()> {
    match bench::verdict(baseline, share) {
        Verdict::Good => Ok(()),
        Verdict::Slower(all) => {
            let shown = all
                .iter()
                .map(|(key, ratio)| format!("{key}: {ratio:.2} of its tokens/s"));
            let shown: Vec<String> = shown.collect();
            bail!("slower than {share} of {}: {}", baseline.name, shown.join("; "))
        }
        Verdict::Nothing => bail!(
            "{} has none of these configurations, so --fail-below has nothing to go by; measure the baseline anew with \
             the same options",
            baseline.name
        ),
    }
}

fn measured(args: &BenchArgs, embedded: Option<Embedded>) -> Result<(Results, bench::LogitsByType)> {
    let reads = &args.reads;
    let Ok(name) = args.what.model.parse::<ModelName>();
    // A model of the Hub is downloaded here, once, and no process waits for it later.
    name.source(embedded)?;
    let count = reads
        .count
        .map_or_else(|| reads.lengths.usual_count(), NonZeroUsize::get);
    let (mut lengths, mut seed, mut folder) = (reads.lengths.to_string(), Some(reads.seed), None);
    let input = match (&reads.sequences, reads.articles.as_slice(), reads.lengths) {
        (Some(path), _, _) => {
            (lengths, seed) = ("sequences".to_owned(), None);
            bench::read_sequences(path)?;
            Input::Sequences(path.clone())
        }
        (None, [], Lengths::Uniform(length)) => Input::Uniform {
            length,
            count,
            seed: reads.seed,
        },
        (None, [], kind) => {
            let made = folder.insert(bench::Folder::of(&bench::articles(kind, count, reads.seed))?);
            Input::Articles(vec![made.path().to_owned()])
        }
        (None, paths, _) => {
            (lengths, seed) = ("articles".to_owned(), None);
            if paths.iter().any(|path| path == Path::new("-")) {
                bail!("--articles -: standard input can be read only once; name files or folders");
            }
            Input::Articles(paths.to_vec())
        }
    };
    let plan = Plan {
        settings: settings(&args.what, &input),
        lengths,
        seed,
        runs: args.runs.get(),
        warm_up: args.warm_up,
        seconds: args.seconds,
        logits: args.output.logits.is_some(),
    };
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed)).context("cannot listen for Ctrl-C")?;
    let tell = |message: &str| {
        if !args.quiet {
            eprintln!("stellig: {}", sanitize(message));
        }
    };
    let program = std::env::current_exe().context("cannot find the program itself")?;
    Ok(bench::run(&plan, &program, &[WORKER], &stop, tell)?)
}

/// All combinations.
fn settings(what: &WhatArgs, input: &Input) -> Vec<Setting> {
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

/// Writes a file that is there only when it is complete.
fn write(path: &Path, text: &str) -> Result<()> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let written = fs::write(&partial, text).and_then(|()| fs::rename(&partial, path));
    written.with_context(|| format!("cannot write {}", path.display()))
}
