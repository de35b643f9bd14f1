//! What can go wrong while a model is loaded, said so that the reader knows what to do next.

use std::path::PathBuf;

use crate::encoder;

/// An error of the loader.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder is not there or is no folder.
    #[error("{}: {}", .0.display(), if .0.exists() {
        "it is a file; name the folder that it is in, with config.json, tokenizer and model.safetensors"
    } else {
        "no such model folder; check the path"
    })]
    NoFolder(PathBuf),
    /// A file of the folder is not there.
    #[error("{}: not found; a model folder holds config.json, a tokenizer and model.safetensors, so copy it there", .0.display())]
    Missing(PathBuf),
    /// The folder has no tokenizer that stellig reads.
    #[error(
        "{}: no tokenizer.json (nor vocab.txt, vocab.json with merges.txt, or a SentencePiece model); copy it there from \
         where the model came from, or write one, in Python: \
         from transformers import AutoTokenizer; AutoTokenizer.from_pretrained(\"NAME\").save_pretrained(\"{}\")",
        .0.display(), .0.display()
    )]
    NoTokenizer(PathBuf),
    /// Only pickled weights are there, which can run code when they are opened.
    #[error(
        "{}: pickled weights are not loaded, since opening them can run code; convert them once, in Python: \
         from transformers import {class} as M, AutoTokenizer as T; \
         M.from_pretrained(\"{folder}\").save_pretrained(\"NEW\"); T.from_pretrained(\"{folder}\").save_pretrained(\"NEW\")",
        path.display(), folder = path.parent().unwrap_or(path).display()
    )]
    Pickle {
        /// The weights.
        path: PathBuf,
        /// The class of transformers that keeps the model's head.
        class: &'static str,
    },
    /// The index of weights in several files is not one.
    #[error("{}: {message}", path.display())]
    Index {
        /// The index.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// Something is there already where a model is to be written.
    #[error("{}: is there already; name another folder, or remove it first", .0.display())]
    Exists(PathBuf),
    /// The tokenizer is there only as SentencePiece keeps it, and cannot be converted.
    #[error(
        "{}: {message}, and there is no tokenizer.json beside it; write one once, in Python: \
         from transformers import AutoTokenizer; AutoTokenizer.from_pretrained(\"FOLDER\").save_pretrained(\"FOLDER\")", path.display()
    )]
    SentencePiece {
        /// The model file.
        path: PathBuf,
        /// Why it cannot be converted.
        message: String,
    },
    /// A file could not be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A model could not be written.
    #[error("{}: cannot be written ({source}); name another folder with --to, or make room", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// `config.json` is not one that stellig can use.
    #[error("{model}: {source}")]
    Config {
        /// Where the model came from.
        model: String,
        /// Why.
        source: encoder::Error,
    },
    /// The tokenizer is not one that stellig can use.
    #[error("{model}: the tokenizer is broken or of an unknown kind: {message}")]
    Tokenizer {
        /// Where the model came from.
        model: String,
        /// Why.
        message: String,
    },
    /// `model.safetensors` is broken, or a tensor in it is missing or has another shape.
    #[error("{model}: model.safetensors: {message}")]
    Weights {
        /// Where the model came from.
        model: String,
        /// Why.
        message: String,
    },
    /// A file of weights is no safetensors file, or not all of one.
    #[error("{place}: no whole safetensors file ({message}); {remedy}")]
    BrokenFile {
        /// Which file.
        place: String,
        /// Why.
        message: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The wanted device or number type is not to be had.
    #[error("{0}")]
    Device(String),
    /// The device failed while the heads ran.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}

/// Result of the loader.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// What went wrong with a tensor while `model` was loaded: the GPU, or else the weights.
    pub(super) fn loading(model: &str, error: &candle_core::Error) -> Self {
        match gpu_fault(error) {
            Some(fault) => Self::of_gpu(&fault),
            None => Self::Weights {
                model: model.to_owned(),
                message: described(error),
            },
        }
    }

    /// The GPU failed while a model was loaded; `fault` is what it said.
    pub(super) fn of_gpu(fault: &str) -> Self {
        Self::Device(format!(
            "the GPU cannot load the model ({fault}); see with nvidia-smi what else it does and whether it has room, or use --device cpu"
        ))
    }
}

/// What CUDA said, where it is CUDA that failed.
fn gpu_fault(error: &candle_core::Error) -> Option<String> {
    use candle_core::Error as E;
    match error {
        E::WithBacktrace { inner, .. } | E::Context { inner, .. } | E::WithPath { inner, .. } => gpu_fault(inner),
        E::Cuda(fault) => Some(fault.to_string()),
        _ => None,
    }
}

/// A tensor error in few words, the tensor's name first.
pub(super) fn described(error: &candle_core::Error) -> String {
    use candle_core::Error as E;
    match error {
        E::WithBacktrace { inner, .. } | E::Context { inner, .. } | E::WithPath { inner, .. } => described(inner),
        E::CannotFindTensor { path } => {
            format!("tensor `{path}` is missing; copy config.json and weights anew, both from one model")
        }
        E::UnexpectedShape { msg, expected, got } => {
            let name = msg.strip_prefix("shape mismatch for ").unwrap_or(msg);
            format!(
                "tensor `{name}` has shape {:?}, expected {:?} by config.json; copy both anew, from one model",
                got.dims(),
                expected.dims()
            )
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_the_gpu_is_not_laid_on_the_weights() {
        let fault = || candle_core::Error::Cuda("CUDA_ERROR_OUT_OF_MEMORY".into());
        for error in [fault(), fault().with_path("model.safetensors")] {
            let message = Error::loading("some-model", &error).to_string();
            assert!(
                message.contains("CUDA_ERROR_OUT_OF_MEMORY") && message.contains("--device cpu"),
                "{message}"
            );
            assert!(!message.contains("some-model"), "{message}");
        }
        let missing = candle_core::Error::CannotFindTensor { path: "a.b".to_owned() };
        let message = Error::loading("some-model", &missing).to_string();
        assert!(message.contains("some-model") && message.contains("`a.b`"), "{message}");
    }
}
