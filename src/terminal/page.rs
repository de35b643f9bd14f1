//! Articles below each other: a header, every sentence that was asked for with the label of its claim, and numbers; at
//! the end what the signs mean. What is left out is told, and what is shown keeps the sentence before it.

use std::collections::BTreeSet;

use crate::record::{FailureRecord, Line, Record};

use super::Style;
use super::body::{Body, Part};
use super::choice::Choice;
use super::counts::Counts;
use super::flow::Text;
use super::legend::Seen;
use super::look::{self, Look};
use super::numbers::counted;
use super::screen::Screen;

/// Distinct names that are remembered, to offer one of them where none fits.
const MOST_NAMES: usize = 50_000;

/// A page that is written article by article.
#[derive(Debug)]
pub struct Page {
    style: Style,
    choice: Choice,
    seen: Seen,
    read: Counts,
    /// Articles and failures that were written.
    shown: usize,
    /// Articles that were written, and their sentences.
    articles: usize,
    sentences: usize,
    names: BTreeSet<String>,
    /// Sentences in which a name stands that is not marked there.
    unmarked: usize,
}

impl Page {
    /// An empty page for what `choice` takes.
    pub fn new(style: Style, choice: Choice) -> Self {
        Self {
            style,
            choice,
            seen: Seen::default(),
            read: Counts::default(),
            shown: 0,
            articles: 0,
            sentences: 0,
            names: BTreeSet::new(),
            unmarked: 0,
        }
    }

    /// An article, or why it could not be labelled; nothing where nothing of it was asked for.
    pub fn line(&mut self, line: &Line) -> String {
        let mut screen = Screen::new(&self.style);
        if self.shown > 0 {
            screen.blank_line();
        }
        match line {
            Line::Failure(failure) => failed(failure, &mut screen),
            Line::Record(record) => {
                if !self.article(&record.as_read(), &mut screen) {
                    return String::new();
                }
            }
        }
        self.shown += 1;
        screen.finish()
    }

    /// What the signs mean, and what was found in all.
    pub fn end(self) -> String {
        let mut screen = Screen::new(&self.style);
        if self.read.articles == 0 {
            return String::new();
        }
        if self.articles == 0 {
            screen.flow(&Text::plain(&self.nothing()));
            return screen.finish();
        }
        screen.blank_line();
        if self.read.articles > 1 {
            let mut all = Text::default();
            let articles = counted(self.read.articles, "article");
            all.push(&format!("In all {articles}, {}", self.read.words()), look::STRONG);
            screen.flow(&all);
            if !self.choice.is_all() {
                let (shown, words) = (counted(self.sentences, "sentence"), self.choice.words());
                let articles = counted(self.articles, "article");
                screen.flow(&Text::plain(&format!("Shown: {shown} of {articles} ({words})")));
            }
            screen.blank_line();
        }
        if self.unmarked > 0 {
            let sentences = counted(self.unmarked, "sentence");
            let words = format!("The name also stands in {sentences} where no entity is marked by it.");
            screen.flow(&Text::plain(&words));
            screen.blank_line();
        }
        self.seen.write(&self.style, &mut screen);
        screen.finish()
    }

    /// Writes what was asked for of an article; false if that is nothing.
    fn article(&mut self, record: &Record, screen: &mut Screen) -> bool {
        let counts = Counts::of(record);
        self.read.add(&counts);
        let body = Body::of(record);
        let taken: Vec<bool> = body
            .rows
            .iter()
            .map(|row| self.choice.takes(row.sentence, &row.entities))
            .collect();
        let count = taken.iter().filter(|taken| **taken).count();
        if self.choice.has_names() {
            self.remember(&body);
        }
        if count == 0 && !self.choice.is_all() {
            return false;
        }
        for (row, _) in body.rows.iter().zip(&taken).filter(|(_, taken)| **taken) {
            self.seen.see(row.sentence, &row.entities);
        }
        self.articles += 1;
        self.sentences += count;
        header(record, screen);
        if record.text.is_some() {
            let before = |i: usize| taken.get(i + 1) == Some(&true) && body.is_next(i);
            let part = |i: usize| match taken[i] {
                true => Part::Whole,
                false if before(i) => Part::Context,
                false => Part::Nothing,
            };
            let parts: Vec<Part> = (0..taken.len()).map(part).collect();
            self.seen.context |= parts.contains(&Part::Context);
            body.write(&parts, &self.style, screen);
        } else {
            screen.flow(&Text::plain(
                "This record carries no text; label the article without --no-text.",
            ));
        }
        screen.blank_line();
        let words = match self.choice.is_all() {
            true => counts.words(),
            false => {
                let all = counted(counts.sentences, "sentence");
                format!("{count} of {all}: {}", self.choice.words())
            }
        };
        let mut summary = Text::default();
        summary.push(&words, look::STRONG);
        screen.flow(&summary);
        true
    }

    fn remember(&mut self, body: &Body) {
        for row in &body.rows {
            let mut named = false;
            for entity in &row.entities {
                named |= self.choice.names(&entity.text);
                if self.names.len() < MOST_NAMES {
                    self.names.insert(entity.text.clone());
                }
            }
            self.unmarked += usize::from(!named && self.choice.words_in(row.words));
        }
    }

    /// Why there is nothing to show.
    fn nothing(&self) -> String {
        let (sentences, articles) = (
            counted(self.read.sentences, "sentence"),
            counted(self.read.articles, "article"),
        );
        let mut words = format!(
            "Nothing to show: none of {sentences} in {articles} {}.",
            self.choice.verb()
        );
        if self.choice.has_names() && !self.names.iter().any(|name| self.choice.names(name)) {
            words.push_str(" No entity has this name");
            words.push_str(&match self.unmarked {
                0 => String::new(),
                count => format!(
                    "; it stands in {}, where no entity is marked",
                    counted(count, "sentence")
                ),
            });
            let near = self.choice.nearest(self.names.iter().map(String::as_str));
            words.push_str(&match near {
                Some(near) => format!("; did you mean “{near}”?"),
                None => ".".to_owned(),
            });
        }
        words
    }
}

/// An article that could not be labelled: where it stands and what to do.
fn failed(failure: &FailureRecord, screen: &mut Screen) {
    let mut text = Text::default();
    text.push("not labelled:", look::DENIED);
    text.blank(Look::default());
    text.push(failure.path.as_ref().unwrap_or(&failure.id), look::STRONG);
    text.push(": ", Look::default());
    text.push(&failure.error.message, Look::default());
    screen.flow(&text);
}

fn header(record: &Record, screen: &mut Screen) {
    let mut text = Text::default();
    text.push(&record.id, look::STRONG);
    for part in [&record.date, &record.language].into_iter().flatten() {
        text.push(" · ", look::FAINT);
        text.push(part, Look::default());
    }
    screen.flow(&text);
    if !record.language_supported {
        screen.flow(&Text::plain(
            "The model was not trained on this language; expect more mistakes.",
        ));
    }
    screen.blank_line();
}
