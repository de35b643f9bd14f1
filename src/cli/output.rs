//! Where labels go and in which format: the options that `label` and `convert` share.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;

use crate::output::{Format, Place, Rows, Several, Target, Writer, open, partial, targets};

/// Options of the output
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write to PATH, which appears when it is complete; its ending says the format (may be repeated, also with a folder);
    /// standard output if not given
    #[arg(short, long, value_name = "PATH")]
    output: Vec<PathBuf>,

    /// Format, or several for one folder: where the ending of PATH does not tell [default: jsonl]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FORMAT")]
    format: Vec<Format>,

    /// What a row of csv and tsv is
    #[arg(long, value_enum, default_value_t = Rows::Entities, value_name = "WHAT")]
    rows: Rows,

    /// Whether the format is a standing choice and not one of this call: the ending of a path then comes before it.
    #[arg(skip)]
    pub(super) is_standing: bool,
}

/// What is said of an input that would be written over.
pub(super) fn input_is_output(input: &Path) -> anyhow::Error {
    anyhow!(
        "{} is both the input and the output; write to another file",
        input.display()
    )
}

/// Whether `input` is `output`, or what an interrupted run left of it, which would be gone before it is read. Only files and
/// folders are looked at: to open a pipe is to wait for whoever is at its other end.
pub(super) fn is_written(input: &Path, output: &Path) -> bool {
    let stands = |path: &Path| path.is_file() || path.is_dir();
    let same = |output: &Path| stands(output) && same_file::is_same_file(input, output).unwrap_or(false);
    stands(input) && (same(output) || same(&partial(output)))
}

/// What the options ask for.
pub struct Outputs {
    targets: Vec<Target>,
    rows: Rows,
}

impl OutputArgs {
    /// Makes sense of the options.
    ///
    /// # Errors
    /// Where they contradict each other.
    pub fn outputs(&self) -> Result<Outputs> {
        let tells = |path: &PathBuf| !path.is_dir() && Format::of(path).is_some();
        let formats = match self.output.as_slice() {
            [path] if self.is_standing && tells(path) => &[],
            _ => self.format.as_slice(),
        };
        Ok(Outputs {
            targets: targets(&self.output, formats)?,
            rows: self.rows,
        })
    }
}

impl Outputs {
    /// Files and folders that are written, with the temporary names of folders: none of them is input.
    pub fn paths(&self) -> Vec<PathBuf> {
        let named = |target: &Target| match &target.place {
            Place::StandardOutput => vec![],
            Place::File(path) => vec![path.clone()],
            Place::Folder(path) => vec![path.clone(), partial(path)],
        };
        self.targets.iter().flat_map(named).collect()
    }

    /// Whether anything goes to standard output.
    pub fn to_standard_output(&self) -> bool {
        self.targets.iter().any(|target| target.place == Place::StandardOutput)
    }

    /// A format that cannot be written without the text, if there is one.
    pub fn needs_text(&self) -> Option<Format> {
        self.targets
            .iter()
            .map(|target| target.format)
            .find(|format| format.needs_text())
    }

    /// Whether `path` is one of the files that are written, under its name or the temporary one.
    pub fn is_output(&self, path: &Path) -> bool {
        let mut places = self.targets.iter().filter_map(|target| target.place.path());
        places.any(|output| is_written(path, output))
    }

    /// Opens all of them.
    ///
    /// # Errors
    /// If one cannot be written.
    pub fn open(&self, is_terminal: bool) -> Result<Box<dyn Writer>> {
        let mut writers = Vec::new();
        for target in &self.targets {
            if target.format.is_binary() && target.place == Place::StandardOutput && is_terminal {
                bail!(
                    "{} is no text and no good on a terminal; name a file with -o",
                    target.format.name()
                );
            }
            let writer = open(target, self.rows);
            writers.push(match target.place.path() {
                Some(path) => writer.with_context(|| format!("cannot write {}", path.display()))?,
                None => writer?,
            });
        }
        Ok(match writers.len() {
            1 => writers.remove(0),
            _ => Box::new(Several(writers)),
        })
    }

    /// The temporary names, for a run that was interrupted.
    pub fn partial(&self) -> Vec<PathBuf> {
        self.targets
            .iter()
            .filter_map(|target| target.place.path())
            .map(|path| match path.is_symlink() {
                true => partial(&path.canonicalize().unwrap_or_else(|_| path.to_owned())),
                false => partial(path),
            })
            .collect()
    }
}
