//! What the signs and colours mean, and the article in one line of numbers.

use std::collections::BTreeSet;

use crate::record::{CertaintyLabel, CueKind, Holder, Record};

use super::flow::Text;
use super::look::{self, Look};
use super::screen::Screen;
use super::{Style, is_claim, label};

const DEGREES: [CertaintyLabel; 4] = [
    CertaintyLabel::Certain,
    CertaintyLabel::Probable,
    CertaintyLabel::Possible,
    CertaintyLabel::Uncommitted,
];

/// The legend of what occurs in the record, and the summary.
pub(super) fn write(record: &Record, style: &Style, screen: &mut Screen) {
    if record.sentences.iter().any(|sentence| sentence.certainty.is_some()) {
        let mut degrees = Text::default();
        for degree in DEGREES.map(label::shown) {
            entry(&mut degrees, &format!("{} {}", degree.sign, degree.name), degree.look);
        }
        entry(&mut degrees, "✗ NOT", look::DENIED);
        degrees.push_whole(" said not to hold", Look::default());
        screen.flow(&degrees);
    }
    let mut marks = Text::default();
    let types: BTreeSet<(usize, &str)> = record
        .entities
        .iter()
        .map(|entity| (rank(&entity.label), entity.label.as_str()))
        .collect();
    if style.colour {
        for (_, label) in types {
            entry(&mut marks, label, Look::default().painted(look::paper(label)));
        }
        let cue = |kind| {
            record
                .sentences
                .iter()
                .flat_map(|s| &s.cues)
                .any(move |cue| cue.kind == kind)
        };
        for (name, look, occurs) in [
            (
                "source",
                look::SOURCE,
                record.sentences.iter().any(|sentence| !sentence.source.is_empty()),
            ),
            ("attribution cue", look::ATTRIBUTION, cue(CueKind::Attribution)),
            ("certainty cue", look::CERTAINTY, cue(CueKind::Certainty)),
        ] {
            if occurs {
                entry(&mut marks, name, look);
            }
        }
    } else if !types.is_empty() {
        entry(&mut marks, "[name TYPE] entity", Look::default());
    }
    screen.flow(&marks);
    screen.flow(&summary(record));
    let mut note = Text::default();
    note.push(
        "A label says how certain the text puts a claim, not whether it is true.",
        look::FAINT,
    );
    screen.flow(&note);
}

fn rank(label: &str) -> usize {
    ["PER", "ORG", "LOC", "MISC"]
        .iter()
        .position(|known| *known == label)
        .unwrap_or(4)
}

/// One entry, three blanks after the one before it.
fn entry(text: &mut Text, words: &str, look: Look) {
    if !text.is_empty() {
        text.gap(3);
    }
    text.push_whole(words, look);
}

fn summary(record: &Record) -> Text {
    let claims: Vec<_> = record.sentences.iter().filter(|sentence| is_claim(sentence)).collect();
    let mut words = counted(record.sentences.len(), "sentence");
    if record
        .sentences
        .iter()
        .any(|sentence| sentence.claim.is_some() || sentence.certainty.is_some())
    {
        words = format!("{words}, {}", counted(claims.len(), "claim"));
    }
    let count = |holds: &dyn Fn(&crate::record::Sentence) -> bool| claims.iter().filter(|claim| holds(claim)).count();
    if claims.iter().any(|claim| claim.certainty.is_some()) {
        let degree = |label| {
            let number = count(&|claim| {
                claim
                    .certainty
                    .as_ref()
                    .is_some_and(|certainty| certainty.label == label)
            });
            format!("{number} {}", label::shown(label).name)
        };
        words = format!("{words}: {}", DEGREES.map(degree).join(", "));
    }
    let denied = count(&label::is_denied);
    let held = |by| count(&|claim| claim.holder.as_ref().is_some_and(|holder| holder.label == by));
    for (number, what) in [
        (denied, "said not to hold"),
        (held(Holder::Source), "by a source"),
        (held(Holder::Hearsay), "by hearsay"),
    ] {
        if number > 0 {
            words = format!("{words}; {number} {what}");
        }
    }
    let mut text = Text::default();
    text.push(&words, look::STRONG);
    text
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
