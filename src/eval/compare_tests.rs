//! Tests of the comparison: what is matched, what is counted and what is listed.

use super::*;
use crate::eval::GoldDocument;
use crate::eval::document::Piece;
use crate::eval::testing::{blank_record, entity, says};
use crate::record::{CertaintyScores, Claim, Scored};

/// A record of one sentence per label.
fn record(id: &str, sentences: &[(&str, &str)]) -> Record {
    let pieces = sentences.iter().map(|(text, _)| Piece {
        text,
        paragraph: 0,
        heading: false,
    });
    let mut record = blank_record(&GoldDocument::join(id.to_owned(), None, true, pieces));
    for (sentence, (_, label)) in record.sentences.iter_mut().zip(sentences) {
        let said = says(label, 0.9);
        sentence.claim = said.claim.map(|(label, score)| Claim { label, score });
        sentence.holder = said.holder.map(|(label, score)| Scored { label, score });
        sentence.factuality = said.factuality;
        let scores = CertaintyScores {
            certain: 0.9,
            probable: 0.1,
            possible: 0.0,
            uncommitted: 0.0,
        };
        sentence.certainty = said
            .certainty
            .map(|(label, score)| crate::record::Certainty { label, score, scores });
    }
    record
}

fn run(records: Vec<Record>) -> Run {
    Run {
        name: "run.jsonl".into(),
        records,
        failures: 0,
    }
}

#[test]
fn kappa_changes_and_spans() {
    let mut a = record(
        "x",
        &[
            ("Eén.", "CT+ author"),
            ("Twee.", "PS+ source"),
            ("Drie.", "none"),
            ("Vier.", "none"),
        ],
    );
    let mut b = record(
        "x",
        &[
            ("Eén.", "CT+ author"),
            ("Twee.", "CT+ source"),
            ("Drie.", "none"),
            ("Vier.", "U+ author"),
        ],
    );
    a.entities = vec![entity(&a, 0, 3, "PER", 0), entity(&a, 5, 9, "LOC", 1)];
    b.entities = vec![entity(&b, 0, 3, "PER", 0), entity(&b, 5, 9, "ORG", 1)];
    let report = compare(&run(vec![a]), &run(vec![b]), 1);

    assert_eq!((report.matched_records, report.matched_sentences), (1, 4));
    // claim: 3 of 4 agree; margins .5/.5 and .75/.25, so chance is .5
    assert_eq!((report.claim.agreement, report.claim.kappa), (Some(0.75), Some(0.5)));
    // factuality: 2 of 4; chance = none .5*.25 + CT+ .25*.5 = .25
    assert!((report.factuality.kappa.unwrap() - 1.0 / 3.0).abs() < 1e-12);
    // holder: 3 of 4; chance = none .5*.25 + author .25*.5 + source .25*.25 = .3125
    assert!((report.holder.kappa.unwrap() - (0.75 - 0.3125) / (1.0 - 0.3125)).abs() < 1e-12);
    assert_eq!(report.spans["entities"].f1, 0.5);
    assert_eq!(
        (report.spans["entity LOC"].gold, report.spans["entity LOC"].predicted),
        (1, 0)
    );
    assert_eq!((report.changed, report.changes.len()), (2, 1));
    let change = &report.changes[0];
    assert_eq!(
        (change.a.as_str(), change.b.as_str(), change.sentence),
        ("PS+ source", "CT+ source", 1)
    );
    assert_eq!(change.text.as_deref(), Some("Twee."));
}

#[test]
fn what_has_no_partner_is_counted() {
    let mut other = record("same", &[("Eén.", "none"), ("Twee.", "none")]);
    other.sentences[1].start += 1;
    let a = run(vec![
        record("same", &[("Eén.", "none"), ("Twee.", "none")]),
        record("text", &[("Zo.", "none")]),
        record("only a", &[("Zo.", "none")]),
    ]);
    let b = run(vec![record("text", &[("Ja.", "none")]), other]);
    let report = compare(&a, &b, 5);
    assert_eq!(
        (report.matched_records, report.different_texts, report.matched_sentences),
        (1, 1, 1)
    );
    assert_eq!((report.a.unmatched_records, report.b.unmatched_records), (1, 0));
    assert_eq!((report.a.unmatched_sentences, report.b.unmatched_sentences), (1, 1));
    assert_eq!(report.claim.kappa, None, "one class only");
}

#[test]
fn of_no_sentences_there_is_no_agreement() {
    let mut a = record("x", &[("Eén.", "none")]);
    a.sentences.clear();
    let report = compare(&run(vec![a.clone()]), &run(vec![a]), 5);
    assert_eq!((report.claim.sentences, report.claim.agreement), (0, None));
}

#[test]
fn what_is_listed_cannot_steer_the_terminal() {
    let attack = "\x1b[2Jx\u{202e}";
    let a = record(attack, &[("Eén \x1b[31m\u{202e}rood.", "CT+ author")]);
    let mut b = a.clone();
    b.sentences[0].factuality = None;
    let mut named = run(vec![a]);
    named.name = attack.to_owned();
    let mut marked = b.clone();
    marked.entities = vec![entity(&b, 0, 3, attack, 0)];
    let mut out = Vec::new();
    crate::eval::render::comparison(&mut out, &compare(&named, &run(vec![marked]), 5)).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("Eén \\u{1b}[31m\\u{202e}rood."), "{text}");
    assert!(!text.contains(['\x1b', '\u{202e}']), "{text}");
}

#[test]
fn the_same_id_twice_meets_in_order() {
    let pair = || {
        vec![
            record("x", &[("Eén.", "none")]),
            record("x", &[("Twee.", "CT+ author")]),
        ]
    };
    let report = compare(&run(pair()), &run(pair()), 5);
    assert_eq!(
        (report.matched_records, report.changed, report.claim.agreement),
        (2, 0, Some(1.0))
    );
}

#[test]
fn namesakes_meet_by_path_and_text() {
    let at = |path: &str, text: &str| {
        let mut record = record("0001", &[(text, "CT+ author")]);
        record.path = Some(path.to_owned());
        record
    };
    let all = run(vec![at("2023/0001.txt", "Oud."), at("2024/0001.txt", "Nieuw.")]);
    let comparison = compare(&all, &run(vec![at("2024/0001.txt", "Nieuw.")]), 9);
    assert_eq!((comparison.matched_records, comparison.different_texts), (1, 0));
    assert_eq!((comparison.a.unmatched_records, comparison.b.unmatched_records), (1, 0));
    let moved = compare(
        &all,
        &run(vec![at("new/b/0001.txt", "Nieuw."), at("new/a/0001.txt", "Oud.")]),
        9,
    );
    assert_eq!(moved.matched_records, 2);

    // Without texts the path alone tells them apart.
    let blank = |mut run: Run| {
        run.records.iter_mut().for_each(|record| record.text = None);
        run
    };
    let comparison = compare(&blank(all), &blank(run(vec![at("2024/0001.txt", "Nieuw.")])), 9);
    assert_eq!((comparison.matched_records, comparison.matched_sentences), (1, 1));
    assert_eq!(comparison.b.unmatched_records, 0);
}

#[test]
fn lines_are_records_or_failures() {
    let good = serde_json::to_string(&record("x", &[("Eén.", "none")])).unwrap();
    let failure = r#"{"schema":1,"id":"y","error":{"kind":"empty","message":"no text"}}"#;
    let read = Run::parse("r.jsonl", &format!("{good}\n\n{failure}\n")).unwrap();
    assert_eq!((read.records.len(), read.failures), (1, 1));
    let message = Run::parse("r.jsonl", &format!("{good}\n{{\"id\":1}}\n"))
        .unwrap_err()
        .to_string();
    assert!(message.starts_with("r.jsonl:2: no record: "), "{message}");
}

#[test]
fn records_that_break_the_contract_are_refused() {
    let line = serde_json::to_string(&crate::record::sample::record()).unwrap();
    assert_eq!(Run::parse("a.jsonl", &line).unwrap().records.len(), 1);
    let later = line.replacen("\"schema\":1", "\"schema\":99", 1);
    let far = line.replacen("\"end\":", "\"end\":9", 1);
    for (broken, said) in [(later, "its schema is 99"), (far, "label the article again")] {
        let message = Run::parse("a.jsonl", &format!("{line}\n{broken}"))
            .unwrap_err()
            .to_string();
        assert!(
            message.starts_with("a.jsonl:2: ") && message.contains(said),
            "{message}"
        );
    }
}
