//! The output contract: one labelled article as one JSON object. `docs/RECORD.md` explains each field; the JSON
//! Schema that `stellig schema` prints is generated from these types. All offsets here are Unicode code points into
//! `text`, end exclusive.

mod as_read;
mod build;
mod check;
mod code_points;
pub(crate) mod columns;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
pub(crate) mod testing;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use build::Frame;
pub use check::Fault;
pub use code_points::CodePoints;

/// Version of this contract; it grows when a field changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// One labelled article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// Version of this contract; it grows when a field changes its meaning or goes away.
    pub schema: u32,
    /// The article's name: the id field of a row, or the file name without its endings (`name:3` for the row at line 3, or the third of a JSON array).
    pub id: String,
    /// Where the article was read from, as given or found; absent for standard input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD` from the header of the folder format or the date field, else null.
    #[serde(default)]
    pub date: Option<String>,
    /// ISO 639-1 code: from `--language`, else the language field, else detected; null where it could not be told.
    #[serde(default)]
    pub language: Option<String>,
    /// Present, and false, where a model names the languages that it was trained on and this is none of them.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub language_supported: bool,
    /// The article as decoded, without the date header, else unchanged; absent with `--no-text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Fields of a JSON or CSV row that stellig does not use, in order; numbers keep what a 64-bit integer or a double holds.
    #[serde(default)]
    pub meta: Map<String, Value>,
    /// Which model gave which labels.
    pub models: Models,
    /// What ran.
    pub run: Run,
    /// Every sentence, in order; everything but white space and HTML lies in exactly one.
    pub sentences: Vec<Sentence>,
    /// Every entity, by sentence and position, none inside or across another.
    pub entities: Vec<Entity>,
}

fn yes() -> bool {
    true
}

fn is_true(value: &bool) -> bool {
    *value
}

/// Names of the models, as `name@revision`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Models {
    /// The model that marked entities; null where no model does.
    pub entities: Option<String>,
    /// The model that judged sentences and marked sources and cues; null where no model does.
    pub claims: Option<String>,
}

/// What ran: stellig's version, the device and the number type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// Version of stellig.
    pub version: String,
    /// `cpu` or `cuda`.
    pub device: String,
    /// `f32`, `f16`, `bf16` or `int8`; two joined by `+` where two models compute in different ones.
    pub dtype: String,
}

/// One sentence with its claim. The four fields of a judgement are null for a sentence that is no claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sentence {
    /// First code point, white space before it left out.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// 0-based number of the paragraph; a heading is a paragraph of its own.
    pub paragraph: usize,
    /// Whether the sentence is a title or a heading.
    pub heading: bool,
    /// Whether the sentence makes a checkable claim; null where the model has no such head.
    pub claim: Option<Claim>,
    /// How certain the holder is of the main claim; null without a claim or such a head.
    pub certainty: Option<Certainty>,
    /// Whether the claim is said to hold; null as `certainty` is.
    pub polarity: Option<Scored<Polarity>>,
    /// Who answers for the claim; null as `certainty` is.
    pub holder: Option<Scored<Holder>>,
    /// Certainty and polarity joined as FactBank writes them; null as `certainty` is.
    pub factuality: Option<Factuality>,
    /// What a sequence classifier of the user's own says; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<Classes>,
    /// Who the claim comes from; a sentence that makes no claim, such as a quoted opinion, may have one too.
    pub source: Vec<SourceSpan>,
    /// The words that give it away, by position; one that is of both kinds is listed twice, `attribution` first.
    pub cues: Vec<Cue>,
}

/// The labels of a sequence classifier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Classes {
    /// The most probable label.
    pub label: String,
    /// Probability of each label, in the model's order; of several that may hold at once, of each by itself.
    pub scores: Map<String, Value>,
}

/// Whether a sentence makes a claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    /// True for a checkable claim.
    pub label: bool,
    /// Calibrated probability of `label`.
    pub score: f64,
}

/// A label with its calibrated probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scored<T> {
    /// The most probable label.
    pub label: T,
    /// Calibrated probability of `label`.
    pub score: f64,
}

/// How certain the holder of a claim is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Certainty {
    /// The most probable degree.
    pub label: CertaintyLabel,
    /// Calibrated probability of `label`.
    pub score: f64,
    /// Calibrated probability of each degree.
    pub scores: CertaintyScores,
}

/// One probability per degree of certainty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CertaintyScores {
    /// FactBank CT.
    pub certain: f64,
    /// FactBank PR.
    pub probable: f64,
    /// FactBank PS.
    pub possible: f64,
    /// FactBank U.
    pub uncommitted: f64,
}

/// Degree of certainty (FactBank, Saurí & Pustejovsky 2009).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CertaintyLabel {
    /// CT: put forward as fact.
    Certain,
    /// PR: likely, expected, planned, believed.
    Probable,
    /// PS: possible, or passed on with a hearsay marker.
    Possible,
    /// U: the holder does not say whether it is so.
    Uncommitted,
}

impl CertaintyLabel {
    /// The name in records.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Probable => "probable",
            Self::Possible => "possible",
            Self::Uncommitted => "uncommitted",
        }
    }
}

/// Whether the claim is said to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Polarity {
    /// It holds.
    Positive,
    /// It does not: negated, denied, ruled out.
    Negative,
}

impl Polarity {
    /// The name in records.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
        }
    }
}

/// Who answers for the claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Holder {
    /// The article itself.
    Author,
    /// Somebody named or described.
    Source,
    /// Passed on without saying from whom.
    Hearsay,
}

impl Holder {
    /// The name in records.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Source => "source",
            Self::Hearsay => "hearsay",
        }
    }
}

/// Certainty and polarity as FactBank writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Factuality {
    /// Certain, positive.
    #[serde(rename = "CT+")]
    CtPlus,
    /// Certain, negative.
    #[serde(rename = "CT-")]
    CtMinus,
    /// Probable, positive.
    #[serde(rename = "PR+")]
    PrPlus,
    /// Probable, negative.
    #[serde(rename = "PR-")]
    PrMinus,
    /// Possible, positive.
    #[serde(rename = "PS+")]
    PsPlus,
    /// Possible, negative.
    #[serde(rename = "PS-")]
    PsMinus,
    /// Uncommitted, positive.
    #[serde(rename = "U+")]
    UPlus,
    /// Uncommitted, negative.
    #[serde(rename = "U-")]
    UMinus,
}

impl Factuality {
    /// Joins a degree and a polarity.
    pub fn join(certainty: CertaintyLabel, polarity: Polarity) -> Self {
        use CertaintyLabel::*;
        use Polarity::*;
        match (certainty, polarity) {
            (Certain, Positive) => Self::CtPlus,
            (Certain, Negative) => Self::CtMinus,
            (Probable, Positive) => Self::PrPlus,
            (Probable, Negative) => Self::PrMinus,
            (Possible, Positive) => Self::PsPlus,
            (Possible, Negative) => Self::PsMinus,
            (Uncommitted, Positive) => Self::UPlus,
            (Uncommitted, Negative) => Self::UMinus,
        }
    }

    /// The FactBank name, such as `PS+`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::CtPlus => "CT+",
            Self::CtMinus => "CT-",
            Self::PrPlus => "PR+",
            Self::PrMinus => "PR-",
            Self::PsPlus => "PS+",
            Self::PsMinus => "PS-",
            Self::UPlus => "U+",
            Self::UMinus => "U-",
        }
    }
}

/// The noun phrase that names who a claim comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SourceSpan {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The noun phrase, without its preposition.
    pub text: String,
    /// Calibrated probability that exactly this span is right.
    pub score: f64,
}

/// A word or phrase that hands a claim to its source, or lowers its certainty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cue {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The words.
    pub text: String,
    /// What the words do.
    pub kind: CueKind,
    /// Calibrated probability that exactly this span is right.
    pub score: f64,
}

/// What a cue does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CueKind {
    /// Hands the claim to its source ("volgens", "zei").
    Attribution,
    /// Lowers, denies or suspends certainty ("mogelijk", "niet bevestigd").
    Certainty,
}

impl CueKind {
    /// The name in records.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Attribution => "attribution",
            Self::Certainty => "certainty",
        }
    }
}

/// A named entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entity {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// PER, ORG, LOC or MISC; a type that maps to none of them keeps its own name.
    pub label: String,
    /// The model's own name for the type, such as `GPE`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The words.
    pub text: String,
    /// Calibrated probability that exactly this span and type are right.
    pub score: f64,
    /// 0-based number, in `sentences`, of the sentence it stands in.
    pub sentence: usize,
}

/// What stands in the stream in place of an article that could not be read or labelled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FailureRecord {
    /// Version of this contract, as in a record.
    pub schema: u32,
    /// The article's name, as in a record.
    pub id: String,
    /// Where it was to be read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What went wrong.
    pub error: FailureDetail,
}

/// What went wrong with one article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FailureDetail {
    /// `unreadable`, `empty`, `binary`, `too_large`, `malformed`, `unsupported` or `internal`.
    pub kind: String,
    /// What was wrong, where, and what to do; for people, may change.
    pub message: String,
}

/// One line of the output stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[allow(clippy::large_enum_variant)] // almost every line is a record; boxing it would serve the rare failure
pub enum Line {
    /// A labelled article.
    Record(Record),
    /// An article that could not be labelled.
    Failure(FailureRecord),
}
