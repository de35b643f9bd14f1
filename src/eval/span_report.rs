//! Scores of marked words on corpus files: source, attribution cue and certainty cue (hedge) exactly and by overlap,
//! entities strictly (the exact characters and the type). Only files that carry tags are scored, and only what the model
//! has a head for: what it does not mark at all has no figure, which is something else than 0.

use std::collections::BTreeMap;

use serde::Serialize;

use super::calibration::Judged;
use super::markup::GoldSpan;
use super::spans::{Extent, exact, exact_hits, overlap};
use super::{Average, Counts, Marks, PredictedSentence, Score, SpanKind};

/// Scores of spans and entities; none for what the model does not mark.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpanReport {
    /// Number of sentences in files with tags.
    pub sentences: usize,
    /// Who claims come from.
    pub source: Option<SpanScore>,
    /// Words that hand a claim to its source.
    pub cue: Option<SpanScore>,
    /// Words that lower certainty.
    pub hedge: Option<SpanScore>,
    /// Entities per type.
    pub entities: BTreeMap<String, Score>,
    /// All entity types together.
    pub entities_micro: Option<Score>,
    /// Unweighted mean over the entity types.
    pub entities_macro: Option<Average>,
    /// What is predicted and never gold (`source`, `cue`, `hedge`, types of entities): each such span counts as wrong.
    pub without_gold: Vec<String>,
}

/// Scores of one kind of span.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpanScore {
    /// Both bounds right.
    pub exact: Score,
    /// At least one character shared, one to one.
    pub overlap: Score,
}

/// Counts of spans, to be read as a report, with each prediction judged for calibration.
#[derive(Debug, Default)]
pub(crate) struct SpanTally {
    sentences: usize,
    /// Exact and overlap counts.
    kinds: BTreeMap<SpanKind, (Counts, Counts)>,
    judged: BTreeMap<SpanKind, Vec<Judged>>,
}

/// The spans of one kind in one sentence.
#[derive(Default)]
struct OneKind {
    gold: Vec<Extent>,
    predicted: Vec<Extent>,
    scores: Vec<f64>,
}

impl SpanTally {
    /// Counts one sentence.
    pub(crate) fn add(&mut self, gold: &[GoldSpan], predicted: &PredictedSentence) {
        self.sentences += 1;
        let mut kinds: BTreeMap<&SpanKind, OneKind> = BTreeMap::new();
        for span in gold {
            kinds.entry(&span.kind).or_default().gold.push((span.start, span.end));
        }
        for span in &predicted.spans {
            let own = kinds.entry(&span.kind).or_default();
            own.predicted.push((span.start, span.end));
            own.scores.push(span.score);
        }
        for (kind, own) in kinds {
            let counts = self.kinds.entry(kind.clone()).or_default();
            counts.0 += exact(&own.gold, &own.predicted);
            counts.1 += overlap(&own.gold, &own.predicted);
            let hits = exact_hits(&own.gold, &own.predicted).into_iter().zip(own.scores);
            let judged = hits.map(|(correct, score)| Judged { score, correct });
            self.judged.entry(kind.clone()).or_default().extend(judged);
        }
    }

    /// Every prediction of the kinds that `wanted` takes, with whether it was exactly right.
    pub(crate) fn judged(&self, wanted: impl Fn(&SpanKind) -> bool) -> Vec<Judged> {
        let kinds = self.judged.iter().filter(|(kind, _)| wanted(kind));
        kinds.flat_map(|(_, judged)| judged).copied().collect()
    }

    fn entities(&self) -> impl Iterator<Item = (&String, &Counts)> {
        self.kinds.iter().filter_map(|(kind, (exact, _))| match kind {
            SpanKind::Entity(label) => Some((label, exact)),
            _ => None,
        })
    }

    fn without_gold(&self) -> Vec<String> {
        let names = [
            (SpanKind::Source, "source"),
            (SpanKind::Attribution, "cue"),
            (SpanKind::Hedge, "hedge"),
        ];
        let words = names
            .into_iter()
            .filter_map(|(kind, name)| Some((name, &self.kinds.get(&kind)?.0)));
        let all = words.chain(self.entities().map(|(label, counts)| (label.as_str(), counts)));
        all.filter(|(_, counts)| counts.predicted > 0 && counts.gold == 0)
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    /// The scores of what a model marks; none if no sentence was counted.
    pub(crate) fn report(&self, marks: &Marks) -> Option<SpanReport> {
        let score = |kind: SpanKind, marked: bool| {
            let (exact, overlap) = self.kinds.get(&kind).copied().unwrap_or_default();
            marked.then(|| SpanScore {
                exact: exact.into(),
                overlap: overlap.into(),
            })
        };
        let entities = marks.entities.is_some();
        let mut total = Counts::default();
        self.entities().for_each(|(_, &counts)| total += counts);
        (self.sentences > 0).then(|| SpanReport {
            sentences: self.sentences,
            source: score(SpanKind::Source, marks.source),
            cue: score(SpanKind::Attribution, marks.cue),
            hedge: score(SpanKind::Hedge, marks.hedge),
            entities: self
                .entities()
                .filter(|_| entities)
                .map(|(label, &counts)| (label.clone(), counts.into()))
                .collect(),
            entities_micro: entities.then(|| total.into()),
            entities_macro: entities.then(|| Average::of(self.entities().map(|(_, counts)| counts))),
            without_gold: self.without_gold(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::PredictedSpan;
    use crate::eval::testing::everything;

    fn predicted(spans: &[(SpanKind, usize, usize, f64)]) -> PredictedSentence {
        let span = |(kind, start, end, score): &(SpanKind, usize, usize, f64)| PredictedSpan {
            kind: kind.clone(),
            start: *start,
            end: *end,
            score: *score,
        };
        PredictedSentence {
            spans: spans.iter().map(span).collect(),
            ..PredictedSentence::default()
        }
    }

    #[test]
    fn counts_kinds_apart() {
        let entity = |label: &str| SpanKind::Entity(label.to_owned());
        let gold = |kind, start, end| GoldSpan { kind, start, end };
        let mut tally = SpanTally::default();
        let first = [
            gold(SpanKind::Source, 0, 9),
            gold(entity("LOC"), 3, 9),
            gold(SpanKind::Hedge, 20, 23),
        ];
        let answer = predicted(&[
            (SpanKind::Source, 3, 9, 0.6),
            (entity("LOC"), 3, 9, 0.9),
            (entity("ORG"), 12, 15, 0.4),
            (SpanKind::Attribution, 20, 23, 0.7),
        ]);
        tally.add(&first, &answer);
        tally.add(&[], &predicted(&[]));
        let report = tally.report(&everything()).unwrap();
        assert_eq!(report.sentences, 2);
        let (source, cue) = (report.source.unwrap(), report.cue.unwrap());
        assert_eq!((source.exact.f1, source.overlap.f1), (0.0, 1.0));
        assert_eq!((cue.exact.predicted, cue.overlap.correct), (1, 0));
        assert_eq!(report.hedge.unwrap().exact.gold, 1);
        let micro = report.entities_micro.unwrap();
        assert_eq!((micro.precision, micro.recall), (0.5, 1.0));
        assert_eq!(report.without_gold, ["cue", "ORG"]);
        assert_eq!(report.entities["ORG"].predicted, 1);
        let judged = tally.judged(|kind| matches!(kind, SpanKind::Entity(_)));
        assert_eq!(
            judged.iter().map(|j| (j.score, j.correct)).collect::<Vec<_>>(),
            [(0.9, true), (0.4, false)]
        );
    }

    #[test]
    fn what_a_model_does_not_mark_has_no_figure() {
        let mut tally = SpanTally::default();
        let gold = |kind, start, end| GoldSpan { kind, start, end };
        let marked = [gold(SpanKind::Source, 0, 3), gold(SpanKind::Entity("LOC".into()), 4, 9)];
        tally.add(&marked, &predicted(&[]));
        let report = tally.report(&Marks {
            source: true,
            ..Marks::default()
        });
        let report = report.unwrap();
        assert_eq!(report.source.unwrap().exact.gold, 1);
        assert_eq!((report.cue, report.hedge), (None, None));
        assert!(report.entities.is_empty() && report.entities_micro.is_none() && report.entities_macro.is_none());
    }
}
