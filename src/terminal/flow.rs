//! Text that is broken into lines: graphemes with their look, each as wide as the terminal shows it (Unicode Annexes
//! 11 and 29). Lines break at blanks and beside wide characters, as in Chinese; a longer word is cut between graphemes.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::look::Look;
use super::sanitize::{Fate, fate, show};

/// One grapheme.
#[derive(Debug, Clone)]
struct Glyph {
    /// Bytes of the buffer.
    bytes: Range<usize>,
    width: usize,
    look: Look,
    blank: bool,
    /// No line break before it.
    glued: bool,
}

/// One line of a text.
#[derive(Debug, Clone, Default)]
pub(super) struct Line<'t> {
    /// Its pieces of one look each.
    pub(super) pieces: Vec<(&'t str, Look)>,
    /// Columns that they take.
    pub(super) columns: usize,
}

/// Harmless text with looks, not yet broken into lines.
#[derive(Debug, Clone, Default)]
pub(super) struct Text {
    buffer: String,
    glyphs: Vec<Glyph>,
    /// The next grapheme is glued to the last.
    glue: bool,
}

impl Text {
    /// Text in the screen's own colours.
    pub(super) fn plain(text: &str) -> Self {
        let mut plain = Self::default();
        plain.push(text, Look::default());
        plain
    }

    /// Appends text that may be broken at its blanks.
    pub(super) fn push(&mut self, text: &str, look: Look) {
        text.graphemes(true).for_each(|grapheme| self.grapheme(grapheme, look));
    }

    /// Appends text that stays on one line with itself.
    pub(super) fn push_whole(&mut self, text: &str, look: Look) {
        for (i, grapheme) in text.graphemes(true).enumerate() {
            self.glue |= i > 0;
            match grapheme {
                " " => self.add(" ", 1, look, false),
                _ => self.grapheme(grapheme, look),
            }
        }
    }

    /// Appends one grapheme cluster of untrusted text.
    pub(super) fn grapheme(&mut self, grapheme: &str, look: Look) {
        let mut clean = String::new();
        let mut blank = false;
        for c in grapheme.chars() {
            match fate(c) {
                Fate::Kept => clean.push(c),
                Fate::Blank => blank = true,
                Fate::Dropped => {}
                Fate::Shown => show(c, &mut clean),
            }
        }
        if blank {
            self.blank(look);
        }
        if !clean.is_empty() {
            self.glue |= holds_to_the_last(&clean);
            let width = clean.width();
            self.add(&clean, width, look, false);
        }
    }

    /// Appends a blank, unless there is one.
    pub(super) fn blank(&mut self, look: Look) {
        if !self.glyphs.last().is_some_and(|last| last.blank) {
            self.add(" ", 1, look, true);
        }
    }

    /// Appends `columns` blanks, which a line may be broken at.
    pub(super) fn gap(&mut self, columns: usize) {
        (0..columns).for_each(|_| self.add(" ", 1, Look::default(), true));
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.glyphs.is_empty()
    }

    /// Keeps what follows on the line of what stands last.
    pub(super) fn glue(&mut self) {
        self.glue = true;
    }

    fn add(&mut self, text: &str, width: usize, look: Look, blank: bool) {
        let start = self.buffer.len();
        self.buffer.push_str(text);
        self.glyphs.push(Glyph {
            bytes: start..self.buffer.len(),
            width,
            look,
            blank,
            glued: self.glue,
        });
        self.glue = holds_the_next(text);
    }

    /// The lines, none wider than `width` but for a single grapheme that is.
    pub(super) fn lines(&self, width: usize) -> impl Iterator<Item = Line<'_>> {
        self.breaks(width).into_iter().map(|line| {
            let glyphs = &self.glyphs[line];
            Line {
                columns: glyphs.iter().map(|glyph| glyph.width).sum(),
                pieces: glyphs
                    .chunk_by(|a, b| a.look == b.look)
                    .filter_map(|run| Some((run.first()?, run.last()?)))
                    .map(|(first, last)| (&self.buffer[first.bytes.start..last.bytes.end], first.look))
                    .collect(),
            }
        })
    }

    /// Ranges of glyphs that stand on one line, blanks at its ends left out.
    fn breaks(&self, width: usize) -> Vec<Range<usize>> {
        let mut lines: Vec<Range<usize>> = Vec::new();
        let mut used = 0;
        let mut at = 0;
        while at < self.glyphs.len() {
            if self.glyphs[at].blank {
                at += 1;
                continue;
            }
            let end = (at + 1..self.glyphs.len())
                .find(|&i| self.may_break(i))
                .unwrap_or(self.glyphs.len());
            let wide: usize = self.glyphs[at..end].iter().map(|glyph| glyph.width).sum();
            let gap = lines.last().map_or(0, |line| at - line.end);
            match lines.last_mut() {
                Some(line) if used + gap + wide <= width => {
                    line.end = end;
                    used += gap + wide;
                }
                _ => {
                    lines.push(at..at);
                    used = 0;
                    for i in at..end {
                        if used > 0 && used + self.glyphs[i].width > width {
                            lines.push(i..i);
                            used = 0;
                        }
                        used += self.glyphs[i].width;
                        if let Some(line) = lines.last_mut() {
                            line.end = i + 1;
                        }
                    }
                }
            }
            at = end;
        }
        lines
    }

    /// Whether a line may end before glyph `i`.
    fn may_break(&self, i: usize) -> bool {
        let (last, next) = (&self.glyphs[i - 1], &self.glyphs[i]);
        next.blank || last.blank || (!next.glued && (last.width > 1 || next.width > 1))
    }
}

/// Closing marks and those of Chinese and Japanese that never open a line.
fn holds_to_the_last(text: &str) -> bool {
    text.starts_with([
        '.', ',', ';', ':', '!', '?', ')', ']', '}', '"', '\'', '»', '”', '’', '…', '、', '。', '，', '．', '：', '；',
        '！', '？', '）', '」', '』', '】', '》', '〉', 'ー', '\u{a0}', '\u{202f}', '\u{2007}',
    ])
}

/// Opening marks and blanks that never end a line.
fn holds_the_next(text: &str) -> bool {
    text.ends_with([
        '(', '[', '{', '«', '“', '„', '‘', '（', '「', '『', '【', '《', '〈', '\u{a0}', '\u{202f}', '\u{2007}',
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, width: usize) -> Vec<String> {
        Text::plain(text)
            .lines(width)
            .map(|line| line.pieces.into_iter().map(|(text, _)| text).collect())
            .collect()
    }

    #[test]
    fn lines_break_at_blanks() {
        assert_eq!(wrapped("een twee  drie\r\nvier", 8), ["een twee", "drie", "vier"]);
        assert_eq!(wrapped("€\u{a0}5 is veel", 6), ["€\u{a0}5 is", "veel"]);
        assert!(wrapped(" \t ", 8).is_empty());
    }

    #[test]
    fn long_words_are_cut_between_graphemes() {
        assert_eq!(wrapped("ja abcdefghij nee", 4), ["ja", "abcd", "efgh", "ij", "nee"]);
        let family = "👩\u{200d}👩\u{200d}👧";
        assert_eq!(wrapped(&family.repeat(3), 4), [family.repeat(2), family.to_owned()]);
        assert_eq!(
            wrapped(&"e\u{301}".repeat(5), 3),
            ["e\u{301}".repeat(3), "e\u{301}".repeat(2)]
        );
    }

    #[test]
    fn wide_characters_take_two_columns_and_break_beside_each_other() {
        // The stop never opens a line, so the character before it comes along.
        assert_eq!(wrapped("警方称司机离开。", 14), ["警方称司机离", "开。"]);
        assert_eq!(wrapped("警方a称", 3), ["警", "方a", "称"]);
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_too_wide_and_nothing_is_lost(text in "(\\PC|[ 警🇳🇱e\u{301}\r\n\t]){0,80}", width in 4usize..40) {
            let lines = wrapped(&text, width);
            for line in &lines {
                let single = line.graphemes(true).count() == 1;
                let columns: usize = line.graphemes(true).map(UnicodeWidthStr::width).sum();
                proptest::prop_assert!(columns <= width || single || line.contains("\\u{"), "{line:?}");
            }
            let kept = |text: &str| -> String { text.chars().filter(|c| *c != ' ').collect() };
            let all: String = lines.concat();
            let clean: String = super::super::sanitize(&text);
            proptest::prop_assert_eq!(kept(&all), kept(&clean));
        }
    }
}
