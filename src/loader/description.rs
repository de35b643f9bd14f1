//! What there is to know of a model without loading it: from its configuration, its card and the headers of its
//! safetensors files, be they in a folder or still on the Hub.

use std::collections::BTreeSet;
use std::path::PathBuf;

use safetensors::SafeTensors;
use safetensors::tensor::Metadata;
use serde::Serialize;

#[cfg(feature = "hub")]
use super::error::Error;
use super::error::Result;
use super::files::Files;
#[cfg(feature = "hub")]
use super::hub::{Overview, WeightsHeader};
use super::manifest::{HeadSpec, Level, Manifest};
use super::{ModelSource, manifest_of};
use crate::label::{Scheme, coarse};

/// A model, described.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Description {
    /// Its name.
    pub name: String,
    /// Twelve hexadecimal digits of its commit or of the SHA-256 of its weights.
    pub revision: String,
    /// The whole commit, for a model of the Hub.
    pub commit: Option<String>,
    /// Where it is; none for the model in the program, and for one that is on the Hub only.
    pub folder: Option<PathBuf>,
    /// Whether a model of the Hub is in the cache; none for any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached: Option<bool>,
    /// The files that would be fetched of a model that is not in the cache, and their sizes where the Hub says them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to_fetch: Vec<(String, Option<u64>)>,
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
    /// How the labels of a token head mark spans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<&'static str>,
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
    let mut weights = Weights::default();
    for file in &files.weights {
        let (_, metadata) = SafeTensors::read_metadata(file.bytes()).map_err(|error| file.broken(&error))?;
        weights.add(&metadata, file.bytes().len() as u64);
    }
    let cached = files.commit.as_ref().map(|_| true);
    described(files, weights, cached, Vec::new())
}

/// Describes a model that is on the Hub and was looked at.
///
/// # Errors
/// If its weights are broken, or stellig cannot use it.
#[cfg(feature = "hub")]
pub fn describe_overview(overview: Overview) -> Result<Description> {
    let mut weights = Weights::default();
    for WeightsHeader { file, size, header } in &overview.weights {
        let broken = |message: String| Error::BrokenFile {
            place: format!("{}: {file}", overview.repo),
            message,
            remedy: "the owner of the model has to mend it",
        };
        let metadata: Metadata = serde_json::from_slice(header).map_err(|error| broken(error.to_string()))?;
        let whole = 8 + header.len() as u64 + metadata.data_len() as u64;
        if whole != *size {
            return Err(broken(format!("{size} bytes, but its header speaks of {whole}")));
        }
        weights.add(&metadata, *size);
    }
    let to_fetch = overview.files.clone();
    described(Files::on_hub(overview), weights, Some(false), to_fetch)
}

/// What the headers of safetensors files say.
#[derive(Default)]
struct Weights {
    parameters: u64,
    bytes: u64,
    dtypes: BTreeSet<String>,
}

impl Weights {
    fn add(&mut self, metadata: &Metadata, bytes: u64) {
        for tensor in metadata.tensors().into_values() {
            self.parameters += tensor.shape.iter().map(|&size| size as u64).product::<u64>();
            self.dtypes.insert(tensor.dtype.to_string().to_lowercase());
        }
        self.bytes += bytes;
    }
}

fn described(
    files: Files,
    weights: Weights,
    cached: Option<bool>,
    to_fetch: Vec<(String, Option<u64>)>,
) -> Result<Description> {
    let (config, manifest) = manifest_of(&files)?;
    Ok(Description {
        cached,
        to_fetch,
        heads: heads(&manifest),
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
        parameters: weights.parameters,
        bytes: weights.bytes,
        dtypes: weights.dtypes.into_iter().collect(),
    })
}

fn heads(manifest: &Manifest) -> Vec<DescribedHead> {
    let head = |head: &HeadSpec| {
        let scheme = (head.level == Level::Token)
            .then(|| manifest.scheme(head).ok())
            .flatten();
        let name = scheme.as_ref().map(Scheme::name);
        let kinds = scheme.map(|scheme| scheme.kinds).unwrap_or_default();
        let named = kinds.into_iter().filter(|kind| !kind.is_empty());
        DescribedHead {
            name: head.name.clone(),
            level: match head.level {
                Level::Token => "token",
                Level::Sentence => "sentence",
            },
            labels: head.labels.clone(),
            scheme: name,
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
