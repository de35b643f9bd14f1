//! `stellig show`: articles in the terminal, labelled here or long ago. Chooses width and colour; what it looks like is
//! decided in [`crate::terminal`].

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use clap::Args;

use crate::article::{self, ReadOptions};
use crate::convert::{self, Texts};
use crate::inference::Engine;
use crate::loader::Embedded;
use crate::output;
use crate::pipeline::{self, Counters, Settings};
use crate::record::{Frame, Line};
use crate::terminal::{Choice, NARROWEST, Only, Page};

use super::language::LanguageChoice;
use super::model::ModelArgs;
use super::reading::ReadingArgs;
use super::say::say;
use super::surroundings::{ColourChoice, Surroundings};
use super::{exit, notices};

/// Show articles in the terminal: what is certain, and who says so
///
/// Each claim has a sign before it (the fuller, the more certain) and its label below or beside it: how certain, with
/// the probability that this label is right; NOT where the claim is said not to hold; who answers for it; and the words
/// that give it away. Sentences without a claim have none.
///
/// Labels that `label` wrote are shown as they are, and no model runs. --limit counts them as it counts articles, and --text-field,
/// --title-field and --id-field find texts that --no-text left out; the other options of the input are of articles that are
/// labelled here, and without effect on labels that are there.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct ShowArgs {
    /// Articles in any file or folder that `label` reads, or labels that it wrote as JSON Lines; - is standard input:
    /// JSON Lines of either, or one text
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// Show claims of these kinds alone: of several degrees, or several holders, any will do; a degree and a holder have
    /// to be met both
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        value_name = "KINDS",
        help_heading = "Choice"
    )]
    pub only: Vec<Only>,

    /// Show sentences alone that name this entity: a part of the name is enough, without case and accents (may be
    /// repeated: any of them)
    #[arg(long, value_name = "NAME", value_parser = name, help_heading = "Choice")]
    pub entity: Vec<String>,

    /// When to colour; with 16, 256 or all colours, as TERM and COLORTERM say
    #[arg(long, value_enum, default_value_t = ColourChoice::Auto, value_name = "WHEN", help_heading = "Display")]
    pub color: ColourChoice,

    /// Columns to fill; from 139 on labels stand beside their sentences [default: COLUMNS, else the terminal's, else 80]
    #[arg(long, value_name = "N", value_parser = at_least_narrowest, help_heading = "Display")]
    pub width: Option<usize>,

    /// Language of the articles (ISO 639-1, such as nl), or auto to detect it for each
    #[arg(long, default_value_t, value_name = "CODE", help_heading = "Labels")]
    pub language: LanguageChoice,

    #[command(flatten)]
    reading: ReadingArgs,

    #[command(flatten)]
    pub(super) model: ModelArgs,
}

const EXAMPLES: &str = "\
Examples:
  stellig show article.txt
  stellig show labels.jsonl                        # labels that are there
  stellig show labels.jsonl --only uncertain --entity osman
  stellig show articles/ --only possible,hearsay   # possible, and by hearsay
  stellig show news.csv --text-field body --limit 3
  stellig show article.txt --color always | less -R";

fn at_least_narrowest(argument: &str) -> Result<usize, String> {
    match argument.parse() {
        Ok(width) if width >= NARROWEST => Ok(width),
        _ => Err(format!("give a whole number of columns, {NARROWEST} or more")),
    }
}

fn name(argument: &str) -> Result<String, String> {
    if argument.chars().any(char::is_alphanumeric) {
        Ok(argument.to_owned())
    } else {
        Err("give a name, or a part of one".to_owned())
    }
}

/// Runs the command.
///
/// # Errors
/// If it could not run at all; articles and labels that fail are no error.
pub fn run(args: &ShowArgs, embedded: Option<Embedded>) -> Result<ExitCode> {
    let style = Surroundings::found().style(args.color, args.width);
    let mut shown = Shown {
        page: Page::new(style, Choice::new(&args.only, &args.entity)),
        out: io::stdout(),
        is_seen: io::stdout().is_terminal(),
        failed: false,
        lines: 0,
        left: args.reading.limit(),
        is_enough: Arc::default(),
    };
    let done = all(args, embedded, &mut shown).and_then(|()| Ok(shown.end()?));
    match done {
        // Whoever reads has seen enough.
        Err(error) if is_broken_pipe(&error) => Ok(exit::GOOD),
        Err(error) => Err(error),
        Ok(true) => Ok(exit::some_failed()),
        Ok(false) => Ok(exit::GOOD),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let mut io = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    io.any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn all<W: Write + Send>(args: &ShowArgs, embedded: Option<Embedded>, shown: &mut Shown<W>) -> Result<()> {
    // Loaded for the first file that is not labelled yet.
    let mut engine = None;
    for file in &args.files {
        if shown.left == Some(0) {
            break;
        }
        if convert::holds_labels(file) {
            labels(args, file, shown)?;
            continue;
        }
        let loaded = match engine.take() {
            Some(loaded) => loaded,
            None => args.model.engine(embedded)?,
        };
        articles(args, file, &loaded, shown)?;
        engine = Some(loaded);
    }
    if shown.lines == 0 && !shown.failed {
        say(notices::NO_ARTICLES);
        shown.failed = true;
    }
    Ok(())
}

/// Shows labels that are there.
fn labels<W: Write + Send>(args: &ShowArgs, file: &Path, shown: &mut Shown<W>) -> Result<()> {
    let stop = Arc::clone(&shown.is_enough);
    let inputs = [file.to_owned()];
    let texts = Texts::new(args.reading.fields.options());
    let counts = convert::run(&inputs, Some(texts), &stop, shown, |message| {
        say(message);
    })?;
    shown.failed |= counts.bad > 0;
    Ok(())
}

/// Labels articles and shows them.
fn articles<W: Write + Send>(args: &ShowArgs, file: &Path, engine: &Engine, shown: &mut Shown<W>) -> Result<()> {
    let settings = Settings {
        threads: args.model.threads(),
        language: args.language.code(),
    };
    let options = ReadOptions {
        limit: shown.left,
        ..args.reading.options()
    };
    let articles = article::read(&[file.to_owned()], options)?;
    let (skipped, fields) = (articles.skipped(), articles.fields());
    let (frame, counters, stop) = (
        Frame::of(engine, true, 0.0),
        Counters::default(),
        AtomicBool::new(false),
    );
    pipeline::run(articles, engine, &frame, &settings, &counters, &stop, |line| {
        output::Writer::write(shown, &line)
    })?;
    let said = fields.missing().into_iter().chain(notices::own_labels(&skipped));
    said.for_each(say);
    Ok(())
}

/// A page on its way out.
struct Shown<W> {
    page: Page,
    out: W,
    /// Whether the page goes to a terminal, and with it what it says of failures.
    is_seen: bool,
    failed: bool,
    /// Articles and failures that were met.
    lines: usize,
    /// Articles that may still be shown; all of them, where there is none. Failures are not counted.
    left: Option<usize>,
    /// Set when as many were shown as were asked for, so that no more labels are read.
    is_enough: Arc<AtomicBool>,
}

impl<W: Write + Send> Shown<W> {
    /// Writes the end of the page; true if something failed.
    fn end(mut self) -> io::Result<bool> {
        self.out.write_all(self.page.end().as_bytes())?;
        self.out.flush()?;
        Ok(self.failed)
    }
}

impl<W: Write + Send> output::Writer for Shown<W> {
    fn write(&mut self, line: &Line) -> io::Result<()> {
        self.lines += 1;
        match line {
            Line::Failure(failure) => {
                self.failed = true;
                if !self.is_seen {
                    let place = failure.path.as_deref().unwrap_or(&failure.id);
                    say(format!("{place}: {}", failure.error.message));
                }
            }
            Line::Record(_) => self.left = self.left.map(|left| left.saturating_sub(1)),
        }
        self.is_enough.store(self.left == Some(0), Ordering::Relaxed);
        self.out.write_all(self.page.line(line).as_bytes())?;
        // A reader sees an article as soon as it is labelled.
        self.out.flush()
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.end().map(drop)
    }

    fn interrupt(self: Box<Self>) -> io::Result<()> {
        Ok(())
    }
}
