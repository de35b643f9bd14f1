//! Every sentence label that the model gave, with its score and whether it is right, for calibration and thresholds.
//! The score of a joint label is the product of its parts (claim, certainty, polarity).

use super::calibration::Judged;
use super::corpus_report::Pair;

/// Predictions of each sentence label with whether they are right.
#[derive(Default)]
pub(crate) struct JudgedLabels {
    pub(crate) claim: Vec<Judged>,
    pub(crate) certainty: Vec<Judged>,
    pub(crate) polarity: Vec<Judged>,
    pub(crate) holder: Vec<Judged>,
    pub(crate) factuality: Vec<Judged>,
    /// Only sentences that the model calls a claim.
    pub(crate) claims_made: Vec<Judged>,
    /// Only labels other than `none`.
    pub(crate) factuality_given: Vec<Judged>,
}

/// The score of certainty, polarity and holder can be judged only where both gold and model see a claim.
pub(crate) fn judge_labels(pairs: &[Pair<'_>]) -> JudgedLabels {
    let mut all = JudgedLabels::default();
    let sentences = pairs
        .iter()
        .flat_map(|(gold, predicted)| gold.sentences.iter().zip(*predicted));
    for (sentence, predicted) in sentences {
        let gold = sentence.label;
        let Some((is_claim, score)) = predicted.claim else {
            continue;
        };
        let claim = Judged {
            score,
            correct: is_claim == gold.is_some(),
        };
        all.claim.push(claim);
        if let Some(score) = predicted.factuality_score() {
            let label = predicted.factuality.filter(|_| is_claim);
            let item = Judged {
                score,
                correct: label == gold.map(|gold| gold.factuality()),
            };
            all.factuality.push(item);
            all.factuality_given.extend(label.map(|_| item));
        }
        if !is_claim {
            continue;
        }
        all.claims_made.push(claim);
        let Some(gold) = gold else { continue };
        let judged = |score, correct| Judged { score, correct };
        all.certainty.extend(
            predicted
                .certainty
                .map(|(label, score)| judged(score, label == gold.certainty)),
        );
        all.polarity.extend(
            predicted
                .polarity
                .map(|(label, score)| judged(score, label == gold.polarity)),
        );
        all.holder.extend(
            predicted
                .holder
                .map(|(label, score)| judged(score, label == gold.holder)),
        );
    }
    all
}
