//! IOB2 tags and the spans they stand for, read strictly: a span opens with `B-` and goes on through `I-` of the same
//! type; an `I-` that follows neither stands for nothing. That is seqeval's `mode='strict', scheme=IOB2`; on valid
//! IOB2 it is also what conlleval reads.

use std::fmt;
use std::str::FromStr;

/// The tag of one token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tag {
    /// `O`
    Outside,
    /// `B-TYPE`
    Begin(String),
    /// `I-TYPE`
    Inside(String),
}

impl Tag {
    /// The type, if any.
    pub fn label(&self) -> Option<&str> {
        match self {
            Self::Outside => None,
            Self::Begin(label) | Self::Inside(label) => Some(label),
        }
    }
}

impl FromStr for Tag {
    type Err = String;

    fn from_str(tag: &str) -> Result<Self, String> {
        match tag.split_once('-') {
            Some((_, label)) if label.contains(char::is_whitespace) => Err(format!(
                "`{tag}` holds white space: one tag in a line, nothing behind it"
            )),
            None if tag == "O" => Ok(Self::Outside),
            Some(("B", label)) if !label.is_empty() => Ok(Self::Begin(label.to_owned())),
            Some(("I", label)) if !label.is_empty() => Ok(Self::Inside(label.to_owned())),
            _ => Err(format!("`{tag}` is no IOB2 tag (O, B-TYPE or I-TYPE)")),
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside => f.write_str("O"),
            Self::Begin(label) => write!(f, "B-{label}"),
            Self::Inside(label) => write!(f, "I-{label}"),
        }
    }
}

/// A typed span of tokens, end exclusive.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenSpan {
    /// First token.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
    /// The type.
    pub label: String,
}

/// The spans of one sentence, in order.
pub fn spans(tags: &[Tag]) -> Vec<TokenSpan> {
    let mut spans: Vec<TokenSpan> = Vec::new();
    for (index, tag) in tags.iter().enumerate() {
        match tag {
            Tag::Begin(label) => spans.push(TokenSpan {
                start: index,
                end: index + 1,
                label: label.clone(),
            }),
            Tag::Inside(label) => {
                if let Some(last) = spans
                    .last_mut()
                    .filter(|last| last.end == index && last.label == *label)
                {
                    last.end += 1;
                }
            }
            Tag::Outside => {}
        }
    }
    spans
}

/// The tags of a sentence of `length` tokens whose spans do not overlap.
pub fn tags<'s>(length: usize, spans: impl IntoIterator<Item = &'s TokenSpan>) -> Vec<Tag> {
    let mut tags = vec![Tag::Outside; length];
    for span in spans {
        for (offset, tag) in tags[span.start..span.end].iter_mut().enumerate() {
            *tag = if offset == 0 {
                Tag::Begin(span.label.clone())
            } else {
                Tag::Inside(span.label.clone())
            };
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(tags: &str) -> Vec<Tag> {
        tags.split(' ').map(|tag| tag.parse().unwrap()).collect()
    }

    fn span(start: usize, end: usize, label: &str) -> TokenSpan {
        TokenSpan {
            start,
            end,
            label: label.into(),
        }
    }

    #[test]
    fn illegal_inside_tags_stand_for_nothing() {
        assert_eq!(
            spans(&parse("B-PER I-PER O B-LOC B-LOC")),
            [span(0, 2, "PER"), span(3, 4, "LOC"), span(4, 5, "LOC")]
        );
        assert_eq!(spans(&parse("O I-PER I-PER O")), []);
        assert_eq!(spans(&parse("B-PER I-LOC I-PER")), [span(0, 1, "PER")]);
        assert_eq!(
            spans(&parse("B-PER I-PER I-LOC I-LOC B-LOC")),
            [span(0, 2, "PER"), span(4, 5, "LOC")]
        );
    }

    #[test]
    fn valid_tags_come_back() {
        let valid = parse("B-PER I-PER O B-LOC B-LOC I-LOC O");
        assert_eq!(tags(valid.len(), &spans(&valid)), valid);
    }

    #[test]
    fn other_tags_are_refused() {
        for wrong in ["", "B", "B-", "S-PER", "I", "o", "BPER", "B-PER ", "B-LOC\t_"] {
            assert!(wrong.parse::<Tag>().is_err(), "{wrong}");
        }
        assert_eq!("B-X-Y".parse::<Tag>(), Ok(Tag::Begin("X-Y".into())));
    }
}
