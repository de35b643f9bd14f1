//! Tells headings from body text: a short line of its own without a stop, followed by text; the headline, also above a
//! byline and a date; a short question between paragraphs; whatever Markdown marks as one. List items, quotations that end
//! in a stop and the last paragraph of a text are never headings.

use super::chars;
use super::layout::{self, Unit};
use crate::span::Span;

const MOST_CHARS: usize = 120;
const MOST_WORDS: usize = 16;
/// A line that ends in `?` or `!` is a sentence too; as a heading it has to be this short.
const MOST_WORDS_STOPPED: usize = 9;
/// Short lines between the headline and the text: a byline, a date, a place, a second headline.
const MOST_BELOW_HEADLINE: usize = 4;

/// For each unit, whether it is a heading. `sentences` are those of each unit.
pub(super) fn mark(text: &str, units: &[Unit], sentences: &[Vec<Span>]) -> Vec<bool> {
    let opening = chars::skip_blank(text, 0, text.len());
    let shaped: Vec<bool> = units
        .iter()
        .zip(sentences)
        // What opens an article is its headline, also one of two sentences.
        .map(|(unit, found)| is_shaped(text, unit) && (unit.span.start == opening || !runs_on(text, found)))
        .collect();
    (0..units.len())
        .map(|i| {
            let unit = &units[i];
            if unit.markdown_heading {
                return true;
            }
            let follows = |n: usize| shaped.get(i + n).map(|heading| !heading);
            let line = unit.span.slice(text);
            // A second short line may stand between a heading and its text, more below the headline; but a line that ends
            // in a colon opens a list.
            let below = match unit.span.start == opening && !line.ends_with(':') {
                true => MOST_BELOW_HEADLINE,
                false => 1,
            };
            let before_text = units.get(i + 1).is_some_and(|next| next.markdown_heading)
                || (1..=below + 1).any(|n| follows(n) == Some(true));
            let opens = i == 0 || units[i - 1].paragraph != unit.paragraph;
            let alone = units.get(i + 1).is_none_or(|next| next.paragraph != unit.paragraph);
            let stopped = layout::ends_stopped(line);
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

/// Whether a full stop ends a sentence before the last one: running text whose own stop was forgotten
/// (`Hij is dood. Dat zegt de politie`). One or two words are no sentence but a label (`Hoofdstuk 3. De dijk`).
fn runs_on(text: &str, sentences: &[Span]) -> bool {
    let finished = |sentence: &Span| {
        let said = layout::without_closing(sentence.slice(text));
        said.ends_with('.') && !said.ends_with("..") && said.split_whitespace().nth(2).is_some()
    };
    let before_last = sentences.len().saturating_sub(1);
    sentences[..before_last].iter().any(finished)
}
