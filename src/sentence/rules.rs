//! Judges one stop: does a sentence end here? The judgement looks at the word before, at what closes after the stop and
//! at the word that follows; it never looks further, so that its cost is bounded.

use super::chars;
use super::following::{self, Case, Following};
use super::lexicon::Lexicon;
use super::preceding::{self, Preceding};
use super::stop::{Kind, Stop};
use crate::span::Span;

/// Where a stop stands.
pub(super) struct Context<'t> {
    pub(super) text: &'t str,
    pub(super) unit: Span,
    /// First byte of the sentence that would end.
    pub(super) sentence: usize,
    pub(super) lexicon: &'t Lexicon,
    /// First byte of the sentence's first word, once it was reached.
    pub(super) first_word: Option<usize>,
    /// The last number of a list that runs on inside the sentence; 0 before the first.
    pub(super) rank: usize,
    /// Where the bracket opened that closes after the stop.
    pub(super) bracket: Option<usize>,
}

/// The number that stands right before byte `at`, if it can count the items of a list.
pub(super) fn rank(text: &str, from: usize, at: usize) -> Option<usize> {
    preceding::read(text, from, at).rank()
}

/// Whether a sentence ends with this stop. False at the end of the unit, where it ends anyway.
pub(super) fn is_boundary(context: &Context, stop: &Stop) -> bool {
    let behind = chars::skip_unseen(context.text, stop.end, context.unit.end);
    let Some(glued) = chars::next(&context.text[..context.unit.end], behind) else {
        return false;
    };
    if stop.kind == Kind::Wide {
        return true;
    }
    let before = preceding::read(context.text, context.sentence, stop.start);
    let after = following::read(context.text, behind, context.unit.end);
    let judge = Judge {
        context,
        stop,
        before,
        after,
    };
    if !glued.is_whitespace() {
        return judge.without_blank(glued);
    }
    match stop.kind {
        Kind::Strong => judge.strong(),
        Kind::Ellipsis => judge.ellipsis(),
        Kind::Period | Kind::Wide => judge.period(),
    }
}

/// A stop with all that is looked at to judge it.
pub(super) struct Judge<'a, 't> {
    pub(super) context: &'a Context<'t>,
    pub(super) stop: &'a Stop,
    pub(super) before: Preceding<'t>,
    pub(super) after: Following<'t>,
}

impl Judge<'_, '_> {
    fn strong(&self) -> bool {
        if self.omission() {
            return false;
        }
        if self.inside_bracket() {
            return self.starts();
        }
        match self.after.case {
            Case::Upper if self.is_exclaiming_name() => self.starts(),
            // `“Who’s There?” (ABC)`: what a title needs to be told by.
            Case::Upper if self.stop.quoted && self.after.bracketed => self.starts(),
            Case::Upper if self.stop.quoted => !self.reports(),
            Case::Upper | Case::Brand | Case::Digit | Case::Symbol | Case::Caseless => true,
            Case::Lower => false,
            Case::None => self.after.inverted,
        }
    }

    fn ellipsis(&self) -> bool {
        if self.stop.outer {
            return self.ordinary();
        }
        if self.context.first_word.is_none() || self.omission() || self.inside_bracket() {
            return false;
        }
        match self.after.case {
            Case::Upper if self.stop.quoted => !self.reports(),
            Case::Upper | Case::Caseless => true,
            _ => self.after.inverted,
        }
    }

    /// Whether what follows is written and worded like the start of a sentence.
    pub(super) fn starts(&self) -> bool {
        let after = &self.after;
        after.inverted
            || (after.case == Case::Upper
                && !after.dashed
                && !after.is_initial(self.context.text, self.context.unit.end)
                && (self.context.lexicon.is_starter(&after.word) || (after.quoted && !self.stop.quoted)))
    }

    /// `"Why?" Jones asked.`: a name and a verb of saying go on with the sentence.
    fn reports(&self) -> bool {
        let (text, end) = (self.context.text, self.context.unit.end);
        let mut at = self.after.end;
        if self.after.quoted || self.context.lexicon.is_starter(&self.after.word) {
            return false;
        }
        for _ in 0..4 {
            let start = at + text[at..end].chars().take_while(|c| matches!(c, ' ' | '.')).count();
            let word = following::word(text, start, end);
            if self.context.lexicon.is_saying(word) {
                let next = following::read(text, start + word.len(), end);
                return next.word != "that";
            }
            if !word.starts_with(char::is_uppercase) {
                return false;
            }
            at = start + word.len();
        }
        false
    }

    /// The stop belongs to a bracket that opened in the middle of the sentence: `(sic!)`, `(AP.)`.
    pub(super) fn inside_bracket(&self) -> bool {
        !self.stop.outer && self.context.bracket.is_some_and(|open| open > self.context.sentence)
    }

    /// `(...)`, `[…]`.
    fn omission(&self) -> bool {
        chars::previous(self.context.text, self.stop.start).is_some_and(chars::opens_bracket)
    }

    pub(super) fn is_exclaiming_name(&self) -> bool {
        !self.stop.quoted && self.context.lexicon.is_exclaiming_name(&self.before.word)
    }

    pub(super) fn marks_end(&self) -> usize {
        let marks = self.text(self.stop.start, self.stop.end);
        self.stop.end - marks.trim_start_matches(chars::is_stop).len()
    }

    pub(super) fn text(&self, start: usize, end: usize) -> &str {
        &self.context.text[start.min(end)..end]
    }
}
