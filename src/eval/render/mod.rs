//! Reports as aligned plain text for people. The same reports serialise to JSON for programs; nothing is computed
//! here.

mod boundary;
mod compare;
mod corpus;
mod pairs;
mod table;
mod tokens;

use std::io::{self, Write};

pub use boundary::boundaries;
pub use compare::comparison;
pub use corpus::corpus;
pub use pairs::pairs;
pub use tokens::tokens;

use super::Score;
use super::bootstrap::Interval;
use super::calibration::{Calibration, ThresholdRow};
use table::Table;

fn figure(value: f64) -> String {
    format!("{value:.4}")
}

fn range(interval: &Interval) -> String {
    format!("{:.4}-{:.4}", interval.low, interval.high)
}

fn share(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), figure)
}

const SCORE_HEAD: [&str; 6] = ["precision", "recall", "F1", "right", "predicted", "gold"];

fn score_cells(score: &Score) -> Vec<String> {
    vec![
        figure(score.precision),
        figure(score.recall),
        figure(score.f1),
        score.correct.to_string(),
        score.predicted.to_string(),
        score.gold.to_string(),
    ]
}

fn score_table<'s>(name: &str, rows: impl IntoIterator<Item = (&'s str, &'s Score)>) -> Table {
    let mut table = Table::new([name].into_iter().chain(SCORE_HEAD));
    for (name, score) in rows {
        table.row(name, score_cells(score));
    }
    table
}

/// One line per score, then the bins of each.
fn calibration<'c>(
    out: &mut dyn Write,
    scores: impl IntoIterator<Item = (&'c str, &'c Calibration)> + Clone,
) -> io::Result<()> {
    writeln!(out, "Calibration (10 bins of equal mass)")?;
    let mut table = Table::new(["score of", "ECE", "by chance", "95%", "mean score", "right", "items"]);
    for (name, score) in scores.clone() {
        let cells = [
            figure(score.ece),
            figure(score.by_chance.mean),
            figure(score.by_chance.high),
            figure(score.score),
            figure(score.accuracy),
            score.items.to_string(),
        ];
        table.row(name, cells);
    }
    table.write(out)?;
    writeln!(
        out,
        "by chance: what these scores would show if they were true and items independent, mean and 95th percentile\n"
    )?;
    writeln!(out, "Reliability (mean score > share right, per bin)")?;
    let mut table = Table::new(
        ["score of"]
            .into_iter()
            .chain(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]),
    );
    for (name, score) in scores {
        table.row(
            name,
            score
                .bins
                .iter()
                .map(|bin| format!("{:.3}>{:.3}", bin.score, bin.accuracy)),
        );
    }
    table.write(out)
}

/// Precision and recall of several kinds of prediction side by side.
fn thresholds(out: &mut dyn Write, tables: &[(&str, &[ThresholdRow])]) -> io::Result<()> {
    writeln!(
        out,
        "By score threshold (only predictions with this score or more are kept)"
    )?;
    let heads = tables.iter().flat_map(|(name, _)| {
        [
            format!("{name} kept"),
            "precision".to_owned(),
            "recall".to_owned(),
            "F1".to_owned(),
        ]
    });
    let mut table = Table::new(std::iter::once("score >=".to_owned()).chain(heads));
    let number = tables.iter().map(|(_, rows)| rows.len()).min().unwrap_or(0);
    for index in 0..number {
        let rows: Vec<&ThresholdRow> = tables.iter().map(|(_, rows)| &rows[index]).collect();
        let cells = rows.iter().flat_map(|row| {
            [
                row.kept.to_string(),
                share(row.precision),
                figure(row.recall),
                figure(row.f1),
            ]
        });
        let threshold = rows.first().map_or(0.0, |row| row.threshold);
        table.row(&format!("{threshold:.2}"), cells);
    }
    table.write(out)
}
