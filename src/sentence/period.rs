//! Judges a single full stop before a blank: the mark that also closes abbreviations, ordinals, initials and the numbers
//! of lists. What the word before says comes first; only then does the word that follows decide.

use super::chars;
use super::following::{self, Case};
use super::lexicon::Use;
use super::rules::Judge;

/// Most words of a nickname.
const NICKNAME: usize = 3;
/// Most particles between a nickname and the name: `"Wim" van de Berg`.
const PARTICLES: usize = 2;

impl Judge<'_, '_> {
    pub(super) fn period(&self) -> bool {
        if self.stop.outer {
            return self.ordinary();
        }
        if self.inside_bracket() || self.is_dateline() {
            return self.starts() && !self.is_dateline();
        }
        if self.before.is_number() {
            return self.number();
        }
        let lexicon = self.context.lexicon;
        let number_follows = self.after.case == Case::Digit;
        let is_numbered =
            self.before.lacks_vowel() && !lexicon.is_vowelless_word(&self.before.word) || self.before.is_street();
        if self.is_time_label() || (number_follows && is_numbered) {
            return false;
        }
        if self.after.case == Case::Upper && self.is_measure() {
            return true;
        }
        // A unit, no initial: `3,5 M. Elle`.
        if self.before.word.len() == 1 && ends_in_digit(&self.before.before) {
            return self.starts();
        }
        // `z. B. „Der Spiegel“`; without the quotation a word that opens sentences may open one: `Hessen u. a. Der Bund`.
        if self.after.quoted && lexicon.spaced(&self.before) == Some(Use::Inside) {
            return false;
        }
        match lexicon.abbreviation(&self.before, number_follows) {
            Some(Use::Inside) => return false,
            Some(Use::BeforeNumber) if number_follows || is_numeral(&self.after.word) => return false,
            Some(Use::Month) if number_follows => return false,
            Some(Use::Month) if ends_in_digit(&self.before.before) => return self.starts(),
            Some(Use::Anywhere) => return self.starts(),
            Some(Use::OftenLast) => return self.ordinary(),
            _ => {}
        }
        if self.before.is_initials() {
            return self.initials();
        }
        if lexicon.german && self.before.is_roman() {
            return self.starts();
        }
        let abbreviated = self.before.is_dotted() && !lexicon.is_ending_of_name(&self.before.word)
            || self.before.is_small() && self.before.lacks_vowel() && !lexicon.is_vowelless_word(&self.before.word)
            || self.before.word.len() == 1 && !self.before.word.chars().all(|c| lexicon.is_one_letter_word(c));
        if abbreviated { self.starts() } else { self.ordinary() }
    }

    /// After a word that is nothing but a word.
    pub(super) fn ordinary(&self) -> bool {
        match self.after.case {
            Case::Upper | Case::Brand | Case::Digit | Case::Symbol | Case::Caseless => true,
            Case::Lower => self.after.inverted || (self.after.quoted && self.before.word.chars().count() > 3),
            Case::None => self.after.inverted,
        }
    }

    /// After a figure: the number of a list item, an ordinal, or the last word of a sentence.
    fn number(&self) -> bool {
        // `1. Wash your hands`, `Result: 1. Berg, 2. Sand`; but not the age in `said Ann Cole, 44.`
        let in_turn = self.before.rank() == Some(self.context.rank + 1);
        if self.is_first_word() || (self.before.listing && in_turn) {
            return false;
        }
        let lexicon = self.context.lexicon;
        let ordinal = lexicon.ordinals && self.before.word.len() <= 3;
        match self.after.case {
            Case::Upper if ordinal && lexicon.counts(&self.after.word) => false,
            Case::Upper if ordinal && lexicon.determines(&self.before.before) => self.starts(),
            // `2:1` is a score.
            Case::Digit if ordinal && self.before.left != Some(':') => false,
            _ => self.ordinary(),
        }
    }

    /// After `J.`, `J.F.`, `U.S.`: mostly a name goes on.
    fn initials(&self) -> bool {
        if self.is_first_word() {
            return false;
        }
        let lexicon = self.context.lexicon;
        if lexicon.is_lettered(&self.before.before, &self.before.word) {
            return self.ordinary();
        }
        if self.is_nickname() {
            return false;
        }
        let particle = lexicon.is_particle(&self.after.word)
            && self.after.next_is_capital(self.context.text, self.context.unit.end);
        self.starts() && (!particle || self.after.quoted)
    }

    /// `George W. "Dubya" Bush`: few words in quotation marks, and a name behind them that opens no sentence.
    fn is_nickname(&self) -> bool {
        let (text, end, lexicon) = (self.context.text, self.context.unit.end, self.context.lexicon);
        // The word behind byte `at`, if a blank stands between, and where it ends.
        let next = |at: usize| {
            let start = chars::skip_blank(text, at, end);
            let word = following::word(text, start, end);
            (start > at && !word.is_empty()).then_some((word, start + word.len()))
        };
        if !self.after.quoted {
            return false;
        }
        let mut at = self.after.end;
        for _ in 1..NICKNAME {
            at = next(at).map_or(at, |(_, behind)| behind);
        }
        // `« Jack » Kennedy`
        if text[at..end].trim_start_matches(chars::is_blank).starts_with('»') {
            at = chars::skip_blank(text, at, end);
        }
        let closes = |c: char| chars::is_quote(c) || chars::closes_bracket(c);
        let behind = end - text[at..end].trim_start_matches(closes).len();
        if behind == at {
            return false;
        }
        at = behind;
        for _ in 0..=PARTICLES {
            match next(at) {
                Some((word, behind)) if lexicon.is_particle(word) => at = behind,
                Some((word, _)) => return word.starts_with(char::is_uppercase) && !lexicon.is_starter(word),
                None => return false,
            }
        }
        false
    }

    /// After a number and its unit, or an hour that does not go on: `5 km. Deelnemers`, `6 p.m. Tickets`, `6 p.m. London time`.
    fn is_measure(&self) -> bool {
        let (word, lexicon) = (&*self.before.word, self.context.lexicon);
        let behind = self.context.text[self.after.end..self.context.unit.end].trim_start();
        match word {
            "a.m" | "p.m" => {
                !lexicon.is_of_hours(&self.after.word) && !behind.starts_with("time") && !behind.starts_with("Time")
            }
            _ => lexicon.is_unit(word) && ends_in_digit(&self.before.before),
        }
    }

    /// Capitals alone before the first stop of a paragraph: `FRANKFURT. Ein Viertelpunkt`.
    fn is_dateline(&self) -> bool {
        let so_far = self.text(self.context.unit.start, self.stop.start);
        self.context.sentence == self.context.unit.start
            && self.stop.end == self.marks_end()
            && so_far.len() <= 40
            && so_far.split_whitespace().count() <= 3
            && so_far.chars().filter(|c| c.is_uppercase()).nth(2).is_some()
            && so_far
                .chars()
                .all(|c| c.is_uppercase() || chars::is_accent(c) || matches!(c, ' ' | '-' | '\''))
    }

    /// `20.41 uur.` before an entry of a live blog.
    fn is_time_label(&self) -> bool {
        matches!(
            &*self.before.word,
            "uur" | "Uhr" | "u" | "h" | "heures" | "horas" | "hours"
        ) && ends_in_digit(&self.before.before)
            && self
                .context
                .first_word
                .is_some_and(|at| at + self.before.before.len() + 3 > self.before.start)
    }

    fn is_first_word(&self) -> bool {
        self.context.first_word.is_none_or(|first| first >= self.before.start)
    }
}

fn is_numeral(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b"IVXLCDM".contains(&b))
}

fn ends_in_digit(word: &str) -> bool {
    word.trim_end_matches(['.', 'e', 'º', '°'])
        .ends_with(|c: char| c.is_ascii_digit())
}
