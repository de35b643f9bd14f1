//! The report on minimal pairs.

use std::io::{self, Write};

use super::figure;
use super::table::Table;
use crate::eval::{PairReport, PairScore};
use crate::terminal::{counted, sanitize};

/// Writes how many pairs are right by topic and language, and every pair that is not.
pub fn pairs(out: &mut dyn Write, report: &PairReport) -> io::Result<()> {
    writeln!(
        out,
        "Minimal pairs: {}; right if both sentences are\n",
        counted(report.all.pairs, "pair")
    )?;
    for (name, rows) in [("topic", &report.topics), ("language", &report.languages)] {
        let mut table = Table::new([name, "pairs", "factuality right", "share", "whole label right", "share"]);
        for row in rows {
            table.row(&row.name, cells(row.score));
        }
        table.row("all", cells(report.all));
        table.write(out)?;
    }
    if !report.failures.is_empty() {
        writeln!(out, "Not right (label of the file > label of the model)\n")?;
    }
    for failure in &report.failures {
        writeln!(out, "{}", sanitize(&failure.id))?;
        for sentence in &failure.sentences {
            let mark = if sentence.gold == sentence.predicted { " " } else { "*" };
            writeln!(
                out,
                "  {mark} {} > {}  {}",
                sanitize(&sentence.gold),
                sanitize(&sentence.predicted),
                sanitize(&sentence.text)
            )?;
        }
    }
    Ok(())
}

fn cells(score: PairScore) -> [String; 5] {
    let share = |right: usize| figure(right as f64 / score.pairs.max(1) as f64);
    [
        score.pairs.to_string(),
        score.factuality.to_string(),
        share(score.factuality),
        score.right.to_string(),
        share(score.right),
    ]
}
