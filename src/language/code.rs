//! ISO 639-1 codes: of the detector's languages, and of what people write in a language field.

use whatlang::Lang;

use crate::nearest::nearest;

/// The ISO 639-1 code that a language field stands for: `nl`, `NL`, `nl-BE`, `nl_NL`, `nld` and `Dutch` are all `nl`.
pub fn code(field: &str) -> Option<String> {
    let field = field.trim();
    let tag = field.split(['-', '_']).next().unwrap_or(field).to_ascii_lowercase();
    if tag.len() == 2 && tag.bytes().all(|b| b.is_ascii_lowercase()) {
        return Some(tag);
    }
    let named = |lang: &&Lang| lang.eng_name().eq_ignore_ascii_case(field) || lang.name() == field;
    Lang::from_code(tag)
        .or_else(|| Lang::all().iter().find(named).copied())
        .map(|lang| iso_639_1(lang).to_owned())
}

/// The language whose name in English, name in itself or code of three letters is nearest to `field`: its ISO 639-1 code
/// and its English name.
pub fn similar(field: &str) -> Option<(&'static str, &'static str)> {
    let names = |lang: &Lang| [lang.eng_name(), lang.name(), lang.code()];
    let near = nearest(field, Lang::all().iter().flat_map(names))?;
    let lang = Lang::all().iter().find(|lang| names(lang).contains(&near))?;
    Some((iso_639_1(*lang), lang.eng_name()))
}

/// The ISO 639-1 code of one of the detector's languages.
pub(super) fn iso_639_1(lang: Lang) -> &'static str {
    use Lang::*;
    match lang {
        Afr => "af",
        Aka => "ak",
        Amh => "am",
        Ara => "ar",
        Aze => "az",
        Bel => "be",
        Ben => "bn",
        Bul => "bg",
        Cat => "ca",
        Ces => "cs",
        Cmn => "zh",
        Cym => "cy",
        Dan => "da",
        Deu => "de",
        Ell => "el",
        Eng => "en",
        Epo => "eo",
        Est => "et",
        Fin => "fi",
        Fra => "fr",
        Guj => "gu",
        Heb => "he",
        Hin => "hi",
        Hrv => "hr",
        Hun => "hu",
        Hye => "hy",
        Ind => "id",
        Ita => "it",
        Jav => "jv",
        Jpn => "ja",
        Kan => "kn",
        Kat => "ka",
        Khm => "km",
        Kor => "ko",
        Lat => "la",
        Lav => "lv",
        Lit => "lt",
        Mal => "ml",
        Mar => "mr",
        Mkd => "mk",
        Mya => "my",
        Nep => "ne",
        Nld => "nl",
        Nob => "nb",
        Ori => "or",
        Pan => "pa",
        Pes => "fa",
        Pol => "pl",
        Por => "pt",
        Ron => "ro",
        Rus => "ru",
        Sin => "si",
        Slk => "sk",
        Slv => "sl",
        Sna => "sn",
        Spa => "es",
        Srp => "sr",
        Swe => "sv",
        Tam => "ta",
        Tel => "te",
        Tgl => "tl",
        Tha => "th",
        Tuk => "tk",
        Tur => "tr",
        Ukr => "uk",
        Urd => "ur",
        Uzb => "uz",
        Vie => "vi",
        Yid => "yi",
        Zul => "zu",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_language_fields() {
        for field in [
            "nl",
            "NL",
            "nl-BE",
            "nl_NL",
            "nld",
            " nl ",
            "Dutch",
            "dutch",
            "Nederlands",
        ] {
            assert_eq!(code(field).as_deref(), Some("nl"), "{field:?}");
        }
        assert_eq!(code("fy").as_deref(), Some("fy"));
        for field in ["", "n", "unknown", "12", "é"] {
            assert_eq!(code(field), None, "{field:?}");
        }
    }
}
