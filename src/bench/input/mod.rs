//! What is read while measuring: articles made from a seed, files of the user's, or sequences of ids.

mod articles;
mod folder;
mod random;
mod sentence;
mod vocabulary;

use std::fmt;
use std::fs;
use std::path::Path;
use std::str::FromStr;

pub use articles::articles;
pub use folder::Folder;
use random::Random;

use crate::nearest::{did_you_mean, nearest};

use super::error::{Error, Result};

/// How long what is made is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lengths {
    /// News in brief: articles of one to eight sentences.
    News,
    /// Articles of 200 to 700 words.
    Article,
    /// Sequences of so many tokens, for the encoder alone.
    Uniform(usize),
}

impl FromStr for Lengths {
    type Err = String;

    fn from_str(given: &str) -> std::result::Result<Self, String> {
        let tokens = given.strip_prefix("uniform:").map(str::parse::<usize>);
        match (given, tokens) {
            ("news", _) => Ok(Self::News),
            ("article", _) => Ok(Self::Article),
            (_, Some(Ok(tokens))) if tokens > 0 => Ok(Self::Uniform(tokens)),
            _ => {
                let near = did_you_mean(nearest(given, ["news", "article"]));
                Err(format!(
                    "there are news, article and uniform:N, such as uniform:128{near}"
                ))
            }
        }
    }
}

impl fmt::Display for Lengths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::News => f.write_str("news"),
            Self::Article => f.write_str("article"),
            Self::Uniform(tokens) => write!(f, "uniform:{tokens}"),
        }
    }
}

/// `count` sequences of `length` random ids below `vocab_size`.
pub fn uniform(length: usize, count: usize, vocab_size: usize, seed: u64) -> Vec<Vec<u32>> {
    let mut random = Random::new(seed);
    let mut sequence = || (0..length).map(|_| random.below(vocab_size) as u32).collect();
    (0..count).map(|_| sequence()).collect()
}

/// Reads a JSON file with a list of lists of ids.
///
/// # Errors
/// If the file cannot be read, is something else, or holds no token.
pub fn read_sequences(path: &Path) -> Result<Vec<Vec<u32>>> {
    let wrong = |message: String| Error::Content {
        path: path.to_owned(),
        message,
    };
    let bytes = fs::read(path).map_err(Error::file(path))?;
    let sequences: Vec<Vec<u32>> = serde_json::from_slice(&bytes).map_err(|error| {
        wrong(format!(
            "expected a JSON list of lists of ids, such as [[0, 17, 2]]: {error}"
        ))
    })?;
    if sequences.is_empty() || sequences.iter().any(Vec::is_empty) {
        return Err(wrong("a list of ids is empty; leave it out".to_owned()));
    }
    Ok(sequences)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_round_trip() {
        for lengths in [Lengths::News, Lengths::Article, Lengths::Uniform(128)] {
            assert_eq!(lengths.to_string().parse(), Ok(lengths));
        }
        for wrong in ["uniform", "uniform:", "uniform:0", "uniform:x", "long", ""] {
            assert!(wrong.parse::<Lengths>().unwrap_err().contains("uniform:128"), "{wrong}");
        }
    }

    #[test]
    fn ids_are_inside_the_vocabulary_and_the_same_each_time() {
        let made = uniform(7, 5, 100, 3);
        assert_eq!(made.len(), 5);
        assert!(made.iter().all(|ids| ids.len() == 7 && ids.iter().all(|&id| id < 100)));
        assert_eq!(made, uniform(7, 5, 100, 3));
        assert_ne!(made, uniform(7, 5, 100, 4));
    }

    #[test]
    fn sequences_that_are_none_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ids.json");
        for (text, want) in [
            ("[[1, -2]]", "list of lists of ids"),
            ("{}", "[[0, 17, 2]]"),
            ("[]", "empty"),
            ("[[1], []]", "empty"),
        ] {
            fs::write(&path, text).unwrap();
            let message = read_sequences(&path).unwrap_err().to_string();
            assert!(message.contains(want) && message.contains("ids.json"), "{message}");
        }
        fs::write(&path, "[[1, 2], [3]]").unwrap();
        assert_eq!(read_sequences(&path).unwrap(), [vec![1, 2], vec![3]]);
    }
}
