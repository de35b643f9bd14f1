//! `stellig models convert`.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::cli::model_name::ModelName;
use crate::loader::{Float, ModelSource, convert};

#[derive(Debug, Clone, Args)]
pub(super) struct ConvertArgs {
    /// Folder of a model, or a model on the Hub (owner/name, owner/name@revision)
    #[arg(value_name = "MODEL")]
    model: ModelName,

    /// Folder to write, which must not be there yet
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,

    /// Number type of the weights; as they are if not given
    #[arg(long, value_enum)]
    dtype: Option<FloatChoice>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FloatChoice {
    /// 32-bit floats.
    F32,
    /// 16-bit floats; a value above 65,504 is refused.
    F16,
    /// bfloat16.
    Bf16,
}

pub(super) fn run(args: &ConvertArgs) -> Result<String> {
    let from = match args.model.source(None)? {
        ModelSource::Folder(folder) | ModelSource::Snapshot { folder, .. } => folder,
        ModelSource::Embedded(_) => bail!("the model in the program is in models/ of its source already"),
    };
    let float = args.dtype.map(|choice| match choice {
        FloatChoice::F32 => Float::F32,
        FloatChoice::F16 => Float::F16,
        FloatChoice::Bf16 => Float::Bf16,
    });
    convert(&from, &args.to, float)?;
    Ok(format!("{}\n", args.to.display()))
}
