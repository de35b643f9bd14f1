//! Reads one stop: the marks themselves (`.`, `?!`, `...`), then whatever closes after them (quotes, brackets, French
//! `»` after a blank, a footnote's number, an emoji). Says what kind of stop it is and where the sentence would end.

use super::chars;

/// What a run of marks says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One full stop: the mark that also closes abbreviations, ordinals and initials.
    Period,
    /// `…`, `...`.
    Ellipsis,
    /// `!`, `?` and their kin.
    Strong,
    /// A stop of a script without blanks.
    Wide,
}

/// Marks and what closes after them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    /// First byte of the marks.
    pub(super) start: usize,
    /// One past the last closing mark: where the sentence would end.
    pub(super) end: usize,
    pub(super) kind: Kind,
    /// A quotation mark closed after the marks.
    pub(super) quoted: bool,
    /// Marks stand behind the closing ones too (`"Waarom?".`): the outer sentence ends as well.
    pub(super) outer: bool,
}

/// What was open when the stop came.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Open {
    /// An odd number of `"` came before.
    pub(super) straight: bool,
    /// A `„` or `‚` came before, which `“` or `‘` closes.
    pub(super) low: bool,
}

/// Reads the stop whose first mark stands at `start`.
pub(super) fn read(text: &str, start: usize, end: usize, open: Open) -> Stop {
    let (mut at, kind) = marks(text, start, end);
    let mut stop = Stop {
        start,
        end: at,
        kind,
        quoted: false,
        outer: false,
    };
    while let Some(closed) = closing(text, chars::skip_unseen(text, at, end), end, open) {
        stop.quoted |= text[at..closed].contains(chars::is_quote);
        at = closed;
        stop.end = at;
        if at < end && chars::next(text, at).is_some_and(chars::is_stop) {
            (at, _) = marks(text, at, end);
            stop.end = at;
            stop.outer = true;
        }
    }
    stop.end = emoji(text, stop.end, end);
    stop
}

/// The end of a run of marks, and its kind. `. . .` counts as one run.
fn marks(text: &str, start: usize, end: usize) -> (usize, Kind) {
    let (mut at, mut dots, mut kind) = (start, 0, Kind::Period);
    while at < end {
        let Some(c) = chars::next(text, at).filter(|c| chars::is_stop(*c)) else {
            break;
        };
        at += c.len_utf8();
        match c {
            '.' => dots += 1,
            '…' => dots += 3,
            _ if chars::is_wide_stop(c) => kind = Kind::Wide,
            _ if kind != Kind::Wide => kind = Kind::Strong,
            _ => {}
        }
        if c == '.' && text[at..end].starts_with(" .") && !text[at + 2..end].starts_with(char::is_alphanumeric) {
            at += 1;
        }
    }
    if kind == Kind::Period && dots > 1 {
        kind = Kind::Ellipsis;
    }
    (at, kind)
}

/// The end of one closing mark at `at`, if one stands there.
fn closing(text: &str, at: usize, end: usize, open: Open) -> Option<usize> {
    let rest = &text[at..end];
    let c = rest.chars().next()?;
    if c.is_whitespace() {
        // `fini ! »`: a blank, then a quotation mark that cannot open since no letter follows it.
        let blank = c.len_utf8();
        let mark = rest[blank..].chars().next()?;
        let behind = rest[blank + mark.len_utf8()..].chars().next();
        let closes = match mark {
            '»' | '›' | '”' => true,
            '"' => open.straight,
            _ => false,
        };
        return (closes && ends_word(behind)).then_some(at + blank + mark.len_utf8());
    }
    if c == '[' {
        // A footnote: `gesloten.[1]`.
        let digits = rest[1..].bytes().take(4).take_while(u8::is_ascii_digit).count();
        return (digits > 0 && rest[1 + digits..].starts_with(']')).then_some(at + digits + 2);
    }
    if !chars::closes(c) && c != '’' {
        return None;
    }
    let behind = rest[c.len_utf8()..].chars().next();
    let closes = chars::closes_surely(c) && !(c == '»' && behind.is_some_and(char::is_alphabetic))
        || ends_word(behind)
        || (c == '"' && open.straight)
        || (matches!(c, '“' | '‘') && open.low);
    closes.then_some(at + c.len_utf8())
}

fn ends_word(c: Option<char>) -> bool {
    c.is_none_or(|c| !chars::is_word(c) && !matches!(c, '¿' | '¡'))
}

/// Emoji after a stop belong to the sentence before: `Geweldig! 🎉`.
fn emoji(text: &str, at: usize, end: usize) -> usize {
    let rest = &text[at..end];
    let trimmed = rest.trim_start_matches(|c| matches!(c, ' ' | '\u{a0}' | '\u{202f}') || chars::is_unseen(c));
    let run = trimmed.trim_start_matches(chars::is_emoji);
    let found = run.len() < trimmed.len() && trimmed.chars().next().is_some_and(|c| c > '\u{20ff}');
    if found && run.chars().next().is_none_or(chars::is_blank) {
        end - run.len()
    } else {
        at
    }
}
