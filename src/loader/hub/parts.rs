//! Which files of a repository a model is made of. Everything else (other frameworks' weights, training states,
//! pictures) stays on the Hub.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::error::{Error, Result};

/// The weights in one file.
pub(super) const WEIGHTS: &str = "model.safetensors";
/// Which of several files holds which tensor.
pub(super) const INDEX: &str = "model.safetensors.index.json";

const CONFIG: &str = "config.json";
const TOKENIZER: &str = "tokenizer.json";
const ALONGSIDE: [&str; 3] = ["README.md", "tokenizer_config.json", "special_tokens_map.json"];
/// Files that a tokenizer can be made from; each line is enough.
const VOCABULARIES: [&[&str]; 4] = [
    &["vocab.txt"],
    &["vocab.json", "merges.txt"],
    &["sentencepiece.bpe.model"],
    &["spm.model"],
];
/// Endings of weights that are not read.
const FOREIGN: [&str; 8] = ["bin", "pt", "pth", "ckpt", "pkl", "h5", "msgpack", "onnx"];

/// Something that every model needs and this one lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lack {
    Config,
    Tokenizer,
    Weights,
}

impl Lack {
    /// The file that is looked for first.
    pub fn file(self) -> &'static str {
        match self {
            Self::Config => CONFIG,
            Self::Tokenizer => TOKENIZER,
            Self::Weights => WEIGHTS,
        }
    }
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file())?;
        match self {
            Self::Tokenizer => f.write_str(" (nor vocab.txt, vocab.json with merges.txt, or a SentencePiece model)"),
            Self::Config | Self::Weights => Ok(()),
        }
    }
}

/// What a repository lacks whose files are those that `has` knows.
pub(super) fn lacking(has: &dyn Fn(&str) -> bool) -> Option<Lack> {
    let vocabulary = || VOCABULARIES.iter().any(|files| files.iter().all(|file| has(file)));
    if !has(CONFIG) {
        Some(Lack::Config)
    } else if !has(TOKENIZER) && !vocabulary() {
        Some(Lack::Tokenizer)
    } else if !has(WEIGHTS) && !has(INDEX) {
        Some(Lack::Weights)
    } else {
        None
    }
}

/// The files to fetch of those that a repository has, small ones first, the weights or their index last.
///
/// # Errors
/// If it has no weights that are safe to read, or lacks something else that every model needs.
pub(super) fn choose<'a>(repo: &str, files: &'a [String]) -> Result<Vec<&'a str>> {
    let has = |name: &str| files.iter().any(|file| file == name);
    let repo = repo.to_owned();
    if let Some(lack) = lacking(&has) {
        let foreign = |file: &&String| FOREIGN.iter().any(|ending| file.ends_with(&format!(".{ending}")));
        return Err(match files.iter().find(foreign) {
            Some(file) if lack == Lack::Weights => Error::Pickled {
                repo,
                file: file.clone(),
            },
            _ => Error::Lacks {
                repo,
                what: lack.to_string(),
            },
        });
    }
    let mut wanted = vec![CONFIG];
    wanted.extend(ALONGSIDE);
    if has(TOKENIZER) {
        wanted.push(TOKENIZER);
    } else {
        wanted.extend(VOCABULARIES.iter().copied().flatten());
    }
    wanted.push(if has(WEIGHTS) { WEIGHTS } else { INDEX });
    let present = wanted
        .into_iter()
        .filter_map(|name| files.iter().find(|file| *file == name));
    Ok(present.map(String::as_str).collect())
}

#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

/// The files that the index in `path` names, in order.
///
/// # Errors
/// If it cannot be read, or names something else than safetensors files that stand beside it.
pub(super) fn shards(path: &Path) -> Result<Vec<String>> {
    let wrong = |problem: String| Error::Index {
        path: path.to_owned(),
        problem,
    };
    let text = fs::read_to_string(path).map_err(|source| Error::disk(path, None, source))?;
    let index: Index = serde_json::from_str(&text).map_err(|error| wrong(format!("no index of weights ({error})")))?;
    let shards: BTreeSet<String> = index.weight_map.into_values().collect();
    for shard in &shards {
        let plain = !shard.contains(['/', '\\', ':']) && !shard.starts_with('.') && shard.ends_with(".safetensors");
        if !plain || shard.chars().any(char::is_control) {
            return Err(wrong(format!("{shard:?} is no safetensors file beside it")));
        }
    }
    if shards.is_empty() {
        return Err(wrong("it names no weights".to_owned()));
    }
    Ok(shards.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(files: &[&str]) -> Result<Vec<String>> {
        let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
        Ok(choose("a/b", &files)?.into_iter().map(str::to_owned).collect())
    }

    #[test]
    fn a_model_is_a_few_files_weights_last() {
        let files = [
            ".gitattributes",
            "README.md",
            "config.json",
            "model.safetensors",
            "onnx/model.onnx",
            "optimizer.pt",
            "pytorch_model.bin",
            "special_tokens_map.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "vocab.txt",
        ];
        let wanted = [
            "config.json",
            "README.md",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "tokenizer.json",
            "model.safetensors",
        ];
        assert_eq!(chosen(&files).unwrap(), wanted);
    }

    #[test]
    fn without_tokenizer_json_what_it_is_made_from() {
        let weights = ["config.json", "model.safetensors.index.json"];
        let with = |more: &[&str]| chosen(&[&weights, more].concat());
        let roberta = with(&["merges.txt", "vocab.json"]).unwrap();
        assert_eq!(
            roberta,
            [
                "config.json",
                "vocab.json",
                "merges.txt",
                "model.safetensors.index.json"
            ]
        );
        assert!(with(&["spm.model"]).unwrap().contains(&"spm.model".to_owned()));
        for too_little in [&["vocab.json"][..], &["tokenizer_config.json"], &[]] {
            let message = with(too_little).unwrap_err().to_string();
            assert!(message.starts_with("a/b: no tokenizer.json"), "{message}");
        }
    }

    #[test]
    fn pickled_weights_are_refused_with_the_way_out() {
        let files = ["config.json", "tokenizer.json", "pytorch_model.bin"];
        let message = chosen(&files).unwrap_err().to_string();
        assert!(
            message.contains("(pytorch_model.bin)") && message.contains("from_pretrained(\"a/b\")"),
            "{message}"
        );
        let message = chosen(&files[..2]).unwrap_err().to_string();
        assert!(message.starts_with("a/b: no model.safetensors"), "{message}");
        let message = chosen(&files[1..]).unwrap_err().to_string();
        assert!(message.starts_with("a/b: no config.json"), "{message}");
    }

    #[test]
    fn shards_stand_beside_their_index() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(INDEX);
        let read = |map: &str| {
            fs::write(&path, format!(r#"{{"metadata":{{}},"weight_map":{map}}}"#)).unwrap();
            shards(&path)
        };
        let found = read(r#"{"x":"m-2.safetensors","y":"m-1.safetensors","z":"m-2.safetensors"}"#).unwrap();
        assert_eq!(found, ["m-1.safetensors", "m-2.safetensors"]);
        for evil in [
            "../m.safetensors",
            "/m.safetensors",
            "a\\\\m.safetensors",
            "m.bin",
            ".safetensors",
            "a\\nb.safetensors",
        ] {
            assert!(read(&format!(r#"{{"x":"{evil}"}}"#)).is_err(), "{evil}");
        }
        for broken in ["{}", "[]", r#"{"x":1}"#, ""] {
            assert!(read(broken).is_err(), "{broken}");
        }
    }
}
