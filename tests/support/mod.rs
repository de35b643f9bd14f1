//! What several tests need: the model that ships, and articles made by shuffling the sentences of the examples.

#![allow(dead_code, unused_imports, clippy::unwrap_used)] // no test needs all of it, and a test ends where it fails

mod program;

use std::path::PathBuf;

use candle_core::Device;
use stellig::article::Article;
use stellig::inference::Engine;
use stellig::loader::{Dtype, Model, ModelSource};
use stellig::record::{Frame, Models, Run};
use stellig::sentence::split;

pub use program::{program, undisturbed};

/// A path below the repository's root.
pub fn path(relative: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// The model that ships, read from its folder, exact.
pub fn model() -> Model {
    model_in(Dtype::F32)
}

/// The same in any number type of the CPU.
pub fn model_in(dtype: Dtype) -> Model {
    let source = ModelSource::Folder(path("models/news-small"));
    Model::load(&source, &Device::Cpu, dtype).unwrap()
}

/// The engine over the model that ships.
pub fn engine(batch_tokens: usize) -> Engine {
    Engine::new(model(), batch_tokens).unwrap()
}

/// What records carry, all labels included.
pub fn frame() -> Frame {
    Frame {
        models: Models {
            entities: None,
            claims: None,
        },
        run: Run {
            version: "0".into(),
            device: "cpu".into(),
            dtype: "f32".into(),
        },
        languages: Some(vec!["nl".into()]),
        with_text: true,
        min_score: 0.0,
    }
}

/// All sentences of the example articles.
pub fn sentences() -> Vec<String> {
    let mut found = Vec::new();
    for name in ["0001_brand.txt", "0002_ferry.txt"] {
        let text = std::fs::read_to_string(path("examples/articles").join(name)).unwrap();
        let text = text.split_once(' ').unwrap().1.split_once(' ').unwrap().1.to_owned();
        found.extend(split(&text, None, None).iter().map(|s| s.span.slice(&text).to_owned()));
    }
    found
}

/// A small generator of pseudo-random numbers (SplitMix64), so that the tests are the same everywhere.
pub struct Random(pub u64);

impl Random {
    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }
}

/// `count` articles of one to sixty sentences in paragraphs, some of them one endless sentence, some with odd characters.
pub fn articles(count: usize) -> Vec<Article> {
    let sentences = sentences();
    let mut random = Random(7);
    let article = |number: usize| {
        let mut text = String::new();
        for _ in 0..1 + random.below(if number.is_multiple_of(10) { 60 } else { 12 }) {
            text.push_str(&sentences[random.below(sentences.len())]);
            text.push_str([" ", " ", " ", "\n\n", "\r\n\r\n"][random.below(5)]);
        }
        match number % 12 {
            // Without a stop: one sentence far longer than a window.
            5 => text = text.replace(['.', '?', '!', '\r', '\n', '"'], " "),
            7 => text.push_str(" 🇳🇱 e\u{301}e\u{301}n \u{ad}ﬁnale אבג 中文。"),
            11 => text = text.replace(' ', ""),
            _ => {}
        }
        Article {
            id: format!("{number:03}"),
            text,
            ..Article::default()
        }
    };
    (0..count).map(article).collect()
}
