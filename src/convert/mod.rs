//! Labels that exist already, into other formats: JSON Lines in, any [`crate::output::Writer`] out, one record at a time.
//! A bad line is told and passed over; the others go on.

mod ahead;
mod labels;
mod texts;
mod told;

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::output::Writer;
use crate::pipeline::{self, feed::Feed};
use crate::record::{Fault, Line, Record, SCHEMA};

pub use texts::Texts;
pub use told::holds_labels;

/// Longest line that is read: labels of the largest article that is labelled.
const MAX_BYTES: u64 = 1 << 30;
/// Lines that wait to be converted, beside the one that is read and the one that is written: each may be that long.
const AHEAD: usize = 0;

/// Lines at the start of an input that are none of labels, after which it is given up.
const STRANGE: u32 = 8;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Records that were converted.
    pub records: u64,
    /// Articles that could not be labelled in the first place.
    pub failures: u64,
    /// Lines that could not be converted.
    pub bad: u64,
}

/// Converts the lines of `inputs` (`-` is standard input) until they end or `stop` is set. With `texts`, a record
/// without its text gets it from where it was read. `warn` is told of each line that is passed over: which, and why.
///
/// # Errors
/// What `writer` says, or that there is no thread to read on.
pub fn run(
    inputs: &[PathBuf],
    mut texts: Option<Texts>,
    stop: &AtomicBool,
    writer: &mut dyn Writer,
    mut warn: impl FnMut(&str),
) -> Result<Counts, pipeline::Error<io::Error>> {
    let mut counts = Counts::default();
    for input in inputs {
        let name = input.display();
        // Nobody waits for a pipe when it is time to stop.
        let mut lines = Feed::start(ahead::lines(input.clone()), AHEAD, || stop.load(Ordering::Relaxed))?;
        let mut is_first = true;
        // Lines that are none of labels, before the first one that is.
        let mut strange = Some(0);
        while let Some((number, line)) = lines.wait() {
            if stop.load(Ordering::Relaxed) {
                return Ok(counts);
            }
            let is_start = std::mem::replace(&mut is_first, false);
            let line = match line {
                Ok(line) if is_start && !line.trim_ascii_start().starts_with(b"{") => {
                    Err("this is no label file; `stellig label` makes one".to_owned())
                }
                line => line,
            };
            let line = line.and_then(|line| labels::parse(&line));
            strange = strange.filter(|_| line.is_err()).map(|count| count + 1);
            match line.and_then(|line| whole(line, texts.as_mut())) {
                Ok(line) => {
                    let count = if matches!(line, Line::Record(_)) {
                        &mut counts.records
                    } else {
                        &mut counts.failures
                    };
                    *count += 1;
                    writer.write(&line).map_err(pipeline::Error::Sink)?;
                }
                Err(message) => {
                    counts.bad += 1;
                    let place = number.map_or_else(String::new, |number| format!("line {number}: "));
                    warn(&format!("{name}: {place}{message}"));
                    if strange == Some(STRANGE) {
                        warn(&format!(
                            "{name}: none of its first {STRANGE} lines is one of labels; the rest is not read"
                        ));
                        break;
                    }
                }
            }
        }
    }
    Ok(counts)
}

/// The line with its text, if that is wanted, and right in all that it says of it.
fn whole(line: Line, texts: Option<&mut Texts>) -> Result<Line, String> {
    let mut record = match line {
        Line::Record(record) => record,
        Line::Failure(failure) if failure.schema != SCHEMA => {
            return Err(format!("{}: {}", failure.id, Fault::Schema(failure.schema)));
        }
        failure => return Ok(failure),
    };
    let named = |record: &Record, message: String| format!("{}: {message}", record.id);
    if let (None, Some(texts)) = (&record.text, texts) {
        record.text = Some(texts.of(&record).map_err(|message| named(&record, message))?);
    }
    record.check().map_err(|fault| named(&record, fault.to_string()))?;
    Ok(Line::Record(record))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sample;
    use std::fs;

    /// Keeps what it is given.
    #[derive(Default)]
    struct Kept(Vec<Line>);

    impl Writer for Kept {
        fn write(&mut self, line: &Line) -> io::Result<()> {
            self.0.push(line.clone());
            Ok(())
        }

        fn finish(self: Box<Self>) -> io::Result<()> {
            Ok(())
        }

        fn interrupt(self: Box<Self>) -> io::Result<()> {
            Ok(())
        }
    }

    fn converted(contents: &[u8], name: &str, texts: Option<Texts>) -> (Counts, Vec<Line>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, contents).unwrap();
        let (mut kept, mut said) = (Kept::default(), Vec::new());
        let counts = run(&[path], texts, &AtomicBool::new(false), &mut kept, |message| {
            said.push(message.to_owned())
        });
        (counts.unwrap(), kept.0, said)
    }

    #[test]
    fn bad_lines_are_told_and_the_others_come_back_as_they_were() {
        let record = sample::record();
        let good = serde_json::to_string(&record).unwrap();
        let failure = r#"{"schema":1,"id":"x","error":{"kind":"empty","message":"no text"}}"#;
        let moved = good.replacen("\"start\":0", "\"start\":1", 1);
        let later = failure.replace("\"schema\":1", "\"schema\":3000000000");
        let contents = format!("{good}\n{{\"id\":\n{failure}\n\n{{\"id\": 3}}\n{moved}\n{later}\n{good}");
        let (counts, lines, said) = converted(contents.as_bytes(), "a.jsonl", None);
        assert_eq!(
            counts,
            Counts {
                records: 2,
                failures: 1,
                bad: 4
            }
        );
        assert_eq!(lines[0], Line::Record(record));
        assert!(said[0].contains("line 2: not valid JSON"), "{said:?}");
        assert!(said[1].contains("line 5: not a record"), "{said:?}");
        assert!(
            said[2].contains("line 6: ../a/é=1: its sentences do not cover"),
            "{said:?}"
        );
        assert!(said[3].contains("line 7: x: its schema is 3000000000"), "{said:?}");
        let (_, _, said) = converted(b"De brug is dicht.\nDat is zo.\n", "a.txt", None);
        assert!(
            said[0].contains("no label file") && said[1].contains("not valid JSON"),
            "{said:?}"
        );
        let (counts, _, said) = converted("Dat is zo.\n".repeat(1000).as_bytes(), "a.txt", None);
        assert!(
            counts.bad == 8 && said.len() == 9 && said[8].contains("the rest is not read"),
            "{said:?}"
        );
        let folder = tempfile::tempdir().unwrap();
        let mut said = Vec::new();
        let inputs = [folder.path().to_owned()];
        run(
            &inputs,
            None,
            &AtomicBool::new(false),
            &mut Kept::default(),
            |message| said.push(message.to_owned()),
        )
        .unwrap();
        assert!(
            said[0].ends_with("it is a folder; name a file of labels in it"),
            "{said:?}"
        );
        let packed = zstd::encode_all(good.as_bytes(), 1).unwrap();
        assert_eq!(converted(&packed, "a.jsonl.zst", None).0.records, 1);
        assert_eq!(converted(&packed[..40], "a.jsonl.zst", None).0.bad, 1);
    }

    #[test]
    fn a_text_is_read_from_where_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        let record = Record {
            path: Some(path.display().to_string()),
            ..sample::record()
        };
        let bare = serde_json::to_string(&Record {
            text: None,
            ..record.clone()
        })
        .unwrap();
        let row = |id: &str, text: &str| serde_json::json!({"id": id, "text": text}).to_string();
        let other = |text: &str| format!("{}\n{}\n", row("other", "x"), row(&record.id, text));
        fs::write(&path, other(sample::TEXT)).unwrap();
        let twice = format!("{bare}\n{bare}");
        let (counts, lines, said) = converted(twice.as_bytes(), "b.jsonl", Some(Texts::default()));
        assert_eq!((counts.records, said.len()), (2, 0), "{said:?}");
        assert_eq!(lines[1], Line::Record(record.clone()));
        fs::write(&path, other("Another text.")).unwrap();
        let said = converted(bare.as_bytes(), "b.jsonl", Some(Texts::default())).2;
        assert!(said[0].contains("changed since it was labelled"), "{said:?}");
        fs::write(&path, row("other", "x")).unwrap();
        let said = converted(bare.as_bytes(), "b.jsonl", Some(Texts::default())).2;
        assert!(said[0].contains("no article of this name in it"), "{said:?}");
        // What is wrong with it now is said, not what might have been.
        fs::write(&path, "").unwrap();
        let said = converted(bare.as_bytes(), "b.jsonl", Some(Texts::default())).2;
        assert!(said[0].contains("there are no articles in it"), "{said:?}");
        fs::write(&path, row(&record.id, "")).unwrap();
        let said = converted(bare.as_bytes(), "b.jsonl", Some(Texts::default())).2;
        assert!(said[0].contains("the field `text` is empty"), "{said:?}");
        let packed = folder.path().join("a.jsonl.zst");
        let whole = zstd::encode_all(other(sample::TEXT).as_bytes(), 1).unwrap();
        fs::write(&packed, &whole[..whole.len() / 2]).unwrap();
        let cut = bare.replace("a.jsonl", "a.jsonl.zst");
        let said = converted(cut.as_bytes(), "b.jsonl", Some(Texts::default())).2;
        assert!(said[0].contains("its zstd stream is broken or cut off"), "{said:?}");
        let nowhere = bare.replace("\"path\"", "\"way\"");
        let said = converted(nowhere.as_bytes(), "b.jsonl", Some(Texts::default())).2;
        assert!(said[0].contains("neither its text nor a path"), "{said:?}");
    }
}
