//! Which language a text is in. Every language that the detector knows is a candidate, so that an article in one that
//! the model was not trained on is called by its name; a text too short or too mixed to tell has none.

mod code;
mod function_words;

use crate::label::fold::folded;

pub use code::{code, similar};

/// Characters looked at; the language of an article shows long before its end.
const SAMPLE: usize = 2_000;
/// Letters below which a guess is worth nothing.
const FEWEST_LETTERS: usize = 12;
/// Confidence below which one guess in four is wrong (measured on single sentences in six languages).
const LEAST_CONFIDENCE: f64 = 0.3;

/// ISO 639-1 code of the language of `text`, told from its first 2,000 characters; none where they do not tell.
///
/// Trigrams decide. Where they hesitate, and between Dutch and Afrikaans, whose trigrams are much the same, function
/// words have the last word; Afrikaans of any length has some.
pub fn detect(text: &str) -> Option<&'static str> {
    let end = text.char_indices().nth(SAMPLE).map_or(text.len(), |(at, _)| at);
    // Trigrams and words are those of letters in one piece with their accents.
    let sample = &*folded(&text[..end]);
    if sample.chars().filter(|c| c.is_alphabetic()).count() < FEWEST_LETTERS {
        return None;
    }
    let guess = whatlang::detect(sample)?;
    let language = code::iso_639_1(guess.lang());
    let is_sure = guess.confidence() >= LEAST_CONFIDENCE;
    if is_sure && language != "af" {
        return Some(language);
    }
    let by_words = function_words::knows(language)
        .then(|| function_words::language(sample))
        .flatten();
    by_words.or_else(|| (is_sure && language != "af").then_some(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_of_the_six_languages() {
        for (language, sentences) in [
            (
                "nl",
                [
                    "Volgens de woordvoerder van de gemeente is er nog geen besluit genomen over de nieuwe brug.",
                    "De minister zou vrijdag hebben gezegd dat het onderzoek naar de brand nog weken gaat duren.",
                    "Niemand raakte gewond, maar de schade aan de huizen langs de rivier is groot.",
                ],
            ),
            (
                "en",
                [
                    "The council said on Friday that it had not yet reached a decision about the new bridge.",
                    "Nobody was hurt, but the houses along the river were badly damaged by the water.",
                    "According to two people who were there, the talks may have broken down over money.",
                ],
            ),
            (
                "de",
                [
                    "Nach Angaben der Polizei soll der Fahrer das Haus kurz vor Mitternacht verlassen haben.",
                    "Die Ministerin sagte am Freitag, über die neue Brücke sei noch nicht entschieden worden.",
                    "Niemand wurde verletzt, doch der Schaden an den Häusern am Fluss ist groß.",
                ],
            ),
            (
                "fr",
                [
                    "Selon la police, le conducteur aurait quitté la maison peu avant minuit.",
                    "La ministre a déclaré vendredi qu'aucune décision n'avait encore été prise sur le nouveau pont.",
                    "Personne n'a été blessé, mais les maisons au bord de la rivière sont très abîmées.",
                ],
            ),
            (
                "es",
                [
                    "Según la policía, el conductor habría salido de la casa poco antes de medianoche.",
                    "La ministra dijo el viernes que todavía no se ha tomado ninguna decisión sobre el nuevo puente.",
                    "Nadie resultó herido, pero las casas junto al río han sufrido muchos daños.",
                ],
            ),
            (
                "it",
                [
                    "Secondo la polizia, il conducente avrebbe lasciato la casa poco prima di mezzanotte.",
                    "La ministra ha detto venerdì che sul nuovo ponte non è stata ancora presa alcuna decisione.",
                    "Nessuno è rimasto ferito, ma le case lungo il fiume hanno subito gravi danni.",
                ],
            ),
        ] {
            for sentence in sentences {
                assert_eq!(detect(sentence), Some(language), "{sentence}");
            }
        }
    }

    #[test]
    fn other_languages_are_called_by_name() {
        let polish = "Według policji kierowca miał opuścić dom tuż przed północą, ale nikt tego nie potwierdził.";
        assert_eq!(detect(polish), Some("pl"));
        assert_eq!(
            detect("Полиция сообщила, что водитель покинул дом незадолго до полуночи."),
            Some("ru")
        );
        assert_eq!(
            detect("警方称，司机在午夜前不久离开了这所房子，但没有人证实。"),
            Some("zh")
        );
    }

    #[test]
    fn what_does_not_tell_has_no_language() {
        for text in ["", "   ", "12-06-2017, 13:45", "Ja.", "OK"] {
            assert_eq!(detect(text), None, "{text:?}");
        }
    }

    #[test]
    fn dutch_without_function_words_is_not_afrikaans() {
        for headline in [
            "Feyenoord wint van Twente in slotfase",
            "FEYENOORD WINT VAN TWENTE IN SLOTFASE",
        ] {
            assert_ne!(detect(headline), Some("af"), "{headline}");
        }
        let afrikaans = "Die polisie het gesê dat hulle nog nie weet wie die huis aan die brand gesteek het nie.";
        assert_eq!(detect(afrikaans), Some("af"));
    }

    #[test]
    fn accents_that_stand_apart_are_read_as_letters() {
        for (language, text) in [
            (
                "fr",
                "A\u{300} E\u{301}vian, l'e\u{301}le\u{300}ve a\u{302}ge\u{301} de 12 ans a e\u{301}te\u{301} blesse\u{301}.",
            ),
            (
                "es",
                "Tambie\u{301}n esta\u{301} en Ma\u{301}laga, segu\u{301}n e\u{301}l. No se sabra\u{301} ma\u{301}s.",
            ),
        ] {
            assert_eq!(detect(text), Some(language), "{text}");
        }
    }

    #[test]
    fn only_the_beginning_counts() {
        let dutch = "De gemeente heeft nog geen besluit genomen over de nieuwe brug. ".repeat(40);
        let english = "The council has not yet reached a decision about the new bridge. ".repeat(400);
        assert_eq!(detect(&format!("{dutch}{english}")), Some("nl"));
    }
}
