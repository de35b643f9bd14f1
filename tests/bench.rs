//! `stellig bench` as a user meets it: what it writes, what it refuses, and its exit codes. No test looks at how long
//! anything takes.

#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use candle_core::Device;
use serde_json::{Value, json};

/// A token classifier of three layers of 24.
const TINY: &str = "tests/fixtures/hub/bert-token";

fn bench(arguments: &[&str]) -> Output {
    support::program().arg("bench").args(arguments).output().unwrap()
}

/// A small run of the tiny model.
fn tiny(arguments: &[&str]) -> Output {
    let model = support::path(TINY);
    let usual = ["--model", model.to_str().unwrap(), "--runs", "2", "--warm-up", "0"];
    // Of what is made there are few; what is given is read whole.
    let given = arguments.iter().any(|one| ["--articles", "--sequences"].contains(one));
    let few: &[&str] = if given { &[] } else { &["--count", "5"] };
    bench(&[&usual, few, arguments].concat())
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Whether the articles that process `id` made are still there.
fn is_left_over(id: u32) -> bool {
    let prefix = format!("stellig-bench-{id}-");
    let mut names = fs::read_dir(std::env::temp_dir())
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name());
    names.any(|name| name.to_string_lossy().starts_with(&prefix))
}

#[test]
fn a_run_fills_every_field() {
    let folder = tempfile::tempdir().unwrap();
    let (file, page) = (folder.path().join("a.json"), folder.path().join("a.html"));
    let options = ["--dtype", "f32", "--threads", "1,2", "--batch-tokens", "64,256"];
    let output = tiny(&[&options[..], &["--json", name(&file), "--html", name(&page)]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let found = read(&file);
    assert_eq!((&found["schema"], &found["runs"]), (&json!(1), &json!(2)));
    assert_eq!(found["model"]["family"], "bert");
    assert_eq!(
        (&found["input"]["lengths"], &found["input"]["articles"]),
        (&json!("news"), &json!(5))
    );
    let all = found["configurations"].as_array().unwrap();
    let settings: Vec<(u64, u64)> = all
        .iter()
        .map(|c| (c["threads"].as_u64().unwrap(), c["batch_tokens"].as_u64().unwrap()))
        .collect();
    assert_eq!(settings, [(1, 64), (1, 256), (2, 64), (2, 256)]);
    for configuration in all {
        for figure in [
            "/end_to_end/tokens_per_s",
            "/end_to_end/articles_per_s",
            "/encoder/tokens_per_s",
        ] {
            let spread = configuration.pointer(figure).unwrap();
            assert_eq!(spread["runs"].as_array().unwrap().len(), 2, "{figure}");
            let of = |name: &str| spread[name].as_f64().unwrap();
            assert!(
                0.0 < of("min") && of("min") <= of("median") && of("median") <= of("max"),
                "{spread}"
            );
        }
        let latency = &configuration["latency"];
        // Five articles in each of two runs.
        assert_eq!((&latency["of"], &latency["samples"]), (&json!("article"), &json!(10)));
        assert!(latency["p50_ms"].as_f64() <= latency["p99_ms"].as_f64());
        assert!(configuration["stages"]["encode"].as_f64().unwrap() > 0.0);
        assert!(configuration["encoder"]["utilisation"].as_f64().unwrap() > 0.0);
        assert_eq!(configuration["padding"]["packed"], 0.0);
        if cfg!(target_os = "linux") {
            assert!(configuration["peak_memory_bytes"].as_u64().unwrap() > 1 << 20);
        }
    }
    assert_eq!(found["gemm_peaks"].as_array().unwrap().len(), 2);
    let text = stdout(&output);
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    assert_eq!(
        text.lines().filter(|line| line.starts_with("  f32 ")).count(),
        20,
        "{text}"
    );
    assert!(fs::read_to_string(&page).unwrap().contains("<svg "));
    assert!(errors(&output).contains("run 2 of 2"), "{}", errors(&output));
}

#[test]
fn the_same_seed_reads_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let input = |number: usize, seed: &str, lengths: &str| {
        let file = folder.path().join(format!("{number}.json"));
        let output = tiny(&["--quiet", "--lengths", lengths, "--seed", seed, "--json", name(&file)]);
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        assert_eq!(errors(&output), "");
        read(&file)["input"].clone()
    };
    let (first, again, other) = (
        input(0, "1", "article"),
        input(1, "1", "article"),
        input(2, "2", "article"),
    );
    assert_eq!(first, again);
    assert_ne!(first["tokens"], other["tokens"]);
}

#[test]
#[cfg(unix)]
fn an_interrupted_run_leaves_nothing_behind() {
    use std::io::{BufRead, BufReader};

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.json");
    let mut child = support::program()
        .args(["bench", "--model", name(&support::path(TINY)), "--count", "5"])
        .args(["--runs", "1000000", "--json", name(&file)])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut messages = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(messages.any(|line| line.unwrap().contains("run 1 of")));
    assert!(is_left_over(child.id()), "the articles that it reads");
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
    let last = messages.last().unwrap().unwrap();
    assert!(last.contains("interrupted"), "{last}");
    let id = child.id();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    assert!(!is_left_over(id));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn logits_of_sequences_are_those_of_pytorch() {
    let folder = tempfile::tempdir().unwrap();
    let [ids, logits, file] = ["ids", "logits", "results"].map(|name| folder.path().join(name));
    let reference = read(&support::path(TINY).join("reference.json"));
    let texts = reference["texts"].as_array().unwrap();
    let sequences: Vec<&Value> = texts.iter().map(|text| &text["ids"]).collect();
    fs::write(&ids, serde_json::to_vec(&sequences).unwrap()).unwrap();
    let output = tiny(&[
        "--sequences",
        name(&ids),
        "--logits",
        name(&logits),
        "--json",
        name(&file),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let wanted =
        candle_core::safetensors::load(support::path(TINY).join("reference.safetensors"), &Device::Cpu).unwrap();
    let found = read(&logits);
    let found: Vec<Vec<f32>> = serde_json::from_value(found["f32"].clone()).unwrap();
    assert_eq!(found.len(), texts.len());
    for (number, found) in found.iter().enumerate() {
        let wanted = wanted[&format!("{number}.logits")]
            .flatten_all()
            .unwrap()
            .to_vec1::<f32>()
            .unwrap();
        assert_eq!(found.len(), wanted.len());
        let most = found
            .iter()
            .zip(&wanted)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max);
        assert!(most < 1e-4, "{number}: {most}");
    }
    let results = read(&file);
    let tokens: usize = sequences.iter().map(|ids| ids.as_array().unwrap().len()).sum();
    assert_eq!(
        (&results["input"]["tokens"], &results["input"]["seed"]),
        (&json!(tokens), &Value::Null)
    );
    let configuration = &results["configurations"][0];
    assert_eq!(
        (&configuration["end_to_end"], &configuration["stages"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(configuration["latency"]["of"], "sequence");
}

#[test]
fn failing_articles_are_said_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "De politie zei niets.").unwrap();
    fs::write(folder.path().join("b.txt"), [0, 1, 2, 255, 0]).unwrap();
    let output = tiny(&["--articles", name(folder.path())]);
    assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
    assert!(errors(&output).contains("b.txt"), "{}", errors(&output));
    assert!(
        stdout(&output).contains("1 article could not be read"),
        "{}",
        stdout(&output)
    );
    fs::remove_file(folder.path().join("a.txt")).unwrap();
    let output = tiny(&["--articles", name(folder.path())]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("nothing to measure"), "{}", errors(&output));
}

#[test]
fn an_article_that_the_model_cannot_label_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let [model, articles, file] = ["model", "articles", "a.json"].map(|name| folder.path().join(name));
    fs::create_dir(&model).unwrap();
    fs::create_dir(&articles).unwrap();
    for file in ["config.json", "model.safetensors", "tokenizer_config.json"] {
        fs::copy(support::path(TINY).join(file), model.join(file)).unwrap();
    }
    // A piece that the model has no row for.
    let mut tokenizer = read(&support::path(TINY).join("tokenizer.json"));
    let added = tokenizer["added_tokens"].as_array_mut().unwrap();
    added.push(
        json!({"id": 9999, "content": "zebra", "single_word": false, "lstrip": false, "rstrip": false,
        "normalized": false, "special": false}),
    );
    fs::write(model.join("tokenizer.json"), tokenizer.to_string()).unwrap();
    for (name, text) in [
        ("a.txt", "De politie zei niets."),
        ("b.txt", "De zebra is weg."),
        ("c.txt", "Rutte was in Den Haag."),
    ] {
        fs::write(articles.join(name), text).unwrap();
    }
    let options = ["--runs", "1", "--warm-up", "0", "--json", name(&file)];
    let named = ["--model", name(&model), "--articles", name(&articles)];
    let output = bench(&[&named[..], &options].concat());
    assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
    assert!(errors(&output).contains("b.txt"), "{}", errors(&output));
    let found = read(&file);
    assert_eq!(
        (&found["input"]["articles"], &found["input"]["failures"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(found["configurations"][0]["latency"]["samples"], 2);
}

#[test]
fn one_configuration_is_measured_once_whatever_it_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.json");
    let output = tiny(&["--device", "cpu", "--dtype", "auto,f32", "--json", name(&file)]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(errors(&output).contains("left out: f32"), "{}", errors(&output));
    let found = read(&file);
    assert_eq!(found["configurations"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&found["machine"]["gpu"], &found["machine"]["gpu_driver"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn what_cannot_be_measured_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let ids = folder.path().join("ids.json");
    fs::write(&ids, "[[1, 999999]]").unwrap();
    for (arguments, want) in [
        (vec!["--model", "./not/there"], "not/there"),
        (vec!["--dtype", "f64"], "f64"),
        (vec!["--lengths", "long"], "uniform:128"),
        (vec!["--runs", "0"], "--runs"),
        (vec!["--fail-below", "0.9"], "--baseline"),
        (vec!["--sequences", name(&ids)], "999999"),
        (vec!["--lengths", "uniform:100000"], "100000"),
        (vec!["--lengths", "news", "--logits", "x"], "not of articles"),
        (vec!["--compare", "not-there.json"], "not-there.json"),
        (vec!["--articles", "-"], "standard input"),
        (vec!["--articles", ".", "--count", "2"], "--count"),
    ] {
        let output = match arguments[0] {
            "--model" | "--runs" => bench(&arguments),
            _ => tiny(&arguments),
        };
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(errors(&output).contains(want), "{arguments:?}: {}", errors(&output));
        assert_eq!(stdout(&output), "", "{arguments:?}");
    }
}

#[test]
fn a_file_that_cannot_be_written_is_told_before_anything_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    let outputs = folder.path().join("out");
    fs::create_dir(&outputs).unwrap();
    let good = folder.path().join("good.html");
    for option in ["--json", "--logits"] {
        let output = tiny(&["--html", name(&good), option, name(&outputs)]);
        assert_eq!(output.status.code(), Some(1));
        let message = errors(&output);
        assert!(
            message.contains("it is a folder") && !message.contains("loaded"),
            "{message}"
        );
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left over");
    // What stands under the temporary name is somebody's.
    let old = made_up(folder.path(), "old.json", 10_000.0, 40_000.0);
    let (file, partial) = (folder.path().join("now.json"), folder.path().join("now.json.partial"));
    fs::write(&partial, "mine").unwrap();
    let output = bench(&["--from", &old, "--json", name(&file)]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(file.exists() && !stdout(&output).is_empty());
    let mut left = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    assert!(left.any(|path| fs::read(path).is_ok_and(|content| content == b"mine")));
}

#[test]
#[cfg(target_os = "linux")]
fn a_path_that_is_not_unicode_is_refused() {
    use std::os::unix::ffi::OsStrExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff.txt"));
    fs::write(&path, "De politie zei niets.").unwrap();
    let mut command = support::program();
    command
        .args(["bench", "--model", name(&support::path(TINY)), "--articles"])
        .arg(&path);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("is not Unicode"), "{}", errors(&output));
}

/// Results as another program might have written them: two configurations with these tokens a second.
fn made_up(folder: &Path, file: &str, f32: f64, int8: f64) -> String {
    let spread = |x: f64| json!({"median": x, "min": x, "q1": x, "q3": x, "max": x, "runs": [x]});
    let configuration = |dtype: &str, speed: f64| {
        json!({
            "key": format!("made-up cpu {dtype} threads=2 batch=1024 news"),
            "device": "cpu", "dtype": dtype, "threads": 2, "batch_tokens": 1024, "load_s": 0.5,
            "peak_memory_bytes": 200_000_000_u64,
            "end_to_end": {"tokens_per_s": spread(speed), "articles_per_s": spread(speed / 100.0)},
            "encoder": {"tokens_per_s": spread(speed * 2.0), "flop_per_s": 1e9, "utilisation": null, "peak_dtype": null},
            "latency": {"of": "article", "samples": 1, "p50_ms": 1.0, "p95_ms": 1.0, "p99_ms": 1.0, "max_ms": 1.0},
            "stages": null,
            "padding": {"packed": 0.0, "padded_in_order": 0.5, "padded_sorted": 0.25},
        })
    };
    let results = json!({
        "schema": 1, "stellig": "0.0.0", "date": "2000-01-01T00:00:00Z",
        "machine": {"cpu": "made-up", "cores": 2, "features": [], "memory_bytes": null, "os": "", "kernel": "",
            "load_average": null},
        "model": {"name": "made-up", "revision": "0", "family": "bert", "layers": 1, "hidden": 8, "flop_per_token": 1.0},
        "input": {"lengths": "news", "seed": 0, "articles": 1, "failures": 0, "bytes": 1, "sequences": 1, "tokens": 1,
            "longest": 1},
        "runs": 1, "warm_up": 0, "gemm_peaks": [],
        "configurations": [configuration("f32", f32), configuration("int8", int8)],
    });
    let path = folder.join(file);
    fs::write(&path, results.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_slower_configuration_fails_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let old = made_up(folder.path(), "old.json", 10_000.0, 40_000.0);
    let new = made_up(folder.path(), "new.json", 9_500.0, 30_000.0);
    let judged = |share: &str| bench(&["--from", &new, "--baseline", &old, "--fail-below", share]);
    let good = judged("0.75");
    assert_eq!(good.status.code(), Some(0), "{}", errors(&good));
    assert!(
        stdout(&good).contains("0.95") && stdout(&good).contains("0.75"),
        "{}",
        stdout(&good)
    );
    let slow = judged("0.9");
    assert_eq!(slow.status.code(), Some(1));
    let message = errors(&slow);
    assert!(
        message.contains("int8") && message.contains("0.75") && !message.contains("f32"),
        "{message}"
    );
    // The table is there all the same.
    assert!(stdout(&slow).contains("9500"), "{}", stdout(&slow));
}

#[test]
fn a_missing_configuration_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let old = made_up(folder.path(), "old.json", 10_000.0, 40_000.0);
    let renamed = fs::read_to_string(&old).unwrap().replace("cpu int8", "cpu int4");
    let new = folder.path().join("new.json");
    fs::write(&new, &renamed).unwrap();
    let output = bench(&["--from", name(&new), "--compare", &old]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(stdout(&output).contains("missing"), "{}", stdout(&output));
    assert!(stdout(&output).contains("only in") && stdout(&output).contains("made-up cpu int8"));
    // Where nothing can be compared, nothing is good.
    fs::write(&new, renamed.replace("made-up cpu", "another cpu")).unwrap();
    let output = bench(&["--from", name(&new), "--baseline", &old, "--fail-below", "0.1"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors(&output).contains("none of these configurations"),
        "{}",
        errors(&output)
    );
}

#[test]
fn results_are_not_written_over_what_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    let articles = folder.path().join("a.jsonl");
    fs::write(&articles, "{\"text\": \"De brug is dicht.\"}\n").unwrap();
    for option in ["--json", "--html"] {
        let output = tiny(&["--articles", name(&articles), option, name(&articles)]);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            errors(&output).contains("both the input and the output"),
            "{}",
            errors(&output)
        );
    }
    assert!(fs::read_to_string(&articles).unwrap().contains("De brug"));
    let inside = tiny(&["--articles", name(folder.path()), "--json", name(&articles)]);
    assert_eq!(inside.status.code(), Some(1));
    assert!(
        errors(&inside).contains("one of the articles in the folders"),
        "{}",
        errors(&inside)
    );
    let earlier = folder.path().join("earlier.json");
    assert_eq!(tiny(&["--json", name(&earlier)]).status.code(), Some(0));
    let measured = fs::read_to_string(&earlier).unwrap();
    for output in [
        bench(&["--from", name(&earlier), "--html", name(&earlier)]),
        tiny(&["--compare", name(&earlier), "--html", name(&earlier)]),
        tiny(&["--baseline", name(&earlier), "--json", name(&earlier)]),
    ] {
        assert_eq!(output.status.code(), Some(1));
        assert!(
            errors(&output).contains("both the input and the output"),
            "{}",
            errors(&output)
        );
    }
    assert_eq!(fs::read_to_string(&earlier).unwrap(), measured);
    assert!(fs::read_to_string(&articles).unwrap().contains("De brug"));
}
