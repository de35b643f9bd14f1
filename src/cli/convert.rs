//! `stellig convert`: labels that exist already into other formats.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use anyhow::Result;
use clap::Args;

use crate::convert::{self, Texts};

use super::exit;
use super::interrupt::stop_on_interrupt;
use super::output::{Opened, OutputArgs};
use super::reading::FieldArgs;
use super::say::say;
use crate::pipeline;
use crate::terminal::{counted, grouped};

/// Write labels that exist already in another format
///
/// Reads what `label` wrote as JSON Lines, also with .gz or .zst. Where a format needs a text that --no-text left out, it
/// is read from where the article was, from the fields that --text-field and its like name. A line that cannot be converted is told and passed over, and the exit code is 2.
/// Where there are no labels in it nothing is written, and a file that is there stays.
///
/// Exit codes: 0 all good, 1 could not run, 2 some lines failed or there were no labels, 130 interrupted.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct ConvertArgs {
    /// Labels as JSON Lines; - is standard input
    #[arg(value_name = "LABELS", required = true)]
    inputs: Vec<PathBuf>,

    #[command(flatten)]
    fields: FieldArgs,

    #[command(flatten)]
    pub(super) output: OutputArgs,

    /// No summary; only what failed, and what a stellig.toml that was found sets
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
    outputs.refuse_as_input(&args.inputs)?;
    let opened = outputs.open(io::stdout().is_terminal(), args.quiet)?;
    let texts = outputs.needs_text().map(|_| Texts::new(args.fields.options()));
    relay(&args.inputs, texts, opened, args.quiet, "converted")
}

/// Hands the labels in `inputs` to the outputs and says how it went; `done` is what the summary starts with.
///
/// # Errors
/// If the output cannot be written, or there is no thread to read on.
pub(super) fn relay(
    inputs: &[PathBuf],
    texts: Option<Texts>,
    mut outputs: Opened,
    quiet: bool,
    done: &str,
) -> Result<ExitCode> {
    let stop = match stop_on_interrupt() {
        Ok(stop) => stop,
        Err(error) => {
            outputs.discard()?;
            return Err(error);
        }
    };
    let counts = convert::run(inputs, texts, &stop, outputs.writer(), |message| {
        say(message);
    });
    let counts = match counts {
        Err(pipeline::Error::Sink(error)) => return outputs.fail(error, "converted"),
        Err(error) => {
            outputs.discard()?;
            return Err(error.into());
        }
        Ok(counts) => counts,
    };
    if stop.load(Ordering::Relaxed) {
        return outputs.interrupt("converted", counts.records == 0);
    }
    if counts.records == 0 {
        let input = named(inputs);
        return outputs.nothing(&match (counts.bad, counts.failures) {
            (0, 0) => format!("there are no labels in {input}"),
            (0, _) => format!("no article in {input} was labelled"),
            _ => "nothing could be converted".to_owned(),
        });
    }
    if let Some(code) = outputs.finish("converted")? {
        return Ok(code);
    }
    if !quiet {
        let failures = match counts.failures {
            0 => String::new(),
            failures => format!("; {} never labelled", grouped(failures)),
        };
        let bad = match counts.bad {
            0 => String::new(),
            bad => format!("; {} passed over", grouped(bad)),
        };
        say(format!(
            "{done} the labels of {}{failures}{bad}",
            counted(counts.records, "article")
        ));
    }
    Ok(if counts.bad > 0 {
        exit::some_failed()
    } else {
        exit::GOOD
    })
}

/// The input in words.
fn named(inputs: &[PathBuf]) -> String {
    match inputs {
        [input] if input == Path::new("-") => "standard input".to_owned(),
        [input] => input.display().to_string(),
        _ => "the input".to_owned(),
    }
}
