//! ISO 639-1 codes: of the detector's languages, and of what people write in a language field.

use whatlang::Lang;

use crate::nearest::nearest;

/// All of them, in order; those that were withdrawn are left out.
const ISO_639_1: &str = "\
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el \
    en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it \
    iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt \
    my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl \
    sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo \
    za zh zu";

/// The ISO 639-1 code that a language field stands for: `nl`, `NL`, `nl-BE`, `nl_NL`, `nld` and `Dutch` are all `nl`.
pub fn code(field: &str) -> Option<String> {
    let field = field.trim();
    let tag = field.split(['-', '_']).next().unwrap_or(field).to_ascii_lowercase();
    if is_code(&tag) {
        return Some(tag);
    }
    let named = |lang: &&Lang| lang.eng_name().eq_ignore_ascii_case(field) || lang.name() == field;
    Lang::from_code(tag)
        .or_else(|| Lang::all().iter().find(named).copied())
        .map(|lang| iso_639_1(lang).to_owned())
}

/// Whether `tag` is one of the codes, in small letters.
fn is_code(tag: &str) -> bool {
    ISO_639_1.split(' ').any(|code| code == tag)
}

/// The language whose name in English, name in itself or code of three letters is nearest to `field`: its ISO 639-1 code
/// and its English name. Two letters are a code turned round, or the beginning of a name.
pub fn similar(field: &str) -> Option<(&'static str, &'static str)> {
    let names = |lang: &Lang| [lang.eng_name(), lang.name(), lang.code()];
    let lang = if field.chars().count() == 2 {
        let given = field.to_lowercase();
        let turned: String = given.chars().rev().collect();
        let begins = |lang: &&Lang| names(lang).iter().any(|name| name.to_lowercase().starts_with(&given));
        let by_code = Lang::all().iter().find(|lang| iso_639_1(**lang) == turned);
        by_code.or_else(|| Lang::all().iter().find(begins))?
    } else {
        let near = nearest(field, Lang::all().iter().flat_map(names))?;
        Lang::all().iter().find(|lang| names(lang).contains(&near))?
    };
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
        for field in ["", "n", "unknown", "12", "é", "xx", "ZZ", "jp", "xx-NL", "a ", "n "] {
            assert_eq!(code(field), None, "{field:?}");
        }
    }

    #[test]
    fn every_language_of_the_detector_has_a_code_and_none_stands_twice() {
        let codes: Vec<&str> = ISO_639_1.split(' ').collect();
        assert_eq!(codes.len(), 183);
        assert!(codes.is_sorted_by(|a, b| a < b) && codes.iter().all(|code| code.len() == 2));
        assert!(Lang::all().iter().all(|lang| is_code(iso_639_1(*lang))));
    }

    #[test]
    fn two_letters_that_are_no_code_are_near_to_one() {
        for (field, near) in [
            ("le", Some("el")),
            ("vs", Some("sv")),
            ("du", Some("nl")),
            ("Sp", Some("es")),
            ("cz", Some("cs")),
            ("xx", None),
            ("éé", None),
        ] {
            assert_eq!(similar(field).map(|(code, _)| code), near, "{field}");
        }
    }
}
