//! Classes of characters that matter to sentence boundaries: stops, marks that close after a stop, marks that open a
//! sentence. Everything here is a pure test on one character, over all of Unicode.

/// Whether `c` can end a sentence.
pub(super) fn is_stop(c: char) -> bool {
    matches!(
        c,
        '.' | '!' | '?' | '…' | '‽' | '⁇' | '⁈' | '⁉' | '‼' | '؟' | '۔' | '।' | '॥' | '։' | '።'
    ) || is_wide_stop(c)
}

/// Stops of scripts that put no blank after a sentence.
pub(super) fn is_wide_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡' | '．')
}

/// Whether `c`, standing directly after a stop, closes what was opened before.
pub(super) fn closes(c: char) -> bool {
    closes_surely(c)
        || matches!(c, '"' | '\'' | '“' | '‘' | '«' | '‹' | '*' | '_')
        || matches!(c, '¹' | '²' | '³' | '⁰'..='⁹')
}

/// Marks that close whatever follows them, even a letter (`gesloten.”De`).
pub(super) fn closes_surely(c: char) -> bool {
    matches!(c, '”' | '»' | '›' | ')' | ']' | '}' | '」' | '』' | '）' | '】' | '》')
}

/// Quotation marks, whichever side they stand on.
pub(super) fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '“'
            | '”'
            | '„'
            | '‟'
            | '‘'
            | '’'
            | '‚'
            | '‛'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '「'
            | '」'
            | '『'
            | '』'
    )
}

/// Dashes and bullets that may stand before the first word of a sentence.
pub(super) fn is_dash_or_bullet(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―' | '*' | '_' | '>') || is_bullet(c)
}

/// Bullets of lists.
pub(super) fn is_bullet(c: char) -> bool {
    matches!(c, '•' | '·' | '‣' | '◦' | '▪' | '■' | '●' | '○' | '►' | '▶' | '✓' | '➤')
}

/// Opening brackets.
pub(super) fn opens_bracket(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '（' | '【')
}

/// Closing brackets.
pub(super) fn closes_bracket(c: char) -> bool {
    matches!(c, ')' | ']' | '}' | '）' | '】')
}

/// Letters, digits and the combining marks that belong to them, so that decomposed text keeps its words.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_accent(c) || matches!(c, '\u{ad}' | '\u{200d}')
}

/// Combining marks: the accents of decomposed text.
pub(super) fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Apostrophes inside words.
pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '`' | '´')
}

/// Emoji and pictographs with their joiners and variation selectors.
pub(super) fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{fe0f}' | '\u{200d}' | '\u{20e3}'
        | '\u{e0020}'..='\u{e007f}')
}

/// The first character at or after byte `at`.
pub(super) fn next(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// The last character before byte `at`.
pub(super) fn previous(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// What leaves no trace on a page: zero-width spaces and joiners, soft hyphens, marks of byte order and of direction.
/// Editors put them behind sentences and on empty lines.
pub(super) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// White space, or nothing that is seen.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_unseen(c)
}

/// The first byte at or after `at`, before `end`, that opens a character which is seen.
pub(super) fn skip_blank(text: &str, at: usize, end: usize) -> usize {
    end - text[at..end].trim_start_matches(is_blank).len()
}

/// The first byte at or after `at`, before `end`, that opens a character which is seen or white space.
pub(super) fn skip_unseen(text: &str, at: usize, end: usize) -> usize {
    end - text[at..end].trim_start_matches(is_unseen).len()
}
