//! Lines and paragraphs. Blank lines part paragraphs; a single line break is judged by the block it stands in: broken
//! off at a column (it is a blank), one paragraph per line, or a list of short lines. Gives units, pieces of text inside
//! which a line break means no more than a blank and across which no sentence runs.

use super::chars;
use crate::span::Span;

/// A piece of text that sentences never cross.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    /// Where it stands, trimmed.
    pub(super) span: Span,
    /// Number of its paragraph; units of one paragraph stand together.
    pub(super) paragraph: usize,
    /// Opened by `-`, `•`, `1.` or the like.
    pub(super) item: bool,
    /// Opened by the `#` of Markdown.
    pub(super) markdown_heading: bool,
}

/// Lines longer than this were not broken off at a column.
const WIDEST_WRAP: usize = 120;
/// Narrower blocks are lists or verse, not text broken off at a column.
const NARROWEST_WRAP: usize = 36;

#[derive(Clone, Copy)]
struct Line {
    span: Span,
    /// Characters, a letter and its combining accents counted as one.
    width: usize,
    block: usize,
}

/// How the lines of a block came to be.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    /// Broken off at this many characters.
    Wrapped(usize),
    /// One paragraph per line.
    Long,
    /// Short lines: a list, an address, verse, a heading over one line of text.
    Free,
}

/// The units of `part`, in order.
pub(super) fn units(text: &str, part: Span) -> Vec<Unit> {
    let mut lines = lines(text, part);
    let wide = lines.iter().filter(|l| l.width > WIDEST_WRAP).count();
    let mostly_wide = wide * 4 >= lines.len();
    let one_block = lines.last().is_some_and(|l| l.block == 0);
    if one_block && mostly_wide {
        for (i, line) in lines.iter_mut().enumerate() {
            line.block = i;
        }
    }
    let column = column(text, &lines);
    let mut units = Vec::new();
    for block in lines.chunk_by(|a, b| a.block == b.block) {
        let mode = mode(text, block, column, mostly_wide);
        let first = units.len();
        for (i, line) in block.iter().enumerate() {
            let listing = units.last().is_some_and(|unit: &Unit| unit.item);
            let joined = i > 0 && !breaks(text, &block[i - 1], line, mode, listing);
            match units.last_mut() {
                Some(Unit { span, .. }) if joined => *span = Span::new(span.start, line.span.end),
                _ => units.push(Unit {
                    span: line.span,
                    paragraph: line.block,
                    item: is_item(line.span.slice(text)),
                    markdown_heading: is_markdown_heading(line.span.slice(text)),
                }),
            }
        }
        debug_assert!(units.len() > first);
    }
    units
}

/// The lines of `part` that hold something that is seen, trimmed to it.
fn lines(text: &str, part: Span) -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut block, mut start, mut blank) = (0, part.start, false);
    let mut close = |start: usize, end: usize, blank: &mut bool| {
        let line = &text[start..end];
        let trimmed = line.trim_matches(chars::is_blank);
        if trimmed.is_empty() {
            *blank = true;
            return;
        }
        block += usize::from(*blank && !lines.is_empty());
        *blank = false;
        let from = start + (line.len() - line.trim_start_matches(chars::is_blank).len());
        lines.push(Line {
            span: Span::new(from, from + trimmed.len()),
            width: trimmed.chars().filter(|c| !chars::is_accent(*c)).count(),
            block,
        });
    };
    let bytes = text.as_bytes();
    for (i, c) in part.slice(text).char_indices() {
        let at = part.start + i;
        let pair = c == '\r' && bytes.get(at + 1) == Some(&b'\n') && at + 1 < part.end;
        if pair || !matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}') {
            continue;
        }
        close(start, at, &mut blank);
        blank |= c == '\u{2029}';
        start = at + c.len_utf8();
    }
    close(start, part.end, &mut blank);
    lines
}

/// The column at which blocks of few lines were broken off: the widest line of the text. Lines that stand alone, headlines
/// above all, may be wider than the column of the others, if there are fewer of them than lines broken off at it.
fn column(text: &str, lines: &[Line]) -> usize {
    let lines: Vec<Line> = lines.iter().copied().filter(|l| !is_link(l.span.slice(text))).collect();
    let pairs = || lines.windows(2).filter(|w| w[0].block == w[1].block);
    let column = widest_wrapped(pairs().flatten());
    let full = pairs().filter(|w| is_full(text, &w[0], &w[1], column)).count();
    let wider = lines.iter().filter(|l| l.width > column).count();
    if full > wider {
        column
    } else {
        widest_wrapped(lines.iter())
    }
}

fn widest_wrapped<'l>(lines: impl Iterator<Item = &'l Line>) -> usize {
    let widths = lines.map(|l| l.width).filter(|w| *w <= WIDEST_WRAP);
    widths.max().unwrap_or(0)
}

/// An address on a line of its own: it has no blank to be broken off at.
fn is_link(line: &str) -> bool {
    (line.contains("://") || line.starts_with("www.")) && !line.contains(char::is_whitespace)
}

fn mode(text: &str, block: &[Line], column: usize, mostly_wide: bool) -> Mode {
    let widest = block.iter().map(|l| l.width).max().unwrap_or(0);
    if mostly_wide || widest > WIDEST_WRAP {
        return Mode::Long;
    }
    // Two lines say little about their column; the rest of the text says more.
    let column = if block.len() < 4 { column } else { widest };
    let pairs = || block.windows(2);
    let is_full = |w: &&[Line]| is_full(text, &w[0], &w[1], column);
    // A stopped line with room left may end a paragraph that only an indent parts from the next, and lines that go on
    // say how they were broken off. One alone may be a headline over sentences on lines of their own.
    let goes_on = |w: &&[Line]| !ends_stopped(w[0].span.slice(text));
    let broken = pairs().filter(goes_on).filter(is_full).count();
    let mostly = |full: usize, of: usize| full > 0 && full * 3 >= of * 2;
    let is_wrapped = mostly(pairs().filter(is_full).count(), pairs().count())
        || broken > 1 && mostly(broken, pairs().filter(goes_on).count());
    if column >= NARROWEST_WRAP && is_wrapped {
        Mode::Wrapped(column)
    } else {
        Mode::Free
    }
}

/// Whether the next line's first word would not have fitted on this line. Some ragged room is allowed for.
fn is_full(text: &str, line: &Line, next: &Line, column: usize) -> bool {
    let word = next.span.slice(text).split_whitespace().next().unwrap_or("");
    line.width + 1 + word.chars().take(column).count() + 2 > column
}

/// Whether the line break between two lines of a block ends a sentence. `listing`: the first line goes on with an item.
fn breaks(text: &str, line: &Line, next: &Line, mode: Mode, listing: bool) -> bool {
    let (here, there) = (line.span.slice(text), next.span.slice(text));
    if is_underline(there) {
        return false;
    }
    if is_markdown_heading(here) || is_markdown_heading(there) || is_underline(here) {
        return true;
    }
    let stopped = ends_stopped(here);
    if is_item(there) {
        // `am⏎3. April`, `the spring⏎- and who`: the column, not a list, broke the line.
        let full = matches!(mode, Mode::Wrapped(column) if is_full(text, line, next, column));
        let listing = listing || is_item(here) && !here.starts_with(|c: char| c.is_ascii_digit());
        return !full || stopped || listing || here.ends_with(':') || there.starts_with(chars::is_bullet);
    }
    let goes_on = there
        .chars()
        .find(|c| chars::is_word(*c))
        .is_some_and(char::is_lowercase)
        || (!stopped && here.ends_with([',', '-', '–', '(', '/', '&']));
    match mode {
        Mode::Wrapped(column) if is_full(text, line, next, column) => false,
        Mode::Wrapped(column) => !goes_on && (stopped || line.width * 5 < column * 4),
        Mode::Long | Mode::Free => stopped || !goes_on,
    }
}

/// Whether a line ends with a stop, closing marks aside.
pub(super) fn ends_stopped(line: &str) -> bool {
    without_closing(line).ends_with(chars::is_stop)
}

/// A line without the marks that close at its end.
pub(super) fn without_closing(line: &str) -> &str {
    line.trim_end_matches(|c: char| chars::closes(c) || c == '’' || chars::is_blank(c))
}

/// `-`, `•`, `1.`, `1)`, `(1)`, `a)` before a blank.
pub(super) fn is_item(line: &str) -> bool {
    let mut words = line.splitn(2, char::is_whitespace);
    let (Some(marker), Some(_)) = (words.next(), words.next()) else {
        return false;
    };
    let mut marks = marker.chars();
    if let (Some(c), None) = (marks.next(), marks.next())
        && (chars::is_bullet(c) || matches!(c, '-' | '–' | '—' | '*' | '+'))
    {
        return true;
    }
    let numbered = |body: &str, letters: bool| {
        let digits = !body.is_empty() && body.len() <= 3 && body.bytes().all(|b| b.is_ascii_digit());
        digits || (letters && body.len() == 1 && body.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    match marker.strip_suffix(')') {
        Some(body) => numbered(body.strip_prefix('(').unwrap_or(body), true),
        None => marker.strip_suffix('.').is_some_and(|body| numbered(body, false)),
    }
}

fn is_markdown_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    let depth = line.len() - rest.len();
    (1..=6).contains(&depth) && rest.starts_with([' ', '\t'])
}

/// The `====` or `----` under a heading.
fn is_underline(line: &str) -> bool {
    line.len() >= 3 && (line.bytes().all(|b| b == b'=') || line.bytes().all(|b| b == b'-'))
}
