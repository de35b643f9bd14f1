//! UTF-16 streams read as UTF-8, so that row formats of any size can come straight from a spreadsheet. A broken pair
//! ends the stream with an error; nothing is replaced.

use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding};

/// Reads UTF-16, gives UTF-8.
pub(super) struct Transcoder<R> {
    reader: R,
    decoder: Decoder,
    encoding: &'static Encoding,
    /// Decoded bytes not yet handed out, from `at` on.
    ready: Vec<u8>,
    at: usize,
    ended: bool,
    /// What ended the stream, until all that stood before it is handed out.
    broken: Option<io::Error>,
}

impl<R: BufRead> Transcoder<R> {
    /// `reader` stands behind the byte order mark.
    pub fn new(reader: R, encoding: &'static Encoding) -> Self {
        Self {
            reader,
            decoder: encoding.new_decoder_without_bom_handling(),
            encoding,
            ready: Vec::new(),
            at: 0,
            ended: false,
            broken: None,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        let input = self.reader.fill_buf()?;
        let last = input.is_empty();
        self.ready.resize(3 * input.len() + 16, 0);
        let (result, read, written) = self
            .decoder
            .decode_to_utf8_without_replacement(input, &mut self.ready, last);
        self.reader.consume(read);
        self.ready.truncate(written);
        self.at = 0;
        self.ended = last;
        if let DecoderResult::Malformed(..) = result {
            self.ended = true;
            self.broken = Some(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("it starts as {} and has a broken character", self.encoding.name()),
            ));
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Transcoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Transcoder<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at == self.ready.len() {
            if let Some(error) = self.broken.take() {
                return Err(error);
            }
            if self.ended {
                break;
            }
            self.refill()?;
        }
        Ok(&self.ready[self.at..])
    }

    fn consume(&mut self, amount: usize) {
        self.at = (self.at + amount).min(self.ready.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::UTF_16LE;

    fn read(bytes: &[u8], chunk: usize) -> io::Result<String> {
        let mut text = String::new();
        Transcoder::new(io::BufReader::with_capacity(chunk, bytes), UTF_16LE).read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn every_chunk_size_gives_the_same_text() {
        let text = "één 🙂 twee\r\nدrie";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for chunk in 1..bytes.len() {
            assert_eq!(read(&bytes, chunk).unwrap(), text);
        }
    }

    #[test]
    fn broken_pairs_are_errors() {
        assert!(read(b"a\0b", 8).is_err());
        assert!(read(b"a\0\x00\xD8b\0", 8).is_err());
        // What stood before comes first.
        let mut reader = Transcoder::new(io::BufReader::new(b"a\0\n\0\x00\xD8b\0".as_slice()), UTF_16LE);
        let mut line = String::new();
        assert_eq!((reader.read_line(&mut line).unwrap(), line.as_str()), (2, "a\n"));
        assert!(reader.read_line(&mut line).is_err());
        assert_eq!(reader.read_line(&mut line).unwrap(), 0);
    }
}
