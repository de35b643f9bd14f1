//! A tokenizer out of a SentencePiece model (`sentencepiece.bpe.model`, `spm.model`), as transformers converts those of
//! XLM-RoBERTa, CamemBERT and DeBERTa: the pieces and the normalisation table come from the file, the special tokens
//! and their places from the family.

use tokenizers::models::unigram::Unigram;
use tokenizers::normalizers::replace::ReplacePattern;
use tokenizers::normalizers::{NormalizerWrapper, Precompiled, Replace, Sequence, Strip};
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::metaspace::{Metaspace, PrependScheme};
use tokenizers::{AddedToken, Tokenizer};

use super::tokenizer::{Fault, framed};

/// What is read of a model file: protocol buffers, `sentencepiece_model.proto`.
#[derive(Debug, Default)]
struct Model<'a> {
    /// Pieces with their scores.
    pieces: Vec<(String, f64)>,
    /// 1 for unigram models.
    kind: u64,
    /// Place of the unknown piece.
    unknown: usize,
    /// The table of characters, empty where nothing is normalised.
    table: &'a [u8],
}

/// Reads the model of a family (`model_type`) that keeps its tokenizer so.
pub(super) fn from_model(bytes: &[u8], family: &str) -> Result<Tokenizer, Fault> {
    let model = Model::read(bytes).ok_or("it is no SentencePiece model")?;
    if model.kind != 1 {
        return Err("it is no unigram model, the only kind that stellig converts".into());
    }
    let special = |names: &[&str], score| names.iter().map(|name| (name.to_string(), score)).collect::<Vec<_>>();
    let pieces = |from: usize| model.pieces.iter().skip(from).cloned();
    let (vocabulary, unknown, opener, closer, mask) = match family {
        "xlm-roberta" => {
            let mut all = special(&["<s>", "<pad>", "</s>", "<unk>"], 0.0);
            all.extend(pieces(3));
            (all, 3, "<s>", "</s>", "<mask>")
        }
        "camembert" => {
            let mut all = special(&["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>"], 0.0);
            all.extend(special(&["<unk>NOTUSED"], -100.0));
            all.extend(pieces(1));
            (all, 3, "<s>", "</s>", "<mask>")
        }
        "deberta-v2" => (pieces(0).collect(), model.unknown, "[CLS]", "[SEP]", "[MASK]"),
        other => return Err(format!("SentencePiece models of the family {other} are not converted").into()),
    };
    let mut tokenizer = Tokenizer::new(Unigram::from(vocabulary, Some(unknown), false)?);
    tokenizer.with_normalizer(Some(normalizer(model.table)?))?;
    tokenizer.with_pre_tokenizer(Some(PreTokenizerWrapper::from(Metaspace::new(
        '\u{2581}',
        PrependScheme::Always,
        true,
    ))));
    let names = ["<pad>", "<unk>", "<s>", "</s>", "[PAD]", "[UNK]", "[CLS]", "[SEP]"];
    let known = names.iter().filter(|name| tokenizer.token_to_id(name).is_some());
    let mut specials: Vec<AddedToken> = known.map(|name| AddedToken::from(*name, true)).collect();
    // Behind the pieces, and after a blank, as where these models were trained.
    specials.push(AddedToken::from(mask, true).lstrip(true));
    tokenizer.add_special_tokens(specials)?;
    framed(tokenizer, opener, closer)
}

/// SentencePiece's own: its table, blanks at the ends taken off, and several as one.
fn normalizer(table: &[u8]) -> Result<NormalizerWrapper, Fault> {
    let blanks = Replace::new(ReplacePattern::Regex("\\s+".to_owned()), " ")?;
    let mut steps: Vec<NormalizerWrapper> = vec![blanks.into(), Strip::new(true, true).into()];
    if !table.is_empty() {
        let table = Precompiled::from(table).map_err(|error| error.to_string())?;
        steps.insert(0, table.into());
    }
    Ok(Sequence::new(steps).into())
}

impl<'a> Model<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut model = Self::default();
        for field in fields(bytes) {
            match field? {
                (1, Value::Bytes(piece)) => model.pieces.push(read_piece(piece)?),
                (2, Value::Bytes(trainer)) => {
                    for field in fields(trainer) {
                        match field? {
                            (3, Value::Number(kind)) => model.kind = kind,
                            (40, Value::Number(place)) => model.unknown = usize::try_from(place).ok()?,
                            _ => {}
                        }
                    }
                }
                (3, Value::Bytes(normalizer)) => {
                    for field in fields(normalizer) {
                        if let (2, Value::Bytes(table)) = field? {
                            model.table = table;
                        }
                    }
                }
                _ => {}
            }
        }
        // Unigram is the default, which is not written.
        model.kind = model.kind.max(1);
        (!model.pieces.is_empty()).then_some(model)
    }
}

fn read_piece(bytes: &[u8]) -> Option<(String, f64)> {
    let (mut piece, mut score) = (None, 0.0);
    for field in fields(bytes) {
        match field? {
            (1, Value::Bytes(text)) => piece = Some(str::from_utf8(text).ok()?.to_owned()),
            (2, Value::Four(float)) => score = f64::from(f32::from_le_bytes(float)),
            _ => {}
        }
    }
    Some((piece?, score))
}

/// The value of a field in the wire format of protocol buffers.
enum Value<'a> {
    Number(u64),
    Four([u8; 4]),
    Eight,
    Bytes(&'a [u8]),
}

/// The fields of a message with their numbers; none where the bytes are no message, and nothing after that.
fn fields(mut bytes: &[u8]) -> impl Iterator<Item = Option<(u64, Value<'_>)>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let field = next_field(&mut bytes);
        if field.is_none() {
            bytes = &[];
        }
        Some(field)
    })
}

fn next_field<'a>(bytes: &mut &'a [u8]) -> Option<(u64, Value<'a>)> {
    let key = varint(bytes)?;
    let value = match key & 7 {
        0 => Value::Number(varint(bytes)?),
        1 => {
            bytes.split_off(..8)?;
            Value::Eight
        }
        2 => {
            let length = usize::try_from(varint(bytes)?).ok()?;
            Value::Bytes(bytes.split_off(..length)?)
        }
        5 => Value::Four(bytes.split_off(..4)?.try_into().ok()?),
        _ => return None,
    };
    Some((key >> 3, value))
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.split_off_first()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Reference {
        texts: Vec<String>,
        ids: BTreeMap<String, Vec<Vec<u32>>>,
    }

    fn fixture(name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sentencepiece");
        folder.join(name)
    }

    #[test]
    fn pieces_are_those_of_sentencepiece() {
        let reference = std::fs::read(fixture("pieces.json")).unwrap();
        let Reference { texts, ids } = serde_json::from_slice(&reference).unwrap();
        for (family, ids) in &ids {
            let name = if family == "deberta-v2" {
                "special.model"
            } else {
                "plain.model"
            };
            let tokenizer = from_model(&std::fs::read(fixture(name)).unwrap(), family).unwrap();
            for (text, ids) in texts.iter().zip(ids) {
                let own = tokenizer.encode(text.as_str(), true).unwrap();
                assert_eq!(own.get_ids(), ids, "{family}: {text}");
            }
        }
    }

    #[test]
    fn what_is_no_model_is_refused() {
        let whole = std::fs::read(fixture("plain.model")).unwrap();
        for (bytes, family) in [
            (&whole[..0], "camembert"),
            (&whole[..1000], "xlm-roberta"),
            (b"{\"version\":1}", "xlm-roberta"),
            (
                &[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
                "deberta-v2",
            ),
            (&whole[..], "bert"),
        ] {
            assert!(from_model(bytes, family).is_err(), "{family} {}", bytes.len());
        }
    }
}
