//! The report on a token file.

use std::io::{self, Write};

use super::table::Table;
use super::{SCORE_HEAD, calibration, figure, range, score_cells, thresholds};
use crate::eval::TokenReport;
use crate::label::coarse;
use crate::terminal::{counted, sanitize};

/// Writes entity scores, calibration and thresholds.
pub fn tokens(out: &mut dyn Write, report: &TokenReport) -> io::Result<()> {
    writeln!(
        out,
        "{}: {}, {}",
        sanitize(&report.file),
        counted(report.sentences, "sentence"),
        counted(report.tokens, "token")
    )?;
    writeln!(out)?;
    writeln!(out, "Entities (strict: exact tokens and type)")?;
    let mut table = Table::new(["type"].into_iter().chain(SCORE_HEAD));
    for (name, score) in &report.types {
        table.row(name, score_cells(score));
    }
    table.row("micro", score_cells(&report.micro));
    let mean = &report.macro_average;
    table.row("macro", [figure(mean.precision), figure(mean.recall), figure(mean.f1)]);
    table.write(out)?;
    writeln!(
        out,
        "Micro F1, 95% interval (1000 resamples of {}): {}",
        report.resampled,
        range(&report.micro_f1_interval)
    )?;
    if !report.types_without_gold.is_empty() {
        let note = format!(
            "Note: {} predicted but never gold here{}",
            report.types_without_gold.join(", "),
            hint(report)
        );
        writeln!(out, "{}", sanitize(&note))?;
    }
    for (name, other) in &report.types_without_model {
        let what = other
            .as_ref()
            .map_or_else(|| "leave it out of --types".to_owned(), |other| may_be(name, other));
        let note = format!("Note: the model has no type {name}; {what}");
        writeln!(out, "{}", sanitize(&note))?;
    }
    writeln!(out)?;
    if let Some(score) = &report.calibration {
        calibration(out, [("entity", score)])?;
    }
    thresholds(out, &[("entity", &report.thresholds)])
}

/// What to do about a type that the model calls otherwise.
fn may_be(gold: &str, model: &str) -> String {
    format!("{gold} of the gold may be {model}, and is to be called so there")
}

/// What to do about types that are never gold: call them as the model does, or leave them out.
fn hint(report: &TokenReport) -> String {
    let is_other = |other: &String| report.types_without_gold.contains(other);
    if report.types_without_model.values().flatten().any(is_other) {
        // It is said of the type that the gold has.
        return String::new();
    }
    let gold = || report.types.iter().filter(|(_, score)| score.gold > 0);
    let renamed = gold().find(|(name, score)| {
        let label = coarse(name);
        score.predicted == 0 && report.types_without_gold.iter().any(|predicted| predicted == label)
    });
    if let Some((name, _)) = renamed {
        return format!("; {}", may_be(name, coarse(name)));
    }
    let kept: Vec<&str> = gold().map(|(name, _)| name.as_str()).collect();
    match kept.join(",").as_str() {
        "" => String::new(),
        kept => format!("; if the set does not mark it, use --types {kept}"),
    }
}
