//! Judges a stop with no blank behind it: mostly part of a domain, a number or an abbreviation, sometimes the end of a
//! sentence whose blank was forgotten (`gesloten.De politie`).

use super::chars;
use super::following::Case;
use super::rules::Judge;
use super::stop::Kind;

impl Judge<'_, '_> {
    /// A stop with no blank behind it: mostly a domain, a number or an abbreviation, sometimes a slip.
    pub(super) fn without_blank(&self, glued: char) -> bool {
        // `„Raus!“-Rufe`: one word.
        if matches!(glued, '-' | '\u{2010}' | '\u{2011}') {
            return false;
        }
        let lexicon = self.context.lexicon;
        let opens = chars::is_quote(glued) || matches!(glued, '¿' | '¡' | '(' | '[') || chars::is_bullet(glued);
        let word = &self.before.word;
        let free = self
            .before
            .left
            .is_none_or(|c| c.is_whitespace() || chars::is_quote(c) || c == '(');
        let lettered = word.chars().count() > 1 && word.chars().all(|c| chars::is_word(c) && !c.is_numeric());
        let lower = word.chars().skip(1).all(|c| !c.is_uppercase());
        if self.after.case != Case::Upper || !free || (!opens && self.after.word.is_empty()) {
            return false;
        }
        let starts = lexicon.is_starter(&self.after.word);
        if opens || self.stop.end > self.marks_end() {
            return (lettered && lower || !self.stop.quoted || self.stop.kind != Kind::Period)
                && lexicon.abbreviation(&self.before, false).is_none()
                && (self.stop.quoted || opens);
        }
        if !self.is_plain_word_after() {
            return false;
        }
        match self.stop.kind {
            Kind::Period if lettered && lower => {
                let small = word.chars().next().is_some_and(char::is_lowercase);
                lexicon.abbreviation(&self.before, false).is_none() && (starts || small)
            }
            Kind::Period => starts && self.before.is_number() && word.len() == 4,
            Kind::Ellipsis => starts,
            Kind::Strong | Kind::Wide => lettered && !self.is_exclaiming_name(),
        }
    }

    /// `De` in `gesloten.De politie`, but not `Com` in `Booking.Com` nor `Out` in `System.Out.print`.
    fn is_plain_word_after(&self) -> bool {
        let word = &self.after.word;
        let behind = chars::next(&self.context.text[..self.context.unit.end], self.after.end);
        word.chars().skip(1).all(|c| !c.is_uppercase() && !c.is_numeric())
            && (word.chars().count() > 1 || behind == Some(' '))
            && behind.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '’' | '\''))
            && (self.context.lexicon.is_starter(word) || !self.context.lexicon.is_ending_of_name(word))
    }
}
