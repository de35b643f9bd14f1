//! Tells headings from body text: a short line of its own without a stop, followed by text; a short question between
//! paragraphs; whatever Markdown marks as one. List items, quotations that end in a stop and the last paragraph of a
//! text are never headings.

use super::layout::{self, Unit};

const MOST_CHARS: usize = 120;
const MOST_WORDS: usize = 16;
/// A line that ends in `?` or `!` is a sentence too; as a heading it has to be this short.
const MOST_WORDS_STOPPED: usize = 9;

/// For each unit, whether it is a heading.
pub(super) fn mark(text: &str, units: &[Unit]) -> Vec<bool> {
    let shaped: Vec<bool> = units.iter().map(|unit| is_shaped(text, unit)).collect();
    (0..units.len())
        .map(|i| {
            let unit = &units[i];
            if unit.markdown_heading {
                return true;
            }
            let follows = |n: usize| shaped.get(i + n).map(|heading| !heading);
            // A second short line may stand between the title and the text: a byline, a date.
            let before_text = match follows(1) {
                Some(body) => body || units[i + 1].markdown_heading || follows(2) == Some(true),
                None => false,
            };
            let opens = i == 0 || units[i - 1].paragraph != unit.paragraph;
            let alone = units.get(i + 1).is_none_or(|next| next.paragraph != unit.paragraph);
            let stopped = layout::ends_stopped(unit.span.slice(text));
            shaped[i] && opens && before_text && (alone || !stopped)
        })
        .collect()
}

/// Whether a unit looks like a heading, its neighbours aside.
fn is_shaped(text: &str, unit: &Unit) -> bool {
    let line = unit.span.slice(text);
    if unit.item || line.chars().nth(MOST_CHARS).is_some() || !line.contains(char::is_alphabetic) {
        return false;
    }
    let words = line.split_whitespace().count();
    let quoted = line.starts_with(['"', '“', '”', '„', '«', '»', '\'', '‘', '>']);
    let limit = if !layout::ends_stopped(line) {
        MOST_WORDS
    } else if !quoted && line.ends_with(['?', '!', '؟']) {
        MOST_WORDS_STOPPED
    } else {
        0
    };
    words <= limit && !line.ends_with([',', ';'])
}
