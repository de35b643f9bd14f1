//! The report on two runs.

use std::io::{self, Write};

use super::corpus::confusion;
use super::table::Table;
use super::{figure, share};
use crate::eval::compare::Comparison;
use crate::terminal::{counted, sanitize};

/// Writes agreement, confusion and the changed labels that the comparison lists.
pub fn comparison(out: &mut dyn Write, report: &Comparison) -> io::Result<()> {
    writeln!(
        out,
        "A: {}\nB: {}\n",
        sanitize(&report.a.file),
        sanitize(&report.b.file)
    )?;
    let mut table = Table::new(["", "A", "B"]);
    for (name, a, b) in [
        ("records", report.a.records, report.b.records),
        ("error lines, skipped", report.a.failures, report.b.failures),
        (
            "records without a partner",
            report.a.unmatched_records,
            report.b.unmatched_records,
        ),
        ("sentences in matched records", report.a.sentences, report.b.sentences),
        (
            "sentences without a partner",
            report.a.unmatched_sentences,
            report.b.unmatched_sentences,
        ),
    ] {
        table.row(name, [a.to_string(), b.to_string()]);
    }
    table.write(out)?;
    writeln!(
        out,
        "{} and {} matched; {} with another text, skipped.\n",
        counted(report.matched_records, "record"),
        counted(report.matched_sentences, "sentence"),
        counted(report.different_texts, "record")
    )?;
    let each = [
        ("claim", &report.claim),
        ("factuality", &report.factuality),
        ("holder", &report.holder),
    ];
    writeln!(out, "Agreement on sentence labels")?;
    let mut table = Table::new(["label", "sentences", "agreement", "kappa"]);
    for (name, label) in each {
        table.row(
            name,
            [label.sentences.to_string(), share(label.agreement), share(label.kappa)],
        );
    }
    table.write(out)?;
    for (name, label) in each {
        writeln!(out, "Labels of {name}")?;
        confusion(out, &label.confusion, "A \\ B")?;
    }
    writeln!(out, "Agreement on spans (exact; F1 is the same either way round)")?;
    let mut table = Table::new(["span", "F1", "in both", "in A", "in B"]);
    for (name, score) in &report.spans {
        let cells = [
            figure(score.f1),
            score.correct.to_string(),
            score.gold.to_string(),
            score.predicted.to_string(),
        ];
        table.row(name, cells);
    }
    table.write(out)?;
    writeln!(
        out,
        "{} with another label; the first {}:",
        counted(report.changed, "sentence"),
        report.changes.len()
    )?;
    for change in &report.changes {
        writeln!(
            out,
            "  {} [{}] {} -> {}  {}",
            sanitize(&change.id),
            change.sentence,
            change.a,
            change.b,
            sanitize(change.text.as_deref().unwrap_or(""))
        )?;
    }
    Ok(())
}
