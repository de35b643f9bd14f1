//! The string that goes to the terminal: lines with their gutter, and SGR sequences only where the look changes. Every
//! line ends in the terminal's own colours, so that nothing runs on into the next one or the prompt.

use super::flow::Text;
use super::look::Look;
use super::{NARROWEST, Style};

/// A line's gutter: one column, followed by one blank.
pub(super) type Gutter = (&'static str, Look);

pub(super) struct Screen {
    out: String,
    width: usize,
    colour: bool,
    current: Look,
}

impl Screen {
    pub(super) fn new(style: &Style) -> Self {
        let width = style.width.max(NARROWEST);
        Self {
            out: String::new(),
            width,
            colour: style.colour,
            current: Look::default(),
        }
    }

    /// Text across the whole width.
    pub(super) fn flow(&mut self, text: &Text) {
        for line in text.lines(self.width) {
            line.into_iter().for_each(|(words, look)| self.put(words, look));
            self.end_line();
        }
    }

    /// Text beside a gutter, `first` on its first line and `others` on the lines below.
    pub(super) fn hanging(&mut self, first: Gutter, others: Gutter, text: &Text) {
        for (i, line) in text.lines(self.width - 2).enumerate() {
            let (sign, look) = if i == 0 { first } else { others };
            self.put(sign, look);
            self.put(" ", Look::default());
            line.into_iter().for_each(|(words, look)| self.put(words, look));
            self.end_line();
        }
    }

    pub(super) fn blank_line(&mut self) {
        self.out.push('\n');
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    fn put(&mut self, text: &str, look: Look) {
        if self.colour && look != self.current {
            self.reset();
            if look != Look::default() {
                self.out.push_str("\x1b[");
                self.out.push_str(&look.parameters());
                self.out.push('m');
            }
            self.current = look;
        }
        self.out.push_str(text);
    }

    fn reset(&mut self) {
        if self.current != Look::default() {
            self.out.push_str("\x1b[0m");
            self.current = Look::default();
        }
    }

    fn end_line(&mut self) {
        self.reset();
        self.out.push('\n');
    }
}
