//! Minimal pairs: documents of two sentences that differ in a word or two and have different labels. A pair counts only
//! if both sentences are right, so that a model gains nothing by always giving the likelier label. Counted by topic,
//! which names the phenomenon, and by language.

use std::collections::BTreeMap;

use serde::Serialize;

use super::claim::Judgement;
use super::corpus::CorpusDocument;
use super::{EvalError, PredictedSentence};

/// How many minimal pairs are right.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairReport {
    /// All pairs.
    pub all: PairScore,
    /// One row per topic of the documents, by name.
    pub topics: Vec<PairRow>,
    /// One row per language, by code; `?` where the file name does not tell.
    pub languages: Vec<PairRow>,
    /// The pairs that are not right, in order.
    pub failures: Vec<PairFailure>,
}

/// Pairs of one topic or language.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairRow {
    /// Topic or language.
    pub name: String,
    /// Its figures.
    #[serde(flatten)]
    pub score: PairScore,
}

/// Pairs counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct PairScore {
    /// Number of pairs.
    pub pairs: usize,
    /// Pairs with the right factuality twice.
    pub factuality: usize,
    /// Pairs with the whole label right twice, the holder included.
    pub right: usize,
}

/// A pair with a wrong label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairFailure {
    /// The document's name.
    pub id: String,
    /// Each sentence with the label that it should have and the one that it got.
    pub sentences: Vec<PairSentence>,
}

/// One sentence of a pair.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairSentence {
    /// The sentence.
    pub text: String,
    /// The label of the gold file.
    pub gold: String,
    /// The label that the model gave.
    pub predicted: String,
}

/// Scores one list of predicted sentences per document.
///
/// # Errors
/// If a document has not exactly two sentences with different labels, or the model lacks a head.
pub fn score_pairs(
    documents: &[CorpusDocument],
    predictions: &[Vec<PredictedSentence>],
) -> Result<PairReport, EvalError> {
    let mut all = PairScore::default();
    let (mut topics, mut languages) = (BTreeMap::new(), BTreeMap::new());
    let mut failures = Vec::new();
    for (document, predictions) in documents.iter().zip(predictions) {
        let ([first, second], [a, b]) = (document.sentences.as_slice(), predictions.as_slice()) else {
            let found = document.sentences.len();
            return Err(EvalError::pair(&document.id, format!("it has {found} sentences")));
        };
        if first.label == second.label {
            return Err(EvalError::pair(&document.id, "both sentences have the same label"));
        }
        let given = [judgement(a)?, judgement(b)?];
        let gold = [first.label, second.label];
        let factuality = |label: Option<Judgement>| label.map(|label| label.factuality());
        let score = PairScore {
            pairs: 1,
            factuality: usize::from(gold.map(factuality) == given.map(factuality)),
            right: usize::from(gold == given),
        };
        let language = document.language.as_deref().unwrap_or("?");
        add(&mut all, score);
        add(topics.entry(document.topic.as_str()).or_default(), score);
        add(languages.entry(language).or_default(), score);
        if score.right == 0 {
            let sentences = document.sentences.iter().zip(gold).zip(given);
            failures.push(PairFailure {
                id: document.id.clone(),
                sentences: sentences
                    .map(|((sentence, gold), given)| PairSentence {
                        text: sentence.text.clone(),
                        gold: name(gold),
                        predicted: name(given),
                    })
                    .collect(),
            });
        }
    }
    Ok(PairReport {
        all,
        topics: rows(topics),
        languages: rows(languages),
        failures,
    })
}

fn add(sum: &mut PairScore, score: PairScore) {
    sum.pairs += score.pairs;
    sum.factuality += score.factuality;
    sum.right += score.right;
}

fn rows(scores: BTreeMap<&str, PairScore>) -> Vec<PairRow> {
    let row = |(name, score): (&str, PairScore)| PairRow {
        name: name.to_owned(),
        score,
    };
    scores.into_iter().map(row).collect()
}

/// What the model says, as the guidelines write it down; none where it sees no claim.
fn judgement(predicted: &PredictedSentence) -> Result<Option<Judgement>, EvalError> {
    if !predicted.claim.ok_or(EvalError::Head("claim"))?.0 {
        return Ok(None);
    }
    Ok(Some(Judgement {
        certainty: predicted.certainty.ok_or(EvalError::Head("certainty"))?.0,
        polarity: predicted.polarity.ok_or(EvalError::Head("polarity"))?.0,
        holder: predicted.holder.ok_or(EvalError::Head("holder"))?.0,
    }))
}

fn name(label: Option<Judgement>) -> String {
    label.map_or_else(|| "none".to_owned(), |label| label.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::corpus::parse;
    use crate::eval::testing::says;

    const TEXT: &str = "#doc a | - | negation | pair | single\nCT+ author\tHij won.\nCT- author\tHij won niet.\n\n\
        #doc b | - | wish | pair | single\nnone\tHij zou graag winnen.\nPS+ hearsay\tHij zou winnen.\n";

    #[test]
    fn a_pair_counts_only_if_both_are_right() {
        let documents = parse("nl.txt", Some("nl".into()), TEXT).unwrap();
        let labels = |pairs: [[&str; 2]; 2]| pairs.map(|pair| pair.map(|label| says(label, 0.9)).to_vec());
        let report = score_pairs(
            &documents,
            &labels([["CT+ source", "CT- author"], ["none", "PS+ hearsay"]]),
        )
        .unwrap();
        let score = |pairs, factuality, right| PairScore {
            pairs,
            factuality,
            right,
        };
        assert_eq!(report.all, score(2, 2, 1));
        let topics: Vec<_> = report.topics.iter().map(|row| (row.name.as_str(), row.score)).collect();
        assert_eq!(topics, [("negation", score(1, 1, 0)), ("wish", score(1, 1, 1))]);
        assert_eq!(report.languages[0].score, report.all);
        let failure = &report.failures[0];
        assert_eq!((failure.id.as_str(), report.failures.len()), ("a", 1));
        assert_eq!(
            (
                failure.sentences[0].gold.as_str(),
                failure.sentences[0].predicted.as_str()
            ),
            ("CT+ author", "CT+ source")
        );
        let all_the_same = score_pairs(&documents, &labels([["CT+ author"; 2], ["none", "none"]])).unwrap();
        assert_eq!(all_the_same.all, score(2, 0, 0));
    }

    #[test]
    fn what_is_no_pair_is_refused() {
        let text = "#doc a | - | x | pair | single\nnone\tTja.\n";
        let documents = parse("nl.txt", None, text).unwrap();
        let error = score_pairs(&documents, &[vec![says("none", 0.9)]]).unwrap_err();
        assert!(error.to_string().contains("a: it has 1 sentences"), "{error}");
        let documents = parse("nl.txt", None, TEXT).unwrap();
        let mut headless = says("CT+ author", 0.9);
        headless.holder = None;
        let error = score_pairs(&documents, &[vec![headless.clone(), headless]]).unwrap_err();
        assert!(error.to_string().contains("no head `holder`"), "{error}");
    }
}
