//! Sentence boundaries on corpus files: the sentences of each document are joined into running text in three ways and
//! split again, and the ends that agree are counted per language. This measures the splitter alone; no model runs.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Score;
use super::boundary::{BoundaryScore, Layout, score_document};
use super::corpus::CorpusDocument;

/// Boundary scores of a set of corpus files.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BoundaryReport {
    /// Number of documents.
    pub documents: usize,
    /// Number of sentences.
    pub sentences: usize,
    /// One row per language, then one for all of them (`all`).
    pub rows: Vec<BoundaryRow>,
}

/// Boundary scores of one language. A document's last end is not counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BoundaryRow {
    /// ISO 639-1 code, `?` where the file name does not tell, or `all`.
    pub language: String,
    /// Every heading and byline a paragraph of its own, as in real articles.
    pub headings_apart: Score,
    /// Paragraphs as the corpus marks them; a heading runs into the sentence after it.
    pub running: Score,
    /// Everything in one paragraph.
    pub one_paragraph: Score,
}

const LAYOUTS: [Layout; 3] = [Layout::HeadingsApart, Layout::Running, Layout::OneParagraph];

/// Splits every document anew. Documents whose sentences stand alone say nothing about boundaries and are left out.
pub fn score_boundaries(documents: &[CorpusDocument]) -> BoundaryReport {
    let mut languages: BTreeMap<&str, [BoundaryScore; 3]> = BTreeMap::new();
    let mut all = [BoundaryScore::default(); 3];
    let joined = || documents.iter().filter(|document| !document.single);
    for document in joined() {
        let entry = languages
            .entry(document.language.as_deref().unwrap_or("?"))
            .or_default();
        let paragraphs = paragraphs(document);
        for ((sum, own), layout) in all.iter_mut().zip(entry).zip(LAYOUTS) {
            let score = score_document(&paragraphs, document.language.as_deref(), layout);
            own.add(score);
            sum.add(score);
        }
    }
    let rows = languages
        .into_iter()
        .chain([("all", all)])
        .map(|(language, [apart, running, one])| BoundaryRow {
            language: language.to_owned(),
            headings_apart: counted(apart),
            running: counted(running),
            one_paragraph: counted(one),
        });
    BoundaryReport {
        documents: joined().count(),
        sentences: joined().map(|document| document.sentences.len()).sum(),
        rows: rows.collect(),
    }
}

fn counted(score: BoundaryScore) -> Score {
    Score {
        precision: score.precision(),
        recall: score.recall(),
        f1: score.f1(),
        correct: score.correct,
        predicted: score.predicted,
        gold: score.gold,
    }
}

fn paragraphs(document: &CorpusDocument) -> Vec<Vec<String>> {
    let parts = document
        .sentences
        .chunk_by(|a, b| a.marked_paragraph == b.marked_paragraph);
    parts
        .map(|part| part.iter().map(|sentence| sentence.text.clone()).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_per_language_and_for_all() {
        let text = "#doc d | - | - | -\nCT+ author\tDijk breekt\nCT+ author\tDr. Bos kwam. \n#p\nnone\tTja.\n";
        let text = text.replace(". \n", ".\n");
        let read = |language: &str| crate::eval::corpus::parse("x.txt", Some(language.to_owned()), &text).unwrap();
        let mut documents = read("nl");
        documents.extend(read("de"));
        let report = score_boundaries(&documents);
        let names: Vec<_> = report.rows.iter().map(|row| row.language.as_str()).collect();
        assert_eq!(names, ["de", "nl", "all"]);
        assert_eq!((report.documents, report.sentences), (2, 6));
        let all = report.rows.last().unwrap();
        assert_eq!((all.headings_apart.gold, all.headings_apart.correct), (4, 4));
        assert_eq!(
            (all.running.gold, all.running.correct),
            (4, 2),
            "a title runs into the next sentence"
        );
    }
}
