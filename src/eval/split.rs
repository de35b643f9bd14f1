//! A split file: `document-id<TAB>part` a line, which says what belongs to train, dev and test. Scores on a part must
//! not see anything else, so a document that the file does not name is not scored.

use std::collections::HashSet;

use super::EvalError;
use super::corpus::CorpusDocument;

/// The documents of one part.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    documents: HashSet<String>,
}

impl Split {
    /// Reads the text of a split file and keeps the documents of `part`. Lines that begin with `#` are comments.
    pub fn parse(name: &str, text: &str, part: &str) -> Result<Self, EvalError> {
        let mut documents = HashSet::new();
        for (index, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fields = line
                .split_once('\t')
                .filter(|(id, part)| !id.is_empty() && !part.contains('\t'));
            let (id, its_part) =
                fields.ok_or_else(|| EvalError::line(name, index + 1, "expected `document-id<TAB>part`"))?;
            if its_part.trim_end() == part {
                documents.insert(id.to_owned());
            }
        }
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
}
