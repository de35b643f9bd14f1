//! CSV and TSV: one row for each entity or sentence, with what the record says of its sentence.

use std::io::{self, Write};

use clap::ValueEnum;

use crate::record::columns::{ARTICLE, JUDGEMENT};
use crate::record::{CodePoints, CueKind, Record, Sentence};

use super::Layout;
use super::around::around;
use super::cells::Cells;

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Rows {
    /// A row for each entity, with what its sentence says
    #[default]
    Entities,
    /// A row for each sentence, with its sources, cues and entities
    Sentences,
}

const ENTITY: [&str; 8] = [
    "start",
    "end",
    "label",
    "type",
    "text",
    "score",
    "sentence",
    "sentence_text",
];
const SENTENCE: [&str; 6] = ["sentence", "start", "end", "paragraph", "heading", "text"];
const SPANS: [&str; 5] = ["class", "source", "attribution_cues", "certainty_cues", "entities"];

/// What stands between several sources, cues or entities in one cell.
const BETWEEN: &str = " | ";

/// Rows of cells.
pub(super) struct Table {
    rows: Rows,
    cells: Cells,
}

impl Table {
    /// Comma-separated values as RFC 4180 has them.
    pub fn csv(rows: Rows) -> Self {
        let cells = Cells {
            delimiter: ',',
            end: "\r\n",
        };
        Self { rows, cells }
    }

    /// The same with tabs, and lines that end as Unix tools expect.
    pub fn tsv(rows: Rows) -> Self {
        let cells = Cells {
            delimiter: '\t',
            end: "\n",
        };
        Self { rows, cells }
    }
}

fn article(record: &Record) -> Vec<String> {
    let given = |field: &Option<String>| field.clone().unwrap_or_default();
    vec![
        record.id.clone(),
        given(&record.path),
        given(&record.date),
        given(&record.language),
    ]
}

/// A label and its score; two empty cells where there is none.
fn scored(scored: Option<(&str, f64)>) -> [String; 2] {
    scored.map_or_else(Default::default, |(label, score)| [label.to_owned(), score.to_string()])
}

fn judgement(sentence: &Sentence) -> impl Iterator<Item = String> {
    let labels = [
        scored(
            sentence
                .claim
                .as_ref()
                .map(|claim| (if claim.label { "true" } else { "false" }, claim.score)),
        ),
        scored(
            sentence
                .certainty
                .as_ref()
                .map(|certainty| (certainty.label.as_str(), certainty.score)),
        ),
        scored(
            sentence
                .polarity
                .as_ref()
                .map(|polarity| (polarity.label.as_str(), polarity.score)),
        ),
        scored(
            sentence
                .holder
                .as_ref()
                .map(|holder| (holder.label.as_str(), holder.score)),
        ),
    ];
    let factuality = sentence
        .factuality
        .map_or_else(String::new, |factuality| factuality.as_str().to_owned());
    labels.into_iter().flatten().chain([factuality])
}

fn joined<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    texts.collect::<Vec<_>>().join(BETWEEN)
}

impl Layout for Table {
    fn head(&mut self, to: &mut dyn Write) -> io::Result<()> {
        let names: Vec<&str> = match self.rows {
            Rows::Entities => ARTICLE
                .into_iter()
                .chain(ENTITY)
                .chain(JUDGEMENT)
                .chain(["source"])
                .collect(),
            Rows::Sentences => ARTICLE
                .into_iter()
                .chain(SENTENCE)
                .chain(JUDGEMENT)
                .chain(SPANS)
                .collect(),
        };
        self.cells.row(names, to)
    }

    fn record(&mut self, record: &Record, to: &mut dyn Write) -> io::Result<()> {
        let text = record.text.as_deref().unwrap_or_default();
        let points = CodePoints::of(text);
        let words = |sentence: &Sentence| points.slice(text, sentence.start, sentence.end).to_owned();
        let sources = |sentence: &Sentence, start: usize, end: usize| {
            let near = sentence
                .source
                .iter()
                .filter(|source| source.start < end && start < source.end);
            joined(near.map(|source| source.text.as_str()))
        };
        let mut named: Vec<Vec<&str>> = vec![Vec::new(); record.sentences.len()];
        for entity in &record.entities {
            named
                .get_mut(entity.sentence)
                .into_iter()
                .for_each(|names| names.push(&entity.text));
        }
        match self.rows {
            Rows::Entities => record.entities.iter().try_for_each(|entity| {
                let Some(sentence) = record.sentences.get(entity.sentence) else {
                    return Ok(());
                };
                let mut cells = article(record);
                cells.extend([entity.start.to_string(), entity.end.to_string()]);
                cells.extend([entity.label.clone(), entity.kind.clone(), entity.text.clone()]);
                let (start, end) = around(sentence, entity.start, entity.end);
                let mut words = points.slice(text, start, end).to_owned();
                if start > sentence.start {
                    words.insert(0, '…');
                }
                if end < sentence.end {
                    words.push('…');
                }
                cells.extend([entity.score.to_string(), entity.sentence.to_string(), words]);
                cells.extend(judgement(sentence).chain([sources(sentence, start, end)]));
                self.cells.row(cells.iter().map(String::as_str), to)
            }),
            Rows::Sentences => record.sentences.iter().enumerate().try_for_each(|(number, sentence)| {
                let cues = |kind: CueKind| {
                    joined(
                        sentence
                            .cues
                            .iter()
                            .filter(|cue| cue.kind == kind)
                            .map(|cue| cue.text.as_str()),
                    )
                };
                let mut cells = article(record);
                cells.extend([number, sentence.start, sentence.end, sentence.paragraph].map(|n| n.to_string()));
                cells.extend([sentence.heading.to_string(), words(sentence)]);
                cells.extend(judgement(sentence));
                cells.push(
                    sentence
                        .classes
                        .as_ref()
                        .map(|classes| classes.label.clone())
                        .unwrap_or_default(),
                );
                cells.extend([
                    sources(sentence, sentence.start, sentence.end),
                    cues(CueKind::Attribution),
                    cues(CueKind::Certainty),
                ]);
                cells.push(joined(named[number].iter().copied()));
                self.cells.row(cells.iter().map(String::as_str), to)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sample;

    /// Reads with `csv-core`, the reader of another author that also reads our input.
    fn read(bytes: &[u8], delimiter: u8) -> Vec<Vec<String>> {
        let mut reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        let (mut rows, mut rest) = (Vec::new(), bytes);
        loop {
            let (mut out, mut ends) = (vec![0; 10_000], [0; 40]);
            let (result, read, _, fields) = reader.read_record(rest, &mut out, &mut ends);
            rest = &rest[read..];
            match result {
                csv_core::ReadRecordResult::Record => {
                    let mut start = 0;
                    let field = |&end: &usize| {
                        let field = String::from_utf8(out[start..end].to_vec()).unwrap();
                        start = end;
                        field
                    };
                    rows.push(ends[..fields].iter().map(field).collect());
                }
                csv_core::ReadRecordResult::InputEmpty => {}
                _ => return rows,
            }
        }
    }

    fn table(mut table: Table, record: &Record) -> Vec<Vec<String>> {
        let mut bytes = Vec::new();
        table.head(&mut bytes).unwrap();
        table.record(record, &mut bytes).unwrap();
        read(&bytes, table.cells.delimiter as u8)
    }

    fn column<'r>(rows: &'r [Vec<String>], name: &str) -> Vec<&'r str> {
        let at = rows[0].iter().position(|column| column == name).unwrap();
        rows[1..].iter().map(|row| row[at].as_str()).collect()
    }

    #[test]
    fn every_entity_is_a_row() {
        let record = sample::record();
        for rows in [
            table(Table::csv(Rows::Entities), &record),
            table(Table::tsv(Rows::Entities), &record),
        ] {
            let texts: Vec<&str> = record.entities.iter().map(|entity| entity.text.as_str()).collect();
            assert_eq!(column(&rows, "text"), texts);
            assert_eq!(column(&rows, "factuality"), ["CT+", "CT+", "PS+", ""]);
            assert_eq!(column(&rows, "certainty_score"), ["0.87", "0.87", "0.87", ""]);
            assert_eq!(column(&rows, "source"), ["Ann & Co", "Ann & Co", "Bo", ""]);
            assert!(column(&rows, "sentence_text")[3].starts_with("'=1+1"));
            assert!(rows.iter().all(|row| row.len() == rows[0].len()));
        }
    }

    #[test]
    fn every_sentence_is_a_row() {
        let rows = table(Table::csv(Rows::Sentences), &sample::record());
        assert_eq!(column(&rows, "claim"), ["true", "true", "false"]);
        assert_eq!(column(&rows, "attribution_cues"), ["Volgens", "zei", ""]);
        assert_eq!(column(&rows, "certainty_cues"), ["", "zou vlug", ""]);
        assert_eq!(
            column(&rows, "entities")[0],
            "Ann & Co | \u{1F1F3}\u{1F1F1} \"Cafe\u{301}"
        );
    }
}
