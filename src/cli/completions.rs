//! `stellig completions`: what a shell needs to complete commands, options, values and paths.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Command, ValueHint};
use clap_complete::{Shell, generate};

use super::exit;
use super::print::print;

/// Print a script for completion in a shell
///
/// It completes commands, options, values and paths. Save it where the shell looks for such scripts, and start the shell anew.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  stellig completions bash > ~/.local/share/bash-completion/completions/stellig
  stellig completions zsh > ~/.zfunc/_stellig    # with fpath+=~/.zfunc
  stellig completions fish > ~/.config/fish/completions/stellig.fish
  stellig completions powershell >> $PROFILE";

/// Stands for the models in the cache until the script is written: a shell asks for them when it completes.
const MODELS: &str = "STELLIG-MODELS";
/// What a shell asks.
const LIST: &str = "stellig models list --names 2>/dev/null";

/// Runs the command.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(args: &CompletionsArgs) -> Result<ExitCode> {
    let mut script = Vec::new();
    generate(args.shell, &mut with_hints(super::shown()), "stellig", &mut script);
    let script = with_models(args.shell, &String::from_utf8_lossy(&script));
    print(script, exit::GOOD)
}

/// `command` with what a shell may offer as values: models, and no files where no file is meant.
fn with_hints(command: Command) -> Command {
    let command = command.mut_args(|arg| {
        let is_model = arg.get_id().as_str().ends_with("model") && cfg!(feature = "hub");
        if is_model {
            return arg.value_parser(["embedded", MODELS]);
        }
        let is_plain = arg.get_action().takes_values() && arg.get_possible_values().is_empty();
        match is_plain && arg.get_value_hint() == ValueHint::Unknown {
            true => arg.value_hint(ValueHint::Other),
            false => arg,
        }
    });
    command.mut_subcommands(with_hints)
}

/// `script` with the question for models in the shell's own words.
fn with_models(shell: Shell, script: &str) -> String {
    match shell {
        Shell::Bash => script.replace(MODELS, &format!("$({LIST})")),
        Shell::Fish => {
            let values = format!("embedded\\t''\n{MODELS}\\t''");
            script.replace(
                &values,
                &format!("(echo embedded; {LIST}; __fish_complete_directories)"),
            )
        }
        Shell::Zsh => {
            let function = format!(
                "_stellig_models() {{\n    _alternative \"models:model:(embedded $({LIST}))\" 'folders:folder:_files -/'\n}}\n"
            );
            let script = script.replace(&format!("(embedded {MODELS})"), "_stellig_models");
            script.replacen("\n_stellig() {", &format!("\n{function}\n_stellig() {{"), 1)
        }
        _ => script.to_owned(),
    }
}
