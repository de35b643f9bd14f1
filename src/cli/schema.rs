//! `stellig schema`: the JSON Schema of a line of output, generated from the types of `record.rs`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use schemars::generate::SchemaSettings;

use crate::record::Line;

use super::exit;
use super::print::print;

/// Print the JSON Schema of the record
///
/// A line that `label` writes is a record, or the failure that stands in place of one; the schema holds for both.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  stellig schema > record.schema.json")]
pub struct SchemaArgs {}

/// Runs the command.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(_: &SchemaArgs) -> Result<ExitCode> {
    // What is written, so that a field that always stands there is required.
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<Line>();
    let schema = serde_json::to_string_pretty(&schema)?;
    print(format!("{schema}\n"), exit::GOOD)
}
