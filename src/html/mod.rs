//! What is read of a text that holds HTML, as fields of WordPress, of feeds and of other exports do: the text without its
//! tags, and characters where it has references to them. The text itself stays as it is: every span of the reading is one
//! of the text, and back. `tag` knows tags, `line` the line ends around them, `reference` characters.

mod line;
mod reference;
mod tag;

use std::borrow::Cow;

use crate::sentence;
use crate::span::Span;
use line::Line;
use tag::Tags;

/// A text without its HTML, and where all of it stands in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    text: String,
    /// In order; between two of them reading and text are the same.
    passed: Vec<Passed>,
}

/// A tag, a reference, or a line end that is none on a page.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Passed {
    in_text: Span,
    /// What is read in its place; empty for a tag inside a line.
    in_reading: Span,
}

impl Reading {
    /// The reading of `text`; none where there is no HTML in it, and the text is read as it is.
    pub fn of(text: &str) -> Option<Self> {
        if !text.contains('<') && !text.contains('&') {
            return None;
        }
        let mut reading = Self {
            text: String::with_capacity(text.len()),
            passed: Vec::new(),
        };
        let (mut tags, mut line) = (Tags::of(text), Line::first());
        let (mut copied, mut at) = (0, 0);
        while let Some(start) = tags.next(at) {
            reading.copy(text, Span::new(copied, start), &mut line);
            copied = start;
            at = start + 1;
            let from = reading.text.len();
            let end = if text.as_bytes()[start] == b'&' {
                reference::read(text, start).map(|(end, character)| {
                    reading.text.push(character);
                    line.see(&reading.text[from..]);
                    end
                })
            } else {
                tags.read(start).map(|(end, kind)| {
                    reading.text.push_str(line.tag(kind));
                    end
                })
            };
            if let Some(end) = end {
                reading.pass(Span::new(start, end), from);
                (copied, at) = (end, end);
            }
        }
        reading.copy(text, Span::new(copied, text.len()), &mut line);
        (!reading.passed.is_empty()).then_some(reading)
    }

    /// Reads a part of the text in which no tag and no reference stands.
    fn copy(&mut self, text: &str, part: Span, line: &mut Line) {
        let run = part.slice(text);
        let Some(line_end) = line.text(run) else {
            self.text.push_str(run);
            return;
        };
        self.text.push_str(&run[..line_end.start]);
        self.pass(line_end.shifted(part.start), self.text.len());
        self.text.push_str(&run[line_end.end..]);
    }

    /// Notes that what is read from `from` on stands for a part of the text.
    fn pass(&mut self, in_text: Span, from: usize) {
        self.passed.push(Passed {
            in_text,
            in_reading: Span::new(from, self.text.len()),
        });
    }

    /// What is read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a span of the reading stands in the text: from its first character to its last, without tags at its edges. A
    /// reference is never cut.
    pub fn in_text(&self, span: Span) -> Span {
        across(&self.passed, span, |passed| (passed.in_reading, passed.in_text))
    }

    /// Where a span of the text stands in the reading; a tag or reference of which it has a part is in it whole.
    pub fn in_reading(&self, span: Span) -> Span {
        across(&self.passed, span, |passed| (passed.in_text, passed.in_reading))
    }

    /// What is read of a span of the text.
    pub fn slice(&self, span: Span) -> &str {
        self.in_reading(span).slice(&self.text)
    }
}

/// What is read of `text`, which may be that of a span alone.
pub fn read(text: &str) -> Cow<'_, str> {
    Reading::of(text).map_or(Cow::Borrowed(text), |reading| Cow::Owned(reading.text))
}

/// Whether nothing that is seen is read of `text`.
pub fn is_blank(text: &str) -> bool {
    let opens_blank = |c: char| sentence::is_blank(c.encode_utf8(&mut [0; 4]));
    // What opens otherwise is no blank, and need not be read for that.
    sentence::is_blank(text)
        || text.trim_start_matches(opens_blank).starts_with(['<', '&'])
            && Reading::of(text).is_some_and(|reading| sentence::is_blank(&reading.text))
}

/// A span of one side on the other one. `sides` gives a passed part on the side of the span, then on the other.
fn across(passed: &[Passed], span: Span, sides: impl Fn(&Passed) -> (Span, Span)) -> Span {
    let own = |part: &Passed| sides(part).0;
    let behind = passed.partition_point(|part| own(part).end <= span.start);
    let start = match passed.get(behind).map(&sides) {
        Some((own, other)) if own.start < span.start => other.start,
        _ => past(passed[..behind].last().map(&sides), span.start),
    };
    let begun = passed.partition_point(|part| own(part).start < span.end);
    let end = match passed[..begun].last().map(&sides) {
        Some((own, other)) if own.end >= span.end => other.end,
        last => past(last, span.end),
    };
    Span::new(start, end.max(start))
}

/// The place on the other side of `at`, which stands behind the part `last` and before the next one.
fn past(last: Option<(Span, Span)>, at: usize) -> usize {
    last.map_or(at, |(own, other)| other.end + (at - own.end))
}

#[cfg(test)]
mod tests;
