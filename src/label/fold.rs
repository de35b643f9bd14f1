//! A word as its other spellings in bytes share it.

use std::borrow::Cow;

use tokenizers::NormalizedString;

/// What stands in a word and is not seen: soft hyphens, zero-width spaces and joiners, marks of byte order.
const UNSEEN: [char; 6] = ['\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}'];

/// `word` without what is not seen, accents and letters in one (NFC), as the tokenizer of the model that ships reads it.
pub(crate) fn folded(word: &str) -> Cow<'_, str> {
    // Below the combining marks everything stands in one already.
    if word.chars().all(|c| c < '\u{300}' && c != '\u{ad}') {
        return Cow::Borrowed(word);
    }
    let seen: String = word.chars().filter(|c| !UNSEEN.contains(c)).collect();
    let mut composed = NormalizedString::from(seen);
    composed.nfc();
    Cow::Owned(composed.get().to_owned())
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn spellings_that_look_alike_are_one() {
        for (word, want) in [
            ("Muñoz", "Muñoz"),
            ("Mun\u{303}oz", "Muñoz"),
            ("\u{feff}Mu\u{ad}ñ\u{200d}oz\u{ad}", "Muñoz"),
            ("e\u{302}\u{323}", "\u{1ec7}"),
            ("Жуков", "Жуков"),
            ("\u{200b}", ""),
        ] {
            assert_eq!(folded(word), want);
        }
    }
}
