//! What would be read: files, bytes and articles of each format, for `--dry-run`. Texts are counted by their size
//! alone; row formats are streamed once and their rows counted, not parsed.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::delimited;
use super::fault::Fault;
use super::format::{Compression, Format};
use super::jsonl::Lines;
use super::open::open_rows;
use super::options::{ReadError, ReadOptions};
use super::piped::{self, Contents};
use super::source::{Origin, Source};
use super::values::Values;
use super::walk::walk;
use super::{Failure, FailureKind};

/// Text in a byte of a compressed file: news in gzip and zstd shrinks to between a half and a third.
const EXPANSION: u64 = 5;
const EXPANSION_OF: u64 = 2;

/// What would be read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Survey {
    /// The files of each format.
    pub formats: BTreeMap<Format, FormatCount>,
    /// Files of folders with endings that stellig does not read.
    pub skipped_endings: u64,
    /// Files that `--include` and `--exclude` leave out.
    pub excluded: u64,
    /// Files of folders that hold labels of stellig's.
    pub own: u64,
    /// Files and rows that cannot be read, as far as that shows without parsing.
    pub failures: u64,
    /// The first [`Survey::EXAMPLES`] of them.
    pub examples: Vec<Failure>,
}

/// Files of one format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FormatCount {
    /// Number of files; standard input is one.
    pub files: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// Bytes of text or rows; estimated for compressed texts, counted otherwise.
    pub text_bytes: u64,
    /// Number of articles: one for a text, one for each row.
    pub articles: u64,
}

impl Survey {
    /// So many failures are kept as examples.
    pub const EXAMPLES: usize = 200;

    /// Articles of all formats.
    pub fn articles(&self) -> u64 {
        self.formats.values().map(|count| count.articles).sum()
    }

    /// Bytes of text or rows of all formats.
    pub fn text_bytes(&self) -> u64 {
        self.formats.values().map(|count| count.text_bytes).sum()
    }

    fn fail(&mut self, failure: Failure) {
        self.failures += 1;
        if self.examples.len() < Self::EXAMPLES {
            self.examples.push(failure);
        }
    }
}

/// Counts what [`super::read()`] would read.
///
/// # Errors
/// Where the patterns of the options cannot be used.
pub fn survey(inputs: &[PathBuf], options: &ReadOptions) -> Result<Survey, ReadError> {
    let mut survey = Survey::default();
    let mut sources = walk(inputs, options)?;
    let skipped = sources.skipped();
    let limit = options.limit.map_or(u64::MAX, |limit| limit as u64);
    let mut articles = 0;
    while articles < limit
        && let Some(found) = sources.next()
    {
        match found {
            Ok(source) => articles += count(&source, options, limit - articles, &mut survey),
            Err(failure) => survey.fail(failure),
        }
    }
    survey.skipped_endings = skipped.endings();
    survey.excluded = skipped.excluded();
    survey.own = skipped.own().map_or(0, |(files, _)| files);
    Ok(survey)
}

/// Counts one file, up to `limit` articles, into `survey`; gives the number of articles.
fn count(source: &Source, options: &ReadOptions, limit: u64, survey: &mut Survey) -> u64 {
    let size = match &source.origin {
        Origin::StandardInput => Ok(0),
        Origin::File(path) => fs::metadata(path).map(|metadata| metadata.len()),
    };
    let mut format = source.format;
    let mut counted = FormatCount {
        files: 1,
        ..FormatCount::default()
    };
    let mut fail = |fault: Fault| survey.fail(fault.of(source.name.clone(), source.path()));
    match size {
        Err(error) => fail(Fault::opening(&error)),
        Ok(bytes) => {
            counted.bytes = bytes;
            let counting = match source.format {
                Format::Text | Format::Markdown | Format::Other => {
                    count_text(source, options.max_bytes, &mut counted).map(|()| source.format)
                }
                _ => count_rows(source, options, limit, &mut counted, &mut fail),
            };
            match counting {
                Ok(found) => format = found,
                Err(fault) => fail(fault),
            }
        }
    }
    let sum = survey.formats.entry(format).or_default();
    sum.files += counted.files;
    sum.bytes += counted.bytes;
    sum.text_bytes += counted.text_bytes;
    sum.articles += counted.articles;
    counted.articles
}

fn count_text(source: &Source, max_bytes: u64, counted: &mut FormatCount) -> Result<(), Fault> {
    let is_plain = source.compression == Compression::None;
    if counted.bytes == 0 {
        return Err(Fault::new(
            FailureKind::Empty,
            "the file is empty; fill it or leave it out",
        ));
    }
    if is_plain && counted.bytes > max_bytes {
        return Err(Fault::too_large(max_bytes));
    }
    counted.articles = 1;
    counted.text_bytes = if is_plain {
        counted.bytes
    } else {
        counted.bytes.saturating_mul(EXPANSION) / EXPANSION_OF
    };
    Ok(())
}

/// Counts rows, and gives the format: on standard input, that of what is there.
fn count_rows(
    source: &Source,
    options: &ReadOptions,
    limit: u64,
    counted: &mut FormatCount,
    fail: &mut impl FnMut(Fault),
) -> Result<Format, Fault> {
    let broken = |(line, error): (u64, std::io::Error)| Fault::reading(&error, source.compression).on_line(line);
    let mut add = |line: u64, row: Result<usize, Fault>| {
        match row {
            Ok(bytes) => {
                counted.articles += 1;
                counted.text_bytes += bytes as u64;
            }
            Err(fault) => fail(fault.on_line(line)),
        }
        counted.articles < limit
    };
    match source.format {
        Format::Csv | Format::Tsv => {
            let rows = open_rows(source, delimited::HEAD)?;
            let mut records = delimited::records(rows, source.format, options).map_err(broken)?;
            records.next().map_err(broken)?;
            while let Some((line, whole)) = records.next().map_err(broken)?
                && add(line, whole.map(|()| records.bytes().len()))
            {}
        }
        Format::Json => {
            let mut values = Values::new(open_rows(source, 16)?.stream, options.max_bytes);
            while let Some(cut) = values.next().map_err(broken)?
                && add(cut.line, cut.bytes.map(<[u8]>::len))
            {}
        }
        _ => match piped::open(source, options)? {
            Contents::Text(bytes) => {
                add(1, Ok(bytes.len()));
                return Ok(Format::Text);
            }
            Contents::Objects(rows) => {
                let mut values = Values::new(rows.stream, options.max_bytes);
                while let Some(cut) = values.next().map_err(broken)?
                    && add(cut.line, cut.bytes.map(<[u8]>::len))
                {}
                return Ok(Format::Json);
            }
            Contents::Rows(rows) => {
                let mut lines = Lines::new(rows.stream, options.max_bytes);
                while let Some((line, bytes)) = lines.next().map_err(broken)?
                    && add(line, bytes.map(<[u8]>::len))
                {}
            }
        },
    }
    Ok(source.format)
}
