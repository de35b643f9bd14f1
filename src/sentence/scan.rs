//! Walks a unit of text once, keeps track of brackets and quotes, and cuts where the rules see a boundary.

use super::chars;
use super::lexicon::Lexicon;
use super::rules::{self, Context};
use super::stop::{self, Open};
use crate::span::Span;

/// The tape of live tickers: `+++ 14.20 Uhr: Zug steht +++`.
const TAPE: &str = "+++";

/// The sentences of `unit`, in order, trimmed of white space and of what is not seen.
pub(super) fn sentences(text: &str, unit: Span, lexicon: &Lexicon) -> Vec<Span> {
    let mut sentences = Vec::new();
    let mut walk = Walk::new(text, unit, lexicon);
    while let Some(end) = walk.next_boundary() {
        sentences.push(Span::new(walk.sentence, end));
        walk.sentence = chars::skip_blank(text, end, unit.end);
        walk.first_word = None;
        walk.rank = 0;
    }
    let rest = text[walk.sentence..unit.end].trim_end_matches(chars::is_blank).len();
    if rest > 0 {
        sentences.push(Span::new(walk.sentence, walk.sentence + rest));
    }
    sentences
}

struct Walk<'t> {
    text: &'t str,
    unit: Span,
    lexicon: &'t Lexicon,
    /// Next byte to look at.
    at: usize,
    /// First byte of the sentence being read.
    sentence: usize,
    /// First byte of its first word, once that was reached.
    first_word: Option<usize>,
    /// Last number of a list inside it.
    rank: usize,
    open: Open,
    /// Where each bracket that is open now opened.
    brackets: Vec<usize>,
}

impl<'t> Walk<'t> {
    fn new(text: &'t str, unit: Span, lexicon: &'t Lexicon) -> Self {
        let sentence = chars::skip_blank(text, unit.start, unit.end);
        let open = Open::default();
        Self {
            text,
            unit,
            lexicon,
            at: sentence,
            sentence,
            first_word: None,
            rank: 0,
            open,
            brackets: Vec::new(),
        }
    }

    /// Walks on to the next boundary; none once the unit ends.
    fn next_boundary(&mut self) -> Option<usize> {
        while self.at < self.unit.end {
            let c = chars::next(self.text, self.at)?;
            if let Some(end) = self.tape(c) {
                return Some(end);
            }
            if self.first_word.is_none() && chars::is_word(c) {
                self.first_word = Some(self.at);
            }
            if !chars::is_stop(c) {
                self.track(c);
                self.at += c.len_utf8();
                continue;
            }
            let stop = stop::read(self.text, self.at, self.unit.end, self.open);
            let mut bracket = None;
            for c in self.text[stop.start..stop.end].chars() {
                bracket = self.track(c).or(bracket);
            }
            self.at = stop.end;
            let context = Context {
                text: self.text,
                unit: self.unit,
                sentence: self.sentence,
                first_word: self.first_word,
                rank: self.rank,
                lexicon: self.lexicon,
                bracket,
            };
            if self.sentence < stop.end && !self.closes_tape(stop.end) && rules::is_boundary(&context, &stop) {
                return Some(stop.end);
            }
            if chars::next(self.text, stop.end).is_some_and(chars::is_blank) {
                self.rank = rules::rank(self.text, self.sentence, stop.start).unwrap_or(self.rank);
            }
        }
        None
    }

    /// Follows quotes and brackets; gives where a bracket opened that `c` closes.
    fn track(&mut self, c: char) -> Option<usize> {
        match c {
            '"' => self.open.straight = !self.open.straight,
            '„' | '‚' => self.open.low = true,
            '“' | '”' | '‘' => self.open.low = false,
            _ if chars::opens_bracket(c) => self.brackets.push(self.at),
            _ if chars::closes_bracket(c) => return self.brackets.pop(),
            _ => {}
        }
        None
    }

    /// Whether a ticker's closing tape stands behind byte `at`.
    fn closes_tape(&self, at: usize) -> bool {
        self.text[self.sentence..at].starts_with(TAPE)
            && self.text[chars::skip_blank(self.text, at, self.unit.end)..self.unit.end].starts_with(TAPE)
    }

    /// The end of a ticker's sentence, which its second tape closes.
    fn tape(&mut self, c: char) -> Option<usize> {
        let here = &self.text[self.at..self.unit.end];
        let opened = c == '+' && self.at > self.sentence && self.text[self.sentence..].starts_with(TAPE);
        if !opened || !here.starts_with(TAPE) {
            return None;
        }
        let end = self.unit.end - here.trim_start_matches('+').len();
        let started = self.at > self.sentence + TAPE.len();
        self.at = end;
        (started && end < self.unit.end).then_some(end)
    }
}
