//! One file of weights: bytes in the program, or a file that is mapped, not read. What was read of a mapped file can be
//! given back, so that its pages do not count beside the copies that were made of them.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use safetensors::SafeTensorError;

use super::error::Error;

/// A safetensors file.
#[derive(Debug)]
pub(super) enum WeightFile {
    /// In the program.
    InProgram(&'static [u8]),
    /// On the disk.
    Mapped {
        /// Where.
        path: PathBuf,
        /// Its bytes.
        map: Mmap,
    },
}

impl WeightFile {
    /// Maps the file at `path`.
    ///
    /// # Errors
    /// If it is missing or unreadable.
    pub fn map(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        // SAFETY: the map is read only while the model loads, and is unmapped after. Another program that cuts the file
        // short in that moment would stop this one; that is the known price of mapping, and weights are not edited in
        // use.
        let map = unsafe { Mmap::map(&file) };
        Ok(Self::Mapped {
            path: path.to_owned(),
            map: map?,
        })
    }

    /// All of it.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::InProgram(bytes) => bytes,
            Self::Mapped { map, .. } => map,
        }
    }

    /// The error of a file that is no safetensors file.
    pub fn broken(&self, error: &SafeTensorError) -> Error {
        Error::BrokenFile {
            place: match self {
                Self::InProgram(_) => "embedded model".to_owned(),
                Self::Mapped { path, .. } => path.display().to_string(),
            },
            message: error.to_string(),
            remedy: if self.bytes().starts_with(b"version https://git-lfs") {
                "it only points to one, so run `git lfs pull` in its folder"
            } else {
                "copy or download it again"
            },
        }
    }

    /// Gives back the memory of `part`, a slice of [`Self::bytes`], which is read from the disk again where it is looked
    /// at again. Only memory depends on it, so that a system which cannot do it goes on without.
    pub fn release(&self, part: &[u8]) {
        #[cfg(unix)]
        if let Self::Mapped { map, .. } = self {
            let whole = map.as_ptr_range();
            let part = part.as_ptr_range();
            if part.start < whole.start || part.end > whole.end || part.is_empty() {
                return;
            }
            let (offset, length) = (
                part.start.addr() - whole.start.addr(),
                part.end.addr() - part.start.addr(),
            );
            // SAFETY: the range lies within the map. The map is read-only and has a file behind it, so that a page
            // which is dropped comes back with the same bytes; slices into it stay as good as they were.
            let _ = unsafe { map.unchecked_advise_range(memmap2::UncheckedAdvice::DontNeed, offset, length) };
        }
        #[cfg(not(unix))]
        let _ = part;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kilobytes of mapped files that are in memory, of this whole process.
    #[cfg(target_os = "linux")]
    fn resident(path: &Path) -> u64 {
        let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mut lines = maps.lines().skip_while(|line| !line.ends_with(path.to_str().unwrap()));
        let line = lines.find(|line| line.starts_with("Rss:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_was_given_back_takes_no_memory_and_says_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap().join("weights");
        let bytes: Vec<u8> = (0..4 << 20).map(|i: u32| (i >> 10) as u8).collect();
        std::fs::write(&path, &bytes).unwrap();
        let file = WeightFile::map(&path).unwrap();
        assert_eq!(file.bytes(), bytes);
        assert_eq!(resident(&path), 4096);
        // Half a page at either end goes with the rest, and large pages go as a whole.
        file.release(&file.bytes()[(1 << 20) + 2048..(3 << 20) - 2048]);
        assert!(resident(&path) <= 2048, "{}", resident(&path));
        assert_eq!(file.bytes(), bytes);
        file.release(file.bytes());
        assert_eq!(resident(&path), 0);
        // What is no part of it is left alone.
        file.release(&bytes);
        file.release(&file.bytes()[..0]);
        assert_eq!(file.bytes(), bytes);
    }
}
