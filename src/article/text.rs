//! One article in a file: `.txt`, `.md`, and other text named on the command line. The header of the folder format
//! becomes the date; the text is all that follows, unchanged. A header without a date that can be read stays in it, and
//! is counted.

use std::fs;

use super::encoding::decode;
use super::fault::Fault;
use super::fields::Fields;
use super::format::{Compression, Format};
use super::open::{open, read_whole};
use super::source::{Origin, Source};
use super::{Article, Failure, FailureKind, date};
use crate::html;

/// Reads the article in `source`, of at most `max_bytes`.
pub(super) fn read(source: &Source, max_bytes: u64, fields: &Fields) -> Result<Article, Failure> {
    let failed = |fault: Fault| fault.of(source.name.clone(), source.path());
    of_bytes(source, bytes(source, max_bytes).map_err(failed)?, fields)
}

/// The article that `bytes` are, which were read from `source`.
pub(super) fn of_bytes(source: &Source, bytes: Vec<u8>, fields: &Fields) -> Result<Article, Failure> {
    let article = decode(bytes).and_then(|decoded| {
        if let Some(encoding) = decoded.guessed {
            fields.see_guess(encoding.name(), source.path().as_deref().unwrap_or(&source.name));
        }
        article(source, decoded.text, fields)
    });
    article.map_err(|mut fault| {
        if source.format == Format::Other && fault.kind == FailureKind::Binary {
            fault.kind = FailureKind::Unsupported;
        }
        fault.of(source.name.clone(), source.path())
    })
}

fn bytes(source: &Source, max_bytes: u64) -> Result<Vec<u8>, Fault> {
    if let (Origin::File(path), Compression::None) = (&source.origin, source.compression)
        && fs::metadata(path).is_ok_and(|metadata| metadata.len() > max_bytes)
    {
        return Err(Fault::too_large(max_bytes));
    }
    read_whole(open(source)?, max_bytes, source.compression)
}

fn article(source: &Source, mut text: String, fields: &Fields) -> Result<Article, Fault> {
    let header = date::header(&text).map(|(date, start)| (date.to_owned(), start));
    if let Some((_, start)) = header {
        text.drain(..start);
    } else if let Some(line) = date::unread_header(&text) {
        fields.dates.see_text(line);
    }
    if html::is_blank(&text) {
        return Err(Fault::new(
            FailureKind::Empty,
            "there is no text in it; fill it or leave it out",
        ));
    }
    Ok(Article {
        id: source.name.clone(),
        path: source.path(),
        date: header.map(|(date, _)| date),
        text,
        ..Article::default()
    })
}
