//! The tokenizer of a model: `tokenizer.json`, or built from the older files that say the same (`vocab.txt` of BERT,
//! `vocab.json` and `merges.txt` of RoBERTa, SentencePiece models). Truncation and padding are switched off: windows are cut elsewhere, and
//! nothing is padded.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tokenizers::models::bpe::BPE;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::processors::template::TemplateProcessing;
use tokenizers::{AddedToken, Tokenizer};

use super::error::{Error, Result};
use super::folder::{check, read};
use super::sentencepiece;

/// What went wrong inside, before the model's name is put to it.
pub(super) type Fault = tokenizers::Error;

/// A tokenizer out of a `tokenizer.json`.
pub(super) fn from_json(json: &[u8]) -> std::result::Result<Tokenizer, Fault> {
    let mut tokenizer = Tokenizer::from_bytes(json)?;
    tokenizer.with_padding(None);
    tokenizer.with_truncation(None)?;
    Ok(tokenizer)
}

/// The tokenizer of a model folder whose `model_type` is `family`.
///
/// # Errors
/// If there is none that stellig reads, or it is broken.
pub(super) fn from_folder(folder: &Path, family: &str) -> Result<Tokenizer> {
    let file = |name: &str| Some(folder.join(name)).filter(|path| path.exists());
    let named = |path: PathBuf| {
        move |fault: Fault| Error::Tokenizer {
            model: path.display().to_string(),
            message: fault.to_string(),
        }
    };
    if let Some(path) = file("tokenizer.json") {
        let bytes = read(path.clone())?;
        return from_json(&bytes).map_err(named(path));
    }
    let settings = settings(folder)?;
    if let Some(path) = file("vocab.txt") {
        check(&path)?;
        return word_piece(&path, &settings).map_err(named(path));
    }
    if let (Some(vocab), Some(merges)) = (file("vocab.json"), file("merges.txt")) {
        check(&vocab).and_then(|()| check(&merges))?;
        return byte_level(&vocab, &merges, &settings).map_err(named(vocab));
    }
    match file("sentencepiece.bpe.model").or_else(|| file("spm.model")) {
        Some(path) => {
            let bytes = read(path.clone())?;
            sentencepiece::from_model(&bytes, family).map_err(|fault| Error::SentencePiece {
                path,
                message: fault.to_string(),
            })
        }
        None => Err(Error::NoTokenizer(folder.to_owned())),
    }
}

/// `tokenizer_config.json`, or nothing.
fn settings(folder: &Path) -> Result<Value> {
    let path = folder.join("tokenizer_config.json");
    match read(path.clone()) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| Error::Tokenizer {
            model: path.display().to_string(),
            message: error.to_string(),
        }),
        Err(Error::Missing(_)) => Ok(Value::Null),
        Err(error) => Err(error),
    }
}

/// A special token by its role, as `tokenizer_config.json` names it, else by its usual name.
fn special(settings: &Value, role: &str, usual: &str) -> String {
    let token = &settings[role];
    let name = token.as_str().or_else(|| token["content"].as_str());
    name.unwrap_or(usual).to_owned()
}

/// BERT's tokenizer, with the defaults of `BertTokenizer`.
fn word_piece(vocab: &Path, settings: &Value) -> std::result::Result<Tokenizer, Fault> {
    let unknown = special(settings, "unk_token", "[UNK]");
    let model = WordPiece::from_file(&vocab.to_string_lossy())
        .unk_token(unknown.clone())
        .build()?;
    let flag = |name: &str, default| settings[name].as_bool().unwrap_or(default);
    let mut tokenizer = Tokenizer::new(model);
    tokenizer.with_normalizer(Some(BertNormalizer::new(
        true,
        flag("tokenize_chinese_chars", true),
        settings["strip_accents"].as_bool(),
        flag("do_lower_case", true),
    )))?;
    tokenizer.with_pre_tokenizer(Some(BertPreTokenizer));
    let roles = [
        ("pad_token", "[PAD]"),
        ("cls_token", "[CLS]"),
        ("sep_token", "[SEP]"),
        ("mask_token", "[MASK]"),
    ];
    let mut specials = vec![AddedToken::from(unknown, true)];
    specials.extend(roles.map(|(role, usual)| AddedToken::from(special(settings, role, usual), true)));
    add(&mut tokenizer, specials)?;
    let (opener, closer) = (
        special(settings, "cls_token", "[CLS]"),
        special(settings, "sep_token", "[SEP]"),
    );
    framed(tokenizer, &opener, &closer)
}

/// RoBERTa's tokenizer, with the defaults of `RobertaTokenizer`.
fn byte_level(vocab: &Path, merges: &Path, settings: &Value) -> std::result::Result<Tokenizer, Fault> {
    let model = BPE::from_file(&vocab.to_string_lossy(), &merges.to_string_lossy()).build()?;
    let prefix = settings["add_prefix_space"].as_bool().unwrap_or(false);
    let mut tokenizer = Tokenizer::new(model);
    tokenizer.with_pre_tokenizer(Some(ByteLevel::new(prefix, true, true)));
    let roles = [
        ("bos_token", "<s>"),
        ("pad_token", "<pad>"),
        ("eos_token", "</s>"),
        ("unk_token", "<unk>"),
    ];
    let specials = roles.map(|(role, usual)| AddedToken::from(special(settings, role, usual), true));
    let mask = AddedToken::from(special(settings, "mask_token", "<mask>"), true).lstrip(true);
    add(&mut tokenizer, specials.into_iter().chain([mask]))?;
    let (opener, closer) = (
        special(settings, "cls_token", "<s>"),
        special(settings, "sep_token", "</s>"),
    );
    framed(tokenizer, &opener, &closer)
}

/// Marks special tokens of the vocabulary as such; one that the vocabulary lacks would get an id that the model lacks.
fn add(tokenizer: &mut Tokenizer, specials: impl IntoIterator<Item = AddedToken>) -> std::result::Result<(), Fault> {
    let known = |token: &AddedToken| tokenizer.token_to_id(&token.content).is_some();
    let specials: Vec<AddedToken> = specials.into_iter().filter(known).collect();
    tokenizer.add_special_tokens(specials)?;
    Ok(())
}

/// With a special token on either side of a text.
pub(super) fn framed(mut tokenizer: Tokenizer, opener: &str, closer: &str) -> std::result::Result<Tokenizer, Fault> {
    let id = |name: &str| {
        let missing = || format!("the special token {name} is not in the vocabulary");
        tokenizer.token_to_id(name).ok_or_else(missing)
    };
    let specials = vec![(opener.to_owned(), id(opener)?), (closer.to_owned(), id(closer)?)];
    let template = TemplateProcessing::builder()
        .try_single(format!("{opener} $A {closer}"))?
        .special_tokens(specials)
        .build()
        .map_err(|error| error.to_string())?;
    tokenizer.with_post_processor(Some(template));
    Ok(tokenizer)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn fixture(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fixtures/hub")
            .join(name)
    }

    /// The vocabulary of a fixture's tokenizer.json, its pieces in the order of their ids.
    fn pieces(json: &Value) -> Vec<String> {
        let mut pieces: Vec<(u64, String)> = json["model"]["vocab"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(piece, id)| (id.as_u64().unwrap(), piece.clone()))
            .collect();
        pieces.sort();
        pieces.into_iter().map(|(_, piece)| piece).collect()
    }

    fn json(name: &str) -> Value {
        serde_json::from_slice(&fs::read(fixture(name).join("tokenizer.json")).unwrap()).unwrap()
    }

    /// The ids of the fixture's texts, as transformers gave them.
    fn check(name: &str, folder: &Path) {
        let tokenizer = from_folder(folder, "bert").unwrap();
        let reference: Value =
            serde_json::from_slice(&fs::read(fixture(name).join("reference.json")).unwrap()).unwrap();
        for text in reference["texts"].as_array().unwrap() {
            let ids: Vec<u32> = serde_json::from_value(text["ids"].clone()).unwrap();
            let own = tokenizer.encode(text["text"].as_str().unwrap(), true).unwrap();
            assert_eq!(own.get_ids(), ids, "{name}: {}", text["text"]);
        }
    }

    #[test]
    fn the_older_files_give_the_same_pieces() {
        let folder = tempfile::tempdir().unwrap();
        let vocab = pieces(&json("bert-token")).join("\n");
        fs::write(folder.path().join("vocab.txt"), vocab).unwrap();
        fs::write(
            folder.path().join("tokenizer_config.json"),
            r#"{"do_lower_case": false}"#,
        )
        .unwrap();
        check("bert-token", folder.path());

        let folder = tempfile::tempdir().unwrap();
        let json = json("roberta-token");
        let pair = |merge: &Value| match merge.as_str() {
            Some(pair) => pair.to_owned(),
            None => format!("{} {}", merge[0].as_str().unwrap(), merge[1].as_str().unwrap()),
        };
        let merges: Vec<String> = json["model"]["merges"].as_array().unwrap().iter().map(pair).collect();
        fs::write(folder.path().join("vocab.json"), json["model"]["vocab"].to_string()).unwrap();
        fs::write(
            folder.path().join("merges.txt"),
            format!("#version: 0.2\n{}\n", merges.join("\n")),
        )
        .unwrap();
        check("roberta-token", folder.path());
    }

    #[test]
    fn what_is_missing_or_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let message = || from_folder(folder.path(), "xlm-roberta").unwrap_err().to_string();
        assert!(message().contains("tokenizer.json"), "{}", message());
        fs::write(folder.path().join("spm.model"), "x").unwrap();
        assert!(message().contains("AutoTokenizer"), "{}", message());
        fs::write(folder.path().join("vocab.txt"), "a\nb\n").unwrap();
        assert!(message().contains("vocab.txt"), "{}", message());
    }
}
