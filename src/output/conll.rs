//! CoNLL-2003: one word a line in four columns with a blank between them, the word, `_`, `_` and its IOB2 tag; an empty
//! line after each sentence, `-DOCSTART- -X- O O` before each article. Comments are no part of the format and would be
//! read as words, so the id of an article has no place in it.

use std::io::{self, Write};

use crate::record::{CodePoints, Record};

use super::Layout;
use super::tokens::{name, sentences};

/// The CoNLL-2003 layout.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conll;

impl Layout for Conll {
    fn record(&mut self, record: &Record, to: &mut dyn Write) -> io::Result<()> {
        let text = record.text.as_deref().unwrap_or_default();
        let points = CodePoints::of(text);
        to.write_all(b"-DOCSTART- -X- O O\n\n")?;
        let mut entities = record.entities.iter().peekable();
        for tokens in sentences(record, text, &points) {
            let mut begun = None;
            for token in tokens {
                while entities.next_if(|entity| entity.end <= token.start).is_some() {}
                let entity = entities.peek().filter(|entity| token.touches(entity.start, entity.end));
                let tag = match entity {
                    None => "O".to_owned(),
                    Some(entity) => {
                        let is_first = begun != Some(entity.start);
                        begun = Some(entity.start);
                        format!("{}-{}", if is_first { 'B' } else { 'I' }, name(&entity.label))
                    }
                };
                writeln!(to, "{} _ _ {tag}", visible(token.text))?;
            }
            to.write_all(b"\n")?;
        }
        Ok(())
    }
}

/// Some readers part columns or lines at control characters, and all at blanks, which a tag inside a word may have; in their
/// place stands U+FFFD.
fn visible(word: &str) -> String {
    word.replace(|c: char| c.is_control() || c.is_whitespace(), "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sample;

    fn written(record: &Record) -> String {
        let mut bytes = Vec::new();
        Conll.record(record, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn every_word_has_four_columns_and_every_entity_its_tags() {
        let text = written(&sample::record());
        let sentences: Vec<Vec<Vec<&str>>> = text
            .split_terminator("\n\n")
            .map(|block| {
                block
                    .split('\n')
                    .map(|line| line.split_whitespace().collect())
                    .collect()
            })
            .collect();
        assert_eq!(sentences[0], [["-DOCSTART-", "-X-", "O", "O"]]);
        assert_eq!(sentences.len(), 4);
        assert!(sentences.iter().flatten().all(|columns| columns.len() == 4), "{text}");
        let tagged: Vec<String> = sentences
            .iter()
            .flatten()
            .filter(|columns| columns[3] != "O")
            .map(|columns| format!("{}/{}", columns[0], columns[3]))
            .collect();
        let wanted = [
            "Ann/B-ORG",
            "&/I-ORG",
            "Co/I-ORG",
            "\u{1F1F3}/B-LOC",
            "\u{1F1F1}/I-LOC",
            "\"/I-LOC",
            "Cafe\u{301}/I-LOC",
            "O\u{308}mer/B-PER",
            "A/I-PER",
            "\u{fffd}/I-PER",
            "\u{5d0}\u{5d1}\u{5d2}/B-MISC",
        ];
        assert_eq!(tagged, wanted);
    }

    #[test]
    fn entities_side_by_side_each_begin() {
        let mut record = sample::record();
        let (text, label) = ("Volgens".to_owned(), "work of art".to_owned());
        let first = crate::record::Entity {
            start: 0,
            end: 7,
            text,
            label,
            ..record.entities[0].clone()
        };
        record.entities.insert(0, first);
        assert!(written(&record).contains("Volgens _ _ B-work_of_art\n< _ _ O\nAnn _ _ B-ORG\n"));
    }
}
