//! What is said at the end of a run beside its summary: what was passed over, what rows did not have, and that there was
//! nothing at all.

use std::sync::atomic::Ordering;

use crate::article::{Fields, Skipped};
use crate::pipeline::Counters;
use crate::terminal::counted;

/// Of an input without articles.
pub(super) const NO_ARTICLES: &str =
    "no articles found; stellig reads .txt, .md, .json, .jsonl, .csv and .tsv, also .gz and .zst";

/// What the walk passed over by its ending.
pub(super) fn other_endings(skipped: &Skipped) -> Option<String> {
    let files = Some(skipped.endings()).filter(|files| *files > 0)?;
    Some(format!("passed over {} with other endings", counted(files, "file")))
}

/// Labels that the walk met among articles.
pub(super) fn own_labels(skipped: &Skipped) -> Option<String> {
    let (files, first) = skipped.own()?;
    let first = first.display();
    Some(match files {
        1 => format!("passed over {first}, which holds labels that stellig wrote; name the file to read it"),
        _ => format!(
            "passed over {} of labels that stellig wrote, such as {first}; name a file to read it",
            counted(files, "file")
        ),
    })
}

/// That fewer threads could be had than the `wanted` ones.
pub(super) fn fewer_threads(counters: &Counters, wanted: usize) -> Option<String> {
    let threads = counters.threads.load(Ordering::Relaxed);
    (threads < wanted as u64).then(|| {
        format!(
            "{} of {wanted} could be started; `ulimit -u`, or the limit of the container, allows no more",
            counted(threads, "thread")
        )
    })
}

/// Files whose encoding had to be guessed.
pub(super) fn guessed(fields: &Fields) -> Option<String> {
    let (files, first) = fields.guessed()?;
    let (are, them) = if files == 1 { ("is", "it") } else { ("are", "them") };
    Some(format!(
        "{} {are} not UTF-8, so the encoding was guessed: {first}; where letters look wrong, convert {them}, for instance with `iconv -f \
         MACINTOSH -t UTF-8`",
        counted(files, "file")
    ))
}

/// Files that the patterns left out, where nothing else was found.
pub(super) fn left_out(skipped: &Skipped) -> Option<String> {
    let files = Some(skipped.excluded()).filter(|files| *files > 0)?;
    Some(format!("--include and --exclude leave out {}", counted(files, "file")))
}

/// Dates, titles and languages that are there and could not be read.
pub(super) fn unread(fields: &Fields) -> impl Iterator<Item = String> {
    let told = [
        (
            fields.unread_dates(),
            "date",
            "give YYYY-MM-DD",
            "in meta, or in the text of a file",
        ),
        (
            fields.unread_ids(),
            "id",
            "give a text or a whole number; the row has its file's name and its own number",
            "in meta",
        ),
        (fields.unread_titles(), "title", "give a text", "in meta"),
        (
            fields.unread_languages(),
            "language",
            "give an ISO 639-1 code, such as nl",
            "in meta",
        ),
    ];
    told.into_iter().filter_map(|(unread, what, remedy, place)| {
        let (count, first) = unread?;
        let count = counted(count, what);
        Some(format!(
            "{count} could not be read, such as `{first}`; {remedy} (what stands there is kept {place})"
        ))
    })
}
