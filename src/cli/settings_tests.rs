//! Files of settings against the options that they stand for.

use std::path::Path;

use clap::ArgMatches;

use crate::settings::{File, Files, KEYS, Kind, Trust};

use super::parse::definition;
use super::settings::{Origin, id, origin, with_files};

fn files(text: &str) -> Files {
    Files(vec![
        File::parse(Path::new("/news/stellig.toml"), Trust::Own, text).unwrap(),
    ])
}

/// The message of the error that a file ends with.
fn message(text: &str) -> String {
    let error = with_files(definition(false), &files(text)).map(drop).unwrap_err();
    error.to_string()
}

fn matches(text: &str, line: &[&str]) -> ArgMatches {
    let definition = with_files(definition(false), &files(text)).unwrap();
    let all = [&["stellig"], line].concat();
    let matches = definition.try_get_matches_from(all).unwrap();
    matches.subcommand().unwrap().1.clone()
}

#[test]
fn every_setting_is_an_option_of_its_commands() {
    let definition = definition(true);
    for key in KEYS {
        for name in key.commands.iter().filter(|name| **name != "models") {
            let command = definition.find_subcommand(name).unwrap();
            let arg = command.get_arguments().find(|arg| arg.get_long() == Some(key.name));
            let arg = arg.unwrap_or_else(|| panic!("{name} --{}", key.name));
            assert_eq!(arg.get_id().as_str(), id(key), "{name} --{}", key.name);
            assert_eq!(
                arg.get_env().and_then(|name| name.to_str()),
                key.variable,
                "{name} --{}",
                key.name
            );
            assert_eq!(
                arg.get_action().takes_values(),
                key.kind != Kind::Flag,
                "{name} --{}",
                key.name
            );
        }
    }
}

#[test]
fn a_file_is_a_default_and_an_argument_comes_before_it() {
    let text = "dtype = \"f32\"\ninclude = [\"*.txt\", \"*.md\"]\nno-text = true\n[show]\ndtype = \"bf16\"\n";
    let raw = |matches: &ArgMatches, id: &str| -> Vec<String> {
        let raw = matches.get_raw(id).unwrap();
        raw.map(|value| value.to_string_lossy().into_owned()).collect()
    };
    let label = matches(text, &["label", "a"]);
    assert_eq!(raw(&label, "dtype"), ["f32"]);
    assert_eq!(raw(&label, "include"), ["*.txt", "*.md"]);
    assert!(label.get_flag("no_text"));
    assert_eq!(raw(&matches(text, &["show", "a"]), "dtype"), ["bf16"]);
    assert_eq!(
        raw(&matches(text, &["label", "a", "--dtype", "int8"]), "dtype"),
        ["int8"]
    );
    assert_eq!(raw(&matches(text, &["label", "a", "--include", "x"]), "include"), ["x"]);
    assert_eq!(
        raw(&matches(text, &["bench"]), "dtype"),
        ["auto"],
        "bench says all that it measures"
    );
    let files = files(text);
    let dtype = crate::settings::key("dtype").unwrap();
    let Some(Origin::File(_, entry)) = origin("label", dtype, &label, &files) else {
        panic!("not from the file");
    };
    assert_eq!(entry.line, 1);
}

#[test]
fn values_are_checked_by_their_options() {
    for (text, said) in [
        (
            "\ndtype = \"int9\"",
            "/news/stellig.toml:2: dtype: there is no \"int9\", there are auto, f32, f16, bf16, int8; did you mean int8?",
        ),
        (
            "min-score = 2",
            "/news/stellig.toml:1: min-score: \"2\": a score lies between 0 and 1",
        ),
        (
            "[show]\nlanguage = \"duthc\"",
            "/news/stellig.toml:2: language: \"duthc\": give an ISO 639-1 code, such as nl, or auto; did you mean nl (Dutch)?",
        ),
        ("format = \"cvs\"", "did you mean csv?"),
        (
            "threads = 0",
            "/news/stellig.toml:1: threads: \"0\": give a whole number from 1 to 1024",
        ),
        (
            "width = -1",
            "/news/stellig.toml:1: width: \"-1\": give a whole number of columns, 20 or more",
        ),
        ("include = [\"a\", \"[\"]", "/news/stellig.toml:1: include: \"[\": "),
        ("color = \"alway\"", "did you mean always?"),
        ("device = \"cude\"", "did you mean cuda?"),
        ("[convert]\nrows = \"sentence\"", "did you mean sentences?"),
    ] {
        let message = message(text);
        assert!(message.contains(said), "{text}: {message}");
    }
}
