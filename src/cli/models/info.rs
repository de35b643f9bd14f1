//! `stellig models info`.

use anyhow::Result;
use clap::{Args, ValueHint};

use crate::cli::hub::HubArgs;
use crate::cli::model_name::ModelName;
use crate::cli::table::table;
use crate::loader::{DescribedHead, Description, Embedded};
use crate::terminal::{counted, grouped, sanitize};

use super::JsonArg;

#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  stellig models info\n  stellig models info ./my-model --json")]
pub(super) struct InfoArgs {
    /// Folder of a model, a model on the Hub (owner/name, owner/name@revision), or embedded, the one in the program
    #[arg(value_name = "MODEL", default_value = "embedded", value_hint = ValueHint::DirPath)]
    model: ModelName,

    #[command(flatten)]
    output: JsonArg,

    #[command(flatten)]
    hub: HubArgs,
}

pub(super) fn run(args: &InfoArgs, embedded: Option<Embedded>) -> Result<String> {
    let found = args.model.describe(embedded, &args.hub)?;
    if args.output.json {
        return Ok(format!("{}\n", serde_json::to_string_pretty(&found)?));
    }
    Ok(shown(&found))
}

fn shown(found: &Description) -> String {
    let unknown = || "not said".to_owned();
    let mut rows = vec![
        ["model", &format!("{}@{}", found.name, found.revision)].map(str::to_owned),
        ["where".to_owned(), place(found)],
        [
            "encoder".to_owned(),
            format!("{}, {} layers of {}", found.family, found.layers, found.hidden),
        ],
        ["vocabulary".to_owned(), format!("{} pieces", grouped(found.vocabulary))],
        [
            "window".to_owned(),
            format!(
                "{} tokens, sentences read {}",
                found.window,
                if found.context { "together" } else { "one by one" }
            ),
        ],
    ];
    rows.extend(found.heads.iter().map(|head| [head.name.clone(), labels(head)]));
    rows.push([
        "languages".to_owned(),
        Some(found.languages.join(" "))
            .filter(|all| !all.is_empty())
            .unwrap_or_else(unknown),
    ]);
    rows.push(["licence".to_owned(), found.licence.clone().unwrap_or_else(unknown)]);
    if let Some(commit) = &found.commit {
        rows.push(["commit", commit].map(str::to_owned));
    }
    rows.push([
        "weights".to_owned(),
        format!(
            "{} parameters, {:.1} MB, {}",
            grouped(found.parameters),
            found.bytes as f64 / 1e6,
            found.dtypes.join(" and ")
        ),
    ]);
    // Names and labels come from outside; they must not steer the terminal.
    let rows: Vec<[String; 2]> = rows.into_iter().map(|row| row.map(|cell| sanitize(&cell))).collect();
    table(&rows, &[])
}

/// Where a model is.
fn place(found: &Description) -> String {
    match (&found.folder, found.cached) {
        (Some(folder), Some(_)) => format!("in the cache, {}", folder.display()),
        (Some(folder), None) => folder.display().to_string(),
        (None, None) => "in the program".to_owned(),
        (None, Some(_)) => {
            let sizes: Option<u64> = found.to_fetch.iter().map(|(_, size)| *size).sum();
            let size = sizes.map_or("of a size that it does not say".to_owned(), |bytes| {
                format!("{:.1} MB", bytes as f64 / 1e6)
            });
            format!(
                "on the Hub, not in the cache; {} to fetch, {size}",
                counted(found.to_fetch.len(), "file")
            )
        }
    }
}

/// The types of a head that marks spans, the labels of any other.
fn labels(head: &DescribedHead) -> String {
    if head.types.is_empty() {
        return head.labels.join(" ");
    }
    let shown = |(kind, coarse): &(String, String)| match kind == coarse {
        true => kind.clone(),
        false => format!("{kind} ({coarse})"),
    };
    let types = head.types.iter().map(shown).collect::<Vec<_>>().join(" ");
    match head.scheme {
        Some(scheme) => format!("{types}, {scheme}"),
        None => types,
    }
}
