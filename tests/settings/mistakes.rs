//! What is said of files and variables that are wrong, and what the page on settings says of those that are right.

use std::fs;
use std::path::Path;

use stellig::settings::{File, KEYS, Trust};

use crate::home::{Home, errors};
use crate::support;

#[test]
fn a_mistake_is_named_by_file_line_and_key() {
    let home = Home::new();
    for (text, said) in [
        (
            "\nlangauge = \"nl\"\n",
            "stellig.toml:2: no setting \"langauge\" is known; did you mean language?",
        ),
        (
            "min-score = \"x\"",
            "stellig.toml:1: min-score: a number is wanted here, and this is text",
        ),
        ("dtype = \"int9\"", "stellig.toml:1: dtype: there is no \"int9\""),
        ("[label\n", "stellig.toml:1: not valid TOML"),
        ("threads = 2", "stellig.toml:1: threads can only stand in your own file"),
        ("output = \"x\"", "stellig.toml:1: no setting \"output\" is known"),
    ] {
        home.write("news/stellig.toml", text);
        for command in [&["label", "nothing"][..], &["config"]] {
            let output = home.stellig(command).output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{text}");
            assert!(errors(&output).contains(said), "{text}: {}", errors(&output));
        }
        for command in [
            &["schema"][..],
            &["completions", "bash"],
            &["--version"],
            &["label", "--help"],
        ] {
            let output = home.stellig(command).output().unwrap();
            assert_eq!(
                output.status.code(),
                Some(0),
                "{command:?} reads no file: {}",
                errors(&output)
            );
        }
    }
    let output = home.stellig(&["config", "--config", "stelig.toml"]).output().unwrap();
    assert!(
        errors(&output).contains("(did you mean stellig.toml?)"),
        "{}",
        errors(&output)
    );
    let output = home
        .stellig(&["config", "--no-config", "--config", "x"])
        .output()
        .unwrap();
    assert!(errors(&output).contains("contradict"), "{}", errors(&output));
    fs::remove_file(home.path("news/stellig.toml")).unwrap();
    let output = home.stellig(&["config"]).env("STELLIG_DTYPE", "int9").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors(&output).contains("environment variable STELLIG_DTYPE") && errors(&output).contains("'int8'"),
        "{}",
        errors(&output)
    );
    let output = home
        .stellig(&["config"])
        .env("STELLIG_LANGAUGE", "nl")
        .output()
        .unwrap();
    assert!(
        errors(&output).contains("did you mean STELLIG_LANGUAGE?"),
        "{}",
        errors(&output)
    );
}

#[test]
fn the_page_on_settings_lists_each_of_them() {
    let page = fs::read_to_string(support::path("docs/SETTINGS.md")).unwrap();
    let example = page
        .split("# What our articles are like.\n")
        .nth(1)
        .unwrap()
        .split("\n\nA key")
        .next()
        .unwrap();
    let file = File::parse(Path::new("stellig.toml"), Trust::Found, example).unwrap();
    assert_eq!(file.entries.len(), 5, "{example}");
    for key in KEYS {
        let row = page
            .lines()
            .find(|line| line.starts_with(&format!("| `{}` |", key.name)));
        let row = row.unwrap_or_else(|| panic!("docs/SETTINGS.md says nothing of {}", key.name));
        assert!(row.contains(key.variable.unwrap_or("| |")), "{row}");
        assert_eq!(row.contains("your own file"), key.own, "{row}");
        for command in key.commands {
            assert!(row.contains(command), "{row}");
        }
    }
}
