//! Opens gold files, plain or compressed (`.xz`, `.gz`, `.zst`), and tells from a file's name what it holds and in
//! which language it is written.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::EvalError;

/// What a file holds, told by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GoldKind {
    /// `.tsv`: one token a line with its IOB2 tag.
    Tokens,
    /// `.txt`: the corpus format of the annotation guidelines.
    Corpus,
    /// `.jsonl`: records.
    Records,
}

/// The kind of a file, by its ending without the one of a compression; none for any other ending.
pub fn gold_kind(path: &Path) -> Option<GoldKind> {
    match plain_name(path).rsplit_once('.')?.1 {
        "tsv" => Some(GoldKind::Tokens),
        "txt" => Some(GoldKind::Corpus),
        "jsonl" => Some(GoldKind::Records),
        _ => None,
    }
}

/// The first dotted part of the name that is two small letters (`nl.a.01.txt`, `conll2002.nl.dev.tsv.xz`).
pub fn language_of(path: &Path) -> Option<String> {
    let name = plain_name(path);
    let is_code = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_lowercase());
    name.split('.').find(is_code).map(str::to_owned)
}

/// The whole file as text, decompressed, without a byte order mark.
pub fn read_text(path: &Path) -> Result<String, EvalError> {
    read(path).map_err(|source| EvalError::Read {
        path: path.display().to_string(),
        source,
    })
}

fn read(path: &Path) -> std::io::Result<String> {
    let file = BufReader::new(File::open(path)?);
    let mut reader: Box<dyn Read> = match path.extension().and_then(|ending| ending.to_str()) {
        Some("xz") => Box::new(liblzma::read::XzDecoder::new_multi_decoder(file)),
        Some("gz") => Box::new(flate2::read::MultiGzDecoder::new(file)),
        Some("zst") => Box::new(zstd::Decoder::with_buffer(file)?),
        _ => Box::new(file),
    };
    let mut text = String::new();
    reader.read_to_string(&mut text)?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

fn plain_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stripped = [".xz", ".gz", ".zst"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending));
    stripped.unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn names_tell_kind_and_language() {
        let tell = |name: &str| (gold_kind(Path::new(name)), language_of(Path::new(name)));
        assert_eq!(
            tell("a/conll2002.nl.dev.tsv.xz"),
            (Some(GoldKind::Tokens), Some("nl".into()))
        );
        assert_eq!(tell("nl.a.01.txt"), (Some(GoldKind::Corpus), Some("nl".into())));
        assert_eq!(
            tell("kind-wn.it.train.tsv.gz"),
            (Some(GoldKind::Tokens), Some("it".into()))
        );
        assert_eq!(tell("run.jsonl.zst"), (Some(GoldKind::Records), None));
        assert_eq!(tell("notes.md"), (None, Some("md".into())));
    }

    #[test]
    fn compressed_files_read_like_plain_ones() {
        let folder = tempfile::tempdir().unwrap();
        let text = "Één\tO\n";
        let write = |name: &str, bytes: Vec<u8>| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
        xz.write_all(text.as_bytes()).unwrap();
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(text.as_bytes()).unwrap();
        let files = [
            write("a.tsv", format!("\u{feff}{text}").into_bytes()),
            write("a.tsv.xz", xz.finish().unwrap()),
            write("a.tsv.gz", gz.finish().unwrap()),
            write("a.tsv.zst", zstd::encode_all(text.as_bytes(), 1).unwrap()),
        ];
        for file in &files {
            assert_eq!(read_text(file).unwrap(), text, "{}", file.display());
        }
        let broken = write("b.tsv.xz", b"no xz at all".to_vec());
        assert!(
            read_text(&broken)
                .unwrap_err()
                .to_string()
                .contains("b.tsv.xz: cannot be read")
        );
    }
}
