//! The program as a user meets it: what it reads and writes, what it says, and its exit codes.

#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use support::program as stellig;

/// `stellig label` with the arguments; the model is the one that ships, from its folder or embedded.
fn label(arguments: &[&str]) -> Output {
    let mut command = stellig();
    command.arg("label").args(arguments);
    if !cfg!(feature = "embedded-model") {
        command.arg("--model").arg(support::path("models/news-small"));
    }
    command.output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8(output.stdout.clone())
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_examples_are_labelled() {
    let output = label(&[text(&support::path("examples/articles"))]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let records = lines(&output);
    assert_eq!(records.len(), 2);
    assert_eq!(records[0]["id"], "0001_brand");
    assert_eq!(records[0]["date"], "2024-03-14");
    assert_eq!(
        (&records[0]["language"], &records[1]["language"]),
        (&Value::from("nl"), &Value::from("en"))
    );
    let entities: Vec<&str> = records[0]["entities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["text"].as_str().unwrap())
        .collect();
    assert!(entities.contains(&"Femke Zandhorst"), "{entities:?}");
    let sentence = |start: &str| {
        let text: Vec<char> = records[0]["text"].as_str().unwrap().chars().collect();
        let of = |s: &Value, key: &str| s[key].as_u64().unwrap() as usize;
        let sentences = records[0]["sentences"].as_array().unwrap();
        let found = sentences.iter().find(|s| {
            text[of(s, "start")..of(s, "end")]
                .iter()
                .collect::<String>()
                .starts_with(start)
        });
        found.unwrap().clone()
    };
    assert_eq!(sentence("Niemand raakte")["claim"]["label"], true);
    assert_eq!(sentence("Volgens de politie")["factuality"], "PS+");
    assert_eq!(sentence("Volgens de politie")["holder"]["label"], "source");
    assert_eq!(sentence("Mogelijk aangestoken")["heading"], true);
}

#[test]
fn one_bad_file_in_a_hundred_ends_with_two_and_ninety_nine_records() {
    let folder = tempfile::tempdir().unwrap();
    for (number, article) in support::articles(99).into_iter().enumerate() {
        fs::write(folder.path().join(format!("{number:03}.txt")), article.text).unwrap();
    }
    fs::write(folder.path().join("050b.txt"), b"%PDF-1.7\x00\x01\x02").unwrap();
    let out = folder.path().join("out.jsonl");
    let output = label(&[text(folder.path()), "-o", text(&out), "--no-text"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(errors(&output).contains("050b.txt"), "{}", errors(&output));
    let written = fs::read_to_string(&out).unwrap();
    let records: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(records.len(), 100);
    let bad: Vec<&Value> = records.iter().filter(|record| !record["error"].is_null()).collect();
    assert_eq!(bad.len(), 1);
    assert_eq!(
        (bad[0]["id"].as_str(), bad[0]["error"]["kind"].as_str()),
        (Some("050b"), Some("binary"))
    );
    assert!(records.iter().all(|record| record["text"].is_null()));
    let ids: Vec<&str> = records.iter().map(|record| record["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted(), "input order is kept");
}

#[test]
fn what_was_written_into_the_folder_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "De brug is dicht.").unwrap();
    let out = folder.path().join("out.jsonl");
    for _ in 0..2 {
        let output = label(&[text(folder.path()), "-o", text(&out)]);
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        assert!(!errors(&output).contains("passed over"), "{}", errors(&output));
        assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), 1);
    }
    // What another run wrote is no article either, in any format that could be one.
    let others = [folder.path().join("spans.csv"), folder.path().join("other.jsonl")];
    for (run, other) in others.iter().enumerate() {
        let output = label(&[text(folder.path()), "-o", text(other)]);
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        let said = errors(&output);
        assert!(
            said.contains("labelled 1 article,") && said.contains("passed over"),
            "{said}"
        );
        assert_eq!(said.contains("2 files of labels"), run == 1, "{said}");
    }
    others.iter().for_each(|other| fs::remove_file(other).unwrap());
    let itself = label(&[text(&out), "-o", text(&out)]);
    assert_eq!(itself.status.code(), Some(1));
    assert!(
        errors(&itself).contains("both the input and the output"),
        "{}",
        errors(&itself)
    );
    assert_eq!(
        fs::read_to_string(&out).unwrap().lines().count(),
        1,
        "it is still there"
    );
    // Beside others, too, in a dry run, by the shell, and under its temporary name.
    let article = folder.path().join("a.txt");
    let dry = label(&[text(&article), text(&out), "-o", text(&out), "--dry-run"]);
    assert_eq!(dry.status.code(), Some(1), "{}", errors(&dry));
    let before = fs::read(&article).unwrap();
    let standard = fs::OpenOptions::new().append(true).open(&article).unwrap();
    let redirected = stellig()
        .args(["label", text(&article)])
        .stdout(standard)
        .output()
        .unwrap();
    assert_eq!(redirected.status.code(), Some(1), "{}", errors(&redirected));
    assert_eq!(fs::read(&article).unwrap(), before);
    let beside = label(&[text(&article), text(&out), "-o", text(&out)]);
    assert_eq!(beside.status.code(), Some(1), "{}", errors(&beside));
    let left = folder.path().join("out.jsonl.partial");
    fs::copy(&out, &left).unwrap();
    let convert = |input: &Path| {
        let mut command = stellig();
        command.args(["convert", text(input), "-o", text(&out)]);
        command.output().unwrap()
    };
    assert_eq!(convert(&left).status.code(), Some(1));
    assert_eq!(fs::read(&left).unwrap(), fs::read(&out).unwrap());
    fs::remove_file(&left).unwrap();
    // Nothing comes of a file that is not there, and what stands there stays.
    assert_eq!(convert(&folder.path().join("missing.jsonl")).status.code(), Some(2));
    assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), 1);
    assert!(!left.exists());
    let standard = folder.path().join("shell.jsonl");
    fs::remove_file(&out).unwrap();
    let mut command = stellig();
    command
        .args(["label", text(folder.path())])
        .stdout(fs::File::create(&standard).unwrap());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert_eq!(fs::read_to_string(&standard).unwrap().lines().count(), 1);
    // A quiet run that finds nothing else says so too.
    fs::remove_file(&article).unwrap();
    let said = errors(&label(&[text(folder.path()), "--quiet"]));
    assert!(said.contains("shell.jsonl, which holds labels"), "{said}");
}

#[test]
fn rows_carry_their_fields_and_their_title() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("news.jsonl");
    let row = r#"{"nr": 7, "kop": "Wel bevestigd", "body": "De brug is dicht.", "day": "2020-01-02", "lang": "nl", "url": "u"}"#;
    fs::write(&file, format!("{row}\n{{broken\n")).unwrap();
    let fields = [
        "--text-field",
        "body",
        "--title-field",
        "kop",
        "--id-field",
        "nr",
        "--date-field",
        "day",
        "--language-field",
        "lang",
    ];
    let output = label(&[&[text(&file)], &fields[..]].concat());
    assert_eq!(output.status.code(), Some(2));
    let records = lines(&output);
    assert_eq!(
        (&records[0]["id"], &records[0]["date"]),
        (&Value::from("7"), &Value::from("2020-01-02"))
    );
    assert_eq!(records[0]["meta"], serde_json::json!({"url": "u"}));
    assert_eq!(records[0]["text"], "Wel bevestigd\n\nDe brug is dicht.");
    assert_eq!(records[0]["sentences"][0]["heading"], true);
    assert_eq!(records[1]["error"]["kind"], "malformed");
}

#[test]
fn standard_input_is_json_lines() {
    use std::io::Write;
    let mut command = stellig();
    command
        .args(["label", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if !cfg!(feature = "embedded-model") {
        command.arg("--model").arg(support::path("models/news-small"));
    }
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all("{\"text\": \"Hij zou dood zijn.\"}\n".as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert_eq!(lines(&output)[0]["sentences"].as_array().unwrap().len(), 1);
}

/// A run that reads a pipe which stays open: whoever waits for more of it waits for ever.
#[cfg(unix)]
struct Live {
    child: std::process::Child,
    input: std::process::ChildStdin,
    output: std::io::BufReader<std::process::ChildStdout>,
}

#[cfg(unix)]
impl Live {
    fn start() -> Self {
        let mut command = stellig();
        command
            .args(["label", "-", "--quiet"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if !cfg!(feature = "embedded-model") {
            command.arg("--model").arg(support::path("models/news-small"));
        }
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let output = std::io::BufReader::new(child.stdout.take().unwrap());
        Self { child, input, output }
    }

    fn send(&mut self, id: &str) {
        use std::io::Write;
        writeln!(self.input, "{{\"id\": \"{id}\", \"text\": \"Hij zou dood zijn.\"}}").unwrap();
    }

    fn record(&mut self) -> Value {
        let mut line = String::new();
        std::io::BufRead::read_line(&mut self.output, &mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

#[cfg(unix)]
#[test]
fn a_live_pipe_is_answered_article_by_article_and_can_be_interrupted() {
    let mut live = Live::start();
    for id in ["first", "second"] {
        live.send(id);
        assert_eq!(live.record()["id"], id);
    }
    let sent = Command::new("kill")
        .args(["-INT", &live.child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    assert_eq!(live.child.wait().unwrap().code(), Some(130));
}

#[cfg(unix)]
#[test]
fn a_live_pipe_ends_when_nobody_reads_the_labels() {
    let mut live = Live::start();
    live.send("first");
    assert_eq!(live.record()["id"], "first");
    let (mut child, mut input) = (live.child, live.input);
    drop(live.output);
    std::io::Write::write_all(&mut input, b"{\"text\": \"Hij is dood.\"}\n").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_cannot_run_ends_with_one_and_says_what_to_do() {
    // Before the output is opened the model is loaded, which a program without one of its own cannot do.
    let tiny = support::path("tests/fixtures/tiny-modernbert");
    let nowhere = "/nowhere/out.jsonl";
    for (arguments, said) in [
        (vec!["label", "x.txt", "--device", "tpu"], "auto, cpu, cuda"),
        (vec!["label", "x.txt", "--model", "/nowhere"], "/nowhere"),
        (vec!["label", "x.txt", "--min-score", "2"], "between 0 and 1"),
        (vec!["label", "x.txt", "--limit", "0"], "1 or more"),
        (vec!["label", "x.txt", "--language", "klingon"], "ISO 639-1"),
        (vec!["label", "x.txt", "--model", text(&tiny), "-o", nowhere], nowhere),
        (vec!["lable"], "lable"),
    ] {
        let output = stellig().args(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(errors(&output).contains(said), "{arguments:?}: {}", errors(&output));
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_missing_file_is_a_failure_among_the_records() {
    let output = label(&[
        "/nowhere/a.txt",
        text(&support::path("examples/articles/0002_ferry.txt")),
    ]);
    assert_eq!(output.status.code(), Some(2));
    let records = lines(&output);
    assert_eq!(records[0]["error"]["kind"], "unreadable");
    assert_eq!(records[1]["id"], "0002_ferry");
}

#[test]
fn a_folder_without_articles_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let output = label(&[text(folder.path())]);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("no articles found"));
}

#[test]
fn a_run_that_labels_nothing_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let (input, kept) = (folder.path().join("in"), folder.path().join("keep.jsonl"));
    fs::create_dir(&input).unwrap();
    fs::write(&kept, "labels of last week\n").unwrap();
    let missing = folder.path().join("typo");
    for from in [&input, &missing] {
        let output = label(&[
            text(from),
            "-o",
            text(&kept),
            "-o",
            text(&folder.path().join("new.csv")),
        ]);
        assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
        let said = errors(&output);
        assert!(
            said.contains("nothing was labelled, so ") && said.contains("keep.jsonl is as it was"),
            "{said}"
        );
        assert!(said.contains("new.csv was not written"), "{said}");
        assert_eq!(fs::read_to_string(&kept).unwrap(), "labels of last week\n");
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 2, "the input and what was there");
    }
}

/// Sources in `folder` and below that hold `words`.
fn sources_with(words: &str, folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources_with(words, &path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs")
            && fs::read_to_string(&path).unwrap().contains(words)
        {
            let below = path.strip_prefix(support::path("")).unwrap();
            found.push(text(below).replace('\\', "/"));
        }
    }
}

/// `SECURITY.md` lists the files with unsafe code, and there are no others.
#[test]
fn security_names_every_file_with_unsafe_code() {
    let mut found = Vec::new();
    sources_with("allow(unsafe_code)", &support::path("src"), &mut found);
    let security = fs::read_to_string(support::path("SECURITY.md")).unwrap();
    let (_, list) = security.split_once("**Memory.**").unwrap();
    let (list, _) = list.split_once("\n## ").unwrap();
    let mut named: Vec<&str> = list.split('`').filter(|part| part.starts_with("src/")).collect();
    found.sort_unstable();
    named.sort_unstable();
    assert_eq!(named, found);
}

#[test]
fn a_dry_run_labels_nothing_and_counts() {
    let output = label(&[text(&support::path("examples/articles")), "--dry-run"]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("2 files") && said.contains("estimate: "), "{said}");
}

#[test]
fn a_dry_run_says_what_would_fail() {
    let folder = tempfile::tempdir().unwrap();
    let rows = folder.path().join("rows.jsonl");
    fs::write(&rows, "{\"body\":\"x\"}\n{\"body\":\"x\"}\n").unwrap();
    let output = label(&[text(&rows), "--dry-run"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        errors(&output).contains("line 2: there is no field `text`"),
        "{}",
        errors(&output)
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("would fail: 2\n"));
    fs::remove_file(&rows).unwrap();
    for number in 0..30 {
        // A name that would clear the screen.
        let name = if cfg!(unix) {
            format!("\u{1b}[2J{number}.txt")
        } else {
            format!("{number}.txt")
        };
        fs::write(folder.path().join(name), "").unwrap();
    }
    let output = label(&[text(folder.path()), "--dry-run"]);
    assert_eq!(output.status.code(), Some(2));
    let said = errors(&output);
    assert!(!said.contains("no articles found"), "{said}");
    assert!(said.contains("and 10 more") && !said.contains('\u{1b}'), "{said}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("would fail: 30\n"));
}

#[test]
fn nothing_to_read_is_told_alike_by_the_run_the_dry_run_and_show() {
    let folder = tempfile::tempdir().unwrap();
    let said = |arguments: &[&str]| {
        let output = stellig().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", errors(&output));
        let said = errors(&output);
        let line = said.lines().find(|line| line.contains("no articles found"));
        line.unwrap_or_else(|| panic!("{arguments:?}: {said}")).to_owned()
    };
    let model = support::path("tests/fixtures/tiny-modernbert");
    let all_say_it = || {
        let folder = text(folder.path());
        let run = said(&["label", folder, "--model", text(&model)]);
        assert_eq!(said(&["label", folder, "--dry-run", "--model", text(&model)]), run);
        assert_eq!(said(&["show", folder, "--model", text(&model)]), run);
    };
    all_say_it();
    // Labels of an earlier run are no articles.
    let output = label(&[text(&support::path("examples/articles"))]);
    fs::write(folder.path().join("labels.jsonl"), output.stdout).unwrap();
    all_say_it();
}

#[test]
fn a_missing_command_offers_those_that_people_use() {
    let output = stellig().output().unwrap();
    let said = errors(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("label, convert") && !said.contains("worker"), "{said}");
}

#[test]
fn what_no_row_has_and_what_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (lines, table) = (folder.path().join("a.jsonl"), folder.path().join("a.csv"));
    fs::write(
        &lines,
        "{\"text\": \"De brug is dicht.\", \"kop\": \"Brug\", \"date\": \"05-11-2024\"}\n",
    )
    .unwrap();
    fs::write(&table, "kop,text\nBrug,De brug is dicht.\n").unwrap();
    let output = label(&[text(&lines), "--title-field", "kopp"]);
    assert_eq!(output.status.code(), Some(0));
    let said = errors(&output);
    assert!(
        said.contains("no row has a field `kopp` (--title-field); did you mean `kop`?"),
        "{said}"
    );
    assert!(
        said.contains("1 date could not be read, such as `05-11-2024`"),
        "{said}"
    );
    fs::write(
        folder.path().join("b.jsonl"),
        "{\"text\": \"De brug is dicht.\", \"title\": {\"rendered\": \"Brug\"}, \"language\": \"xx\"}\n",
    )
    .unwrap();
    fs::write(
        folder.path().join("c.txt"),
        "date 12-03-2024 Brug dicht\n\nDe brug is dicht.\n",
    )
    .unwrap();
    let inputs = ["b.jsonl", "c.txt"].map(|name| folder.path().join(name));
    let inputs = [text(&inputs[0]), text(&inputs[1])];
    let output = label(&inputs);
    assert_eq!(output.status.code(), Some(0));
    for said in [errors(&output), errors(&label(&[inputs[0], inputs[1], "--dry-run"]))] {
        for unread in [
            "1 date could not be read, such as `date 12-03-2024 Brug dicht`",
            "1 title could not be read, such as `{\"rendered\":\"Brug\"}`",
            "1 language could not be read, such as `xx`",
        ] {
            assert!(said.contains(unread), "{said}");
        }
    }
    let output = label(&[inputs[1], "--language", "vs"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors(&output).contains("did you mean sv (Swedish)?"),
        "{}",
        errors(&output)
    );
    let output = label(&[text(&table), "--title-field", "kopp"]);
    assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
    assert!(
        errors(&output).contains("line 1: there is no field `kopp`"),
        "{}",
        errors(&output)
    );
    assert_eq!(label(&[text(&table), "--title-field", "kop"]).status.code(), Some(0));
}

#[test]
fn a_text_on_standard_input_is_labelled_as_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let piped = |arguments: &[&str], contents: &[u8]| {
        let file = folder.path().join("contents");
        fs::write(&file, contents).unwrap();
        let mut command = stellig();
        command.args(arguments).stdin(fs::File::open(file).unwrap());
        if !cfg!(feature = "embedded-model") {
            command.arg("--model").arg(support::path("models/news-small"));
        }
        command.output().unwrap()
    };
    let article = support::path("examples/articles/0001_brand.txt");
    let text = fs::read(&article).unwrap();
    let (from_input, from_file) = (piped(&["label", "-"], &text), label(&[article.to_str().unwrap()]));
    assert_eq!(from_input.status.code(), Some(0), "{}", errors(&from_input));
    let record = |output: &Output| -> Value { serde_json::from_slice(&output.stdout).unwrap() };
    let (found, mut wanted) = (record(&from_input), record(&from_file));
    assert!(
        wanted["sentences"]
            .as_array()
            .is_some_and(|sentences| sentences.len() > 5)
    );
    wanted["id"] = "stdin".into();
    wanted.as_object_mut().unwrap().remove("path");
    assert_eq!(found, wanted);

    let shown = piped(&["show", "-"], b"De burgemeester zou dood zijn.");
    let page = String::from_utf8_lossy(&shown.stdout);
    assert!(shown.status.success() && page.contains("De burgemeester"), "{page}");
    let counted = piped(&["label", "--dry-run", "-"], &text);
    let counted = String::from_utf8_lossy(&counted.stdout).into_owned();
    assert!(
        counted.starts_with("text               1 file             1 article"),
        "{counted}"
    );
    for (contents, what) in [
        ("[{\"text\": \"Een brug.\"}]", "a JSON array; write it to a file"),
        ("id,text\n1,Een brug.\n", "a table; write it to a file"),
        ("klaar\n{\"text\": \"Een brug.\"}\n", "JSON Lines behind something else"),
    ] {
        let refused = piped(&["label", "-"], contents.as_bytes());
        assert_eq!(refused.status.code(), Some(2), "{contents}");
        assert!(errors(&refused).contains(what), "{}", errors(&refused));
    }
    assert_eq!(piped(&["label", "-"], b"\x00\x01\x02\x03 ").status.code(), Some(2));
    assert_eq!(piped(&["label", "-"], b"").status.code(), Some(2));
}

#[test]
fn an_article_is_not_written_over_unread() {
    let folder = tempfile::tempdir().unwrap();
    let news = folder.path().join("news");
    fs::create_dir(&news).unwrap();
    let archive = news.join("archief.tsv");
    fs::write(&archive, "id\ttext\n1\tDe politie zegt dat Jan dood is.\n").unwrap();
    let paper = news.join("krant.jsonl");
    let article = "{\"id\": \"k1\", \"text\": \"De minister zou aftreden.\"}\n";
    fs::write(&paper, article).unwrap();
    let (here, paper_name) = (news.to_str().unwrap(), paper.to_str().unwrap());
    for arguments in [
        &[here, "-o", paper_name][..],
        &[here, "-o", paper_name, "--dry-run"],
        &[here, here, "-o", paper_name],
    ] {
        let output = label(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(
            errors(&output).contains("it would be written over without having been read"),
            "{}",
            errors(&output)
        );
        assert_eq!(fs::read_to_string(&paper).unwrap(), article);
    }
    // Another file is no article of the folder, nor is what stellig wrote there.
    let labels = news.join("labels.jsonl");
    for _ in 0..2 {
        let output = label(&[here, "-o", labels.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        assert_eq!(fs::read_to_string(&labels).unwrap().lines().count(), 2);
    }
    let output = label(&[archive.to_str().unwrap(), "-o", paper_name]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "who names files may write over others: {}",
        errors(&output)
    );
}

#[test]
fn a_guess_and_patterns_that_leave_nothing_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("a.txt"), b"Het caf\xE9 in Luik is dicht.").unwrap();
    fs::write(path("b.csv"), b"id;text\n1;De co\xF6rdinator zou ziek zijn.\n;\n;\n").unwrap();
    let here = folder.path().to_str().unwrap();
    let output = label(&[here]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let said = errors(&output);
    assert!(
        said.contains("2 files are not UTF-8, so the encoding was guessed: windows-1252 in "),
        "{said}"
    );
    let output = label(&[here, "--include", "krant/**"]);
    assert_eq!(output.status.code(), Some(2));
    let said = errors(&output);
    assert!(said.contains("--include and --exclude leave out 2 files"), "{said}");
}

#[test]
fn rows_of_no_table_are_refused() {
    let article = support::path("examples/articles/0001_brand.txt");
    let article = article.to_str().unwrap();
    let output = label(&[article, "--rows", "sentences"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors(&output).contains("--rows says what a row of csv or tsv is"),
        "{}",
        errors(&output)
    );
    let output = label(&[article, "--rows", "sentences", "--format", "csv"]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
}

#[test]
fn a_table_or_array_without_rows_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for (name, contents) in [("kop.csv", "id,text\n"), ("leeg.json", "[]"), ("leeg.jsonl", "\n")] {
        let path = folder.path().join(name);
        fs::write(&path, contents).unwrap();
        let output = label(&[path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(
            errors(&output).contains("there are no articles in it"),
            "{}",
            errors(&output)
        );
    }
}

#[test]
fn a_reader_who_leaves_is_no_error() {
    let mut command = stellig();
    command
        .arg("label")
        .arg(support::path("examples/articles"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if !cfg!(feature = "embedded-model") {
        command.arg("--model").arg(support::path("models/news-small"));
    }
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
}

#[cfg(target_os = "linux")]
#[test]
fn messages_that_nobody_reads_end_no_run() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in"), folder.path().join("out.jsonl"));
    fs::create_dir(&input).unwrap();
    fs::write(input.join("a.txt"), "Hij zou dood zijn.").unwrap();
    fs::write(input.join("b.txt"), "").unwrap();
    // A disk without room: every message fails.
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = stellig();
    command.arg("label").arg(&input).arg("-o").arg(&out).stderr(full());
    if !cfg!(feature = "embedded-model") {
        command.arg("--model").arg(support::path("models/news-small"));
    }
    assert_eq!(command.status().unwrap().code(), Some(2));
    assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), 2);
    let table = folder.path().join("out.csv");
    let mut command = stellig();
    command.arg("convert").arg(&out).arg("-o").arg(&table).stderr(full());
    assert!(command.status().unwrap().code().is_some_and(|code| code != 101));
    assert!(table.exists());
    let code = stellig().args(["convert", "nowhere"]).stderr(full()).status().unwrap();
    assert_eq!(code.code(), Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn where_no_thread_can_be_had_a_run_says_so_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let article = support::path("examples/articles/0001_brand.txt");
    let (labels, table) = (folder.path().join("out.jsonl"), folder.path().join("out.csv"));
    for (command, place) in [
        ("label", Some(&labels)),
        ("label --dry-run", None),
        ("show", None),
        ("convert", Some(&table)),
    ] {
        let mut program = stellig();
        program.args(command.split(' ')).arg(&article);
        program.args(place.iter().flat_map(|place| ["-o", text(place)]));
        if !cfg!(feature = "embedded-model") && command != "convert" {
            program.arg("--model").arg(support::path("models/news-small"));
        }
        // Each thread asks for a stack larger than any memory.
        let output = program
            .env("RUST_MIN_STACK", (1_u64 << 60).to_string())
            .output()
            .unwrap();
        let said = errors(&output);
        assert_eq!(output.status.code(), Some(1), "{command}: {said}");
        assert!(
            said.contains("no thread can be started") && said.contains("ulimit -u"),
            "{said}"
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{command}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_keeps_whole_lines_under_the_temporary_name() {
    for signal in ["-INT", "-TERM"] {
        interrupted_by(signal);
    }
}

#[cfg(unix)]
fn interrupted_by(signal: &str) {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    for (number, article) in support::articles(50).into_iter().enumerate() {
        for copy in 0..40 {
            fs::write(input.join(format!("{copy:02}-{number:02}.txt")), &article.text).unwrap();
        }
    }
    let out = folder.path().join("out.jsonl");
    let partial = folder.path().join("out.jsonl.partial");
    let mut command = stellig();
    command
        .arg("label")
        .arg(&input)
        .arg("-o")
        .arg(&out)
        .args(["--threads", "1"])
        .stderr(Stdio::piped());
    if !cfg!(feature = "embedded-model") {
        command.arg("--model").arg(support::path("models/news-small"));
    }
    let child = command.spawn().unwrap();
    while fs::metadata(&partial).map_or(0, |metadata| metadata.len()) == 0 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let sent = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", errors(&output));
    assert!(!out.exists());
    let written = fs::read_to_string(&partial).unwrap();
    assert!(written.ends_with('\n'));
    let records: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let whole = records.len();
    assert!((1..2000).contains(&whole), "{whole}");
}

#[test]
fn the_schema_names_every_field_of_a_record() {
    let schema: Value = serde_json::from_slice(&stellig().arg("schema").output().unwrap().stdout).unwrap();
    let record = lines(&label(&[text(&support::path("examples/articles/0001_brand.txt"))])).remove(0);
    let properties = |name: &str| schema["$defs"][name]["properties"].as_object().unwrap().clone();
    for (name, object) in [
        ("Record", &record),
        ("Sentence", &record["sentences"][0]),
        ("Entity", &record["entities"][0]),
    ] {
        let known = properties(name);
        for field in object.as_object().unwrap().keys() {
            assert!(known.contains_key(field), "{name}.{field} is not in the schema");
        }
    }
    // What always stands there, though a reader may do without it, and what may be absent.
    let required = schema["$defs"]["Record"]["required"].as_array().unwrap();
    for (field, always) in [
        ("date", true),
        ("language", true),
        ("meta", true),
        ("path", false),
        ("text", false),
    ] {
        assert_eq!(required.contains(&field.into()), always, "{field}");
    }
}

#[test]
fn show_is_plain_in_a_pipe_and_coloured_when_asked() {
    let show = |arguments: &[&str]| {
        let mut command = stellig();
        command
            .arg("show")
            .arg(support::path("examples/articles/0001_brand.txt"))
            .args(arguments);
        if !cfg!(feature = "embedded-model") {
            command.arg("--model").arg(support::path("models/news-small"));
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let plain = show(&[]);
    assert!(
        !plain.contains('\u{1b}') && plain.contains("[Femke Zandhorst PER]"),
        "{plain}"
    );
    assert!(show(&["--color", "always"]).contains("\u{1b}["));
}

#[test]
fn eval_scores_a_small_gold_file() {
    let folder = tempfile::tempdir().unwrap();
    let gold = folder.path().join("gold.nl.tsv");
    fs::write(
        &gold,
        "Jan\tB-PER\nPeeters\tI-PER\nwoont\tO\nin\tO\nGent\tB-LOC\n.\tO\n\n",
    )
    .unwrap();
    let mut command = stellig();
    command.arg("eval").arg(&gold).arg("--json");
    if !cfg!(feature = "embedded-model") {
        command.arg("--model").arg(support::path("models/news-small"));
    }
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let micro = &report["tokens"][0];
    assert_eq!(micro["sentences"], 1, "{micro}");
}

/// The entities that the tiny model finds in the example articles with this setting of its entity head.
fn entities_with(setting: &str, value: Value) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let tiny = support::path("tests/fixtures/tiny-modernbert");
    for name in ["tokenizer.json", "model.safetensors"] {
        fs::copy(tiny.join(name), folder.path().join(name)).unwrap();
    }
    let mut config: Value = serde_json::from_str(&fs::read_to_string(tiny.join("config.json")).unwrap()).unwrap();
    config["stellig"]["heads"]["entities"][setting] = value;
    fs::write(folder.path().join("config.json"), config.to_string()).unwrap();
    let mut command = stellig();
    command.args([
        "label",
        text(&support::path("examples/articles")),
        "--model",
        text(folder.path()),
    ]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let of = |record: &Value| record["entities"].as_array().unwrap().clone();
    lines(&output).iter().flat_map(of).collect()
}

/// A model's `agreement` lets the mentions of a name decide together, as far as it says.
#[test]
fn names_agree_where_the_model_asks_for_it() {
    let with = |share: f64| {
        entities_with(
            "agreement",
            serde_json::json!({"share": share, "prior": 0.5, "reach": 50}),
        )
    };
    let alone = entities_with("agreement", Value::Null);
    assert_eq!(with(0.0), alone);
    // What becomes of the names stands beside the code; a random model only shows that it is asked.
    assert_ne!(with(1.0), alone);
}

/// A model's `calibration` bends the scores of spans by the line that it gives, and changes no span.
#[test]
fn scores_of_spans_follow_the_models_calibration() {
    let (plain, bent) = (
        entities_with("calibration", Value::Null),
        entities_with("calibration", serde_json::json!({"slope": 0.5, "intercept": -1.0})),
    );
    assert!(
        plain.len() > 20 && plain.len() == bent.len(),
        "{} and {}",
        plain.len(),
        bent.len()
    );
    for (plain, bent) in plain.iter().zip(&bent) {
        assert_eq!(
            (&plain["start"], &plain["end"], &plain["type"]),
            (&bent["start"], &bent["end"], &bent["type"])
        );
        let (p, q) = (plain["score"].as_f64().unwrap(), bent["score"].as_f64().unwrap());
        // Scores have four digits, and the line is steep at either end.
        if (0.05..0.95).contains(&p) {
            let want = 1.0 / (1.0 + (-(0.5 * (p / (1.0 - p)).ln() - 1.0)).exp());
            assert!((q - want).abs() < 5e-4, "{p} became {q}, not {want}");
        }
    }
}

/// A disk without room is told, be it at the first line or at the last, and never taken for a reader who has seen enough.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_at_a_line_and_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let (labels, empty) = (folder.path().join("labels.jsonl"), folder.path().join("empty"));
    fs::create_dir(&empty).unwrap();
    let tiny = support::path("tests/fixtures/tiny-modernbert");
    let article = support::path("examples/articles/0002_ferry.txt");
    let labelled = ["label", text(&article), "--model", text(&tiny)];
    let output = stellig().args(labelled).args(["-o", text(&labels)]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let converted = ["convert", text(&labels)];
    // The head of a table, and no row.
    let nothing = ["label", text(&empty), "--model", text(&tiny), "--format", "csv"];
    for arguments in [&labelled[..], &converted, &nothing] {
        // Standard output is written line by line, another place when there is much or when all is done.
        for to in [&[][..], &["-o", "/dev/full"]] {
            let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
            let mut command = stellig();
            command.args(arguments).args(to).stdout(full).stderr(Stdio::piped());
            let output = command.output().unwrap();
            let said = errors(&output);
            assert_eq!(output.status.code(), Some(1), "{arguments:?} {to:?}: {said}");
            assert!(said.contains("No space left"), "{arguments:?} {to:?}: {said}");
        }
    }
}

/// Runs a script of the shell that calls the program as `$0`.
#[cfg(unix)]
fn shell(script: &str, arguments: &[&str]) -> Output {
    let program = stellig();
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(program.get_program()).args(arguments);
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.output().unwrap()
}

/// What was labelled before a file could not grow any more can be read, line by line.
#[cfg(unix)]
#[test]
fn a_file_that_may_not_grow_keeps_whole_lines() {
    let folder = tempfile::tempdir().unwrap();
    let (articles, out) = (folder.path().join("a.jsonl"), folder.path().join("out.jsonl"));
    let rows: Vec<String> = (0..300)
        .map(|n| format!("{{\"id\":{n},\"text\":\"De brug is dicht, zegt de politie.\"}}"))
        .collect();
    fs::write(&articles, rows.join("\n")).unwrap();
    let tiny = support::path("tests/fixtures/tiny-modernbert");
    // POSIX counts in blocks of 512 bytes.
    let limited = "ulimit -f 32 && exec \"$0\" label \"$1\" -o \"$2\" --model \"$3\"";
    let output = shell(limited, &[text(&articles), text(&out), text(&tiny)]);
    let said = errors(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("File too large") && said.contains("out.jsonl.partial"),
        "{said}"
    );
    assert!(!out.exists());
    let left = fs::read_to_string(folder.path().join("out.jsonl.partial")).unwrap();
    assert!(left.ends_with('\n') && left.lines().count() > 3);
    for line in left.lines() {
        serde_json::from_str::<Value>(line).unwrap();
    }
}

/// `nohup` has a run survive its terminal.
#[cfg(unix)]
#[test]
fn a_hang_up_that_is_ignored_stays_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let (articles, out) = (folder.path().join("in"), folder.path().join("out.jsonl"));
    fs::create_dir(&articles).unwrap();
    let pipe = folder.path().join("pipe");
    let tiny = support::path("tests/fixtures/tiny-modernbert");
    // The run waits for its input, so that the signal comes while it is under way.
    let script = "
        mkfifo \"$2\" || exit 9
        trap '' HUP
        \"$0\" label - -o \"$1\" --model \"$3\" <\"$2\" &
        exec 3>\"$2\"
        echo '{\"text\": \"De brug is dicht.\"}' >&3
        for time in 1 2 3 4 5 6 7 8 9 10; do [ -e \"$1.partial\" ] || sleep 1; done
        sleep 1
        kill -HUP $! || exit 8
        sleep 0.2
        echo '{\"text\": \"Zij is open.\"}' >&3
        exec 3>&-
        wait $!";
    let output = shell(script, &[text(&out), text(&pipe), text(&tiny)]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), 2);
}

#[test]
fn what_is_left_out_is_not_read_and_what_is_too_large_fails() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.txt", "b.txt"] {
        fs::write(folder.path().join(name), "De brug is dicht.").unwrap();
    }
    fs::write(folder.path().join("c.txt"), "x".repeat((1 << 20) + 1)).unwrap();
    let output = label(&[text(folder.path()), "--exclude", "b.*", "--max-megabytes", "1"]);
    assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
    let records = lines(&output);
    let ids: Vec<&str> = records.iter().map(|record| record["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a", "c"]);
    assert_eq!(records[1]["error"]["kind"], "too_large");
}

#[test]
fn spans_below_the_least_score_are_left_out_and_nothing_else() {
    let examples = support::path("examples/articles");
    let [all, sure] = ["0", "0.9"].map(|least| lines(&label(&[text(&examples), "--min-score", least])));
    let mut left_out = [("entities", 0), ("source", 0), ("cues", 0)];
    let mut compare = |all: &Value, sure: &Value| {
        for (spans, number) in &mut left_out {
            let (Some(all), Some(sure)) = (all[*spans].as_array(), sure[*spans].as_array()) else {
                continue;
            };
            let is_sure = |span: &&Value| span["score"].as_f64().unwrap() >= 0.9;
            assert!(all.iter().filter(is_sure).eq(sure), "{spans}");
            *number += all.len() - sure.len();
        }
    };
    assert_eq!((all.len(), sure.len()), (2, 2));
    for (all, sure) in all.iter().zip(&sure) {
        compare(all, sure);
        let sentences = [all, sure].map(|record| record["sentences"].as_array().unwrap());
        assert_eq!(sentences[0].len(), sentences[1].len());
        sentences[0]
            .iter()
            .zip(sentences[1])
            .for_each(|(all, sure)| compare(all, sure));
    }
    assert!(left_out.iter().all(|(_, number)| *number > 0), "{left_out:?}");
}

#[test]
fn the_number_type_is_the_one_that_was_asked_for() {
    let article = support::path("examples/articles/0002_ferry.txt");
    let own = if cfg!(feature = "embedded-model") {
        "int8"
    } else {
        "f32"
    };
    let by = |arguments: &[&str], dtype: &str| {
        let record = lines(&label(&[&[text(&article)], arguments].concat())).remove(0);
        assert_eq!(record["run"]["dtype"], dtype, "{arguments:?}");
        record["sentences"].clone()
    };
    let (exact, narrow) = (by(&["--dtype", "f32"], "f32"), by(&["--dtype", "int8"], "int8"));
    assert_ne!(exact, narrow, "scores differ in their digits");
    assert_eq!(by(&[], own), if own == "int8" { narrow } else { exact });
}

/// Whoever has settings in the environment can run these tests all the same.
#[test]
fn the_environment_of_whoever_tests_changes_nothing() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["the_examples_are_labelled", "--exact"])
        .env("STELLIG_LANGUAGE", "nl")
        .env("STELLIG_NO_TEXT", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    // No test starts the program but by the helper that sees to it.
    let mut found = Vec::new();
    sources_with(
        concat!("CARGO_BIN_EXE", "_stellig"),
        &support::path("tests"),
        &mut found,
    );
    assert_eq!(found, ["tests/support/program.rs"]);
}
