//! The command line: one file per command. Commands hold no logic of their own; they turn arguments into calls. Data
//! goes to standard output, everything else to standard error.

pub mod bench;
pub mod convert;
#[cfg(feature = "hub")]
pub mod download;
pub mod dry_run;
pub mod eval;
pub mod exit;
pub mod label;
pub mod labeller;
pub mod model;
pub mod model_name;
pub mod models;
pub mod output;
pub mod progress;
pub mod report;
pub mod schema;
pub mod show;
mod table;

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};

use crate::article::{self, ReadOptions};
use crate::loader::Embedded;
use crate::pipeline::{self, Counters, Settings};
use crate::record::Line;
use crate::terminal;

use labeller::EngineLabeller;
use model::{ModelArgs, frame};

/// Labels news articles: entities, claims, how certain they are, who answers for them, and the words that give it away
#[derive(Debug, Parser)]
#[command(name = "stellig", version, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant)] // made once
enum Command {
    Label(label::LabelArgs),
    Convert(convert::ConvertArgs),
    Report(report::ReportArgs),
    Show(ShowCommand),
    Eval(EvalCommand),
    Models(models::ModelsArgs),
    Schema(schema::SchemaArgs),
    Bench(bench::BenchArgs),
    #[command(name = bench::WORKER, hide = true)]
    BenchWorker(bench::WorkerArgs),
}

/// Show one article in the terminal: what is certain, what is not, and who says so
#[derive(Debug, Args)]
struct ShowCommand {
    #[command(flatten)]
    show: show::ShowArgs,

    /// Language of the article (ISO 639-1, such as nl), or auto to detect it
    #[arg(long, default_value = "auto", value_name = "CODE")]
    language: String,

    #[command(flatten)]
    model: ModelArgs,
}

/// Measure the model on gold data, or compare two runs
#[derive(Debug, Args)]
struct EvalCommand {
    #[command(flatten)]
    eval: eval::EvalArgs,

    #[command(flatten)]
    model: ModelArgs,
}

/// Parses the arguments, runs the command and says how it went. `embedded` is the model that ships, if it is built in.
pub fn main(embedded: Option<Embedded>) -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            // clap ends with 2, which here means that some inputs failed.
            return if error.use_stderr() {
                exit::COULD_NOT_RUN
            } else {
                exit::GOOD
            };
        }
    };
    let done = match cli.command {
        Command::Label(args) => label::run(args, embedded),
        Command::Convert(args) => convert::run(&args),
        Command::Report(args) => report::run(args),
        Command::Show(args) => show(&args, embedded),
        Command::Eval(args) => eval::run(args.eval, || {
            let (engine, threads) = (args.model.engine(embedded)?, args.model.threads());
            Ok(Box::new(EngineLabeller { engine, threads }))
        }),
        Command::Models(args) => models::run(&args, embedded),
        Command::Schema(args) => schema::run(&args),
        Command::Bench(args) => bench::run(&args, embedded),
        Command::BenchWorker(_) => bench::work(embedded),
    };
    done.unwrap_or_else(|error| {
        eprintln!("stellig: {}", terminal::sanitize(&explained(&error)));
        exit::COULD_NOT_RUN
    })
}

/// An error with its causes, each said once: errors of the library carry their cause in their own words already.
fn explained(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// Labels the articles of one file and renders them.
fn show(args: &ShowCommand, embedded: Option<Embedded>) -> Result<ExitCode> {
    let engine = args.model.engine(embedded)?;
    let settings = Settings {
        threads: args.model.threads(),
        batch_tokens: args.model.batch_tokens.get(),
        language: label::language(&args.language)?,
    };
    let articles = article::read(std::slice::from_ref(&args.show.file), ReadOptions::default())?;
    let (frame, counters, stop) = (frame(&engine, true, 0.0), Counters::default(), AtomicBool::new(false));
    let mut out = io::stdout().lock();
    let mut failed = false;
    let shown = pipeline::run(articles, &engine, &frame, &settings, &counters, &stop, |line| {
        failed |= matches!(line, Line::Failure(_));
        show::render_lines(&args.show, vec![line], &mut out)
    });
    match shown.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error).context("cannot write"),
        _ => {}
    }
    Ok(if failed { exit::some_failed() } else { exit::GOOD })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_said_once() {
        let missing = || io::Error::new(io::ErrorKind::NotFound, "no such file");
        let plain = anyhow::Error::new(missing()).context("a.tsv cannot be read");
        assert_eq!(explained(&plain), "a.tsv cannot be read: no such file");
        let twice = anyhow::Error::new(missing()).context("a.tsv: no such file");
        assert_eq!(explained(&twice), "a.tsv: no such file");
    }
}
