//! What there is to know of a model without loading it: from its configuration, its card and the heads of its
//! safetensors files.

use std::collections::BTreeSet;
use std::path::PathBuf;

use safetensors::SafeTensors;
use serde::Serialize;

use super::error::{Error, Result};
use super::files::Files;
use super::manifest::{HeadSpec, Level, Manifest};
use super::{ModelSource, manifest_of};
use crate::label::coarse;

/// A model, described.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Description {
    /// Its name.
    pub name: String,
    /// Twelve hexadecimal digits of its commit or of the SHA-256 of its weights.
    pub revision: String,
    /// The whole commit, for a model of the Hub.
    pub commit: Option<String>,
    /// Where it is; none for the model in the program.
    pub folder: Option<PathBuf>,
    /// `model_type` of the encoder.
    pub family: String,
    /// Number of layers.
    pub layers: usize,
    /// Width of a hidden state.
    pub hidden: usize,
    /// Number of pieces.
    pub vocabulary: usize,
    /// Tokens in a window.
    pub window: usize,
    /// Whether sentences are read together.
    pub context: bool,
    /// The heads.
    pub heads: Vec<DescribedHead>,
    /// Languages that it was trained on; empty where nobody says.
    pub languages: Vec<String>,
    /// Licence that its card names.
    pub licence: Option<String>,
    /// Number of weights.
    pub parameters: u64,
    /// Bytes of its weights.
    pub bytes: u64,
    /// Number types of its weights on the disk.
    pub dtypes: Vec<String>,
}

/// One head, described.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DescribedHead {
    /// Its name.
    pub name: String,
    /// `token` or `sentence`.
    pub level: &'static str,
    /// Its labels.
    pub labels: Vec<String>,
    /// Its types of entities, and what each is called in records.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<(String, String)>,
}

/// Describes a model.
///
/// # Errors
/// If a file is missing or broken, or stellig cannot use the model.
pub fn describe(source: &ModelSource) -> Result<Description> {
    let files = Files::open(source)?;
    let (config, manifest) = manifest_of(&files)?;
    let (mut parameters, mut bytes, mut dtypes) = (0, 0, BTreeSet::new());
    for file in &files.weights {
        let tensors = SafeTensors::deserialize(file.bytes()).map_err(|error| Error::Weights {
            model: files.origin.clone(),
            message: error.to_string(),
        })?;
        for (_, view) in tensors.tensors() {
            parameters += view.shape().iter().map(|&size| size as u64).product::<u64>();
            dtypes.insert(view.dtype().to_string().to_lowercase());
        }
        bytes += file.bytes().len() as u64;
    }
    let heads = heads(&manifest);
    Ok(Description {
        heads,
        revision: files.revision(),
        family: manifest.family,
        layers: config.num_layers(),
        hidden: config.hidden_size(),
        vocabulary: config.vocab_size(),
        window: manifest.window,
        context: manifest.context,
        name: manifest.name,
        commit: files.commit,
        folder: files.folder,
        languages: manifest.languages,
        licence: files.card.licence,
        parameters,
        bytes,
        dtypes: dtypes.into_iter().collect(),
    })
}

fn heads(manifest: &Manifest) -> Vec<DescribedHead> {
    let head = |head: &HeadSpec| {
        let scheme = (head.level == Level::Token).then(|| manifest.scheme(head).ok());
        let kinds = scheme.flatten().map(|scheme| scheme.kinds).unwrap_or_default();
        let named = kinds.into_iter().filter(|kind| !kind.is_empty());
        DescribedHead {
            name: head.name.clone(),
            level: match head.level {
                Level::Token => "token",
                Level::Sentence => "sentence",
            },
            labels: head.labels.clone(),
            types: named.map(|kind| (kind.clone(), coarse(&kind).to_owned())).collect(),
        }
    };
    manifest.heads.iter().map(head).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_checkpoint_is_described_without_being_loaded() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hub/deberta-v2-token");
        let found = describe(&ModelSource::Folder(folder)).unwrap();
        assert_eq!(
            (found.name.as_str(), found.family.as_str()),
            ("deberta-v2-token", "deberta-v2")
        );
        assert_eq!((found.layers, found.hidden, found.context), (3, 24, false));
        assert_eq!(found.dtypes, ["f32"]);
        assert!(
            found.bytes > 4 * found.parameters,
            "{} {}",
            found.bytes,
            found.parameters
        );
        let types = &found.heads[0].types;
        assert!(types.contains(&("GPE".into(), "LOC".into())), "{types:?}");
        assert!(types.contains(&("DATE".into(), "DATE".into())), "{types:?}");
    }
}
