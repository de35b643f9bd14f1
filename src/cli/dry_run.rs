//! `stellig label --dry-run`: what would be read, how much it is, what would fail, and about how long it would take,
//! measured on the first articles.

mod sample;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;

use crate::article::{self, Failure, ReadOptions, Survey};
use crate::loader::Embedded;

use super::label::LabelArgs;
use super::say::say;
use super::{exit, notices};
use crate::terminal::{counted, grouped};

use sample::Sample;

/// So many failures are shown.
const SHOWN: usize = 20;

/// Prints the plan to standard output.
pub(super) fn run(
    args: &LabelArgs,
    inputs: &[PathBuf],
    options: &ReadOptions,
    embedded: Option<Embedded>,
) -> Result<ExitCode> {
    let survey = article::survey(inputs, options)?;
    let mut out = io::stdout().lock();
    table(&survey, &mut out)?;
    // Standard input has been read, and there is no second time.
    let is_piped = inputs.iter().any(|input| input.as_os_str() == "-");
    let sample = match is_piped {
        true => None,
        false => Some(Sample::read(inputs, options)?),
    };
    let failures = failures(&survey, sample.as_ref());
    if failures > 0 {
        let more = if sample.as_ref().is_some_and(|sample| sample.is_all) {
            ""
        } else {
            "at least "
        };
        writeln!(out, "would fail: {more}{}", grouped(failures))?;
    }
    // What was read decides where all of it was: a file may hold no article although it counts as one.
    let nothing = match &sample {
        Some(sample) => sample.is_all && sample.articles.is_empty(),
        None => survey.articles() == 0,
    };
    if nothing && failures == 0 {
        say(notices::NO_ARTICLES);
    }
    if let Some(sample) = sample {
        let of = if sample.is_all {
            ""
        } else {
            "among the first articles, "
        };
        let said = sample
            .fields
            .missing()
            .into_iter()
            .chain(notices::unread(&sample.fields));
        said.for_each(|message| say(format!("{of}{message}")));
        if !sample.articles.is_empty() {
            estimate(args, &survey, sample, embedded, &mut out)?;
        }
    }
    Ok(if nothing || failures > 0 {
        exit::some_failed()
    } else {
        exit::GOOD
    })
}

fn table(survey: &Survey, out: &mut impl Write) -> io::Result<()> {
    for (format, count) in &survey.formats {
        writeln!(
            out,
            "{:<8} {:>16} {:>21} {:>10} of text",
            format.as_str(),
            counted(count.files, "file"),
            counted(count.articles, "article"),
            megabytes(count.text_bytes)
        )?;
    }
    writeln!(
        out,
        "in all   {:>38} {:>10} of text",
        counted(survey.articles(), "article"),
        megabytes(survey.text_bytes())
    )?;
    for (said, files) in [
        ("passed over, with other endings", survey.skipped_endings),
        ("passed over, as labels that stellig wrote", survey.own),
        ("left out by --include and --exclude", survey.excluded),
    ] {
        if files > 0 {
            writeln!(out, "{said}: {}", counted(files, "file"))?;
        }
    }
    Ok(())
}

/// Shows what fails, found by counting or by reading the first articles, and gives how many that is.
fn failures(survey: &Survey, sample: Option<&Sample>) -> u64 {
    // Both come in the order of the input, and there are as many examples as failures that a sample may have.
    let is_known = |failure: &Failure| {
        let same = |known: &Failure| known.id == failure.id || known.message == failure.message;
        let mut examples = survey.examples.iter();
        examples.any(|known| known.path == failure.path && same(known))
    };
    let found = sample.map_or(&[][..], |sample| sample.failures.as_slice());
    let found: Vec<&Failure> = found.iter().filter(|failure| !is_known(failure)).collect();
    let failures = survey.failures + found.len() as u64;
    let shown = survey.examples.iter().chain(found).take(SHOWN);
    let mut left = failures;
    for failure in shown {
        left -= 1;
        let place = failure.path.as_deref().unwrap_or(&failure.id);
        say(format!("{place}: {}", failure.message));
    }
    if left > 0 {
        say(format!("and {} more", grouped(left)));
    }
    failures
}

fn estimate(
    args: &LabelArgs,
    survey: &Survey,
    sample: Sample,
    embedded: Option<Embedded>,
    out: &mut impl Write,
) -> Result<()> {
    let engine = args.model.engine(embedded)?;
    let mut settings = args.settings();
    // An article is labelled by one thread.
    settings.threads =
        usize::try_from(survey.articles()).map_or(settings.threads, |most| settings.threads.min(most.max(1)));
    let (rate, threads) = sample.speed(&engine, &settings)?;
    if rate > 0.0 {
        let time = Duration::from_secs_f64(survey.text_bytes() as f64 / rate);
        writeln!(
            out,
            "estimate: {} on {}, at {} of text a second",
            spoken(time),
            counted(threads, "thread"),
            megabytes(rate as u64)
        )?;
    }
    Ok(())
}

fn megabytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 => "under a second".to_owned(),
        1..120 => format!("about {seconds} s"),
        120..7200 => format!("about {} min", seconds / 60),
        _ => format!("about {:.1} h", time.as_secs_f64() / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_readable() {
        assert_eq!(
            [12, 3_400, 5_600_000, 7_800_000_000].map(megabytes),
            ["12 B", "3.4 kB", "5.6 MB", "7.8 GB"]
        );
        assert_eq!(spoken(Duration::from_millis(300)), "under a second");
        assert_eq!(spoken(Duration::from_secs(90)), "about 90 s");
        assert_eq!(spoken(Duration::from_secs(600)), "about 10 min");
        assert_eq!(spoken(Duration::from_secs(9000)), "about 2.5 h");
    }
}
