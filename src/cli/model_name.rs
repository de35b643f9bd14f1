//! What a user calls a model: a folder, a repository on the Hub, or the model in the program.

use std::convert::Infallible;
use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, Result, bail};

use crate::loader::{Description, Embedded, ModelSource, describe};

/// The name of the model in the program.
const EMBEDDED: &str = "embedded";

/// A name that is not looked up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelName(String);

impl FromStr for ModelName {
    type Err = Infallible;

    fn from_str(given: &str) -> std::result::Result<Self, Infallible> {
        Ok(Self(given.to_owned()))
    }
}

impl ModelName {
    /// The name of the model in the program.
    pub fn embedded() -> Self {
        Self(EMBEDDED.to_owned())
    }

    /// Whether it is the model in the program: a folder of that name would come first.
    pub fn is_embedded(&self) -> bool {
        self.0 == EMBEDDED && !Path::new(EMBEDDED).is_dir()
    }

    /// Where the model is. A folder that is there comes first; a name that cannot be a path is looked for in the Hub's
    /// cache and then on the Hub, from which it is downloaded.
    ///
    /// # Errors
    /// If there is no such model, or it cannot be downloaded.
    pub fn source(&self, embedded: Option<Embedded>) -> Result<ModelSource> {
        if let Some(source) = self.here(embedded)? {
            return Ok(source);
        }
        self.on_hub().with_context(|| self.looked_for())
    }

    /// What the model is. One on the Hub that is not in the cache is looked at there, and not downloaded.
    ///
    /// # Errors
    /// If there is no such model, or stellig cannot use it.
    pub fn describe(&self, embedded: Option<Embedded>) -> Result<Description> {
        match self.here(embedded)? {
            Some(source) => Ok(describe(&source)?),
            None => self.described_on_hub(),
        }
    }

    /// The model in the program or in a folder; none where the name can only be one on the Hub.
    fn here(&self, embedded: Option<Embedded>) -> Result<Option<ModelSource>> {
        let path = Path::new(&self.0);
        // A file is refused as one; the Hub has no say in that.
        if path.exists() || is_path(&self.0) {
            return Ok(Some(ModelSource::Folder(path.to_owned())));
        }
        if self.0 == EMBEDDED {
            return match embedded {
                Some(embedded) => Ok(Some(ModelSource::Embedded(embedded))),
                None => bail!("this stellig was built without a model; name one with --model"),
            };
        }
        Ok(None)
    }

    fn looked_for(&self) -> String {
        format!("no folder {} here, so it was looked for on the Hub", self.0)
    }

    #[cfg(feature = "hub")]
    fn on_hub(&self) -> Result<ModelSource> {
        use crate::loader::hub::{Hub, RepoId, Settings, Snapshot};

        let repo: RepoId = self.0.parse()?;
        let hub = Hub::new(&Settings::from_env()?)?;
        let Snapshot { folder, commit } = hub.snapshot(&repo, &mut super::download::DownloadBar::new())?;
        Ok(ModelSource::Snapshot {
            repo: repo.repo().to_owned(),
            commit,
            folder,
        })
    }

    #[cfg(feature = "hub")]
    fn described_on_hub(&self) -> Result<Description> {
        use crate::loader::describe_overview;
        use crate::loader::hub::{Hub, Overview, RepoId, Settings};

        let look = || -> Result<Option<Overview>> {
            let repo: RepoId = self.0.parse()?;
            let hub = Hub::new(&Settings::from_env()?)?;
            if hub.cache().find(&repo).is_ok() {
                return Ok(None);
            }
            Ok(Some(hub.overview(&repo, &mut super::download::DownloadBar::new())?))
        };
        match look().with_context(|| self.looked_for())? {
            Some(overview) => Ok(describe_overview(overview)?),
            None => Ok(describe(&self.on_hub()?)?),
        }
    }

    #[cfg(not(feature = "hub"))]
    fn described_on_hub(&self) -> Result<Description> {
        Ok(describe(&self.on_hub()?)?)
    }

    #[cfg(not(feature = "hub"))]
    fn on_hub(&self) -> Result<ModelSource> {
        bail!("this stellig was built without the Hub (cargo feature `hub`)")
    }
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
        let name = ModelName("src/loader".to_owned());
        assert!(matches!(name.source(None), Ok(ModelSource::Folder(_))));
        let message = ModelName::embedded().source(None).unwrap_err().to_string();
        assert!(message.contains("--model"), "{message}");
    }
}
