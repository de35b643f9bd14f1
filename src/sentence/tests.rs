//! Tests of the promises: cover, order, paragraphs, headings, linear time.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

fn pieces<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    split(text, Some(language), None)
        .iter()
        .map(|s| s.span.slice(text))
        .collect()
}

/// `(paragraph, heading, text)` of each sentence.
fn described(text: &str) -> Vec<(usize, bool, &str)> {
    split(text, Some("nl"), None)
        .iter()
        .map(|s| (s.paragraph, s.heading, s.span.slice(text)))
        .collect()
}

fn check_promises(text: &str, sentences: &[Sentence]) -> Result<(), TestCaseError> {
    let mut at = 0;
    let mut paragraph = 0;
    for sentence in sentences {
        let span = sentence.span;
        prop_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
        prop_assert!(span.start >= at && span.end > span.start);
        prop_assert_eq!(text[at..span.start].trim(), "");
        prop_assert_eq!(span.slice(text).trim(), span.slice(text));
        prop_assert!(sentence.paragraph == paragraph || sentence.paragraph == paragraph + 1 && at > 0);
        let seen = span.slice(text).trim_matches(chars::is_blank);
        prop_assert!(!seen.replace("\r\n", "\n").contains("\n\n"));
        (at, paragraph) = (span.end, sentence.paragraph);
    }
    prop_assert_eq!(text[at..].trim(), "");
    Ok(())
}

/// Bits that make rules meet: stops, quotes, brackets, breaks, words of many scripts, marks and joiners.
fn bit() -> impl Strategy<Value = String> {
    const BITS: &[&str] = &[
        ".",
        "...",
        "…",
        "?",
        "!",
        "?!",
        "。",
        "؟",
        "।",
        "\"",
        "'",
        "“",
        "”",
        "„",
        "«",
        "»",
        "’",
        "(",
        ")",
        "[1]",
        "[",
        " ",
        " ",
        " ",
        "\n",
        "\r\n",
        "\r",
        "\n\n",
        "\r\n \r\n",
        "\u{2028}",
        "\u{2029}",
        "\u{a0}",
        "\u{202f}",
        "\0",
        "\u{feff}",
        "\u{200b}",
        "\u{200f}",
        "-",
        "–",
        "•",
        "# ",
        "+++",
        "1.",
        "2",
        "3,5",
        "De",
        "politie",
        "dr",
        "J",
        "U.S",
        "o.a",
        "nr",
        "etc",
        "E\u{301}cole",
        "é",
        "ß",
        "İ",
        "ﬁn",
        "soft\u{ad}er",
        "سلام",
        "שלום",
        "你好",
        "👩‍👩‍👧",
        "🎉",
        "🇧🇪",
        "¿",
        "¡",
        "'s Morgens",
        "iPhone",
        "@a",
        "www.a.nl",
        "XIV",
    ];
    prop_oneof![8 => proptest::sample::select(BITS).prop_map(str::to_string), 1 => any::<char>().prop_map(|c| c.to_string())]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_character_lies_in_one_sentence(
        bits in prop::collection::vec(bit(), 0..40),
        language in proptest::sample::select(&["nl", "en", "de", "fr", "es", "it", "pl", "ar"][..]),
        title in prop::option::of((0usize..30, 0usize..60)),
    ) {
        let text = bits.concat();
        let title = title.map(|(start, len)| Span::new(start, start + len));
        let sentences = split(&text, Some(language), title);
        check_promises(&text, &sentences)?;
        prop_assert_eq!(sentences, split(&text, Some(language), title));
        check_promises(&text, &split(&text, None, None))?;
    }

    #[test]
    fn any_text_keeps_the_promises(text in any::<String>()) {
        check_promises(&text, &split(&text, None, None))?;
    }
}

#[test]
fn time_grows_with_length_only() {
    for bit in [
        "a", "word ", ".", ". ", "! ", "(", "( . ", "\" . ", "x.y", "1. ", "- . ", "\n", "a\n", ".\u{a0}", "+++",
        "A. ", "…»",
    ] {
        let time = |length: usize| {
            let text = bit.repeat(length / bit.len());
            let begin = Instant::now();
            let count = split(&text, None, None).len();
            assert!(count <= text.len());
            begin.elapsed()
        };
        let (small, large) = (time(40_000), time(400_000));
        assert!(
            large < small * 60 + Duration::from_millis(250),
            "{bit:?}: {small:?}, then {large:?}"
        );
    }
}

#[test]
fn ten_megabytes_without_a_stop_are_one_sentence() {
    let text = "woord ".repeat(10_000_000 / 6);
    let begin = Instant::now();
    assert_eq!(split(&text, Some("nl"), None).len(), 1);
    assert!(begin.elapsed() < Duration::from_secs(10));
}

#[test]
fn short_lines_between_paragraphs_are_headings() {
    let text = "De top is begonnen. Er is nog geen akkoord.\n\nNiet bevestigd\n\nVolgens een bron is er ruzie.\n\nVerslagen?\n\n\
                De coalitie zwijgt.\n\nFoto: ANP";
    let found: Vec<&str> = described(text)
        .into_iter()
        .filter(|(_, heading, _)| *heading)
        .map(|(_, _, t)| t)
        .collect();
    assert_eq!(found, ["Niet bevestigd", "Verslagen?"]);
}

#[test]
fn a_headline_above_byline_date_and_place_is_the_first_heading() {
    let body = "Jan Oosterhof zou volgens de krant aftreden. De politie kan dat niet bevestigen.";
    let above = [
        "Burgemeester zou aftreden",
        "Oppositie eist opheldering",
        "Door onze redactie politiek",
        "5 november 2024, 14.32 uur",
        "Elburg",
    ];
    for lines in 1..=above.len() {
        for (line_end, body_from) in [("\n\n", lines), ("\n", 1)] {
            let text = format!("{}\n\n{body}", above[..lines].join(line_end));
            let found = described(&text);
            assert_eq!(found[0], (0, true, above[0]), "{text:?}");
            assert!(found[1..].iter().all(|s| s.0 > 0), "{text:?}");
            assert!(
                !found.last().unwrap().1 && found.last().unwrap().0 >= body_from,
                "{text:?}"
            );
        }
    }
}

#[test]
fn a_first_sentence_above_short_lines_is_no_heading() {
    for text in [
        "Meegenomen werden volgens de politie:\n\neen fiets\n\neen tas\n\neen jas\n\nDe dader is gevlucht.",
        "De politie heeft drie mensen aangehouden.\n\nJan\n\nPiet\n\nJoris\n\nZij zitten vast.",
        "Ajax - PSV 3-1\nFeyenoord - Twente 0-0\nUtrecht - AZ 2-2\nGroningen - NEC 1-0\nHeerenveen - NAC 4-2\nSparta - PEC 1-1\n\nStand na de dertiende ronde.",
    ] {
        assert!(!described(text)[0].1, "{text:?}");
    }
}

#[test]
fn a_heading_may_stand_right_above_its_text() {
    let text = "Premie\nDe groep belooft een som geld aan wie de man kan doden. Hij zou een veteraan zijn.";
    assert_eq!(described(text)[0], (0, true, "Premie"));
    assert_eq!(described(text)[2], (1, false, "Hij zou een veteraan zijn."));
}

#[test]
fn a_heading_without_a_blank_line_above_it_is_a_paragraph_of_its_own() {
    let text = "De gemeente heeft een besluit genomen over de brug.\n## Kop hier\nDe brug gaat maandag dicht, zei een \
                woordvoerder.";
    let found: Vec<(usize, bool)> = described(text).iter().map(|s| (s.0, s.1)).collect();
    assert_eq!(found, [(0, false), (1, true), (2, false)]);
}

#[test]
fn markdown_headings_are_headings() {
    let text = "# De dijk houdt het.\n\nHet water zakt.\n\nSlot\n====\n\nMorgen meer nieuws over de dijk.";
    let headings: Vec<bool> = described(text).iter().map(|s| s.1).collect();
    assert_eq!(headings, [true, false, true, false]);
}

#[test]
fn list_items_and_quotes_are_no_headings() {
    let text = "Dit staat vast.\n\n- Twee gewonden\n- Geen doden\n\n\"Kom!\"\n\nZo ging het die avond.";
    assert!(described(text).iter().all(|s| !s.1));
    assert_eq!(described(text).len(), 5);
}

#[test]
fn a_given_title_is_a_heading_of_its_own() {
    let text = "Het is voorbij! Trainer weg.\n\nDe club bevestigt dat.";
    let sentences = split(text, Some("nl"), Some(Span::new(0, 28)));
    let found: Vec<(usize, bool)> = sentences.iter().map(|s| (s.paragraph, s.heading)).collect();
    assert_eq!(found, [(0, true), (0, true), (1, false)]);
    assert_eq!(
        split("één", None, Some(Span::new(0, 1))).len(),
        1,
        "a span off the character is ignored"
    );
}

#[test]
fn blank_lines_part_paragraphs_whatever_the_line_ends() {
    for text in [
        "Een zin\n\nzonder punt",
        "Een zin\r\n\r\nzonder punt",
        "Een zin\n \t\nzonder punt",
        "Een zin\u{2029}zonder punt",
    ] {
        let found: Vec<usize> = split(text, None, None).iter().map(|s| s.paragraph).collect();
        assert_eq!(found, [0, 1], "{text:?}");
    }
}

#[test]
fn text_broken_off_at_a_column_is_joined() {
    let text = "De politie van Almere heeft in de nacht van zondag op maandag\neen man aangehouden. Hij wordt verdacht van \
                diefstal in de\nPolderwijk, meldt een woordvoerder. Volgens buurtbewoners was\nDe Vries al langer in beeld. \
                Zijn advocaat, mr. S. Kuiper uit\nLelystad, spreekt dat tegen.";
    assert_eq!(pieces(text, "nl").len(), 4);
    assert!(split(text, Some("nl"), None).iter().all(|s| s.paragraph == 0));
}

#[test]
fn long_lines_without_blank_lines_are_paragraphs() {
    let line = "De gemeente wil het plein vergroenen en heeft daarvoor geld gekregen van de provincie, zegt de wethouder. Er komen \
                vijftig bomen bij.";
    let text = format!("{line}\n{line}\n{line}");
    let found: Vec<usize> = split(&text, Some("nl"), None).iter().map(|s| s.paragraph).collect();
    assert_eq!(found, [0, 0, 1, 1, 2, 2]);
}

#[test]
fn an_unknown_language_uses_all_rules() {
    let text = "Dr. Kok sprak o.a. met Mme. Petit. 他来了。他走了。 هل جاء؟ نعم. यह ठीक है। हाँ।";
    assert_eq!(split(text, None, None).len(), 7);
    assert_eq!(split(text, Some("xx"), None), split(text, None, None));
}

#[test]
fn a_regional_code_counts_as_its_language() {
    let text = "Das war der 2. Mann im Haus. Er kam aus Wien.";
    assert_eq!(pieces(text, "de-AT"), pieces(text, "de"));
}

#[test]
fn emoji_stay_with_the_sentence_before() {
    assert_eq!(
        pieces("Geweldig! 🎉🎉 De finale is binnen.", "nl"),
        ["Geweldig! 🎉🎉", "De finale is binnen."]
    );
}

#[test]
fn what_is_not_seen_behind_a_stop_hides_no_boundary() {
    assert_eq!(
        pieces(
            "Er is niets bevestigd.\u{200b} Volgens de krant is het waar.”\u{200f} Dat is onduidelijk.\u{2060}”\u{feff} Zij \
             zwijgt.\u{200b}De politie zoekt.\u{200b} \u{200b}Mr\u{200b}. Bos ook.",
            "nl"
        ),
        [
            "Er is niets bevestigd.\u{200b}",
            "Volgens de krant is het waar.”\u{200f}",
            "Dat is onduidelijk.\u{2060}”\u{feff}",
            "Zij zwijgt.\u{200b}",
            "De politie zoekt.\u{200b}",
            "\u{200b}Mr\u{200b}. Bos ook."
        ]
    );
    assert_eq!(
        pieces(
            "Uitslag: 1.\u{200f} Van Os, 2.\u{200b} Bos. Meer op www.\u{200b}Nieuws.\u{ad}nl.",
            "nl"
        )
        .len(),
        2
    );
}

#[test]
fn a_line_on_which_nothing_is_seen_is_blank() {
    let text =
        "\u{feff}\nDe raad zwijgt.\n\u{200b}\nNiet bevestigd\n\u{200e}\u{200f}\n\n\u{200b}- Een\n- Twee\n\n\u{200b}\n";
    assert_eq!(
        described(text),
        [
            (0, false, "\u{feff}\nDe raad zwijgt.\n\u{200b}"),
            (1, true, "Niet bevestigd\n\u{200e}\u{200f}"),
            (2, false, "\u{200b}- Een"),
            (2, false, "- Twee\n\n\u{200b}"),
        ]
    );
    assert_eq!(pieces(" \u{200b}\n\u{200b} ", "nl"), ["\u{200b}\n\u{200b}"]);
}

#[test]
fn decomposed_accents_are_read_as_what_they_spell() {
    for (language, text, count) in [
        (
            "es",
            "Trabaja en Muster S.A. Él lo niega. Según la núm. 3 de la lista, así fue.",
            3,
        ),
        (
            "de",
            "Er leitet den Verein e.V. Über den Fall schwieg er. Das röm. Recht gilt.",
            3,
        ),
        (
            "fr",
            "Le 3 févr. Jean est parti. Le gén. Morel dément. É. Morel se tait.",
            3,
        ),
        ("fr", "ÉPINAL-SUR-MER. Un homme est mort. Il avait 43 ans.", 2),
        ("it", "Lavora alla Rossi S.p.A. È falso, dice il giudice.", 2),
    ] {
        assert_eq!(pieces(text, language).len(), count, "{text}");
        let mut decomposed = tokenizers::NormalizedString::from(text);
        decomposed.nfd();
        let decomposed = decomposed.get();
        assert!(decomposed.len() > text.len());
        assert_eq!(pieces(decomposed, language).len(), count, "{decomposed}");
    }
}

#[test]
fn a_paragraph_that_lacks_its_last_stop_is_no_heading() {
    let text = "Niets is zeker. En nu\n\nDe raad vergadert.\n\nDeel 2. Het overleg\n\nZij is weg. Dat zegt de politie in Almere\n\nDe vrouw was 43.";
    let found: Vec<(bool, &str)> = described(text)
        .into_iter()
        .map(|(_, heading, t)| (heading, t))
        .collect();
    assert_eq!(
        found,
        [
            (true, "Niets is zeker."),
            (true, "En nu"),
            (false, "De raad vergadert."),
            (true, "Deel 2."),
            (true, "Het overleg"),
            (false, "Zij is weg."),
            (false, "Dat zegt de politie in Almere"),
            (false, "De vrouw was 43.")
        ],
        "a headline may be two sentences; what stands further down is text"
    );
}
