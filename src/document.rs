//! An article on its way to the model: its language and its sentences.

use crate::article::Article;
use crate::html::Reading;
use crate::language;
use crate::sentence::{self, Sentence};
use crate::span::Span;

/// An article, its language, and its sentences in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// As read.
    pub article: Article,
    /// What is read of the article's text; none where that is the text itself.
    pub reading: Option<Reading>,
    /// ISO 639-1 code: the article's own, the one asked for, or the one detected.
    pub language: Option<String>,
    /// Sentences as byte spans into the article's text, in order, not overlapping.
    pub sentences: Vec<Sentence>,
    /// Whether sentences are read together, so that each sees the others around it.
    pub context: bool,
}

impl Document {
    /// Tells the language (unless `language` names it for all, or the article carries one) and splits the sentences.
    pub fn new(article: Article, language: Option<&str>) -> Self {
        let reading = Reading::of(&article.text);
        let language = match (language, &article.language) {
            (Some(given), _) => Some(given.to_owned()),
            (None, Some(own)) => Some(own.clone()),
            (None, None) => {
                let read = reading.as_ref().map_or(article.text.as_str(), Reading::text);
                language::detect(read).map(str::to_owned)
            }
        };
        let sentences = sentences(&article.text, reading.as_ref(), language.as_deref(), article.title);
        Self {
            article,
            reading,
            language,
            sentences,
            context: true,
        }
    }

    /// What the model reads: the article's text without its HTML.
    pub fn read(&self) -> &str {
        self.reading.as_ref().map_or(&self.article.text, Reading::text)
    }

    /// Where a span of the article's text stands in what is read.
    pub fn in_reading(&self, span: Span) -> Span {
        self.reading.as_ref().map_or(span, |reading| reading.in_reading(span))
    }

    /// Where a span of what is read stands in the article's text.
    pub fn in_text(&self, span: Span) -> Span {
        self.reading.as_ref().map_or(span, |reading| reading.in_text(span))
    }
}

/// The sentences of `text`, split in its reading; `language` and `title` as in [`sentence::split`].
pub fn sentences(text: &str, reading: Option<&Reading>, language: Option<&str>, title: Option<Span>) -> Vec<Sentence> {
    let Some(reading) = reading else {
        return sentence::split(text, language, title);
    };
    let title = title.map(|title| reading.in_reading(title));
    let in_text = |sentence: Sentence| Sentence {
        span: reading.in_text(sentence.span),
        ..sentence
    };
    let split = sentence::split(reading.text(), language, title);
    split.into_iter().map(in_text).collect()
}
