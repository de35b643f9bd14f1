//! How much of a sentence is written for each entity or source in it. A list of ten thousand names without a stop, or a transcript
//! without one, is one sentence: written whole for each of them, it would grow with the square of its length.

use crate::record::Sentence;

/// Code points of a sentence beyond which only a part of it is written: longer than any of running text.
const LONGEST: usize = 2_000;

/// The part of a sentence, in code points, around what stands at `start..end` in it: all of it, but of a long one half of [`LONGEST`] to
/// either side.
pub(super) fn around(sentence: &Sentence, start: usize, end: usize) -> (usize, usize) {
    if sentence.end - sentence.start <= LONGEST {
        return (sentence.start, sentence.end);
    }
    let start = start.saturating_sub(LONGEST / 2).max(sentence.start);
    (start, (end + LONGEST / 2).min(sentence.end))
}
