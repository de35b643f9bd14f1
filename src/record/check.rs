//! Whether a record read from outside keeps what `docs/RECORD.md` promises, so that whoever goes on with it can rely on
//! its offsets. A record with a text is held against that text; without one, what can be seen without it is checked.

use std::cell::LazyCell;

use super::{CodePoints, Record, SCHEMA, Sentence};
use crate::html::Reading;
use crate::span::Span;

/// No text is longer than this; positions beyond it are more than other formats can hold.
const FARTHEST: usize = u32::MAX as usize;

/// What a record breaks.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Fault {
    /// Another version of the contract.
    #[error("its schema is {0}, and this version of stellig reads schema {SCHEMA}; label the article again")]
    Schema(u32),
    /// Offsets out of order or outside.
    #[error("{what} {number} ({start} to {end}) is out of order or out of its place; label the article again")]
    Place {
        /// What stands there, such as `entity`.
        what: &'static str,
        /// Its 0-based number in its list.
        number: usize,
        /// First code point.
        start: usize,
        /// One past the last code point.
        end: usize,
    },
    /// Paragraphs out of order, or more of them than sentences.
    #[error("sentence {number} cannot be in paragraph {paragraph}; label the article again")]
    Paragraph {
        /// The sentence's 0-based number.
        number: usize,
        /// The paragraph's.
        paragraph: usize,
    },
    /// Offsets that give other words than the record says.
    #[error(
        "{what} {number} is not what stands in the text at {start} to {end}; the text has changed since it was labelled"
    )]
    Words {
        /// What stands there, such as `entity`.
        what: &'static str,
        /// Its 0-based number in its list.
        number: usize,
        /// First code point.
        start: usize,
        /// One past the last code point.
        end: usize,
    },
    /// A score that is no probability.
    #[error("{what} {number} has the score {score}, which is no probability; label the article again")]
    Score {
        /// What has it, such as `entity`.
        what: &'static str,
        /// Its 0-based number in its list.
        number: usize,
        /// The score.
        score: f64,
    },
    /// Words in no sentence, or a sentence that ends behind the text.
    #[error(
        "its sentences do not cover the text, which has changed since it was labelled, or was labelled by an older version of \
         stellig; label the article again"
    )]
    Coverage,
}

/// A span of a record with the words that it has to hold.
struct Claimed<'r> {
    what: &'static str,
    number: usize,
    start: usize,
    end: usize,
    words: &'r str,
    score: f64,
}

impl Claimed<'_> {
    fn misplaced(&self) -> Fault {
        let Self {
            what,
            number,
            start,
            end,
            ..
        } = *self;
        Fault::Place {
            what,
            number,
            start,
            end,
        }
    }

    fn altered(&self) -> Fault {
        let Self {
            what,
            number,
            start,
            end,
            ..
        } = *self;
        Fault::Words {
            what,
            number,
            start,
            end,
        }
    }
}

fn is_probability(score: f64) -> bool {
    (0.0..=1.0).contains(&score)
}

impl Record {
    /// Checks the schema, the scores, the order of sentences, paragraphs and entities, and that every span lies in its sentence
    /// and has the length of its words; where there is a text, also that it says these words there.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), Fault> {
        if self.schema != SCHEMA {
            return Err(Fault::Schema(self.schema));
        }
        let (mut last, mut paragraph) = (0, 0);
        for (number, sentence) in self.sentences.iter().enumerate() {
            let (start, end) = (sentence.start, sentence.end);
            if start < last || end <= start || end > FARTHEST {
                return Err(Fault::Place {
                    what: "sentence",
                    number,
                    start,
                    end,
                });
            }
            if sentence.paragraph < paragraph || sentence.paragraph >= self.sentences.len() {
                let paragraph = sentence.paragraph;
                return Err(Fault::Paragraph { number, paragraph });
            }
            if let Some(score) = sentence.scores().find(|score| !is_probability(*score)) {
                let what = "sentence";
                return Err(Fault::Score { what, number, score });
            }
            (last, paragraph) = (end, sentence.paragraph);
        }
        last = 0;
        for (number, entity) in self.entities.iter().enumerate() {
            if entity.start < last {
                let (start, end) = (entity.start, entity.end);
                return Err(Fault::Place {
                    what: "entity",
                    number,
                    start,
                    end,
                });
            }
            last = entity.end;
        }
        let points = self.text.as_ref().map(|text| (text.as_str(), CodePoints::of(text)));
        if let Some((text, points)) = &points
            && !self.covers(text, points)
        {
            return Err(Fault::Coverage);
        }
        for (sentence, span) in self.spans() {
            let inside = |place: &Sentence| place.start <= span.start && span.end <= place.end;
            let is_placed = self.sentences.get(sentence).is_some_and(inside) && span.start < span.end;
            if !is_placed || span.words.chars().count() != span.end - span.start {
                return Err(span.misplaced());
            }
            if !is_probability(span.score) {
                let Claimed {
                    what, number, score, ..
                } = span;
                return Err(Fault::Score { what, number, score });
            }
            if let Some((text, points)) = &points
                && points.slice(text, span.start, span.end) != span.words
            {
                return Err(span.altered());
            }
        }
        Ok(())
    }

    /// Every span with the number of its sentence.
    fn spans(&self) -> impl Iterator<Item = (usize, Claimed<'_>)> {
        let entities = self.entities.iter().enumerate().map(|(number, entity)| {
            let (start, end, words, score) = (entity.start, entity.end, entity.text.as_str(), entity.score);
            (
                entity.sentence,
                Claimed {
                    what: "entity",
                    number,
                    start,
                    end,
                    words,
                    score,
                },
            )
        });
        let of_sentences = self.sentences.iter().enumerate().flat_map(|(at, sentence)| {
            let sources = sentence.source.iter().enumerate().map(|(number, source)| {
                let (start, end, words, score) = (source.start, source.end, source.text.as_str(), source.score);
                Claimed {
                    what: "source",
                    number,
                    start,
                    end,
                    words,
                    score,
                }
            });
            let cues = sentence.cues.iter().enumerate().map(|(number, cue)| {
                let (start, end, words, score) = (cue.start, cue.end, cue.text.as_str(), cue.score);
                Claimed {
                    what: "cue",
                    number,
                    start,
                    end,
                    words,
                    score,
                }
            });
            sources.chain(cues).map(move |claimed| (at, claimed))
        });
        entities.chain(of_sentences)
    }

    /// Whether everything but white space and HTML lies in a sentence, and every sentence in the text, from its first word
    /// to its last.
    fn covers(&self, text: &str, points: &CodePoints) -> bool {
        let reading = LazyCell::new(|| Reading::of(text));
        let is_blank = |start, end| {
            let gap = Span::new(points.byte(start), points.byte(end));
            let is_passed = |reading: &Reading| reading.slice(gap).trim().is_empty();
            gap.slice(text).trim().is_empty() || reading.as_ref().is_some_and(is_passed)
        };
        let mut last = 0;
        for sentence in &self.sentences {
            let words = points.slice(text, sentence.start, sentence.end);
            if !is_blank(last, sentence.start) || words.is_empty() || words != words.trim() {
                return false;
            }
            last = sentence.end;
        }
        last <= points.len() && is_blank(last, points.len())
    }
}

impl Sentence {
    /// Every score of its judgement and its classes.
    fn scores(&self) -> impl Iterator<Item = f64> {
        let degrees = self.certainty.iter().flat_map(|certainty| {
            let of = &certainty.scores;
            [certainty.score, of.certain, of.probable, of.possible, of.uncommitted]
        });
        let heads = [
            self.claim.as_ref().map(|claim| claim.score),
            self.polarity.as_ref().map(|polarity| polarity.score),
            self.holder.as_ref().map(|holder| holder.score),
        ];
        let classes = self.classes.iter().flat_map(|classes| classes.scores.values());
        degrees
            .chain(heads.into_iter().flatten())
            .chain(classes.filter_map(serde_json::Value::as_f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sample;

    #[test]
    fn what_stellig_writes_is_right() {
        assert_eq!(sample::record().check(), Ok(()));
        assert_eq!(
            Record {
                text: None,
                ..sample::record()
            }
            .check(),
            Ok(())
        );
    }

    #[test]
    fn each_fault_is_named() {
        let broken = |alter: fn(&mut Record)| {
            let mut record = sample::record();
            alter(&mut record);
            record.check().unwrap_err().to_string()
        };
        for (alter, said) in [
            ((|r: &mut Record| r.schema = 2) as fn(&mut Record), "schema is 2"),
            (|r| r.entities[0].sentence = 99, "entity 0"),
            (|r| r.entities[1].start = 0, "entity 1"),
            (|r| r.entities[3].end = usize::MAX, "entity 3"),
            (|r| r.sentences[1].start = 0, "sentence 1"),
            (|r| r.sentences.truncate(1), "cover"),
            (
                |r| r.sentences[2].paragraph = usize::MAX,
                "sentence 2 cannot be in paragraph 1844",
            ),
            (|r| r.sentences[0].paragraph = 1, "sentence 1 cannot be in paragraph 0"),
            (
                |r| {
                    r.text = None;
                    r.sentences[2].end = usize::MAX;
                },
                "sentence 2 (",
            ),
            (
                |r| r.text = r.text.as_ref().map(|text| text.to_lowercase()),
                "not what stands in the text",
            ),
            (|r| r.text = Some(String::new()), "cover"),
            (|r| r.sentences[1].cues[0].text.push('x'), "cue 0"),
            (|r| r.entities[2].score = 1e300, "entity 2 has the score 1000"),
            (|r| r.sentences[1].source[0].score = -5.0, "source 0 has the score -5"),
            (
                |r| r.sentences[1].certainty.as_mut().unwrap().scores.probable = 1.5,
                "sentence 1 has the score 1.5",
            ),
        ] {
            let message = broken(alter);
            assert!(message.contains(said), "{message}");
        }
    }
}
