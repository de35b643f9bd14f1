//! How models of the Hugging Face Hub are had: the options that every command with a model shares.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueHint};

/// Options of the Hub
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Model")]
pub struct HubArgs {
    /// Never use the network: a model that is not in the cache is an error
    #[arg(long)]
    pub offline: bool,

    /// Folder of the models that were downloaded [default: HF_HUB_CACHE, else ~/.cache/huggingface/hub]
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub cache: Option<PathBuf>,
}

#[cfg(feature = "hub")]
impl HubArgs {
    /// What the options say, and for the rest the environment.
    pub fn settings(&self) -> crate::loader::hub::Settings {
        let mut settings = crate::loader::hub::Settings::from_env();
        settings.offline |= self.offline;
        if let Some(cache) = &self.cache {
            settings.cache.clone_from(cache);
        }
        settings
    }
}

impl HubArgs {
    /// The same as arguments of another process of this program.
    pub fn arguments(&self) -> Vec<OsString> {
        let offline = self.offline.then(|| "--offline".into());
        let cache = self.cache.as_ref().map(|cache| {
            let mut argument = OsString::from("--cache=");
            argument.push(cache);
            argument
        });
        offline.into_iter().chain(cache).collect()
    }
}
