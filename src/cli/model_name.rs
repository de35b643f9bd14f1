//! What a user calls a model: a folder, a repository on the Hub, or the model in the program.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Result, anyhow, bail};

use crate::loader::{Description, Embedded, ModelSource, describe};
use crate::nearest::{did_you_mean, near_path, nearest};

use super::hub::HubArgs;

/// The name of the model in the program.
pub(super) const EMBEDDED: &str = "embedded";

/// A name that is not looked up yet.
#[derive(Debug, Clone)]
pub struct ModelName {
    name: String,
    /// The file of settings that names it, if that may not start a download.
    found_in: Option<PathBuf>,
}

/// Two names are the same if they mean the same model, wherever they were found.
impl PartialEq for ModelName {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for ModelName {}

impl FromStr for ModelName {
    type Err = Infallible;

    fn from_str(given: &str) -> std::result::Result<Self, Infallible> {
        Ok(Self {
            name: given.to_owned(),
            found_in: None,
        })
    }
}

impl ModelName {
    /// The name of the model in the program.
    pub fn embedded() -> Self {
        Self {
            name: EMBEDDED.to_owned(),
            found_in: None,
        }
    }

    /// Notes that `file` names it, which was merely found: it is then used where it is there, and never downloaded.
    pub(super) fn found_in(&mut self, file: &Path) {
        self.found_in = Some(file.to_owned());
    }

    /// Whether it is the model in the program: a folder of that name would come first.
    pub fn is_embedded(&self) -> bool {
        self.name == EMBEDDED && !Path::new(EMBEDDED).is_dir()
    }

    /// Where the model is. A folder that is there comes first; a name that cannot be a path is looked for in the Hub's
    /// cache and then on the Hub, from which it is downloaded.
    ///
    /// # Errors
    /// If there is no such model, or it cannot be downloaded.
    pub fn source(&self, embedded: Option<Embedded>, hub: &HubArgs) -> Result<ModelSource> {
        if let Some(source) = self.here(embedded)? {
            return Ok(source);
        }
        self.on_hub(hub).map_err(|error| self.explained(error, hub))
    }

    /// What the model is. One on the Hub that is not in the cache is looked at there, and not downloaded.
    ///
    /// # Errors
    /// If there is no such model, or stellig cannot use it.
    pub fn describe(&self, embedded: Option<Embedded>, hub: &HubArgs) -> Result<Description> {
        match self.here(embedded)? {
            Some(source) => Ok(describe(&source)?),
            None => self.described_on_hub(hub),
        }
    }

    /// The model in the program or in a folder; none where the name can only be one on the Hub.
    fn here(&self, embedded: Option<Embedded>) -> Result<Option<ModelSource>> {
        let path = Path::new(&self.name);
        if !path.exists() && is_path(&self.name) {
            let near = near_path(path).map(|near| near.display().to_string());
            bail!(
                "{}: no such model folder; check the path{}",
                path.display(),
                did_you_mean(near)
            );
        }
        // A file is refused as one; the Hub has no say in that.
        if path.exists() {
            return Ok(Some(ModelSource::Folder(path.to_owned())));
        }
        if self.name == EMBEDDED {
            return match embedded {
                Some(embedded) => Ok(Some(ModelSource::Embedded(embedded))),
                None => bail!("this stellig was built without a model; name one with --model"),
            };
        }
        Ok(None)
    }

    /// The error with where the model was looked for, and what may have been meant.
    fn explained(&self, error: anyhow::Error, hub: &HubArgs) -> anyhow::Error {
        let near = did_you_mean(self.near(hub));
        if let (Some(file), Some(missing)) = (&self.found_in, missing(&error)) {
            return anyhow!(
                "{} names the model {}: {missing}, and a file that was found starts no download; run `stellig models fetch \
                 {}`, or name the model with --model{near}",
                file.display(),
                self.name,
                self.name
            );
        }
        let error = error.context(format!("no folder {} here, so it was looked for on the Hub", self.name));
        match near.is_empty() {
            true => error,
            false => anyhow!("{}{near}", super::explained(&error)),
        }
    }

    /// What may have been meant: a folder that is there, the model in the program, or one in the cache.
    fn near(&self, hub: &HubArgs) -> Option<String> {
        // The name that its card and its records have.
        if self.name == "news-small" {
            return Some(format!("{EMBEDDED}, the model in the program"));
        }
        if let Some(path) = near_path(Path::new(&self.name)).filter(|path| path.is_dir()) {
            return Some(path.display().to_string());
        }
        let cached = cached(hub);
        let names = cached.iter().map(String::as_str).chain([EMBEDDED]);
        nearest(self.name.split('@').next()?, names)
            .filter(|near| *near != self.name)
            .map(str::to_owned)
    }

    #[cfg(feature = "hub")]
    fn on_hub(&self, hub: &HubArgs) -> Result<ModelSource> {
        use crate::loader::hub::{Hub, RepoId, Snapshot};

        let repo: RepoId = self.name.parse()?;
        let mut settings = hub.settings();
        settings.offline |= self.found_in.is_some();
        let hub = Hub::new(&settings);
        let Snapshot { folder, commit } = hub.snapshot(&repo, &mut super::download::DownloadBar::new())?;
        Ok(ModelSource::Snapshot {
            repo: repo.repo().to_owned(),
            commit,
            folder,
        })
    }

    #[cfg(feature = "hub")]
    fn described_on_hub(&self, args: &HubArgs) -> Result<Description> {
        use crate::loader::describe_overview;
        use crate::loader::hub::{Hub, Overview, RepoId};

        let look = || -> Result<Option<Overview>> {
            let repo: RepoId = self.name.parse()?;
            let hub = Hub::new(&args.settings());
            if hub.cache().find(&repo).is_ok() {
                return Ok(None);
            }
            Ok(Some(hub.overview(&repo, &mut super::download::DownloadBar::new())?))
        };
        match look().map_err(|error| self.explained(error, args))? {
            Some(overview) => Ok(describe_overview(overview)?),
            None => Ok(describe(&self.on_hub(args)?)?),
        }
    }

    #[cfg(not(feature = "hub"))]
    fn described_on_hub(&self, hub: &HubArgs) -> Result<Description> {
        Ok(describe(&self.on_hub(hub)?)?)
    }

    #[cfg(not(feature = "hub"))]
    fn on_hub(&self, _: &HubArgs) -> Result<ModelSource> {
        bail!("this stellig was built without the Hub (cargo feature `hub`)")
    }
}

/// What the cache lacks, where the network was not to be used.
fn missing(error: &anyhow::Error) -> Option<String> {
    #[cfg(feature = "hub")]
    if let Some(crate::loader::hub::Error::Offline { missing, .. }) = error.downcast_ref() {
        return Some(missing.clone());
    }
    let _ = error;
    None
}

/// The models in the cache.
#[cfg(feature = "hub")]
pub(super) fn cached(hub: &HubArgs) -> Vec<String> {
    let cache = crate::loader::hub::Cache::new(hub.settings().cache);
    cache.list().into_iter().map(|model| model.repo).collect()
}

#[cfg(not(feature = "hub"))]
fn cached(_: &HubArgs) -> Vec<String> {
    Vec::new()
}

/// Whether a name can only be a path: no name on the Hub has these signs.
fn is_path(name: &str) -> bool {
    let before_revision = name.split('@').next().unwrap_or_default();
    name.starts_with(['.', '/', '~'])
        || name.contains('\\')
        || name.ends_with('/')
        || before_revision.matches('/').count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_names() {
        for path in ["./a", "../a/b", "/a", "~/a", "a/b/c", "a/", "C:\\a"] {
            assert!(is_path(path), "{path}");
        }
        for name in ["a", "a/b", "a/b@main", "a/b@refs/pr/1", "embedded"] {
            assert!(!is_path(name), "{name}");
        }
    }

    #[test]
    fn a_folder_that_is_there_comes_first() {
        let hub = HubArgs::default();
        let Ok(name) = "src/loader".parse::<ModelName>();
        assert!(matches!(name.source(None, &hub), Ok(ModelSource::Folder(_))));
        let message = ModelName::embedded().source(None, &hub).unwrap_err().to_string();
        assert!(message.contains("--model"), "{message}");
    }
}
