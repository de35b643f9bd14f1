//! Which sentences are shown: claims of some kinds, and sentences that name an entity. Of kinds that answer one question
//! (how certain? does it hold? who answers for it?) any will do; of several questions all have to be met.

use clap::ValueEnum;

use crate::record::{CertaintyLabel, Entity, Holder, Polarity, Sentence};

use super::fold::fold;
use super::{is_claim, label};

/// Kinds of claims that can be asked for. A help text for each stands in `--help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Only {
    /// Every sentence that makes a claim
    Claims,
    /// Put forward as fact
    Certain,
    /// Less than certain: probable, possible or uncommitted
    Uncertain,
    /// Likely, expected, planned, believed
    Probable,
    /// Possible, or passed on with a word such as "zou"
    Possible,
    /// The holder does not say whether it is so
    Uncommitted,
    /// Said to hold
    Positive,
    /// Said not to hold: denied, ruled out, did not happen
    #[value(alias = "not")]
    Negative,
    /// The article itself answers for it
    Author,
    /// Somebody named or described answers for it
    Source,
    /// Passed on without saying from whom
    Hearsay,
}

impl Only {
    /// The question that it answers.
    fn question(self) -> usize {
        match self {
            Self::Claims => 0,
            Self::Certain | Self::Uncertain | Self::Probable | Self::Possible | Self::Uncommitted => 1,
            Self::Positive | Self::Negative => 2,
            Self::Author | Self::Source | Self::Hearsay => 3,
        }
    }

    fn is_met(self, sentence: &Sentence) -> bool {
        let certainty = sentence.certainty.as_ref().map(|certainty| certainty.label);
        let holder = sentence.holder.as_ref().map(|holder| holder.label);
        let polarity = sentence.polarity.as_ref().map(|polarity| polarity.label);
        match self {
            Self::Claims => true,
            Self::Certain => certainty == Some(CertaintyLabel::Certain),
            Self::Uncertain => certainty.is_some_and(|certainty| certainty != CertaintyLabel::Certain),
            Self::Probable => certainty == Some(CertaintyLabel::Probable),
            Self::Possible => certainty == Some(CertaintyLabel::Possible),
            Self::Uncommitted => certainty == Some(CertaintyLabel::Uncommitted),
            Self::Positive => polarity == Some(Polarity::Positive),
            Self::Negative => label::is_denied(sentence),
            Self::Author => holder == Some(Holder::Author),
            Self::Source => holder == Some(Holder::Source),
            Self::Hearsay => holder == Some(Holder::Hearsay),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Claims => "",
            Self::Certain => "certain",
            Self::Uncertain => "uncertain",
            Self::Probable => "probable",
            Self::Possible => "possible",
            Self::Uncommitted => "uncommitted",
            Self::Positive => "said to hold",
            Self::Negative => "said not to hold",
            Self::Author => "by the author",
            Self::Source => "by a source",
            Self::Hearsay => "by hearsay",
        }
    }
}

/// What is asked for; nothing asked for is everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    only: Vec<Only>,
    /// As they were given, and folded.
    names: Vec<(String, String)>,
}

impl Choice {
    /// Claims of the kinds `only`, in sentences that name an entity of which one of `names` is a part.
    pub fn new(only: &[Only], names: &[String]) -> Self {
        let folded = |name: &String| (name.clone(), fold(name));
        Self {
            only: only.to_vec(),
            names: names.iter().map(folded).collect(),
        }
    }

    /// Whether nothing is left out.
    pub fn is_all(&self) -> bool {
        self.only.is_empty() && self.names.is_empty()
    }

    /// Whether names are asked for.
    pub(super) fn has_names(&self) -> bool {
        !self.names.is_empty()
    }

    /// Whether a sentence with these entities is shown.
    pub(super) fn takes(&self, sentence: &Sentence, entities: &[&Entity]) -> bool {
        let question = |question: usize| {
            let mut asked = self.only.iter().filter(|only| only.question() == question).peekable();
            asked.peek().is_none() || asked.any(|only| only.is_met(sentence))
        };
        let kinds = self.only.is_empty() || (is_claim(sentence) && (1..=3).all(question));
        kinds && (self.names.is_empty() || entities.iter().any(|entity| self.names(&entity.text)))
    }

    /// Whether one of the names is a part of `entity`.
    pub(super) fn names(&self, entity: &str) -> bool {
        let entity = fold(entity);
        self.names.iter().any(|(_, folded)| entity.contains(folded))
    }

    /// Whether one of the names stands in a text, marked or not, as whole words.
    pub(super) fn words_in(&self, text: &str) -> bool {
        let text = fold(text);
        let whole = |at: usize, name: &str| {
            let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            !letter(text[..at].chars().next_back()) && !letter(text[at + name.len()..].chars().next())
        };
        let stands = |name: &str| text.match_indices(name).any(|(at, name)| whole(at, name));
        self.names.iter().any(|(_, folded)| stands(folded))
    }

    /// The candidate that is nearest to one of the names.
    pub(super) fn nearest<'c>(&self, candidates: impl Iterator<Item = &'c str> + Clone) -> Option<&'c str> {
        let near = |(_, folded): &(String, String)| {
            let all: Vec<(&str, String)> = candidates.clone().map(|name| (name, fold(name))).collect();
            let best = crate::nearest::nearest(folded, all.iter().map(|(_, folded)| folded.as_str()))?;
            all.iter().find(|(_, folded)| folded == best).map(|(name, _)| *name)
        };
        self.names.iter().find_map(near)
    }

    /// What is asked for, beside a number: `uncertain, by hearsay; naming “Osman”`.
    pub(super) fn words(&self) -> String {
        let kinds = self.kinds().unwrap_or_default();
        let kinds = if kinds.is_empty() && !self.only.is_empty() {
            "claims".to_owned()
        } else {
            kinds
        };
        let names = self.quoted().map(|names| format!("naming {names}"));
        [Some(kinds).filter(|kinds| !kinds.is_empty()), names]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// The same as a verb: `is uncertain, by hearsay and names “Osman”`.
    pub(super) fn verb(&self) -> String {
        let is = self.kinds().map(|kinds| match kinds.is_empty() {
            true => "makes a claim".to_owned(),
            false => format!("is {kinds}"),
        });
        let names = self.quoted().map(|names| format!("names {names}"));
        [is, names].into_iter().flatten().collect::<Vec<_>>().join(" and ")
    }

    /// The kinds, those of one question joined by "or"; empty for plain claims, none where no kind is asked for.
    fn kinds(&self) -> Option<String> {
        let of = |question: usize| {
            let asked = self.only.iter().filter(|only| only.question() == question);
            asked.map(|only| only.words()).collect::<Vec<_>>().join(" or ")
        };
        let parts: Vec<String> = (1..=3).map(of).filter(|part| !part.is_empty()).collect();
        (!self.only.is_empty()).then(|| parts.join(", "))
    }

    fn quoted(&self) -> Option<String> {
        let names: Vec<String> = self.names.iter().map(|(name, _)| format!("“{name}”")).collect();
        (!names.is_empty()).then(|| names.join(" or "))
    }
}
