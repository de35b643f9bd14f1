//! One labelled article as text for a terminal: what is certain, what is not, and who says so. Pure functions from a
//! record to a string; nothing that an article or a model says reaches the terminal as a control sequence.

mod flow;
mod label;
mod legend;
mod look;
mod markup;
mod sanitize;
mod screen;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use crate::record::{Entity, FailureRecord, Record, Sentence};

use flow::Text;
use look::Look;
use screen::Screen;

pub use sanitize::sanitize;

/// The narrowest screen that is written for; a smaller width counts as this one.
pub const NARROWEST: usize = 20;

/// How to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Columns of the screen.
    pub width: usize,
    /// Whether to colour by ANSI sequences; without, entities stand in brackets with their type.
    pub colour: bool,
}

/// A labelled article: a header, every sentence in order, each claim with its label below it, a legend and a summary.
pub fn render(record: &Record, style: &Style) -> String {
    let mut screen = Screen::new(style);
    header(record, &mut screen);
    match &record.text {
        Some(text) => body(record, text, style, &mut screen),
        None => screen.flow(&Text::plain(
            "This record carries no text; label the article without --no-text.",
        )),
    }
    screen.blank_line();
    legend::write(record, style, &mut screen);
    screen.finish()
}

/// An article that could not be labelled: where it stands and what to do.
pub fn render_failure(failure: &FailureRecord, style: &Style) -> String {
    let mut screen = Screen::new(style);
    let mut text = Text::default();
    text.push("not labelled:", look::DENIED);
    text.blank(Look::default());
    text.push(failure.path.as_ref().unwrap_or(&failure.id), look::STRONG);
    text.push(": ", Look::default());
    text.push(&failure.error.message, Look::default());
    screen.flow(&text);
    screen.finish()
}

fn header(record: &Record, screen: &mut Screen) {
    let mut text = Text::default();
    text.push(&record.id, look::STRONG);
    for part in [&record.date, &record.language].into_iter().flatten() {
        text.push(" · ", look::FAINT);
        text.push(part, Look::default());
    }
    screen.flow(&text);
    if !record.language_supported {
        screen.flow(&Text::plain(
            "The model was not trained on this language; expect more mistakes.",
        ));
    }
    screen.blank_line();
}

fn body(record: &Record, text: &str, style: &Style, screen: &mut Screen) {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let byte = |point: usize| starts.get(point).copied().unwrap_or(text.len());
    let mut entities: Vec<Vec<&Entity>> = vec![Vec::new(); record.sentences.len()];
    for entity in &record.entities {
        if let Some(own) = entities.get_mut(entity.sentence) {
            own.push(entity);
        }
    }
    let mut paragraph = None;
    for (sentence, entities) in record.sentences.iter().zip(&entities) {
        if paragraph.is_some_and(|last| last != sentence.paragraph) {
            screen.blank_line();
        }
        paragraph = Some(sentence.paragraph);
        let words = text.get(byte(sentence.start)..byte(sentence.end)).unwrap_or_default();
        let marked = markup::mark(words, sentence, entities, style);
        match label::label(sentence) {
            Some(label) => {
                let degree = label::degree(sentence);
                screen.hanging((degree.sign, degree.look), ("│", degree.look), &marked);
                let corner = if label::is_denied(sentence) {
                    ("✗", look::DENIED)
                } else {
                    ("╰", degree.look)
                };
                screen.hanging(corner, (" ", Look::default()), &label);
            }
            None => screen.hanging((" ", Look::default()), (" ", Look::default()), &marked),
        }
    }
}

/// Whether the sentence makes a claim; a model that does not tell claims apart, but judges certainty, sees one in each.
fn is_claim(sentence: &Sentence) -> bool {
    sentence
        .claim
        .as_ref()
        .map_or(sentence.certainty.is_some(), |claim| claim.label)
}
