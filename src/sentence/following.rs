//! What stands after a stop: past opening quotes, brackets, dashes and bullets, the first word of the sentence that may
//! begin there, and how it is written.

use std::borrow::Cow;

use super::chars;
use crate::label::fold::folded;

const LONGEST_WORD: usize = 40;
const MOST_OPENERS: usize = 8;

/// How the next word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Upper,
    Lower,
    /// `iPhone`, `eBay`: small first, capital second.
    Brand,
    Digit,
    /// A letter of a script without case.
    Caseless,
    /// `€`, `#`, `@`: something that can open a sentence without being a word.
    Symbol,
    /// A comma, a closing bracket, an `&` by itself, the end: the sentence goes on.
    None,
}

/// The start of what follows a stop.
#[derive(Debug, Clone)]
pub(super) struct Following<'t> {
    pub(super) case: Case,
    /// The first word, without what opens it, composed as the lists spell it.
    pub(super) word: Cow<'t, str>,
    /// One past the last byte of the word.
    pub(super) end: usize,
    /// A quotation mark opens before the word.
    pub(super) quoted: bool,
    /// A bracket opens before the word.
    pub(super) bracketed: bool,
    /// `¿` or `¡` opens before the word.
    pub(super) inverted: bool,
    /// A dash or bullet stands before the word.
    pub(super) dashed: bool,
}

/// Reads what stands from byte `at` on, white space and what is not seen skipped.
pub(super) fn read(text: &str, at: usize, end: usize) -> Following<'_> {
    let mut found = Following {
        case: Case::None,
        word: Cow::Borrowed(""),
        end: at,
        quoted: false,
        bracketed: false,
        inverted: false,
        dashed: false,
    };
    let mut at = chars::skip_blank(text, at, end);
    for _ in 0..MOST_OPENERS {
        let Some(c) = chars::next(&text[..end], at) else {
            return found;
        };
        if chars::is_unseen(c) {
            at += c.len_utf8();
            continue;
        }
        if chars::is_word(c) {
            break;
        }
        if chars::is_apostrophe(c) && small_article(text, at, end) {
            found.case = Case::Upper;
            break;
        }
        let rest = &text[at..end];
        if rest.starts_with("(...)") || rest.starts_with("[...]") || rest.starts_with("(…)") || rest.starts_with("[…]")
        {
            found.case = Case::Symbol;
            return found;
        }
        if rest.starts_with(",,") {
            // Two commas stand for `„`.
            found.quoted = true;
            at += 2;
            continue;
        }
        match c {
            '¿' | '¡' => found.inverted = true,
            _ if chars::is_quote(c) => found.quoted = true,
            _ if chars::opens_bracket(c) => found.bracketed = true,
            _ if chars::is_dash_or_bullet(c) => found.dashed = true,
            _ if c.is_whitespace() => {}
            _ => {
                let joins = c == '&' && text[at + 1..end].starts_with(char::is_whitespace);
                let goes_on =
                    joins || chars::is_stop(c) || chars::closes(c) || matches!(c, ',' | ';' | ':' | '/' | '%');
                found.case = if goes_on { Case::None } else { Case::Symbol };
                return found;
            }
        }
        at += c.len_utf8();
    }
    let word = word(text, at, end);
    found.end = at + word.len();
    found.word = folded(word);
    if found.case == Case::None {
        found.case = case(&found.word);
    }
    found
}

/// `'s Morgens`, `’t Is`, `'n Man`: the capital stands on the second word.
fn small_article(text: &str, at: usize, end: usize) -> bool {
    let mut after = text[at..end].chars().skip(1);
    matches!(after.next(), Some('s' | 't' | 'n' | 'k' | 'm'))
        && after.next() == Some(' ')
        && after.next().is_some_and(char::is_uppercase)
}

/// The word at `at`: letters, digits, inner apostrophes and hyphens.
pub(super) fn word(text: &str, at: usize, end: usize) -> &str {
    let stop = text[at..end]
        .char_indices()
        .take(LONGEST_WORD)
        .find(|(_, c)| !(chars::is_word(*c) || chars::is_apostrophe(*c) || *c == '-'));
    let word = match stop {
        Some((i, _)) => &text[at..at + i],
        None => text[at..end]
            .char_indices()
            .nth(LONGEST_WORD)
            .map_or(&text[at..end], |(i, _)| &text[at..at + i]),
    };
    word.trim_end_matches(|c: char| c == '-' || chars::is_apostrophe(c))
}

fn case(word: &str) -> Case {
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        (None, _) => Case::None,
        (Some(c), _) if c.is_numeric() => Case::Digit,
        (Some(c), _) if c.is_uppercase() => Case::Upper,
        (Some(c), Some(d)) if c.is_lowercase() && d.is_uppercase() => Case::Brand,
        (Some(c), _) if c.is_lowercase() => Case::Lower,
        _ => Case::Caseless,
    }
}

impl Following<'_> {
    /// Whether the word is one letter with a stop of its own: an initial (`I. A.`), not the word `A`.
    pub(super) fn is_initial(&self, text: &str, end: usize) -> bool {
        self.word.chars().nth(1).is_none() && text[self.end..end].starts_with('.')
    }

    /// Whether the word after this one is written with a capital.
    pub(super) fn next_is_capital(&self, text: &str, end: usize) -> bool {
        let at = chars::skip_blank(text, self.end, end);
        at > self.end && chars::next(&text[..end], at).is_some_and(char::is_uppercase)
    }
}
