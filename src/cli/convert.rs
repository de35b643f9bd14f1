//! `stellig convert`: labels that exist already into other formats.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use anyhow::{Context, Result};
use clap::Args;

use crate::convert::{self, Texts};
use crate::output::Writer;
use crate::terminal::sanitize;

use super::exit;
use super::label::stop_on_interrupt;
use super::output::{OutputArgs, input_is_output};
use super::progress::grouped;

/// Write labels that exist already in another format
///
/// Reads what `label` wrote as JSON Lines, also with .gz or .zst. Where a format needs a text that --no-text left out, it
/// is read from where the article was. A line that cannot be converted is told and passed over, and the exit code is 2.
///
/// Exit codes: 0 all good, 1 could not run, 2 some lines failed, 130 interrupted.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct ConvertArgs {
    /// Labels as JSON Lines; - is standard input
    #[arg(value_name = "LABELS", required = true)]
    inputs: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) output: OutputArgs,

    /// No summary; only what failed
    #[arg(short, long, help_heading = "Run")]
    pub(super) quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  stellig convert labels.jsonl -o labels.parquet
  stellig convert labels.jsonl -o sentences.csv --rows sentences
  stellig convert labels.jsonl.zst -o corpus --format brat";

/// Runs the command.
///
/// # Errors
/// If it could not run at all; lines that fail are no error.
pub fn run(args: &ConvertArgs) -> Result<ExitCode> {
    let outputs = args.output.outputs()?;
    if let Some(input) = args.inputs.iter().find(|input| outputs.is_output(input)) {
        return Err(input_is_output(input));
    }
    let writer = outputs.open(io::stdout().is_terminal())?;
    let texts = outputs.needs_text().map(|_| Texts::default());
    relay(&args.inputs, texts, writer, &outputs.partial(), args.quiet)
}

/// Hands the labels in `inputs` to `writer` and says how it went; `partial` is what an interrupted run leaves.
///
/// # Errors
/// If the output cannot be written.
pub(super) fn relay(
    inputs: &[PathBuf],
    texts: Option<Texts>,
    mut writer: Box<dyn Writer>,
    partial: &[PathBuf],
    quiet: bool,
) -> Result<ExitCode> {
    let stop = stop_on_interrupt()?;
    let done = convert::run(inputs, texts, &stop, &mut *writer, |message| {
        eprintln!("stellig: {}", sanitize(message));
    });
    let counts = match done {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(exit::GOOD),
        done => done.context("the output cannot be written")?,
    };
    if counts.records + counts.failures == 0 && counts.bad > 0 && !partial.is_empty() {
        // What stands under the name of the output may be worth more than nothing at all.
        writer.interrupt().context("the output cannot be completed")?;
        for path in partial.iter().filter(|path| path.exists()) {
            let remove = if path.is_dir() {
                fs::remove_dir_all
            } else {
                fs::remove_file
            };
            remove(path).context("the output cannot be removed")?;
        }
        eprintln!("stellig: nothing could be converted, so nothing was written");
        return Ok(exit::some_failed());
    }
    if stop.load(Ordering::Relaxed) {
        writer.interrupt().context("the output cannot be completed")?;
        for path in partial {
            eprintln!("stellig: what was converted is in {}", path.display());
        }
        return Ok(exit::interrupted());
    }
    match writer.finish() {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(exit::GOOD),
        done => done.context("the output cannot be completed")?,
    }
    if !quiet {
        let failures = match counts.failures {
            0 => String::new(),
            failures => format!("; {} were never labelled", grouped(failures)),
        };
        let bad = match counts.bad {
            0 => String::new(),
            bad => format!("; {} passed over", grouped(bad)),
        };
        eprintln!(
            "stellig: converted the labels of {} articles{failures}{bad}",
            grouped(counts.records)
        );
    }
    Ok(if counts.bad > 0 {
        exit::some_failed()
    } else {
        exit::GOOD
    })
}
