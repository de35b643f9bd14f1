//! Whole pages as they stand on the screen, at 80 and at 200 columns, without colour, in sixteen and in true colour; and
//! pages of what was asked for. Snapshots stand in `snapshots/`; `cat` shows one as a terminal does.

use std::path::Path;

use super::{Choice, Colours, Only, Page, Style};
use crate::record::CertaintyLabel::{Certain, Possible, Probable, Uncommitted};
use crate::record::CueKind::{Attribution, Certainty};
use crate::record::Holder::{Author, Hearsay, Source};
use crate::record::Polarity::{Negative, Positive};
use crate::record::testing::record;
use crate::record::{FailureDetail, FailureRecord, Line, Record, SCHEMA};

/// An article of three paragraphs with every degree, a denial, a long sentence and a long label.
fn rumour() -> Record {
    let text = "Mogelijk gedood\n\nVolgens de Russen zou Karim Osman dood zijn. Dat meldt het persbureau Ostra, dat zich \
                beroept op een anonieme woordvoerder van het leger die er zelf niet bij was toen het kamp werd \
                gebombardeerd. Wat een week!\n\nOsman ontkent dat. Waarschijnlijk is hij in Velmo. Of hij terugkomt, is \
                onduidelijk. Niemand raakte gewond.";
    record(text)
        .sentence("Mogelijk gedood", 0, Some((Possible, Positive, Hearsay)))
        .heading()
        .cue("Mogelijk", Certainty)
        .sentence("Volgens de Russen zou Karim Osman dood zijn.", 1, Some((Possible, Positive, Source)))
        .entity("Russen", "MISC")
        .entity("Karim Osman", "PER")
        .source("de Russen")
        .cue("Volgens", Attribution)
        .cue("zou", Certainty)
        .sentence(
            "Dat meldt het persbureau Ostra, dat zich beroept op een anonieme woordvoerder van het leger die er zelf niet \
             bij was toen het kamp werd gebombardeerd.",
            1,
            Some((Certain, Positive, Source)),
        )
        .entity("Ostra", "ORG")
        .source("een anonieme woordvoerder van het leger die er zelf niet bij was toen het kamp werd gebombardeerd")
        .cue("meldt", Attribution)
        .cue("beroept op", Attribution)
        .sentence("Wat een week!", 1, None)
        .sentence("Osman ontkent dat.", 2, Some((Certain, Negative, Source)))
        .entity("Osman", "PER")
        .source("Osman")
        .cue("ontkent", Attribution)
        .sentence("Waarschijnlijk is hij in Velmo.", 2, Some((Probable, Positive, Author)))
        .entity("Velmo", "LOC")
        .cue("Waarschijnlijk", Certainty)
        .sentence("Of hij terugkomt, is onduidelijk.", 2, Some((Uncommitted, Positive, Author)))
        .cue("onduidelijk", Certainty)
        .sentence("Niemand raakte gewond.", 2, Some((Certain, Negative, Author)))
        .cue("Niemand", Certainty)
}

fn ferry() -> Record {
    let mut ferry =
        record("De veerboot vaart weer.").sentence("De veerboot vaart weer.", 0, Some((Certain, Positive, Author)));
    ferry.id = "0002_ferry".into();
    ferry
}

fn failure() -> Line {
    let error = FailureDetail {
        kind: "empty".into(),
        message: "there is no text in it; fill it".into(),
    };
    Line::Failure(FailureRecord {
        schema: SCHEMA,
        id: "x".into(),
        path: Some("a/x.txt".into()),
        error,
    })
}

fn page(lines: &[Line], style: Style, choice: Choice) -> String {
    let mut page = Page::new(style, choice);
    let shown: String = lines.iter().map(|line| page.line(line)).collect();
    shown + &page.end()
}

fn chosen(lines: &[Line], only: &[Only], names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let style = Style {
        width: 80,
        colours: Colours::None,
    };
    page(lines, style, Choice::new(only, &names))
}

/// Compares with the snapshot `name`; `STELLIG_WRITE_SNAPSHOTS=1` writes it instead, for a person to look at.
fn is_snapshot(name: &str, shown: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/terminal/snapshots")
        .join(name);
    if std::env::var_os("STELLIG_WRITE_SNAPSHOTS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, shown).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert_eq!(shown, expected, "{name}:\n{shown}");
}

#[test]
fn pages_look_as_they_did() {
    let lines = [Line::Record(rumour()), failure(), Line::Record(ferry())];
    for width in [80, 200] {
        for (colours, name) in [
            (Colours::None, "plain"),
            (Colours::Sixteen, "16"),
            (Colours::True, "true"),
        ] {
            let style = Style { width, colours };
            is_snapshot(&format!("{width}.{name}.txt"), &page(&lines, style, Choice::default()));
            let choice = Choice::new(&[Only::Uncertain], &[]);
            is_snapshot(&format!("{width}.{name}.uncertain.txt"), &page(&lines, style, choice));
        }
    }
}

#[test]
fn two_hundred_columns_are_no_wall_of_text() {
    for colours in [Colours::None, Colours::True] {
        let style = Style { width: 200, colours };
        let shown = page(&[Line::Record(rumour())], style, Choice::default());
        let line = shown.lines().find(|line| line.contains("╶")).unwrap();
        assert!(
            line.contains("Mogelijk") && line.contains("possible"),
            "the label stands beside: {line}"
        );
        let plain = Style {
            width: 200,
            colours: Colours::None,
        };
        for line in page(&[Line::Record(rumour())], plain, Choice::default()).lines() {
            let text = line.split("   ").next().unwrap();
            assert!(text.chars().count() <= 90, "{text}");
        }
    }
}

#[test]
fn what_is_left_out_is_told_and_the_sentence_before_stays() {
    let shown = chosen(&[Line::Record(rumour())], &[Only::Probable, Only::Uncommitted], &[]);
    let expected = "\
0001_osman · 2017-06 · nl

… 4 sentences

· Osman ontkent dat.
◕ Waarschijnlijk is hij in [Velmo LOC].
╰ probable (0.87) · author · cues: Waarschijnlijk
○ Of hij terugkomt, is onduidelijk.
╰ uncommitted (0.87) · author · cues: onduidelijk
… 1 sentence

2 of 8 sentences: probable or uncommitted

● certain   ◕ probable   ◑ possible   ○ uncommitted   ✗ NOT said not to hold
[name TYPE] entity   · the sentence before, without its label
A label says how certain the text puts a claim, not whether it is true.
";
    assert_eq!(shown, expected);
}

#[test]
fn kinds_that_answer_one_question_are_or_and_others_are_and() {
    let claims = |only: &[Only]| {
        let shown = chosen(&[Line::Record(rumour())], only, &[]);
        shown
            .lines()
            .filter(|line| line.starts_with(['╰', '✗']) && line.contains("(0.87)"))
            .count()
    };
    assert_eq!(claims(&[Only::Claims]), 7);
    assert_eq!(claims(&[Only::Uncertain]), 4);
    assert_eq!(claims(&[Only::Possible, Only::Probable]), 3);
    assert_eq!(claims(&[Only::Certain, Only::Negative]), 2);
    assert_eq!(claims(&[Only::Negative, Only::Source]), 1);
    assert_eq!(claims(&[Only::Negative, Only::Source, Only::Author]), 2);
    assert_eq!(claims(&[Only::Uncertain, Only::Hearsay]), 1);
    assert_eq!(claims(&[Only::Positive]), 5);
    assert_eq!(claims(&[Only::Uncommitted, Only::Negative]), 0);
}

#[test]
fn names_are_found_without_case_accents_and_the_rest_of_them() {
    let articles = [Line::Record(rumour()), Line::Record(ferry())];
    for name in ["osman", "KARIM  Ósmán", "sman"] {
        let shown = chosen(&articles, &[], &[name]);
        assert!(shown.contains("[Karim Osman PER] dood zijn"), "{name}: {shown}");
        assert!(
            !shown.contains("veerboot"),
            "an article without it is not shown: {shown}"
        );
        assert!(shown.contains("In all 2 articles, 9 sentences"), "{shown}");
    }
    let both = chosen(&articles, &[Only::Negative], &["osman"]);
    assert!(
        both.contains("\n1 of 8 sentences: said not to hold; naming “osman”\n"),
        "{both}"
    );
    let either = chosen(&articles, &[], &["velmo", "ostra"]);
    assert!(
        either.contains("Shown: 2 sentences of 1 article (naming “velmo” or “ostra”)"),
        "{either}"
    );
}

#[test]
fn nothing_to_show_says_why_and_what_may_have_been_meant() {
    let articles = [Line::Record(rumour()), Line::Record(ferry())];
    for (only, name, said) in [
        (
            vec![],
            Some("Ossman"),
            "none of 9 sentences in 2 articles names “Ossman”. No entity has this name; did you mean “Osman”?",
        ),
        (vec![], Some("Quisling"), "names “Quisling”. No entity has this name."),
        (
            vec![],
            Some("veerboot"),
            "No entity has this name; it stands in 1 sentence, where no entity is marked.",
        ),
        (
            vec![Only::Uncommitted, Only::Negative],
            None,
            "none of 9 sentences in 2 articles is uncommitted, said not to hold.",
        ),
        (vec![Only::Probable], Some("osman"), "is probable and names “osman”."),
    ] {
        let names: Vec<&str> = name.into_iter().collect();
        let shown = chosen(&articles, &only, &names).replace('\n', " ");
        assert!(shown.starts_with("Nothing to show: "), "{shown}");
        assert!(shown.contains(said), "{said}: {shown}");
    }
}

#[test]
fn a_name_that_is_not_marked_everywhere_is_told() {
    let text = "Osman is terug. Ook osman zwijgt. Osmanen niet.";
    let article = record(text)
        .sentence("Osman is terug.", 0, Some((Certain, Positive, Author)))
        .entity("Osman", "PER")
        .sentence("Ook osman zwijgt.", 0, Some((Certain, Positive, Author)))
        .sentence("Osmanen niet.", 0, None);
    let shown = chosen(&[Line::Record(article)], &[], &["Osman"]);
    assert!(
        shown.contains("\nThe name also stands in 1 sentence where no entity is marked by it.\n"),
        "{shown}"
    );
}

#[test]
fn names_are_found_as_a_page_shows_them() {
    let text = "<b>M</b>ax Verstappen wint van Jos&eacute; Ram&oacute;n <a href='https://example.org'>Diaz</a>.";
    let article = record(text)
        .sentence(&text[3..text.len()], 0, Some((Certain, Positive, Author)))
        .entity("M</b>ax Verstappen", "PER")
        .entity("Jos&eacute; Ram&oacute;n <a href='https://example.org'>Diaz", "PER");
    let articles = [Line::Record(article)];
    for (name, is_named) in [
        ("max verstappen", true),
        ("jose ramon diaz", true),
        ("example.org", false),
        ("eacute", false),
    ] {
        let shown = chosen(&articles, &[], &[name]);
        assert_eq!(!shown.starts_with("Nothing to show: "), is_named, "{name}: {shown}");
    }
    let shown = chosen(&articles, &[], &[]);
    assert!(shown.contains("José Ramón Diaz") && !shown.contains("<b>"), "{shown}");
    let near = chosen(&articles, &[], &["Max Verstapen"]).replace('\n', " ");
    assert!(near.contains("did you mean “Max Verstappen”?"), "{near}");
}

#[test]
fn failures_alone_need_no_legend() {
    let shown = chosen(&[failure(), failure()], &[], &[]);
    let one = "not labelled: a/x.txt: there is no text in it; fill it\n";
    assert_eq!(shown, format!("{one}\n{one}"));
}
