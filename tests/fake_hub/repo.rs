//! A repository in memory.

use std::collections::BTreeMap;
use std::path::Path;

use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The commit of a new repository.
pub const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
/// Files of so many bytes are large: they are named by SHA-256 and served by the CDN.
pub const LARGE: usize = 10_000;

/// A repository at one commit.
#[derive(Debug, Clone)]
pub struct Repo {
    pub name: String,
    pub commit: String,
    /// Branches and tags, all at the commit.
    pub refs: Vec<String>,
    pub files: BTreeMap<String, Vec<u8>>,
    /// Who may read it, where not everybody may.
    pub token: Option<String>,
}

impl Repo {
    /// A repository with a model: configuration, card, tokenizer, and weights of 300,000 bytes, and what stellig leaves.
    pub fn model(name: &str) -> Self {
        let text = |name: &str| format!("{{\"file\":\"{name}\"}}").into_bytes();
        let mut files: BTreeMap<String, Vec<u8>> = [
            "config.json",
            "README.md",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "tokenizer.json",
        ]
        .map(|name| (name.to_owned(), text(name)))
        .into();
        files.insert("model.safetensors".to_owned(), noise(300_000, 1));
        files.insert("pytorch_model.bin".to_owned(), noise(20_000, 2));
        files.insert("onnx/model.onnx".to_owned(), noise(20_000, 3));
        files.insert("vocab.txt".to_owned(), b"[PAD]".to_vec());
        files.insert(".gitattributes".to_owned(), b"*".to_vec());
        Self {
            name: name.to_owned(),
            commit: COMMIT.to_owned(),
            refs: ["main", "v1.0", "refs/pr/1"].map(str::to_owned).into(),
            files,
            token: None,
        }
    }

    /// A repository with the files of a folder.
    pub fn of_folder(name: &str, folder: &Path) -> Self {
        let file = |entry: std::fs::DirEntry| {
            let name = entry.file_name().into_string().unwrap();
            (name, std::fs::read(entry.path()).unwrap())
        };
        Self {
            files: std::fs::read_dir(folder).unwrap().flatten().map(file).collect(),
            ..Self::model(name)
        }
    }

    /// The same with weights in three files and their index.
    pub fn sharded(name: &str) -> Self {
        let mut repo = Self::model(name);
        repo.files.remove("model.safetensors");
        let mut map = Vec::new();
        for number in 1..=3_u8 {
            let file = format!("model-{number:05}-of-00003.safetensors");
            map.push(format!("\"a.{number}\":\"{file}\",\"b.{number}\":\"{file}\""));
            repo.files.insert(file, noise(50_000, u64::from(number)));
        }
        let index = format!("{{\"metadata\":{{}},\"weight_map\":{{{}}}}}", map.join(","));
        repo.files
            .insert("model.safetensors.index.json".to_owned(), index.into_bytes());
        repo.files
            .insert("model-00004-of-00003.safetensors".to_owned(), noise(50_000, 9));
        repo
    }

    /// Whether this revision is the commit, by any name.
    pub fn has(&self, revision: &str) -> bool {
        self.commit == revision || self.refs.iter().any(|name| name == revision)
    }
}

/// The name that git has for a content: SHA-256 of a large file, else the SHA-1 of its blob.
pub fn etag(content: &[u8]) -> String {
    if content.len() >= LARGE {
        hexadecimal(&Sha256::digest(content))
    } else {
        let mut hash = Sha1::new_with_prefix(format!("blob {}\0", content.len()));
        hash.update(content);
        hexadecimal(&hash.finalize())
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes without a pattern.
fn noise(count: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..count).map(|_| next()).collect()
}
