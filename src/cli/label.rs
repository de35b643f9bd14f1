//! `stellig label`: articles in, records out.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use anyhow::{Result, bail};
use clap::Args;

use crate::article::{self, ReadOptions};
use crate::loader::Embedded;
use crate::pipeline::{self, Counters, Settings};
use crate::record::{Frame, Line};

use super::interrupt::stop_on_interrupt;
use super::language::LanguageChoice;
use super::model::ModelArgs;
use super::output::{OutputArgs, Outputs, input_is_output};
use super::progress::Progress;
use super::reading::ReadingArgs;
use super::{dry_run, exit, notices};

/// Label articles: one JSON record a line, or other formats
///
/// Reads .txt, .md, .json, .jsonl, .csv and .tsv files, each also with .gz or .zst, and folders of them. One bad file
/// never ends a run: its record says what was wrong, and the exit code is 2. A run that labels nothing writes no file,
/// and one that is there stays.
///
/// Exit codes: 0 all good, 1 could not run, 2 some inputs failed or nothing was labelled, 130 interrupted.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct LabelArgs {
    /// Files, and folders without what is hidden in them (.name); - is standard input: JSON Lines, or one text
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) output: OutputArgs,

    #[command(flatten)]
    reading: ReadingArgs,

    /// Language of all articles (ISO 639-1, such as nl), or auto to detect it for each
    #[arg(long, default_value_t, value_name = "CODE", help_heading = "Labels")]
    pub language: LanguageChoice,

    /// Leave out entities, sources and cues with a score below P, from 0 to 1
    #[arg(long, default_value_t = 0.0, value_parser = score, value_name = "P", help_heading = "Labels")]
    pub min_score: f64,

    /// Leave the text of the article out of its record
    #[arg(long, help_heading = "Labels")]
    pub no_text: bool,

    #[command(flatten)]
    pub(super) model: ModelArgs,

    /// Say what would be read, and about how long it would take
    #[arg(long, help_heading = "Run")]
    pub dry_run: bool,

    /// No progress bar and no summary; only what failed, and what a stellig.toml that was found sets
    #[arg(short, long, help_heading = "Run")]
    pub quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  stellig label articles/ -o labels.jsonl
  stellig label articles/ --dry-run
  stellig label articles/ -o labels.parquet -o entities.csv
  cat news.jsonl | stellig label - --text-field body > labels.jsonl
  stellig label articles/ --model Davlan/xlm-roberta-base-ner-hrl --quiet";

fn score(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(score) if (0.0..=1.0).contains(&score) => Ok(score),
        _ => Err("a score lies between 0 and 1".to_owned()),
    }
}

impl LabelArgs {
    fn inputs(&self) -> Result<Vec<PathBuf>> {
        if !self.inputs.is_empty() {
            return Ok(self.inputs.clone());
        }
        if io::stdin().is_terminal() {
            bail!("nothing to read: name files or folders, or - for standard input");
        }
        Ok(vec!["-".into()])
    }

    fn read_options(&self, outputs: &Outputs) -> ReadOptions {
        ReadOptions {
            outputs: outputs.paths(),
            to_standard_output: outputs.to_standard_output(),
            ..self.reading.options()
        }
    }

    pub(super) fn settings(&self) -> Settings {
        Settings {
            threads: self.model.threads(),
            language: self.language.code(),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// If it could not run at all; inputs that fail are no error.
pub fn run(args: LabelArgs, embedded: Option<Embedded>) -> Result<ExitCode> {
    let inputs = args.inputs()?;
    let outputs = args.output.outputs()?;
    if let Some(format) = outputs.needs_text().filter(|_| args.no_text) {
        bail!(
            "--no-text leaves out what {} cannot be written without; leave out one of them",
            format.name()
        );
    }
    let options = args.read_options(&outputs);
    let settings = args.settings();
    if let Some(path) = outputs.article_in_the_way(&inputs) {
        bail!(
            "{} is in a folder that is read and holds no labels of stellig's: it would be written over without having been read; \
             write to another file, or move this one away",
            path.display()
        );
    }
    // A folder may hold what is written, and the walk passes it over; a file that is named is meant to be read.
    let all = inputs.iter().all(|input| outputs.is_output(input));
    if let Some(input) = inputs
        .iter()
        .find(|input| outputs.is_output(input) && (all || input.is_file()) || outputs.is_redirected_into(input))
    {
        return Err(input_is_output(input));
    }
    if args.dry_run {
        return dry_run::run(&args, &inputs, &options, embedded);
    }
    let engine = args.model.engine(embedded)?;
    // Before the input is walked, so that what is written now is known and passed over. And before signals are taken: to open a
    // pipe is to wait for whoever reads it.
    let mut opened = outputs.open(io::stdout().is_terminal(), args.quiet)?;
    let stop = match stop_on_interrupt() {
        Ok(stop) => stop,
        Err(error) => {
            opened.discard()?;
            return Err(error);
        }
    };
    let frame = Frame::of(&engine, !args.no_text, args.min_score);
    let articles = match article::read(&inputs, options) {
        Ok(articles) => articles,
        Err(error) => {
            opened.discard()?;
            return Err(error.into());
        }
    };
    let (skipped, fields) = (articles.skipped(), articles.fields());
    let (counters, mut labelled) = (Counters::default(), 0_u64);
    let mut progress = Progress::new(args.quiet, total_articles(&inputs, &args, &outputs));
    let written = pipeline::run(articles, &engine, &frame, &settings, &counters, &stop, |line| {
        match &line {
            Line::Record(_) => labelled += 1,
            Line::Failure(failure) => {
                let place = failure.path.as_deref().unwrap_or(&failure.id);
                progress.warn(&format!("{place}: {}", failure.error.message));
            }
        }
        opened.writer().write(&line)?;
        progress.update(&counters);
        Ok::<(), io::Error>(())
    });
    if let Err(error) = written {
        drop(progress);
        return match error {
            pipeline::Error::Sink(error) => opened.fail(error, "labelled"),
            error => {
                opened.discard()?;
                Err(error.into())
            }
        };
    }
    if stop.load(Ordering::Relaxed) {
        progress.finish(&counters, "interrupted after");
        return opened.interrupt("labelled", labelled == 0);
    }
    for message in fields.missing() {
        progress.warn(&message);
    }
    if !args.quiet {
        let others = [
            notices::own_labels(&skipped),
            notices::other_endings(&skipped),
            notices::guessed(&fields),
            notices::fewer_threads(&counters, settings.threads),
        ];
        let said = notices::unread(&fields).chain(others.into_iter().flatten());
        said.for_each(|message| progress.warn(&message));
    }
    let failures = counters.failures.load(Ordering::Relaxed);
    if labelled == 0 {
        if failures == 0 {
            // A quiet run has not been told yet, and labels that were passed over are why it found nothing.
            let passed = notices::own_labels(&skipped).filter(|_| args.quiet);
            passed.iter().for_each(|message| progress.warn(message));
            notices::left_out(&skipped)
                .iter()
                .for_each(|message| progress.warn(message));
            progress.warn(notices::NO_ARTICLES);
        }
        drop(progress);
        return opened.nothing("nothing was labelled");
    }
    if let Some(code) = opened.finish("labelled")? {
        return Ok(code);
    }
    progress.finish(&counters, "labelled");
    Ok(if failures > 0 { exit::some_failed() } else { exit::GOOD })
}

/// Articles that will be read, for the bar; not known where counting them would itself take long or read the input.
fn total_articles(inputs: &[PathBuf], args: &LabelArgs, outputs: &Outputs) -> Option<u64> {
    if args.quiet || args.reading.limit().is_some() || !io::stderr().is_terminal() {
        return None;
    }
    let mut options = args.read_options(outputs);
    options.limit = None;
    texts(article::walk(inputs, &options).ok()?)
}

/// How many files there are, where all of them are texts, packed or not: each becomes an article or a failure, and of rows
/// nobody knows how many there are.
fn texts(walk: article::Walk) -> Option<u64> {
    use article::{Format, Origin};
    /// Walking more files than this before the first record would be felt.
    const MOST: u64 = 20_000;
    let mut total = 0;
    for source in walk {
        total += 1;
        let Ok(source) = source else { continue };
        let is_file = matches!(source.origin, Origin::File(_));
        let is_text = matches!(source.format, Format::Text | Format::Markdown | Format::Other);
        if total > MOST || !is_file || !is_text {
            return None;
        }
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_bar_has_an_end_where_all_is_text() {
        let folder = tempfile::tempdir().unwrap();
        let total = || {
            let inputs = [folder.path().to_owned()];
            texts(article::walk(&inputs, &ReadOptions::default()).unwrap())
        };
        fs::write(folder.path().join("a.txt"), "De brug is dicht.").unwrap();
        fs::write(folder.path().join("b.md"), "# Brug").unwrap();
        // One in another encoding, and one that fails.
        fs::write(folder.path().join("u.txt"), b"\xff\xfeD\0e\0").unwrap();
        fs::write(folder.path().join("empty.txt"), "").unwrap();
        assert_eq!(total(), Some(4));
        fs::write(folder.path().join("c.csv"), "text\nx\n").unwrap();
        assert_eq!(total(), None);
    }
}
