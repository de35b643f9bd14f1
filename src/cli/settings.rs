//! Standing choices on the command line: what a file says becomes the default of its option, and each option reads its
//! variable. So an argument comes before the environment, the environment before a file, a file before what is built in,
//! and a value is checked by its option wherever it stands.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::builder::BoolishValueParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgMatches, Args, ValueHint};

use crate::nearest::{did_you_mean, nearest};
use crate::settings::{self, Entry, File, Files, Key, Kind, Places, Trust};

/// Options of the settings
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Settings")]
pub struct SettingsArgs {
    /// Read settings from FILE alone [default: stellig.toml here or above, then your own file; see `stellig config`]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,

    /// Read settings from no file
    #[arg(long, global = true, value_parser = BoolishValueParser::new())]
    pub no_config: bool,
}

/// The variables of [`SettingsArgs`], by their option.
pub(super) const VARIABLES: [(&str, &str); 2] = [("config", "STELLIG_CONFIG"), ("no-config", "STELLIG_NO_CONFIG")];

/// A value of the environment, unless it is set to nothing.
fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

/// `command` with the variables of its options; `shown` says whether help names them.
pub(super) fn with_environment(command: clap::Command, shown: bool) -> clap::Command {
    let variable = |arg: Arg, name: &'static str| {
        let arg = arg.hide_env_values(true).hide_env(!shown);
        // A variable that is set to nothing counts as not set.
        let is_there = std::env::var_os(name).is_some();
        if is_set(name) || (shown && !is_there) {
            arg.env(name)
        } else {
            arg
        }
    };
    let command = command.mut_args(|arg| {
        let own = VARIABLES.iter().find(|(option, _)| arg.get_long() == Some(*option));
        match own {
            Some((_, name)) => variable(arg, name),
            None => arg,
        }
    });
    each(command, &mut |_, key, arg| {
        let arg = match key.kind {
            Kind::Flag => arg.value_parser(BoolishValueParser::new()),
            _ => arg,
        };
        match key.variable {
            Some(name) => variable(arg, name),
            None => arg,
        }
    })
}

/// `command` with what the files say in place of its defaults.
///
/// # Errors
/// If a value is none that its option takes.
pub(super) fn with_files(command: clap::Command, files: &Files) -> Result<clap::Command, settings::Error> {
    let mut fault = None;
    let command = each(command, &mut |name, key, arg| {
        let Some((file, entry)) = files.get(name, key) else {
            return arg;
        };
        if let Err(message) = check(&arg, entry) {
            fault.get_or_insert(settings::Error {
                file: file.path.clone(),
                line: Some(entry.line),
                message,
            });
        }
        arg.default_values(entry.values.clone())
    });
    fault.map_or(Ok(command), Err)
}

/// Changes every option that is a setting of its command.
fn each(command: clap::Command, change: &mut dyn FnMut(&str, &'static Key, Arg) -> Arg) -> clap::Command {
    fn of(command: clap::Command, name: &str, change: &mut dyn FnMut(&str, &'static Key, Arg) -> Arg) -> clap::Command {
        let command = command.mut_args(|arg| match arg.get_long().and_then(settings::key) {
            Some(key) if key.is_of(name) => change(name, key, arg),
            _ => arg,
        });
        command.mut_subcommands(|inner| of(inner, name, &mut *change))
    }
    command.mut_subcommands(|inner| {
        let name = inner.get_name().to_owned();
        of(inner, &name, &mut *change)
    })
}

/// Whether the option takes the value; else what is wrong with it.
fn check(arg: &Arg, entry: &Entry) -> Result<(), String> {
    if entry.key.kind == Kind::Flag {
        return Ok(());
    }
    let probe = clap::Command::new("probe").no_binary_name(true).arg(arg.clone());
    let name = entry.key.name;
    let line = entry.values.iter().map(|value| format!("--{name}={value}"));
    match probe.try_get_matches_from(line) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("{name}: {}", reason(&error))),
    }
}

/// What the command line has against a value, without its options' names.
fn reason(error: &clap::Error) -> String {
    let text = |kind| error.get(kind).map(ToString::to_string);
    let value = text(ContextKind::InvalidValue).unwrap_or_default();
    match (error.kind(), error.get(ContextKind::ValidValue)) {
        (ErrorKind::InvalidValue, Some(ContextValue::Strings(known))) if !value.is_empty() => {
            let near = did_you_mean(nearest(&value, known.iter().map(String::as_str)));
            format!("there is no \"{value}\", there are {}{near}", known.join(", "))
        }
        _ => match std::error::Error::source(error) {
            Some(cause) => format!("\"{value}\": {cause}"),
            None => format!("\"{value}\" cannot be its value"),
        },
    }
}

/// Reads the files that these options ask for.
///
/// # Errors
/// If one cannot be read, or says something that cannot be.
pub(super) fn files(matches: &ArgMatches, places: &Places) -> Result<Files> {
    let given = |id| matches.value_source(id) == Some(clap::parser::ValueSource::CommandLine);
    let config = matches.get_one::<PathBuf>("config");
    if given("config") && given("no_config") {
        bail!("--config and --no-config contradict each other; leave out one of them");
    }
    let files = match config {
        Some(config) if given("config") || !matches.get_flag("no_config") => vec![(config.clone(), Trust::Own)],
        _ if matches.get_flag("no_config") => Vec::new(),
        _ => places.files(),
    };
    Ok(Files::read(&files)?)
}

/// Where the value of a setting comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Origin<'f> {
    Argument,
    Environment,
    File(&'f File, &'f Entry),
    BuiltIn,
}

/// Where the value that `matches` of `command` have comes from; none where there is no such option or no value.
pub(super) fn origin<'f>(command: &str, key: &Key, matches: &ArgMatches, files: &'f Files) -> Option<Origin<'f>> {
    use clap::parser::ValueSource;

    let id = id(key);
    if !key.is_of(command) || matches.try_contains_id(&id).is_err() {
        return None;
    }
    Some(match matches.value_source(&id)? {
        ValueSource::CommandLine => Origin::Argument,
        ValueSource::EnvVariable => Origin::Environment,
        _ => files
            .get(command, key)
            .map_or(Origin::BuiltIn, |(file, entry)| Origin::File(file, entry)),
    })
}

/// The name that the option has inside the program.
pub(super) fn id(key: &Key) -> String {
    key.name.replace('-', "_")
}

/// `error` with what was meant, where clap's own measure finds nothing near, and with where its value stands, if that is
/// the environment.
pub(super) fn with_advice(mut error: clap::Error, arguments: &[OsString], definition: &clap::Command) -> clap::Error {
    without_hidden(&mut error, definition);
    let near = match (error.get(ContextKind::InvalidValue), error.get(ContextKind::ValidValue)) {
        (Some(ContextValue::String(given)), Some(ContextValue::Strings(known))) => {
            nearest(given, known.iter().map(String::as_str)).map(str::to_owned)
        }
        _ => None,
    };
    if let (Some(near), None) = (near, error.get(ContextKind::SuggestedValue)) {
        error.insert(ContextKind::SuggestedValue, ContextValue::String(near));
    }
    let option = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(arg)) => arg.clone(),
        _ => return error,
    };
    let name = option
        .trim_start_matches('-')
        .split([' ', '=', '['])
        .next()
        .unwrap_or_default();
    let of_key = settings::key(name).and_then(|key| key.variable);
    let variable = of_key.or_else(|| Some(VARIABLES.iter().find(|(option, _)| *option == name)?.1));
    let is_argument = arguments.iter().any(|argument| {
        let argument = argument.to_string_lossy();
        argument
            .strip_prefix("--")
            .is_some_and(|rest| rest.split('=').next() == Some(name))
    });
    if let Some(variable) = variable.filter(|variable| !is_argument && is_set(variable)) {
        let tip = format!("the value stands in the environment variable {variable}");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

/// Takes the commands of the program's own out of the list of those that could have been given.
fn without_hidden(error: &mut clap::Error, definition: &clap::Command) {
    let Some(ContextValue::Strings(names)) = error.get(ContextKind::ValidSubcommand) else {
        return;
    };
    let is_shown = |name: &&String| {
        definition
            .find_subcommand(name.as_str())
            .is_none_or(|inner| !inner.is_hide_set())
    };
    let shown: Vec<String> = names.iter().filter(is_shown).cloned().collect();
    error.insert(ContextKind::ValidSubcommand, ContextValue::Strings(shown));
}
