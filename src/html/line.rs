//! Line ends of the source that are no line ends on a page: that of a line with nothing but tags on it, and those that touch
//! a `<br>`. Taken for line ends, they would make blank lines, which part paragraphs.

use super::tag::Kind;
use crate::sentence;
use crate::span::Span;

/// What was read last, blanks and inline tags aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Words, a paragraph's tag, or a `<br>` together with its line end.
    Other,
    /// A line end that belongs to no `<br>`.
    LineEnd,
    /// A `<br>` behind which no line has ended yet.
    Break,
}

/// The line of the source that is being read, up to the place that reading has come to.
#[derive(Debug)]
pub(super) struct Line {
    last: Last,
    /// Whether an inline tag or a comment stands on the line.
    has_tag: bool,
    /// Whether nothing but such tags, blanks and tabs does.
    is_bare: bool,
}

impl Line {
    /// The first line of a text.
    pub(super) fn first() -> Self {
        Self {
            last: Last::Other,
            has_tag: false,
            is_bare: true,
        }
    }

    /// Reads text without tags. Gives where the line end in it stands that is to be passed over; only the first can be one.
    pub(super) fn text(&mut self, run: &str) -> Option<Span> {
        let Some(at) = run.find(['\n', '\r']) else {
            self.see(run);
            return None;
        };
        self.see(&run[..at]);
        let is_passed = self.end();
        let end = at + if run[at..].starts_with("\r\n") { 2 } else { 1 };
        let mut rest = &run[end..];
        if let Some(last) = rest.rfind(['\n', '\r']) {
            self.end();
            self.last = Last::LineEnd;
            rest = &rest[last + 1..];
        }
        self.see(rest);
        is_passed.then(|| Span::new(at, end))
    }

    /// Reads text without line ends, or what a reference names.
    pub(super) fn see(&mut self, part: &str) {
        self.is_bare &= part.bytes().all(|b| matches!(b, b' ' | b'\t'));
        if !sentence::is_blank(part) {
            self.last = Last::Other;
        }
    }

    /// Reads a tag and gives what is read in its place.
    pub(super) fn tag(&mut self, kind: Kind) -> &'static str {
        if kind == Kind::Inline {
            self.has_tag = true;
            return "";
        }
        self.is_bare = false;
        let is_broken = self.last == Last::LineEnd;
        self.last = if kind == Kind::Break { Last::Break } else { Last::Other };
        match kind {
            Kind::Inline => "",
            Kind::Break if is_broken => "",
            Kind::Break => "\n",
            Kind::Cell => "\t",
            Kind::Block => "\n\n",
        }
    }

    /// Ends the line and says whether its end is to be passed over.
    fn end(&mut self) -> bool {
        let is_passed = match self.last {
            Last::Break => {
                self.last = Last::Other;
                true
            }
            // The line end before it stands for both.
            _ if self.has_tag && self.is_bare => true,
            _ => {
                self.last = Last::LineEnd;
                false
            }
        };
        (self.has_tag, self.is_bare) = (false, true);
        is_passed
    }
}
