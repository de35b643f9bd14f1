//! The report on corpus files.

use std::io::{self, Write};

use super::table::Table;
use super::{SCORE_HEAD, calibration, figure, range, score_cells, score_table, thresholds};
use crate::eval::confusion::Confusion;
use crate::eval::{ClassReport, CorpusReport, LabelReport, LanguageRow, SpanReport};
use crate::terminal::{counted, sanitize};

/// Writes labels, spans, calibration, thresholds and languages.
pub fn corpus(out: &mut dyn Write, report: &CorpusReport) -> io::Result<()> {
    let files = match report.files.as_slice() {
        [only] => sanitize(only),
        many => format!("{} files", many.len()),
    };
    writeln!(
        out,
        "{files}: {}, {}\n",
        counted(report.documents, "document"),
        counted(report.sentences, "sentence")
    )?;
    match &report.labels {
        Some(report) => labels(out, report)?,
        None => writeln!(out, "The model has no claim head: sentence labels are not scored.\n")?,
    }
    match &report.spans {
        Some(report) => spans(out, report)?,
        None => writeln!(out, "No tag in these files: spans and entities are not scored.\n")?,
    }
    if !report.calibration.is_empty() {
        calibration(
            out,
            report.calibration.iter().map(|score| (score.of, &score.calibration)),
        )?;
    }
    if !report.thresholds.is_empty() {
        let tables: Vec<_> = report
            .thresholds
            .iter()
            .map(|table| (table.of, table.rows.as_slice()))
            .collect();
        thresholds(out, &tables)?;
    }
    if report.languages.len() > 1 {
        languages(out, &report.languages)
    } else {
        Ok(())
    }
}

fn labels(out: &mut dyn Write, report: &LabelReport) -> io::Result<()> {
    let each = [
        ("certainty", &report.certainty),
        ("polarity", &report.polarity),
        ("holder", &report.holder),
        ("factuality", &report.factuality),
    ];
    writeln!(
        out,
        "Sentence labels (95% intervals from 1000 resamples of {})",
        report.resampled
    )?;
    let mut table = Table::new(["label", "sentences", "accuracy", "95%", "macro-F1", "95%"]);
    for (name, label) in each {
        let cells = [
            label.sentences.to_string(),
            figure(label.accuracy),
            range(&label.accuracy_interval),
            figure(label.macro_f1),
            range(&label.macro_f1_interval),
        ];
        table.row(name, cells);
    }
    table.write(out)?;
    writeln!(
        out,
        "Claim (the sentence makes a checkable claim); F1 95%: {}",
        range(&report.claim_f1_interval)
    )?;
    score_table("label", [("claim", &report.claim)]).write(out)?;
    for (name, label) in each {
        let on = if name == "factuality" {
            "all sentences"
        } else {
            "gold claims; `none` is an error"
        };
        writeln!(out, "{} (on {on})", capital(name))?;
        classes(out, label)?;
    }
    Ok(())
}

fn classes(out: &mut dyn Write, report: &ClassReport) -> io::Result<()> {
    let mut table = Table::new(["class"].into_iter().chain(SCORE_HEAD).chain([""]));
    let mut rare = false;
    for row in &report.classes {
        let mut cells = score_cells(&row.score);
        // `none` is an answer but no class of the gold claims: it stands in the confusion matrix only.
        if !row.averaged && row.class == "none" {
            continue;
        }
        if !row.averaged {
            cells.push("*".to_owned());
            rare = true;
        }
        table.row(&row.class, cells);
    }
    table.write(out)?;
    if rare {
        writeln!(out, "* rare: not in the macro average\n")?;
    }
    confusion(out, &report.confusion, "gold \\ predicted")
}

pub(super) fn confusion(out: &mut dyn Write, matrix: &Confusion, corner: &str) -> io::Result<()> {
    let mut table = Table::new(std::iter::once(corner.to_owned()).chain(matrix.classes.iter().cloned()));
    for (class, row) in matrix
        .classes
        .iter()
        .zip(&matrix.counts)
        .filter(|(_, row)| row.iter().any(|&n| n > 0))
    {
        table.row(class, row.iter().map(usize::to_string));
    }
    table.write(out)
}

fn spans(out: &mut dyn Write, report: &SpanReport) -> io::Result<()> {
    let kinds = [
        ("source", &report.source),
        ("cue", &report.cue),
        ("hedge", &report.hedge),
    ];
    if kinds.iter().all(|(_, score)| score.is_none()) && report.entities_micro.is_none() {
        return writeln!(out, "The model marks no words: spans and entities are not scored.\n");
    }
    writeln!(
        out,
        "Spans (on {} of files with tags)",
        counted(report.sentences, "sentence")
    )?;
    let exact = kinds.map(|(name, score)| (format!("{name}, exact"), score.as_ref().map(|score| &score.exact)));
    let overlap = kinds.map(|(name, score)| (format!("{name}, overlap"), score.as_ref().map(|score| &score.overlap)));
    let mut table = Table::new(["span"].into_iter().chain(SCORE_HEAD));
    for (name, score) in exact.iter().chain(&overlap) {
        let unmarked = || vec!["-".to_owned(); SCORE_HEAD.len()];
        table.row(name, score.map_or_else(unmarked, score_cells));
    }
    table.write(out)?;
    if kinds.iter().any(|(_, score)| score.is_none()) {
        writeln!(out, "-: the model does not mark them, so they are not scored\n")?;
    }
    entities(out, report)?;
    if report.without_gold.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "Note: {} predicted but never gold here; if the files do not mark it, its figures say nothing\n",
        sanitize(&report.without_gold.join(", "))
    )
}

fn entities(out: &mut dyn Write, report: &SpanReport) -> io::Result<()> {
    let (Some(micro), Some(mean)) = (&report.entities_micro, &report.entities_macro) else {
        return writeln!(out, "The model marks no entities: they are not scored.\n");
    };
    writeln!(out, "Entities (strict: exact characters and type)")?;
    let types = report.entities.iter().map(|(name, score)| (name.as_str(), score));
    let mut table = score_table("type", types.chain([("micro", micro)]));
    table.row("macro", [figure(mean.precision), figure(mean.recall), figure(mean.f1)]);
    table.write(out)
}

fn languages(out: &mut dyn Write, rows: &[LanguageRow]) -> io::Result<()> {
    writeln!(out, "By language")?;
    let heads = [
        "language",
        "documents",
        "sentences",
        "claim F1",
        "factuality",
        "macro-F1",
        "holder macro-F1",
    ];
    let mut table = Table::new(
        heads
            .into_iter()
            .chain(["entity F1", "source F1", "cue F1", "hedge F1"]),
    );
    for row in rows {
        let label = |value: fn(&LabelReport) -> f64| super::share(row.labels.as_ref().map(value));
        let span = |value: fn(&SpanReport) -> Option<f64>| super::share(row.spans.as_ref().and_then(value));
        let cells = [
            row.documents.to_string(),
            row.sentences.to_string(),
            label(|labels| labels.claim.f1),
            label(|labels| labels.factuality.accuracy),
            label(|labels| labels.factuality.macro_f1),
            label(|labels| labels.holder.macro_f1),
            span(|spans| Some(spans.entities_micro?.f1)),
            span(|spans| Some(spans.source.as_ref()?.exact.f1)),
            span(|spans| Some(spans.cue.as_ref()?.exact.f1)),
            span(|spans| Some(spans.hedge.as_ref()?.exact.f1)),
        ];
        table.row(&row.language, cells);
    }
    table.write(out)
}

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
