//! Lines of brat's standoff format: `T` for what is marked, `A` for the attributes of a claim, `R` for who said it and
//! what gives it away. The format is that of <https://brat.nlplab.org/standoff.html>.

use std::io::{self, Write};

use crate::output::tokens::name;
use crate::record::{CodePoints, CueKind, Record, Sentence};

/// Writes all lines of one article.
pub(super) fn write(record: &Record, to: &mut dyn Write) -> io::Result<()> {
    let text = record.text.as_deref().unwrap_or_default();
    let mut lines = Lines {
        text,
        points: CodePoints::of(text),
        to,
        marks: 0,
        attributes: 0,
        relations: 0,
    };
    for entity in &record.entities {
        lines.mark(&name(&entity.label), entity.start, entity.end)?;
    }
    record
        .sentences
        .iter()
        .try_for_each(|sentence| lines.sentence(sentence))
}

/// Numbers lines while they are written.
struct Lines<'a> {
    text: &'a str,
    points: CodePoints,
    to: &'a mut dyn Write,
    marks: usize,
    attributes: usize,
    relations: usize,
}

impl Lines<'_> {
    fn sentence(&mut self, sentence: &Sentence) -> io::Result<()> {
        let is_claim = sentence.claim.as_ref().is_some_and(|claim| claim.label);
        let claim = match is_claim {
            true => Some(self.mark("Claim", sentence.start, sentence.end)?),
            false => None,
        };
        if let Some(claim) = claim {
            let certainty = sentence.certainty.as_ref().map(|c| ("Certainty", c.label.as_str()));
            let polarity = sentence.polarity.as_ref().map(|p| ("Polarity", p.label.as_str()));
            let holder = sentence.holder.as_ref().map(|h| ("Holder", h.label.as_str()));
            for (name, value) in [certainty, polarity, holder].into_iter().flatten() {
                self.attribute(name, claim, Some(value))?;
            }
            if sentence.heading {
                self.attribute("Heading", claim, None)?;
            }
        }
        for source in &sentence.source {
            let mark = self.mark("Source", source.start, source.end)?;
            self.relation("Said_by", claim, mark)?;
        }
        for cue in &sentence.cues {
            let kind = match cue.kind {
                CueKind::Attribution => "Attribution_cue",
                CueKind::Certainty => "Certainty_cue",
            };
            let mark = self.mark(kind, cue.start, cue.end)?;
            self.relation("Cued_by", claim, mark)?;
        }
        Ok(())
    }

    /// A `T` line and its number. brat marks nothing across line breaks: what runs over one is marked in parts.
    fn mark(&mut self, kind: &str, start: usize, end: usize) -> io::Result<usize> {
        let parts = parts(self.points.slice(self.text, start, end), start);
        let places: Vec<String> = parts.iter().map(|(start, end, _)| format!("{start} {end}")).collect();
        let words: Vec<&str> = parts.iter().map(|(_, _, words)| *words).collect();
        self.marks += 1;
        writeln!(
            self.to,
            "T{}\t{kind} {}\t{}",
            self.marks,
            places.join(";"),
            words.join(" ")
        )?;
        Ok(self.marks)
    }

    fn attribute(&mut self, name: &str, of: usize, value: Option<&str>) -> io::Result<()> {
        self.attributes += 1;
        let value = value.map_or_else(String::new, |value| format!(" {value}"));
        writeln!(self.to, "A{}\t{name} T{of}{value}", self.attributes)
    }

    fn relation(&mut self, name: &str, claim: Option<usize>, other: usize) -> io::Result<()> {
        let Some(claim) = claim else { return Ok(()) };
        self.relations += 1;
        writeln!(self.to, "R{}\t{name} Arg1:T{claim} Arg2:T{other}", self.relations)
    }
}

/// What Python's `str.splitlines` takes for the end of a line; brat reads with it.
fn is_break(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The parts of `words`, which starts at code point `start`, between line breaks: where they start and end, and what
/// they say.
fn parts(words: &str, start: usize) -> Vec<(usize, usize, &str)> {
    let mut parts = Vec::new();
    let mut at = start;
    for line in words.split(is_break) {
        let length = line.chars().count();
        let before = line.chars().count() - line.trim_start().chars().count();
        let trimmed = line.trim();
        if !trimmed.is_empty() {
            parts.push((at + before, at + before + trimmed.chars().count(), trimmed));
        }
        at += length + 1;
    }
    if parts.is_empty() {
        // Nothing but breaks, which no word is; the place is kept.
        parts.push((start, start + words.chars().count(), " "));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sample;

    fn lines(record: &Record) -> Vec<String> {
        let mut bytes = Vec::new();
        write(record, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn every_mark_says_what_stands_at_its_offsets() {
        let text: Vec<char> = sample::TEXT.chars().collect();
        let marks: Vec<String> = lines(&sample::record())
            .into_iter()
            .filter(|line| line.starts_with('T'))
            .collect();
        for mark in &marks {
            let (head, words) = mark.split_once('\t').unwrap().1.split_once('\t').unwrap();
            let parts = head.split_once(' ').unwrap().1.split(';').map(|part| {
                let (start, end) = part.split_once(' ').unwrap();
                text[start.parse().unwrap()..end.parse().unwrap()]
                    .iter()
                    .collect::<String>()
            });
            assert_eq!(parts.collect::<Vec<_>>().join(" "), words);
        }
        let kinds: Vec<&str> = marks
            .iter()
            .map(|mark| mark.split(['\t', ' ']).nth(1).unwrap())
            .collect();
        let wanted = [
            "ORG",
            "LOC",
            "PER",
            "MISC",
            "Claim",
            "Source",
            "Attribution_cue",
            "Claim",
            "Source",
            "Attribution_cue",
            "Certainty_cue",
        ];
        let mut sorted = (kinds, wanted.to_vec());
        sorted.0.sort_unstable();
        sorted.1.sort_unstable();
        assert_eq!(sorted.0, sorted.1);
    }

    #[test]
    fn a_claim_has_its_attributes_and_relations() {
        let lines = lines(&sample::record());
        let claim = lines.iter().position(|line| line.contains("\tClaim ")).unwrap() + 1;
        for line in [
            format!("A1\tCertainty T{claim} certain"),
            format!("A2\tPolarity T{claim} positive"),
            format!("A3\tHolder T{claim} source"),
            format!("R1\tSaid_by Arg1:T{claim} Arg2:T{}", claim + 1),
            format!("R2\tCued_by Arg1:T{claim} Arg2:T{}", claim + 2),
        ] {
            // Attribute lines stand between the marks, so marks are looked up by their number.
            assert!(lines.contains(&line), "{line} in {lines:#?}");
        }
    }

    #[test]
    fn what_runs_over_a_line_is_marked_in_parts() {
        assert_eq!(
            parts("a b \r\n  c\u{2028}d", 10),
            [(10, 13, "a b"), (18, 19, "c"), (20, 21, "d")]
        );
        assert_eq!(parts("é\tx", 0), [(0, 3, "é\tx")]);
    }
}
