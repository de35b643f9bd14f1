//! `stellig report`: labels that exist already as one page to read in a browser.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::convert::Texts;

use super::convert::relay;
use super::output::{Outputs, input_is_output, is_written};
use super::reading::FieldArgs;

/// Make a page of labels to read in a browser: charts, filters, articles, and the trail of a name
///
/// Reads what `label` wrote as JSON Lines, also with .gz or .zst, and writes one HTML file that holds everything: it needs no
/// network and sends nothing anywhere. Anybody who has the file has the articles. A text that --no-text left out is read from where the
/// article was, from the fields that --text-field and its like name.
///
/// Exit codes: 0 all good, 1 could not run, 2 some lines failed or there were no labels, 130 interrupted.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct ReportArgs {
    /// Labels as JSON Lines; - is standard input
    #[arg(value_name = "LABELS", required = true)]
    inputs: Vec<PathBuf>,

    #[command(flatten)]
    fields: FieldArgs,

    /// Write the page to FILE, which appears when it is complete; in a folder it is labels.html; - is standard output
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "report.html",
        help_heading = "Output"
    )]
    output: PathBuf,

    /// Title of the page
    #[arg(long, value_name = "TITLE", help_heading = "Output")]
    title: Option<String>,

    /// No summary; only what failed
    #[arg(short, long, help_heading = "Run")]
    quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  stellig report labels.jsonl -o report.html
  stellig report labels.jsonl.zst --title Harbour -o harbour.html";

/// Runs the command.
///
/// # Errors
/// If it could not run at all; lines that fail are no error.
pub fn run(args: ReportArgs) -> Result<ExitCode> {
    let output = args.output;
    if let Some(input) = args.inputs.iter().find(|input| is_written(input, &output)) {
        return Err(input_is_output(input));
    }
    let outputs = Outputs::report(&output, args.title)?;
    outputs.refuse_as_input(&args.inputs)?;
    let done = if outputs.to_standard_output() {
        "wrote a page with".to_owned()
    } else {
        format!("wrote {} with", outputs.names())
    };
    let opened = outputs.open(false, args.quiet)?;
    let texts = Texts::new(args.fields.options());
    relay(&args.inputs, Some(texts), opened, args.quiet, &done)
}
