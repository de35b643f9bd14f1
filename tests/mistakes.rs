//! What is said of a slip: the command, option, value, model or file that was meant.

#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::path::Path;

/// What the program says on standard error, and its exit code; run in `folder`, without network and cache.
fn said(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = program::program()
        .current_dir(folder)
        .env("HF_HUB_OFFLINE", "1")
        .env("HF_HOME", folder)
        .args(arguments)
        .output()
        .unwrap();
    let all = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(all).unwrap())
}

#[test]
fn commands_options_and_values_that_are_near_are_offered() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, meant) in [
        (&["lable"][..], "'label'"),
        (&["models", "lst"], "'list'"),
        (&["label", "x", "--langauge", "nl"], "'--language'"),
        (&["label", "x", "--dtype", "int9"], "'int8'"),
        (&["label", "x", "--format", "cvs"], "'csv'"),
        (&["label", "x", "--format", "brta"], "'brat'"),
        (&["label", "x", "--rows", "sentence"], "'sentences'"),
        (&["label", "x", "--device", "cdua"], "'cuda'"),
        (&["label", "x", "--language", "duthc"], "did you mean nl (Dutch)?"),
        (&["show", "x", "--only", "uncertan"], "'uncertain'"),
        (&["show", "x", "--color", "alwasy"], "'always'"),
        (&["bench", "--dtype", "bf61"], "'bf16'"),
        (&["bench", "--lengths", "nwes"], "did you mean news?"),
        (&["completions", "bsh"], "'bash'"),
    ] {
        let (code, said) = said(folder.path(), arguments);
        assert_eq!(code, Some(1), "{arguments:?}");
        assert!(said.contains(meant), "{arguments:?}: {said}");
    }
}

#[test]
fn files_that_are_near_are_offered() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("articles")).unwrap();
    for name in ["articles/brand.txt", "gold.tsv", "before.json", "labels.jsonl"] {
        fs::write(folder.path().join(name), "").unwrap();
    }
    for (arguments, meant) in [
        (
            &["label", "artciles", "--model", "embedded"][..],
            "did you mean articles?",
        ),
        (&["show", "articles/brnad.txt"], "did you mean articles/brand.txt?"),
        (&["convert", "lables.jsonl"], "did you mean labels.jsonl?"),
        (&["eval", "glod.tsv"], "did you mean gold.tsv?"),
        (&["bench", "--from", "befor.json"], "did you mean before.json?"),
        (&["schema", "--config", "x"], "$schema"),
        (&["config", "--config", "gld.tsv"], "did you mean gold.tsv?"),
        (&["models", "info", "./article"], "did you mean ./articles?"),
    ] {
        if arguments.contains(&"embedded") && !cfg!(feature = "embedded-model") {
            continue;
        }
        let (code, said) = said(folder.path(), arguments);
        assert!(code != Some(0) || arguments[0] == "schema", "{arguments:?}: {said}");
        assert!(said.replace('\n', " ").contains(meant), "{arguments:?}: {said}");
    }
}

#[cfg(feature = "hub")]
#[test]
fn models_that_are_near_are_offered() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = format!("hub/models--acme--news/snapshots/{}", "e".repeat(40));
    fs::create_dir_all(folder.path().join(snapshot)).unwrap();
    fs::create_dir(folder.path().join("my-model")).unwrap();
    fs::write(folder.path().join("a.txt"), "De brug is dicht.").unwrap();
    for (arguments, meant) in [
        (
            &["label", "a.txt", "--model", "acme/nwes"][..],
            "did you mean acme/news?",
        ),
        (&["models", "info", "amce/news@main"], "did you mean acme/news?"),
        (&["models", "verify", "acme/new"], "did you mean acme/news?"),
        (&["models", "fetch", "acme/nevvs"], "did you mean acme/news?"),
        (&["models", "verify", "embedded"], "`stellig models info embedded`"),
        (&["models", "verify", "my-model"], "there is a folder of that name"),
        (&["show", "a.txt", "--model", "my-modle"], "did you mean my-model?"),
        (&["label", "a.txt", "--model", "embeded"], "did you mean embedded?"),
        (
            &["label", "a.txt", "--model", "news-small"],
            "did you mean embedded, the model in the program?",
        ),
    ] {
        let (code, said) = said(folder.path(), arguments);
        assert_eq!(code, Some(1), "{arguments:?}: {said}");
        assert!(said.contains(meant), "{arguments:?}: {said}");
    }
    let (_, far) = said(folder.path(), &["label", "a.txt", "--model", "other/thing"]);
    assert!(!far.contains("did you mean"), "{far}");
}
