//! Makes text from outside harmless: control characters and those that reorder a line are shown as their code, white
//! space is a blank, and marks without a glyph go away. What is left cannot move the cursor, change colours or the
//! title, write to the clipboard, or show words in another order than they are read.

use std::fmt::Write;

/// What a character becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Itself.
    Kept,
    /// One blank for any number in a row.
    Blank,
    /// Nothing.
    Dropped,
    /// Its code, such as `\u{1b}`.
    Shown,
}

pub(super) fn fate(c: char) -> Fate {
    match c {
        ' '..='~' => {
            if c == ' ' {
                Fate::Blank
            } else {
                Fate::Kept
            }
        }
        // Blanks that a line is not broken at.
        '\u{a0}' | '\u{202f}' | '\u{2007}' => Fate::Kept,
        _ if c.is_whitespace() => Fate::Blank,
        _ if c.is_control() => Fate::Shown,
        // Embeddings, overrides and isolates (UAX #9), deprecated format characters, interlinear annotation.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' => Fate::Shown,
        // Soft hyphen, direction marks, zero-width spaces and joiners of words, byte order mark: no glyph of their own.
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2060}'..='\u{2065}'
        | '\u{feff}' => Fate::Dropped,
        _ => Fate::Kept,
    }
}

/// `text` on one line, harmless to a terminal.
pub fn sanitize(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match fate(c) {
            Fate::Kept => clean.push(c),
            Fate::Blank if clean.ends_with(' ') => {}
            Fate::Blank => clean.push(' '),
            Fate::Dropped => {}
            Fate::Shown => show(c, &mut clean),
        }
    }
    clean
}

/// Writes the code of `c`.
pub(super) fn show(c: char, to: &mut String) {
    // Writing to a string cannot fail.
    let _ = write!(to, "\\u{{{:x}}}", u32::from(c));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_become_harmless() {
        for (attack, shown) in [
            ("\x1b[2J\x1b[Hgone", "\\u{1b}[2J\\u{1b}[Hgone"),
            ("\x1b]0;title\x07", "\\u{1b}]0;title\\u{7}"),
            ("\x1b]52;c;cm0gLXJm\x1b\\", "\\u{1b}]52;c;cm0gLXJm\\u{1b}\\"),
            ("\u{9b}31mred", "\\u{9b}31mred"),
            ("back\x08\x08\x7f", "back\\u{8}\\u{8}\\u{7f}"),
            ("a\u{202e}txt.exe\u{202c}", "a\\u{202e}txt.exe\\u{202c}"),
            ("\u{2066}x\u{2069}\u{200f}\u{feff}y", "\\u{2066}x\\u{2069}y"),
            ("null\0byte", "null\\u{0}byte"),
        ] {
            assert_eq!(sanitize(attack), shown);
        }
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(sanitize("één\r\n\ttwee  drie\u{2028}vier"), "één twee drie vier");
        assert_eq!(
            sanitize("€\u{a0}5 👩\u{200d}🚒 e\u{301} مرحبا שלום"),
            "€\u{a0}5 👩\u{200d}🚒 e\u{301} مرحبا שלום"
        );
        assert_eq!(sanitize("samen\u{ad}werking"), "samenwerking");
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_controls_is_left(text in "(\\PC|[\u{0}-\u{9f}\u{200b}-\u{206f}]){0,80}") {
            let clean = sanitize(&text);
            let reorders = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            let left = clean.contains(|c: char| c.is_control() || reorders(c));
            proptest::prop_assert!(!left, "{:?}", clean);
        }
    }
}
