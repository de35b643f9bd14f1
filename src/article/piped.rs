//! Standard input, which has no name whose ending says what it is: JSON Lines if it begins as a row does, else one text.
//! What can be told from a text is refused and not labelled as one. Objects that are spread over lines, as `jq` prints them, are
//! read as such, whatever the name.

use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::FailureKind;
use super::fault::Fault;
use super::format::Compression;
use super::open::{Rows, open_rows, read_whole};
use super::options::ReadOptions;
use super::own::bare;
use super::source::{Origin, Source};

/// What a source of rows holds.
pub(super) enum Contents {
    /// Rows, to be read one by one.
    Rows(Rows),
    /// JSON objects, each over several lines.
    Objects(Rows),
    /// All bytes of one text on standard input.
    Text(Vec<u8>),
}

/// Opens JSON Lines; standard input is looked at, of which a text is read to its end.
pub(super) fn open(source: &Source, options: &ReadOptions) -> Result<Contents, Fault> {
    let rows = open_rows(source, 16)?;
    if is_spread(&rows.head) {
        return Ok(Contents::Objects(rows));
    }
    let begins_row = matches!(rows.head.trim_ascii_start().first(), None | Some(b'{'));
    if source.origin != Origin::StandardInput || begins_row {
        return Ok(Contents::Rows(rows));
    }
    let bytes = read_whole(rows.stream, options.max_bytes, Compression::None)?;
    match other_than_text(&bytes, &options.text_field) {
        Some(what) => Err(Fault::new(
            FailureKind::Malformed,
            format!(
                "standard input is read as JSON Lines, an object such as {{\"text\": \"...\"}} on each line, or as one text, and \
                 this is {what}"
            ),
        )),
        None => Ok(Contents::Text(bytes)),
    }
}

/// Whether the first line is nothing but the brace that opens an object.
fn is_spread(head: &[u8]) -> bool {
    let Some(behind) = head.trim_ascii_start().strip_prefix(b"{") else {
        return false;
    };
    let mut blanks = behind.iter().take_while(|byte| byte.is_ascii_whitespace());
    blanks.any(|byte| *byte == b'\n')
}

/// What `bytes` are if they are data and no text, and what to do with them.
fn other_than_text(bytes: &[u8], text_field: &str) -> Option<&'static str> {
    let is_object = |line: &[u8]| line.starts_with(b"{") && serde_json::from_slice::<Map<String, Value>>(line).is_ok();
    if is_table(bytes, text_field) {
        Some("a table; write it to a file whose name ends in .csv or .tsv, and give that")
    } else if bytes.trim_ascii_start().starts_with(b"[") && serde_json::from_slice::<Vec<IgnoredAny>>(bytes).is_ok() {
        Some("a JSON array; write it to a file whose name ends in .json, and give that")
    } else if bytes
        .split(|byte| *byte == b'\n')
        .any(|line| is_object(line.trim_ascii()))
    {
        Some("JSON Lines behind something else; leave out what stands before the first object")
    } else {
        None
    }
}

/// Words in the name of a column, at most.
const WORDS: usize = 4;

/// Whether the first line names columns, one of them that of the text, and a later one has fields too. A line of prose may have the
/// name of the field between commas.
fn is_table(bytes: &[u8], text_field: &str) -> bool {
    let mut lines = bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.trim_ascii().is_empty());
    let Some(header) = lines.next() else { return false };
    let rows = lines.next().unwrap_or_default();
    b",;\t".iter().any(|delimiter| {
        let mut fields = header.split(|byte| byte == delimiter);
        let is_name = |field: &[u8]| {
            field
                .split(u8::is_ascii_whitespace)
                .filter(|word| !word.is_empty())
                .count()
                <= WORDS
        };
        header.contains(delimiter)
            && rows.contains(delimiter)
            && fields.clone().all(is_name)
            && fields.any(|field| bare(field) == text_field.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_over_several_lines_shows_itself_in_the_first() {
        for spread in ["{\n  \"text\": \"Een brug.\"", "\n { \r\n\"id\"", "{\n}"] {
            assert!(is_spread(spread.as_bytes()), "{spread:?}");
        }
        for other in ["{\"text\":\n", "{}\n", "{", "", "\n\n", "[\n{\n", "{foto}\nEen brug."] {
            assert!(!is_spread(other.as_bytes()), "{other:?}");
        }
    }

    #[test]
    fn data_are_no_text() {
        let told = |text: &str| other_than_text(text.as_bytes(), "text").map(|what| what.split(';').next().unwrap());
        assert_eq!(told("[{\"text\": \"Hij zou dood zijn.\"}]\n"), Some("a JSON array"));
        assert_eq!(told(" [1,\n2]"), Some("a JSON array"));
        assert_eq!(told("id;\"text\"\r\n1;Een brug."), Some("a table"));
        assert_eq!(told("id\ttext\n1\tEen brug."), Some("a table"));
        let log = "Verbonden.\r\n  {\"text\": \"Hij zou dood zijn.\"}\r\n";
        assert_eq!(told(log), Some("JSON Lines behind something else"));
        for text in [
            "Hij zou dood zijn.",
            "[Update] De brug is open.\n{foto: ANP}\n{}x",
            "Zwolle, De brug is open.",
            "Photos, text, and video by the agency. The bridge is closed.\nIt rains, too.",
            "Image, text, video\nThe bridge is closed.",
            "text\n1",
            "<p>Hij zou dood zijn.</p>",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
