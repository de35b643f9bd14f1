//! The report: one HTML page that holds articles and labels, to be read in a browser without a network. The page itself is
//! `page.html`, built from the sources in `report/`; here its data are written, article by article.
//!
//! The data stand in one element of the page as lines, each the base64 of a gzip member of JSON, so that the page
//! unpacks what it shows and no more. All lines but the last are *chunks*: arrays of articles as in a record, without
//! `schema`, `models`, `run` and `meta`, without the words of spans (they are slices of `text`), scores in hundredths; of a
//! text with HTML what is read of it ([`as_read`](crate::record::Record::as_read)). The last line is the index, which says
//! where each chunk stands.

mod index;
mod trim;

use std::io::{self, BufWriter, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::output::Writer;
use crate::record::Line;

use index::Index;

/// The page, with [`MARKER`] where the data go.
const PAGE: &str = include_str!("page.html");
/// Stands once in the page.
const MARKER: &str = "@@STELLIG_DATA@@";
/// JSON of a chunk, in bytes: small enough to be unpacked for one sentence, large enough to compress well.
const CHUNK: usize = 128 << 10;
/// Longest data that a page may hold, in characters: a string in Chromium has 2^29 at most.
const MOST: usize = 500_000_000;

/// Writes a report.
pub struct Report<W: Write> {
    to: BufWriter<W>,
    index: Index,
    /// JSON of the articles that wait to be written together: an array that is not closed yet.
    waiting: Vec<u8>,
    /// Characters of the data so far.
    written: usize,
}

impl<W: Write> Report<W> {
    /// Starts a page with a title of the user's own, or none.
    ///
    /// # Errors
    /// What `to` says.
    pub fn start(to: W, title: Option<String>) -> io::Result<Self> {
        let mut to = BufWriter::with_capacity(1 << 16, to);
        to.write_all(halves()?.0.as_bytes())?;
        Ok(Self {
            to,
            index: Index::new(title),
            waiting: Vec::new(),
            written: 0,
        })
    }

    /// Writes the articles that wait as one chunk.
    fn flush_chunk(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.waiting.push(b']');
        let chunk = packed(&self.waiting)?;
        self.waiting.clear();
        if self.written + chunk.len() > MOST {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                "the page would be larger than a browser can open (500 MB); make a page of fewer articles, of one year for example",
            ));
        }
        self.index.chunk(self.written, chunk.len());
        writeln!(self.to, "{chunk}")?;
        self.written += chunk.len() + 1;
        Ok(())
    }
}

impl<W: Write + Send> Writer for Report<W> {
    fn write(&mut self, line: &Line) -> io::Result<()> {
        match line {
            Line::Record(record) => {
                let record = record.as_read();
                let article = serde_json::to_vec(&trim::trimmed(&record)?)?;
                self.index.record(&record);
                self.waiting.push(if self.waiting.is_empty() { b'[' } else { b',' });
                self.waiting.extend(article);
                if self.waiting.len() >= CHUNK {
                    self.flush_chunk()?;
                }
            }
            Line::Failure(failure) => self.index.failure(failure),
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.flush_chunk()?;
        let index = packed(&serde_json::to_vec(&self.index)?)?;
        write!(self.to, "{index}{}", halves()?.1)?;
        self.to.flush()
    }

    fn interrupt(self: Box<Self>) -> io::Result<()> {
        self.finish()
    }
}

/// The page before and behind its data.
fn halves() -> io::Result<(&'static str, &'static str)> {
    PAGE.split_once(MARKER)
        .ok_or_else(|| io::Error::other("src/report/page.html has no place for data; build it again in report/"))
}

/// JSON in gzip, in base64.
fn packed(json: &[u8]) -> io::Result<String> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(json)?;
    Ok(STANDARD.encode(gzip.finish()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{FailureDetail, FailureRecord, Record, sample, testing};
    use flate2::read::GzDecoder;
    use serde_json::Value;
    use std::sync::{Arc, Mutex};

    /// A page that is kept.
    #[derive(Default, Clone)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn unpacked(line: &str) -> Value {
        let gzip = STANDARD.decode(line).unwrap();
        serde_json::from_reader(GzDecoder::new(&gzip[..])).unwrap()
    }

    fn page(lines: &[Line]) -> (String, Value) {
        let kept = Kept::default();
        let mut report = Box::new(Report::start(kept.clone(), Some("T".into())).unwrap());
        for line in lines {
            report.write(line).unwrap();
        }
        report.finish().unwrap();
        let page = String::from_utf8(std::mem::take(&mut *kept.0.lock().unwrap())).unwrap();
        let (head, tail) = halves().unwrap();
        let data = page
            .strip_prefix(head)
            .and_then(|rest| rest.strip_suffix(tail))
            .unwrap()
            .to_owned();
        let index = unpacked(data.lines().last().unwrap());
        (data, index)
    }

    #[test]
    fn the_page_has_one_place_for_data() {
        assert_eq!(PAGE.matches(MARKER).count(), 1);
        let (head, tail) = halves().unwrap();
        assert!(head.ends_with("id=\"data\">") && tail.starts_with("</script>"));
    }

    #[test]
    fn chunks_stand_where_the_index_says() {
        let long = |n: usize| Record {
            id: format!("a{n}"),
            text: Some(sample::TEXT.to_owned() + &" x".repeat(n * 20_000)),
            ..sample::record()
        };
        let records: Vec<Record> = (0..8).map(long).collect();
        let failure = Line::Failure(FailureRecord {
            schema: 1,
            id: "bad".into(),
            path: None,
            error: FailureDetail {
                kind: "empty".into(),
                message: "no text".into(),
            },
        });
        let mut lines: Vec<Line> = records.iter().cloned().map(Line::Record).collect();
        lines.insert(3, failure);
        let (data, index) = page(&lines);
        let chunks = index["chunks"].as_array().unwrap();
        assert!(chunks.len() > 2 && chunks.len() < 8, "{chunks:?}");
        let mut articles = Vec::new();
        for (number, chunk) in chunks.iter().enumerate() {
            let at = |n: usize| usize::try_from(chunk[n].as_u64().unwrap()).unwrap();
            let Value::Array(more) = unpacked(&data[at(0)..at(0) + at(1)]) else {
                panic!("no array")
            };
            for article in more {
                assert_eq!(index["articles"]["chunk"][articles.len()], number);
                articles.push(article);
            }
        }
        let ids: Vec<&str> = articles.iter().map(|article| article["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"]);
        assert_eq!(articles[7]["text"], *records[7].text.as_ref().unwrap());
        assert_eq!(index["failures"][0]["message"], "no text");
        assert_eq!(index["title"], "T");
    }

    #[test]
    fn names_titles_and_texts_are_what_a_page_shows() {
        let text = "Jan&nbsp;Smit en <b>Jan</b> Smit";
        let record = testing::record(text)
            .sentence(text, 0, None)
            .entity("Jan&nbsp;Smit", "PER")
            .entity("Jan</b> Smit", "PER");
        let (data, index) = page(&[Line::Record(record)]);
        assert_eq!(index["names"]["text"], serde_json::json!(["Jan Smit"]));
        assert_eq!(index["articles"]["title"], serde_json::json!(["Jan Smit en Jan Smit"]));
        let articles = unpacked(data.lines().next().unwrap());
        assert_eq!(articles[0]["text"], "Jan\u{a0}Smit en Jan Smit");
        assert_eq!(
            (&articles[0]["entities"][1]["start"], &articles[0]["entities"][1]["end"]),
            (&12.into(), &20.into())
        );
    }

    #[test]
    fn a_page_of_nothing_is_one() {
        let (data, index) = page(&[]);
        assert_eq!(data.lines().count(), 1);
        assert_eq!(index["articles"]["id"], Value::Array(vec![]));
    }
}
