//! Strict entity scores on a token file: a predicted span counts only with exactly the gold tokens and type. The
//! figures equal seqeval's `classification_report(mode='strict', scheme=IOB2)` and, on valid IOB2, conlleval's.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;

use super::bootstrap::{FEWEST_DOCUMENTS, Interval, intervals};
use super::calibration::{Calibration, Judged, ThresholdRow, calibration, thresholds};
use super::conll::TokenFile;
use super::iob;
use super::snap::ScoredTokenSpan;
use super::{Average, Counts, Score};

/// Entity scores on one token file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TokenReport {
    /// The gold file.
    pub file: String,
    /// Number of sentences.
    pub sentences: usize,
    /// Number of tokens.
    pub tokens: usize,
    /// Scores per type, for every type that is gold or predicted.
    pub types: BTreeMap<String, Score>,
    /// All types together.
    pub micro: Score,
    /// What was resampled for the interval: `documents`, where the file marks enough of them, or `sentences`.
    pub resampled: &'static str,
    /// 95% interval of the micro F1.
    pub micro_f1_interval: Interval,
    /// Unweighted mean over the types.
    #[serde(rename = "macro")]
    pub macro_average: Average,
    /// Predicted types that the gold never has: each such span counts as wrong.
    pub types_without_gold: Vec<String>,
    /// Gold types that were asked for and that the model does not have, so that nothing of them can be right; each with what
    /// the model may call it.
    pub types_without_model: BTreeMap<String, Option<String>>,
    /// How far the score of an entity can be believed.
    pub calibration: Option<Calibration>,
    /// Precision and recall when only entities above a score are kept.
    pub thresholds: Vec<ThresholdRow>,
}

/// Scores one list of predicted spans per sentence of `gold`.
pub fn score_tokens(gold: &TokenFile, predictions: &[Vec<ScoredTokenSpan>]) -> TokenReport {
    let mut types: BTreeMap<String, Counts> = BTreeMap::new();
    let mut sentences: Vec<Counts> = Vec::with_capacity(gold.sentences.len());
    let mut judged = Vec::new();
    for (sentence, predicted) in gold.sentences.iter().zip(predictions) {
        let spans = iob::spans(&sentence.tags);
        let known: BTreeSet<_> = spans.iter().collect();
        let mut counts = Counts {
            correct: 0,
            predicted: predicted.len(),
            gold: spans.len(),
        };
        for span in &spans {
            types.entry(span.label.clone()).or_default().gold += 1;
        }
        for item in predicted {
            let correct = known.contains(&item.span);
            let entry = types.entry(item.span.label.clone()).or_default();
            entry.predicted += 1;
            entry.correct += usize::from(correct);
            counts.correct += usize::from(correct);
            judged.push(Judged {
                score: item.score,
                correct,
            });
        }
        sentences.push(counts);
    }
    let total = sum(sentences.iter());
    // Sentences of a document hang together, all the more where its names decide together.
    let documents: Vec<Counts> = gold
        .sentences
        .chunk_by(|a, b| a.document == b.document)
        .scan(0, |start, chunk| {
            let first = *start;
            *start += chunk.len();
            Some(sum(sentences[first..*start].iter()))
        })
        .collect();
    let by_documents = documents.len() >= FEWEST_DOCUMENTS;
    let units = if by_documents { &documents } else { &sentences };
    let [micro_f1_interval] = intervals(units.len(), |drawn| {
        [sum(drawn.iter().map(|&index| &units[index])).f1_if_any()]
    });
    TokenReport {
        file: gold.name.clone(),
        sentences: gold.sentences.len(),
        tokens: gold.sentences.iter().map(|sentence| sentence.tokens.len()).sum(),
        micro: total.into(),
        resampled: if by_documents { "documents" } else { "sentences" },
        micro_f1_interval,
        macro_average: Average::of(types.values()),
        types_without_gold: types
            .iter()
            .filter(|(_, c)| c.gold == 0)
            .map(|(name, _)| name.clone())
            .collect(),
        types_without_model: BTreeMap::new(),
        types: types.into_iter().map(|(name, counts)| (name, counts.into())).collect(),
        calibration: calibration(&judged),
        thresholds: thresholds(&judged, total.gold),
    }
}

fn sum<'c>(counts: impl Iterator<Item = &'c Counts>) -> Counts {
    counts.fold(Counts::default(), |mut sum, &counts| {
        sum += counts;
        sum
    })
}

/// Writes `token<TAB>gold<TAB>predicted`, an empty line after each sentence, so that other scorers can read the very
/// same predictions.
pub fn write_predictions(
    out: &mut dyn Write,
    gold: &TokenFile,
    predictions: &[Vec<ScoredTokenSpan>],
) -> io::Result<()> {
    for (sentence, predicted) in gold.sentences.iter().zip(predictions) {
        let tags = iob::tags(sentence.tokens.len(), predicted.iter().map(|item| &item.span));
        for ((token, gold), predicted) in sentence.tokens.iter().zip(&sentence.tags).zip(&tags) {
            writeln!(out, "{token}\t{gold}\t{predicted}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "token_report_tests.rs"]
mod tests;
