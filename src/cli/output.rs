//! Where labels go and in which format: the options that `label` and `convert` share.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use same_file::Handle;

use crate::article::holds_articles;
use crate::output::{
    Details, Format, Part, Place, Rows, Several, Target, Writer, is_descriptor, open, partial, real, targets,
};

use super::exit;
use super::say::say;

/// Options of the output
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write to PATH, which appears when it is complete; its ending says the format (may be repeated, also with a folder);
    /// standard output if not given, or if it is -
    #[arg(short, long, value_name = "PATH")]
    output: Vec<PathBuf>,

    /// Format, or several for one folder: where the ending of PATH does not tell [default: jsonl]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FORMAT")]
    format: Vec<Format>,

    /// What a row is, in every csv and tsv of the run
    #[arg(long, value_enum, default_value_t = Rows::Entities, value_name = "WHAT")]
    rows: Rows,

    /// Whether what a row is was said in this call.
    #[arg(skip)]
    pub(super) says_rows: bool,

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

/// Whether `path` is one of the articles in the folders among `inputs`.
pub(super) fn is_article_within(path: &Path, inputs: &[PathBuf]) -> bool {
    let folders: Vec<PathBuf> = inputs.iter().filter_map(|input| fs::canonicalize(input).ok()).collect();
    let is_inside = fs::canonicalize(path)
        .is_ok_and(|path| folders.iter().any(|folder| path != *folder && path.starts_with(folder)));
    is_inside && holds_articles(path)
}

/// Whether `input` is `output`, or what an interrupted run left of it, which would be gone before it is read. Only files and
/// folders are looked at: to open a pipe is to wait for whoever is at its other end. `-` is no file, even beside one.
pub(super) fn is_written(input: &Path, output: &Path) -> bool {
    if [input, output].contains(&Path::new("-")) {
        return false;
    }
    let stands = |path: &Path| path.is_file() || path.is_dir();
    let same = |output: &Path| stands(output) && same_file::is_same_file(input, output).unwrap_or(false);
    stands(input) && (same(output) || same(&partial(&real(output))))
}

/// What the options ask for.
pub struct Outputs {
    targets: Vec<Target>,
    details: Details,
    /// Whether a format was named.
    has_format: bool,
}

/// Outputs that are being written.
pub struct Opened {
    writer: Box<Several>,
    /// Files and folders that appear when they are complete, or stay as they are.
    places: Vec<PathBuf>,
    /// Folders that were made for them.
    made: Vec<PathBuf>,
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
        let targets = targets(&self.output, formats)?;
        let has_rows = targets
            .iter()
            .any(|target| matches!(target.format, Format::Csv | Format::Tsv));
        if self.says_rows && !has_rows {
            bail!(
                "--rows says what a row of csv or tsv is, and neither is written; name a .csv with -o, or say --format csv"
            );
        }
        Ok(Outputs {
            targets,
            details: Details {
                rows: self.rows,
                title: None,
            },
            has_format: !formats.is_empty(),
        })
    }
}

impl Outputs {
    /// A report with this title at `path`, or in the folder `path`.
    ///
    /// # Errors
    /// Where the path says that it is something else.
    pub fn report(path: &Path, title: Option<String>) -> Result<Self> {
        let is_json = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        let is_other = is_json || Format::of(path).is_some_and(|told| told != Format::Report);
        if is_other && !path.is_dir() {
            bail!(
                "{} is no page by its name; name a .html, or use `stellig convert` for other formats",
                path.display()
            );
        }
        Ok(Self {
            targets: targets(&[path.to_owned()], &[Format::Report])?,
            details: Details {
                rows: Rows::default(),
                title,
            },
            has_format: true,
        })
    }

    /// Files and folders that are written, also under their temporary names: none of them is input.
    pub fn paths(&self) -> Vec<PathBuf> {
        let named = self.targets.iter().filter_map(|target| target.place.path());
        named.flat_map(|path| [path.to_owned(), partial(&real(path))]).collect()
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

    /// Whether standard output is written and a shell has it end in `path`: what is read of it would never end.
    pub fn is_redirected_into(&self, path: &Path) -> bool {
        let standard = || Some(Handle::stdout().ok()? == Handle::from_path(path).ok()?);
        self.to_standard_output() && path.is_file() && standard() == Some(true)
    }

    /// Refuses to read what is written, whether by its name or by a shell's `>>`.
    ///
    /// # Errors
    /// Where one of `inputs` is.
    pub fn refuse_as_input(&self, inputs: &[PathBuf]) -> Result<()> {
        let mut inputs = inputs.iter();
        match inputs.find(|input| self.is_output(input) || self.is_redirected_into(input)) {
            Some(input) => Err(input_is_output(input)),
            None => Ok(()),
        }
    }

    /// A file that would be written over and that is one of the articles in the folders among `inputs`: the walk passes over
    /// what is written, and nobody named it to be read.
    pub fn article_in_the_way(&self, inputs: &[PathBuf]) -> Option<&Path> {
        let mut paths = self.targets.iter().filter_map(|target| target.place.path());
        paths.find(|path| is_article_within(path, inputs))
    }

    /// The files and folders in words.
    pub fn names(&self) -> String {
        let paths = self.targets.iter().filter_map(|target| target.place.path());
        let names: Vec<String> = paths.map(|path| path.display().to_string()).collect();
        names.join(", ")
    }

    /// Opens all of them, or none. Says what an interrupted run had left and, unless `quiet`, where the ending of a file
    /// told no format.
    ///
    /// # Errors
    /// If one cannot be written.
    pub fn open(&self, is_terminal: bool, quiet: bool) -> Result<Opened> {
        let folders = self.targets.iter().filter_map(|target| target.within.as_ref());
        let mut opened = Opened {
            writer: Box::new(Several(Vec::new())),
            places: Vec::new(),
            made: folders.filter(|folder| !folder.exists()).cloned().collect(),
        };
        for target in &self.targets {
            match self.part(target, is_terminal) {
                Ok(part) => opened.writer.0.push(part),
                Err(error) => {
                    // They hold no label yet; what is wrong is told.
                    let _ = opened.discard();
                    return Err(error);
                }
            }
            if let Some(path) = target.place.path() {
                // A device, a pipe or a descriptor is written as it is.
                if !is_descriptor(path) && (path.is_file() || path.is_dir() || !path.exists()) {
                    opened.places.push(path.to_owned());
                }
                let tells = self.has_format || path.extension().is_none() || Format::of(path).is_some();
                if !quiet && !tells {
                    say(format!(
                        "{}: no format has this ending, so JSON Lines is written; --format names another",
                        path.display()
                    ));
                }
            }
        }
        Ok(opened)
    }

    fn part(&self, target: &Target, is_terminal: bool) -> Result<Part> {
        if target.format.is_binary() && target.place == Place::StandardOutput && is_terminal {
            bail!(
                "{} is no text and no good on a terminal; name a file with -o",
                target.format.name()
            );
        }
        let writer = open(target, &self.details, &mut |message| say(message));
        Ok(match target.place.path() {
            Some(path) => Part {
                writer: writer.with_context(|| format!("cannot write {}", path.display()))?,
                name: path.display().to_string(),
            },
            None => Part {
                writer: writer?,
                name: "standard output".to_owned(),
            },
        })
    }
}

impl Opened {
    /// Where lines go.
    pub fn writer(&mut self) -> &mut dyn Writer {
        &mut *self.writer
    }

    /// Completes the outputs of a run whose labels were `done`, such as "labelled". None where all went well.
    ///
    /// # Errors
    /// If one of them cannot be completed.
    pub fn finish(self, done: &str) -> Result<Option<ExitCode>> {
        let is_only = self.is_only();
        match self.writer.finish() {
            Ok(()) => Ok(None),
            Err(error) if is_only && is_left(&error) => Ok(Some(exit::GOOD)),
            Err(error) => {
                tell_partial(&self.places, &format!("what was {done}"));
                Err(error).context("the output cannot be completed")
            }
        }
    }

    /// Ends a run whose output could not be written: whoever reads one stream may have seen enough. Of several outputs
    /// nobody can say that, so the others stay under their temporary names.
    ///
    /// # Errors
    /// The error, unless that is no fault.
    pub fn fail(self, error: io::Error, done: &str) -> Result<ExitCode> {
        if self.is_only() && is_left(&error) {
            return Ok(exit::GOOD);
        }
        // What cannot be written can hardly be ended.
        let _ = self.writer.interrupt();
        tell_partial(&self.places, &format!("what was {done} until then"));
        Err(error).context("the output cannot be written")
    }

    /// Ends a run that was interrupted. What was written so far is whole; it stays under its temporary name, so that
    /// nobody takes it for all. Nothing stays where there `is_none`.
    ///
    /// # Errors
    /// If the outputs cannot be ended.
    pub fn interrupt(self, done: &str, is_none: bool) -> Result<ExitCode> {
        if is_none {
            self.discard().context("the output cannot be removed")?;
        } else {
            self.writer.interrupt().context("the output cannot be completed")?;
            tell_partial(&self.places, &format!("what was {done}"));
        }
        Ok(exit::interrupted())
    }

    /// Ends a run without labels, for the reason `why`: what stands under the name of an output is worth more than that.
    ///
    /// # Errors
    /// If the outputs cannot be removed again.
    pub fn nothing(self, why: &str) -> Result<ExitCode> {
        let (places, is_only) = (self.places.clone(), self.is_only());
        match self.discard() {
            Err(error) if is_only && is_left(&error) => {}
            done => done.context("the output cannot be removed")?,
        }
        if places.is_empty() {
            say(why);
        }
        for place in places {
            let what = if place.exists() {
                "is as it was"
            } else {
                "was not written"
            };
            say(format!("{why}, so {} {what}", place.display()));
        }
        Ok(exit::some_failed())
    }

    /// Leaves nothing of them.
    ///
    /// # Errors
    /// What the system says.
    pub fn discard(self) -> io::Result<()> {
        let done = self.writer.discard();
        for folder in self.made {
            // One that somebody else has put something into stays.
            let _ = fs::remove_dir(folder);
        }
        done
    }

    fn is_only(&self) -> bool {
        self.writer.0.len() == 1
    }
}

fn is_left(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

/// Says where `what` is, as far as it is under temporary names.
fn tell_partial(places: &[PathBuf], what: &str) {
    let partial = places.iter().map(|path| partial(&real(path)));
    for path in partial.filter(|path| path.exists()) {
        say(format!("{what} is in {}", path.display()));
    }
}
