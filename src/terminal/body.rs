//! The sentences of an article: each claim with its label, the sentence before what is shown without one, and how many
//! are left out in between.

use crate::record::{CodePoints, Entity, Record, Sentence};

use super::flow::Text;
use super::look;
use super::numbers::counted;
use super::screen::{BARE, Screen};
use super::{Style, label, markup};

/// How much of a sentence is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    /// Its words, since the next sentence is shown.
    Context,
    Nothing,
}

/// The sentences of an article.
pub(super) struct Body<'r> {
    pub(super) rows: Vec<Row<'r>>,
}

pub(super) struct Row<'r> {
    pub(super) sentence: &'r Sentence,
    pub(super) words: &'r str,
    pub(super) entities: Vec<&'r Entity>,
}

impl<'r> Body<'r> {
    pub(super) fn of(record: &'r Record) -> Self {
        let text = record.text.as_deref().unwrap_or_default();
        let points = CodePoints::of(text);
        let row = |sentence: &'r Sentence| Row {
            sentence,
            words: points.slice(text, sentence.start, sentence.end),
            entities: Vec::new(),
        };
        let mut rows: Vec<Row> = record.sentences.iter().map(row).collect();
        for entity in &record.entities {
            if let Some(row) = rows.get_mut(entity.sentence) {
                row.entities.push(entity);
            }
        }
        Self { rows }
    }

    /// Whether the sentence after `i` stands in the same paragraph.
    pub(super) fn is_next(&self, i: usize) -> bool {
        let paragraph = |i: usize| self.rows.get(i).map(|row| row.sentence.paragraph);
        paragraph(i) == paragraph(i + 1)
    }

    pub(super) fn write(&self, parts: &[Part], style: &Style, screen: &mut Screen) {
        let mut left_out = 0;
        let mut paragraph = None;
        for (row, part) in self.rows.iter().zip(parts) {
            if *part == Part::Nothing {
                left_out += 1;
                paragraph = paragraph.or(Some(row.sentence.paragraph));
                continue;
            }
            omission(&mut left_out, screen);
            if paragraph.is_some_and(|last| last != row.sentence.paragraph) {
                screen.blank_line();
            }
            paragraph = Some(row.sentence.paragraph);
            match part {
                Part::Whole => row.write(style, screen),
                _ => row.write_context(screen),
            }
        }
        omission(&mut left_out, screen);
    }
}

/// Tells of sentences that are not shown.
fn omission(left_out: &mut usize, screen: &mut Screen) {
    if *left_out > 0 {
        let mut text = Text::default();
        text.push(&counted(*left_out, "sentence"), look::FAINT);
        screen.hanging(("…", look::FAINT), BARE, &text);
    }
    *left_out = 0;
}

impl Row<'_> {
    fn write(&self, style: &Style, screen: &mut Screen) {
        let marked = markup::mark(self.words, self.sentence, &self.entities, style);
        let Some(label) = label::label(self.sentence) else {
            return screen.hanging(BARE, BARE, &marked);
        };
        let degree = label::degree(self.sentence);
        let corner = match (label::is_denied(self.sentence), screen.is_wide()) {
            (true, _) => ("✗", look::DENIED),
            (false, true) => ("╶", degree.look),
            (false, false) => ("╰", degree.look),
        };
        screen.labelled((degree.sign, degree.look), ("│", degree.look), &marked, corner, &label);
    }

    fn write_context(&self, screen: &mut Screen) {
        let mut text = Text::default();
        text.push(self.words, look::FAINT);
        screen.hanging(("·", look::FAINT), BARE, &text);
    }
}
