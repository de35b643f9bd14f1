//! Where files of settings are: `stellig.toml` in the working directory or the nearest folder above it, and the user's
//! own file where the XDG Base Directory Specification puts it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::Trust;

/// The name of a file that is looked for.
pub const NAME: &str = "stellig.toml";

/// Where to look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// The working directory.
    pub start: PathBuf,
    /// The home folder, above which nothing is looked for.
    pub home: Option<PathBuf>,
    /// The folder of the user's configuration.
    pub configuration: Option<PathBuf>,
}

impl Places {
    /// The places of this process.
    pub fn of_process() -> Self {
        let variable = |name: &str| std::env::var_os(name).filter(|value: &OsString| !value.is_empty());
        let home = variable("HOME").map(PathBuf::from).or_else(std::env::home_dir);
        // The specification says to pass over a path that is not absolute.
        let given = variable("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute());
        Self {
            start: std::env::current_dir().unwrap_or_default(),
            configuration: given.or_else(|| Some(home.as_ref()?.join(".config"))),
            home,
        }
    }

    /// The user's own file, whether it is there or not.
    pub fn own(&self) -> Option<PathBuf> {
        Some(self.configuration.as_ref()?.join("stellig").join("config.toml"))
    }

    /// The nearest `stellig.toml`.
    pub fn found(&self) -> Option<PathBuf> {
        // The working directory is told by its real path, where the home folder may be behind a link.
        let real = self.home.as_ref().and_then(|home| fs::canonicalize(home).ok());
        let is_home = |folder: &Path| [&self.home, &real].into_iter().flatten().any(|home| home == folder);
        let last = self.start.ancestors().position(is_home).unwrap_or(usize::MAX);
        let folders = self.start.ancestors().take(last.saturating_add(1));
        folders.map(|folder| folder.join(NAME)).find(|path| path.is_file())
    }

    /// Both, the nearest first, as far as they are there.
    pub fn files(&self) -> Vec<(PathBuf, Trust)> {
        let own = self.own().filter(|path| path.is_file());
        let found = self.found().map(|path| (path, Trust::Found));
        found.into_iter().chain(own.map(|path| (path, Trust::Own))).collect()
    }
}
