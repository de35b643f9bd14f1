//! Tests of the command with a labeller that knows the answers: arguments, files in and out, and that the labels reach
//! the scores.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use clap::Parser;

use super::*;
use crate::eval::testing::everything;
use crate::record::{Entity, Models, Record, Sentence};

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    args: EvalArgs,
}

/// Marks every "Gent" as LOC and calls nothing a claim.
#[derive(Clone)]
struct Gent {
    seen: Rc<RefCell<Vec<GoldDocument>>>,
    marks: Marks,
}

impl Labeller for Gent {
    fn label(&self, documents: Vec<GoldDocument>) -> Result<Vec<Record>> {
        self.seen.borrow_mut().extend(documents.clone());
        Ok(documents.iter().map(answer).collect())
    }

    fn marks(&self) -> Marks {
        self.marks.clone()
    }
}

fn answer(document: &GoldDocument) -> Record {
    let chars = |byte: usize| document.text[..byte].chars().count();
    let mut entities = Vec::new();
    let mut sentences = Vec::new();
    for (index, given) in document.sentences.iter().enumerate() {
        let text = given.span.slice(&document.text);
        for (at, name) in text.match_indices("Gent") {
            let start = chars(given.span.start + at);
            let label = "LOC".to_owned();
            entities.push(Entity {
                start,
                end: start + 4,
                kind: label.clone(),
                label,
                text: name.into(),
                score: 0.9,
                sentence: index,
            });
        }
        sentences.push(Sentence {
            start: chars(given.span.start),
            end: chars(given.span.end),
            paragraph: given.paragraph,
            heading: given.heading,
            claim: Some(crate::record::Claim {
                label: false,
                score: 0.8,
            }),
            certainty: None,
            polarity: None,
            holder: None,
            factuality: None,
            source: Vec::new(),
            classes: None,
            cues: Vec::new(),
        });
    }
    Record {
        schema: 1,
        id: document.id.clone(),
        path: None,
        date: None,
        language: None,
        language_supported: true,
        text: Some(document.text.clone()),
        meta: Default::default(),
        models: Models {
            entities: None,
            claims: None,
        },
        run: crate::record::Run {
            version: "0".into(),
            device: "cpu".into(),
            dtype: "f32".into(),
        },
        sentences,
        entities,
    }
}

fn measured(folder: &Path, line: &[&str]) -> Result<(Report, Vec<GoldDocument>)> {
    let line = line
        .iter()
        .map(|part| part.replace("DIR", &folder.display().to_string()));
    measured_by(everything(), line)
}

/// The same by a model that says to mark only this.
fn measured_by(marks: Marks, line: impl Iterator<Item = String>) -> Result<(Report, Vec<GoldDocument>)> {
    let args = Cli::try_parse_from(["eval".to_owned()].into_iter().chain(line))?.args;
    let gent = Gent {
        seen: Rc::default(),
        marks,
    };
    let report = measure(&args, || Ok(Box::new(gent.clone())))?;
    Ok((report, gent.seen.take()))
}

const TOKENS: &str = "-DOCSTART-\tO\n\nIn\tO\nGent\tB-LOC\n\nDe\tO\nGent-Brugge-race\tB-MISC\n\n";
const CORPUS: &str = "#doc a | - | - | -\nnone\t<LOC>Gent</LOC>\nCT+ author\tEén <LOC>Gent</LOC> won.\n\n#doc b | - | - | -\nnone\tTja.\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("x.nl.dev.tsv"), TOKENS).unwrap();
    std::fs::write(folder.path().join("nl.x.txt"), CORPUS).unwrap();
    std::fs::write(folder.path().join("split.tsv"), "a\tdev\nb\ttrain\n").unwrap();
    folder
}

#[test]
fn tokens_are_scored_and_written() {
    let folder = folder();
    let alone = [
        "DIR/x.nl.dev.tsv",
        "--context=never",
        "--predictions-out",
        "DIR/out.tsv",
    ];
    let (report, seen) = measured(folder.path(), &alone).unwrap();
    let micro = report.tokens[0].micro;
    assert_eq!(
        (micro.correct, micro.predicted, micro.gold),
        (1, 2, 2),
        "the span inside a token takes the token"
    );
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].language.as_deref(), Some("nl"));
    let written = std::fs::read_to_string(folder.path().join("out.tsv")).unwrap();
    assert_eq!(
        written,
        "In\tO\tO\nGent\tB-LOC\tB-LOC\n\nDe\tO\tO\nGent-Brugge-race\tB-MISC\tB-LOC\n\n"
    );

    // A file behind a bare --context stays a file.
    let (_, seen) = measured(folder.path(), &["--context", "DIR/x.nl.dev.tsv"]).unwrap();
    assert_eq!(seen.len(), 1);
    let (report, seen) = measured(folder.path(), &["DIR/x.nl.dev.tsv", "--types", "PER,MISC"]).unwrap();
    let micro = report.tokens[0].micro;
    assert_eq!((micro.predicted, micro.gold), (0, 1));
    assert_eq!((seen.len(), seen[0].context), (1, true));
}

#[test]
fn types_are_those_that_are_there() {
    let folder = folder();
    let (report, _) = measured(folder.path(), &["DIR/x.nl.dev.tsv", "--types", "MISC, LOC"]).unwrap();
    assert_eq!(report.tokens[0].micro.gold, 2);
    // Nothing of a type that the gold alone has can be right, which is said; so it is where the model's own name is asked for.
    std::fs::write(folder.path().join("p.tsv"), "Jan\tB-PERSON\nGent\tB-LOC\nnu\tB-DATE\n").unwrap();
    let person = "\nNote: the model has no type PERSON; PERSON of the gold may be PER, and is to be called so there\n";
    for (types, said) in [
        ("PERSON", person),
        ("PER,LOC", person),
        ("DATE", "\nNote: the model has no type DATE; leave it out of --types\n"),
    ] {
        let (report, _) = measured(folder.path(), &["DIR/p.tsv", "--types", types]).unwrap();
        let mut out = Vec::new();
        print(&report, false, &mut out).unwrap();
        let printed = String::from_utf8(out).unwrap();
        assert!(printed.contains(said), "{printed}");
    }
    let refused = measured(folder.path(), &["DIR/x.nl.dev.tsv", "--types", "loc"]).map(|_| ());
    let message = refused.unwrap_err().to_string();
    assert!(message.ends_with("; did you mean LOC?"), "{message}");
}

#[test]
fn what_a_model_does_not_mark_is_not_scored() {
    let folder = folder();
    let of = |name: &str| std::iter::once(folder.path().join(name).display().to_string());
    let refused = measured_by(Marks::default(), of("x.nl.dev.tsv")).map(|_| ());
    let message = refused.unwrap_err().to_string();
    assert!(message.starts_with("the model marks no entities"), "{message}");

    let printed = |marks: Marks| {
        let (report, _) = measured_by(marks, of("nl.x.txt")).unwrap();
        let mut out = Vec::new();
        print(&report, false, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert!(printed(Marks::default()).contains("The model marks no words: spans and entities are not scored."));
    let entities = Marks {
        entities: everything().entities,
        ..Marks::default()
    };
    let text = printed(entities);
    assert!(
        text.contains("Entities (strict") && text.contains("-: the model does not mark them"),
        "{text}"
    );
    let row = text.lines().find(|line| line.starts_with("  hedge, exact"));
    assert!(
        row.is_some_and(|row| row.ends_with('-') && !row.contains('0')),
        "{text}"
    );
}

#[test]
fn predictions_never_land_on_what_was_read() {
    let folder = folder();
    let refused = |line: &[&str]| measured(folder.path(), line).map(|_| ()).unwrap_err().to_string();
    let message = refused(&["DIR/x.nl.dev.tsv", "--predictions-out", "DIR/x.nl.dev.tsv"]);
    assert!(
        message.ends_with("is both the input and the output; write to another file"),
        "{message}"
    );
    assert_eq!(
        std::fs::read_to_string(folder.path().join("x.nl.dev.tsv")).unwrap(),
        TOKENS
    );
    #[cfg(unix)]
    {
        // A device is written as it is.
        let null = folder.path().join("null");
        std::os::unix::fs::symlink("/dev/null", &null).unwrap();
        measured(folder.path(), &["DIR/x.nl.dev.tsv", "--predictions-out", "DIR/null"]).unwrap();
        assert!(null.is_symlink());
        std::fs::remove_file(null).unwrap();
    }
    let message = refused(&["DIR/x.nl.dev.tsv", "--predictions-out", "DIR/missing/out.tsv"]);
    assert!(message.starts_with("cannot write "), "{message}");
    assert_eq!(refused(&["DIR/nl.x.txt", "--types", "PER"]), "--types needs a .tsv");
    let names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 3, "nothing is left behind: {names:?}");
}

#[test]
fn a_split_restricts_the_corpus() {
    let folder = folder();
    let (report, seen) = measured(
        folder.path(),
        &["DIR/nl.x.txt", "--split", "DIR/split.tsv", "--part", "dev"],
    )
    .unwrap();
    let corpus = report.corpus.unwrap();
    assert_eq!((corpus.documents, corpus.sentences), (1, 2));
    assert_eq!(corpus.spans.unwrap().entities_micro.unwrap().f1, 1.0);
    assert_eq!(corpus.labels.unwrap().claim.gold, 1);
    assert_eq!(seen[0].text, "Gent\n\nEén Gent won.");
}

#[test]
fn a_document_in_two_files_is_refused() {
    let folder = folder();
    std::fs::copy(folder.path().join("nl.x.txt"), folder.path().join("nl.y.txt")).unwrap();
    let message = measured(folder.path(), &["DIR/nl.x.txt", "DIR/nl.y.txt"])
        .map(|_| ())
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("nl.y.txt: document a stands in ") && message.contains("nl.x.txt too; leave one of them out"),
        "{message}"
    );
}

#[test]
fn boundaries_and_comparison_need_no_model() {
    let folder = folder();
    let line = |parts: &[&str]| {
        let parts = parts
            .iter()
            .map(|part| part.replace("DIR", &folder.path().display().to_string()));
        Cli::try_parse_from(["eval".to_owned()].into_iter().chain(parts))
            .unwrap()
            .args
    };
    let no_model = || bail!("no model is needed");
    let report = measure(&line(&["DIR/nl.x.txt", "--boundaries"]), no_model).unwrap();
    assert_eq!(report.boundaries.unwrap().sentences, 3);

    let documents = corpus::parse("x", None, CORPUS).unwrap();
    let record = serde_json::to_string(&answer(&documents[0].documents()[0])).unwrap();
    std::fs::write(folder.path().join("a.jsonl"), &record).unwrap();
    let report = measure(&line(&["DIR/a.jsonl", "DIR/a.jsonl"]), no_model).unwrap();
    assert_eq!(report.comparison.unwrap().matched_sentences, 2);

    let other = record.replacen("\"id\":\"", "\"id\":\"other-", 1);
    std::fs::write(folder.path().join("b.jsonl"), other).unwrap();
    let apart = measure(&line(&["DIR/a.jsonl", "DIR/b.jsonl"]), no_model).map(|_| ());
    let message = apart.unwrap_err().to_string();
    assert!(
        message.starts_with("no record of ") && message.contains("b.jsonl; are ids"),
        "{message}"
    );
}

#[test]
fn both_prints_hold_the_figures() {
    let folder = folder();
    let (report, _) = measured(folder.path(), &["DIR/x.nl.dev.tsv", "DIR/nl.x.txt"]).unwrap();
    let printed = |json| {
        let mut out = Vec::new();
        print(&report, json, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let text = printed(false);
    assert!(
        text.contains("  micro     0.5000  0.5000  0.5000      1          2     2\n"),
        "{text}"
    );
    assert!(
        text.contains("Sentence labels (95% intervals from 1000 resamples of sentences)"),
        "{text}"
    );
    let json: serde_json::Value = serde_json::from_str(&printed(true)).unwrap();
    assert_eq!(json["tokens"][0]["micro"]["f1"], 0.5);
    assert_eq!(json["corpus"]["spans"]["entities"]["LOC"]["f1"], 1.0);
}

#[test]
fn wrong_calls_say_what_to_do() {
    let folder = folder();
    let message = |parts: &[&str]| measured(folder.path(), parts).map(|_| ()).unwrap_err().to_string();
    assert!(message(&["DIR/a.csv"]).ends_with("expected .tsv, .txt or .jsonl, or one of them with .xz, .gz or .zst"));
    assert!(message(&["DIR/a.jsonl"]).starts_with("give exactly two .jsonl files"));
    assert!(message(&["DIR/a.jsonl", "DIR/b.jsonl", "DIR/nl.x.txt"]).contains("leave the other files out"));
    assert!(message(&["DIR/nl.x.txt", "--predictions-out", "DIR/o"]).contains("needs exactly one .tsv"));
    assert!(
        message(&["DIR/x.nl.dev.tsv", "--split", "DIR/split.tsv", "--part", "dev"]).contains("--split needs a .txt")
    );
    assert!(message(&["DIR/nl.x.txt", "--split", "DIR/split.tsv"]).contains("--part"));
    assert_eq!(
        message(&["DIR/nl.x.txt", "--changes", "3"]),
        "--changes needs two .jsonl files"
    );
    assert!(message(&["DIR/nl.x.txt", "--context=never"]).starts_with("--context needs a .tsv"));
    assert!(message(&["DIR/none.tsv"]).contains("none.tsv: cannot be read"));
}
