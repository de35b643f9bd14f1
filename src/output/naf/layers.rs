//! The layers of a NAF document. Words are `w1` on, each with a term `t1` on; all else points at terms. A layer with
//! nothing in it is left out, as the DTD wants.

use std::io;

use crate::output::around::around;
use crate::output::tokens::Token;
use crate::record::{CueKind, Record, Sentence};

use crate::output::xml::Xml;

/// A record and its words.
pub(super) struct Layers<'r> {
    record: &'r Record,
    /// Words of each sentence, with the number of the first.
    sentences: Vec<(usize, Vec<Token<'r>>)>,
}

impl<'r> Layers<'r> {
    pub fn new(record: &'r Record, sentences: Vec<Vec<Token<'r>>>) -> Self {
        let mut next = 1;
        let numbered = sentences.into_iter().map(|words| {
            let first = next;
            next += words.len();
            (first, words)
        });
        Self {
            record,
            sentences: numbered.collect(),
        }
    }

    pub fn write(&self, xml: &mut Xml<'_>) -> io::Result<()> {
        if self.sentences.iter().any(|(_, words)| !words.is_empty()) {
            xml.element("text", &[], |xml| self.words(xml))?;
            xml.element("terms", &[], |xml| self.terms(xml))?;
        }
        self.entities(xml)?;
        self.attribution(xml)?;
        self.factualities(xml)
    }

    fn words(&self, xml: &mut Xml<'_>) -> io::Result<()> {
        for (number, ((first, words), sentence)) in self.sentences.iter().zip(&self.record.sentences).enumerate() {
            let (sent, para) = ((number + 1).to_string(), (sentence.paragraph + 1).to_string());
            for (word, id) in words.iter().zip(*first..) {
                let (id, offset) = (format!("w{id}"), word.start.to_string());
                let length = (word.end - word.start).to_string();
                let attributes = [
                    ("id", &*id),
                    ("sent", &*sent),
                    ("para", &*para),
                    ("offset", &*offset),
                    ("length", &*length),
                ];
                xml.text("wf", &attributes, word.text)?;
            }
        }
        Ok(())
    }

    fn terms(&self, xml: &mut Xml<'_>) -> io::Result<()> {
        self.sentences
            .iter()
            .flat_map(|(first, words)| *first..*first + words.len())
            .try_for_each(|number| {
                xml.element("term", &[("id", &format!("t{number}"))], |xml| {
                    xml.element("span", &[], |xml| xml.empty("target", &[("id", &format!("w{number}"))]))
                })
            })
    }

    /// Numbers of the terms of sentence `number` between two code points.
    fn between(&self, number: usize, start: usize, end: usize) -> Vec<usize> {
        let Some((first, words)) = self.sentences.get(number) else {
            return Vec::new();
        };
        let from = words.partition_point(|word| word.end <= start);
        let inside = words[from..].iter().take_while(|word| word.start < end).count();
        (first + from..first + from + inside).collect()
    }

    fn entities(&self, xml: &mut Xml<'_>) -> io::Result<()> {
        let entities = &self.record.entities;
        layer(xml, "entities", entities.iter().enumerate(), |xml, (number, entity)| {
            let id = format!("e{}", number + 1);
            xml.element(
                "entity",
                &[("id", &id), ("type", &entity.label), ("status", "system")],
                |xml| span(xml, &self.between(entity.sentence, entity.start, entity.end)),
            )
        })
    }

    /// A statement for each source of a sentence, or one without where words hand the claim to somebody who is not
    /// marked. All attribution cues of the sentence make up its cue: the DTD has room for one. Of a very long sentence a statement has
    /// what stands around its source.
    fn attribution(&self, xml: &mut Xml<'_>) -> io::Result<()> {
        let statements = self.record.sentences.iter().enumerate().flat_map(|(number, sentence)| {
            let whole = (sentence.source.is_empty() && attribution_cues(sentence).next().is_some()).then_some(None);
            let sources = sentence.source.iter().map(Some);
            sources.chain(whole).map(move |source| (number, sentence, source))
        });
        layer(
            xml,
            "attribution",
            statements.enumerate(),
            |xml, (statement, (number, sentence, source))| {
                let place = source.map_or((sentence.start, sentence.start), |source| (source.start, source.end));
                let (start, end) = around(sentence, place.0, place.1);
                let near = attribution_cues(sentence).filter(|cue| cue.0 < end && start < cue.1);
                let mut cue: Vec<usize> = near.flat_map(|(start, end)| self.between(number, start, end)).collect();
                cue.dedup();
                let parts = [
                    ("statement_target", self.between(number, start, end)),
                    (
                        "statement_source",
                        source.map_or_else(Vec::new, |_| self.between(number, place.0, place.1)),
                    ),
                    ("statement_cue", cue),
                ];
                xml.element("statement", &[("id", &format!("s{}", statement + 1))], |xml| {
                    parts
                        .iter()
                        .filter(|(_, terms)| !terms.is_empty())
                        .try_for_each(|(name, terms)| xml.element(name, &[], |xml| span(xml, terms)))
                })
            },
        )
    }

    fn factualities(&self, xml: &mut Xml<'_>) -> io::Result<()> {
        let judged = self
            .record
            .sentences
            .iter()
            .enumerate()
            .filter_map(|(number, sentence)| {
                Some((number, sentence, sentence.factuality?, sentence.certainty.as_ref()?))
            });
        layer(
            xml,
            "factualities",
            judged,
            |xml, (number, sentence, factuality, certainty)| {
                xml.element("factuality", &[("id", &format!("f{}", number + 1))], |xml| {
                    span(xml, &self.between(number, sentence.start, sentence.end))?;
                    let score = certainty.score.to_string();
                    let mut value = vec![
                        ("value", factuality.as_str()),
                        ("resource", "FactBank"),
                        ("confidence", score.as_str()),
                    ];
                    value.extend(sentence.holder.as_ref().map(|holder| ("source", holder.label.as_str())));
                    xml.empty("factVal", &value)
                })
            },
        )
    }
}

fn attribution_cues(sentence: &Sentence) -> impl Iterator<Item = (usize, usize)> {
    let cues = sentence.cues.iter().filter(|cue| cue.kind == CueKind::Attribution);
    cues.map(|cue| (cue.start, cue.end))
}

/// A layer, where there is anything to stand in it.
fn layer<T>(
    xml: &mut Xml<'_>,
    name: &str,
    items: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut Xml<'_>, T) -> io::Result<()>,
) -> io::Result<()> {
    let mut items = items.peekable();
    if items.peek().is_none() {
        return Ok(());
    }
    xml.element(name, &[], |xml| items.try_for_each(|item| write(xml, item)))
}

/// A span over terms.
fn span(xml: &mut Xml<'_>, terms: &[usize]) -> io::Result<()> {
    xml.element("span", &[], |xml| {
        terms
            .iter()
            .try_for_each(|number| xml.empty("target", &[("id", &format!("t{number}"))]))
    })
}
