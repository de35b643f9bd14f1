//! Small records for the tests, made from a text and the words that stand out in it.

use serde_json::Map;

use super::{
    Certainty, CertaintyLabel, CertaintyScores, Claim, Classes, Cue, CueKind, Entity, Factuality, Holder, Models,
    Polarity, Record, Run, SCHEMA, Scored, Sentence, SourceSpan,
};

/// A record over `text` without sentences.
pub(crate) fn record(text: &str) -> Record {
    Record {
        schema: SCHEMA,
        id: "0001_osman".into(),
        path: None,
        date: Some("2017-06".into()),
        language: Some("nl".into()),
        language_supported: true,
        text: Some(text.into()),
        meta: Map::new(),
        models: Models {
            entities: None,
            claims: None,
        },
        run: Run {
            version: "0".into(),
            device: "cpu".into(),
            dtype: "f32".into(),
        },
        sentences: Vec::new(),
        entities: Vec::new(),
    }
}

impl Record {
    /// Adds the sentence `words`; `claim` is none for one that makes none.
    pub(crate) fn sentence(
        mut self,
        words: &str,
        paragraph: usize,
        claim: Option<(CertaintyLabel, Polarity, Holder)>,
    ) -> Self {
        let (start, end) = self.find(words);
        let certainty = claim.map(|(label, _, _)| {
            let scores = CertaintyScores {
                certain: 0.1,
                probable: 0.1,
                possible: 0.1,
                uncommitted: 0.1,
            };
            Certainty {
                label,
                score: 0.874,
                scores,
            }
        });
        self.sentences.push(Sentence {
            start,
            end,
            paragraph,
            heading: false,
            claim: Some(Claim {
                label: claim.is_some(),
                score: 0.9,
            }),
            certainty,
            polarity: claim.map(|(_, label, _)| Scored { label, score: 0.9 }),
            holder: claim.map(|(_, _, label)| Scored { label, score: 0.9 }),
            factuality: claim.map(|(certainty, polarity, _)| Factuality::join(certainty, polarity)),
            source: Vec::new(),
            classes: None,
            cues: Vec::new(),
        });
        self
    }

    /// Marks `words` as an entity of the last sentence.
    pub(crate) fn entity(mut self, words: &str, label: &str) -> Self {
        let (start, end) = self.find(words);
        let sentence = self.sentences.len() - 1;
        let label = label.to_owned();
        self.entities.push(Entity {
            start,
            end,
            kind: label.clone(),
            label,
            text: words.into(),
            score: 0.9,
            sentence,
        });
        self
    }

    /// Marks `words` as a source of the last sentence.
    pub(crate) fn source(mut self, words: &str) -> Self {
        let (start, end) = self.find(words);
        self.last().source.push(SourceSpan {
            start,
            end,
            text: words.into(),
            score: 0.9,
        });
        self
    }

    /// Marks `words` as a cue of the last sentence.
    pub(crate) fn cue(mut self, words: &str, kind: CueKind) -> Self {
        let (start, end) = self.find(words);
        self.last().cues.push(Cue {
            start,
            end,
            text: words.into(),
            kind,
            score: 0.9,
        });
        self
    }

    /// Gives the last sentence the classes of a sequence classifier, the best one first.
    pub(crate) fn classes(mut self, scores: &[(&str, f64)]) -> Self {
        self.last().classes = Some(Classes {
            label: scores[0].0.to_owned(),
            scores: scores
                .iter()
                .map(|(label, score)| ((*label).to_owned(), (*score).into()))
                .collect(),
        });
        self
    }

    /// Makes the last sentence a heading.
    pub(crate) fn heading(mut self) -> Self {
        self.last().heading = true;
        self
    }

    fn last(&mut self) -> &mut Sentence {
        self.sentences.last_mut().unwrap()
    }

    /// Code points of the first `words` in the last sentence, or behind it.
    fn find(&self, words: &str) -> (usize, usize) {
        let text = self.text.as_deref().unwrap();
        let from = self.sentences.last().map_or(0, |sentence| sentence.start);
        let skip: usize = text.chars().take(from).map(char::len_utf8).sum();
        let start = text[..skip + text[skip..].find(words).unwrap()].chars().count();
        (start, start + words.chars().count())
    }
}
