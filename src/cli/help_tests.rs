//! The help of every command: an option without a sentence, a line that is too wide or an example that does not parse
//! fails here.

use std::ffi::OsString;

use clap::CommandFactory;
use unicode_width::UnicodeWidthStr;

use super::{Cli, shown};

/// Every command that people see, with its path.
fn commands() -> Vec<(String, clap::Command)> {
    fn of(command: &clap::Command, path: &str, all: &mut Vec<(String, clap::Command)>) {
        all.push((path.to_owned(), command.clone()));
        for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
            of(inner, &format!("{path} {}", inner.get_name()), all);
        }
    }
    let mut command = shown();
    command.build();
    let mut all = Vec::new();
    of(&command, "stellig", &mut all);
    all
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
    shown().debug_assert();
    let names: Vec<String> = commands().into_iter().map(|(path, _)| path).collect();
    assert!(names.contains(&"stellig models convert".to_owned()), "{names:?}");
    assert!(!names.iter().any(|name| name.contains("worker")), "{names:?}");
}

#[test]
fn every_option_and_value_has_a_sentence() {
    for (path, command) in commands() {
        assert!(command.get_about().is_some(), "{path}");
        for arg in command.get_arguments() {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            let name = format!("{path} {}", arg.get_id());
            assert!(help.len() > 3 && !help.ends_with('.'), "{name}: {help:?}");
            assert!(
                help.starts_with(|c: char| c.is_uppercase() || c == '-' || help.starts_with("news")),
                "{name}: {help}"
            );
            let heading = arg.get_help_heading();
            let is_own = ["help", "version"].contains(&arg.get_id().as_str());
            assert!(
                is_own || arg.is_positional() || heading.is_some() || path == "stellig man",
                "{name} has no heading"
            );
        }
    }
}

#[test]
fn help_fits_into_eighty_columns() {
    for (path, command) in commands() {
        let mut command = command.term_width(80);
        for help in [command.render_help(), command.render_long_help()] {
            for line in help.to_string().lines() {
                assert!(line.width() <= 80, "{path}: {line}");
            }
        }
    }
}

/// Words as a shell cuts them, up to what only the shell understands.
fn words(line: &str) -> Vec<OsString> {
    let command = line.split("  #").next().unwrap_or_default();
    let command = command
        .split_once("| stellig")
        .map_or(command, |(_, rest)| rest.trim_start());
    let command = command.trim().strip_prefix("STELLIG_DTYPE=f32 ").unwrap_or(command);
    let words = command
        .split_whitespace()
        .take_while(|word| !["|", ">", ">>"].contains(word));
    let words = words.filter(|word| *word != "stellig");
    ["stellig"].into_iter().chain(words).map(OsString::from).collect()
}

#[test]
fn examples_are_there_and_parse() {
    for (path, command) in commands() {
        let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("Examples:"), "{path}");
        for line in lines {
            assert!(line.width() < 80, "{path}: {line}");
            assert!(line.starts_with("  ") && line.contains("stellig "), "{path}: {line}");
            let parsed = Cli::command().try_get_matches_from(words(line));
            if let Err(error) = parsed {
                let is_help = error.kind() == clap::error::ErrorKind::DisplayHelp;
                assert!(is_help, "{path}: {line}: {error}");
            }
        }
    }
}
