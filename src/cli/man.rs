//! `stellig man`: pages for man, one for each command, from the same definition as the help.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, ValueHint};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::exit;
use super::print::print;

/// Print the page for man, or write one for each command
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct ManArgs {
    /// Folder for the pages of all commands, made if it is not there [default: the main page on standard output]
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    to: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  stellig man | man -l -
  stellig man --to ~/.local/share/man/man1";

/// Runs the command.
///
/// # Errors
/// If a page cannot be written.
pub fn run(args: &ManArgs) -> Result<ExitCode> {
    let pages = pages()?;
    let Some(folder) = &args.to else {
        let main = pages.iter().find(|(name, _)| name == "stellig.1");
        let page = main.map(|(_, page)| page.as_slice()).unwrap_or_default();
        return print(page, exit::GOOD);
    };
    let cannot = || format!("cannot write into {}", folder.display());
    fs::create_dir_all(folder).with_context(cannot)?;
    for (name, page) in pages {
        fs::write(folder.join(name), page).with_context(cannot)?;
    }
    Ok(exit::GOOD)
}

/// Names and contents of all pages.
fn pages() -> io::Result<Vec<(String, Vec<u8>)>> {
    fn of(command: &clap::Command, pages: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
        pages.push(page(command)?);
        command.get_subcommands().try_for_each(|inner| of(inner, pages))
    }
    let mut command = super::shown().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    of(&command, &mut pages)?;
    Ok(pages)
}

fn page(command: &clap::Command) -> io::Result<(String, Vec<u8>)> {
    let man = Man::new(command.clone())
        .source(concat!("stellig ", env!("CARGO_PKG_VERSION")))
        .manual("stellig");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    examples(command).to_writer(&mut page)?;
    Ok((man.get_filename(), mended(&String::from_utf8_lossy(&page)).into_bytes()))
}

/// What clap_mangen writes, so that mandoc has nothing against it: a date that is not given stands as an empty one, the
/// definition of the apostrophe stands once, and an empty line is a request.
fn mended(page: &str) -> String {
    const APOSTROPHE: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";
    let body = page.replace(APOSTROPHE, "").replace("\n.br\n\n.br\n", "\n.sp\n");
    let (title, rest) = body.split_once('\n').unwrap_or((&body, ""));
    format!("{APOSTROPHE}{}\n{rest}", title.replacen(" 1  ", " 1 \"\" ", 1))
}

/// The examples line by line, which clap_mangen would run together, and the page above this one.
fn examples(command: &clap::Command) -> Roff {
    let mut roff = Roff::new();
    if let Some(text) = command.get_after_help() {
        roff.control("SH", ["EXAMPLES"]);
        roff.control("EX", []);
        for line in text.to_string().lines().filter(|line| line.starts_with(' ')) {
            roff.text([roman(line.trim())]);
        }
        roff.control("EE", []);
    }
    if command.get_name() != "stellig" {
        roff.control("SH", ["SEE ALSO"]);
        roff.text([roman("stellig(1)")]);
    }
    roff
}
