//! Words and their pieces. Labels are read at words, so an entity can never start or end inside one; the same rule cut
//! the training data (`training/words.py`). A word is a run of letters, marks, digits, underscores and format
//! characters, joined across single hyphens ("IS-leider"); every other character that is not white space is a word of
//! its own, with the marks that follow it.

use std::collections::HashMap;
use std::fmt;

use tokenizers::Tokenizer;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::span::Span;

/// Most words whose pieces one cache keeps; it starts anew when full, so that memory stays bounded.
const CACHE: usize = 200_000;
/// Bytes of the longest word that is kept: a longer one hardly comes again, and some are as long as a file.
const LONGEST: usize = 64;

fn is_mark(c: char) -> bool {
    !c.is_ascii()
        && (c.general_category_group() == GeneralCategoryGroup::Mark || c.general_category() == GeneralCategory::Format)
}

fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    matches!(
        c.general_category_group(),
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark | GeneralCategoryGroup::Number
    ) || c.general_category() == GeneralCategory::Format
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}')
}

/// Byte spans of the words of `text`, in order.
pub fn words(text: &str) -> Vec<Span> {
    let mut found = Vec::with_capacity(text.len() / 5);
    let mut rest = text.char_indices().peekable();
    while let Some((start, c)) = rest.next() {
        if c.is_whitespace() {
            continue;
        }
        let mut end = start + c.len_utf8();
        if is_word(c) {
            while let Some(&(at, next)) = rest.peek() {
                let joins = is_hyphen(next) && text[at + next.len_utf8()..].chars().next().is_some_and(is_word);
                if !(is_word(next) || joins) {
                    break;
                }
                end = at + next.len_utf8();
                rest.next();
            }
        } else {
            while let Some(&(at, next)) = rest.peek() {
                if !is_mark(next) {
                    break;
                }
                end = at + next.len_utf8();
                rest.next();
            }
        }
        found.push(Span::new(start, end));
    }
    found
}

/// Word pieces of words, remembered.
pub struct Pieces<'m> {
    tokenizer: &'m Tokenizer,
    // One map for words after white space, one for words that stand close to what is before them.
    seen: [HashMap<Box<str>, Box<[u32]>>; 2],
    text: String,
}

impl fmt::Debug for Pieces<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seen = self.seen.each_ref().map(HashMap::len);
        f.debug_struct("Pieces").field("seen", &seen).finish_non_exhaustive()
    }
}

impl<'m> Pieces<'m> {
    /// An empty cache over `tokenizer`.
    pub fn new(tokenizer: &'m Tokenizer) -> Self {
        Self {
            tokenizer,
            seen: Default::default(),
            text: String::new(),
        }
    }

    /// Whether it remembers the pieces of this very tokenizer.
    pub fn is_over(&self, tokenizer: &Tokenizer) -> bool {
        std::ptr::eq(self.tokenizer, tokenizer)
    }

    /// Appends the ids of one word to `ids`. `spaced`: white space or the start of the sentence stands before it.
    ///
    /// # Errors
    /// What the tokenizer says.
    pub fn append(&mut self, word: &str, spaced: bool, ids: &mut Vec<u32>) -> Result<(), tokenizers::Error> {
        let seen = &mut self.seen[usize::from(spaced)];
        if let Some(known) = seen.get(word) {
            ids.extend_from_slice(known);
            return Ok(());
        }
        self.text.clear();
        if spaced {
            self.text.push(' ');
        }
        self.text.push_str(word);
        let encoding = self.tokenizer.encode_fast(self.text.as_str(), false)?;
        ids.extend_from_slice(encoding.get_ids());
        if word.len() > LONGEST {
            return Ok(());
        }
        if seen.len() >= CACHE {
            seen.clear();
        }
        seen.insert(word.into(), encoding.get_ids().into());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        words(text).iter().map(|span| span.slice(text)).collect()
    }

    #[test]
    fn hyphens_join_and_punctuation_stands_apart() {
        assert_eq!(
            cut("De IS-leider (43) zei: \"niets\"."),
            ["De", "IS-leider", "(", "43", ")", "zei", ":", "\"", "niets", "\"", "."]
        );
        assert_eq!(
            cut("l'OTAN - Moskou- 1.500"),
            ["l", "'", "OTAN", "-", "Moskou", "-", "1", ".", "500"]
        );
        assert_eq!(cut("Deir ez-Zor--nu"), ["Deir", "ez-Zor", "-", "-", "nu"]);
    }

    #[test]
    fn marks_stay_with_what_they_stand_on() {
        assert_eq!(
            cut("Sy\u{ad}rie\u{308} ❤\u{fe0f}x"),
            ["Sy\u{ad}rie\u{308}", "❤\u{fe0f}", "x"]
        );
        assert_eq!(cut("مرحبا بالعالم"), ["مرحبا", "بالعالم"]);
    }

    #[test]
    fn only_words_that_may_come_again_are_remembered() {
        let tokenizer = Tokenizer::new(tokenizers::models::bpe::BPE::default());
        let mut pieces = Pieces::new(&tokenizer);
        for length in [1, LONGEST, LONGEST + 1, 1 << 20] {
            pieces.append(&"a".repeat(length), true, &mut Vec::new()).unwrap();
        }
        let mut lengths: Vec<usize> = pieces.seen[1].keys().map(|word| word.len()).collect();
        lengths.sort_unstable();
        assert_eq!(lengths, [1, LONGEST]);
    }

    proptest::proptest! {
        #[test]
        fn every_character_but_white_space_is_in_one_word(text in "\\PC*") {
            let spans = words(&text);
            let mut at = 0;
            for span in &spans {
                proptest::prop_assert!(text[at..span.start].chars().all(char::is_whitespace));
                proptest::prop_assert!(!span.is_empty() && !span.slice(&text).contains(char::is_whitespace));
                at = span.end;
            }
            proptest::prop_assert!(text[at..].chars().all(char::is_whitespace));
        }
    }
}
