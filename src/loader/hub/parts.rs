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

/// Sizes and labels of a model.
pub(super) const CONFIG: &str = "config.json";
/// The model card.
pub(super) const CARD: &str = "README.md";
const TOKENIZER: &str = "tokenizer.json";
const ALONGSIDE: [&str; 3] = [CARD, "tokenizer_config.json", "special_tokens_map.json"];
/// Files that a tokenizer can be made from; each line is enough.
const VOCABULARIES: [&[&str]; 4] = [
    &["vocab.txt"],
    &["vocab.json", "merges.txt"],
    &["sentencepiece.bpe.model"],
    &["spm.model"],
];
/// Endings of files that Python pickles, of which opening one can run code.
const PICKLED: [&str; 5] = [".bin", ".pt", ".pth", ".ckpt", ".pkl"];
/// Beginnings of pickled files that are no weights but states of a training.
const TRAINING: [&str; 5] = ["training_args", "optimizer", "scheduler", "scaler", "rng_state"];
/// Endings of weights in formats that stellig does not read.
const FOREIGN: [&str; 4] = [".h5", ".msgpack", ".onnx", ".gguf"];

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
    if let Some(lack) = lacking(&has) {
        return Err(refuse(repo.to_owned(), lack, files));
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

/// What to say of a repository that lacks something: weights are often there in another format.
fn refuse(repo: String, lack: Lack, files: &[String]) -> Error {
    let ends = |file: &str, endings: &[&str]| endings.iter().any(|ending| file.ends_with(ending));
    let pickled = |file: &&String| ends(file, &PICKLED) && !TRAINING.iter().any(|start| file.starts_with(start));
    let foreign = |file: &&String| ends(file, &FOREIGN);
    if lack != Lack::Weights {
        let what = lack.to_string();
        return Error::Lacks { repo, what };
    }
    match (files.iter().find(pickled), files.iter().find(foreign)) {
        (Some(file), _) => Error::Pickled {
            repo,
            file: file.clone(),
        },
        (None, Some(file)) => Error::Lacks {
            repo,
            what: format!("{lack}, only {file}"),
        },
        (None, None) => Error::Lacks {
            repo,
            what: lack.to_string(),
        },
    }
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
    let text = fs::read(path).map_err(|source| Error::disk(path, None, source))?;
    shards_of(&text).map_err(wrong)
}

/// The files that an index names, in order.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn shards_of(json: &[u8]) -> std::result::Result<Vec<String>, String> {
    let index: Index = serde_json::from_slice(json).map_err(|error| format!("no index of weights ({error})"))?;
    let shards: BTreeSet<String> = index.weight_map.into_values().collect();
    for shard in &shards {
        let plain = !shard.contains(['/', '\\', ':']) && !shard.starts_with('.') && shard.ends_with(".safetensors");
        if !plain || shard.chars().any(char::is_control) {
            return Err(format!("{shard:?} is no safetensors file beside it"));
        }
    }
    if shards.is_empty() {
        return Err("it names no weights".to_owned());
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
        let message = |more: &[&str]| {
            let files = [
                &["config.json", "onnx/model.onnx", "optimizer.pt", "tokenizer.json"],
                more,
            ]
            .concat();
            chosen(&files).unwrap_err().to_string()
        };
        let pickled = message(&["pytorch_model.bin"]);
        assert!(pickled.contains("(pytorch_model.bin)"), "{pickled}");
        assert!(pickled.contains("from_pretrained(\"a/b\")"), "{pickled}");
        let foreign = message(&[]);
        assert!(
            foreign.starts_with("a/b: no model.safetensors, only onnx/model.onnx;"),
            "{foreign}"
        );
        let nothing = chosen(&["config.json", "tokenizer.json"]).unwrap_err().to_string();
        assert!(nothing.starts_with("a/b: no model.safetensors;"), "{nothing}");
        let no_config = chosen(&["tokenizer.json", "model.safetensors"])
            .unwrap_err()
            .to_string();
        assert!(no_config.starts_with("a/b: no config.json;"), "{no_config}");
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
