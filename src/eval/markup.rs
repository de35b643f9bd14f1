//! The inline tags of the corpus format: `<PER> <ORG> <LOC> <MISC>` for entities, `<s>` source, `<c>` attribution
//! cue, `<h>` certainty cue. Tags are properly nested and entities are flat. Nothing is escaped: a `<` that opens none
//! of these tags is an ordinary character.

use super::SpanKind;

/// A gold span, in code points of its sentence, end exclusive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GoldSpan {
    /// What it stands for.
    pub kind: SpanKind,
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

const TAGS: [&str; 7] = ["PER", "ORG", "LOC", "MISC", "s", "c", "h"];

/// Takes the tags out of a sentence: the plain text and the spans, sorted by where they begin, outer ones first.
pub(crate) fn parse(marked: &str) -> Result<(String, Vec<GoldSpan>), String> {
    let mut text = String::with_capacity(marked.len());
    let mut length = 0;
    let mut open: Vec<(&str, usize)> = Vec::new();
    let mut spans = Vec::new();
    let mut rest = marked;
    while let Some(next) = rest.chars().next() {
        let Some((closing, name, after)) = tag(rest) else {
            text.push(next);
            length += 1;
            rest = &rest[next.len_utf8()..];
            continue;
        };
        rest = after;
        if !closing {
            if is_entity(name) && open.iter().any(|(outer, _)| is_entity(outer)) {
                return Err(format!("<{name}> stands inside another entity; entities are flat"));
            }
            open.push((name, length));
            continue;
        }
        let (opened, start) = open.pop().ok_or_else(|| format!("</{name}> closes nothing"))?;
        if opened != name {
            return Err(format!("</{name}> closes <{opened}>; tags may not cross"));
        }
        let words: String = text.chars().skip(start).collect();
        if words.is_empty() || words.trim() != words {
            return Err(format!("<{name}> holds nothing, or begins or ends with a blank"));
        }
        spans.push(GoldSpan {
            kind: kind(name),
            start,
            end: length,
        });
    }
    if let Some((name, _)) = open.pop() {
        return Err(format!("<{name}> is never closed"));
    }
    spans.sort_by(|a, b| (a.start, b.end, &a.kind).cmp(&(b.start, a.end, &b.kind)));
    Ok((text, spans))
}

/// If the text begins with a known tag: whether it closes, its name, and what follows.
fn tag(text: &str) -> Option<(bool, &'static str, &str)> {
    let inner = text.strip_prefix('<')?;
    let (closing, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    TAGS.iter()
        .find_map(|&name| Some((closing, name, inner.strip_prefix(name)?.strip_prefix('>')?)))
}

fn is_entity(name: &str) -> bool {
    name.len() > 1
}

fn kind(name: &str) -> SpanKind {
    match name {
        "s" => SpanKind::Source,
        "c" => SpanKind::Attribution,
        "h" => SpanKind::Hedge,
        _ => SpanKind::Entity(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_tags_become_spans_of_code_points() {
        let (text, spans) = parse("<c>Volgens</c> <s>de <MISC>Één🙂</MISC> man</s> <c><h>kan</h></c> 1 < 2.").unwrap();
        assert_eq!(text, "Volgens de Één🙂 man kan 1 < 2.");
        let span = |kind, start, end| GoldSpan { kind, start, end };
        assert_eq!(
            spans,
            [
                span(SpanKind::Attribution, 0, 7),
                span(SpanKind::Source, 8, 19),
                span(SpanKind::Entity("MISC".into()), 11, 15),
                span(SpanKind::Attribution, 20, 23),
                span(SpanKind::Hedge, 20, 23),
            ]
        );
    }

    #[test]
    fn unknown_tags_are_text() {
        assert_eq!(
            parse("<b>x</b> <PERS> R&D <").unwrap(),
            ("<b>x</b> <PERS> R&D <".to_owned(), vec![])
        );
    }

    #[test]
    fn broken_tags_are_refused() {
        let message = |marked: &str| parse(marked).unwrap_err();
        assert_eq!(message("<s>a <c>b</s></c>"), "</s> closes <c>; tags may not cross");
        assert_eq!(message("a</h>"), "</h> closes nothing");
        assert_eq!(message("<LOC>a"), "<LOC> is never closed");
        assert_eq!(
            message("<ORG>a <LOC>b</LOC></ORG>"),
            "<LOC> stands inside another entity; entities are flat"
        );
        assert_eq!(
            message("<ORG><s><LOC>b</LOC></s></ORG>"),
            "<LOC> stands inside another entity; entities are flat"
        );
        assert_eq!(message("<h></h>"), "<h> holds nothing, or begins or ends with a blank");
        assert_eq!(
            message("<h>a </h>"),
            "<h> holds nothing, or begins or ends with a blank"
        );
    }
}
