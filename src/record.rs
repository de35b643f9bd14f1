//! The output contract: one labelled article as one JSON object. `docs/RECORD.md` explains each field; the JSON
//! Schema that `stellig schema` prints is generated from these types. All offsets here are Unicode code points into
//! `text`, end exclusive.

mod build;
mod check;
mod code_points;
#[cfg(test)]
pub(crate) mod sample;

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
    /// Version of the record contract.
    pub schema: u32,
    /// The article's name: the id field of the input, or the file name without its ending.
    pub id: String,
    /// Where the article was read from; absent for standard input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD` from the header or the date field, else null.
    #[serde(default)]
    pub date: Option<String>,
    /// ISO 639-1 code, detected unless given; null where it could not be told.
    #[serde(default)]
    pub language: Option<String>,
    /// Present and false where the model was not trained on the article's language.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub language_supported: bool,
    /// The article as read; left out with `--no-text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Fields of a JSON or CSV input that stellig does not use, untouched.
    #[serde(default)]
    pub meta: Map<String, Value>,
    /// Which model gave which labels.
    pub models: Models,
    /// What ran.
    pub run: Run,
    /// Every sentence of the text, in order.
    pub sentences: Vec<Sentence>,
    /// Every entity of the text, in order.
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
    /// The model that marked entities.
    pub entities: Option<String>,
    /// The model that judged sentences and marked sources and cues.
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
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// 0-based number of the paragraph.
    pub paragraph: usize,
    /// Whether the sentence is a title or a heading.
    pub heading: bool,
    /// Whether the sentence makes a checkable claim; null where the model has no such head.
    pub claim: Option<Claim>,
    /// How certain the holder is.
    pub certainty: Option<Certainty>,
    /// Whether the claim is said to hold.
    pub polarity: Option<Scored<Polarity>>,
    /// Who answers for the claim.
    pub holder: Option<Scored<Holder>>,
    /// Certainty and polarity joined as FactBank writes them.
    pub factuality: Option<Factuality>,
    /// What a sequence classifier of the user's own says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<Classes>,
    /// Who the claim comes from.
    pub source: Vec<SourceSpan>,
    /// The words that give it away.
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
    /// The words.
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
    /// The model's own name for the type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The words.
    pub text: String,
    /// Calibrated probability that exactly this span and type are right.
    pub score: f64,
    /// 0-based number of the sentence it stands in.
    pub sentence: usize,
}

/// What stands in the stream in place of an article that could not be read or labelled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FailureRecord {
    /// Version of the record contract.
    pub schema: u32,
    /// The article's name.
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
    /// Short machine-readable name, such as `unreadable` or `empty`.
    pub kind: String,
    /// What was wrong, where, and what to do.
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
