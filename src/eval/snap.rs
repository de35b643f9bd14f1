//! Puts predicted entities onto gold tokens. A model that reads running text may end an entity inside a token (the
//! corpus glues "Ajax-" to "Feyenoord"); such a span counts as all the tokens it touches. Where two spans then
//! overlap the first one stays, so that the result can be written as IOB2.

use super::conll::TokenSentence;
use super::iob::TokenSpan;
use super::predicted::{PredictedSpan, SpanKind};

/// A predicted entity as tokens, with its score.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredTokenSpan {
    /// Tokens and type.
    pub span: TokenSpan,
    /// Probability that exactly this span is right.
    pub score: f64,
}

/// The entities among `predicted` as token spans of `sentence`, in order, none overlapping another. Entities of a
/// type outside `types` are dropped before anything else; a span that touches no token is dropped too.
pub fn snap(sentence: &TokenSentence, predicted: &[PredictedSpan], types: Option<&[String]>) -> Vec<ScoredTokenSpan> {
    let bounds = token_bounds(sentence);
    let mut entities: Vec<(&PredictedSpan, &str)> = predicted
        .iter()
        .filter_map(|span| match &span.kind {
            SpanKind::Entity(label) => Some((span, label.as_str())),
            _ => None,
        })
        .filter(|(_, label)| types.is_none_or(|types| types.iter().any(|kept| kept == label)))
        .collect();
    entities.sort_by_key(|(span, _)| (span.start, span.end));
    let mut snapped: Vec<ScoredTokenSpan> = Vec::with_capacity(entities.len());
    for (entity, label) in entities {
        let start = bounds.partition_point(|&(_, token_end)| token_end <= entity.start);
        let end = bounds.partition_point(|&(token_start, _)| token_start < entity.end);
        let free = snapped.last().is_none_or(|last| last.span.end <= start);
        if start < end && free {
            let span = TokenSpan {
                start,
                end,
                label: label.to_owned(),
            };
            snapped.push(ScoredTokenSpan {
                span,
                score: entity.score,
            });
        }
    }
    snapped
}

/// Code points of each token in the sentence's text.
fn token_bounds(sentence: &TokenSentence) -> Vec<(usize, usize)> {
    let mut start = 0;
    let mut bounds = Vec::with_capacity(sentence.tokens.len());
    for token in &sentence.tokens {
        let end = start + token.chars().count();
        bounds.push((start, end));
        start = end + 1;
    }
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::iob::Tag;

    fn sentence(text: &str) -> TokenSentence {
        let tokens: Vec<String> = text.split(' ').map(str::to_owned).collect();
        TokenSentence {
            tags: vec![Tag::Outside; tokens.len()],
            tokens,
            document: 0,
        }
    }

    fn entity(start: usize, end: usize, label: &str) -> PredictedSpan {
        PredictedSpan {
            kind: SpanKind::Entity(label.into()),
            start,
            end,
            score: 0.5,
        }
    }

    fn plain(spans: &[ScoredTokenSpan]) -> Vec<(usize, usize, &str)> {
        spans
            .iter()
            .map(|s| (s.span.start, s.span.end, s.span.label.as_str()))
            .collect()
    }

    #[test]
    fn aligned_spans_map_one_to_one() {
        let sentence = sentence("Éva Kok 🙂 in Gent");
        let spans = snap(&sentence, &[entity(13, 17, "LOC"), entity(0, 7, "PER")], None);
        assert_eq!(plain(&spans), [(0, 2, "PER"), (4, 5, "LOC")]);
    }

    #[test]
    fn spans_inside_a_token_take_it_whole_and_the_first_stays() {
        let sentence = sentence("De Ajax-Feyenoord clash");
        let spans = snap(
            &sentence,
            &[entity(3, 7, "ORG"), entity(8, 17, "ORG"), entity(17, 18, "LOC")],
            None,
        );
        assert_eq!(plain(&spans), [(1, 2, "ORG")]);
    }

    #[test]
    fn types_are_dropped_first() {
        let types = ["PER".to_owned()];
        let spans = snap(
            &sentence("ab cd"),
            &[entity(0, 5, "MISC"), entity(3, 5, "PER")],
            Some(&types),
        );
        assert_eq!(plain(&spans), [(1, 2, "PER")]);
        let source = PredictedSpan {
            kind: SpanKind::Source,
            start: 0,
            end: 2,
            score: 1.0,
        };
        assert!(snap(&sentence("ab cd"), &[source], None).is_empty());
    }
}
