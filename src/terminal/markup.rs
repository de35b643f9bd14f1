//! Marks a sentence's entities, source and cues in its words. Spans may nest and overlap: each character carries all
//! that covers it. Without colour entities stand in brackets with their type, and the label names source and cues.

use unicode_segmentation::UnicodeSegmentation;

use crate::record::{CueKind, Entity, Sentence};

use super::flow::Text;
use super::look::{self, Look, Paint};
use super::{Style, is_claim};

/// The sentence `words` with its marks.
pub(super) fn mark(words: &str, sentence: &Sentence, entities: &[&Entity], style: &Style) -> Text {
    let looks = looks(words, sentence, entities);
    let brackets = if style.colours.any() {
        Vec::new()
    } else {
        brackets(sentence, entities)
    };
    let mut brackets = brackets.into_iter().peekable();
    let mut text = Text::default();
    if sentence.heading && !style.colours.any() {
        text.push_whole("# ", Look::default());
        text.glue();
    }
    let mut point = 0;
    for grapheme in words.graphemes(true) {
        let next = point + grapheme.chars().count();
        // A bracket that would stand inside a grapheme opens before it and closes after it.
        while let Some(bracket) = brackets.next_if(|b| b.at < next && b.closes.is_none() || b.at <= point) {
            bracket.write(&mut text);
        }
        text.grapheme(grapheme, looks.get(point).copied().unwrap_or_default());
        point = next;
    }
    brackets.for_each(|bracket| bracket.write(&mut text));
    text
}

/// The look of each code point.
fn looks(words: &str, sentence: &Sentence, entities: &[&Entity]) -> Vec<Look> {
    // Only a sentence that is told to be no claim steps back, not one of a model that does not tell.
    let dim = sentence.claim.is_some() && !is_claim(sentence);
    let base = Look {
        bold: sentence.heading,
        dim,
        ..Look::default()
    };
    let mut looks = vec![base; words.chars().count()];
    let mut each = |start: usize, end: usize, change: &dyn Fn(&mut Look)| {
        let place = |at: usize| at.saturating_sub(sentence.start).min(looks.len());
        let (start, end) = (place(start), place(end));
        looks[start..end.max(start)].iter_mut().for_each(change);
    };
    for source in &sentence.source {
        each(source.start, source.end, &|look| look.underline = true);
    }
    let ink = sentence
        .certainty
        .as_ref()
        .map_or(Paint::None, |certainty| Paint::Degree(certainty.label));
    for cue in &sentence.cues {
        match cue.kind {
            CueKind::Attribution => each(cue.start, cue.end, &|look| look.italic = true),
            CueKind::Certainty => each(cue.start, cue.end, &|look| {
                (look.bold, look.dim, look.paint) = (true, false, ink);
            }),
        }
    }
    // Long ones first: of nested entities the inner one shows.
    let mut nested = entities.to_vec();
    nested.sort_by_key(|entity| std::cmp::Reverse(entity.end.saturating_sub(entity.start)));
    for entity in nested {
        let paint = look::paper(&entity.label);
        each(entity.start, entity.end, &|look| {
            (look.dim, look.paint) = (false, paint)
        });
    }
    looks
}

/// One side of an entity's brackets.
struct Bracket<'r> {
    /// Code points into the sentence.
    at: usize,
    /// The type, on the closing side.
    closes: Option<&'r str>,
}

impl Bracket<'_> {
    fn write(self, text: &mut Text) {
        match self.closes {
            None => text.push("[", Look::default()),
            Some(label) => {
                text.glue();
                text.push_whole(" ", Look::default());
                text.glue();
                text.push_whole(label, Look::default());
                text.push("]", Look::default());
            }
        }
    }
}

/// All brackets in the order in which they are written: inner ones close first, outer ones open first.
fn brackets<'r>(sentence: &Sentence, entities: &[&'r Entity]) -> Vec<Bracket<'r>> {
    let mut ordered = Vec::new();
    for entity in entities {
        let start = entity.start.max(sentence.start) - sentence.start;
        let end = entity.end.min(sentence.end).saturating_sub(sentence.start);
        if start < end {
            let length = end - start;
            ordered.push((
                (start, 1, usize::MAX - length),
                Bracket {
                    at: start,
                    closes: None,
                },
            ));
            ordered.push((
                (end, 0, length),
                Bracket {
                    at: end,
                    closes: Some(&entity.label),
                },
            ));
        }
    }
    ordered.sort_by_key(|(key, _)| *key);
    ordered.into_iter().map(|(_, bracket)| bracket).collect()
}
