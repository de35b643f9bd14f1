//! Measuring: gold files against predictions, and two runs against each other. The scores know nothing of models; a
//! model is reached through [`Labeller`], which gets texts with their sentences and gives records. Every figure is
//! computed as the field computes it (seqeval, conlleval, scikit-learn), and each file says where it had to choose.

pub mod bootstrap;
pub mod boundary;
mod boundary_report;
pub mod calibration;
pub mod claim;
pub mod compare;
mod compare_tally;
pub mod confusion;
pub mod conll;
pub mod corpus;
mod corpus_report;
mod count;
mod document;
mod error;
pub mod iob;
mod judged_labels;
mod label_report;
mod markup;
mod pair_report;
mod predicted;
mod reader;
pub mod render;
mod snap;
mod span_report;
pub mod spans;
mod split;
#[cfg(test)]
pub(crate) mod testing;
mod token_report;
mod types;

pub use boundary_report::{BoundaryReport, BoundaryRow, score_boundaries};
pub use corpus_report::{CorpusReport, LanguageRow, ScoreCalibration, ThresholdTable, score_corpus};
pub use count::{Average, Counts, Score};
pub use document::{GoldDocument, GoldSentenceSpan, Labeller, Marks};
pub use error::EvalError;
pub use label_report::{ClassReport, ClassRow, LabelReport};
pub use markup::GoldSpan;
pub use pair_report::{PairFailure, PairReport, PairRow, PairScore, PairSentence, score_pairs};
pub use predicted::{PredictedSentence, PredictedSpan, SpanKind, predicted_sentences};
pub use reader::{GoldKind, gold_kind, language_of, read_text};
pub use snap::{ScoredTokenSpan, snap};
pub use span_report::{SpanReport, SpanScore};
pub use split::Split;
pub use token_report::{TokenReport, score_tokens, write_predictions};
pub use types::{require_types, types_without_model};
