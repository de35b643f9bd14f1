//! The words of a record's sentences, by the rule of [`crate::words`], for formats that speak of words. Positions are
//! code points.

use crate::record::{CodePoints, Record};
use crate::words::words;

/// A word of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'t> {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The characters.
    pub text: &'t str,
}

impl Token<'_> {
    /// Whether any of it lies between `start` and `end`.
    pub fn touches(&self, start: usize, end: usize) -> bool {
        self.start < end && start < self.end
    }
}

/// The words of each sentence of `record`, whose text is `text`. A sentence holds more than white space and so has at
/// least one.
pub(super) fn sentences<'t>(
    record: &Record,
    text: &'t str,
    points: &CodePoints,
) -> impl Iterator<Item = Vec<Token<'t>>> {
    record.sentences.iter().map(move |sentence| {
        let first = points.byte(sentence.start);
        let words = words(points.slice(text, sentence.start, sentence.end)).into_iter();
        let token = |word: crate::span::Span| {
            let word = word.shifted(first);
            Token {
                start: points.at(word.start),
                end: points.at(word.end),
                text: word.slice(text),
            }
        };
        words.map(token).collect()
    })
}

/// A type of entity as one word, for formats whose names may not hold white space or signs of their own: anything but
/// letters, digits, `_` and `-` becomes `_`.
pub(super) fn name(label: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let name: String = label.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    if name.is_empty() { "_".to_owned() } else { name }
}
