//! Articles in one line of numbers: sentences, claims, and how many of each degree, denied, by a source, by hearsay.

use crate::record::{CertaintyLabel, Holder, Record, Sentence};

use super::numbers::counted;
use super::{is_claim, label};

pub(super) const DEGREES: [CertaintyLabel; 4] = [
    CertaintyLabel::Certain,
    CertaintyLabel::Probable,
    CertaintyLabel::Possible,
    CertaintyLabel::Uncommitted,
];

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) articles: usize,
    pub(super) sentences: usize,
    claims: usize,
    degrees: [usize; 4],
    denied: usize,
    by_source: usize,
    by_hearsay: usize,
    /// Whether any sentence was judged to be a claim or none, and any claim for its certainty.
    tells_claims: bool,
    tells_certainty: bool,
}

impl Counts {
    pub(super) fn of(record: &Record) -> Self {
        let mut counts = Self {
            articles: 1,
            ..Self::default()
        };
        record.sentences.iter().for_each(|sentence| counts.count(sentence));
        counts
    }

    fn count(&mut self, sentence: &Sentence) {
        self.sentences += 1;
        self.tells_claims |= sentence.claim.is_some() || sentence.certainty.is_some();
        if !is_claim(sentence) {
            return;
        }
        self.claims += 1;
        if let Some(certainty) = &sentence.certainty {
            self.tells_certainty = true;
            for (count, degree) in self.degrees.iter_mut().zip(DEGREES) {
                *count += usize::from(certainty.label == degree);
            }
        }
        let held = |by| sentence.holder.as_ref().is_some_and(|holder| holder.label == by);
        self.denied += usize::from(label::is_denied(sentence));
        self.by_source += usize::from(held(Holder::Source));
        self.by_hearsay += usize::from(held(Holder::Hearsay));
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.articles += other.articles;
        self.sentences += other.sentences;
        self.claims += other.claims;
        for (count, more) in self.degrees.iter_mut().zip(other.degrees) {
            *count += more;
        }
        self.denied += other.denied;
        self.by_source += other.by_source;
        self.by_hearsay += other.by_hearsay;
        self.tells_claims |= other.tells_claims;
        self.tells_certainty |= other.tells_certainty;
    }

    /// `4 sentences, 3 claims: 1 certain, 0 probable, 2 possible, 0 uncommitted; 1 said not to hold`
    pub(super) fn words(&self) -> String {
        let mut words = counted(self.sentences, "sentence");
        if self.tells_claims {
            words = format!("{words}, {}", counted(self.claims, "claim"));
        }
        if self.tells_certainty {
            let degree = |(count, degree): (usize, CertaintyLabel)| format!("{count} {}", degree.as_str());
            let degrees = self.degrees.into_iter().zip(DEGREES).map(degree);
            words = format!("{words}: {}", degrees.collect::<Vec<_>>().join(", "));
        }
        for (number, what) in [
            (self.denied, "said not to hold"),
            (self.by_source, "by a source"),
            (self.by_hearsay, "by hearsay"),
        ] {
            if number > 0 {
                words = format!("{words}; {number} {what}");
            }
        }
        words
    }
}
