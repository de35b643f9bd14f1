//! `stellig models`: models of the Hugging Face Hub, what is cached of them, and whether it is still whole.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::loader::hub::{Cache, CachedRepo, CheckedFile, Hub, RepoId, Settings, Snapshot, State, readable};
use crate::terminal::sanitize;

use super::download::DownloadBar;
use super::exit;

/// Models of the Hugging Face Hub: list, fetch, verify
///
/// The cache is that of Python's huggingface_hub, and so are the variables: HF_HOME and HF_HUB_CACHE say where it is,
/// HF_TOKEN who asks, HF_ENDPOINT whom, and HF_HUB_OFFLINE=1 forbids to ask.
#[derive(Debug, Clone, Args)]
pub struct ModelsArgs {
    #[command(subcommand)]
    command: ModelsCommand,
}

#[derive(Debug, Clone, Subcommand)]
enum ModelsCommand {
    /// List the models in the cache
    List(JsonArg),
    /// Download a model, or bring it up to date
    Fetch(RepoArgs),
    /// Check that the files of a cached model are unharmed; exit code 1 if one is not
    Verify(RepoArgs),
}

#[derive(Debug, Clone, Args)]
struct RepoArgs {
    /// Model on the Hub: owner/name, or owner/name@revision for a branch, tag or commit
    #[arg(value_name = "MODEL")]
    model: RepoId,

    #[command(flatten)]
    output: JsonArg,
}

#[derive(Debug, Clone, Args)]
struct JsonArg {
    /// Print one JSON object instead of a table
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// If the model cannot be had, or standard output cannot be written.
pub fn run(args: &ModelsArgs) -> Result<ExitCode> {
    let settings = Settings::from_env()?;
    let (text, code) = match &args.command {
        ModelsCommand::List(output) => (list(&Cache::new(settings.cache), output.json), exit::GOOD),
        ModelsCommand::Fetch(args) => (fetch(&Hub::new(&settings)?, args)?, exit::GOOD),
        ModelsCommand::Verify(args) => verify(&Cache::new(settings.cache), args)?,
    };
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(code),
    }
}

fn list(cache: &Cache, as_json: bool) -> String {
    let models = cache.list();
    let folder = cache.folder().display().to_string();
    if as_json {
        return format!("{:#}\n", json!({ "cache": folder, "models": models }));
    }
    if models.is_empty() {
        return format!("no models in {folder}; fetch one with `stellig models fetch OWNER/NAME`\n");
    }
    let mut rows = vec![["MODEL", "REVISION", "COMMIT", "FILES", "SIZE", "STATE"].map(str::to_owned)];
    rows.extend(models.iter().flat_map(rows_of));
    let count = match models.len() {
        1 => "1 model".to_owned(),
        count => format!("{count} models"),
    };
    format!("{}{count} in {folder}\n", table(&rows, &[3, 4]))
}

fn rows_of(model: &CachedRepo) -> Vec<[String; 6]> {
    let row = |revision: &crate::loader::hub::CachedRevision| {
        [
            model.repo.clone(),
            match revision.refs.as_slice() {
                [] => "-".to_owned(),
                refs => sanitize(&refs.join(", ")),
            },
            revision.commit[..12].to_owned(),
            revision.files.len().to_string(),
            readable(revision.size()),
            match &revision.missing {
                None => "complete".to_owned(),
                Some(file) => sanitize(&format!("without {file}")),
            },
        ]
    };
    model.revisions.iter().map(row).collect()
}

fn fetch(hub: &Hub, args: &RepoArgs) -> Result<String> {
    let Snapshot { folder, commit } = hub.refresh(&args.model, &mut DownloadBar::new())?;
    let revisions = hub.cache().revisions(&args.model);
    let revision = revisions.into_iter().find(|revision| revision.commit == commit);
    let (files, size) = revision.map_or((Vec::new(), 0), |revision| (revision.files.clone(), revision.size()));
    let model = &args.model;
    if args.output.json {
        let object = json!({
            "repo": model.repo(), "revision": model.revision(), "commit": commit, "folder": folder, "files": files,
        });
        return Ok(format!("{object:#}\n"));
    }
    let mut rows: Vec<[String; 2]> = Vec::new();
    for file in &files {
        rows.push([sanitize(&file.name), readable(file.size.unwrap_or(0))]);
    }
    rows.push(["in all".to_owned(), readable(size)]);
    let table = table(&rows, &[1]);
    Ok(format!(
        "{}@{}, commit {commit}\n{table}{}\n",
        model.repo(),
        model.revision(),
        folder.display()
    ))
}

fn verify(cache: &Cache, args: &RepoArgs) -> Result<(String, ExitCode)> {
    let files = cache.verify(&args.model)?;
    let faults: Vec<&CheckedFile> = files.iter().filter(|file| file.state.is_fault()).collect();
    let code = if faults.is_empty() {
        exit::GOOD
    } else {
        exit::COULD_NOT_RUN
    };
    for file in &faults {
        eprintln!("stellig: {}", sanitize(&advice(&args.model, file)));
    }
    if args.output.json {
        let object = json!({ "repo": args.model.repo(), "good": faults.is_empty(), "files": files });
        return Ok((format!("{object:#}\n"), code));
    }
    let mut rows = vec![["STATE", "COMMIT", "FILE"].map(str::to_owned)];
    rows.extend(files.iter().map(|file| {
        [
            word(file.state).to_owned(),
            file.commit[..12].to_owned(),
            sanitize(&file.name),
        ]
    }));
    Ok((table(&rows, &[]), code))
}

fn word(state: State) -> &'static str {
    match state {
        State::Good => "good",
        State::Bad => "BAD",
        State::Missing => "MISSING",
        State::Unreadable => "UNREADABLE",
        State::Unverifiable => "unverifiable",
    }
}

/// What is wrong with a file, and what to do.
fn advice(model: &RepoId, file: &CheckedFile) -> String {
    let (name, blob) = (&file.name, file.blob.display());
    let again = format!("`stellig models fetch {}@{}`", model.repo(), file.commit);
    match file.state {
        State::Missing => format!("{name}: its content is not there; fetch it with {again}"),
        State::Unreadable => format!("{name}: {blob} cannot be read; change its mode, or remove it and run {again}"),
        _ => format!("{name}: its content is not what was downloaded; remove {blob}, then run {again}"),
    }
}

/// Rows in columns that are as wide as need be, those in `right` aligned to the right.
fn table<const COLUMNS: usize>(rows: &[[String; COLUMNS]], right: &[usize]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..COLUMNS).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            if right.contains(&column) {
                line.push_str(&format!("{cell:>width$}  "));
            } else {
                line.push_str(&format!("{cell:<width$}  "));
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_are_aligned() {
        let rows = [
            ["NAME", "SIZE", "STATE"],
            ["a", "1", "good"],
            ["longer", "12345", "BAD"],
        ];
        let rows = rows.map(|row| row.map(str::to_owned));
        let expected = "NAME     SIZE  STATE\na           1  good\nlonger  12345  BAD\n";
        assert_eq!(table(&rows, &[1]), expected);
    }
}
