//! Tests of the corpus scores as a whole: which sentences count for what.

use super::*;
use crate::eval::PredictedSpan;
use crate::eval::corpus::parse;
use crate::eval::testing::{everything, says};

const TAGGED: &str = "#doc a | - | - | -\nPS+ hearsay\t<PER>Ina Vos</PER> <h>zou</h> winnen.\nnone\tTja.\n";
const UNTAGGED: &str = "#doc b | - | - | -\nCT+ author\tGent won.\n";

fn documents() -> Vec<CorpusDocument> {
    let mut documents = parse("nl.x.txt", Some("nl".into()), TAGGED).unwrap();
    documents.extend(parse("y.txt", None, UNTAGGED).unwrap());
    documents
}

#[test]
fn spans_count_in_tagged_files_only() {
    let mut first = says("PS+ hearsay", 0.8);
    first.spans.push(PredictedSpan {
        kind: SpanKind::Entity("PER".into()),
        start: 0,
        end: 7,
        score: 0.9,
    });
    let mut third = says("CT+ author", 0.9);
    third.spans.push(PredictedSpan {
        kind: SpanKind::Entity("LOC".into()),
        start: 0,
        end: 4,
        score: 0.7,
    });
    let predictions = vec![vec![first, says("CT+ author", 0.6)], vec![third]];
    let files = vec!["x".into(), "y".into()];
    let report = score_corpus(files, &documents(), &predictions, &everything());

    assert_eq!((report.documents, report.sentences), (2, 3));
    let spans = report.spans.unwrap();
    let (micro, hedge) = (spans.entities_micro.unwrap(), spans.hedge.unwrap().exact);
    assert_eq!((spans.sentences, micro.predicted, micro.f1), (2, 1, 1.0));
    assert_eq!((hedge.gold, hedge.predicted), (1, 0));
    let labels = report.labels.unwrap();
    assert_eq!(
        (labels.claim.correct, labels.claim.predicted, labels.claim.gold),
        (2, 3, 2)
    );

    let rows: Vec<_> = report
        .languages
        .iter()
        .map(|row| (row.language.as_str(), row.sentences))
        .collect();
    assert_eq!(rows, [("?", 1), ("nl", 2)]);
    assert_eq!(report.languages[0].spans, None);

    let items: Vec<_> = report
        .calibration
        .iter()
        .map(|score| (score.of, score.calibration.items))
        .collect();
    let expected = [
        ("claim", 3),
        ("certainty", 2),
        ("polarity", 2),
        ("holder", 2),
        ("factuality", 3),
        ("entity", 1),
    ];
    assert_eq!(items, expected);
    // claim scores .6 (wrong), .8 and .9 (right), a bin each
    assert!((report.calibration[0].calibration.ece - (0.6 + 0.2 + 0.1) / 3.0).abs() < 1e-12);

    let claims = &report.thresholds[0];
    assert_eq!(
        (claims.of, claims.rows[0].precision, claims.rows[0].recall),
        ("claim", Some(2.0 / 3.0), 1.0)
    );
    assert_eq!((claims.rows[14].kept, claims.rows[14].precision), (2, Some(1.0)));
    // the joint score is the product: .512, .216 (wrong) and .729
    let joint = &report.thresholds[1];
    assert_eq!(
        (joint.of, joint.rows[10].kept, joint.rows[10].precision),
        ("factuality", 2, Some(1.0))
    );
    assert_eq!((joint.rows[14].kept, joint.rows[14].recall), (1, 0.5));
}

#[test]
fn without_tags_and_without_claim_head_nothing_is_invented() {
    let documents = parse("y.txt", None, UNTAGGED).unwrap();
    let predictions = [vec![PredictedSentence::default()]];
    let report = score_corpus(vec!["y".into()], &documents, &predictions, &Marks::default());
    assert_eq!((report.labels, report.spans), (None, None));
    assert!(report.calibration.is_empty() && report.thresholds.is_empty());
}
