//! The corpus format of the annotation guidelines: `#doc` headers, `#p` paragraph marks, one `LABEL<TAB>TEXT` a line.
//! The reader is strict, so that a slip in the annotation shows as `file:line` and not as a lower score. A fifth header
//! field `single` marks a document whose sentences do not belong together; each is then labelled by itself.

use std::collections::{HashMap, HashSet};

use super::claim::{Judgement, parse_label};
use super::document::Piece;
use super::markup::{self, GoldSpan};
use super::{EvalError, GoldDocument};

/// An annotated document.
#[derive(Debug, Clone, PartialEq)]
pub struct CorpusDocument {
    /// Name from the header.
    pub id: String,
    /// Topic from the header; of a minimal pair, the phenomenon that it tests.
    pub topic: String,
    /// ISO 639-1 code from the file name.
    pub language: Option<String>,
    /// Whether its sentences stand alone.
    pub single: bool,
    /// Whether its file has tags; if not, spans and entities are not scored.
    pub tagged: bool,
    /// Every sentence, in order; at least one.
    pub sentences: Vec<CorpusSentence>,
}

/// An annotated sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct CorpusSentence {
    /// None for `none`.
    pub label: Option<Judgement>,
    /// The text without tags.
    pub text: String,
    /// What the tags mark.
    pub spans: Vec<GoldSpan>,
    /// 0-based number of the paragraph in running text, where a title stands apart.
    pub paragraph: usize,
    /// 0-based number of the paragraph as the `#p` lines give it.
    pub marked_paragraph: usize,
    /// Whether it is a title or a heading.
    pub heading: bool,
}

impl CorpusDocument {
    /// The texts to label: the whole document, or each sentence of a `single` one.
    pub fn documents(&self) -> Vec<GoldDocument> {
        let join = |id: String, context: bool, sentences: &[CorpusSentence]| {
            let pieces = sentences.iter().map(|sentence| Piece {
                text: &sentence.text,
                paragraph: sentence.paragraph,
                heading: sentence.heading,
            });
            GoldDocument::join(id, self.language.clone(), context, pieces)
        };
        if !self.single {
            return vec![join(self.id.clone(), true, &self.sentences)];
        }
        let alone = self.sentences.chunks(1).enumerate();
        alone
            .map(|(index, sentence)| join(format!("{}#{index}", self.id), false, sentence))
            .collect()
    }
}

/// Reads the text of a corpus file. An error names the line.
pub fn parse(name: &str, language: Option<String>, text: &str) -> Result<Vec<CorpusDocument>, EvalError> {
    let mut documents: Vec<CorpusDocument> = Vec::new();
    let mut ids = HashSet::new();
    let mut inside = false;
    let mut paragraph = 0;
    for (index, line) in text.lines().enumerate() {
        let wrong = |message: String| EvalError::line(name, index + 1, message);
        if line.is_empty() {
            inside = false;
        } else if let Some(header) = line.strip_prefix("#doc") {
            let (id, topic, single) = parse_header(header).map_err(wrong)?;
            if !ids.insert(id.clone()) {
                return Err(wrong(format!("document {id} stands twice in this file")));
            }
            let language = language.clone();
            documents.push(CorpusDocument {
                id,
                topic,
                language,
                single,
                tagged: false,
                sentences: Vec::new(),
            });
            (inside, paragraph) = (true, 0);
        } else {
            let document = documents.last_mut().filter(|_| inside);
            let document =
                document.ok_or_else(|| wrong("it belongs to no document; a `#doc` line is missing".into()))?;
            if line == "#p" {
                paragraph = document.sentences.last().map_or(0, |last| last.paragraph + 1);
            } else {
                let (label, text, spans) = parse_sentence(line).map_err(wrong)?;
                document.sentences.push(CorpusSentence {
                    label,
                    text,
                    spans,
                    paragraph,
                    marked_paragraph: paragraph,
                    heading: false,
                });
            }
        }
    }
    if let Some(empty) = documents.iter().find(|document| document.sentences.is_empty()) {
        return Err(EvalError::file(name, format!("document {} has no sentence", empty.id)));
    }
    if documents.is_empty() {
        return Err(EvalError::file(name, "no `#doc` in it"));
    }
    let tagged = documents
        .iter()
        .flat_map(|document| &document.sentences)
        .any(|sentence| !sentence.spans.is_empty());
    for document in &mut documents {
        document.tagged = tagged;
        mark_headings(document);
    }
    Ok(documents)
}

/// Makes one set of the documents of several files, each with its name.
///
/// # Errors
/// If a document stands in two of them: it would count twice, and a split could not tell one from the other.
pub fn join(files: Vec<(String, Vec<CorpusDocument>)>) -> Result<Vec<CorpusDocument>, EvalError> {
    let mut all = Vec::new();
    let mut places: HashMap<String, String> = HashMap::new();
    for (name, documents) in files {
        for document in documents {
            if let Some(first) = places.insert(document.id.clone(), name.clone()) {
                let twice = format!(
                    "document {} stands in {first} too; leave one of them out, or give it an id of its own",
                    document.id
                );
                return Err(EvalError::file(&name, twice));
            }
            all.push(document);
        }
    }
    Ok(all)
}

fn parse_header(header: &str) -> Result<(String, String, bool), String> {
    let fields: Vec<&str> = header.split('|').map(str::trim).collect();
    let single = fields.get(4) == Some(&"single");
    let known = fields.len() == 4 || fields.len() == 5 && single;
    if fields.len() == 4 && fields[3] == "single" {
        // An outlet of that name is less likely than a forgotten one, which would make context of unrelated sentences.
        return Err("`single` is the fifth field: `#doc ID | date | topic | outlet | single`".to_owned());
    }
    if !header.starts_with(' ') || fields[0].is_empty() || !known {
        return Err("expected `#doc ID | date | topic | outlet`, and `| single` at most".to_owned());
    }
    Ok((fields[0].to_owned(), fields[2].to_owned(), single))
}

type ParsedSentence = (Option<Judgement>, String, Vec<GoldSpan>);

fn parse_sentence(line: &str) -> Result<ParsedSentence, String> {
    let (label, marked) = line
        .split_once('\t')
        .ok_or("expected `LABEL<TAB>TEXT`, `#doc ...`, `#p` or an empty line")?;
    let label = parse_label(label)?;
    let (text, spans) = markup::parse(marked)?;
    if text.trim().is_empty() || text.trim() != text || text.contains('\t') {
        return Err("the text is empty, holds a tab, or begins or ends with white space".to_owned());
    }
    Ok((label, text, spans))
}

/// The first line is the title unless it ends like a sentence of running text; a title opens a paragraph of its own.
/// Any other paragraph of one sentence without a final mark is a heading too. Single sentences have no headings.
fn mark_headings(document: &mut CorpusDocument) {
    if document.single {
        return;
    }
    let titled = document.sentences.len() > 1 && !document.sentences[0].text.ends_with('.');
    if titled {
        document.sentences[0].heading = true;
        if document.sentences[1].paragraph == 0 {
            document.sentences[1..]
                .iter_mut()
                .for_each(|sentence| sentence.paragraph += 1);
        }
    }
    let skip = usize::from(titled);
    for paragraph in document.sentences[skip..].chunk_by_mut(|a, b| a.paragraph == b.paragraph) {
        if let [only] = paragraph {
            let body = only.text.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', ' ']);
            only.heading = !body.ends_with(['.', '!', '?', '…', ':', ';']);
        }
    }
}

#[cfg(test)]
#[path = "corpus_tests.rs"]
mod tests;
