//! Files of settings and variables through the real program: which comes before which, each setting that there is, what
//! is said of a mistake, and what a file in somebody else's folder cannot do.

#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use stellig::settings::{File, KEYS, Kind, Trust};

/// A home with a folder `news` in it, where the program runs.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join("news")).unwrap();
        fs::create_dir_all(home.path().join(".config/stellig")).unwrap();
        Self(home)
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.0.path().join(relative)
    }

    fn write(&self, relative: &str, text: &str) {
        fs::write(self.path(relative), text).unwrap();
    }

    /// The program in `news`, with none of the environment's own settings.
    fn stellig(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stellig"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("STELLIG_") || name.starts_with("HF_") || name.starts_with("XDG_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.path("news"))
            .env("HOME", self.0.path())
            .env("HF_ENDPOINT", "http://127.0.0.1:9")
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    /// What `stellig config --json` says of a setting: its value and its source.
    fn setting(&self, command: &str, key: &str, change: impl FnOnce(&mut Command)) -> (Option<Vec<String>>, String) {
        let mut program = self.stellig(&["config", "--json"]);
        change(&mut program);
        let output = program.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        let row = rows
            .iter()
            .find(|row| row["command"] == command && row["key"] == key)
            .unwrap();
        (
            serde_json::from_value(row["value"].clone()).unwrap(),
            row["source"].as_str().unwrap().to_owned(),
        )
    }
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn one(value: &str) -> Option<Vec<String>> {
    Some(vec![value.to_owned()])
}

/// A value that the option takes and that is not its default, for files and for the environment.
fn example(key: &str) -> (&'static str, &'static str) {
    match key {
        "model" | "entity-model" | "claim-model" => ("\"owner/name\"", "other/name"),
        "device" => ("\"cpu\"", "cuda"),
        "dtype" => ("\"f32\"", "bf16"),
        "threads" => ("3", "4"),
        "batch-tokens" => ("256", "512"),
        "offline" | "no-text" | "quiet" => ("true", "false"),
        "cache" => ("\"/a/cache\"", "/b/cache"),
        "language" => ("\"nl\"", "de"),
        "min-score" => ("0.5", "0.25"),
        "include" | "exclude" => ("[\"*.txt\", \"a/**\"]", ""),
        "max-megabytes" => ("4", "5"),
        "format" => ("\"csv\"", "tsv"),
        "rows" => ("\"sentences\"", "entities"),
        "color" => ("\"always\"", "never"),
        "width" => ("60", "70"),
        field if field.ends_with("-field") => ("\"body\"", "content"),
        other => panic!("no example of {other}"),
    }
}

#[test]
fn every_setting_is_taken_from_a_file_and_the_environment_comes_before_it() {
    let home = Home::new();
    let text: String = KEYS
        .iter()
        .map(|key| format!("{} = {}\n", key.name, example(key.name).0))
        .collect();
    home.write(".config/stellig/config.toml", &text);
    let file = home.path(".config/stellig/config.toml");
    for (line, key) in KEYS.iter().enumerate() {
        let (in_file, in_environment) = example(key.name);
        let values: Vec<String> = match key.kind {
            Kind::List => vec!["*.txt".into(), "a/**".into()],
            _ => vec![in_file.trim_matches('"').to_owned()],
        };
        let place = format!("{}:{}", file.display(), line + 1);
        for command in key.commands {
            assert_eq!(
                home.setting(command, key.name, |_| {}),
                (Some(values.clone()), place.clone()),
                "{command}"
            );
            if let Some(variable) = key.variable {
                let set = |command: &mut Command| {
                    command.env(variable, in_environment);
                };
                let expected = (one(in_environment), variable.to_owned());
                assert_eq!(home.setting(command, key.name, set), expected, "{command} {variable}");
                let empty = |command: &mut Command| {
                    command.env(variable, "");
                };
                assert_eq!(
                    home.setting(command, key.name, empty).1,
                    place,
                    "{variable} set to nothing"
                );
            }
        }
    }
}

#[test]
fn the_nearest_file_comes_first_and_what_was_named_comes_alone() {
    let home = Home::new();
    home.write(".config/stellig/config.toml", "language = \"fr\"\nthreads = 2\n");
    home.write("stellig.toml", "language = \"de\"\n[show]\nlanguage = \"es\"\n");
    home.write("other.toml", "threads = 5\n");
    let source = |file: &str, line: usize| format!("{}:{line}", home.path(file).display());
    let language = |command: &str| home.setting(command, "language", |_| {});
    assert_eq!(language("label"), (one("de"), source("stellig.toml", 1)));
    assert_eq!(language("show"), (one("es"), source("stellig.toml", 3)));
    let threads = home.setting("label", "threads", |_| {});
    assert_eq!(
        threads,
        (one("2"), source(".config/stellig/config.toml", 2)),
        "your own file fills up"
    );
    home.write("news/stellig.toml", "language = \"it\"\n");
    assert_eq!(
        language("show"),
        (one("it"), source("news/stellig.toml", 1)),
        "the nearest of its name alone"
    );
    let named = |command: &mut Command| {
        command.args(["--config", "../other.toml"]);
    };
    assert_eq!(
        home.setting("label", "language", named),
        (one("auto"), "built in".into())
    );
    assert_eq!(home.setting("label", "threads", named).0, one("5"));
    let by_variable = |command: &mut Command| {
        command.env("STELLIG_CONFIG", "../other.toml");
    };
    assert_eq!(home.setting("label", "threads", by_variable).0, one("5"));
    let none = |command: &mut Command| {
        command.arg("--no-config");
    };
    assert_eq!(
        home.setting("label", "language", none),
        (one("auto"), "built in".into())
    );
    let none = |command: &mut Command| {
        command.env("STELLIG_NO_CONFIG", "1");
    };
    assert_eq!(home.setting("label", "threads", none).0, None);
    let xdg = |command: &mut Command| {
        command.env("XDG_CONFIG_HOME", home.path("xdg"));
    };
    assert_eq!(home.setting("label", "threads", xdg).0, None);
}

#[test]
fn what_config_prints_can_be_read_again() {
    let home = Home::new();
    home.write(
        "news/stellig.toml",
        "dtype = \"f32\"\nexclude = [\"a \\\"b\\\"\"]\n[show]\ndtype = \"bf16\"\n",
    );
    let output = home
        .stellig(&["config"])
        .env("STELLIG_LANGUAGE", "nl")
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        printed.contains("language = \"nl\"") && printed.contains("# STELLIG_LANGUAGE\n"),
        "{printed}"
    );
    assert!(printed.contains("\n[show]\ndtype = \"bf16\""), "{printed}");
    home.write("again.toml", &printed);
    let again = |command: &mut Command| {
        command.args(["--config", "../again.toml"]);
    };
    assert_eq!(home.setting("show", "dtype", again).0, one("bf16"));
    assert_eq!(home.setting("label", "dtype", again).0, one("f32"));
    assert_eq!(home.setting("label", "exclude", again).0, one("a \"b\""));
    assert_eq!(home.setting("label", "language", again).0, one("nl"));
}

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
    assert!(lines.contains("\"language\":\"nl\"") && said.is_empty(), "{said}");

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
