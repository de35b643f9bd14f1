//! From arguments, the environment and files to a command that can run.

use std::ffi::OsString;

use anyhow::Result;
use clap::{ArgMatches, CommandFactory, FromArgMatches};

use crate::settings::{Files, KEYS, Places, Trust};

use super::model::ModelArgs;
use super::output::OutputArgs;
use super::say::say;
use super::settings::{self, Origin};
use super::{Cli, Command};

/// What was asked for.
pub(super) struct Parsed {
    pub(super) cli: Cli,
    /// The command line with all standing choices in it.
    pub(super) definition: clap::Command,
    pub(super) files: Files,
    pub(super) places: Places,
}

/// The command line as it is defined, with the variables of the environment.
pub(super) fn definition(shows_variables: bool) -> clap::Command {
    settings::with_environment(Cli::command(), shows_variables)
}

/// Makes sense of the arguments.
///
/// # Errors
/// A [`clap::Error`], which is also how help is asked for, or what is wrong with a file of settings.
pub(super) fn parse(arguments: &[OsString]) -> Result<Parsed> {
    // The short help is for a glance.
    let definition = definition(!arguments.iter().any(|argument| argument == "-h"));
    let read = |definition: &clap::Command| {
        let matches = definition.clone().try_get_matches_from(arguments);
        matches.map_err(|error| settings::with_advice(error, arguments, definition))
    };
    let matches = read(&definition)?;
    let places = Places::of_process();
    let name = matches.subcommand_name().unwrap_or_default().to_owned();
    if name != "config" && !KEYS.iter().any(|key| key.is_of(&name)) {
        let cli = Cli::from_arg_matches(&matches)?;
        return Ok(Parsed {
            cli,
            definition,
            files: Files::default(),
            places,
        });
    }
    let files = settings::files(&matches, &places)?;
    let definition = settings::with_files(definition, &files)?;
    let matches = read(&definition)?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    settle(&mut cli, &name, innermost(&matches), &files);
    Ok(Parsed {
        cli,
        definition,
        files,
        places,
    })
}

fn innermost(matches: &ArgMatches) -> &ArgMatches {
    matches.subcommand().map_or(matches, |(_, inner)| innermost(inner))
}

/// Says what a file that was merely found decides, and keeps it from more than that.
fn settle(cli: &mut Cli, name: &str, matches: &ArgMatches, files: &Files) {
    let origin = |key| settings::origin(name, key, matches, files);
    let mut found = Vec::new();
    for key in KEYS {
        if let Some(Origin::File(file, _)) = origin(key)
            && file.trust == Trust::Found
        {
            found.push((key.name, file));
        }
    }
    let is_standing = |option: &str| {
        let key = crate::settings::key(option);
        !matches!(key.and_then(origin), Some(Origin::Argument))
    };
    let settle_models = |model: &mut ModelArgs| {
        for (option, named) in model.names_mut() {
            if let Some((_, file)) = found.iter().find(|(name, _)| *name == option) {
                named.found_in(&file.path);
            }
        }
    };
    let settle_output = |output: &mut OutputArgs| {
        output.is_standing = is_standing("format");
        output.says_rows = !is_standing("rows");
    };
    match &mut cli.command {
        Command::Label(args) => {
            settle_models(&mut args.model);
            settle_output(&mut args.output);
        }
        Command::Show(args) => settle_models(&mut args.model),
        Command::Eval(args) => settle_models(&mut args.model),
        Command::Convert(args) => settle_output(&mut args.output),
        _ => {}
    }
    // Said to a quiet run as well: a file that came with the articles may have left half of them out.
    if let Some((_, file)) = found.first() {
        let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
        say(format!("{} sets {}", file.path.display(), names.join(", ")));
    }
}
