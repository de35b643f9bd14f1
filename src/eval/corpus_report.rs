//! All scores on corpus files: sentence labels, marked words, calibration of every score, thresholds, and one row per
//! language. Several files are one set; only documents from files with tags count for spans and entities.

use serde::Serialize;

use super::calibration::{Calibration, ThresholdRow, calibration, thresholds};
use super::corpus::CorpusDocument;
use super::judged_labels::judge_labels;
use super::label_report::{LabelReport, score_labels};
use super::span_report::{SpanReport, SpanTally};
use super::{Marks, PredictedSentence, SpanKind};

/// Scores on a set of corpus files.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CorpusReport {
    /// The files as given.
    pub files: Vec<String>,
    /// Number of documents.
    pub documents: usize,
    /// Number of sentences.
    pub sentences: usize,
    /// Sentence labels; none if the model has no claim head.
    pub labels: Option<LabelReport>,
    /// Marked words; none if no file has tags.
    pub spans: Option<SpanReport>,
    /// Calibration of each score.
    pub calibration: Vec<ScoreCalibration>,
    /// What is left when only predictions above a score are kept.
    pub thresholds: Vec<ThresholdTable>,
    /// One row per language.
    pub languages: Vec<LanguageRow>,
}

/// Calibration of one kind of score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoreCalibration {
    /// `claim`, `certainty`, `polarity`, `holder`, `factuality`, `entity`, `source`, `cue` or `hedge`.
    pub of: &'static str,
    /// How far it can be believed.
    #[serde(flatten)]
    pub calibration: Calibration,
}

/// Precision and recall by threshold of one kind of prediction.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ThresholdTable {
    /// `claim`, `factuality` or `entity`.
    pub of: &'static str,
    /// From 0 up to 0.95.
    pub rows: Vec<ThresholdRow>,
}

/// The main figures of one language.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LanguageRow {
    /// ISO 639-1 code, or `?` where the file name does not tell.
    pub language: String,
    /// Number of documents.
    pub documents: usize,
    /// Number of sentences.
    pub sentences: usize,
    /// Sentence labels.
    pub labels: Option<LabelReport>,
    /// Marked words.
    pub spans: Option<SpanReport>,
}

/// A document with what the model says of each of its sentences.
pub(crate) type Pair<'a> = (&'a CorpusDocument, &'a [PredictedSentence]);

/// Scores one list of predicted sentences per document, by a model that marks this.
pub fn score_corpus(
    files: Vec<String>,
    documents: &[CorpusDocument],
    predictions: &[Vec<PredictedSentence>],
    marks: &Marks,
) -> CorpusReport {
    let pairs: Vec<Pair<'_>> = documents.iter().zip(predictions.iter().map(Vec::as_slice)).collect();
    let (labels, tally) = score(&pairs);
    let judged = judge_labels(&pairs);
    let entities = tally.judged(|kind| matches!(kind, SpanKind::Entity(_)));
    let spans = tally.report(marks);
    let scores = [
        ("claim", judged.claim),
        ("certainty", judged.certainty),
        ("polarity", judged.polarity),
        ("holder", judged.holder),
        ("factuality", judged.factuality),
        ("entity", entities.clone()),
        ("source", tally.judged(|kind| *kind == SpanKind::Source)),
        ("cue", tally.judged(|kind| *kind == SpanKind::Attribution)),
        ("hedge", tally.judged(|kind| *kind == SpanKind::Hedge)),
    ];
    let gold_claims = documents
        .iter()
        .flat_map(|document| &document.sentences)
        .filter(|s| s.label.is_some())
        .count();
    let mut tables = Vec::new();
    if labels.is_some() {
        tables.push(ThresholdTable {
            of: "claim",
            rows: thresholds(&judged.claims_made, gold_claims),
        });
        tables.push(ThresholdTable {
            of: "factuality",
            rows: thresholds(&judged.factuality_given, gold_claims),
        });
    }
    if let Some(micro) = spans.as_ref().and_then(|spans| spans.entities_micro) {
        tables.push(ThresholdTable {
            of: "entity",
            rows: thresholds(&entities, micro.gold),
        });
    }
    CorpusReport {
        files,
        documents: documents.len(),
        sentences: documents.iter().map(|document| document.sentences.len()).sum(),
        labels,
        spans,
        calibration: scores
            .into_iter()
            .filter_map(|(of, items)| {
                Some(ScoreCalibration {
                    of,
                    calibration: calibration(&items)?,
                })
            })
            .collect(),
        thresholds: tables,
        languages: by_language(&pairs, marks),
    }
}

fn score(pairs: &[Pair<'_>]) -> (Option<LabelReport>, SpanTally) {
    let labels: Vec<Vec<_>> = pairs
        .iter()
        .map(|(gold, predicted)| {
            gold.sentences
                .iter()
                .map(|sentence| sentence.label)
                .zip(*predicted)
                .collect()
        })
        .collect();
    let mut tally = SpanTally::default();
    for (gold, predicted) in pairs.iter().filter(|(gold, _)| gold.tagged) {
        for (sentence, predicted) in gold.sentences.iter().zip(*predicted) {
            tally.add(&sentence.spans, predicted);
        }
    }
    (score_labels(&labels), tally)
}

fn by_language(pairs: &[Pair<'_>], marks: &Marks) -> Vec<LanguageRow> {
    let name = |pair: &Pair<'_>| pair.0.language.clone().unwrap_or_else(|| "?".to_owned());
    let mut languages: Vec<String> = pairs.iter().map(name).collect();
    languages.sort();
    languages.dedup();
    let row = |language: String| {
        let own: Vec<Pair<'_>> = pairs.iter().filter(|pair| name(pair) == language).copied().collect();
        let (labels, tally) = score(&own);
        LanguageRow {
            language,
            documents: own.len(),
            sentences: own.iter().map(|(gold, _)| gold.sentences.len()).sum(),
            labels,
            spans: tally.report(marks),
        }
    };
    languages.into_iter().map(row).collect()
}

#[cfg(test)]
#[path = "corpus_report_tests.rs"]
mod tests;
