//! Exit codes, the same for every command.

use std::process::ExitCode;

/// All good.
pub const GOOD: ExitCode = ExitCode::SUCCESS;
/// The command could not run: wrong arguments, no model, an output that cannot be written.
pub const COULD_NOT_RUN: ExitCode = ExitCode::FAILURE;

/// Some inputs failed, and their failures stand in the output; or there was nothing to label, show or convert.
pub fn some_failed() -> ExitCode {
    ExitCode::from(2)
}

/// Stopped by Ctrl-C (128 + SIGINT).
pub fn interrupted() -> ExitCode {
    ExitCode::from(130)
}
