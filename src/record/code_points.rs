//! Bytes and code points of one text, either way. Offsets in a record are code points; slices of a text need bytes.

/// Where the characters of a text start.
#[derive(Debug, Clone)]
pub struct CodePoints {
    /// None for ASCII, where bytes are code points.
    starts: Option<Vec<usize>>,
    bytes: usize,
}

impl CodePoints {
    /// The code points of `text`.
    pub fn of(text: &str) -> Self {
        Self {
            starts: (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect()),
            bytes: text.len(),
        }
    }

    /// Number of code points before `byte`, by binary search.
    pub fn at(&self, byte: usize) -> usize {
        match &self.starts {
            Some(starts) => starts.partition_point(|&start| start < byte),
            None => byte,
        }
    }

    /// Number of code points in the text.
    pub fn len(&self) -> usize {
        self.starts.as_ref().map_or(self.bytes, Vec::len)
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// The byte that code point `point` starts at; the end of the text for any point behind it.
    pub fn byte(&self, point: usize) -> usize {
        match &self.starts {
            Some(starts) => starts.get(point).copied().unwrap_or(self.bytes),
            None => point.min(self.bytes),
        }
    }

    /// The code points from `start` to `end` of `text`, which has to be the text that this was made of; nothing where
    /// they lie outside.
    pub fn slice<'t>(&self, text: &'t str, start: usize, end: usize) -> &'t str {
        text.get(self.byte(start)..self.byte(end)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn slices_are_those_of_characters(text in "(\\PC|[e\u{301}\u{1F1F3}\r\n])*", start in 0_usize..20, length in 0_usize..20) {
            let points = CodePoints::of(&text);
            let wanted: String = text.chars().skip(start).take(length).collect();
            prop_assert_eq!(points.slice(&text, start, start + length), wanted);
            prop_assert_eq!(points.len(), text.chars().count());
            prop_assert!((0..=points.len()).all(|point| points.at(points.byte(point)) == point));
        }
    }

    #[test]
    fn a_span_that_ends_before_it_starts_is_empty() {
        assert_eq!(CodePoints::of("é").slice("é", 1, 0), "");
    }
}
