//! The program, for every test that starts it: whatever the environment of whoever tests says, it says nothing here.

#![allow(dead_code)] // no test needs all of it

use std::env;
use std::ffi::OsStr;
use std::io::Write;
use std::process::{Command, Stdio};

/// What begins the names of variables that stellig reads, or the programs that read its completions.
const READ: [&str; 5] = ["STELLIG_", "HF_", "HUGGINGFACE_", "HUGGING_FACE_", "XDG_"];
/// More of them.
const READ_TOO: [&str; 7] = [
    "TRANSFORMERS_OFFLINE",
    "NO_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLORTERM",
    "COLUMNS",
    "TERM",
];

/// The program with nothing on standard input, no files of settings and none of the environment's own. A test that wants
/// a setting sets it.
pub fn program() -> Command {
    undisturbed(env!("CARGO_BIN_EXE_stellig"))
}

/// Any program in the same environment, such as a shell that starts stellig.
pub fn undisturbed(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if READ.iter().any(|start| text.starts_with(start)) || READ_TOO.contains(&text.as_ref()) {
            command.env_remove(&name);
        }
    }
    command.env("STELLIG_NO_CONFIG", "1").stdin(Stdio::null());
    command
}

/// Says that something was not tested, where it is seen: what a test prints by the macros is kept from whoever runs it.
pub fn skipped(why: &str) {
    // A message that nobody reads is no fault.
    let _ = std::io::stderr().write_all(format!("SKIPPED: {why}\n").as_bytes());
}
