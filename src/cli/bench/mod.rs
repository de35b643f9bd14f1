//! `stellig bench`: how fast a model runs on this machine.

mod args;

use std::ffi::OsString;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};

use crate::bench::{self, Comparison, Input, Lengths, Plan, Results, Verdict};
use crate::loader::Embedded;
use crate::record::Frame;

use args::settings;
pub use args::{BenchArgs, WorkerArgs};

use super::exit;
use super::interrupt::on_interrupt;
use super::model_name::ModelName;
use super::output::{input_is_output, is_article_within, is_written};
use super::result_file::ResultFile;
use super::say::say;

/// Name of the command of [`WorkerArgs`].
pub const WORKER: &str = "bench-worker";

/// Answers the requests of a `stellig bench` on standard input.
///
/// # Errors
/// If the pipes break.
pub fn work(args: &WorkerArgs, embedded: Option<Embedded>) -> Result<ExitCode> {
    let source = |name: &str| {
        let Ok(name) = name.parse::<ModelName>();
        name.source(embedded, &args.hub).map_err(|error| format!("{error:#}"))
    };
    bench::serve(io::stdin().lock(), io::stdout().lock(), source, |engine| {
        Frame::of(engine, true, 0.0)
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
    // Nor should a file that cannot be written, or one that would be gone before it is read.
    let outputs = [&args.output.json, &args.output.html, &args.output.logits];
    for output in outputs.into_iter().flatten() {
        let given = args.reads.articles.iter().chain(&args.reads.sequences);
        let earlier = args.output.from.iter().chain(&args.output.compare);
        let mut inputs = given.chain(earlier).chain(&args.output.baseline);
        if let Some(input) = inputs.find(|input| is_written(input, output)) {
            return Err(input_is_output(input));
        }
        if is_article_within(output, &args.reads.articles) {
            bail!(
                "{} is one of the articles in the folders that are read; write to another file",
                output.display()
            );
        }
    }
    let (json, html) = (open(&args.output.json)?, open(&args.output.html)?);
    let logits_file = open(&args.output.logits)?;
    let (results, logits) = match &args.output.from {
        Some(path) => (Results::read(path)?, bench::LogitsByType::new()),
        None => match measured(args, embedded) {
            Err(error) if is_interrupted(&error) => {
                say(error.to_string());
                return Ok(exit::interrupted());
            }
            measured => measured?,
        },
    };
    let compared = |(name, other): &(String, Results)| Comparison::of(&results, other, name);
    let comparisons: Vec<Comparison> = others.iter().map(compared).collect();
    // First, so that it is there whatever becomes of the files.
    let text = bench::table(&results, &comparisons);
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error).context("cannot write"),
        _ => {}
    }
    if let Some(file) = json {
        file.write(|out| out.write_all(results.to_json().as_bytes()))?;
    }
    if let Some(file) = html {
        file.write(|out| out.write_all(bench::page(&results, &comparisons).as_bytes()))?;
    }
    if let Some(file) = logits_file {
        file.write(|out| Ok(serde_json::to_writer(out, &logits)?))?;
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

fn open(path: &Option<PathBuf>) -> Result<Option<ResultFile<'_>>> {
    path.as_deref().map(ResultFile::open).transpose()
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
    name.source(embedded, &args.what.hub)?;
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
    on_interrupt(move || flag.store(true, Ordering::Relaxed))?;
    let tell = |message: &str| {
        if !args.quiet {
            say(message);
        }
    };
    let program = std::env::current_exe().context("cannot find the program itself")?;
    let arguments: Vec<OsString> = [WORKER.into()].into_iter().chain(args.what.hub.arguments()).collect();
    Ok(bench::run(&plan, &program, &arguments, &stop, tell)?)
}
