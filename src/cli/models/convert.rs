//! `stellig models convert`.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum, ValueHint};

use crate::cli::hub::HubArgs;
use crate::cli::model_name::ModelName;
use crate::loader::{Error, Float, ModelSource, convert};

#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  stellig models convert ./my-model --to my-model-f16 --dtype f16")]
pub(super) struct ConvertArgs {
    /// Folder of a model, or a model on the Hub (owner/name, owner/name@revision)
    #[arg(value_name = "MODEL", value_hint = ValueHint::DirPath)]
    model: ModelName,

    /// Folder to write, which must not be there yet
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath, help_heading = "Output")]
    to: PathBuf,

    /// Number type of the weights [default: as they are]
    #[arg(long, value_enum, value_name = "TYPE", help_heading = "Output")]
    dtype: Option<FloatChoice>,

    #[command(flatten)]
    hub: HubArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FloatChoice {
    /// 32-bit floats
    F32,
    /// 16-bit floats; a value above 65,504 is refused
    F16,
    /// bfloat16
    Bf16,
}

pub(super) fn run(args: &ConvertArgs) -> Result<String> {
    // What can be said before anything is downloaded.
    if args.to.exists() {
        return Err(Error::Exists(args.to.clone()).into());
    }
    if args.model.is_embedded() {
        bail!(
            "the model in the program is in models/ of stellig's source already; name a folder or a model on the Hub"
        );
    }
    let (ModelSource::Folder(from) | ModelSource::Snapshot { folder: from, .. }) =
        args.model.source(None, &args.hub)?
    else {
        bail!("only a model in a folder or on the Hub can be converted");
    };
    let float = args.dtype.map(|choice| match choice {
        FloatChoice::F32 => Float::F32,
        FloatChoice::F16 => Float::F16,
        FloatChoice::Bf16 => Float::Bf16,
    });
    convert(&from, &args.to, float)?;
    Ok(format!("{}\n", args.to.display()))
}
