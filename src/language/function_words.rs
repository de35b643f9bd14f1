//! The second opinion on a language: its commonest function words. Words that several languages share stand in
//! each of their lists and cancel out.

/// Function words of the model's languages and of those that they are taken for.
const WORDS: [(&str, &[&str]); 9] = [
    (
        "nl",
        &[
            "de", "het", "een", "niet", "zijn", "ik", "deze", "naar", "worden", "wordt", "werd", "werden", "voor",
            "ook", "heeft", "bij", "uit", "dit", "hij", "zij", "zou", "zouden", "geen", "hebben", "maar", "aan",
            "meer", "door", "tot", "wel", "nog", "waar", "wat", "onder", "zich", "daar", "deel", "eerste", "artikel",
            "meneer",
        ],
    ),
    (
        "af",
        &[
            "nie", "'n", "’n", "sy", "vir", "hy", "hulle", "ek", "hierdie", "wat", "ook", "maar", "aan", "sal", "deur",
            "teen", "daar", "nog", "uit", "meer", "tot", "tussen", "ons", "onder", "waar",
        ],
    ),
    (
        "en",
        &[
            "the", "and", "of", "to", "that", "with", "by", "from", "this", "his", "her", "they", "are", "were",
            "have", "which", "it", "you", "not", "but", "at", "as", "has", "for", "on", "is", "be", "an", "been",
            "she", "he", "we", "would",
        ],
    ),
    (
        "de",
        &[
            "der", "die", "das", "und", "ist", "nicht", "ein", "eine", "einen", "einer", "den", "dem", "zu", "von",
            "mit", "auf", "für", "sich", "auch", "wird", "wurde", "bei", "oder", "nach", "ich", "sie", "wir", "zur",
            "zum", "im", "sind",
        ],
    ),
    (
        "fr",
        &[
            "de", "le", "les", "et", "des", "est", "dans", "du", "pour", "qui", "une", "pas", "sur", "au", "ce", "il",
            "elle", "nous", "vous", "sont", "avec", "par", "aux", "cette", "je", "plus", "ne", "été", "leur", "mais",
            "ou",
        ],
    ),
    (
        "es",
        &[
            "de", "el", "los", "las", "y", "en", "que", "por", "del", "con", "para", "una", "es", "su", "al", "lo",
            "como", "más", "pero", "sus", "este", "esta", "fue", "hay", "muy", "también", "yo", "ha", "sin", "sobre",
            "dijo", "usted", "nada",
        ],
    ),
    (
        "pt",
        &[
            "de", "o", "os", "as", "do", "da", "dos", "das", "em", "no", "na", "um", "uma", "não", "que", "com", "por",
            "para", "ao", "é", "foi", "mais", "pelo", "pela", "se", "como", "são", "também", "este", "esta",
        ],
    ),
    (
        "ca",
        &[
            "de", "el", "els", "les", "i", "amb", "que", "per", "del", "una", "un", "és", "al", "dels", "aquest",
            "aquesta", "més", "com", "ha", "va", "però", "també", "seva", "seu",
        ],
    ),
    (
        "it",
        &[
            "il", "di", "che", "e", "della", "per", "un", "del", "non", "dei", "gli", "una", "con", "nel", "delle",
            "alla", "è", "si", "sono", "le", "da", "al", "anche", "più", "come", "nella", "dal", "ha", "ma", "lo",
            "questo", "degli", "io",
        ],
    ),
];

/// Whether the language `code` can be told by its function words.
pub(super) fn knows(code: &str) -> bool {
    WORDS.iter().any(|(language, _)| *language == code)
}

/// The language with most of its function words in `text`: at least two, and more than any other has.
pub(super) fn language(text: &str) -> Option<&'static str> {
    let mut counts = [0_usize; WORDS.len()];
    for word in text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’')) {
        let word = word.to_lowercase();
        for (count, (_, words)) in counts.iter_mut().zip(WORDS) {
            *count += usize::from(words.contains(&word.as_str()));
        }
    }
    let most = counts.into_iter().max().filter(|most| *most >= 2)?;
    let mut best = WORDS.iter().zip(counts).filter(|(_, count)| *count == most);
    match (best.next(), best.next()) {
        (Some(((language, _), _)), None) => Some(language),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dutch_and_afrikaans_are_told_apart() {
        assert_eq!(language("Er is nog geen besluit genomen over het plan."), Some("nl"));
        assert_eq!(
            language("Daar is nog nie 'n besluit oor die plan vir die brug nie."),
            Some("af")
        );
    }

    #[test]
    fn too_few_words_say_nothing() {
        assert_eq!(language("Brug dicht"), None);
        assert_eq!(language("the brug"), None);
        assert_eq!(language(""), None);
    }
}
