//! A sentence cut to words and to a model's pieces, and the piece at which each word is read.

use tokenizers::Tokenizer;

use crate::loader::{Cutting, Model};
use crate::span::Span;
use crate::words::{Pieces, words};

/// Why a tokenizer failed.
type Fault = tokenizers::Error;

/// A sentence cut to words and pieces.
#[derive(Debug, PartialEq)]
pub(super) struct Cut {
    /// Bytes of what is read of the article.
    pub words: Vec<Span>,
    /// Pieces of the whole sentence, without special tokens.
    pub ids: Vec<u32>,
    /// Where each word's pieces start in `ids`, and their end: `[words + 1]`. A word that shares its only piece with
    /// the word before has none of its own.
    pub starts: Vec<usize>,
    /// The piece at which each word is read: its first one.
    pub rows: Vec<usize>,
}

/// Cuts the sentence at `sentence` of `text` as the model was trained.
pub(super) fn cut(text: &str, sentence: Span, model: &Model, pieces: &mut Pieces<'_>) -> Result<Cut, Fault> {
    let words = words(sentence.slice(text)).into_iter();
    let words: Vec<Span> = words.map(|word| word.shifted(sentence.start)).collect();
    // A word is read at its first piece. One that alone overflows the window (a megabyte without a blank) keeps as
    // many pieces as fit, and its label with them.
    let most = model.manifest.window - 2;
    match model.manifest.cutting {
        Cutting::Words => of_words(text, words, pieces, most, model.marker),
        Cutting::Sentences => {
            let cut = of_sentence(text, sentence, words, &model.tokenizer, most, model.marker)?;
            known(&cut, model.config.vocab_size())?;
            Ok(cut)
        }
    }
}

/// Makes sure that the model, whose vocabulary has `size` pieces, has an embedding for each piece. Some tokenizers of
/// checkpoints know more, which most texts never meet.
fn known(cut: &Cut, size: usize) -> Result<(), Fault> {
    match cut.ids.iter().find(|id| **id as usize >= size) {
        Some(id) => Err(format!(
            "it gives piece number {id}, and the model knows those up to {}; tokenizer and weights do not belong together, \
             so copy both anew, from one model",
            size - 1
        )
        .into()),
        None => Ok(()),
    }
}

/// Every word by itself; one that the tokenizer makes nothing of stands as `nothing`.
fn of_words(text: &str, words: Vec<Span>, pieces: &mut Pieces<'_>, most: usize, nothing: u32) -> Result<Cut, Fault> {
    let mut ids = Vec::new();
    let mut starts = vec![0];
    let mut end = None;
    for word in &words {
        let start = ids.len();
        pieces.append(word.slice(text), end != Some(word.start), &mut ids)?;
        ids.truncate(start + most);
        if ids.len() == start {
            ids.push(nothing);
        }
        starts.push(ids.len());
        end = Some(word.end);
    }
    Ok(Cut {
        rows: starts[..words.len()].to_vec(),
        words,
        ids,
        starts,
    })
}

/// The sentence as a whole; a piece belongs to the first word that ends behind the piece's start.
fn of_sentence(
    text: &str,
    sentence: Span,
    words: Vec<Span>,
    tokenizer: &Tokenizer,
    most: usize,
    nothing: u32,
) -> Result<Cut, Fault> {
    let encoding = tokenizer.encode(sentence.slice(text), false)?;
    let mut ids = Vec::with_capacity(encoding.len());
    // Where each piece ends.
    let mut ends = Vec::with_capacity(encoding.len());
    let mut starts = vec![0];
    for (&id, &(start, end)) in encoding.get_ids().iter().zip(encoding.get_offsets()) {
        while starts.len() < words.len() && words[starts.len() - 1].end <= sentence.start + start {
            starts.push(ids.len());
        }
        if ids.len() - starts[starts.len() - 1] < most {
            ids.push(id);
            ends.push(sentence.start + end);
        }
    }
    if ids.is_empty() {
        ids.push(nothing);
        ends.push(sentence.end);
    }
    starts.resize(words.len() + 1, ids.len());
    // The blank right before a word may be a piece of its own, and is then the word's first; blanks before that are not.
    let row = |w: usize| {
        let mut own = starts[w]..starts[w + 1];
        let shared = starts[w].saturating_sub(1);
        own.find(|&piece| ends[piece] >= words[w].start).unwrap_or(shared)
    };
    Ok(Cut {
        rows: (0..words.len()).map(row).collect(),
        words,
        ids,
        starts,
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn tokenizer(name: &str) -> Tokenizer {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hub");
        Tokenizer::from_file(folder.join(name).join("tokenizer.json")).unwrap()
    }

    fn cut_whole(text: &str, tokenizer: &Tokenizer, most: usize) -> Cut {
        let sentence = Span::new(0, text.len());
        of_sentence(text, sentence, words(text), tokenizer, most, 0).unwrap()
    }

    /// The pieces of each word, as text.
    fn shown(cut: &Cut, tokenizer: &Tokenizer) -> Vec<String> {
        let piece = |id: &u32| tokenizer.id_to_token(*id).unwrap();
        let pieces = |pair: &[usize]| cut.ids[pair[0]..pair[1]].iter().map(piece).collect::<Vec<_>>().concat();
        cut.starts.windows(2).map(pieces).collect()
    }

    #[test]
    fn pieces_go_to_their_words_in_every_family() {
        for family in ["bert", "roberta", "xlm-roberta", "deberta-v2", "modernbert"] {
            let tokenizer = tokenizer(&format!("{family}-token"));
            let text = "De politie, zei Jansen.";
            let cut = cut_whole(text, &tokenizer, 100);
            let whole = tokenizer.encode(text, false).unwrap();
            assert_eq!(cut.ids, whole.get_ids(), "{family}");
            let plain = |piece: &String| piece.replace("##", "").replace(['\u{2581}', '\u{120}'], "");
            let got: Vec<String> = shown(&cut, &tokenizer).iter().map(plain).collect();
            assert_eq!(got, ["De", "politie", ",", "zei", "Jansen", "."], "{family}");
            assert_eq!(cut.rows, cut.starts[..6], "{family}");
        }
    }

    /// The same with the normalizer of our models: what is not seen is left out, and the rest is composed (NFC).
    fn normalizing(name: &str) -> Tokenizer {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hub");
        let json = std::fs::read(folder.join(name).join("tokenizer.json")).unwrap();
        let mut json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        json["normalizer"] = serde_json::json!({"type": "Sequence", "normalizers": [
            {"type": "Replace", "pattern": {"Regex": "[\u{ad}\u{200b}-\u{200d}\u{2060}\u{feff}]"}, "content": ""},
            {"type": "NFC"},
        ]});
        Tokenizer::from_bytes(serde_json::to_vec(&json).unwrap()).unwrap()
    }

    fn cut_words(text: &str, tokenizer: &Tokenizer) -> Cut {
        of_words(text, words(text), &mut Pieces::new(tokenizer), 100, 0).unwrap()
    }

    #[test]
    fn a_normalizer_changes_pieces_and_never_where_words_stand() {
        for family in ["roberta-token", "modernbert-token", "bert-token"] {
            let tokenizer = normalizing(family);
            let (plain, other) = (
                "Jansen zag Muñoz in \u{1ec7}.",
                "Jan\u{ad}sen\u{ad} zag \u{feff}Mun\u{303}\u{200d}oz in e\u{302}\u{323}.",
            );
            let whole = |text: &str, tokenizer: &Tokenizer| cut_whole(text, tokenizer, 100);
            let reads: [fn(&str, &Tokenizer) -> Cut; 2] = [cut_words, whole];
            for read in reads {
                let (want, cut) = (read(plain, &tokenizer), read(other, &tokenizer));
                assert_eq!(
                    (&cut.ids, &cut.starts, &cut.rows),
                    (&want.ids, &want.starts, &want.rows),
                    "{family}"
                );
                let slices: Vec<&str> = cut.words.iter().map(|word| word.slice(other)).collect();
                let all = [
                    "Jan\u{ad}sen\u{ad}",
                    "zag",
                    "\u{feff}Mun\u{303}\u{200d}oz",
                    "in",
                    "e\u{302}\u{323}",
                    ".",
                ];
                assert_eq!(slices, all);
            }
            // Words of which nothing is left.
            for text in [
                "\u{200b}",
                "(\u{200b}) Jansen \u{ad}\u{2060} zag\u{200b}",
                "\u{feff} \u{feff} Jansen",
            ] {
                for cut in [cut_words(text, &tokenizer), cut_whole(text, &tokenizer, 100)] {
                    assert_eq!(
                        (cut.rows.len(), cut.starts.len()),
                        (cut.words.len(), cut.words.len() + 1)
                    );
                    assert!(cut.rows.iter().all(|&row| row < cut.ids.len()) && cut.starts.is_sorted());
                    assert_eq!(cut.starts.last(), Some(&cut.ids.len()));
                }
            }
        }
    }

    #[test]
    fn words_may_share_a_piece_and_too_long_a_word_is_cut_short() {
        let tokenizer = tokenizer("roberta-token");
        let text = "Nou... abcdefghijklmnopqrstuvwxyz nee";
        let cut = cut_whole(text, &tokenizer, 5);
        assert!(
            cut.starts
                .windows(2)
                .all(|pair| pair[0] <= pair[1] && pair[1] - pair[0] <= 5)
        );
        assert_eq!(
            (cut.starts.len(), cut.rows.len()),
            (cut.words.len() + 1, cut.words.len())
        );
        assert!(cut.rows.iter().all(|&row| row < cut.ids.len()));
        let empty = cut_whole("\u{200b}", &tokenizer, 5);
        assert_eq!(empty.ids.len(), *empty.starts.last().unwrap());
    }
}
