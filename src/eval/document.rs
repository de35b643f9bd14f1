//! The seam to the model: gold texts with the sentences that the corpus gives, and the trait that labels them. Spans
//! here are bytes into the text; the records that come back speak code points.

use std::collections::BTreeMap;

use crate::record::Record;
use crate::span::Span;

/// Labels texts whose sentences are given.
pub trait Labeller {
    /// One [`Record`] per document, in the same order, with exactly the sentences that were given.
    fn label(&self, documents: Vec<GoldDocument>) -> anyhow::Result<Vec<Record>>;

    /// What it can mark: nothing else can be measured.
    fn marks(&self) -> Marks;
}

/// Which spans a model has a head for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Marks {
    /// Its types of entities, each with the name that records give it as `label`; none where it marks no entities.
    pub entities: Option<BTreeMap<String, String>>,
    /// Who a claim comes from.
    pub source: bool,
    /// Attribution cues.
    pub cue: bool,
    /// Certainty cues.
    pub hedge: bool,
}

/// A text with its sentences as the corpus gives them.
#[derive(Debug, Clone, PartialEq)]
pub struct GoldDocument {
    /// Name of the document, unique within one call.
    pub id: String,
    /// ISO 639-1 code, if the file name tells.
    pub language: Option<String>,
    /// Running text.
    pub text: String,
    /// Every sentence, in order; to be taken as is.
    pub sentences: Vec<GoldSentenceSpan>,
    /// Whether sentences may see each other as context. If not, the document has one sentence.
    pub context: bool,
}

/// Where a sentence stands in the text of its document.
#[derive(Debug, Clone, PartialEq)]
pub struct GoldSentenceSpan {
    /// Bytes into the text.
    pub span: Span,
    /// 0-based number of the paragraph.
    pub paragraph: usize,
    /// Whether it is a title or a heading.
    pub heading: bool,
}

/// A sentence on its way into a document.
pub(crate) struct Piece<'t> {
    pub(crate) text: &'t str,
    pub(crate) paragraph: usize,
    pub(crate) heading: bool,
}

impl GoldDocument {
    /// Joins sentences into running text: one blank inside a paragraph, an empty line between paragraphs.
    pub(crate) fn join<'t>(
        id: String,
        language: Option<String>,
        context: bool,
        pieces: impl IntoIterator<Item = Piece<'t>>,
    ) -> Self {
        let mut text = String::new();
        let mut sentences: Vec<GoldSentenceSpan> = Vec::new();
        for piece in pieces {
            if let Some(last) = sentences.last() {
                text.push_str(if last.paragraph == piece.paragraph { " " } else { "\n\n" });
            }
            let start = text.len();
            text.push_str(piece.text);
            sentences.push(GoldSentenceSpan {
                span: Span::new(start, text.len()),
                paragraph: piece.paragraph,
                heading: piece.heading,
            });
        }
        Self {
            id,
            language,
            text,
            sentences,
            context,
        }
    }

    /// The sentence spans in code points.
    pub(crate) fn char_spans(&self) -> Vec<(usize, usize)> {
        let (mut byte, mut chars) = (0, 0);
        let mut advance = |to: usize| {
            chars += self.text.get(byte..to).map_or(0, |part| part.chars().count());
            byte = to;
            chars
        };
        self.sentences
            .iter()
            .map(|sentence| (advance(sentence.span.start), advance(sentence.span.end)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_sentences_and_paragraphs_and_counts_code_points() {
        let piece = |text, paragraph, heading| Piece {
            text,
            paragraph,
            heading,
        };
        let pieces = vec![
            piece("Één kop", 0, true),
            piece("Zij is 🙂.", 1, false),
            piece("Ja.", 1, false),
        ];
        let document = GoldDocument::join("d".into(), Some("nl".into()), true, pieces);
        assert_eq!(document.text, "Één kop\n\nZij is 🙂. Ja.");
        assert_eq!(document.char_spans(), [(0, 7), (9, 18), (19, 22)]);
        assert_eq!(document.sentences[2].span.slice(&document.text), "Ja.");
    }
}
