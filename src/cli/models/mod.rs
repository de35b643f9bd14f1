//! `stellig models`: what a model is, what is cached of the Hugging Face Hub, and a model in another form.

mod convert;
#[cfg(feature = "hub")]
mod hub;
mod info;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::loader::Embedded;

use super::exit;
use super::print::print;

/// List, describe, fetch, verify and convert models
///
/// The cache is that of Python's huggingface_hub, and so are the variables: HF_HOME and HF_HUB_CACHE say where it is,
/// HF_TOKEN who asks, HF_ENDPOINT whom, and HF_HUB_OFFLINE=1 forbids to ask.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct ModelsArgs {
    #[command(subcommand)]
    command: ModelsCommand,
}

#[cfg(not(feature = "hub"))]
const EXAMPLES: &str = "\
Examples:
  stellig models info ./my-model
  stellig models convert ./my-model --to my-model-f16 --dtype f16";

#[cfg(feature = "hub")]
const EXAMPLES: &str = "\
Examples:
  stellig models list
  stellig models info Davlan/xlm-roberta-base-ner-hrl    # before it is fetched
  stellig models fetch Davlan/xlm-roberta-base-ner-hrl@main
  stellig models verify Davlan/xlm-roberta-base-ner-hrl
  stellig models convert ./my-model --to my-model-f16 --dtype f16";

#[derive(Debug, Clone, Subcommand)]
enum ModelsCommand {
    /// List the models in the cache
    #[cfg(feature = "hub")]
    List(hub::ListArgs),
    /// Say what a model is: family, size, labels, languages, licence
    Info(info::InfoArgs),
    /// Download a model, or bring it up to date
    #[cfg(feature = "hub")]
    Fetch(hub::RepoArgs),
    /// Check that the files of a cached model are unharmed; exit code 1 if one is not
    #[cfg(feature = "hub")]
    Verify(hub::RepoArgs),
    /// Write a model as one folder: weights in one file, of another number type, the tokenizer as tokenizer.json
    Convert(convert::ConvertArgs),
}

#[derive(Debug, Clone, Args)]
struct JsonArg {
    /// Print one JSON object instead of a table
    #[arg(long, help_heading = "Output")]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// If the model cannot be had, or standard output cannot be written.
pub fn run(args: &ModelsArgs, embedded: Option<Embedded>) -> Result<ExitCode> {
    let (text, code) = match &args.command {
        #[cfg(feature = "hub")]
        ModelsCommand::List(args) => (hub::list(args), exit::GOOD),
        ModelsCommand::Info(args) => (info::run(args, embedded)?, exit::GOOD),
        #[cfg(feature = "hub")]
        ModelsCommand::Fetch(args) => (hub::fetch(args)?, exit::GOOD),
        #[cfg(feature = "hub")]
        ModelsCommand::Verify(args) => hub::verify(args)?,
        ModelsCommand::Convert(args) => (convert::run(args)?, exit::GOOD),
    };
    print(text, code)
}
