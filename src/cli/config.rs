//! `stellig config`: which settings are in force and where each value comes from, as a file that could be read again.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use crate::nearest::{did_you_mean, nearest};
use crate::settings::{Files, KEYS, Key, Kind, NAME, Place, Places, Trust};
use crate::terminal::sanitize;

use super::exit;
use super::print::print;
use super::say::say;
use super::settings::{Origin, VARIABLES, id, origin};

/// Show the settings in force, and where each comes from
///
/// An option may have a standing choice: in `stellig.toml`, looked for here and in the folders above up to your home; in
/// your own file, $XDG_CONFIG_HOME/stellig/config.toml; or in a variable STELLIG_NAME. An argument comes before a
/// variable, a variable before `stellig.toml`, that before your own file. At the top of a file a setting holds for every
/// command that has the option, in a section such as `[label]` for that command alone.
///
/// Outside your home every folder above is looked at, up to the root: on a shared machine another user's
/// /tmp/stellig.toml is found from /tmp/job. --no-config reads no file, --config FILE that one alone.
///
/// A `stellig.toml` may have come with somebody else's articles: it starts no download, writes nowhere, and cannot set
/// what costs memory (threads, batch-tokens, max-megabytes), hides messages (quiet) or moves the cache.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct ConfigArgs {
    /// Print a JSON array instead: command, key, value, source
    #[arg(long, help_heading = "Output")]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  stellig config                        # what is in force here
  STELLIG_DTYPE=f32 stellig config
  stellig config --config newsroom.toml
  stellig config --no-config            # what is built in";

/// One setting of one command.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Row {
    command: &'static str,
    key: &'static str,
    /// Its values; none where it is not set.
    value: Option<Vec<String>>,
    source: String,
    #[serde(skip)]
    kind: Kind,
}

/// Runs the command over a command line that has all standing choices in it.
///
/// # Errors
/// If a variable has no value of its option, or standard output cannot be written.
pub(super) fn run(args: &ConfigArgs, definition: &clap::Command, files: &Files, places: &Places) -> Result<ExitCode> {
    for (variable, _) in std::env::vars_os() {
        if let Some(message) = variable.to_str().and_then(unknown) {
            say(message);
        }
    }
    let rows = rows(definition, files)?;
    let text = match args.json {
        true => format!("{}\n", serde_json::to_string_pretty(&rows)?),
        false => format!("{}{}", head(files, places), body(&rows)),
    };
    print(text, exit::GOOD)
}

/// A word on a variable that looks like one of ours and is none.
fn unknown(variable: &str) -> Option<String> {
    variable.strip_prefix("STELLIG_")?;
    let own = VARIABLES.iter().map(|(_, name)| *name);
    let known: Vec<&str> = KEYS.iter().filter_map(|key| key.variable).chain(own).collect();
    if known.contains(&variable) {
        return None;
    }
    let near = did_you_mean(nearest(variable, known.iter().copied()));
    Some(format!("{variable} is set and no variable of stellig's{near}"))
}

fn rows(definition: &clap::Command, files: &Files) -> Result<Vec<Row>> {
    let mut commands: Vec<&'static str> = KEYS.iter().flat_map(|key| key.commands).copied().collect();
    commands.sort_unstable();
    commands.dedup();
    let mut rows = Vec::new();
    for name in commands {
        let Some(command) = definition.find_subcommand(name) else {
            continue;
        };
        let keys: Vec<&Key> = KEYS.iter().filter(|key| key.is_of(name)).collect();
        let args = keys.iter().filter_map(|key| argument(command, key));
        let probe = clap::Command::new(name).no_binary_name(true).args(args);
        let matches = probe
            .try_get_matches_from(Vec::<String>::new())
            .map_err(|error| super::settings::with_advice(error, &[], definition))?;
        for key in keys {
            let found = origin(name, key, &matches, files);
            let id = id(key);
            let value = found.map(|_| match key.kind {
                Kind::Flag => vec![matches.get_flag(&id).to_string()],
                _ => {
                    let raw = matches.get_raw(&id).into_iter().flatten();
                    raw.map(|value| value.to_string_lossy().into_owned()).collect()
                }
            });
            let source = match found {
                None => "not set".to_owned(),
                Some(Origin::Environment) => key.variable.unwrap_or_default().to_owned(),
                Some(Origin::File(file, entry)) => Place {
                    file: &file.path,
                    line: entry.line,
                }
                .to_string(),
                Some(Origin::Argument | Origin::BuiltIn) => "built in".to_owned(),
            };
            rows.push(Row {
                command: name,
                key: key.name,
                value,
                source,
                kind: key.kind,
            });
        }
    }
    Ok(rows)
}

/// The option of this setting, in the command or in one below it.
fn argument(command: &clap::Command, key: &Key) -> Option<clap::Arg> {
    let own = command.get_arguments().find(|arg| arg.get_long() == Some(key.name));
    own.cloned()
        .or_else(|| command.get_subcommands().find_map(|inner| argument(inner, key)))
}

/// Which files are read.
fn head(files: &Files, places: &Places) -> String {
    let mut text = String::from("# Settings in force; an argument comes before them.\n");
    if files.0.is_empty() {
        let own = places
            .own()
            .map_or(String::new(), |own| format!(" and no {}", own.display()));
        let why = match places.files().is_empty() {
            true => format!("there is no {NAME} here or above{own}"),
            false => "--no-config says so".to_owned(),
        };
        let _ = writeln!(text, "# No file is read: {why}.");
    }
    for file in &files.0 {
        let whose = match file.trust {
            Trust::Own => "your own",
            Trust::Found => "found",
        };
        let _ = writeln!(text, "# {} ({whose})", sanitize(&file.path.display().to_string()));
    }
    text
}

/// The settings: at the top what is the same for all commands, in sections what is not.
fn body(rows: &[Row]) -> String {
    let same = |row: &&Row| {
        let others = rows.iter().filter(|other| other.key == row.key);
        others
            .into_iter()
            .all(|other| other.value == row.value && other.source == row.source)
    };
    let mut lines: Vec<(String, &str)> = Vec::new();
    for key in KEYS {
        if let Some(row) = rows.iter().find(|row| row.key == key.name).filter(same) {
            lines.push((shown(row), &row.source));
        }
    }
    let mut section = "";
    let heads: Vec<String> = rows.iter().map(|row| format!("\n[{}]", row.command)).collect();
    for (row, head) in rows.iter().zip(&heads).filter(|(row, _)| !same(row)) {
        if section != row.command {
            lines.push((head.clone(), ""));
            section = row.command;
        }
        lines.push((shown(row), &row.source));
    }
    let width = |text: &String| text.chars().count();
    // A long value stands out; the others stay in their columns.
    let columns = lines
        .iter()
        .map(|(text, _)| width(text))
        .filter(|width| *width <= 48)
        .max()
        .unwrap_or(0);
    let line = |(text, source): (String, &str)| match source {
        "" => format!("{text}\n"),
        source => format!("{text:<columns$}  # {}\n", sanitize(source)),
    };
    lines.into_iter().map(line).collect()
}

/// A number as TOML has it: the environment may say `.5` or `007`.
fn number(kind: Kind, text: String) -> String {
    match kind {
        Kind::Whole => text.parse().map_or(text, |value: u64| value.to_string()),
        Kind::Number => text.parse().map_or(text, |value: f64| format!("{value:?}")),
        _ => text,
    }
}

/// A line of a file: what is not set is a comment.
fn shown(row: &Row) -> String {
    let Some(values) = &row.value else {
        return format!("# {}", row.key);
    };
    let quoted = |text: &String| format!("\"{}\"", sanitize(text).replace('\\', "\\\\").replace('"', "\\\""));
    let value = match row.kind {
        Kind::List => format!("[{}]", values.iter().map(quoted).collect::<Vec<_>>().join(", ")),
        Kind::Whole | Kind::Number | Kind::Flag => number(row.kind, values.concat()),
        Kind::Text | Kind::Path | Kind::Model => values.iter().map(quoted).collect::<Vec<_>>().join(", "),
    };
    format!("{} = {value}", row.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_toml() {
        let shown = |kind, text: &str| number(kind, text.to_owned());
        assert_eq!(shown(Kind::Number, ".5"), "0.5");
        assert_eq!(shown(Kind::Whole, "007"), "7");
        assert_eq!(shown(Kind::Flag, "true"), "true");
        assert_eq!(shown(Kind::Whole, "many"), "many");
    }
}
