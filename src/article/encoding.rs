//! From bytes to text. UTF-8 is strict, UTF-16 is told by its byte order mark, all else is guessed with Windows-1252
//! preferred; what is no text at all is turned away with the reason. The text itself is never changed: only the byte
//! order mark goes.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::FailureKind;
use super::fault::Fault;
use crate::html::Reading;
use crate::language;

/// Languages written in Windows-1252 that the detector knows.
const WESTERN: [&str; 13] = [
    "af", "ca", "da", "de", "en", "es", "fi", "fr", "it", "nb", "nl", "pt", "sv",
];

/// First bytes of what is no text, what it is, and what to do with it.
const MAGIC: &[(&[u8], &str, &str)] = &[
    (
        b"%PDF-",
        "a PDF",
        "convert it to text first, for instance with `pdftotext`",
    ),
    (
        b"PK\x03\x04",
        "a ZIP archive, or a docx, odt or epub",
        "unpack it, or save the document as plain text",
    ),
    (b"{\\rtf", "an RTF document", "save it as plain text"),
    (b"\xD0\xCF\x11\xE0", "an old Office document", "save it as plain text"),
    (
        b"\x89PNG",
        "a PNG picture",
        "turn the picture into text first (OCR), or leave it out",
    ),
    (
        b"\xFF\xD8\xFF",
        "a JPEG picture",
        "turn the picture into text first (OCR), or leave it out",
    ),
    (b"GIF8", "a GIF picture", "leave it out"),
    (b"\x7FELF", "a program", "leave it out"),
    (
        b"\x1F\x8B",
        "gzip-compressed",
        "let its name end in `.gz`, or unpack it with `gzip -d`",
    ),
    (
        b"\x28\xB5\x2F\xFD",
        "zstd-compressed",
        "let its name end in `.zst`, or unpack it with `zstd -d`",
    ),
    (b"\xFD7zXZ\0", "xz-compressed", "unpack it first with `xz -d`"),
    (b"BZh", "bzip2-compressed", "unpack it first with `bzip2 -d`"),
    (b"7z\xBC\xAF", "a 7z archive", "unpack it first"),
    (b"PAR1", "a Parquet file", "turn it into JSON Lines first"),
    (
        b"SQLite format 3\0",
        "an SQLite database",
        "turn its table into CSV or JSON Lines first",
    ),
];

/// A text, and how its bytes were read.
#[derive(Debug)]
pub(super) struct Decoded {
    pub text: String,
    /// The encoding that was guessed, where it neither was UTF-8 nor had a mark.
    pub guessed: Option<&'static Encoding>,
}

/// Turns a file's bytes into its text.
pub(super) fn decode(mut bytes: Vec<u8>) -> Result<Decoded, Fault> {
    let known = |text| Decoded { text, guessed: None };
    reject_magic(&bytes)?;
    match Mark::of(&bytes) {
        Some(Mark::Utf16(encoding)) => return decode_utf16(encoding, &bytes[2..]).map(known),
        Some(Mark::Utf8) => drop(bytes.drain(..3)),
        None => {}
    }
    let controls = bytes.iter().filter(|byte| is_control(**byte)).count();
    if controls * 100 > bytes.len() {
        return Err(binary(&bytes));
    }
    let error = match String::from_utf8(bytes) {
        Ok(text) => return Ok(known(text)),
        Err(error) => error,
    };
    let at = error.utf8_error().valid_up_to();
    let bytes = error.into_bytes();
    if is_broken_utf8(&bytes) {
        return Err(Fault::new(
            FailureKind::Malformed,
            format!(
                "byte {} is not UTF-8 though the rest is; mend it, for instance with `iconv -c -f UTF-8 -t UTF-8`",
                at + 1
            ),
        ));
    }
    let encoding = legacy(&bytes);
    Ok(Decoded {
        text: encoding.decode_without_bom_handling(&bytes).0.into_owned(),
        guessed: Some(encoding),
    })
}

/// A byte order mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Mark {
    Utf8,
    Utf16(&'static Encoding),
}

impl Mark {
    /// The mark at the start of `bytes`.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xEF, 0xBB, 0xBF, ..] => Some(Self::Utf8),
            [0xFF, 0xFE, ..] => Some(Self::Utf16(UTF_16LE)),
            [0xFE, 0xFF, ..] => Some(Self::Utf16(UTF_16BE)),
            _ => None,
        }
    }
}

/// Turns away what its first bytes show to be no text.
pub(super) fn reject_magic(bytes: &[u8]) -> Result<(), Fault> {
    if bytes.starts_with(b"\xFF\xFE\0\0") || bytes.starts_with(b"\0\0\xFE\xFF") {
        return Err(Fault::new(
            FailureKind::Unsupported,
            "it is UTF-32; save it as UTF-8, for instance with `iconv -f UTF-32 -t UTF-8`",
        ));
    }
    // The head of a tar archive's first file.
    if bytes.get(257..262) == Some(b"ustar") {
        return Err(Fault::new(
            FailureKind::Binary,
            "it is a tar archive, not text; unpack it, and give the folder",
        ));
    }
    match MAGIC.iter().find(|(magic, ..)| bytes.starts_with(magic)) {
        Some((_, what, advice)) => Err(Fault::new(
            FailureKind::Binary,
            format!("it is {what}, not text; {advice}"),
        )),
        None => Ok(()),
    }
}

/// The encoding of bytes that are not UTF-8. Windows-1252 unless the bytes speak for another: the detector alone
/// takes one Spanish or Dutch text in ten for Central European, so the language decides between the Latin ones.
pub(super) fn legacy(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    // Greek, Cyrillic and the scripts of Asia are mostly high bytes.
    if guess == WINDOWS_1252 || high * 3 > letters {
        return guess;
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    let has_holes = text.chars().any(|c| ('\u{80}'..'\u{A0}').contains(&c));
    let read = Reading::of(&text);
    let read = read.as_ref().map_or(&*text, Reading::text);
    let is_western = language::detect(read).is_none_or(|code| WESTERN.contains(&code));
    if is_western && !has_holes { WINDOWS_1252 } else { guess }
}

fn decode_utf16(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, Fault> {
    let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) else {
        return Err(Fault::new(
            FailureKind::Malformed,
            format!("it starts as {} and is not; save it as UTF-8", encoding.name()),
        ));
    };
    let controls = text.bytes().filter(|byte| is_control(*byte)).count();
    if controls * 100 > text.len() {
        return Err(binary(&[]));
    }
    Ok(text.into_owned())
}

/// The fault of `bytes` with too many control codes. The zero of an ASCII letter in UTF-16 stands behind it or before it,
/// which tells the order of the bytes.
pub(super) fn binary(bytes: &[u8]) -> Fault {
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (before, behind) = (zeros(0), zeros(1));
    let hint = match before + behind {
        0 => "leave it out, or turn it into text first".to_owned(),
        _ => format!(
            "if it is UTF-16 without a byte order mark, save it as UTF-8, for instance with `iconv -f {} -t UTF-8`",
            if before > behind { "UTF-16BE" } else { "UTF-16LE" }
        ),
    };
    Fault::new(
        FailureKind::Binary,
        format!("more than 1 in 100 of its bytes are control codes, so it is no text; {hint}"),
    )
}

/// Control codes that texts do not have: not tab, line ends, form feed, and the end-of-file of DOS.
fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 11 | 14..=25 | 27..=31 | 127)
}

/// Whether `bytes` are UTF-8 but for a few: legacy text hardly ever forms a valid sequence by chance.
pub(super) fn is_broken_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 0 && good >= bad
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(bytes: Vec<u8>) -> Result<String, Fault> {
        super::decode(bytes).map(|decoded| decoded.text)
    }

    fn kind(bytes: &[u8]) -> FailureKind {
        decode(bytes.to_vec()).unwrap_err().kind
    }

    fn utf16(text: &str, mark: [u8; 2], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect()
    }

    #[test]
    fn windows_1252_dutch() {
        let text =
            decode(b"De co\xF6rdinator zei: \x93Dat is \xE9\xE9n idee\x94 \x96 en ging. Het kost \x80 5.".to_vec());
        assert_eq!(
            text.unwrap(),
            "De coördinator zei: “Dat is één idee” – en ging. Het kost € 5."
        );
    }

    #[test]
    fn western_text_is_not_taken_for_central_european() {
        for text in [
            "El señor Núñez dijo que la reunión en Cádiz será mañana, según él.",
            "De coördinator uit België zei dat de reünie is geannuleerd.",
            "È più facile così, perché la città è già là.",
            "Café",
        ] {
            let (bytes, _, _) = WINDOWS_1252.encode(text);
            assert_eq!(decode(bytes.into_owned()).unwrap(), text);
        }
    }

    #[test]
    fn other_legacy_encodings_are_told() {
        let polish = "Według policji kierowca miał opuścić dom tuż przed północą, ale nikt tego nie potwierdził. Żółć.";
        let (bytes, _, _) = encoding_rs::WINDOWS_1250.encode(polish);
        assert_eq!(decode(bytes.into_owned()).unwrap(), polish);
        let russian = "Полиция сообщила, что водитель покинул дом незадолго до полуночи.";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
        assert_eq!(decode(bytes.into_owned()).unwrap(), russian);
    }

    #[test]
    fn marks_and_utf32() {
        assert_eq!(decode(b"\xEF\xBB\xBFna\xC3\xAFef".to_vec()).unwrap(), "naïef");
        assert_eq!(kind(b"\xFF\xFE\0\0a\0\0\0"), FailureKind::Unsupported);
        assert_eq!(kind(b"\0\0\xFE\xFF\0\0\0a"), FailureKind::Unsupported);
        assert_eq!(kind(b"\xFF\xFEa"), FailureKind::Malformed);
        assert_eq!(kind(b"\xFF\xFE\x00\xD8a\0"), FailureKind::Malformed);
    }

    #[test]
    fn what_is_no_text() {
        for bytes in [
            &b"%PDF-1.7\nstream"[..],
            b"PK\x03\x04word/document.xml",
            b"\x89PNG\r\n",
            b"\xFF\xD8\xFF\xE0JFIF",
            b"\x7FELF\x02",
            b"a\0b\0c\0",
            b"ab\x01\x02\x03",
        ] {
            assert_eq!(kind(bytes), FailureKind::Binary, "{bytes:?}");
        }
        let message = decode(b"%PDF-1.7".to_vec()).unwrap_err().message;
        assert!(message.contains("pdftotext"), "{message}");
        assert!(decode(b"a\0b\0".to_vec()).unwrap_err().message.contains("UTF-16LE"));
        assert!(decode(b"\0a\0b".to_vec()).unwrap_err().message.contains("UTF-16BE"));
        assert_eq!(
            decode(b"Page one\x0CPage two\x1A".to_vec()).unwrap(),
            "Page one\x0CPage two\x1A"
        );
    }

    #[test]
    fn broken_utf8_is_not_taken_for_windows_1252() {
        let mut bytes = "Eén coördinator uit België".as_bytes().to_vec();
        bytes.pop();
        bytes.push(0xC3);
        let fault = decode(bytes).unwrap_err();
        assert_eq!(fault.kind, FailureKind::Malformed);
        assert!(fault.message.contains("byte 28"), "{}", fault.message);
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in "[^\u{FEFF}\0-\u{8}\u{b}\u{e}-\u{1f}\u{7f}]{0,80}") {
            let plain = decode(text.clone().into_bytes());
            prop_assume!(plain.as_ref().is_ok_and(|_| reject_magic(text.as_bytes()).is_ok()));
            prop_assert_eq!(&plain.unwrap(), &text);
            prop_assert_eq!(&decode([b"\xEF\xBB\xBF", text.as_bytes()].concat()).unwrap(), &text);
            prop_assert_eq!(&decode(utf16(&text, [0xFF, 0xFE], u16::to_le_bytes)).unwrap(), &text);
            prop_assert_eq!(&decode(utf16(&text, [0xFE, 0xFF], u16::to_be_bytes)).unwrap(), &text);
        }

        #[test]
        fn any_bytes_are_safe(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Err(fault) = decode(bytes) {
                prop_assert!(!fault.message.is_empty());
            }
        }
    }
}
