//! What the signs and colours mean, of those that occurred.

use std::collections::BTreeSet;

use crate::record::{CueKind, Entity, Sentence};

use super::Style;
use super::counts::DEGREES;
use super::flow::Text;
use super::label;
use super::look::{self, Look};
use super::screen::Screen;

/// What occurred in the articles so far.
#[derive(Debug, Default)]
pub(super) struct Seen {
    certainty: bool,
    /// Types of entities, in the order in which they are shown.
    types: BTreeSet<(usize, String)>,
    source: bool,
    attribution: bool,
    doubt: bool,
    pub(super) context: bool,
}

impl Seen {
    /// A sentence that is shown, and its entities.
    pub(super) fn see(&mut self, sentence: &Sentence, entities: &[&Entity]) {
        let types = entities
            .iter()
            .map(|entity| (rank(&entity.label), entity.label.clone()));
        self.types.extend(types);
        self.certainty |= sentence.certainty.is_some();
        self.source |= !sentence.source.is_empty();
        for cue in &sentence.cues {
            match cue.kind {
                CueKind::Attribution => self.attribution = true,
                CueKind::Certainty => self.doubt = true,
            }
        }
    }

    /// The legend, and what a label is worth.
    pub(super) fn write(&self, style: &Style, screen: &mut Screen) {
        if self.certainty {
            let mut degrees = Text::default();
            for degree in DEGREES.map(label::shown) {
                entry(&mut degrees, &format!("{} {}", degree.sign, degree.name), degree.look);
            }
            entry(&mut degrees, "✗ NOT", look::DENIED);
            degrees.push_whole(" said not to hold", Look::default());
            screen.flow(&degrees);
        }
        let mut marks = Text::default();
        if style.colours.any() {
            for (_, label) in &self.types {
                entry(&mut marks, label, Look::default().painted(look::paper(label)));
            }
            for (name, look, occurs) in [
                ("source", look::SOURCE, self.source),
                ("attribution cue", look::ATTRIBUTION, self.attribution),
                ("certainty cue", look::CERTAINTY, self.doubt),
            ] {
                if occurs {
                    entry(&mut marks, name, look);
                }
            }
        } else if !self.types.is_empty() {
            entry(&mut marks, "[name TYPE] entity", Look::default());
        }
        if self.context {
            entry(&mut marks, "· the sentence before, without its label", look::FAINT);
        }
        screen.flow(&marks);
        let mut note = Text::default();
        note.push(
            "A label says how certain the text puts a claim, not whether it is true.",
            look::FAINT,
        );
        screen.flow(&note);
    }
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
