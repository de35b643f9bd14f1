//! Windows: what the encoder reads at once. Sentences of an article are packed in order, each opened by the marker, up
//! to the model's length; windows overlap, and every sentence is labelled once, where it has most context. A sentence
//! longer than a window is read in overlapping parts, and each of its words is labelled where it has most context.
//! The plan depends on the article alone, never on its neighbours in a batch.

use std::ops::Range;

/// The share of a window that the next one reads again as context: one part in four.
const OVERLAP: usize = 4;

/// A stretch of one sentence's words inside a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// 0-based number of the sentence in the article.
    pub sentence: usize,
    /// The words of the sentence that are read here.
    pub words: Range<usize>,
    /// The words whose labels are taken from here; empty where the sentence only serves as context.
    pub owned: Range<usize>,
    /// Whether the sentence's own labels (claim, certainty ...) are taken from here. The parts of a long sentence all
    /// are, and are averaged.
    pub labels: bool,
}

/// What the encoder reads at once: parts in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Each part is opened by the marker; the separator closes the window.
    pub parts: Vec<Part>,
}

/// Plans the windows of an article. `pieces[s][w]` is the number of pieces of word `w` of sentence `s`; `most` is the
/// window length in tokens, markers and separator included. With `context` false every sentence stands alone.
///
/// # Panics
/// Where `most` has no room for a marker and a separator; a model that is loaded has more ([`crate::loader`]).
pub fn plan(pieces: &[Vec<usize>], most: usize, context: bool) -> Vec<Window> {
    assert!(most >= 2, "a window of {most} tokens holds no sentence");
    let room = most - 1; // the separator
    let cost: Vec<usize> = pieces.iter().map(|words| 1 + words.iter().sum::<usize>()).collect();
    let mut windows = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        if cost[at] > room {
            windows.extend(parts_of_long(at, &pieces[at], room - 1));
            at += 1;
            continue;
        }
        // A run of sentences that each fit: long ones are read by themselves and end the run.
        let run_end = (at..pieces.len()).find(|&s| cost[s] > room).unwrap_or(pieces.len());
        if context {
            windows.extend(overlapping(at..run_end, pieces, &cost, room));
        } else {
            windows.extend((at..run_end).map(|s| Window {
                parts: vec![whole(s, pieces, true)],
            }));
        }
        at = run_end;
    }
    windows
}

fn whole(sentence: usize, pieces: &[Vec<usize>], owned: bool) -> Part {
    let words = 0..pieces[sentence].len();
    let mine = if owned { words.clone() } else { 0..0 };
    Part {
        sentence,
        words,
        owned: mine,
        labels: owned,
    }
}

/// Windows over sentences that each fit, with an overlap, and the owner of each sentence.
fn overlapping(run: Range<usize>, pieces: &[Vec<usize>], cost: &[usize], room: usize) -> Vec<Window> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut start = run.start;
    loop {
        let mut end = start;
        let mut used = 0;
        while end < run.end && used + cost[end] <= room {
            used += cost[end];
            end += 1;
        }
        ranges.push(start..end);
        if end == run.end {
            break;
        }
        // Step back over at most a quarter of the room, but always move on and always make room for the next sentence.
        let mut next = end;
        let mut again = 0;
        while next > start + 1 && again + cost[next - 1] <= room / OVERLAP && again + cost[next - 1] + cost[end] <= room
        {
            next -= 1;
            again += cost[next];
        }
        start = next;
    }
    let context = |range: &Range<usize>, s: usize| {
        let left: usize = cost[range.start..s].iter().sum();
        let right: usize = cost[s + 1..range.end].iter().sum();
        // The text's own edges are no lack of context.
        let left = if range.start == run.start { usize::MAX } else { left };
        let right = if range.end == run.end { usize::MAX } else { right };
        left.min(right)
    };
    let owner = |s: usize| {
        // Starts and ends rise, so those that hold it stand together.
        let first = ranges.partition_point(|range| range.end <= s);
        let last = ranges.partition_point(|range| range.start <= s);
        // The first of equals: `max_by_key` alone would take the last.
        (first..last).rev().max_by_key(|&number| context(&ranges[number], s))
    };
    let owners: Vec<Option<usize>> = run.clone().map(owner).collect();
    let windows = ranges.iter().enumerate().map(|(number, range)| Window {
        parts: range
            .clone()
            .map(|s| whole(s, pieces, owners[s - run.start] == Some(number)))
            .collect(),
    });
    windows.collect()
}

/// Overlapping parts of one sentence that is longer than a window; `room` is the number of pieces that fit.
fn parts_of_long(sentence: usize, words: &[usize], room: usize) -> Vec<Window> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    loop {
        let mut end = start;
        let mut used = 0;
        // A single word longer than the window is taken alone; `encode` cuts its pieces, never its label.
        while end < words.len() && (used + words[end] <= room || end == start) {
            used += words[end];
            end += 1;
        }
        ranges.push(start..end);
        if end == words.len() {
            break;
        }
        let mut next = end;
        let mut again = 0;
        while next > start + 1
            && again + words[next - 1] <= room / OVERLAP
            && again + words[next - 1] + words[end] <= room
        {
            next -= 1;
            again += words[next];
        }
        start = next;
    }
    // Half of each overlap belongs to either side.
    let cut = |i: usize| (ranges[i].end + ranges[i + 1].start).div_ceil(2);
    (0..ranges.len())
        .map(|i| {
            let from = if i == 0 { 0 } else { cut(i - 1) };
            let to = if i + 1 == ranges.len() { words.len() } else { cut(i) };
            Window {
                parts: vec![Part {
                    sentence,
                    words: ranges[i].clone(),
                    owned: from..to,
                    labels: true,
                }],
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokens(window: &Window, pieces: &[Vec<usize>]) -> usize {
        1 + window
            .parts
            .iter()
            .map(|p| 1 + pieces[p.sentence][p.words.clone()].iter().sum::<usize>())
            .sum::<usize>()
    }

    #[test]
    fn a_short_article_is_one_window() {
        let pieces = vec![vec![1; 10], vec![2; 5]];
        let windows = plan(&pieces, 64, true);
        assert_eq!(windows.len(), 1);
        assert!(
            windows[0]
                .parts
                .iter()
                .all(|part| part.labels && part.owned == part.words)
        );
    }

    #[test]
    fn a_sentence_is_owned_where_it_has_most_context() {
        let pieces = vec![vec![1; 9]; 20]; // ten tokens each with the marker
        let windows = plan(&pieces, 81, true); // eight sentences a window, two of them again
        assert_eq!(windows.len(), 3);
        let owned = |w: usize| {
            windows[w]
                .parts
                .iter()
                .filter(|p| p.labels)
                .map(|p| p.sentence)
                .collect::<Vec<_>>()
        };
        assert_eq!(owned(0), (0..7).collect::<Vec<_>>());
        assert_eq!(owned(1), (7..13).collect::<Vec<_>>());
        assert_eq!(owned(2), (13..20).collect::<Vec<_>>());
    }

    #[test]
    #[should_panic(expected = "a window of 1 tokens")]
    fn a_window_without_room_is_refused() {
        plan(&[vec![1; 3]], 1, true);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_labelled_twice(
            pieces in prop::collection::vec(prop::collection::vec(1usize..4, 1..60), 0..40),
            most in 8usize..100,
            context: bool,
        ) {
            let windows = plan(&pieces, most, context);
            let mut seen: Vec<Vec<usize>> = pieces.iter().map(|words| vec![0; words.len()]).collect();
            let mut labelled = vec![0; pieces.len()];
            for window in &windows {
                prop_assert!(tokens(window, &pieces) <= most);
                for part in &window.parts {
                    prop_assert!(part.owned.is_empty() || (part.words.start <= part.owned.start && part.owned.end <= part.words.end));
                    for w in part.owned.clone() { seen[part.sentence][w] += 1; }
                    labelled[part.sentence] += usize::from(part.labels);
                }
            }
            prop_assert!(seen.iter().flatten().all(|&times| times == 1));
            prop_assert!(labelled.iter().all(|&times| times >= 1));
        }
    }
}
