//! What stands before a stop: the word it is glued to and the word before that, as far as judging needs them.

use std::borrow::Cow;

use super::chars;
use crate::label::fold::folded;

/// No abbreviation is longer; it bounds the time spent at each stop.
const LONGEST_WORD: usize = 48;

/// The word before a stop.
#[derive(Debug, Clone)]
pub(super) struct Preceding<'t> {
    /// Letters, digits, inner dots, hyphens and apostrophes, composed as the lists spell them; empty after a blank or a
    /// bracket.
    pub(super) word: Cow<'t, str>,
    /// First byte of the word.
    pub(super) start: usize,
    /// The word before it, in the same sentence, if only a blank stands between.
    pub(super) before: Cow<'t, str>,
    /// The character right before the word.
    pub(super) left: Option<char>,
    /// A comma, colon or semicolon and a blank stand before it.
    pub(super) listing: bool,
}

/// Reads what stands before byte `at`, not going back beyond `from`.
pub(super) fn read(text: &str, from: usize, at: usize) -> Preceding<'_> {
    let at = from + text[from..at].trim_end_matches(chars::is_unseen).len();
    let start = word_start(text, from, at);
    let left = chars::previous(&text[from..], start - from);
    let mut listing = false;
    let before = match left {
        Some(c) if c.is_whitespace() => {
            let end = start - c.len_utf8();
            listing = text[from..end].ends_with([',', ':', ';']);
            &text[word_start(text, from, end)..end]
        }
        _ => "",
    };
    Preceding {
        word: folded(&text[start..at]),
        start,
        before: folded(before),
        left,
        listing,
    }
}

fn word_start(text: &str, from: usize, at: usize) -> usize {
    let mut start = at;
    for (i, c) in text[from..at].char_indices().rev().take(LONGEST_WORD) {
        if !(chars::is_word(c) || matches!(c, '.' | '-' | '&' | '/' | 'º' | 'ª' | '°') || chars::is_apostrophe(c)) {
            break;
        }
        start = from + i;
    }
    // A quotation mark or dash that opens the word is no part of it.
    let word = &text[start..at];
    at - word.trim_start_matches(|c: char| !chars::is_word(c) && c != '.').len()
}

impl Preceding<'_> {
    /// The part after the last apostrophe, hyphen or slash (`l'art` → `art`, `vice-gen` → `gen`).
    pub(super) fn tail(&self) -> &str {
        let cut = |c: char| c == '-' || c == '/' || chars::is_apostrophe(c);
        self.word.rsplit(cut).next().unwrap_or(&self.word)
    }

    /// Digits, with dots, commas or colons between them.
    pub(super) fn is_number(&self) -> bool {
        let word = &self.word;
        !word.is_empty()
            && word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
            && word.bytes().any(|b| b.is_ascii_digit())
    }

    /// The number of a list item: one or two digits.
    pub(super) fn rank(&self) -> Option<usize> {
        if self.word.len() > 2 {
            None
        } else {
            self.word.parse().ok()
        }
    }

    /// The word without what is elided before it (`d'A` → `A`, `dell'S.p.A` → `S.p.A`). `FOTO'S` and `40'N` are whole.
    fn unelided(&self) -> &str {
        let is_elided = |start: &str| {
            start.chars().all(char::is_alphabetic)
                && (start.ends_with(char::is_lowercase) || start.chars().count() == 1)
        };
        match self.word.rsplit_once(chars::is_apostrophe) {
            Some((start, rest)) if is_elided(start) => rest,
            _ => &self.word,
        }
    }

    /// `J`, `J.F`, `J.-P`, `U.S.A`, `d'A`: capitals with dots between them.
    pub(super) fn is_initials(&self) -> bool {
        let mut parts = self
            .unelided()
            .split(['.', '-'])
            .filter(|part| !part.is_empty())
            .peekable();
        parts.peek().is_some()
            && parts.all(|part| {
                let mut letters = part.chars().filter(|c| c.is_alphanumeric());
                letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
            })
    }

    /// A Roman numeral of at least two digits.
    pub(super) fn is_roman(&self) -> bool {
        self.word.len() > 1 && self.word.bytes().all(|b| b"IVXLCDM".contains(&b))
    }

    /// Dotted like an abbreviation (`o.a`, `EE.UU`, `Zr.Ms`), not like a domain or a number.
    pub(super) fn is_dotted(&self) -> bool {
        let word = self.unelided();
        let mut parts = word.split('.').filter(|p| !p.is_empty());
        let short = |p: &str| p.chars().all(|c| chars::is_word(c) && !c.is_numeric()) && p.chars().nth(3).is_none();
        word.contains('.') && parts.next().is_some_and(|p| short(p) && p.chars().nth(2).is_none()) && parts.all(short)
    }

    /// A street whose name and kind are one word (`Hauptstr`, `Karl-Marx-Str`); `Str` alone lacks a vowel.
    pub(super) fn is_street(&self) -> bool {
        self.word.chars().count() > 5 && self.word.to_lowercase().ends_with("str")
    }

    /// Short, not shouted and without a vowel: hardly a word (`blz`, `mld`, `Bj`).
    pub(super) fn lacks_vowel(&self) -> bool {
        (2..=4).contains(&self.word.len())
            && self
                .word
                .bytes()
                .all(|b| b.is_ascii_alphabetic() && !b"aeiouyAEIOUY".contains(&b))
            && self.word.bytes().skip(1).all(|b| b.is_ascii_lowercase())
    }

    /// Whether the word is written without a capital.
    pub(super) fn is_small(&self) -> bool {
        !self.word.contains(char::is_uppercase)
    }
}
