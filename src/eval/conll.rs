//! Gold entities, one token a line: `token<TAB>tag` in IOB2, an empty line after each sentence, `-DOCSTART-` lines
//! before documents. A sentence's text is its tokens joined by one blank. Where a file marks its documents they are
//! labelled as articles are, whole; sentences of a file without marks may have nothing to do with each other, and are
//! labelled one by one unless told otherwise.

use std::collections::BTreeSet;

use super::document::Piece;
use super::iob::Tag;
use super::{EvalError, GoldDocument};

/// A gold file.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenFile {
    /// The file as given.
    pub name: String,
    /// ISO 639-1 code from the file name.
    pub language: Option<String>,
    /// All sentences, in order.
    pub sentences: Vec<TokenSentence>,
    /// Whether the file has `-DOCSTART-` lines.
    pub marked: bool,
    /// Every type that its tags name, those that are not scored among them.
    pub types: BTreeSet<String>,
}

/// Which sentences are labelled together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Together {
    /// Those of a document where the file marks documents (-DOCSTART- lines), else each sentence alone
    Marked,
    /// Those of a document; a file without marks is one document
    Always,
    /// Each sentence alone
    Never,
}

/// A gold sentence; as many tags as tokens, at least one.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenSentence {
    /// Words and punctuation.
    pub tokens: Vec<String>,
    /// One tag per token.
    pub tags: Vec<Tag>,
    /// 0-based number of the document.
    pub document: usize,
}

impl TokenSentence {
    /// The tokens joined by one blank.
    pub fn text(&self) -> String {
        self.tokens.join(" ")
    }
}

impl TokenFile {
    /// Reads the text of a gold file. An error names the line.
    pub fn parse(name: &str, language: Option<String>, text: &str) -> Result<Self, EvalError> {
        let mut file = Self {
            name: name.to_owned(),
            language,
            sentences: Vec::new(),
            marked: false,
            types: BTreeSet::new(),
        };
        let mut open = TokenSentence {
            tokens: Vec::new(),
            tags: Vec::new(),
            document: 0,
        };
        for (index, line) in text.lines().enumerate() {
            if line.is_empty() {
                file.close(&mut open);
                continue;
            }
            let wrong = |message: String| EvalError::line(name, index + 1, message);
            let (token, tag) = line
                .split_once('\t')
                .ok_or_else(|| wrong("expected `token<TAB>tag` or an empty line".to_owned()))?;
            if token.is_empty() || token.contains(char::is_whitespace) {
                return Err(wrong("a token is empty or holds white space".to_owned()));
            }
            let tag = tag.parse().map_err(wrong)?;
            if token == "-DOCSTART-" {
                file.close(&mut open);
                file.marked = true;
                open.document += usize::from(!file.sentences.is_empty());
                continue;
            }
            if let Tag::Inside(label) = &tag
                && open.tags.last().and_then(Tag::label) != Some(label)
            {
                return Err(wrong(format!(
                    "`I-{label}` opens an entity; in IOB2 `B-{label}` does (is the file in IOB1?)"
                )));
            }
            if let Some(label) = tag.label().filter(|label| !file.types.contains(*label)) {
                file.types.insert(label.to_owned());
            }
            open.tokens.push(token.to_owned());
            open.tags.push(tag);
        }
        file.close(&mut open);
        if file.sentences.is_empty() {
            return Err(EvalError::file(name, "no sentence in it"));
        }
        Ok(file)
    }

    fn close(&mut self, open: &mut TokenSentence) {
        if !open.tokens.is_empty() {
            let next = TokenSentence {
                tokens: Vec::new(),
                tags: Vec::new(),
                document: open.document,
            };
            self.sentences.push(std::mem::replace(open, next));
        }
    }

    /// Turns every tag of another type into `O`.
    pub fn keep_types(&mut self, types: &[String]) {
        for tag in self.sentences.iter_mut().flat_map(|sentence| &mut sentence.tags) {
            if tag.label().is_some_and(|label| !types.iter().any(|kept| kept == label)) {
                *tag = Tag::Outside;
            }
        }
    }

    /// The texts to label, in the order of the sentences: one per document, or one per sentence.
    pub fn documents(&self, together: Together) -> Vec<GoldDocument> {
        let context = match together {
            Together::Marked => self.marked,
            Together::Always => true,
            Together::Never => false,
        };
        let group = |a: &TokenSentence, b: &TokenSentence| context && a.document == b.document;
        self.sentences
            .chunk_by(group)
            .enumerate()
            .map(|(index, sentences)| {
                let texts: Vec<String> = sentences.iter().map(TokenSentence::text).collect();
                let pieces = texts.iter().map(|text| Piece {
                    text,
                    paragraph: 0,
                    heading: false,
                });
                GoldDocument::join(format!("{}#{index}", self.name), self.language.clone(), context, pieces)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLD: &str = "-DOCSTART-\tO\n\nÉva\tB-PER\nKok\tI-PER\n\nwon\tO\n.\tO\n\n\n-DOCSTART-\tO\n\nGent\tB-LOC\n";

    #[test]
    fn reads_sentences_and_documents() {
        let file = TokenFile::parse("g.tsv", Some("nl".into()), GOLD).unwrap();
        let shape: Vec<_> = file.sentences.iter().map(|s| (s.text(), s.document)).collect();
        assert_eq!(shape, [("Éva Kok".into(), 0), ("won .".into(), 0), ("Gent".into(), 1)]);
        assert_eq!(file.sentences[0].tags[1].to_string(), "I-PER");

        let alone = file.documents(Together::Never);
        assert_eq!(alone.len(), 3);
        assert!(
            alone
                .iter()
                .all(|document| !document.context && document.sentences.len() == 1)
        );
        assert_eq!(file.documents(Together::Marked), file.documents(Together::Always));
        let joined = file.documents(Together::Marked);
        assert_eq!(joined[0].text, "Éva Kok won .");
        assert_eq!(
            joined
                .iter()
                .map(|document| document.sentences.len())
                .collect::<Vec<_>>(),
            [2, 1]
        );
        assert!(joined[1].context);
    }

    #[test]
    fn without_marks_the_file_can_be_the_document() {
        let file = TokenFile::parse("g.tsv", None, "a\tO\r\n\r\nb\tO\r\n").unwrap();
        assert_eq!(file.documents(Together::Marked).len(), 2);
        let joined = file.documents(Together::Always);
        assert_eq!(
            (joined.len(), joined[0].text.as_str(), joined[0].context),
            (1, "a b", true)
        );
    }

    #[test]
    fn types_can_be_narrowed() {
        let mut file = TokenFile::parse("g.tsv", None, "a\tB-PER\nb\tB-MISC\nc\tI-MISC\n").unwrap();
        file.keep_types(&["PER".to_owned()]);
        let tags: Vec<String> = file.sentences[0].tags.iter().map(Tag::to_string).collect();
        assert_eq!(tags, ["B-PER", "O", "O"]);
        assert_eq!(file.types.len(), 2);
    }

    #[test]
    fn errors_name_the_line() {
        let message = |text: &str| TokenFile::parse("g.tsv", None, text).unwrap_err().to_string();
        assert_eq!(
            message("a\tO\nb O\n"),
            "g.tsv:2: expected `token<TAB>tag` or an empty line"
        );
        assert_eq!(
            message("a\tS-PER\n"),
            "g.tsv:1: `S-PER` is no IOB2 tag (O, B-TYPE or I-TYPE)"
        );
        let opens = "g.tsv:2: `I-PER` opens an entity; in IOB2 `B-PER` does (is the file in IOB1?)";
        assert_eq!(message("a\tO\nb\tI-PER\n"), opens);
        assert_eq!(message("a\tB-LOC\nb\tI-PER\n"), opens);
        assert!(message("a\tB-LOC\n\nb\tI-LOC\n").starts_with("g.tsv:3: `I-LOC` opens an entity"));
        assert_eq!(message("\n\tO\n"), "g.tsv:2: a token is empty or holds white space");
        assert_eq!(message("-DOCSTART-\tO\n\n"), "g.tsv: no sentence in it");
    }
}
