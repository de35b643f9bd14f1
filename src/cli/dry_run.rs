//! `stellig label --dry-run`: what would be read, how much it is, and about how long it would take, measured on the
//! first articles.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::article::{self, Article, ReadOptions};
use crate::loader::Embedded;
use crate::pipeline::{self, Counters};

use super::exit;
use super::label::LabelArgs;
use super::model::frame;
use super::progress::grouped;

/// Articles and seconds that the speed is measured on.
const SAMPLE: usize = 200;
const SECONDS: u64 = 3;

/// Prints the plan to standard output.
pub(super) fn run(
    args: &LabelArgs,
    inputs: &[PathBuf],
    options: &ReadOptions,
    embedded: Option<Embedded>,
) -> Result<ExitCode> {
    let survey = article::survey(inputs, options)?;
    let mut out = io::stdout().lock();
    for (format, count) in &survey.formats {
        writeln!(
            out,
            "{:<8} {:>10} files {:>12} articles {:>10} of text",
            format.as_str(),
            grouped(count.files),
            grouped(count.articles),
            megabytes(count.text_bytes)
        )?;
    }
    writeln!(
        out,
        "in all   {:>29} articles {:>10} of text",
        grouped(survey.articles()),
        megabytes(survey.text_bytes())
    )?;
    if survey.skipped_endings > 0 {
        writeln!(
            out,
            "passed over: {} files with other endings",
            grouped(survey.skipped_endings)
        )?;
    }
    if survey.excluded > 0 {
        writeln!(
            out,
            "left out by --include and --exclude: {} files",
            grouped(survey.excluded)
        )?;
    }
    for failure in &survey.examples {
        eprintln!(
            "stellig: {}: {}",
            failure.path.as_deref().unwrap_or(&failure.id),
            failure.message
        );
    }
    if survey.articles() > 0 && !inputs.iter().any(|input| input.as_os_str() == "-") {
        let (rate, threads) = bytes_per_second(args, inputs, options, embedded)?;
        if rate > 0.0 {
            let time = Duration::from_secs_f64(survey.text_bytes() as f64 / rate);
            writeln!(
                out,
                "estimate: {} on {threads} threads, at {} of text a second",
                spoken(time),
                megabytes(rate as u64)
            )?;
        }
    }
    Ok(if survey.failures > 0 {
        exit::some_failed()
    } else {
        exit::GOOD
    })
}

/// Labels the first articles for a few seconds.
fn bytes_per_second(
    args: &LabelArgs,
    inputs: &[PathBuf],
    options: &ReadOptions,
    embedded: Option<Embedded>,
) -> Result<(f64, usize)> {
    let options = ReadOptions {
        limit: Some(options.limit.unwrap_or(SAMPLE).min(SAMPLE)),
        ..options.clone()
    };
    let sample: Vec<Article> = article::read(inputs, options)?.filter_map(Result::ok).collect();
    let engine = args.model.engine(embedded)?;
    let settings = args.settings();
    let (counters, stop) = (Counters::default(), AtomicBool::new(false));
    let started = Instant::now();
    // A few articles say little: they are labelled again until the time is up.
    let is_empty = sample.is_empty();
    let articles = sample
        .into_iter()
        .cycle()
        .take_while(move |_| started.elapsed().as_secs() < SECONDS)
        .map(Ok);
    let frame = frame(&engine, false, 0.0);
    if !is_empty {
        pipeline::run(articles, &engine, &frame, &settings, &counters, &stop, |_| {
            Ok::<(), io::Error>(())
        })?;
    }
    Ok((
        counters.bytes.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64(),
        settings.threads,
    ))
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
