//! Scores sentence boundaries: joins the gold sentences of a document into running text, splits it again and counts the
//! ends that agree. Promises exact counts; a document's last end is left out, since nobody can miss it.

use crate::document::sentences;
use crate::html::Reading;
use crate::span::Span;

/// Counts of boundaries, added up over documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BoundaryScore {
    /// Predicted boundaries that are gold ones.
    pub correct: usize,
    /// Predicted boundaries.
    pub predicted: usize,
    /// Gold boundaries.
    pub gold: usize,
}

impl BoundaryScore {
    /// Correct over predicted; 1 if nothing was predicted and nothing was to be found.
    pub fn precision(&self) -> f64 {
        ratio(self.correct, self.predicted, self.gold)
    }

    /// Correct over gold; 1 if nothing was predicted and nothing was to be found.
    pub fn recall(&self) -> f64 {
        ratio(self.correct, self.gold, self.predicted)
    }

    /// Harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        ratio(2 * self.correct, self.predicted + self.gold, 0)
    }

    /// Adds the counts of another document.
    pub fn add(&mut self, other: Self) {
        self.correct += other.correct;
        self.predicted += other.predicted;
        self.gold += other.gold;
    }
}

fn ratio(part: usize, whole: usize, other: usize) -> f64 {
    match whole {
        0 if other == 0 => 1.0,
        0 => 0.0,
        _ => part as f64 / whole as f64,
    }
}

/// How the sentences of a document are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Sentences of a paragraph by one blank, paragraphs by an empty line.
    Running,
    /// As `Running`, but a sentence without a final stop (a heading, a caption, a byline) is a paragraph of its own, as
    /// it is in real articles.
    HeadingsApart,
    /// Everything by one blank, paragraphs and headings too: the hardest reading.
    OneParagraph,
}

/// Compares two lists of offsets, each in ascending order.
pub fn score(gold_ends: &[usize], predicted_ends: &[usize]) -> BoundaryScore {
    let correct = gold_ends
        .iter()
        .filter(|end| predicted_ends.binary_search(end).is_ok())
        .count();
    BoundaryScore {
        correct,
        predicted: predicted_ends.len(),
        gold: gold_ends.len(),
    }
}

/// A document joined into running text, with the gold sentences' places in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The running text.
    pub text: String,
    /// One span per gold sentence.
    pub sentences: Vec<Span>,
}

/// Joins the paragraphs of a document, each a list of plain sentences. Empty sentences are left out.
pub fn join(paragraphs: &[Vec<String>], layout: Layout) -> Joined {
    let mut joined = Joined {
        text: String::new(),
        sentences: Vec::new(),
    };
    let mut apart = false;
    for (number, paragraph) in paragraphs.iter().enumerate() {
        apart |= number > 0 && layout != Layout::OneParagraph;
        for sentence in paragraph.iter().map(|s| s.trim()).filter(|s| !s.is_empty()) {
            let alone = layout == Layout::HeadingsApart && !ends_stopped(sentence);
            if !joined.text.is_empty() {
                joined.text.push_str(if apart || alone { "\n\n" } else { " " });
            }
            let start = joined.text.len();
            joined.text.push_str(sentence);
            joined.sentences.push(Span::new(start, joined.text.len()));
            apart = alone;
        }
    }
    joined
}

/// Joins, splits and scores one document.
pub fn score_document(paragraphs: &[Vec<String>], language: Option<&str>, layout: Layout) -> BoundaryScore {
    let joined = join(paragraphs, layout);
    let split = sentences(&joined.text, Reading::of(&joined.text).as_ref(), language, None);
    let predicted: Vec<usize> = split.iter().map(|s| s.span.end).collect();
    let gold: Vec<usize> = joined.sentences.iter().map(|s| s.end).collect();
    score(but_last(&gold), but_last(&predicted))
}

/// Scores of all documents of a file, added up.
pub fn score_documents<'d>(
    documents: impl IntoIterator<Item = &'d [Vec<String>]>,
    language: Option<&str>,
    layout: Layout,
) -> BoundaryScore {
    let mut total = BoundaryScore::default();
    for paragraphs in documents {
        total.add(score_document(paragraphs, language, layout));
    }
    total
}

fn but_last(ends: &[usize]) -> &[usize] {
    ends.split_last().map_or(ends, |(_, rest)| rest)
}

/// Whether a gold sentence ends with a stop, closing marks aside.
fn ends_stopped(sentence: &str) -> bool {
    sentence
        .trim_end_matches(|c: char| c.is_whitespace() || "\"'”’“‘»«›‹)]}+".contains(c))
        .ends_with(['.', '!', '?', '…', '。', '！', '？', '؟'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Vec<Vec<String>> {
        let paragraph = |sentences: &[&str]| sentences.iter().map(|s| s.to_string()).collect();
        vec![
            paragraph(&[
                "Brug over de Vecht blijft dicht",
                "Dr. Jansma zag het gisteren.",
                "Ze belde de gemeente.",
            ]),
            paragraph(&["Morgen volgt meer."]),
        ]
    }

    #[test]
    fn counts_agreeing_ends() {
        let found = score(&[3, 9, 12], &[3, 10, 12, 20]);
        assert_eq!(
            found,
            BoundaryScore {
                correct: 2,
                predicted: 4,
                gold: 3
            }
        );
        assert_eq!((found.precision(), found.recall()), (0.5, 2.0 / 3.0));
        assert!((found.f1() - 4.0 / 7.0).abs() < 1e-12);
        assert_eq!(score(&[], &[]).f1(), 1.0);
        assert_eq!(score(&[], &[4]).f1(), 0.0);
    }

    #[test]
    fn layouts_differ_in_what_stands_apart() {
        let running = join(&document(), Layout::Running);
        assert_eq!(running.text.matches("\n\n").count(), 1);
        let apart = join(&document(), Layout::HeadingsApart);
        assert_eq!(apart.text.matches("\n\n").count(), 2);
        assert!(apart.text.starts_with("Brug over de Vecht blijft dicht\n\nDr. Jansma"));
        assert!(!join(&document(), Layout::OneParagraph).text.contains('\n'));
        for joined in [running, apart] {
            assert_eq!(joined.sentences[1].slice(&joined.text), "Dr. Jansma zag het gisteren.");
        }
    }

    #[test]
    fn a_heading_in_running_text_is_missed_and_found_when_apart() {
        let score = |layout| score_document(&document(), Some("nl"), layout);
        assert_eq!(
            score(Layout::Running),
            BoundaryScore {
                correct: 2,
                predicted: 2,
                gold: 3
            }
        );
        assert_eq!(
            score(Layout::HeadingsApart),
            BoundaryScore {
                correct: 3,
                predicted: 3,
                gold: 3
            }
        );
    }
}
