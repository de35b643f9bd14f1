//! Output formats as a user meets them: `-o`, `--format`, `--rows` and `stellig convert`. What other programs read of them,
//! `tests/consumers/check.py` holds against those programs.

#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn run(arguments: &[&str]) -> Output {
    let mut command = support::program();
    command.args(arguments);
    if !cfg!(feature = "embedded-model") && arguments[0] == "label" {
        command.arg("--model").arg(support::path("models/news-small"));
    }
    command.output().unwrap()
}

fn good(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", errors(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Labels of the examples as JSON Lines, in a folder of their own.
fn labels(folder: &Path) -> (String, Vec<Value>) {
    let path = folder.join("labels.jsonl");
    good(&[
        "label",
        text(&support::path("examples/articles")),
        "-q",
        "-o",
        text(&path),
    ]);
    let lines = fs::read_to_string(&path).unwrap();
    (
        path.to_str().unwrap().to_owned(),
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
    )
}

#[test]
fn one_run_fills_a_folder_and_convert_gives_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (made, again) = (folder.path().join("made"), folder.path().join("again"));
    let formats = "jsonl,csv,tsv,conll,brat,label-studio,spacy,naf,report,web-annotation";
    good(&[
        "label",
        text(&support::path("examples/articles")),
        "-q",
        "-o",
        text(&made),
        "--format",
        formats,
    ]);
    let wanted = [
        "brat",
        "labels.annotations.jsonl",
        "labels.conll",
        "labels.csv",
        "labels.html",
        "labels.jsonl",
        "labels.label-studio.config.xml",
        "labels.label-studio.json",
        "labels.spacy.jsonl",
        "labels.tsv",
        "naf",
    ];
    assert_eq!(names(&made), wanted);
    assert_eq!(names(&made.join("naf")), ["0001_brand.naf", "0002_ferry.naf"]);
    let brat = [
        "0001_brand.ann",
        "0001_brand.txt",
        "0002_ferry.ann",
        "0002_ferry.txt",
        "annotation.conf",
        "visual.conf",
    ];
    assert_eq!(names(&made.join("brat")), brat);
    good(&[
        "convert",
        text(&made.join("labels.jsonl")),
        "-q",
        "-o",
        text(&again),
        "--format",
        formats,
    ]);
    for name in wanted.iter().filter(|name| name.contains('.')) {
        assert_eq!(
            fs::read(made.join(name)).unwrap(),
            fs::read(again.join(name)).unwrap(),
            "{name}"
        );
    }
    for name in brat {
        let read = |folder: &Path| fs::read(folder.join("brat").join(name)).unwrap();
        assert_eq!(read(&made), read(&again), "{name}");
    }
    let entities: usize = fs::read_to_string(made.join("labels.jsonl"))
        .unwrap()
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["entities"]
                .as_array()
                .unwrap()
                .len()
        })
        .sum();
    let begun = |text: &str| text.lines().filter(|line| line.contains(" _ _ B-")).count();
    assert!(entities > 10 && begun(&fs::read_to_string(made.join("labels.conll")).unwrap()) == entities);
}

#[test]
fn what_is_written_into_the_folder_of_the_articles_is_not_read_in_any_format() {
    let folder = tempfile::tempdir().unwrap();
    let (labels, _) = labels(folder.path());
    let articles = folder.path().join("articles");
    fs::create_dir(&articles).unwrap();
    fs::write(articles.join("a.txt"), "De brug in Gent is dicht.").unwrap();
    let formats = "jsonl,csv,tsv,conll,brat,label-studio,spacy,naf,report,web-annotation";
    good(&["convert", &labels, "-q", "-o", text(&articles), "--format", formats]);
    let said = good(&["label", text(&articles), "--dry-run"]);
    let all = said.lines().find(|line| line.starts_with("in all")).unwrap();
    assert!(all.contains(" 1 article "), "{said}");
}

#[test]
fn endings_rows_and_several_outputs() {
    let folder = tempfile::tempdir().unwrap();
    let (labels, records) = labels(folder.path());
    let (csv, conll) = (folder.path().join("s.csv"), folder.path().join("x.conll"));
    good(&[
        "convert",
        &labels,
        "-q",
        "-o",
        text(&csv),
        "-o",
        text(&conll),
        "--rows",
        "sentences",
    ]);
    let sentences: usize = records
        .iter()
        .map(|record| record["sentences"].as_array().unwrap().len())
        .sum();
    // The example articles have no line breaks inside a sentence.
    assert_eq!(fs::read_to_string(&csv).unwrap().lines().count(), sentences + 1);
    assert!(
        fs::read_to_string(&conll)
            .unwrap()
            .starts_with("-DOCSTART- -X- O O\n\n")
    );
    let standard = good(&["convert", &labels, "-q", "--format", "csv", "--rows", "sentences"]);
    assert_eq!(standard, fs::read_to_string(&csv).unwrap());
    assert_eq!(good(&["convert", &labels, "-q"]), fs::read_to_string(&labels).unwrap());
}

#[test]
fn a_report_is_a_page_that_appears_when_it_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let (labels, _) = labels(folder.path());
    let (page, titled) = (folder.path().join("page.html"), folder.path().join("titled.html"));
    good(&["convert", &labels, "-q", "-o", text(&page)]);
    good(&["report", &labels, "-q", "-o", text(&titled), "--title", "</script>"]);
    assert_eq!(names(folder.path()), ["labels.jsonl", "page.html", "titled.html"]);
    let data = |path: &Path| {
        let page = fs::read_to_string(path).unwrap();
        let (_, behind) = page.split_once("id=\"data\">").unwrap();
        behind.split_once("</script>").unwrap().0.to_owned()
    };
    // Two articles in one chunk, and the index, which alone holds the title.
    let (page, titled) = (data(&page), data(&titled));
    assert_eq!(page.lines().count(), 2);
    assert_eq!(page.lines().next(), titled.lines().next());
    assert_ne!(page.lines().last(), titled.lines().last());
    let output = run(&["report", &labels, "-o", &labels]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("both the input and the output"));
}

#[test]
fn a_report_goes_where_other_formats_go() {
    let folder = tempfile::tempdir().unwrap();
    let (labels, _) = labels(folder.path());
    let within = |name: &str| folder.path().join(name);
    for (name, said) in [
        ("x.html.gz", "nothing compressed"),
        ("r.csv", "no page by its name"),
        ("r.json", "no page by its name"),
    ] {
        let output = run(&["report", &labels, "-o", text(&within(name))]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(errors(&output).contains(said), "{name}: {}", errors(&output));
    }
    let output = run(&["report", &labels, "-o", &format!("{}/", text(&within("pages")))]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(
        errors(&output).contains("labels.html with the labels of 2 articles"),
        "{}",
        errors(&output)
    );
    assert_eq!(names(&within("pages")), ["labels.html"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(within("pages/labels.html"), within("link.html")).unwrap();
        fs::write(within("empty.jsonl"), "").unwrap();
        let page = fs::read(within("link.html")).unwrap();
        let output = run(&["report", text(&within("empty.jsonl")), "-o", text(&within("link.html"))]);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            errors(&output).contains("there are no labels in"),
            "{}",
            errors(&output)
        );
        assert_eq!(names(&within("pages")), ["labels.html"]);
        assert_eq!(fs::read(within("link.html")).unwrap(), page);
    }
}

#[test]
fn a_run_without_labels_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let (empty, failed) = (folder.path().join("empty.jsonl"), folder.path().join("failed.jsonl"));
    fs::write(&empty, "").unwrap();
    let failure = r#"{"schema":1,"id":"x","error":{"kind":"empty","message":"no text"}}"#;
    fs::write(&failed, failure).unwrap();
    let kept = folder.path().join("keep.csv");
    fs::write(&kept, "rows\n").unwrap();
    for (input, said) in [(&empty, "there are no labels in"), (&failed, "no article in")] {
        let new = folder.path().join("new");
        let output = run(&[
            "convert",
            text(input),
            "-o",
            text(&kept),
            "-o",
            text(&new),
            "--format",
            "brat",
        ]);
        assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
        assert!(
            errors(&output).contains(said) && errors(&output).contains("keep.csv is as it was"),
            "{}",
            errors(&output)
        );
        assert_eq!(fs::read_to_string(&kept).unwrap(), "rows\n");
        assert_eq!(names(folder.path()), ["empty.jsonl", "failed.jsonl", "keep.csv"]);
    }
}

#[test]
fn what_an_interrupted_run_left_can_be_converted_to_the_same_name() {
    let folder = tempfile::tempdir().unwrap();
    let (labels, _) = labels(folder.path());
    let (old, half) = (
        folder.path().join("l.jsonl.partial.old"),
        folder.path().join("l.jsonl.partial"),
    );
    fs::rename(&labels, &old).unwrap();
    fs::write(&half, "half").unwrap();
    let out = folder.path().join("l.jsonl");
    let output = run(&["convert", text(&old), "-q", "-o", text(&out)]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(errors(&output).contains("it is now"), "{}", errors(&output));
    assert_eq!(fs::read(&out).unwrap(), fs::read(&old).unwrap());
    let second = fs::read_to_string(folder.path().join("l.jsonl.partial.old2")).unwrap();
    assert_eq!((second.as_str(), half.exists()), ("half", false));
}

/// Whoever reads one of several outputs and leaves may not cost the others without a word.
#[cfg(unix)]
#[test]
fn a_reader_who_leaves_one_of_several_outputs_is_told() {
    use std::io::Read;
    let folder = tempfile::tempdir().unwrap();
    let (labels, _) = labels(folder.path());
    // More than a pipe holds.
    let lines = fs::read_to_string(&labels).unwrap();
    fs::write(&labels, lines.repeat(1 + 1_000_000 / lines.len())).unwrap();
    let out = folder.path().join("out.jsonl");
    let mut command = support::program();
    command
        .args([
            "convert",
            &labels,
            "-o",
            text(&out),
            "-o",
            "/dev/stdout",
            "--format",
            "jsonl",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut reader = child.stdout.take().unwrap();
    reader.read_exact(&mut [0; 10]).unwrap();
    drop(reader);
    let output = child.wait_with_output().unwrap();
    let said = errors(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("/dev/stdout: ") && said.contains("out.jsonl.partial"),
        "{said}"
    );
    assert!(!out.exists() && folder.path().join("out.jsonl.partial").exists());
}

#[test]
fn an_ending_that_tells_nothing_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (labels, _) = labels(folder.path());
    let odd = folder.path().join("labels.data");
    let loud = run(&["convert", &labels, "-o", text(&odd)]);
    assert!(errors(&loud).contains("JSON Lines is written"), "{}", errors(&loud));
    let quiet = run(&["convert", &labels, "-q", "-o", text(&odd)]);
    assert_eq!((quiet.status.code(), errors(&quiet).as_str()), (Some(0), ""));
}

#[test]
fn what_is_written_of_a_sentence_without_an_end_grows_with_its_length() {
    let folder = tempfile::tempdir().unwrap();
    let article = folder.path().join("a.txt");
    fs::write(&article, "Jan is ziek.").unwrap();
    let record: Value = serde_json::from_str(&good(&["label", text(&article), "-q"])).unwrap();
    let size = |count: usize, format: &[&str]| {
        let words = "Jan zegt wat, ".repeat(count);
        let mut record = record.clone();
        let sentence = &mut record["sentences"][0];
        sentence["end"] = (14 * count - 1).into();
        let span = |at: usize| serde_json::json!({"start": 14 * at, "end": 14 * at + 3, "text": "Jan", "score": 0.9});
        sentence["source"] = (0..count).map(span).collect();
        sentence["cues"] = (0..count)
            .map(|at| serde_json::json!({"start": 14 * at + 4, "end": 14 * at + 8, "text": "zegt", "kind": "attribution", "score": 0.9}))
            .collect();
        record["entities"] = (0..count)
            .map(|at| {
                let mut entity = span(at);
                entity["label"] = "PER".into();
                entity["type"] = "PER".into();
                entity["sentence"] = 0.into();
                entity
            })
            .collect();
        record["text"] = words.into();
        let labels = folder.path().join("labels.jsonl");
        fs::write(&labels, record.to_string()).unwrap();
        let out = folder.path().join("out");
        let _ = fs::remove_dir_all(&out);
        match format {
            ["naf"] => {
                good(&["convert", text(&labels), "-q", "--format", "naf", "-o", text(&out)]);
                fs::metadata(out.join("a.naf")).unwrap().len()
            }
            _ => good(&[&["convert", text(&labels), "-q", "--format"], format].concat()).len() as u64,
        }
    };
    for format in [&["naf"][..], &["csv"], &["csv", "--rows", "sentences"]] {
        let (short, long) = (size(500, format), size(1_000, format));
        assert!(long < 5 * short / 2, "{format:?}: {short}, then {long}");
    }
}

#[test]
fn texts_are_read_anew_from_the_fields_that_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let (table, bare) = (folder.path().join("a.csv"), folder.path().join("bare.jsonl"));
    fs::write(
        &table,
        "number,headline,body\n7,Brand in Gent,Jan Peeters woont in Gent.\n8,,Zij zou ziek zijn.\n",
    )
    .unwrap();
    let fields = [
        "--text-field",
        "body",
        "--title-field",
        "headline",
        "--id-field",
        "number",
    ];
    good(
        &[
            &["label", text(&table), "-q", "--no-text", "-o", text(&bare)],
            &fields[..],
        ]
        .concat(),
    );
    let convert = ["convert", text(&bare), "-q", "--format", "conll"];
    let converted = good(&[&convert[..], &fields].concat());
    assert!(
        converted.contains("Brand") && converted.contains("Peeters"),
        "{converted}"
    );
    let output = run(&convert);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("--text-field"), "{}", errors(&output));
    let shown = good(&[&["show", text(&bare)], &fields[..]].concat());
    assert!(shown.contains("Jan Peeters"), "{shown}");
    let page = folder.path().join("page.html");
    good(&[&["report", text(&bare), "-q", "-o", text(&page)], &fields[..]].concat());
}

#[cfg(unix)]
#[test]
fn labels_are_not_converted_into_themselves_by_the_shell() {
    let folder = tempfile::tempdir().unwrap();
    let (labels, _) = labels(folder.path());
    let before = fs::read(&labels).unwrap();
    let standard = fs::OpenOptions::new().append(true).open(&labels).unwrap();
    let output = support::program()
        .args(["convert", &labels])
        .stdout(standard)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors(&output).contains("both the input and the output"),
        "{}",
        errors(&output)
    );
    assert_eq!(fs::read(&labels).unwrap(), before);
}

#[test]
fn texts_that_were_left_out_are_read_anew() {
    let folder = tempfile::tempdir().unwrap();
    let article = folder.path().join("a.txt");
    fs::write(
        &article,
        "date 2024-01 \u{1F600} Jan Peeters woont in Gent.\r\nZij zou ziek zijn.",
    )
    .unwrap();
    let (bare, full) = (folder.path().join("bare.jsonl"), folder.path().join("full.jsonl"));
    good(&["label", text(&article), "-q", "--no-text", "-o", text(&bare)]);
    good(&["label", text(&article), "-q", "-o", text(&full)]);
    let conll = |labels: &Path| good(&["convert", text(labels), "-q", "--format", "conll"]);
    assert_eq!(conll(&bare), conll(&full));
    fs::write(&article, "Iets heel anders.").unwrap();
    let output = run(&["convert", text(&bare), "--format", "conll"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        errors(&output).contains("line 1: a: ") && errors(&output).contains("changed since"),
        "{}",
        errors(&output)
    );
    fs::remove_file(&article).unwrap();
    let output = run(&["convert", text(&bare), "--format", "spacy"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(errors(&output).contains("without --no-text"), "{}", errors(&output));
    assert!(
        good(&["convert", text(&bare), "-q", "--format", "csv"]).contains("Jan Peeters"),
        "rows need no text"
    );
}

#[test]
fn a_bad_line_is_told_and_the_others_are_converted() {
    let folder = tempfile::tempdir().unwrap();
    let (labels, _) = labels(folder.path());
    let lines = fs::read_to_string(&labels).unwrap();
    let mixed = folder.path().join("mixed.jsonl");
    fs::write(&mixed, format!("{{\"id\": 1}}\n{lines}not json\n")).unwrap();
    let out = folder.path().join("out");
    let output = run(&["convert", text(&mixed), "-o", text(&out), "--format", "brat"]);
    assert_eq!(output.status.code(), Some(2));
    let said = errors(&output);
    assert!(
        said.contains("line 1: not a record") && said.contains("line 4: not valid JSON"),
        "{said}"
    );
    assert!(said.contains("2 articles; 2 passed over"), "{said}");
    assert_eq!(names(&out).len(), 6);
    // Somebody may have worked in it.
    let again = run(&["convert", &labels, "-o", text(&out), "--format", "brat"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(errors(&again).contains("not empty"), "{}", errors(&again));
}

/// What was never labelled was told by the run that failed on it.
#[test]
fn failures_are_counted_and_no_fault_of_a_conversion() {
    let folder = tempfile::tempdir().unwrap();
    let (labels, _) = labels(folder.path());
    let failure = r#"{"schema":1,"id":"x","error":{"kind":"empty","message":"no text"}}"#;
    let lines = fs::read_to_string(&labels).unwrap();
    fs::write(&labels, format!("{failure}\n{lines}")).unwrap();
    let output = run(&["convert", &labels, "-o", text(&folder.path().join("a.csv"))]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(
        errors(&output).contains("2 articles; 1 never labelled"),
        "{}",
        errors(&output)
    );
}

#[cfg(unix)]
#[test]
fn nothing_is_written_beside_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let (labels, _) = labels(folder.path());
    let tasks = |place: &[&str]| good(&[&["convert", &labels, "-q", "--format", "label-studio"], place].concat());
    assert_eq!(tasks(&["-o", "/dev/stdout"]), tasks(&[]));
    assert!(!Path::new("/dev/stdout.config.xml").exists());
}

/// Who opened a descriptor has written to the file behind it, and goes on writing there.
#[cfg(unix)]
#[test]
fn a_descriptor_is_written_where_it_stands() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let (labels, _) = labels(folder.path());
    let table = good(&["convert", &labels, "-q", "--format", "csv"]);
    let path = folder.path().join("all.csv");
    let mut all = fs::File::create(&path).unwrap();
    writeln!(all, "head").unwrap();
    for _ in 0..2 {
        let mut command = support::program();
        command.stdout(all.try_clone().unwrap());
        command.args(["convert", &labels, "-q", "--format", "csv", "-o", "/dev/stdout"]);
        assert!(command.status().unwrap().success());
    }
    writeln!(all, "tail").unwrap();
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        format!("head\n{table}{table}tail\n")
    );

    let mut shell = support::undisturbed("sh");
    shell.args(["-c", r#""$0" convert "$1" -q --format csv -o /dev/fd/3 3>> "$2""#]);
    shell.arg(support::program().get_program()).args([&labels, text(&path)]);
    assert!(shell.status().unwrap().success());
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        format!("head\n{table}{table}tail\n{table}")
    );
    assert_eq!(names(folder.path()), ["all.csv", "labels.jsonl"]);
}

#[test]
fn a_hyphen_is_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let (labels, _) = labels(folder.path());
    let here = |arguments: &[&str]| {
        let mut command = support::program();
        command
            .args(arguments)
            .current_dir(folder.path())
            .stdin(fs::File::open(&labels).unwrap());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", errors(&output));
        output
    };
    let table = good(&["convert", &labels, "-q", "--format", "csv"]);
    let output = here(&["convert", "-", "-q", "--format", "csv", "-o", "-"]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), table);
    let output = here(&["report", "-", "-o", "-"]);
    assert!(output.stdout.starts_with(b"<!"));
    assert!(errors(&output).contains("wrote a page with the labels of 2 articles"));
    assert_eq!(names(folder.path()), ["labels.jsonl"]);
    // Standard input is not the file of that name.
    here(&["convert", "-", "-q", "-o", "./-"]);
    here(&["convert", "-", "-q", "-o", "./-"]);
    assert_eq!(names(folder.path()), ["-", "labels.jsonl"]);
}

#[test]
fn a_folder_of_results_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "De brug in Gent is dicht.").unwrap();
    for number in 0..2 {
        let brat = folder.path().join("brat");
        let output = good(&[
            "label",
            text(folder.path()),
            "-q",
            "-o",
            text(&brat),
            "--format",
            "brat",
        ]);
        assert!(output.is_empty());
        assert_eq!(
            names(&brat),
            ["a.ann", "a.txt", "annotation.conf", "visual.conf"],
            "run {number}"
        );
        fs::remove_dir_all(&brat).unwrap();
        fs::create_dir(&brat).unwrap();
    }
}

#[test]
fn what_cannot_be_written_is_told_before_a_model_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("a.csv");
    for (arguments, said) in [
        (vec!["label", "x.txt", "--format", "brat"], "name a place"),
        (vec!["label", "x.txt", "--format", "csv,tsv"], "name a place"),
        (
            vec!["label", "x.txt", "-o", text(&csv), "--format", "tsv"],
            "would be csv",
        ),
        (vec!["label", "x.txt", "-o", text(folder.path())], "is a folder"),
        (
            vec!["label", "x.txt", "--no-text", "--format", "conll"],
            "--no-text leaves out",
        ),
        (
            vec!["label", "x.txt", "--format", "docx"],
            "possible values: jsonl, csv",
        ),
        (vec!["convert", "x.jsonl", "-o", "/nowhere/a.csv"], "/nowhere/a.csv"),
        // Nothing stays of an output that could be opened.
        (
            vec!["convert", "x.jsonl", "-o", text(&csv), "-o", "/nowhere/a.tsv"],
            "/nowhere/a.tsv",
        ),
        (vec!["label", "x.txt", "-o", "x.xlsx"], "name a .csv"),
        (vec!["label", "x.txt", "-o", "y.json"], "JSON Lines is .jsonl"),
        (vec!["convert"], "LABELS"),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(errors(&output).contains(said), "{arguments:?}: {}", errors(&output));
        assert!(output.stdout.is_empty() && names(folder.path()).is_empty());
    }
}

#[test]
fn standard_input_is_converted() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let (labels, _) = labels(folder.path());
    let mut command = support::program();
    command
        .args(["convert", "-", "-q", "--format", "tsv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(&fs::read(&labels).unwrap())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        good(&["convert", &labels, "-q", "--format", "tsv"])
    );
}

#[cfg(unix)]
#[test]
fn a_pipe_that_stays_open_can_be_interrupted() {
    use std::io::{BufRead, BufReader, Write};
    let folder = tempfile::tempdir().unwrap();
    let (labels, _) = labels(folder.path());
    let first = fs::read_to_string(&labels).unwrap().lines().next().unwrap().to_owned();
    let mut command = support::program();
    command.args(["convert", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{first}").unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line.trim_end(), first);
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    // The pipe is open all the while: whoever waits for more of it waits for ever.
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(input);
}

/// The first Ctrl-C lets a run finish what is under way, which it cannot where nobody takes its lines; the second ends it.
#[cfg(unix)]
#[test]
fn a_second_interrupt_ends_a_run_at_once() {
    use std::io::{BufRead, BufReader, Read};
    use std::time::{Duration, Instant};
    let folder = tempfile::tempdir().unwrap();
    let (labels, mut records) = labels(folder.path());
    // One line, which is more than a pipe holds.
    records[0]["meta"]["long"] = "x".repeat(300_000).into();
    fs::write(&labels, records[0].to_string()).unwrap();
    let mut command = support::program();
    command.args(["convert", &labels]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut reader = child.stdout.take().unwrap();
    reader.read_exact(&mut [0; 10]).unwrap();
    let id = child.id().to_string();
    let interrupt = || assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    interrupt();
    let mut messages = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(messages.any(|line| line.unwrap().contains("press Ctrl-C again")));
    assert_eq!(child.try_wait().unwrap(), None);
    interrupt();
    let started = Instant::now();
    let code = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status.code(),
            None if started.elapsed() > Duration::from_secs(30) => break None,
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    // One that goes on ends when its lines have nowhere to go.
    drop(reader);
    assert_eq!(code, Some(130));
}
