//! `stellig show` through the program: articles and labels, a choice of sentences, colours and widths, exit codes.

#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

mod support;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn show(arguments: &[&str]) -> Command {
    let mut command = support::program();
    command.arg("show").args(arguments);
    command
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A folder with `labels.jsonl`: one article of two sentences, by Osman and about him, and one that failed.
fn labels() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let judged = |start: usize, end: usize, certainty: &str, holder: &str| {
        let scores = serde_json::json!({"certain": 0.1, "probable": 0.1, "possible": 0.7, "uncommitted": 0.1});
        serde_json::json!({
            "start": start, "end": end, "paragraph": 0, "heading": false,
            "claim": {"label": true, "score": 0.9},
            "certainty": {"label": certainty, "score": 0.7, "scores": scores},
            "polarity": {"label": "positive", "score": 0.9},
            "holder": {"label": holder, "score": 0.9},
            "factuality": if certainty == "certain" { "CT+" } else { "PS+" },
            "source": [], "cues": [],
        })
    };
    let record = serde_json::json!({
        "schema": 1, "id": "0001", "date": "2017-06", "language": "nl",
        "text": "Müller zou dood zijn. De brug is dicht.", "meta": {},
        "models": {"entities": "a@1", "claims": "a@1"},
        "run": {"version": "0", "device": "cpu", "dtype": "f32"},
        "sentences": [judged(0, 21, "possible", "hearsay"), judged(22, 39, "certain", "author")],
        "entities": [{"start": 0, "end": 6, "label": "PER", "type": "PER", "text": "Müller", "score": 0.9, "sentence": 0}],
    });
    let failure = r#"{"schema":1,"id":"0002","error":{"kind":"empty","message":"there is no text in it"}}"#;
    let path = folder.path().join("labels.jsonl");
    fs::write(&path, format!("{record}\n{failure}\n")).unwrap();
    (folder, path)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn labels_are_shown_without_a_model() {
    let (_folder, path) = labels();
    let output = show(&[text(&path), "--model", "/nowhere"]).output().unwrap();
    let shown = printed(&output);
    assert_eq!(
        output.status.code(),
        Some(2),
        "one article was not labelled: {}",
        errors(&output)
    );
    assert!(
        shown.starts_with("0001 · 2017-06 · nl\n\n◑ [Müller PER] zou dood zijn.\n"),
        "{shown}"
    );
    assert!(
        shown.contains("\nnot labelled: 0002: there is no text in it\n"),
        "{shown}"
    );
    assert_eq!(
        errors(&output),
        "stellig: 0002: there is no text in it\n",
        "where nobody sees the page, failures are told beside it"
    );
    let from_pipe = {
        let mut child = show(&["-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(&fs::read(&path).unwrap())
            .unwrap();
        child.wait_with_output().unwrap()
    };
    assert_eq!(printed(&from_pipe), shown);
    let twice = show(&[text(&path), text(&path)]).output().unwrap();
    assert!(
        printed(&twice).contains("In all 2 articles, 4 sentences, 4 claims"),
        "{}",
        printed(&twice)
    );
}

#[test]
fn a_choice_is_shown_and_what_is_left_out_is_told() {
    let (_folder, path) = labels();
    let output = show(&[text(&path), "--only", "uncertain", "--entity", "MULLER"])
        .output()
        .unwrap();
    let shown = printed(&output);
    assert!(
        shown.contains("[Müller PER] zou dood zijn") && !shown.contains("brug"),
        "{shown}"
    );
    assert!(
        shown.contains("\n… 1 sentence\n") && shown.contains("1 of 2 sentences: uncertain; naming “MULLER”"),
        "{shown}"
    );
    let both = show(&[text(&path), "--only", "possible,author"]).output().unwrap();
    assert!(printed(&both).contains("Nothing to show"), "{}", printed(&both));
    let near = show(&[text(&path), "--entity", "Mueller"]).output().unwrap();
    let near = printed(&near).replace('\n', " ");
    assert!(
        near.contains("No entity has this name; did you mean “Müller”?"),
        "{near}"
    );
    for (arguments, said) in [
        (["--only", "uncertian"], "'uncertain'"),
        (["--entity", "-"], "give a name"),
        (["--width", "19"], "20 or more"),
    ] {
        let output = show(&[text(&path)]).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(errors(&output).contains(said), "{arguments:?}: {}", errors(&output));
    }
}

#[test]
fn colours_are_those_that_the_terminal_has() {
    let (_folder, path) = labels();
    let coloured = |term: &str, colorterm: &str, arguments: &[&str]| {
        let mut command = show(&[text(&path)]);
        command.args(arguments).env("TERM", term).env("COLORTERM", colorterm);
        printed(&command.output().unwrap())
    };
    let always = ["--color", "always"];
    assert!(!coloured("xterm", "truecolor", &[]).contains('\u{1b}'), "a pipe");
    assert!(coloured("xterm", "", &always).contains("\u{1b}[33m◑"), "sixteen");
    assert!(
        coloured("xterm-256color", "", &always).contains("\u{1b}[38;5;208m◑"),
        "256"
    );
    assert!(
        coloured("xterm-256color", "truecolor", &always).contains("\u{1b}[38;2;200;98;10m◑"),
        "all"
    );
    let mut wide = show(&[text(&path)]);
    let wide = printed(&wide.env("COLUMNS", "160").output().unwrap());
    assert!(
        wide.lines()
            .any(|line| line.contains("dood zijn.") && line.contains("╶ possible")),
        "{wide}"
    );
}

#[test]
fn a_bad_line_is_told_and_the_others_are_shown() {
    let (folder, path) = labels();
    let good = fs::read_to_string(&path).unwrap();
    let mixed = folder.path().join("mixed.jsonl");
    fs::write(&mixed, format!("{}\n{{\"id\": 3}}\n", good.lines().next().unwrap())).unwrap();
    let output = show(&[text(&mixed)]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        printed(&output).contains("Müller") && errors(&output).contains("line 2"),
        "{}",
        errors(&output)
    );
    // Nor does a first line that is cut off, or the ending of what an interrupted run left, make articles of labels.
    let partial = folder.path().join("labels.jsonl.partial");
    fs::write(&partial, format!("{{\"schema\":1,\"id\":\"cut\n{good}")).unwrap();
    let output = show(&[text(&partial), "--model", "/nowhere"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        printed(&output).contains("Müller") && errors(&output).contains("line 1"),
        "{}",
        errors(&output)
    );
    let mut reader = show(&[text(&path)]).stdout(Stdio::piped()).spawn().unwrap();
    drop(reader.stdout.take());
    assert!(
        [Some(0), Some(2)].contains(&reader.wait().unwrap().code()),
        "a reader who leaves is no error"
    );
}

#[test]
fn articles_are_labelled_and_shown_together() {
    let shipped = support::path("models/news-small");
    let examples = support::path("examples/articles");
    let mut command = show(&[text(&examples), "--entity", "tolsmeer"]);
    if !cfg!(feature = "embedded-model") {
        command.arg("--model").arg(shipped);
    }
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let shown = printed(&output);
    assert!(
        shown.contains("Wieger Tolsmeer") && shown.contains("In all 2 articles"),
        "{shown}"
    );
    assert!(!shown.contains("0002_ferry"), "an article without the name: {shown}");
}

#[test]
fn rows_are_read_by_the_fields_that_are_named_and_no_more_of_them_than_asked() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |name: &str, places: [&str; 2]| {
        let path = folder.path().join(name);
        let row = |place: &&str| format!("{place},De brug bij {place} is dicht.\n");
        fs::write(
            &path,
            format!("plaats,body\n{}", places.iter().map(row).collect::<String>()),
        )
        .unwrap();
        path
    };
    let (first, second) = (rows("a.csv", ["Gent", "Delft"]), rows("b.csv", ["Leuven", "Breda"]));
    let model = support::path("tests/fixtures/tiny-modernbert");
    let run = |field: &str| {
        let fields = ["--text-field", field, "--id-field", "plaats", "--limit", "3"];
        let files = [text(&first), text(&second), "--model", text(&model)];
        show(&[&files[..], &fields[..]].concat()).output().unwrap()
    };
    let output = run("body");
    let shown = printed(&output);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let places = ["Gent", "Delft", "Leuven"];
    assert!(
        places
            .iter()
            .all(|place| shown.contains(&format!("De brug bij {place} is dicht"))),
        "{shown}"
    );
    assert!(
        !shown.contains("Breda") && shown.contains("In all 3 articles"),
        "{shown}"
    );
    let wrong = run("bodi");
    assert_eq!(wrong.status.code(), Some(2));
    let said = printed(&wrong).replace('\n', " ");
    assert!(
        said.contains("there is no field `bodi`") && said.contains("did you mean `body`?"),
        "{said}"
    );
}

#[test]
fn labels_and_articles_count_alike_up_to_the_limit() {
    let (folder, path) = labels();
    let good = fs::read_to_string(&path).unwrap();
    let (record, failure) = good.trim_end().split_once('\n').unwrap();
    let many = folder.path().join("many.jsonl");
    let named = |number: usize| record.replacen("0001", &format!("a{number}"), 1);
    fs::write(&many, [failure, &named(1), &named(2), &named(3)].join("\n")).unwrap();
    let rows = folder.path().join("rows.csv");
    fs::write(&rows, "id,text\nr1,De brug is dicht.\nr2,De brug is open.\n").unwrap();
    let model = support::path("tests/fixtures/tiny-modernbert");
    let shown = |files: &[&PathBuf], limit: &str| {
        let files: Vec<&str> = files.iter().map(|file| text(file)).collect();
        let output = show(&[&files[..], &["--model", text(&model), "--limit", limit]].concat())
            .output()
            .unwrap();
        let page = printed(&output);
        let there = |name: &&str| page.lines().any(|line| line.split(" ·").next() == Some(name));
        let names: Vec<&str> = ["a1", "a2", "a3", "r1", "r2"].into_iter().filter(there).collect();
        (names, output.status.code())
    };
    assert_eq!(
        shown(&[&many], "2"),
        (vec!["a1", "a2"], Some(2)),
        "what failed is told and not counted"
    );
    assert_eq!(shown(&[&many, &rows], "4").0, ["a1", "a2", "a3", "r1"]);
    assert_eq!(shown(&[&rows, &many], "3").0, ["a1", "r1", "r2"]);
    assert_eq!(
        shown(&[&rows, &many], "2"),
        (vec!["r1", "r2"], Some(0)),
        "the labels are not read"
    );
}
