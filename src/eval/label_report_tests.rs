//! Tests of the label scores against figures worked out by hand.

use super::*;
use crate::eval::claim::parse_label;
use crate::eval::testing::says;

fn score(pairs: &[(&str, &str)]) -> LabelReport {
    let predicted: Vec<PredictedSentence> = pairs.iter().map(|(_, label)| says(label, 0.9)).collect();
    let golds = pairs.iter().map(|(label, _)| parse_label(label).unwrap());
    score_labels(&[golds.zip(&predicted).collect()]).unwrap()
}

#[test]
fn by_hand() {
    let report = score(&[
        ("CT+ author", "CT+ author"),
        ("CT+ author", "CT+ source"),
        ("PS+ hearsay", "PS+ hearsay"),
        ("U+ source", "none"),
        ("none", "none"),
        ("none", "PR+ author"),
        ("PS- author", "PS+ author"),
    ]);
    assert_eq!(
        (report.claim.correct, report.claim.predicted, report.claim.gold),
        (4, 5, 5)
    );
    // certainty, five gold claims: certain 2/2, possible 2/2, uncommitted 0 of 1 (seen as none)
    assert_eq!((report.certainty.sentences, report.certainty.accuracy), (5, 0.8));
    assert!(
        (report.certainty.macro_f1 - 2.0 / 3.0).abs() < 1e-12,
        "{:?}",
        report.certainty
    );
    // polarity: positive 3 of 4 with 4 predicted, negative 0 of 1
    assert!((report.polarity.macro_f1 - 0.75 / 2.0).abs() < 1e-12);
    // holder: author 2 of 3, 2 predicted; source 0 of 1, 1 predicted; hearsay 1 of 1
    assert!((report.holder.macro_f1 - (0.8 + 0.0 + 1.0) / 3.0).abs() < 1e-12);
    // factuality: none 1 (of 2, 2 predicted) F1 .5; CT+ 1; PR+ 0; PS+ 1 of 1 with 2 predicted 2/3; U+ 0; PS- is rare
    assert_eq!(report.factuality.sentences, 7);
    assert!((report.factuality.accuracy - 4.0 / 7.0).abs() < 1e-12);
    assert!((report.factuality.macro_f1 - (0.5 + 1.0 + 0.0 + 2.0 / 3.0 + 0.0) / 5.0).abs() < 1e-12);
    let rare = report.factuality.classes.iter().find(|row| row.class == "PS-").unwrap();
    assert_eq!((rare.averaged, rare.score.gold), (false, 1));
    assert_eq!(report.factuality.confusion.counts[7][0], 1, "U+ taken for none");
    assert_eq!(report.resampled, "sentences");
}

#[test]
fn intervals_repeat_and_hold_the_figure() {
    let pairs: Vec<(&str, &str)> = (0..200)
        .map(|i| ("CT+ author", if i % 4 == 0 { "CT- author" } else { "CT+ author" }))
        .collect();
    let report = score(&pairs);
    assert_eq!(report, score(&pairs));
    let interval = report.factuality.accuracy_interval;
    // .75 +- 1.96 * sqrt(.75 * .25 / 200) = .69 .. .81
    assert!(
        (interval.low - 0.69).abs() < 0.015 && (interval.high - 0.81).abs() < 0.015,
        "{interval:?}"
    );
}

#[test]
fn documents_are_resampled_where_there_are_enough() {
    let predicted = says("CT+ author", 0.9);
    let gold = parse_label("CT+ author").unwrap();
    let documents = vec![vec![(gold, &predicted)]; 20];
    assert_eq!(score_labels(&documents).unwrap().resampled, "documents");
    assert_eq!(score_labels(&documents[..19]).unwrap().resampled, "sentences");
}

#[test]
fn a_model_without_claim_head_is_not_scored() {
    let predicted = PredictedSentence::default();
    assert_eq!(score_labels(&[vec![(None, &predicted)]]), None);
    assert_eq!(score_labels(&[]), None);
}
