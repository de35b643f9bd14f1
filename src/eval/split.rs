//! A split file: `document-id<TAB>part` a line, which says what belongs to train, dev and test. Scores on a part must
//! not see anything else, so a document that the file does not name is not scored.

use std::collections::{HashMap, HashSet};

use super::EvalError;
use super::corpus::CorpusDocument;

/// The documents of one part.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    documents: HashSet<String>,
}

impl Split {
    /// Reads the text of a split file and keeps the documents of `part`. Lines that begin with `#` are comments.
    ///
    /// # Errors
    /// At a line of another form, at one that puts a document into a second part, and if nothing is in `part`.
    pub fn parse(name: &str, text: &str, part: &str) -> Result<Self, EvalError> {
        let mut parts: HashMap<&str, &str> = HashMap::new();
        for (index, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fields = line
                .split_once('\t')
                .filter(|(id, part)| !id.is_empty() && !part.contains('\t'));
            let (id, its_part) =
                fields.ok_or_else(|| EvalError::line(name, index + 1, "expected `document-id<TAB>part`"))?;
            let its_part = its_part.trim_end();
            if let Some(other) = parts.insert(id, its_part).filter(|other| *other != its_part) {
                let twice = format!("document {id} is in part `{other}` already; it can be in one only");
                return Err(EvalError::line(name, index + 1, twice));
            }
        }
        let own = parts.into_iter().filter(|(_, its_part)| *its_part == part);
        let documents: HashSet<String> = own.map(|(id, _)| id.to_owned()).collect();
        if documents.is_empty() {
            return Err(EvalError::file(name, format!("no document of part `{part}` in it")));
        }
        Ok(Self { documents })
    }

    /// Drops the documents of other parts.
    pub fn restrict(&self, documents: &mut Vec<CorpusDocument>) {
        documents.retain(|document| self.documents.contains(&document.id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_one_part() {
        let text = "# by hash of the id\na\ttrain\nb\tdev\n";
        let mut documents = crate::eval::corpus::parse(
            "x.txt",
            None,
            "#doc a | - | - | -\nnone\tA.\n\n#doc b | - | - | -\nnone\tB.\n\n#doc c | - | - | -\nnone\tC.\n",
        )
        .unwrap();
        Split::parse("s.tsv", text, "dev").unwrap().restrict(&mut documents);
        assert_eq!(documents.iter().map(|d| d.id.as_str()).collect::<Vec<_>>(), ["b"]);
        assert_eq!(
            Split::parse("s.tsv", text, "test").unwrap_err().to_string(),
            "s.tsv: no document of part `test` in it"
        );
        assert_eq!(
            Split::parse("s.tsv", "a train\n", "dev").unwrap_err().to_string(),
            "s.tsv:1: expected `document-id<TAB>part`"
        );
    }

    #[test]
    fn a_document_is_in_one_part() {
        assert_eq!(
            Split::parse("s.tsv", "a\tdev\na\tdev\na\ttrain\n", "dev")
                .unwrap_err()
                .to_string(),
            "s.tsv:3: document a is in part `dev` already; it can be in one only"
        );
    }
}
