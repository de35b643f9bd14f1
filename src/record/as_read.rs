//! A record as people read it: of a text with HTML, what a page shows of it. For what is printed or drawn, never for data,
//! whose offsets are those of the text.

use std::borrow::Cow;

use super::{CodePoints, Record};
use crate::html::{self, Reading};
use crate::span::Span;

impl Record {
    /// The record of what is read of its text, with the same spans there; without a text, with the words that are read of
    /// each span. The record itself, where it has no HTML.
    pub fn as_read(&self) -> Cow<'_, Self> {
        match &self.text {
            Some(text) => Reading::of(text).map_or(Cow::Borrowed(self), |reading| {
                let places = Places {
                    in_text: CodePoints::of(text),
                    in_reading: CodePoints::of(reading.text()),
                    reading: &reading,
                };
                Cow::Owned(self.moved(&places))
            }),
            None => self.spelt_out(),
        }
    }

    fn moved(&self, places: &Places) -> Self {
        let mut record = self.clone();
        for sentence in &mut record.sentences {
            places.put(&mut sentence.start, &mut sentence.end);
            for source in &mut sentence.source {
                source.text = places.put(&mut source.start, &mut source.end);
            }
            for cue in &mut sentence.cues {
                cue.text = places.put(&mut cue.start, &mut cue.end);
            }
        }
        for entity in &mut record.entities {
            entity.text = places.put(&mut entity.start, &mut entity.end);
        }
        record.text = Some(places.reading.text().to_owned());
        record
    }

    fn spelt_out(&self) -> Cow<'_, Self> {
        let mut record = Cow::Borrowed(self);
        for (number, entity) in self.entities.iter().enumerate() {
            if let Cow::Owned(read) = html::read(&entity.text) {
                record.to_mut().entities[number].text = read;
            }
        }
        record
    }
}

/// Places of a text in its reading.
struct Places<'r> {
    in_text: CodePoints,
    in_reading: CodePoints,
    reading: &'r Reading,
}

impl Places<'_> {
    /// Moves a span into the reading and gives its words there.
    fn put(&self, start: &mut usize, end: &mut usize) -> String {
        let span = Span::new(self.in_text.byte(*start), self.in_text.byte(*end));
        let span = self.reading.in_reading(span);
        (*start, *end) = (self.in_reading.at(span.start), self.in_reading.at(span.end));
        span.slice(self.reading.text()).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sample;

    #[test]
    fn spans_hold_what_is_read() {
        let text = "Jan&nbsp;Smit zou <b>Jos&eacute;</b> kennen.";
        let mut record = sample::record();
        record.sentences.truncate(1);
        record.entities.truncate(2);
        record.text = Some(text.into());
        let place = |words: &str| {
            let start = text.find(words).unwrap();
            (start, start + words.len())
        };
        let sentence = &mut record.sentences[0];
        (sentence.start, sentence.end) = (0, text.len());
        sentence.source.clear();
        sentence.cues.truncate(1);
        sentence.cues[0].text = "zou".into();
        (sentence.cues[0].start, sentence.cues[0].end) = place("zou");
        for (entity, words) in record.entities.iter_mut().zip(["Jan&nbsp;Smit", "Jos&eacute;"]) {
            (entity.sentence, entity.text) = (0, words.into());
            (entity.start, entity.end) = place(words);
        }
        let read = record.as_read();
        assert_eq!(read.text.as_deref(), Some("Jan\u{a0}Smit zou José kennen."));
        assert_eq!((read.sentences[0].start, read.sentences[0].end), (0, 25));
        let cue = &read.sentences[0].cues[0];
        assert_eq!((cue.text.as_str(), cue.start, cue.end), ("zou", 9, 12));
        let entities: Vec<_> = read
            .entities
            .iter()
            .map(|e| (e.text.as_str(), e.start, e.end))
            .collect();
        assert_eq!(entities, [("Jan\u{a0}Smit", 0, 8), ("José", 13, 17)]);
        read.check().unwrap();

        record.text = None;
        let read = record.as_read();
        assert_eq!(read.entities[1].text, "José");
        record.entities.clear();
        assert!(matches!(record.as_read(), Cow::Borrowed(_)));
    }

    #[test]
    fn a_record_without_html_is_itself() {
        assert!(matches!(sample::record().as_read(), Cow::Borrowed(_)));
    }
}
