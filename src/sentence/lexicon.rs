//! What the rules know of words in one language, or in all of them joined where the language is not known. Built once
//! per language from the lists in `abbreviations`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::abbreviations::{COMMON, DUTCH, ENGLISH, FRENCH, GERMAN, ITALIAN, SPANISH, Words};
use super::preceding::Preceding;

/// What may follow the stop of an abbreviation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// The rest of the sentence.
    Inside,
    /// A number; without one it is no abbreviation.
    BeforeNumber,
    /// As `Anywhere`, but only beside a number.
    Month,
    /// The rest of the sentence, or a new one if its first word looks like it.
    Anywhere,
    /// A new sentence, if a capital follows.
    OftenLast,
}

/// The words of one language.
pub(super) struct Lexicon {
    abbreviations: HashMap<&'static str, Use>,
    /// Entries of `abbreviations` that count only in their own case.
    exact: HashSet<&'static str>,
    starters: HashSet<&'static str>,
    lettered: HashSet<&'static str>,
    /// Whether `3.` is how ordinals are written.
    pub(super) ordinals: bool,
    /// Whether a name can stand between a quotation and its verb of saying.
    english: bool,
    dutch: bool,
    /// Whether `XX.` is an ordinal.
    pub(super) german: bool,
}

const CODES: [&str; 6] = ["nl", "en", "de", "fr", "es", "it"];

/// One lexicon per code, then the union.
static LEXICONS: LazyLock<Vec<Lexicon>> = LazyLock::new(|| {
    let words = [&DUTCH, &ENGLISH, &GERMAN, &FRENCH, &SPANISH, &ITALIAN];
    let single = words
        .iter()
        .zip(CODES)
        .map(|(words, code)| Lexicon::new(&[*words], Some(code)));
    single.chain([Lexicon::new(&words, None)]).collect()
});

/// Endings that make a dotted word a domain or a file.
const NAME_ENDINGS: &str = "com net org nl be de fr es it eu uk us at ch lu info biz tv io ai co gov edu int mil app dev me \
    ly gl js ts rs py md txt pdf doc docx xls csv html htm xml json jpg png gif mp3 mp4 zip exe php asp news cat ru cn jp";
const PARTICLES: &str = "de den der des di da del della dei degli la le les lo los las van von vom zu zum ten ter te el al du \
    dos das l d";
const EXCLAIMING_NAMES: &str = "yahoo jeopardy wham joomla yum";
const SAYING: &str = "said says asked asks told replied added shouted cried yelled wondered wrote tweeted screamed whispered \
    exclaimed joked quipped insisted answered declared called countered responded posted chanted recalled remarked demanded snapped";
/// Units whose symbol takes no stop, behind a number.
const UNITS: &str = "km cm mm kg mg ml mph ft h u m g l";
/// What follows an hour: zones, days and months.
const OF_HOURS: &str = "et est edt ct cst cdt mt mst mdt pt pst pdt gmt utc bst cet cest eastern central mountain pacific local \
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat sun \
    january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec";
/// What stands before the name of the platform X.
const BEFORE_X: &str = "op on auf sur en su via from platform twitter";
/// Words that need no vowel.
const VOWELLESS: &str = "btw tbs mkb bbp bnp ggz ggd wk nk ptss pvc gps vpn nv vzw lhbt tv pc gsm sms cd dvd wc dj lp mb gb kb hd bh ns nmbs hm mm pst sst brr grr tgv bbc vk mh";
const DETERMINERS: &str = "der die das den dem des am im vom zum zur beim ein eine seinem seinen seiner seine sein ihrem ihren \
    ihrer ihr ihre unserem unser unsere jeder jede jedes jeden jedem dieser diese dieses diesem diesen bis ab seit und oder \
    mein meine meinem kein keine";
const COUNTED: &str = "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember Jan Feb Apr \
    Aug Sep Sept Okt Nov Dez Weltkrieg Weltkriegs Weltkrieges Jahrhundert Jahrhunderts Jahrestag Geburtstag Lebensjahr Minute \
    Spieltag Bundesliga Liga Platz Rang Etage Stock Klasse Mal Runde Halbzeit Auflage Ausgabe Verhandlungstag Sitzung Quartal \
    Halbjahr Division Armee Bezirk FC Tag Woche Monat Kapitel Akt Satz Staffel Jahrtausend Internationale Wahlgang \
    Vorsitzender Vorsitzende Vorsitzenden Bürgermeister Bürgermeisterin Kassier Advent Amtszeit Generation Instanz Lesung \
    Kreisklasse Kreisliga Bezirksliga Mannschaft Saisontor FSV FFC Legislaturperiode Senat Strafsenat Zivilsenat Etappe Parteitag Verhandlungstages Infanteriedivision";

fn listed(list: &'static str) -> HashSet<&'static str> {
    list.split_whitespace().collect()
}

static ENDINGS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| listed(NAME_ENDINGS));
static DETERMINING: LazyLock<HashSet<&'static str>> = LazyLock::new(|| listed(DETERMINERS));
static COUNTING: LazyLock<HashSet<&'static str>> = LazyLock::new(|| listed(COUNTED));

fn among(list: &str, word: &str) -> bool {
    let small = word.to_lowercase();
    list.split_whitespace().any(|listed| listed == small)
}

impl Lexicon {
    /// The lexicon of an ISO 639-1 code, or the union.
    pub(super) fn of(language: Option<&str>) -> &'static Self {
        let code = language
            .and_then(|l| l.split(['-', '_']).next())
            .unwrap_or("")
            .to_ascii_lowercase();
        let index = CODES.iter().position(|known| *known == code).unwrap_or(CODES.len());
        &LEXICONS[index]
    }

    fn new(languages: &[&Words], code: Option<&str>) -> Self {
        let mut lexicon = Self {
            abbreviations: HashMap::new(),
            exact: HashSet::new(),
            starters: HashSet::new(),
            lettered: HashSet::new(),
            ordinals: code.is_none_or(|c| c == "de"),
            english: code.is_none_or(|c| c == "en"),
            german: code == Some("de"),
            dutch: code.is_none_or(|c| c == "nl"),
        };
        for words in languages.iter().copied().chain([&COMMON]) {
            lexicon.add(words.inside, Use::Inside, code);
            lexicon.add(words.often_last, Use::OftenLast, code);
            lexicon.add(words.anywhere, Use::Anywhere, code);
            lexicon.add(words.before_number, Use::BeforeNumber, code);
            lexicon.add(words.months, Use::Month, code);
            lexicon.starters.extend(words.starters.split_whitespace());
            lexicon.lettered.extend(words.lettered.split_whitespace());
        }
        lexicon
    }

    /// Adds a list; an entry that is there already keeps its first use.
    fn add(&mut self, list: &'static str, how: Use, code: Option<&str>) {
        for entry in list.split_whitespace() {
            let word = entry.trim_start_matches(['=', '~']);
            if entry.starts_with('~') && code.is_none() {
                continue;
            }
            if entry.starts_with('=') {
                self.exact.insert(word);
            }
            self.abbreviations.entry(word).or_insert(how);
        }
    }

    /// How the abbreviation before a stop is used, if it is one.
    pub(super) fn abbreviation(&self, before: &Preceding, number_follows: bool) -> Option<Use> {
        // `VS`, `FR`: a name in capitals, not `vs.` or `Fr.`.
        if before.word.chars().nth(1).is_some() && before.word.chars().all(char::is_uppercase) {
            return self.abbreviations.get(&*before.word).copied();
        }
        let spaced = self.spaced(before).filter(|how| *how == Use::Anywhere);
        let whole = spaced.or_else(|| self.look_up(&before.word));
        let tail = before.tail();
        let part = || match before.word.rsplit_once('.') {
            // `dr.ir`: abbreviations without a blank between.
            Some((_, last)) if before.word.split('.').all(|p| p.len() > 1 && self.look_up(p).is_some()) => {
                self.look_up(last)
            }
            Some(_) => None,
            None if tail.chars().nth(1).is_some() => self.look_up(tail),
            None => None,
        };
        // `nr` and its kin are found by their tails too, but only where a number proves it.
        whole
            .or_else(part)
            .filter(|how| number_follows || *how != Use::BeforeNumber || whole.is_some())
    }

    /// How it is used if it is written with a blank: `z. B.`, `p. ex.`. A capital first (`M. E.`) is that of a name.
    pub(super) fn spaced(&self, before: &Preceding) -> Option<Use> {
        let first = before.before.strip_suffix('.')?;
        let mut letters = first.chars();
        if !letters.next().is_some_and(char::is_lowercase) || letters.next().is_some() {
            return None;
        }
        self.look_up(&format!("{first}.{}", before.word))
    }

    fn look_up(&self, word: &str) -> Option<Use> {
        if let Some(how) = self.abbreviations.get(word) {
            return Some(*how);
        }
        word.chars().nth(1)?;
        let small = word.to_lowercase();
        self.abbreviations
            .get(small.as_str())
            .copied()
            .filter(|_| !self.exact.contains(small.as_str()))
    }

    /// A word that, written with a capital, opens a sentence.
    pub(super) fn is_starter(&self, word: &str) -> bool {
        let small = word.to_lowercase().replace('’', "'");
        // `C'est`, `L'accord`, `D'autres`: what is elided opens the sentence.
        let elided = small.split('\'').next().unwrap_or("");
        self.starters.contains(small.as_str())
            || (small.len() > elided.len() && !elided.is_empty() && self.is_elided(elided))
    }

    fn is_elided(&self, start: &str) -> bool {
        const ELIDED: &str =
            "c j qu s t m n l d un dell nell all dall sull coll quest quell tutt gl lorsqu puisqu jusqu";
        among(ELIDED, start) || self.starters.contains(start)
    }

    /// `De`, `Van`, `Le`: a capital on it may belong to a name.
    pub(super) fn is_particle(&self, word: &str) -> bool {
        among(PARTICLES, word)
    }

    /// Whether a stop behind this word and a number is no part of it: `5 km.`, `20 h.`
    pub(super) fn is_unit(&self, word: &str) -> bool {
        UNITS.split(' ').any(|unit| unit == word)
    }

    /// Whether an hour goes on with this word: `8 p.m. Friday`, `8 p.m. GMT`.
    pub(super) fn is_of_hours(&self, word: &str) -> bool {
        among(OF_HOURS, word)
    }

    /// Whether a letter after this noun is no initial (`groep A`, `World War I`, `on X`).
    pub(super) fn is_lettered(&self, noun: &str, letter: &str) -> bool {
        (letter == "X" && BEFORE_X.split(' ').any(|before| before == noun))
            || self.lettered.contains(noun.to_lowercase().as_str())
            || (self.english && letter == "I" && !noun.is_empty() && !noun.ends_with('.'))
    }

    /// A name that ends in `!`.
    pub(super) fn is_exclaiming_name(&self, word: &str) -> bool {
        among(EXCLAIMING_NAMES, word)
    }

    /// A verb of saying that a name may stand before.
    pub(super) fn is_saying(&self, word: &str) -> bool {
        self.english && among(SAYING, word)
    }

    /// What ordinals count in German.
    pub(super) fn counts(&self, word: &str) -> bool {
        COUNTING.contains(word)
    }

    /// What stands before an ordinal in German.
    pub(super) fn determines(&self, word: &str) -> bool {
        DETERMINING.contains(word.to_lowercase().as_str())
    }

    /// Whether the last part of a dotted word is that of a domain or a file.
    pub(super) fn is_ending_of_name(&self, word: &str) -> bool {
        let last = word.rsplit('.').next().unwrap_or(word).to_lowercase();
        ENDINGS.contains(last.as_str())
    }

    /// A word that has no vowel and is no abbreviation.
    pub(super) fn is_vowelless_word(&self, word: &str) -> bool {
        among(VOWELLESS, word)
    }

    /// A word of one small letter, or one whose letter is no Latin one.
    pub(super) fn is_one_letter_word(&self, letter: char) -> bool {
        !letter.is_ascii_lowercase() || (self.dutch && letter == 'u')
    }
}
