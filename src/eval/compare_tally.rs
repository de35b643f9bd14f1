//! The counting behind a comparison of two runs: one pair of records at a time, their sentences by exact span, their
//! marked words by exact bounds and kind.

use std::collections::{BTreeMap, HashMap};

use super::Counts;
use super::claim;
use super::compare::Change;
use super::spans::{Extent, exact};
use crate::record::{CodePoints, CueKind, Record, Sentence};

/// Counts over matched records.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) given: (usize, usize),
    pub(super) sentences: usize,
    pub(super) claim: Vec<(usize, usize)>,
    pub(super) factuality: Vec<(usize, usize)>,
    pub(super) holder: Vec<(usize, usize)>,
    pub(super) spans: BTreeMap<String, Counts>,
    pub(super) changed: usize,
    pub(super) changes: Vec<Change>,
}

impl Tally {
    /// Counts one pair of records.
    pub(super) fn add(&mut self, left: &Record, right: &Record, most_changes: usize) {
        self.given.0 += left.sentences.len();
        self.given.1 += right.sentences.len();
        let text = left.text.as_deref().or(right.text.as_deref());
        let text = text.map(|text| (text, CodePoints::of(text)));
        let mut partners: HashMap<_, _> = right.sentences.iter().map(|s| ((s.start, s.end), s)).collect();
        for (index, a) in left.sentences.iter().enumerate() {
            let Some(b) = partners.remove(&(a.start, a.end)) else {
                continue;
            };
            self.sentences += 1;
            let (Some(claim_a), Some(claim_b)) = (&a.claim, &b.claim) else {
                continue;
            };
            self.claim
                .push((usize::from(claim_a.label), usize::from(claim_b.label)));
            self.factuality.push((
                claim::factuality_class(a.factuality),
                claim::factuality_class(b.factuality),
            ));
            let holder = |s: &Sentence| claim::holder_class(s.holder.as_ref().map(|holder| holder.label));
            self.holder.push((holder(a), holder(b)));
            let (label_a, label_b) = (label(a), label(b));
            if label_a != label_b {
                self.changed += 1;
                if self.changes.len() < most_changes {
                    let beginning = |(text, points): &(&str, CodePoints)| beginning(text, points, a.start, a.end);
                    self.changes.push(Change {
                        id: left.id.clone(),
                        sentence: index,
                        text: text.as_ref().map(beginning),
                        a: label_a,
                        b: label_b,
                    });
                }
            }
        }
        let (spans_a, spans_b) = (spans(left), spans(right));
        for name in spans_a
            .keys()
            .chain(spans_b.keys().filter(|name| !spans_a.contains_key(*name)))
        {
            let of = |spans: &BTreeMap<String, Vec<Extent>>| spans.get(name).cloned().unwrap_or_default();
            let counts = exact(&of(&spans_a), &of(&spans_b));
            *self.spans.entry(name.clone()).or_default() += counts;
            if name.starts_with("entity ") {
                *self.spans.entry("entities".to_owned()).or_default() += counts;
            }
        }
    }
}

fn label(sentence: &Sentence) -> String {
    let factuality = sentence.factuality.map_or("none", |factuality| factuality.as_str());
    match &sentence.holder {
        Some(holder) => format!(
            "{factuality} {}",
            claim::HOLDER.names[claim::holder_class(Some(holder.label))]
        ),
        None => factuality.to_owned(),
    }
}

/// At most 80 code points of a sentence.
fn beginning(text: &str, points: &CodePoints, start: usize, end: usize) -> String {
    let length = end.saturating_sub(start);
    let mut cut: String = text[points.byte(start)..].chars().take(length.min(80)).collect();
    if length > 80 {
        cut.push('…');
    }
    cut
}

fn spans(record: &Record) -> BTreeMap<String, Vec<Extent>> {
    let mut spans: BTreeMap<String, Vec<Extent>> = BTreeMap::new();
    let mut add = |name: String, start, end| spans.entry(name).or_default().push((start, end));
    for entity in &record.entities {
        add(format!("entity {}", entity.label), entity.start, entity.end);
    }
    for sentence in &record.sentences {
        sentence
            .source
            .iter()
            .for_each(|source| add("source".to_owned(), source.start, source.end));
        for cue in &sentence.cues {
            let name = match cue.kind {
                CueKind::Attribution => "cue",
                CueKind::Certainty => "hedge",
            };
            add(name.to_owned(), cue.start, cue.end);
        }
    }
    spans
}
