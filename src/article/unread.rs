//! Values that stand where a date, a title or a language should, and are none, and files whose encoding is not known: how
//! many, and the first of them. They would be lost, or guessed, without a word.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use crate::sentence::is_blank;

/// Characters of a value that are shown.
const LONGEST: usize = 40;

/// What could not be read, kept while articles are read.
#[derive(Debug, Default)]
pub(super) struct Unread {
    count: AtomicU64,
    first: OnceLock<String>,
}

impl Unread {
    /// Takes note of a value; null and blanks say nothing.
    fn see(&self, value: &Value) {
        match value {
            Value::Null => {}
            Value::String(text) => self.see_text(text),
            other => self.see_text(&other.to_string()),
        }
    }

    /// Takes note of what is `left` of a field that gave no value.
    pub fn see_left(&self, used: Option<&String>, left: Option<&Value>) {
        if let (None, Some(left)) = (used, left) {
            self.see(left);
        }
    }

    /// Takes note of a text; blanks say nothing.
    pub fn see_text(&self, text: &str) {
        if !is_blank(text) {
            self.add(|| text.trim().chars().take(LONGEST).collect());
        }
    }

    /// Counts one more; `say` is what it is, if it is the first.
    pub fn add(&self, say: impl FnOnce() -> String) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.first.get_or_init(say);
    }

    /// How many there were, and the first.
    pub fn told(&self) -> Option<(u64, &str)> {
        let first = self.first.get()?;
        Some((self.count.load(Ordering::Relaxed), first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_cannot_be_read_is_counted() {
        let unread = Unread::default();
        for value in [
            json!(null),
            json!(" "),
            json!(" 05-11-2024"),
            json!("5 november 2024"),
            json!([]),
        ] {
            unread.see(&value);
        }
        assert_eq!(unread.told(), Some((3, "05-11-2024")));
        assert_eq!(Unread::default().told(), None);
    }
}
