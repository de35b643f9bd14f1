//! What a model is: its name, the languages that it was trained on, how it reads a text, and which heads stand on its
//! encoder. Our own models say so in the `stellig` section of `config.json`; what a checkpoint of others does not say
//! is worked out in `checkpoint.rs`.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;

use super::checkpoint::{self, HeadLayout, SHORTEST};
use super::sentence_input::SentenceInput;
use crate::encoder::fields::{Fields, refuse};
use crate::encoder::{Config, Result};
use crate::label::scheme::SchemeError;
use crate::label::{Agreement, Calibration, Scheme};

/// The format of the section that this version reads.
const FORMAT: u32 = 1;

/// What a head reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Every token.
    Token,
    /// Every sentence, as [`Manifest::sentence_input`] says.
    Sentence,
}

/// One head.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadSpec {
    /// Its name, which is also its weights' name: `heads.<name>.weight`.
    pub name: String,
    /// What it reads.
    pub level: Level,
    /// Its labels, in the order of its logits.
    pub labels: Vec<String>,
    /// Logits are divided by it before the softmax (Guo et al. 2017); 1 where the head is not calibrated.
    pub temperature: f32,
    /// What makes a span's probability its score; token heads only.
    pub calibration: Calibration,
    /// How the mentions of a name in one article decide together; the head `entities` only. None: each by itself.
    pub agreement: Option<Agreement>,
    /// Whether several labels may hold of one sentence, so that each has a probability of its own; sentence heads only.
    pub multi_label: bool,
}

/// How the pieces of a sentence come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cutting {
    /// Each word is cut by itself, as our models are trained.
    Words,
    /// The sentence is cut as a whole, as other models are trained.
    Sentences,
}

/// What a model is.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// Name of the model.
    pub name: String,
    /// `model_type` of its encoder.
    pub family: String,
    /// Version of the model.
    pub version: String,
    /// ISO 639-1 codes of the languages that the model was trained on; empty where nobody says.
    pub languages: Vec<String>,
    /// Tokens in a window, special tokens included.
    pub window: usize,
    /// Whether the model was trained to read several sentences together, each opened by its marker.
    pub context: bool,
    /// How sentences are cut to pieces.
    pub cutting: Cutting,
    /// The special tokens that open a sentence and end a window; none: those that the tokenizer puts around a text.
    pub frame: Option<(String, String)>,
    /// What the sentence heads read, side by side; the marker alone where the file does not say.
    pub sentence_input: Vec<SentenceInput>,
    /// The heads, in the file's order.
    pub heads: Vec<HeadSpec>,
    /// Where the weights of a checkpoint's one head are; none for a model of our own.
    pub checkpoint: Option<HeadLayout>,
}

impl Manifest {
    /// How the labels of a token head are read: strictly as IOB2 in our own models, in whatever scheme a checkpoint has.
    ///
    /// # Errors
    /// If one of our own heads has labels that are not IOB2.
    pub fn scheme(&self, head: &HeadSpec) -> std::result::Result<Scheme, SchemeError> {
        match self.checkpoint {
            Some(_) => Ok(Scheme::guess(&head.labels)),
            None => Scheme::iob2(&head.labels),
        }
    }

    /// Reads a whole `config.json`: its `stellig` section, or else its classifier. `config` is the same file's encoder
    /// part; `name` is what a checkpoint is called, which does not say so itself.
    ///
    /// # Errors
    /// If there are no heads that stellig can use, the section is in another format, or it contradicts itself or the
    /// encoder.
    pub fn from_json(json: &[u8], config: &Config, name: &str) -> Result<Self> {
        let file: Value = serde_json::from_slice(json)?;
        let Some(section) = Fields::new(&file, "").inside("stellig") else {
            return checkpoint::manifest(&Fields::new(&file, ""), config, name);
        };
        let format: u32 = section.get("format")?;
        if format != FORMAT {
            return refuse(format!(
                "stellig.format is {format}; this version of stellig reads format {FORMAT}"
            ));
        }
        let manifest = Self {
            name: section.get("name")?,
            family: Fields::new(&file, "").get("model_type")?,
            version: section.get("version")?,
            languages: section.get("languages")?,
            window: section.get("window")?,
            context: true,
            cutting: Cutting::Words,
            frame: Some((
                section.or("marker", "[CLS]".to_owned())?,
                section.or("separator", "[SEP]".to_owned())?,
            )),
            sentence_input: section.or("sentence_input", vec![SentenceInput::Marker])?,
            heads: heads(&section)?,
            checkpoint: None,
        };
        if manifest.sentence_input.is_empty() {
            return refuse("`stellig.sentence_input` is empty");
        }
        let input = &manifest.sentence_input;
        if (1..input.len()).any(|i| input[..i].contains(&input[i])) {
            return refuse("`stellig.sentence_input` names a part twice");
        }
        let (window, max) = (manifest.window, config.max_length());
        if !(SHORTEST..=max).contains(&window) {
            return refuse(format!(
                "stellig.window is {window}, not within {SHORTEST} and the encoder's longest sequence ({max})"
            ));
        }
        Ok(manifest)
    }
}

fn heads(section: &Fields<'_>) -> Result<Vec<HeadSpec>> {
    let Some(all) = section.inside("heads") else {
        return refuse("missing field `stellig.heads`");
    };
    let mut heads = Vec::new();
    for name in all.names() {
        let path = all.path_of(name);
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || !name.chars().all(plain) || ["token", "sentence"].contains(&name) {
            return refuse(format!("`{path}` is no name for a head"));
        }
        let Some(fields) = all.inside(name) else {
            return refuse(format!("`{path}` is null"));
        };
        let head = HeadSpec {
            name: name.to_owned(),
            level: fields.get("level")?,
            labels: fields.get("labels")?,
            temperature: fields.or("temperature", 1.0)?,
            calibration: fields.or("calibration", Calibration::default())?,
            agreement: fields.or("agreement", None)?,
            multi_label: false,
        };
        let distinct: HashSet<&String> = head.labels.iter().collect();
        if head.labels.len() < 2 || distinct.len() != head.labels.len() {
            return refuse(format!("`{path}.labels` must be at least two different labels"));
        }
        if !(head.temperature.is_finite() && head.temperature > 0.0) {
            return refuse(format!(
                "`{path}.temperature` is {}, not a positive number",
                head.temperature
            ));
        }
        if !head.calibration.is_sound() {
            return refuse(format!(
                "`{path}.calibration` needs a slope above 0 and a finite intercept"
            ));
        }
        if head.level == Level::Sentence && head.calibration != Calibration::default() {
            return refuse(format!(
                "`{path}.calibration`: only token heads have spans to calibrate"
            ));
        }
        if head.agreement.is_some_and(|agreement| !agreement.is_sound()) {
            return refuse(format!(
                "`{path}.agreement` needs a share of 0 to 1 and a prior of 0 or more"
            ));
        }
        if (head.level == Level::Sentence || name != "entities") && head.agreement.is_some() {
            return refuse(format!(
                "`{path}.agreement`: only the head `entities` marks names, which can agree"
            ));
        }
        heads.push(head);
    }
    if heads.is_empty() {
        refuse("`stellig.heads` is empty")
    } else {
        Ok(heads)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENCODER: &str = r#""model_type":"modernbert","vocab_size":9,"hidden_size":8,"intermediate_size":12,
        "num_hidden_layers":2,"num_attention_heads":2,"max_position_embeddings":64"#;

    fn parse(section: &str) -> Result<Manifest> {
        let json = format!("{{{ENCODER},\"stellig\":{section}}}");
        Manifest::from_json(json.as_bytes(), &Config::from_json(json.as_bytes())?, "x")
    }

    fn section(window: usize, heads: &str) -> String {
        format!(r#"{{"format":1,"name":"a","version":"1","languages":["nl"],"window":{window},"heads":{heads}}}"#)
    }

    #[test]
    fn reads_heads_in_order() {
        let heads = r#"{"source":{"level":"token","labels":["O","B","I"]},
            "claim":{"level":"sentence","labels":["none","claim"],"temperature":1.5}}"#;
        let manifest = parse(&section(64, heads)).unwrap();
        let names: Vec<&str> = manifest.heads.iter().map(|head| head.name.as_str()).collect();
        assert_eq!(names, ["source", "claim"]);
        assert_eq!(manifest.sentence_input, [SentenceInput::Marker]);
        assert_eq!(
            (manifest.heads[0].level, manifest.heads[0].temperature),
            (Level::Token, 1.0)
        );
        assert_eq!(
            (manifest.heads[1].level, manifest.heads[1].temperature),
            (Level::Sentence, 1.5)
        );
    }

    #[test]
    fn errors_name_the_field() {
        let cases = [
            ("null".to_owned(), "architectures"),
            (r#"{"format":2}"#.to_owned(), "reads format 1"),
            (
                section(65, r#"{"a":{"level":"token","labels":["O","B"]}}"#),
                "longest sequence (64)",
            ),
            (section(64, "{}"), "is empty"),
            (
                section(64, r#"{},"sentence_input":["first"]"#),
                "`stellig.sentence_input`",
            ),
            (
                section(64, r#"{"a":{"level":"token","labels":["O","B"]}},"sentence_input":[]"#),
                "`stellig.sentence_input` is empty",
            ),
            (
                section(64, r#"{"a":{"level":"word","labels":["O","B"]}}"#),
                "`stellig.heads.a.level`",
            ),
            (
                section(64, r#"{"a":{"level":"token"}}"#),
                "missing field `stellig.heads.a.labels`",
            ),
            (
                section(64, r#"{"a":{"level":"token","labels":["O","O"]}}"#),
                "two different labels",
            ),
            (
                section(64, r#"{"a":{"level":"token","labels":["O","B"],"temperature":0}}"#),
                "not a positive number",
            ),
            (
                section(
                    64,
                    r#"{"a":{"level":"token","labels":["O","B"],"calibration":{"slope":-1,"intercept":0}}}"#,
                ),
                "`stellig.heads.a.calibration`",
            ),
            (
                section(
                    64,
                    r#"{"a":{"level":"token","labels":["O","B"],"agreement":{"share":2,"prior":1,"reach":9}}}"#,
                ),
                "`stellig.heads.a.agreement`",
            ),
            (
                section(
                    64,
                    r#"{"a":{"level":"sentence","labels":["O","B"],"agreement":{"share":0.5,"prior":1,"reach":9}}}"#,
                ),
                "only the head `entities`",
            ),
            (
                section(
                    64,
                    r#"{"entities":{"level":"token","labels":["O","B"],"agreement":{"share":0.5,"prior":1,"reach":-1}}}"#,
                ),
                "`stellig.heads.entities.agreement`",
            ),
            (
                section(
                    64,
                    r#"{"entities":{"level":"token","labels":["O","B"],"agreement":{"share":0.5,"weight":1}}}"#,
                ),
                "`stellig.heads.entities.agreement`",
            ),
            (
                section(64, r#"{"token":{"level":"token","labels":["O","B"]}}"#),
                "no name for a head",
            ),
        ];
        for (section, want) in cases {
            let message = parse(&section).unwrap_err().to_string();
            assert!(message.contains(want), "{message}");
        }
    }
}
