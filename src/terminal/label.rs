//! The line below a claim: how certain, whether it is said to hold, who answers for it, and the words that give it
//! away. The sign before the claim says how certain at a glance, with colour and without.

use serde_json::Value;

use crate::record::{CertaintyLabel, Classes, CueKind, Holder, Polarity, Sentence};

use super::flow::Text;
use super::is_claim;
use super::look::{self, Look, Paint};

/// How a degree of certainty is shown.
pub(super) struct Degree {
    /// One column wide: the fuller, the more certain.
    pub(super) sign: &'static str,
    pub(super) name: &'static str,
    pub(super) look: Look,
}

/// Sign, name and colour of `label`.
pub(super) fn shown(label: CertaintyLabel) -> Degree {
    let (sign, name) = match label {
        CertaintyLabel::Certain => ("●", "certain"),
        CertaintyLabel::Probable => ("◕", "probable"),
        CertaintyLabel::Possible => ("◑", "possible"),
        CertaintyLabel::Uncommitted => ("○", "uncommitted"),
    };
    Degree {
        sign,
        name,
        look: Look::default().painted(Paint::Degree(label)),
    }
}

/// The degree of a claim; a claim whose certainty the model does not judge has a sign of its own.
pub(super) fn degree(sentence: &Sentence) -> Degree {
    match &sentence.certainty {
        Some(certainty) => shown(certainty.label),
        None => Degree {
            sign: "◇",
            name: "claim",
            look: Look::default(),
        },
    }
}

/// Whether the claim is said not to hold.
pub(super) fn is_denied(sentence: &Sentence) -> bool {
    sentence
        .polarity
        .as_ref()
        .is_some_and(|polarity| polarity.label == Polarity::Negative)
}

/// The label of a claim, or what a sequence classifier says; none for any other sentence.
pub(super) fn label(sentence: &Sentence) -> Option<Text> {
    if !is_claim(sentence) {
        return sentence.classes.as_ref().map(class);
    }
    let degree = degree(sentence);
    let mut text = Text::default();
    text.push(
        degree.name,
        Look {
            bold: true,
            ..degree.look
        },
    );
    if sentence
        .polarity
        .as_ref()
        .is_some_and(|polarity| polarity.label == Polarity::Negative)
    {
        text.push(" ", Look::default());
        text.push("NOT", look::DENIED);
    }
    let certainty = sentence.certainty.as_ref().map(|certainty| certainty.score);
    if let Some(score) = certainty.or(sentence.claim.as_ref().map(|claim| claim.score)) {
        text.push(&format!(" ({score:.2})"), look::FAINT);
    }
    // A source that is named says more than the word.
    if let Some(holder) = sentence.holder.as_ref().map(|holder| holder.label)
        && (holder != Holder::Source || sentence.source.is_empty())
    {
        item(holder.as_str(), &mut text);
    }
    let sources = sentence
        .source
        .iter()
        .map(|source| (source.text.as_str(), look::SOURCE));
    list("source", sources, &mut text);
    let mut cues: Vec<(&str, Look)> = Vec::new();
    let mut last = None;
    for cue in &sentence.cues {
        // A word that is both kinds of cue stands in the record twice.
        if last == Some((cue.start, cue.end)) {
            if let Some((_, look)) = cues.last_mut() {
                *look = merged(*look, cue.kind, &degree);
            }
            continue;
        }
        last = Some((cue.start, cue.end));
        cues.push((&cue.text, merged(Look::default(), cue.kind, &degree)));
    }
    list("cues", cues.into_iter(), &mut text);
    Some(text)
}

/// The best class and its score.
fn class(classes: &Classes) -> Text {
    let mut text = Text::default();
    text.push(&classes.label, look::STRONG);
    if let Some(score) = classes.scores.get(&classes.label).and_then(Value::as_f64) {
        text.push(&format!(" ({score:.2})"), look::FAINT);
    }
    text
}

/// A cue of this kind as it looks in the sentence above.
fn merged(look: Look, kind: CueKind, degree: &Degree) -> Look {
    match kind {
        CueKind::Attribution => Look { italic: true, ..look },
        CueKind::Certainty => Look { bold: true, ..look }.painted(degree.look.paint),
    }
}

fn item(name: &str, text: &mut Text) {
    text.push(" · ", look::FAINT);
    text.push(name, Look::default());
}

fn list<'r>(name: &str, words: impl Iterator<Item = (&'r str, Look)>, text: &mut Text) {
    for (i, (word, look)) in words.enumerate() {
        if i == 0 {
            item(name, text);
            text.push(": ", look::FAINT);
        } else {
            text.push(", ", look::FAINT);
        }
        text.push(word, look);
    }
}
