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
        let spans = self.sentences.iter().flat_map(|sentence| {
            let sources = sentence.source.iter().map(|source| &source.text);
            sources.chain(sentence.cues.iter().map(|cue| &cue.text))
        });
        let mut words = spans.chain(self.entities.iter().map(|entity| &entity.text));
        if words.all(|words| matches!(html::read(words), Cow::Borrowed(_))) {
            return Cow::Borrowed(self);
        }
        let mut record = self.clone();
        let spans = record.sentences.iter_mut().flat_map(|sentence| {
            let sources = sentence.source.iter_mut().map(|source| &mut source.text);
            sources.chain(sentence.cues.iter_mut().map(|cue| &mut cue.text))
        });
        for words in spans.chain(record.entities.iter_mut().map(|entity| &mut entity.text)) {
            *words = html::read(words).into_owned();
        }
        Cow::Owned(record)
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
    use crate::record::CertaintyLabel::Possible;
    use crate::record::CueKind::Certainty;
    use crate::record::Holder::Source;
    use crate::record::Polarity::Positive;
    use crate::record::{sample, testing};

    #[test]
    fn spans_hold_what_is_read() {
        let text = "Jan&nbsp;Smit zou <b>Jos&eacute;</b> kennen.";
        let mut record = testing::record(text)
            .sentence(text, 0, Some((Possible, Positive, Source)))
            .entity("Jan&nbsp;Smit", "PER")
            .entity("Jos&eacute;", "PER")
            .source("Jan&nbsp;Smit")
            .cue("zou", Certainty);
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
        assert_eq!(read.sentences[0].source[0].text, "Jan\u{a0}Smit");
        record.entities.clear();
        record.sentences[0].source.clear();
        assert!(matches!(record.as_read(), Cow::Borrowed(_)));
    }

    #[test]
    fn a_record_without_html_is_itself() {
        assert!(matches!(sample::record().as_read(), Cow::Borrowed(_)));
    }
}
