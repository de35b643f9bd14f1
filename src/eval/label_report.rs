//! Scores of the sentence labels. `claim` is precision, recall and F1 of "makes a claim". Certainty, polarity and
//! holder are scored on the sentences that are claims in the gold; a sentence in which the model sees no claim is then
//! an error (`none`, a column of its own, never averaged). Factuality is the joint label of every sentence.

use serde::Serialize;

use super::bootstrap::{FEWEST_DOCUMENTS, Interval, intervals};
use super::claim::{self, Classes, Judgement};
use super::confusion::Confusion;
use super::{PredictedSentence, Score};

/// Scores of all sentence labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelReport {
    /// What was resampled for the intervals: `documents` or `sentences`.
    pub resampled: &'static str,
    /// Precision, recall and F1 of "makes a claim".
    pub claim: Score,
    /// 95% interval of the claim F1.
    pub claim_f1_interval: Interval,
    /// Degree of certainty, on gold claims.
    pub certainty: ClassReport,
    /// Polarity, on gold claims.
    pub polarity: ClassReport,
    /// Holder, on gold claims.
    pub holder: ClassReport,
    /// The joint label, on all sentences.
    pub factuality: ClassReport,
}

/// Scores of one label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassReport {
    /// Number of sentences.
    pub sentences: usize,
    /// Share of sentences with the right label.
    pub accuracy: f64,
    /// 95% interval of the accuracy.
    pub accuracy_interval: Interval,
    /// Mean F1 of the averaged classes.
    pub macro_f1: f64,
    /// 95% interval of the macro-F1.
    pub macro_f1_interval: Interval,
    /// Figures per class.
    pub classes: Vec<ClassRow>,
    /// Gold in rows, predictions in columns.
    pub confusion: Confusion,
}

/// Figures of one class.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassRow {
    /// Name of the class.
    pub class: String,
    /// Whether it counts in the macro average.
    pub averaged: bool,
    /// Its figures; `gold` is the support.
    #[serde(flatten)]
    pub score: Score,
}

/// Gold and predicted classes of one sentence, in each of the five labels. None where the label is not scored.
type Pairs = [Option<(usize, usize)>; 5];

const LABELS: [&Classes; 5] = [
    &claim::CLAIM,
    &claim::CERTAINTY,
    &claim::POLARITY,
    &claim::HOLDER,
    &claim::FACTUALITY,
];

/// Scores documents, each a list of gold and predicted sentences. None if the model has no claim head, that is, if no
/// sentence has a claim, and for no sentences at all.
pub(crate) fn score_labels(documents: &[Vec<(Option<Judgement>, &PredictedSentence)>]) -> Option<LabelReport> {
    if !documents
        .iter()
        .flatten()
        .any(|(_, predicted)| predicted.claim.is_some())
    {
        return None;
    }
    let by_document: Vec<Vec<Pairs>> = documents
        .iter()
        .map(|sentences| {
            sentences
                .iter()
                .map(|(gold, predicted)| pairs(*gold, predicted))
                .collect()
        })
        .collect();
    let mut matrices = LABELS.map(|label| Confusion::new(label.names));
    fill(&mut matrices, by_document.iter().flatten());
    let whole = matrices.clone();

    // A resample averages the classes that the whole averages, or it would be another statistic than the one reported.
    let present: Vec<Vec<usize>> = whole
        .iter()
        .zip(LABELS)
        .map(|(matrix, label)| matrix.present(label.averaged))
        .collect();
    let statistics = |matrices: &[Confusion; 5]| -> [f64; 9] {
        let mut values = [matrices[0].class(1).f1_if_any(); 9];
        for label in 1..LABELS.len() {
            let matrix = &matrices[label];
            values[2 * label - 1] = if matrix.total() == 0 {
                f64::NAN
            } else {
                matrix.accuracy()
            };
            values[2 * label] = matrix.macro_f1_of_all(&present[label]);
        }
        values
    };
    let by_documents = by_document.len() >= FEWEST_DOCUMENTS;
    let units: Vec<&[Pairs]> = if by_documents {
        by_document.iter().map(Vec::as_slice).collect()
    } else {
        by_document.iter().flat_map(|sentences| sentences.chunks(1)).collect()
    };
    let ranges = intervals(units.len(), |drawn| {
        matrices.iter_mut().for_each(Confusion::clear);
        fill(&mut matrices, drawn.iter().flat_map(|&unit| units[unit]));
        statistics(&matrices)
    });
    let report = |label: usize| {
        let at = 2 * label - 1;
        ClassReport {
            sentences: whole[label].total(),
            accuracy: whole[label].accuracy(),
            accuracy_interval: ranges[at],
            macro_f1: whole[label].macro_f1(LABELS[label].averaged),
            macro_f1_interval: ranges[at + 1],
            classes: class_rows(&whole[label], LABELS[label]),
            confusion: whole[label].clone(),
        }
    };
    Some(LabelReport {
        resampled: if by_documents { "documents" } else { "sentences" },
        claim: whole[0].class(1).into(),
        claim_f1_interval: ranges[0],
        certainty: report(1),
        polarity: report(2),
        holder: report(3),
        factuality: report(4),
    })
}

fn pairs(gold: Option<Judgement>, predicted: &PredictedSentence) -> Pairs {
    let is_claim = predicted.claim.is_some_and(|(label, _)| label);
    let claimed = |class: fn(&PredictedSentence) -> usize, none: usize| if is_claim { class(predicted) } else { none };
    let certainty = claimed(
        |p| claim::certainty_class(p.certainty.map(|c| c.0)),
        claim::certainty_class(None),
    );
    let polarity = claimed(
        |p| claim::polarity_class(p.polarity.map(|c| c.0)),
        claim::polarity_class(None),
    );
    let holder = claimed(
        |p| claim::holder_class(p.holder.map(|c| c.0)),
        claim::holder_class(None),
    );
    let factuality = claimed(|p| claim::factuality_class(p.factuality), claim::factuality_class(None));
    [
        Some((usize::from(gold.is_some()), usize::from(is_claim))),
        gold.map(|gold| (claim::certainty_class(Some(gold.certainty)), certainty)),
        gold.map(|gold| (claim::polarity_class(Some(gold.polarity)), polarity)),
        gold.map(|gold| (claim::holder_class(Some(gold.holder)), holder)),
        Some((claim::factuality_class(gold.map(|gold| gold.factuality())), factuality)),
    ]
}

fn fill<'p>(matrices: &mut [Confusion; 5], pairs: impl Iterator<Item = &'p Pairs>) {
    for sentence in pairs {
        for (matrix, pair) in matrices.iter_mut().zip(sentence) {
            if let Some((gold, predicted)) = *pair {
                matrix.add(gold, predicted);
            }
        }
    }
}

fn class_rows(matrix: &Confusion, label: &Classes) -> Vec<ClassRow> {
    let row = |(class, name): (usize, &&str)| ClassRow {
        class: (*name).to_owned(),
        averaged: label.averaged.contains(&class),
        score: matrix.class(class).into(),
    };
    label.names.iter().enumerate().map(row).collect()
}

#[cfg(test)]
#[path = "label_report_tests.rs"]
mod tests;
