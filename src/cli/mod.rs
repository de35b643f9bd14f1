//! The command line: one file per command. Commands hold no logic of their own; they turn arguments into calls. Data
//! goes to standard output, everything else to standard error.

pub mod bench;
pub mod completions;
pub mod config;
pub mod convert;
#[cfg(feature = "hub")]
pub mod download;
pub mod dry_run;
pub mod eval;
pub mod exit;
#[cfg(test)]
mod help_tests;
pub mod hub;
mod interrupt;
pub mod label;
pub mod labeller;
pub mod language;
pub mod man;
pub mod model;
pub mod model_name;
pub mod models;
mod notices;
mod number;
pub mod output;
mod parse;
mod print;
pub mod progress;
mod reading;
pub mod report;
mod result_file;
mod say;
pub mod schema;
mod settings;
#[cfg(test)]
mod settings_tests;
pub mod show;
mod surroundings;
mod table;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::loader::Embedded;

use labeller::EngineLabeller;
use model::ModelArgs;
use parse::{Parsed, definition, parse};
use say::say;

/// Labels news articles: entities, claims, how certain they are, who answers for them, and the words that give it away
#[derive(Debug, Parser)]
#[command(name = "stellig", version, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    settings: settings::SettingsArgs,
}

const EXAMPLES: &str = "\
Examples:
  stellig label articles/ -o labels.jsonl
  stellig show article.txt
  stellig show labels.jsonl --only uncertain --entity osman
  stellig report labels.jsonl -o report.html
  stellig convert labels.jsonl -o entities.csv
  stellig help label";

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant)] // made once
enum Command {
    Label(label::LabelArgs),
    Convert(convert::ConvertArgs),
    Report(report::ReportArgs),
    Show(show::ShowArgs),
    Eval(EvalCommand),
    Models(models::ModelsArgs),
    Schema(schema::SchemaArgs),
    Bench(bench::BenchArgs),
    Config(config::ConfigArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    #[command(name = bench::WORKER, hide = true)]
    BenchWorker(bench::WorkerArgs),
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
    interrupt::tell_full_files();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let done = parse(&arguments).and_then(|parsed| run(parsed, embedded));
    done.unwrap_or_else(|error| match error.downcast::<clap::Error>() {
        Ok(error) => {
            let _ = error.print();
            // clap ends with 2, which here means that some inputs failed.
            match error.use_stderr() {
                true => exit::COULD_NOT_RUN,
                false => exit::GOOD,
            }
        }
        Err(error) => {
            say(explained(&error));
            exit::COULD_NOT_RUN
        }
    })
}

fn run(parsed: Parsed, embedded: Option<Embedded>) -> Result<ExitCode> {
    match parsed.cli.command {
        Command::Label(args) => label::run(args, embedded),
        Command::Convert(args) => convert::run(&args),
        Command::Report(args) => report::run(args),
        Command::Show(args) => show::run(&args, embedded),
        Command::Eval(args) => eval::run(args.eval, || {
            let (engine, threads) = (args.model.engine(embedded)?, args.model.threads());
            Ok(Box::new(EngineLabeller { engine, threads }))
        }),
        Command::Models(args) => models::run(&args, embedded),
        Command::Schema(args) => schema::run(&args),
        Command::Bench(args) => bench::run(&args, embedded),
        Command::Config(args) => config::run(&args, &parsed.definition, &parsed.files, &parsed.places),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
        Command::BenchWorker(args) => bench::work(&args, embedded),
    }
}

/// The command line as people see it, for what is made from it: without the commands of the program's own.
fn shown() -> clap::Command {
    let whole = definition(true);
    let commands: Vec<clap::Command> = whole
        .get_subcommands()
        .filter(|inner| !inner.is_hide_set())
        .cloned()
        .collect();
    let about = whole.get_about().cloned().unwrap_or_default();
    clap::Command::new("stellig")
        .version(env!("CARGO_PKG_VERSION"))
        .about(about)
        .after_help(EXAMPLES)
        .args(whole.get_arguments().cloned())
        .subcommands(commands)
}

/// An error with its causes, each said once: errors of the library carry their cause in their own words already.
fn explained(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io;

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
