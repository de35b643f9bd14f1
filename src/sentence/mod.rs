//! Splits a text into sentences, by rules over Unicode that know Dutch, English, German, French, Spanish and Italian
//! news. Every character that is no white space lies in exactly one sentence, sentences stand in order, none crosses a
//! blank line (but to take in what is not seen), and the time taken grows with the length of the text only. `layout` reads
//! lines and paragraphs, `heading` finds headings, `scan` walks a paragraph, `rules`, `period` and `glued` judge one stop,
//! `lexicon` knows the words.

mod abbreviations;
mod chars;
mod following;
mod glued;
mod heading;
mod layout;
mod lexicon;
mod period;
mod preceding;
mod rules;
mod scan;
mod stop;

use crate::span::Span;
use lexicon::Lexicon;

/// One sentence: trimmed of white space, byte span into the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// Where it stands.
    pub span: Span,
    /// 0-based number of its paragraph.
    pub paragraph: usize,
    /// Whether it is a title or a heading.
    pub heading: bool,
}

/// Splits `text` into sentences.
///
/// `language` is an ISO 639-1 code (`nl-BE` counts as `nl`); with none, or one that has no rules of its own, the rules
/// of all languages are joined. `title` is the span of a title, which becomes a paragraph of its own made of heading
/// sentences; a span that does not fit the text is ignored.
pub fn split(text: &str, language: Option<&str>, title: Option<Span>) -> Vec<Sentence> {
    let lexicon = Lexicon::of(language);
    let title = title.filter(|t| t.start < t.end && text.get(t.start..t.end).is_some());
    let mut sentences = Vec::new();
    match title {
        None => add_part(text, Span::new(0, text.len()), false, lexicon, &mut sentences),
        Some(title) => {
            add_part(text, Span::new(0, title.start), false, lexicon, &mut sentences);
            add_part(text, title, true, lexicon, &mut sentences);
            add_part(text, Span::new(title.end, text.len()), false, lexicon, &mut sentences);
        }
    }
    cover(text, &mut sentences);
    sentences
}

/// Whether nothing in `text` is seen: it is white space, zero-width characters, marks of byte order or of direction.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(chars::is_blank)
}

/// Hands what is not seen, which the rules pass over, to the sentence that it touches, else to the one before it, so that
/// every character but white space lies in a sentence.
fn cover(text: &str, sentences: &mut Vec<Sentence>) {
    for after in 1..sentences.len() {
        let gap = Span::new(sentences[after - 1].span.end, sentences[after].span.start);
        let apart = gap.slice(text).trim_end_matches(chars::is_unseen);
        if apart.is_empty() {
            sentences[after - 1].span.end = gap.end;
        } else {
            sentences[after - 1].span.end += apart.trim_end().len();
            sentences[after].span.start = gap.start + apart.len();
        }
    }
    let start = text.len() - text.trim_start().len();
    let end = start + text.trim().len();
    if sentences.is_empty() && start < end {
        // Nothing in the text is seen.
        sentences.push(Sentence {
            span: Span::new(start, end),
            paragraph: 0,
            heading: false,
        });
    }
    if let Some(first) = sentences.first_mut() {
        first.span.start = start;
    }
    if let Some(last) = sentences.last_mut() {
        last.span.end = end;
    }
}

/// Splits one part of the text, its paragraphs numbered on from those before it.
fn add_part(text: &str, part: Span, title: bool, lexicon: &Lexicon, sentences: &mut Vec<Sentence>) {
    let mut paragraph = sentences.last().map_or(0, |last| last.paragraph + 1);
    let units = layout::units(text, part);
    let found: Vec<Vec<Span>> = units
        .iter()
        .map(|unit| scan::sentences(text, unit.span, lexicon))
        .collect();
    let headings = heading::mark(text, &units, &found);
    let mut last: Option<(usize, bool)> = None;
    for ((unit, found), shaped) in units.iter().zip(found).zip(headings) {
        let heading = title || shaped;
        // A heading is a paragraph of its own, also without a blank line above or below it.
        if last.is_some_and(|(number, above)| number != unit.paragraph || ((above || heading) && !title)) {
            paragraph += 1;
        }
        last = Some((unit.paragraph, heading));
        sentences.extend(found.into_iter().map(|span| Sentence {
            span,
            paragraph,
            heading,
        }));
    }
}

#[cfg(test)]
mod tests;
