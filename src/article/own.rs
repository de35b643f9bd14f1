//! Labels among articles: what stellig wrote into a folder by itself is no article when the folder is read again. Only
//! files that could be labels by their ending are looked at, and of those the first line.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::format::Format;
use super::jsonl::Lines;
use super::open::open_rows;
use super::source::Source;
use crate::record::columns::{ARTICLE, JUDGEMENT};

/// Longest first line that is looked at: far more than the labels of an ordinary article.
const LONGEST: u64 = 64 << 20;

/// Bytes of a table that are looked at: its header is shorter.
const HEAD: usize = 4 << 10;

/// What a line of labels has: as JSON Lines, or for spaCy.
#[derive(Deserialize)]
struct Line {
    schema: Option<IgnoredAny>,
    id: Option<IgnoredAny>,
    run: Option<IgnoredAny>,
    sentences: Option<IgnoredAny>,
    error: Option<IgnoredAny>,
    #[serde(rename = "_")]
    document: Option<Extensions>,
}

#[derive(Deserialize)]
struct Extensions {
    stellig: Option<IgnoredAny>,
}

/// Whether stellig wrote the file; not where it cannot be read, which is told when it is.
pub(super) fn is_own(source: &Source) -> bool {
    match source.format {
        Format::JsonLines => is_labels(source),
        Format::Csv | Format::Tsv => is_table(source),
        _ => false,
    }
}

fn is_labels(source: &Source) -> bool {
    let Ok(rows) = open_rows(source, 16) else { return false };
    let mut lines = Lines::new(rows.stream, LONGEST);
    let Ok(Some((_, Ok(line)))) = lines.next() else {
        return false;
    };
    serde_json::from_slice(line).is_ok_and(|line: Line| {
        let is_record = line.run.is_some() && line.sentences.is_some();
        let is_line = line.schema.is_some() && line.id.is_some() && (is_record || line.error.is_some());
        is_line || line.document.is_some_and(|document| document.stellig.is_some())
    })
}

fn is_table(source: &Source) -> bool {
    let Ok(rows) = open_rows(source, HEAD) else {
        return false;
    };
    let line = rows.head.split(|byte| matches!(byte, b'\r' | b'\n')).next();
    // A spreadsheet may have saved it anew, with other delimiters or marks.
    let names = line.unwrap_or_default().split(|byte| b",;\t".contains(byte));
    let names: Vec<&[u8]> = names.map(bare).collect();
    let is = |name: &&str| names.contains(&name.as_bytes());
    let begins = names.len() > ARTICLE.len()
        && ARTICLE
            .iter()
            .zip(&names)
            .all(|(name, found)| name.as_bytes() == *found);
    begins && JUDGEMENT.iter().all(is)
}

/// A name without blanks and quotation marks around it.
fn bare(name: &[u8]) -> &[u8] {
    let name = name.trim_ascii();
    name.strip_prefix(b"\"")
        .and_then(|name| name.strip_suffix(b"\""))
        .unwrap_or(name)
}
