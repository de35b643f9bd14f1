//! Whether an input holds labels or articles. What is in it tells, not its name: an interrupted run leaves labels under
//! another ending, and the first line may be cut off.

use std::io::{self, BufRead};
use std::path::Path;

use serde::de::IgnoredAny;

use super::{MAX_BYTES, labels};
use crate::article::RawLines;

/// Lines that are looked at.
const LINES: usize = 8;
/// Longest line that is looked at in a file whose ending promises no lines: it may be one long text.
const LONGEST: u64 = 64 << 20;
/// Characters in which a line of labels shows itself.
const START: usize = 40;

/// Whether `input` holds labels and no articles, by its first line that is whole or begins as labels do. Standard input
/// (`-`) is only looked at: whoever reads it next reads all of it. A named pipe could not be read twice and is never opened.
pub fn holds_labels(input: &Path) -> bool {
    if input == Path::new("-") {
        return io::stdin().lock().fill_buf().is_ok_and(begins);
    }
    if !input.is_file() {
        return false;
    }
    let is_of_lines = has_lines(input);
    let Ok(mut lines) = RawLines::open(input, if is_of_lines { MAX_BYTES } else { LONGEST }) else {
        return false;
    };
    for _ in 0..LINES {
        match lines.next_line() {
            None => return false,
            Some((_, Ok(line))) if begins(line) || labels::parse(line).is_ok() => return true,
            // An article, or text.
            Some((_, Ok(line))) if serde_json::from_slice::<IgnoredAny>(line).is_ok() => return false,
            Some((_, Ok(line))) if !is_of_lines && !line.trim_ascii_start().starts_with(b"{") => return false,
            Some(_) => {}
        }
    }
    false
}

/// Whether the file is JSON Lines by its ending.
fn has_lines(path: &Path) -> bool {
    let name = path.to_string_lossy().to_ascii_lowercase();
    let name = [".gz", ".zst"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .unwrap_or(&name);
    name.ends_with(".jsonl") || name.ends_with(".ndjson")
}

/// Whether `head` is the beginning of a line as `label` writes it, under whatever schema; what stands behind it may not
/// have come yet.
fn begins(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    // Other programs put blanks between them.
    let letters = head.iter().copied().filter(|byte| !byte.is_ascii_whitespace());
    let letters: Vec<u8> = letters.take(START).collect();
    let Some(rest) = letters.strip_prefix(b"{\"schema\":") else {
        return false;
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && rest[digits..].starts_with(b",\"id\":")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::record::sample;

    #[test]
    fn labels_are_told_from_articles() {
        let folder = tempfile::tempdir().unwrap();
        let told = |name: &str, contents: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, contents).unwrap();
            holds_labels(&path)
        };
        let record = serde_json::to_string(&sample::record()).unwrap();
        let failure = r#"{"schema":1,"id":"x","error":{"kind":"empty","message":"no text"}}"#;
        let article = r#"{"id": "x", "text": "Een artikel."}"#;
        assert!(told("a.jsonl", format!("\n{record}\n").as_bytes()));
        assert!(told("b.NDJSON", failure.as_bytes()));
        assert!(told("c.jsonl.zst", &zstd::encode_all(record.as_bytes(), 1).unwrap()));
        // What an interrupted run left, another ending, another schema, lines that are cut off at either end.
        assert!(told("d.jsonl.partial", record.as_bytes()) && told("d.txt", record.as_bytes()));
        assert!(told(
            "e.jsonl",
            record.replacen("\"schema\":1", "\"schema\": 99", 1).as_bytes()
        ));
        assert!(told("f.jsonl", format!("{}\n{record}", &record[..30]).as_bytes()));
        assert!(told("g.jsonl", format!("{}\n{record}", &record[30..]).as_bytes()));
        assert!(!told("h.jsonl", article.as_bytes()) && !told("h.jsonl", b""));
        assert!(!told("i.jsonl", format!("{{\"id\":\n{article}\n{record}").as_bytes()));
        assert!(!told("j.txt", format!("Zo ziet een regel eruit:\n{record}").as_bytes()));
        assert!(!told("k.json", format!("{{\n\"text\": 1,\n{record}").as_bytes()));
        assert!(!holds_labels(&folder.path().join("nowhere.jsonl")));
        #[cfg(unix)]
        {
            // To open one would be to wait for whoever writes it.
            let pipe = folder.path().join("pipe.jsonl");
            let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
            assert!(made.success() && !holds_labels(&pipe));
        }
    }

    #[test]
    fn a_line_shows_itself_in_its_first_characters() {
        assert!(begins(b"\xEF\xBB\xBF{\"schema\":1,\"id\":\"a"));
        assert!(begins(b"{\"schema\":1,\"id\":\"a") && begins(b" { \"schema\" : 12 , \"id\" : "));
        for other in [
            "",
            "{\"schema\":1",
            "{\"schema\":,\"id\":",
            "{\"schema\":\"a\",\"id\":",
            "{\"id\":1",
        ] {
            assert!(!begins(other.as_bytes()), "{other}");
        }
    }
}
