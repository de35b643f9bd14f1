//! The words of a record's sentences, by the rule of [`crate::words`], for formats that speak of words. Positions are
//! code points.

use crate::html::Reading;
use crate::record::{CodePoints, Record};
use crate::span::Span;
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
    let reading = Reading::of(text);
    record.sentences.iter().map(move |sentence| {
        let place = Span::new(points.byte(sentence.start), points.byte(sentence.end));
        // Labels from elsewhere may have a sentence of which nothing is read.
        let is_said = |reading: &&Reading| !reading.slice(place).trim().is_empty();
        let words: Vec<Span> = match reading.as_ref().filter(is_said) {
            Some(reading) => {
                let first = reading.in_reading(place).start;
                let words = words(reading.slice(place)).into_iter();
                words.map(|word| reading.in_text(word.shifted(first))).collect()
            }
            None => {
                let words = words(place.slice(text)).into_iter();
                words.map(|word| word.shifted(place.start)).collect()
            }
        };
        let token = |word: Span| Token {
            start: points.at(word.start),
            end: points.at(word.end),
            text: word.slice(text),
        };
        words.into_iter().map(token).collect()
    })
}

/// A type of entity as one word, for formats whose names may not hold white space or signs of their own: anything but
/// letters, digits, `_` and `-` becomes `_`.
pub(super) fn name(label: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let name: String = label.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    if name.is_empty() { "_".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::testing;

    #[test]
    fn html_is_no_word() {
        let text = "<p>Jan</b>sen &amp; co, <b>x</b>.</p>";
        let record = testing::record(text).sentence(&text[3..text.len() - 4], 0, None);
        let tokens: Vec<_> = sentences(&record, text, &CodePoints::of(text)).flatten().collect();
        let words: Vec<&str> = tokens.iter().map(|token| token.text).collect();
        assert_eq!(words, ["Jan</b>sen", "&amp;", "co", ",", "x", "."]);
        assert!(tokens.iter().all(|token| &text[token.start..token.end] == token.text));
    }
}
