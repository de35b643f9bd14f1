//! Opens a source: decompresses it and looks at its first bytes. What is no text by its first bytes is turned away
//! here; a broken stream is handed on up to where it breaks.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};

use super::encoding::{Mark, binary, reject_magic};
use super::fault::Fault;
use super::format::Compression;
use super::gzip::Members;
use super::source::{Origin, Source};
use super::transcode::Transcoder;

const BUFFER: usize = 64 << 10;

/// A stream of bytes that can move between threads.
pub(super) type Stream = Box<dyn BufRead + Send>;

/// Opens and decompresses `source`.
pub(super) fn open(source: &Source) -> Result<Stream, Fault> {
    let path = match &source.origin {
        Origin::StandardInput => {
            return Ok(Box::new(BufReader::with_capacity(BUFFER, io::stdin())));
        }
        Origin::File(path) => path,
    };
    let file = File::open(path).map_err(|error| Fault::opening(&error))?;
    let file = BufReader::with_capacity(BUFFER, file);
    Ok(match source.compression {
        Compression::None => Box::new(file),
        Compression::Gzip => Box::new(BufReader::with_capacity(BUFFER, Members::new(file))),
        Compression::Zstd => {
            let decoder = zstd::Decoder::with_buffer(file).map_err(|error| Fault::opening(&error))?;
            Box::new(BufReader::with_capacity(BUFFER, decoder))
        }
    })
}

/// All of a stream of at most `max_bytes`.
pub(super) fn read_whole(stream: Stream, max_bytes: u64, compression: Compression) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    stream
        .take(max_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Fault::reading(&error, compression))?;
    if bytes.len() as u64 > max_bytes {
        return Err(Fault::too_large(max_bytes));
    }
    Ok(bytes)
}

/// A stream of rows and its first bytes.
pub(super) struct Rows {
    /// All of it as UTF-8 or in an encoding that extends ASCII, without byte order mark.
    pub stream: Stream,
    /// Its first bytes, which the stream gives again.
    pub head: Vec<u8>,
}

/// Opens `source` as rows, having looked at `at_least` bytes of it.
pub(super) fn open_rows(source: &Source, at_least: usize) -> Result<Rows, Fault> {
    let start = Start::of(open(source)?, at_least);
    if let Some(error) = start.broken.as_ref().filter(|_| start.head.is_empty()) {
        return Err(Fault::reading(error, source.compression));
    }
    reject_magic(&start.head)?;
    let mark = Mark::of(&start.head);
    // Rows do not begin with zeros, but in UTF-16.
    if mark.is_none() && start.head[..start.head.len().min(16)].contains(&0) {
        return Err(binary(&start.head));
    }
    Ok(match mark {
        Some(Mark::Utf16(encoding)) => {
            let stream = Transcoder::new(start.behind(2).stream, encoding);
            return Ok(Start::of(Box::new(stream), at_least).behind(0));
        }
        Some(Mark::Utf8) => start.behind(3),
        None => start.behind(0),
    })
}

/// The first bytes of a stream, taken from it, and the error if it broke among them.
struct Start {
    head: Vec<u8>,
    stream: Stream,
    broken: Option<io::Error>,
}

impl Start {
    fn of(mut stream: Stream, at_least: usize) -> Self {
        let mut head = Vec::new();
        let broken = (&mut stream).take(at_least as u64).read_to_end(&mut head).err();
        Self { head, stream, broken }
    }

    /// The stream as it was, without its first `skipped` bytes; it breaks again where it broke.
    fn behind(mut self, skipped: usize) -> Rows {
        self.head.drain(..skipped.min(self.head.len()));
        let start = Cursor::new(self.head.clone());
        let stream: Stream = match self.broken {
            Some(error) => Box::new(start.chain(BufReader::new(Broken(Some(error))))),
            None => Box::new(start.chain(self.stream)),
        };
        Rows {
            stream,
            head: self.head,
        }
    }
}

/// Gives an error where a stream broke, then nothing.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
