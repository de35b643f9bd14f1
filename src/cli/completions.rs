//! `stellig completions`: what a shell needs to complete commands, options, values and paths.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use clap_complete::{Shell, generate};

use super::exit;

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

/// Runs the command.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(args: &CompletionsArgs) -> Result<ExitCode> {
    let mut script = Vec::new();
    generate(args.shell, &mut super::shown(), "stellig", &mut script);
    match io::stdout().lock().write_all(&script) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(exit::GOOD),
    }
}
