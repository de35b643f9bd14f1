//! Labels among articles: what stellig wrote into a folder by itself is no article when the folder is read again. Only
//! files that could be labels by their ending are looked at, and of those the first line or task.

use std::fs;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::format::{Compression, Format};
use super::jsonl::Lines;
use super::open::open_rows;
use super::source::{Origin, Source};
use super::values::Values;
use crate::record::FailureDetail;
use crate::record::columns::{ARTICLE, JUDGEMENT};

/// Longest first line that is looked at: far more than the labels of an ordinary article.
const LONGEST: u64 = 64 << 20;

/// Bytes of a table that are looked at: its header is shorter.
const HEAD: usize = 4 << 10;

/// Bytes in which tasks show themselves.
const START: usize = 64;

/// The configuration in each folder for brat that stellig writes; its first line is told from those of others.
const BRAT: &str = include_str!("../output/brat/annotation.conf");

/// What a page of Web Annotations says of itself.
const ANNOTATIONS: (&str, &str) = ("http://www.w3.org/ns/anno.jsonld", "AnnotationPage");

/// What a line of labels has: as JSON Lines, for spaCy, or as Web Annotations. Crawlers and exports have a `schema` and an
/// `error` of their own, so both are to be what stellig writes.
#[derive(Deserialize)]
struct Line {
    schema: Option<u32>,
    id: Option<IgnoredAny>,
    text: Option<IgnoredAny>,
    run: Option<IgnoredAny>,
    sentences: Option<Vec<IgnoredAny>>,
    error: Option<FailureDetail>,
    #[serde(rename = "@context")]
    context: Option<Value>,
    #[serde(rename = "type")]
    kind: Option<Value>,
    items: Option<IgnoredAny>,
    #[serde(rename = "_")]
    document: Option<Extensions>,
}

#[derive(Deserialize)]
struct Extensions {
    stellig: Option<IgnoredAny>,
}

/// What a task for Label Studio has; an article has none of it but by chance.
#[derive(Deserialize)]
#[allow(dead_code)] // whether it is there is all that is asked
struct Task {
    data: Data,
    predictions: [Prediction; 1],
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Data {
    text: IgnoredAny,
    id: IgnoredAny,
    path: IgnoredAny,
    meta: IgnoredAny,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Prediction {
    model_version: IgnoredAny,
    result: IgnoredAny,
}

/// Whether `path` is a file that would be read as articles if its folder were: there is something in it that stellig did not write.
pub fn holds_articles(path: &Path) -> bool {
    let source = Source::file(path.to_owned());
    let is_there = fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() > 0);
    is_there && source.format != Format::Other && !is_own(&source)
}

/// Whether stellig wrote the file; not where it cannot be read, which is told when it is.
pub(super) fn is_own(source: &Source) -> bool {
    match source.format {
        Format::JsonLines => is_labels(source),
        Format::Json => is_tasks(source),
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
        let is_failure = line.error.is_some() && line.text.is_none();
        let is_line = line.schema.is_some() && line.id.is_some() && (is_record || is_failure);
        let says = |field: Option<Value>, what: &str| field.is_some_and(|field| field == what);
        let (context, kind) = ANNOTATIONS;
        let is_page = line.items.is_some() && says(line.context, context) && says(line.kind, kind);
        is_line || is_page || line.document.is_some_and(|document| document.stellig.is_some())
    })
}

/// Whether it begins with a task of Label Studio. An article in JSON is told by its first bytes and not parsed for this.
fn is_tasks(source: &Source) -> bool {
    let Ok(rows) = open_rows(source, START) else {
        return false;
    };
    let letters = rows.head.iter().copied().filter(|byte| !byte.is_ascii_whitespace());
    if !letters.take(9).eq(*b"[{\"data\":") {
        return false;
    }
    let mut values = Values::new(rows.stream, LONGEST);
    let Ok(Some(first)) = values.next() else { return false };
    first
        .bytes
        .is_ok_and(|task| serde_json::from_slice::<Task>(task).is_ok())
}

/// Whether stellig wrote the folder for brat, by its configuration. Articles of others may have come into it since.
pub(super) fn is_brat(folder: &Path) -> bool {
    let wanted = BRAT.lines().next().unwrap_or_default();
    let (path, mut begun) = (folder.join("annotation.conf"), Vec::new());
    // A pipe of that name would never open.
    path.is_file()
        && fs::File::open(path)
            .and_then(|file| file.take(wanted.len() as u64).read_to_end(&mut begun))
            .is_ok_and(|_| begun == wanted.as_bytes())
}

/// Whether the file, which stands in a folder for brat, is the text of labels there.
pub(super) fn is_brat_text(source: &Source) -> bool {
    let is_text = source.format == Format::Text && source.compression == Compression::None;
    is_text && matches!(&source.origin, Origin::File(path) if path.with_extension("ann").is_file())
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
pub(super) fn bare(name: &[u8]) -> &[u8] {
    let name = name.trim_ascii();
    name.strip_prefix(b"\"")
        .and_then(|name| name.strip_suffix(b"\""))
        .unwrap_or(name)
}
