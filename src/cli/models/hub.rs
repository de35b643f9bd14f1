//! What is cached of the Hugging Face Hub: `stellig models list`, `fetch` and `verify`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Args;
use serde_json::json;

use crate::cli::download::DownloadBar;
use crate::cli::exit;
use crate::cli::hub::HubArgs;
use crate::cli::model_name::{EMBEDDED, cached};
use crate::cli::say::say;
use crate::cli::table::table;
use crate::loader::hub::{
    Cache, CachedRepo, CachedRevision, CheckedFile, Error, Hub, RepoId, Snapshot, State, readable,
};
use crate::nearest::{did_you_mean, nearest};
use crate::terminal::sanitize;

use super::JsonArg;

#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  stellig models list\n  stellig models list --json")]
pub(super) struct ListArgs {
    #[command(flatten)]
    output: JsonArg,

    /// Print the names alone, one a line
    #[arg(long, help_heading = "Output", conflicts_with = "json")]
    names: bool,

    #[command(flatten)]
    hub: HubArgs,
}

#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  stellig models fetch Davlan/xlm-roberta-base-ner-hrl\n  stellig models verify Davlan/xlm-roberta-base-ner-hrl@main"
)]
pub(super) struct RepoArgs {
    /// Model on the Hub: owner/name, or owner/name@revision for a branch, tag or commit
    #[arg(value_name = "MODEL")]
    model: RepoId,

    #[command(flatten)]
    output: JsonArg,

    #[command(flatten)]
    hub: HubArgs,
}

impl RepoArgs {
    /// The error, with the model that may have been meant: the one in the program, a folder, or another one in the cache.
    fn explained(&self, error: Error) -> anyhow::Error {
        let name = self.model.repo();
        let here = match Path::new(name).is_dir() {
            true => Some("there is a folder of that name"),
            false if name == EMBEDDED => Some("the model in the program is called so"),
            false => None,
        };
        if let Some(here) = here {
            return anyhow!(
                "{error}; {here}, which `stellig models info {name}` describes: fetch and verify are for the Hub's"
            );
        }
        let cached = cached(&self.hub);
        let near = nearest(self.model.repo(), cached.iter().map(String::as_str));
        match near.filter(|near| *near != self.model.repo()) {
            Some(near) => anyhow!("{error}{}", did_you_mean(Some(near))),
            None => error.into(),
        }
    }
}

/// The models in the cache.
pub(super) fn list(args: &ListArgs) -> String {
    let cache = Cache::new(args.hub.settings().cache);
    if args.names {
        return cache.list().iter().map(|model| format!("{}\n", model.repo)).collect();
    }
    listed(&cache, args.output.json)
}

fn listed(cache: &Cache, as_json: bool) -> String {
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
    let row = |revision: &CachedRevision| {
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

/// Downloads a model, or brings it up to date.
pub(super) fn fetch(args: &RepoArgs) -> Result<String> {
    let hub = Hub::new(&args.hub.settings());
    let fetched = hub.refresh(&args.model, &mut DownloadBar::new());
    let Snapshot { folder, commit } = fetched.map_err(|error| args.explained(error))?;
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

/// Checks the files of a cached model.
pub(super) fn verify(args: &RepoArgs) -> Result<(String, ExitCode)> {
    let cache = Cache::new(args.hub.settings().cache);
    let files = cache.verify(&args.model).map_err(|error| args.explained(error))?;
    let faults: Vec<&CheckedFile> = files.iter().filter(|file| file.state.is_fault()).collect();
    let code = if faults.is_empty() {
        exit::GOOD
    } else {
        exit::COULD_NOT_RUN
    };
    for file in &faults {
        say(advice(&args.model, file));
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
