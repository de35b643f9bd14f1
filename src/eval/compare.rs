//! Two runs, or two annotators, on the same articles. Records are matched by id, those of one id by path and text;
//! sentences by their exact span; what has no partner is counted and left out. Neither side is taken for the truth: agreement, Cohen's kappa, F1.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::claim::{self, Classes};
use super::compare_tally::Tally;
use super::confusion::Confusion;
use super::{EvalError, Score};
use crate::record::{FailureRecord, Record};

/// The records of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The file as given.
    pub name: String,
    /// Its records.
    pub records: Vec<Record>,
    /// Number of error lines.
    pub failures: usize,
}

impl Run {
    /// Reads JSON Lines.
    ///
    /// # Errors
    /// At a line that is neither a record nor an error record, and at a record that breaks the contract: figures over labels of
    /// another schema would say nothing.
    pub fn parse(name: &str, text: &str) -> Result<Self, EvalError> {
        let mut run = Self {
            name: name.to_owned(),
            records: Vec::new(),
            failures: 0,
        };
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match serde_json::from_str::<Record>(line) {
                Ok(record) => {
                    let wrong = |fault| EvalError::line(name, index + 1, format!("{}: {fault}", record.id));
                    record.check().map_err(wrong)?;
                    run.records.push(record);
                }
                Err(_) if serde_json::from_str::<FailureRecord>(line).is_ok() => run.failures += 1,
                Err(error) => return Err(EvalError::line(name, index + 1, format!("no record: {error}"))),
            }
        }
        Ok(run)
    }
}

/// How far two runs agree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The first run.
    pub a: Side,
    /// The second run.
    pub b: Side,
    /// Records that stand in both with the same text.
    pub matched_records: usize,
    /// Records of the same id whose texts differ; they are skipped.
    pub different_texts: usize,
    /// Sentences with the same span in both.
    pub matched_sentences: usize,
    /// Claim or `none`.
    pub claim: Agreement,
    /// The joint label, `none` among its classes.
    pub factuality: Agreement,
    /// The holder, `none` among its classes.
    pub holder: Agreement,
    /// Spans with the same bounds and kind, per entity type and for `entities`, `source`, `cue` and `hedge`. The
    /// first run stands as gold.
    pub spans: BTreeMap<String, Score>,
    /// Number of matched sentences with another factuality or holder.
    pub changed: usize,
    /// The first of them.
    pub changes: Vec<Change>,
}

/// What one run has that counts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// The file as given.
    pub file: String,
    /// Its records.
    pub records: usize,
    /// Its error lines.
    pub failures: usize,
    /// Records whose id the other run does not have.
    pub unmatched_records: usize,
    /// Sentences in matched records.
    pub sentences: usize,
    /// Sentences in matched records whose span the other run does not have.
    pub unmatched_sentences: usize,
}

/// Agreement on one label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// Matched sentences that both runs have a label for.
    pub sentences: usize,
    /// Share with the same label; none of no sentences.
    pub agreement: Option<f64>,
    /// Cohen's kappa; none where it is undefined.
    pub kappa: Option<f64>,
    /// The first run in rows, the second in columns.
    pub confusion: Confusion,
}

/// A sentence that the runs label differently.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The record.
    pub id: String,
    /// Index of the sentence in the first run.
    pub sentence: usize,
    /// The beginning of the sentence, where a record has its text.
    pub text: Option<String>,
    /// Label in the first run.
    pub a: String,
    /// Label in the second run.
    pub b: String,
}

/// Compares two runs and lists at most `most_changes` changed labels.
pub fn compare(a: &Run, b: &Run, most_changes: usize) -> Comparison {
    let mut tally = Tally::default();
    let (mut met, mut matched, mut different) = (0, 0, 0);
    for (left, right) in partners(&a.records, &b.records) {
        met += 1;
        if left.text.is_some() && right.text.is_some() && left.text != right.text {
            different += 1;
            continue;
        }
        matched += 1;
        tally.add(left, right, most_changes);
    }
    let side = |run: &Run, sentences: usize| Side {
        file: run.name.clone(),
        records: run.records.len(),
        failures: run.failures,
        unmatched_records: run.records.len() - met,
        sentences,
        unmatched_sentences: sentences - tally.sentences,
    };
    Comparison {
        a: side(a, tally.given.0),
        b: side(b, tally.given.1),
        matched_records: matched,
        different_texts: different,
        matched_sentences: tally.sentences,
        claim: agreement(&claim::CLAIM, &tally.claim),
        factuality: agreement(&claim::FACTUALITY, &tally.factuality),
        holder: agreement(&claim::HOLDER, &tally.holder),
        spans: tally
            .spans
            .into_iter()
            .map(|(name, counts)| (name, counts.into()))
            .collect(),
        changed: tally.changed,
        changes: tally.changes,
    }
}

/// Records of one id, in the order of the first run. The same id may stand several times (files of one name in several
/// folders): those of one path and text meet first, then those of one text, then the rest in their order.
fn partners<'r>(a: &'r [Record], b: &'r [Record]) -> Vec<(&'r Record, &'r Record)> {
    let mut by_id: HashMap<&str, Vec<&Record>> = HashMap::new();
    for record in b {
        by_id.entry(&record.id).or_default().push(record);
    }
    let mut met: Vec<Option<&Record>> = vec![None; a.len()];
    let rules: [fn(&Record, &Record) -> bool; 3] = [
        |left, right| left.path.is_some() && left.path == right.path && left.text == right.text,
        |left, right| left.text.is_some() && left.text == right.text,
        |_, _| true,
    ];
    for rule in rules {
        for (left, partner) in a.iter().zip(&mut met).filter(|(_, partner)| partner.is_none()) {
            let Some(free) = by_id.get_mut(left.id.as_str()) else {
                continue;
            };
            if let Some(at) = free.iter().position(|right| rule(left, right)) {
                *partner = Some(free.remove(at));
            }
        }
    }
    a.iter()
        .zip(met)
        .filter_map(|(left, right)| Some((left, right?)))
        .collect()
}

fn agreement(classes: &Classes, pairs: &[(usize, usize)]) -> Agreement {
    let mut confusion = Confusion::new(classes.names);
    pairs.iter().for_each(|&(a, b)| confusion.add(a, b));
    Agreement {
        sentences: pairs.len(),
        agreement: (!pairs.is_empty()).then(|| confusion.accuracy()),
        kappa: confusion.kappa(),
        confusion,
    }
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
