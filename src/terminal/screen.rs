//! The string that goes to the terminal: lines with their gutter, and SGR sequences only where the look changes. Every
//! line ends in the terminal's own colours, so that nothing runs on into the next one or the prompt.

use super::flow::{Line, Text};
use super::look::Look;
use super::palette::Colours;
use super::{NARROWEST, Style};

/// Columns that text takes at most, its gutter included: longer lines are hard to read.
const MEASURE: usize = 90;
/// Columns between a sentence and what stands beside it.
const GAP: usize = 3;
/// Columns that what stands beside a sentence needs at least, and takes at most.
const BESIDE: (usize, usize) = (46, 76);
/// Columns of a gutter: a sign and a blank.
const GUTTER: usize = 2;

/// A line's gutter: one column, followed by one blank.
pub(super) type Gutter = (&'static str, Look);

/// Nothing in the gutter.
pub(super) const BARE: Gutter = (" ", Look::PLAIN);

pub(super) struct Screen {
    out: String,
    /// Columns of text.
    measure: usize,
    /// Columns of what stands beside the text, where there is room for it.
    beside: Option<usize>,
    colours: Colours,
    current: Look,
}

impl Screen {
    pub(super) fn new(style: &Style) -> Self {
        let width = style.width.max(NARROWEST);
        let rest = width.saturating_sub(MEASURE + GAP);
        Self {
            out: String::new(),
            measure: width.min(MEASURE),
            beside: (rest >= BESIDE.0).then(|| rest.min(BESIDE.1)),
            colours: style.colours,
            current: Look::default(),
        }
    }

    /// Text across the measure.
    pub(super) fn flow(&mut self, text: &Text) {
        for line in text.lines(self.measure) {
            self.put_line(&line);
            self.end_line();
        }
    }

    /// Text beside a gutter, `first` on its first line and `others` on the lines below.
    pub(super) fn hanging(&mut self, first: Gutter, others: Gutter, text: &Text) {
        for (i, line) in text.lines(self.measure - GUTTER).enumerate() {
            self.gutter(if i == 0 { first } else { others });
            self.put_line(&line);
            self.end_line();
        }
    }

    /// A text with its label, which stands beside it where there is room, else below it. `corner` joins them.
    pub(super) fn labelled(&mut self, sign: Gutter, bar: Gutter, text: &Text, corner: Gutter, label: &Text) {
        let Some(columns) = self.beside else {
            self.hanging(sign, bar, text);
            return self.hanging(corner, BARE, label);
        };
        let left: Vec<Line> = text.lines(self.measure - GUTTER).collect();
        let right: Vec<Line> = label.lines(columns - GUTTER).collect();
        for i in 0..left.len().max(right.len()) {
            self.gutter(match (i, i < left.len()) {
                (0, _) => sign,
                (_, true) => bar,
                (_, false) => BARE,
            });
            let line = left.get(i).cloned().unwrap_or_default();
            self.put_line(&line);
            if let Some(beside) = right.get(i) {
                let columns = self.measure - GUTTER - line.columns.min(self.measure - GUTTER) + GAP;
                self.put(&" ".repeat(columns), Look::default());
                self.gutter(if i == 0 { corner } else { BARE });
                self.put_line(beside);
            }
            self.end_line();
        }
    }

    /// Whether labels stand beside their sentences.
    pub(super) fn is_wide(&self) -> bool {
        self.beside.is_some()
    }

    pub(super) fn blank_line(&mut self) {
        self.out.push('\n');
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    fn gutter(&mut self, (sign, look): Gutter) {
        self.put(sign, look);
        self.put(" ", Look::default());
    }

    fn put_line(&mut self, line: &Line) {
        line.pieces.iter().for_each(|(words, look)| self.put(words, *look));
    }

    fn put(&mut self, text: &str, look: Look) {
        if self.colours.any() && look != self.current {
            self.reset();
            if look != Look::default() {
                self.out.push_str("\x1b[");
                self.out.push_str(&look.parameters(self.colours));
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
