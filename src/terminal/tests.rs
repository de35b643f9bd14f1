//! Whole articles as they stand on the screen.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{Choice, Colours, Page, Style};
use crate::record::CertaintyLabel::{Certain, Possible, Probable, Uncommitted};
use crate::record::CueKind::{Attribution, Certainty};
use crate::record::Holder::{Author, Hearsay, Source};
use crate::record::Polarity::{Negative, Positive};
use crate::record::testing::record;
use crate::record::{FailureDetail, FailureRecord, Line, Record, SCHEMA};

const PLAIN: Style = Style {
    width: 60,
    colours: Colours::None,
};
const COLOURED: Style = Style {
    width: 60,
    colours: Colours::Many,
};

/// A page with one article.
fn render(record: &Record, style: &Style) -> String {
    let mut page = Page::new(*style, Choice::default());
    page.line(&Line::Record(record.clone())) + &page.end()
}

/// A page with one failure.
fn render_failure(failure: &FailureRecord, style: &Style) -> String {
    let mut page = Page::new(*style, Choice::default());
    page.line(&Line::Failure(failure.clone())) + &page.end()
}

fn osman() -> Record {
    let text =
        "Mogelijk gedood\r\n\r\nVolgens de Russen zou Karim Osman dood zijn.\tNiemand raakte gewond. Wat een week!";
    record(text)
        .sentence("Mogelijk gedood", 0, Some((Possible, Positive, Hearsay)))
        .heading()
        .cue("Mogelijk", Certainty)
        .sentence(
            "Volgens de Russen zou Karim Osman dood zijn.",
            1,
            Some((Possible, Positive, Source)),
        )
        .entity("Russen", "MISC")
        .entity("Karim Osman", "PER")
        .source("de Russen")
        .cue("Volgens", Attribution)
        .cue("zou", Certainty)
        .sentence("Niemand raakte gewond.", 1, Some((Certain, Negative, Author)))
        .sentence("Wat een week!", 1, None)
}

#[test]
fn a_class_stands_below_its_sentence() {
    let shown = render(
        &record("Het regent.")
            .sentence("Het regent.", 0, None)
            .classes(&[("weer\u{1b}[2J", 0.8765), ("sport", 0.1)]),
        &PLAIN,
    );
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[2].ends_with("Het regent."), "{shown}");
    assert!(
        lines[3].contains("weer") && lines[3].ends_with("(0.88)") && !shown.contains('\u{1b}'),
        "{shown}"
    );
}

#[test]
fn without_colour() {
    let expected = "\
0001_osman · 2017-06 · nl

◑ # Mogelijk gedood
╰ possible (0.87) · hearsay · cues: Mogelijk

◑ Volgens de [Russen MISC] zou [Karim Osman PER] dood zijn.
╰ possible (0.87) · source: de Russen · cues: Volgens, zou
● Niemand raakte gewond.
✗ certain NOT (0.87) · author
  Wat een week!

4 sentences, 3 claims: 1 certain, 0 probable, 2 possible, 0
uncommitted; 1 said not to hold; 1 by a source; 1 by hearsay

● certain   ◕ probable   ◑ possible   ○ uncommitted
✗ NOT said not to hold
[name TYPE] entity
A label says how certain the text puts a claim, not whether
it is true.
";
    assert_eq!(render(&osman(), &PLAIN), expected);
}

#[test]
fn with_colour() {
    let shown = render(&osman(), &COLOURED);
    let lines: Vec<&str> = shown.lines().collect();
    let orange = "\x1b[38;5;208m";
    let off = "\x1b[0m";
    let cue = "\x1b[1;38;5;208m";
    assert_eq!(
        lines[0],
        "\x1b[1m0001_osman\x1b[0m\x1b[2m · \x1b[0m2017-06\x1b[2m · \x1b[0mnl"
    );
    assert_eq!(
        lines[2],
        format!("{orange}◑{off} {cue}Mogelijk{off}\x1b[1m gedood{off}")
    );
    let (misc, per) = ("\x1b[4;38;5;16;48;5;223m", "\x1b[38;5;16;48;5;153m");
    assert_eq!(
        lines[5],
        format!(
            "{orange}◑{off} \x1b[3mVolgens{off} \x1b[4mde {off}{misc}Russen{off} {cue}zou{off} {per}Karim Osman{off} dood zijn."
        )
    );
    assert_eq!(
        lines[6],
        format!(
            "{orange}╰{off} {cue}possible{off}\x1b[2m (0.87) · {off}source\x1b[2m: {off}\x1b[4mde Russen{off}\x1b[2m · \
             {off}cues\x1b[2m: {off}\x1b[3mVolgens{off}\x1b[2m, {off}{cue}zou{off}"
        )
    );
    assert_eq!(lines[7], format!("\x1b[32m●{off} Niemand raakte gewond."));
    assert_eq!(
        lines[8],
        format!("\x1b[1;31m✗{off} \x1b[1;32mcertain{off} \x1b[1;31mNOT{off}\x1b[2m (0.87) · {off}author")
    );
    assert_eq!(lines[9], format!("  \x1b[2mWat een week!{off}"));
    assert!(lines[16].ends_with("\x1b[4msource\x1b[0m   \x1b[3mattribution cue\x1b[0m   \x1b[1mcertainty cue\x1b[0m"));
}

/// The text without its SGR sequences.
fn stripped(shown: &str) -> String {
    let mut rest = shown;
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain + rest
}

#[test]
fn colour_changes_no_words() {
    let wide = |colours| Style { width: 130, colours };
    let plain = render(&osman(), &wide(Colours::None))
        .replace("[Russen MISC]", "Russen")
        .replace("[Karim Osman PER]", "Karim Osman");
    let body = |shown: &str| shown.lines().skip(3).take(7).collect::<Vec<_>>().join("\n");
    assert_eq!(body(&stripped(&render(&osman(), &wide(Colours::Many)))), body(&plain));
}

#[test]
fn words_that_are_both_kinds_of_cue_and_nested_entities() {
    let shown = record("De bank van Velmo ontkent het.")
        .sentence("De bank van Velmo ontkent het.", 0, Some((Certain, Negative, Source)))
        .entity("bank van Velmo", "ORG")
        .entity("Velmo", "LOC")
        .source("De bank van Velmo")
        .cue("ontkent", Attribution)
        .cue("ontkent", Certainty);
    let plain = render(&shown, &PLAIN);
    assert!(
        plain.contains("● De [bank van [Velmo LOC] ORG] ontkent het.\n"),
        "{plain}"
    );
    assert!(
        plain.contains("✗ certain NOT (0.87) · source: De bank van Velmo · cues:\n  ontkent\n"),
        "{plain}"
    );
    let coloured = render(&shown, &COLOURED);
    let expected = "\x1b[4mDe \x1b[0m\x1b[4;38;5;16;48;5;183mbank van \x1b[0m\x1b[4;38;5;16;48;5;158mVelmo\x1b[0m \
                    \x1b[1;3;32montkent\x1b[0m het.";
    assert!(coloured.contains(expected), "{coloured:?}");
}

#[test]
fn an_attack_text_cannot_steer_the_terminal() {
    let attack = "\x1b[2J\x1b]0;owned\x07 \u{9b}31m Jan\u{202e}\x1b]8;;http://x\x07 \r\x1b[A● certain zei niets.\x00";
    let mut record = record(attack)
        .sentence(attack, 0, Some((Uncommitted, Positive, Hearsay)))
        .cue(attack, Certainty);
    record.id = "a\x1b[31mb\nc".into();
    record.language = Some("\x07nl".into());
    record.entities = record.clone().entity("Jan\u{202e}", "P\x1bER").entities;
    for colours in [Colours::None, Colours::Sixteen, Colours::True] {
        let shown = render(&record, &Style { width: 80, colours });
        let plain = stripped(&shown);
        assert!(!plain.contains(|c: char| c != '\n' && c.is_control()), "{plain:?}");
        assert!(!plain.contains('\u{202e}'));
        assert!(plain.contains("\\u{1b}[2J\\u{1b}]0;owned\\u{7}"), "{plain}");
        assert!(plain.starts_with("a\\u{1b}[31mb c · 2017-06 · \\u{7}nl\n"), "{plain}");
        // A sign in the text never stands where the gutter is.
        assert_eq!(
            plain.lines().filter(|line| line.starts_with('●')).count(),
            1,
            "only the legend's: {plain}"
        );
    }
}

#[test]
fn every_width_holds_every_text() {
    let text = "警方称，司机在午夜前不久离开了这所房子。👩\u{200d}🚒🇳🇱 e\u{301}e\u{301}n https://example.org/"
        .to_owned()
        + &"lang".repeat(60)
        + " met\r\nregels\ten tabs.";
    let record = record(&text)
        .sentence(&text, 0, Some((Probable, Positive, Source)))
        .entity("警方", "ORG")
        .source("警方")
        .cue("e\u{301}e\u{301}n", Certainty);
    for width in [20, 40, 80, 200] {
        for colours in [Colours::None, Colours::True] {
            let shown = stripped(&render(&record, &Style { width, colours }));
            for line in shown.lines() {
                let columns: usize = line.graphemes(true).map(UnicodeWidthStr::width).sum();
                assert!(columns <= width, "{columns} columns of {width}: {line}");
            }
            let words = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
            if colours.any() && width < 200 {
                assert!(words(&shown).contains(&words(&text)));
            }
        }
    }
}

#[test]
fn a_model_without_claims_gives_plain_text() {
    let mut record = record("Karim woont in Velmo.")
        .sentence("Karim woont in Velmo.", 0, None)
        .entity("Karim", "PER");
    record.sentences[0].claim = None;
    record.language_supported = false;
    let shown = render(&record, &PLAIN);
    assert!(
        shown.contains("\n  [Karim PER] woont in Velmo.\n\n1 sentence\n\n[name TYPE] entity\n"),
        "{shown}"
    );
    assert!(shown.contains("not trained on this language"), "{shown}");
}

#[test]
fn offsets_that_do_not_fit_the_text_do_no_harm() {
    let mut record = osman();
    record.sentences[1].end = 9_999;
    record.sentences[2].start = 9_999;
    record.sentences[3].cues = record.sentences[1].cues.clone();
    record.entities[1].end = 3;
    record.entities[0].sentence = 77;
    assert!(render(&record, &PLAIN).contains("Karim Osman dood"));
    record.text = None;
    assert!(render(&record, &COLOURED).contains("carries no text"));
}

#[test]
fn a_failure_says_where_and_why() {
    let error = FailureDetail {
        kind: "empty".into(),
        message: "there is no text in it\x1b[0m; fill it".into(),
    };
    let failure = FailureRecord {
        schema: SCHEMA,
        id: "x".into(),
        path: Some("a/x.txt".into()),
        error,
    };
    assert_eq!(
        render_failure(&failure, &PLAIN),
        "not labelled: a/x.txt: there is no text in it\\u{1b}[0m; fill\nit\n"
    );
    assert!(render_failure(&failure, &COLOURED).starts_with("\x1b[1;31mnot labelled:\x1b[0m \x1b[1ma/x.txt\x1b[0m: "));
}

/// The example of `docs/RECORD.md` is a record as the types know it, and its spans say what they point at.
#[test]
fn the_documented_record_can_be_shown() {
    let page = include_str!("../../docs/RECORD.md");
    let example = page
        .split("```json\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap();
    let record: Record = serde_json::from_str(example).unwrap();
    let written: serde_json::Value = serde_json::from_str(example).unwrap();
    assert_eq!(serde_json::to_value(&record).unwrap(), written);
    let text: Vec<char> = record.text.as_ref().unwrap().chars().collect();
    let spans = record.sentences.iter().flat_map(|sentence| {
        let sources = sentence
            .source
            .iter()
            .map(|source| (source.start, source.end, &source.text));
        sources.chain(sentence.cues.iter().map(|cue| (cue.start, cue.end, &cue.text)))
    });
    for (start, end, words) in spans.chain(
        record
            .entities
            .iter()
            .map(|entity| (entity.start, entity.end, &entity.text)),
    ) {
        assert_eq!(&text[start..end].iter().collect::<String>(), words);
    }
    let shown = render(
        &record,
        &Style {
            width: 80,
            colours: Colours::None,
        },
    );
    assert!(
        shown.contains("◑ Volgens de [Russen MISC] zou [Karim Osman PER] dood zijn.\n"),
        "{shown}"
    );
    assert!(
        shown.contains("○ Waar hij nu is, is onduidelijk.\n╰ uncommitted (0.90) · author · cues: onduidelijk\n"),
        "{shown}"
    );
    let failure = page
        .split("```json\n")
        .nth(2)
        .and_then(|rest| rest.split("```").next())
        .unwrap();
    let failure: crate::record::Line = serde_json::from_str(failure).unwrap();
    assert!(matches!(failure, crate::record::Line::Failure(_)));
}
