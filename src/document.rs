//! An article on its way to the model: its language and its sentences.

use crate::article::Article;
use crate::language;
use crate::sentence::{self, Sentence};

/// An article, its language, and its sentences in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// As read.
    pub article: Article,
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
        let language = match (language, &article.language) {
            (Some(given), _) => Some(given.to_owned()),
            (None, Some(own)) => Some(own.clone()),
            (None, None) => language::detect(&article.text).map(str::to_owned),
        };
        let sentences = sentence::split(&article.text, language.as_deref(), article.title);
        Self {
            article,
            language,
            sentences,
            context: true,
        }
    }
}
