//! Whether a file is the one that its ETag names. The Hub's ETags are hashes: SHA-256 of a large file (git LFS), or the
//! hash of a git blob, which is SHA-1 over a short header and the file. Other servers' ETags say nothing.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::repo_id::is_hex;

/// Bytes read at once.
pub(super) const CHUNK: usize = 128 * 1024;

/// A hash in the making.
#[derive(Debug, Clone)]
pub(super) enum Checksum {
    /// SHA-256.
    Sha256(Sha256),
    /// SHA-1 of a git blob.
    Git(Sha1),
    /// The ETag is no hash.
    Unknown,
}

impl Checksum {
    /// The hash that `etag` is, of a file of `size` bytes.
    pub fn new(etag: &str, size: u64) -> Self {
        match etag.len() {
            64 if is_hex(etag) => Self::Sha256(Sha256::new()),
            40 if is_hex(etag) => Self::Git(Sha1::new_with_prefix(format!("blob {size}\0"))),
            _ => Self::Unknown,
        }
    }

    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hash) => hash.update(bytes),
            Self::Git(hash) => hash.update(bytes),
            Self::Unknown => {}
        }
    }

    /// Whether the hash of all bytes is `etag`; none if the ETag is no hash.
    pub fn matches(self, etag: &str) -> Option<bool> {
        let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        match self {
            Self::Sha256(hash) => Some(hexadecimal(&hash.finalize()) == etag),
            Self::Git(hash) => Some(hexadecimal(&hash.finalize()) == etag),
            Self::Unknown => None,
        }
    }

    /// Takes in what `reader` holds, up to `limit` bytes, and says how many there were.
    pub fn read(&mut self, reader: impl Read, limit: u64) -> io::Result<u64> {
        let (mut reader, mut chunk, mut total) = (reader.take(limit), vec![0; CHUNK], 0);
        loop {
            match reader.read(&mut chunk)? {
                0 => return Ok(total),
                count => {
                    self.update(&chunk[..count]);
                    total += count as u64;
                }
            }
        }
    }
}

/// Whether the file is the one that `etag` names; none if the ETag is no hash.
pub(super) fn check_file(path: &Path, etag: &str) -> io::Result<Option<bool>> {
    let file = File::open(path)?;
    let mut checksum = Checksum::new(etag, file.metadata()?.len());
    if matches!(checksum, Checksum::Unknown) {
        return Ok(None);
    }
    checksum.read(file, u64::MAX)?;
    Ok(checksum.matches(etag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content: &[u8], etag: &str) -> Option<bool> {
        let mut checksum = Checksum::new(etag, content.len() as u64);
        checksum.read(content, u64::MAX).unwrap();
        checksum.matches(etag)
    }

    #[test]
    fn etags_are_the_hashes_of_git() {
        // `printf 'hello\n' | git hash-object --stdin` and `printf 'hello\n' | sha256sum`
        assert_eq!(
            check(b"hello\n", "ce013625030ba8dba906f756967f9e9ca394464a"),
            Some(true)
        );
        let sha256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
        assert_eq!(check(b"hello\n", sha256), Some(true));
        assert_eq!(check(b"hullo\n", sha256), Some(false));
        assert_eq!(check(b"hello\n", "686897696a7c876b7e"), None);
        assert_eq!(check(b"hello\n", &"g".repeat(40)), None);
    }
}
