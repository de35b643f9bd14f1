//! Tests of the strict entity scores: against seqeval and conlleval on the random tags of `tests/data/eval/seqeval.json`
//! (legal and illegal IOB2), and by hand for what those scorers do not give.

use serde_json::Value;

use super::*;
use crate::eval::conll::TokenSentence;
use crate::eval::iob::{Tag, TokenSpan};

fn fixture() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/eval/seqeval.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn tag_lists(list: &Value) -> Vec<Vec<Tag>> {
    let read = |tags: &Value| {
        tags.as_str()
            .unwrap()
            .split(' ')
            .map(|tag| tag.parse().unwrap())
            .collect()
    };
    list.as_array().unwrap().iter().map(read).collect()
}

fn gold_file(tags: Vec<Vec<Tag>>) -> TokenFile {
    let sentence = |tags: Vec<Tag>| TokenSentence {
        tokens: vec!["x".to_owned(); tags.len()],
        tags,
        document: 0,
    };
    TokenFile {
        name: "gold".into(),
        language: None,
        sentences: tags.into_iter().map(sentence).collect(),
        marked: false,
        types: Default::default(),
    }
}

fn scored(span: TokenSpan, score: f64) -> ScoredTokenSpan {
    ScoredTokenSpan { span, score }
}

fn near(figures: [f64; 3], row: &Value, what: &str) {
    for (index, figure) in figures.into_iter().enumerate() {
        let expected = row[index].as_f64().unwrap();
        assert!(
            (figure - expected).abs() < 1e-12,
            "{what}[{index}]: {figure} for {expected}"
        );
    }
}

#[test]
fn equals_seqeval_and_conlleval() {
    for (number, case) in fixture()["entities"].as_array().unwrap().iter().enumerate() {
        let predicted = tag_lists(&case["predicted"]);
        let spans: Vec<Vec<_>> = predicted
            .iter()
            .map(|tags| iob::spans(tags).into_iter().map(|span| scored(span, 0.5)).collect())
            .collect();
        let report = score_tokens(&gold_file(tag_lists(&case["gold"])), &spans);
        for scorer in ["seqeval", "conlleval"] {
            let Some(rows) = case[scorer].as_object() else { continue };
            let types = rows.keys().filter(|name| !["micro", "macro"].contains(&name.as_str()));
            assert_eq!(
                types.collect::<Vec<_>>(),
                report.types.keys().collect::<Vec<_>>(),
                "case {number} {scorer}"
            );
            for (name, score) in report
                .types
                .iter()
                .map(|(name, score)| (name.as_str(), score))
                .chain([("micro", &report.micro)])
            {
                near(
                    [score.precision, score.recall, score.f1],
                    &rows[name],
                    &format!("case {number} {scorer} {name}"),
                );
                assert_eq!(
                    score.gold as u64,
                    rows[name][3].as_u64().unwrap(),
                    "case {number} {scorer} {name}"
                );
            }
            if let Some(row) = rows.get("macro") {
                let mean = report.macro_average;
                near(
                    [mean.precision, mean.recall, mean.f1],
                    row,
                    &format!("case {number} macro"),
                );
            }
        }
    }
}

fn tags(text: &str) -> Vec<Tag> {
    text.split(' ').map(|tag| tag.parse().unwrap()).collect()
}

fn token_span(start: usize, end: usize, label: &str) -> TokenSpan {
    TokenSpan {
        start,
        end,
        label: label.into(),
    }
}

#[test]
fn documents_are_resampled_where_there_are_enough() {
    // Twenty documents of two sentences, in every other one both right: sentences of a document hang together.
    let mut gold = gold_file(vec![tags("B-PER"); 40]);
    let predictions: Vec<_> = (0..40)
        .map(|i| match i / 2 % 2 {
            0 => vec![scored(token_span(0, 1, "PER"), 0.9)],
            _ => Vec::new(),
        })
        .collect();
    let alone = score_tokens(&gold, &predictions);
    for (i, sentence) in gold.sentences.iter_mut().enumerate() {
        sentence.document = i / 2;
    }
    let together = score_tokens(&gold, &predictions);
    assert_eq!((alone.resampled, together.resampled), ("sentences", "documents"));
    assert_eq!(alone.micro.f1, together.micro.f1);
    let width = |report: &TokenReport| report.micro_f1_interval.high - report.micro_f1_interval.low;
    assert!(
        width(&together) > 1.2 * width(&alone),
        "{} and {}",
        width(&together),
        width(&alone)
    );
}

#[test]
fn interval_calibration_and_thresholds() {
    let gold = gold_file(vec![tags("B-PER I-PER O"), tags("B-LOC"), tags("O O")]);
    let predictions = vec![
        vec![scored(token_span(0, 2, "PER"), 0.9)],
        vec![scored(token_span(0, 1, "ORG"), 0.4)],
        vec![scored(token_span(1, 2, "MISC"), 0.2)],
    ];
    let report = score_tokens(&gold, &predictions);
    assert_eq!(
        (report.micro.correct, report.micro.predicted, report.micro.gold),
        (1, 3, 2)
    );
    assert_eq!(report.types_without_gold, ["MISC", "ORG"]);
    assert!(report.micro_f1_interval.low <= report.micro.f1 && report.micro.f1 <= report.micro_f1_interval.high);
    assert_eq!(report, score_tokens(&gold, &predictions), "the interval is seeded");
    // |.2 - 0| , |.4 - 0| and |.9 - 1|, a bin each
    assert!((report.calibration.unwrap().ece - 0.7 / 3.0).abs() < 1e-12);
    assert_eq!(
        (
            report.thresholds[10].kept,
            report.thresholds[10].precision,
            report.thresholds[10].recall
        ),
        (1, Some(1.0), 0.5)
    );
}

#[test]
fn predictions_are_written_for_other_scorers() {
    let gold = gold_file(vec![tags("B-PER I-PER O"), tags("O I-LOC")]);
    let predictions = vec![
        vec![
            scored(token_span(0, 1, "PER"), 1.0),
            scored(token_span(1, 3, "LOC"), 1.0),
        ],
        vec![],
    ];
    let mut out = Vec::new();
    write_predictions(&mut out, &gold, &predictions).unwrap();
    let expected = "x\tB-PER\tB-PER\nx\tI-PER\tB-LOC\nx\tO\tI-LOC\n\nx\tO\tO\nx\tI-LOC\tO\n\n";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}
