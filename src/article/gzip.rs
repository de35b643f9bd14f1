//! Gzip of one or several members, as `gzip -d` reads it: zeros behind the last one are padding (tapes, disk images),
//! anything else is an error.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// What the members of `R` hold, one after the other.
pub(super) struct Members<R> {
    /// None when all were read.
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Members<R> {
    pub(super) fn new(packed: R) -> Self {
        Self {
            member: Some(GzDecoder::new(packed)),
        }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(mut member) = self.member.take() {
            let read = match member.read(buffer) {
                Ok(0) if !buffer.is_empty() => {
                    let mut packed = member.into_inner();
                    self.member = is_more(&mut packed)?.then(|| GzDecoder::new(packed));
                    continue;
                }
                read => read,
            };
            self.member = Some(member);
            return read;
        }
        Ok(0)
    }
}

/// Passes over zeros; whether something stands behind them.
fn is_more(packed: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let bytes = packed.fill_buf()?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let (is_end, is_all) = (bytes.is_empty(), zeros == bytes.len());
        packed.consume(zeros);
        if is_end || !is_all {
            return Ok(!is_end);
        }
    }
}
