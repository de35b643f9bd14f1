//! What settings change, and what a file in somebody else's folder cannot do.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::home::{Home, errors};
use crate::support;

/// The model that ships, from its folder where it is not in the program.
fn shipped() -> Vec<String> {
    match cfg!(feature = "embedded-model") {
        true => vec!["--model".into(), "embedded".into()],
        false => vec![
            "--model".into(),
            support::path("models/news-small").display().to_string(),
        ],
    }
}

#[test]
fn settings_change_what_is_written_and_an_argument_comes_before_them() {
    let home = Home::new();
    home.write("news/a.txt", "De brug is dicht. Karim Osman zou dood zijn.");
    home.write("news/b.md", "De veerboot vaart weer.");
    home.write(
        "news/stellig.toml",
        "no-text = true\ninclude = [\"*.txt\"]\nlanguage = \"de\"\n",
    );
    let label = |more: &[&str]| {
        let output = home
            .stellig(&["label", "."])
            .args(shipped())
            .args(more)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        (String::from_utf8(output.stdout.clone()).unwrap(), errors(&output))
    };
    let (lines, said) = label(&[]);
    let records: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 1, "{lines}");
    assert_eq!(
        (&records[0]["language"], &records[0]["text"]),
        (&Value::from("de"), &Value::Null)
    );
    assert!(
        said.contains("stellig.toml sets language, no-text, include\n"),
        "{said}"
    );
    let (lines, said) = label(&["--language", "nl", "--include", "*", "--quiet"]);
    assert_eq!(lines.lines().count(), 2);
    assert!(lines.contains("\"language\":\"nl\""), "{lines}");
    assert!(
        said.contains("stellig.toml sets no-text\n"),
        "a quiet run is told: {said}"
    );
    assert_eq!(said.lines().count(), 1, "and of nothing else: {said}");
    let output = home
        .stellig(&["show", "a.txt", "--language", "nl", "--include", "*"])
        .args(shipped())
        .output()
        .unwrap();
    assert_eq!(errors(&output), "", "a file that decides nothing here is not told");

    // A standing format is for what has no ending that tells another.
    home.write("news/stellig.toml", "format = \"csv\"\n");
    assert!(label(&[]).0.starts_with("id,path,"));
    label(&["-o", "out.tsv"]);
    assert!(
        fs::read_to_string(home.path("news/out.tsv"))
            .unwrap()
            .starts_with("id\tpath\t")
    );
    label(&["-o", "out"]);
    assert!(
        fs::read_to_string(home.path("news/out"))
            .unwrap()
            .starts_with("id,path,")
    );
    let output = home
        .stellig(&["label", ".", "-o", "x.tsv", "--format", "csv"])
        .output()
        .unwrap();
    assert!(errors(&output).contains("--format says csv"), "{}", errors(&output));
}

/// A file in a folder of somebody else's articles names a model: it is used where it is there, and never fetched.
#[cfg(feature = "hub")]
#[test]
fn a_file_that_was_found_starts_no_download() {
    let home = Home::new();
    home.write("news/a.txt", "De brug is dicht.");
    let show = |home: &Home| errors(&home.stellig(&["show", "a.txt"]).output().unwrap());
    home.write("news/stellig.toml", "model = \"acme/news\"\n");
    let said = show(&home);
    assert!(
        said.contains("stellig models fetch acme/news`") && said.contains("starts no download"),
        "{said}"
    );
    assert!(
        !said.contains("127.0.0.1") && !said.contains("OFFLINE"),
        "nobody is asked: {said}"
    );
    fs::remove_file(home.path("news/stellig.toml")).unwrap();
    home.write(".config/stellig/config.toml", "model = \"acme/news\"\n");
    let said = show(&home);
    assert!(said.contains("127.0.0.1"), "your own file may: {said}");
    home.write(".config/stellig/config.toml", "model = \"acme/news\"\noffline = true\n");
    let said = show(&home);
    assert!(!said.contains("127.0.0.1") && said.contains("acme/news"), "{said}");
    let output = home.stellig(&["models", "list", "--cache", "here"]).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("no models in here"));
}

#[test]
fn a_folder_that_a_file_names_is_the_one_beside_it() {
    let home = Home::new();
    home.write("news/a.txt", "De brug is dicht.");
    fs::create_dir(home.path("models")).unwrap();
    copy(
        &support::path("tests/fixtures/tiny-modernbert"),
        &home.path("models/tiny"),
    );
    home.write("stellig.toml", "model = \"models/tiny\"\n");
    let output = home.stellig(&["label", "a.txt", "--quiet"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let record: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(
        record["models"]["entities"]
            .as_str()
            .unwrap()
            .starts_with("tiny-modernbert@"),
        "{}",
        record["models"]
    );
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
