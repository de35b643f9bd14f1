use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::article::Article;
use crate::document::Document;

fn sentences(text: &str) -> Vec<String> {
    let text = text.to_owned();
    let document = Document::new(
        Article {
            text,
            ..Article::default()
        },
        Some("nl"),
    );
    let slices = document.sentences.iter().map(|s| s.span.slice(&document.article.text));
    slices.map(str::to_owned).collect()
}

#[test]
fn tags_of_html_are_passed_over_and_nothing_else() {
    for (text, want) in [
        ("<p>Een.</p>\n<P class=\"a>b\">Twee.</P>", "\n\nEen.\n\n\n\n\nTwee.\n\n"),
        ("een<br>twee<br />\ndrie<BR/>\r\nvier", "een\ntwee\ndrie\nvier"),
        ("<td>een</td><td>twee</td>", "\teen\t\ttwee\t"),
        (
            "<b>Jan</b>sen, <a href='x' data-y=\"é > è\">Piet</a><o:p></o:p>",
            "Jansen, Piet",
        ),
        ("a<!-- wp:p é --><script>x = '<p>';</Script ><STYLE>p{}</STYLE>b", "ab"),
        ("<!DOCTYPE html><?xml version=\"1.0\"?>a", "\n\n\n\na"),
        ("<p\n class=x\n>a", "\n\na"),
        ("a<!-->b<!---->c<!-- d --!>e<!-- f -->", "abce"),
        ("a<![if !x]>1.<![endif]><?xml:namespace prefix = o />b", "a1.b"),
        ("<![CDATA[<b>a</b> [1]]]> ]]>", "a [1] ]]>"),
    ] {
        assert_eq!(read(text), want, "{text}");
    }
    for text in [
        "a < b en c > d",
        "<unknown>",
        "<jan@b.nl>, <a@b.nl>, <https://b.nl/>",
        "<p-x> <bb> </> <",
        "x <b\n\nen > y",
        "<!-- niet dicht",
        "<!1> <?> <!a",
        "<p <",
        "<b",
    ] {
        assert_eq!(Reading::of(text), None, "{text}");
    }
    // What is never closed hides nothing but its own tag.
    assert_eq!(read("<script>een <p title=\"twee"), "een <p title=\"twee");
}

#[test]
fn drawings_are_not_read_and_formulas_are() {
    for (text, want) in [
        ("a<svg width='1'><g id=\"Facebook\"><path d='M0'/></g></SVG>b", "ab"),
        ("a<svg class=x /><svg/>b</svg>c", "abc"),
        ("a <math><mi>E</mi><annotation>{\\rm E}</annotation></math> b", "a E b"),
    ] {
        assert_eq!(read(text), want, "{text}");
    }
}

#[test]
fn a_line_of_tags_and_a_break_with_its_line_end_are_one_line_end() {
    for text in [
        "een<br>\ntwee",
        "een\n<br>twee",
        "een\r\n<br>\r\ntwee",
        "een<br></b>\ntwee",
        "een<br> <!-- x -->\ntwee",
        "een<br>&nbsp;\ntwee",
        "een\n<!-- x -->\ntwee",
        "een\n \t<b>\n<i>\ntwee",
        "een\n<b>\n<br>\n</b>\ntwee",
        "een\n<script>\nx\n</script>\ntwee",
    ] {
        let read = read(text);
        assert_eq!(read.lines().count(), 2, "{text:?}: {read:?}");
        assert_eq!(read.split_whitespace().collect::<String>(), "eentwee");
    }
    for text in [
        "een\n\ntwee<b>",
        "een<br>\n<br>\ntwee",
        "een\n<br><br>\ntwee",
        "een<br>\n\ntwee",
        "een\n\n<!-- x -->\ntwee",
        "een\n<!-- x -->\n\ntwee",
        // Editors make room with it.
        "een\n<b>&nbsp;</b>\ntwee",
    ] {
        let read = read(text);
        assert_eq!(read.lines().count(), 3, "{text:?}: {read:?}");
    }
}

#[test]
fn what_a_title_opens_hides_nothing_of_the_text() {
    for (text, want) in [
        (
            "Waarom <script> traag is\n\n<p>Een.</p><script>x</script>",
            "Waarom  traag is\n\n\n\nEen.\n\n",
        ),
        (
            "Waarom <!-- werkt\n\nEen.<!-- wp:p -->\n\nTwee.<!-- x",
            "Waarom <!-- werkt\n\nEen.\n\nTwee.<!-- x",
        ),
        (
            "<SVG> is goed\n\n<p>Een.</p><svg><path/></svg>",
            " is goed\n\n\n\nEen.\n\n",
        ),
        (
            "Kop\nen <!-- nog een\n\nEen.<!-- wp:p -->\n\nTwee.",
            "Kop\nen <!-- nog een\n\nEen.\n\nTwee.",
        ),
        ("Een <!-- x --> twee\n\ndrie", "Een  twee\n\ndrie"),
        // A text without a title.
        (
            "<p>Een.</p><script>\n\nx = [];\n</script><p>Twee.</p>",
            "\n\nEen.\n\n\n\nTwee.\n\n",
        ),
        // Elsewhere it ends where it ends.
        ("<style>\n\np {}\n</style>een", "een"),
        ("een <!-- x\ny\n\n-->twee", "een twee"),
        ("een\n\ntwee<script>\n\n</script>", "een\n\ntwee"),
    ] {
        assert_eq!(read(text), want, "{text}");
    }
}

#[test]
fn references_are_the_characters_that_they_name() {
    for (text, want) in [
        (
            "&quot;Caf&eacute;&quot; &amp; &#8217;&#x2019;&#X2019;",
            "\"Café\" & ’’’",
        ),
        (
            "&nbsp;&iexcl;&yuml;&szlig;&euro;&thinsp;&#147;&#10;",
            "\u{a0}¡ÿß€\u{2009}“\n",
        ),
        (
            "Ceau&scedil;escu, Wa&lstrok;&eogon;sa, &Omega; &ge; 2 &AMP; 3",
            "Ceauşescu, Wałęsa, Ω ≥ 2 & 3",
        ),
        // What it names is text, and no HTML.
        ("&lt;p&gt; &amp;quot;", "<p> &quot;"),
    ] {
        assert_eq!(read(text), want, "{text}");
    }
    for text in [
        "AT&T; a&b",
        "&eacute &onbekend; &;",
        "&#0; &#27; &#xD800; &#x110000; &#+65; &#; &#x;",
    ] {
        assert_eq!(Reading::of(text), None, "{text}");
    }
}

#[test]
fn examples_are_read_as_they_are() {
    for folder in ["examples/articles", "examples/rumour"] {
        for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            assert_eq!(Reading::of(&text), None);
        }
    }
}

#[test]
fn sentences_end_where_they_end_on_the_page() {
    for (text, want) in [
        (
            "<p>Hij werd <b>boos.</b></p><p>Volgens de politie klopt het.</p>",
            &["Hij werd <b>boos.", "Volgens de politie klopt het."][..],
        ),
        (
            "Het is <b>klaar.</b> De rest volgt.",
            &["Het is <b>klaar.", "De rest volgt."],
        ),
        (
            "<em>Hij is \"boos\".</em> De rest volgt.",
            &["Hij is \"boos\".", "De rest volgt."],
        ),
        (
            "Het is uitgesteld.<br><br>Volgens hem wel.",
            &["Het is uitgesteld.", "Volgens hem wel."],
        ),
        (
            "&quot;Wij gaan.&quot; Dat zei hij.",
            &["&quot;Wij gaan.&quot;", "Dat zei hij."],
        ),
        (
            "&#8216;Onzin.&#8217; De rest volgt.",
            &["&#8216;Onzin.&#8217;", "De rest volgt."],
        ),
        (
            "Er is geen geld.&nbsp;De rest volgt.",
            &["Er is geen geld.", "De rest volgt."],
        ),
    ] {
        assert_eq!(sentences(text), want, "{text}");
    }
}

#[test]
fn a_title_with_html_is_the_title() {
    let title = "Brug &amp; <i>tunnel</i> dicht";
    let document = Document::new(
        Article {
            text: format!("{title}\n\n<p>De brug is dicht.</p>"),
            title: Some(Span::new(0, title.len())),
            ..Article::default()
        },
        Some("nl"),
    );
    let found: Vec<_> = document
        .sentences
        .iter()
        .map(|s| (s.span.slice(&document.article.text), s.heading))
        .collect();
    assert_eq!(found, [(title, true), ("De brug is dicht.", false)]);
}

#[test]
fn what_holds_nothing_but_tags_is_blank() {
    assert!(
        [
            "",
            " \n",
            "<p>&nbsp;</p>\n",
            " <img src=x>",
            "\u{200b}<p></p>",
            " \u{ad}&shy;"
        ]
        .iter()
        .all(|text| is_blank(text))
    );
    assert!(!["a", "<p>a", "&amp;", "<x>"].iter().any(|text| is_blank(text)));
}

#[test]
fn time_grows_with_length_only() {
    for part in [
        "<!-- ",
        "<script>",
        "<p a=\"<p b='",
        "<p ",
        "&",
        "<p>",
        "<script></script <",
        "<br>  ",
        "<b>\n",
        "<svg>",
        "<![CDATA[",
    ] {
        let text = part.repeat(1_000_000 / part.len());
        let begun = std::time::Instant::now();
        Reading::of(&text);
        // As a title.
        Reading::of(&format!("x{text}\n\n--></script></svg>"));
        assert!(begun.elapsed().as_secs() < 5, "{part}");
    }
}

/// Pieces of HTML, of what looks like it, and of text.
const HTML: &str = "(<b>|</b>|<p>|</p>|<br>|<br>\n|<td>|<a title=\"é > è\">|<!-- é -->|<script>é</script>|<svg>|\n|&eacute;|&quot;|&nbsp;\
|&shy;|&#8217;|<x>|<|&|;|\"|\u{ad}|\u{200b}|é|e\u{301}|🇳🇱|Jan|de man|\\. | |\r\n|\\PC){0,30}";

proptest! {
    #[test]
    fn every_place_of_the_reading_is_one_of_the_text_and_back(text in HTML) {
        let Some(reading) = Reading::of(&text) else { return Ok(()) };
        let mut last = 0;
        for (at, c) in reading.text.char_indices() {
            let one = Span::new(at, at + c.len_utf8());
            let place = reading.in_text(one);
            prop_assert!(text.get(place.start..place.end).is_some_and(|slice| !slice.is_empty()));
            // A blank line stands for one tag.
            if c != '\n' {
                prop_assert!(place.start >= last);
                prop_assert_eq!(reading.in_reading(place), one);
            }
            last = place.end;
        }
        // A text that has none of it is read as it is.
        let plain = text.replace(['<', '&'], "");
        prop_assert_eq!(Reading::of(&plain), None);
    }

    #[test]
    fn sentences_hold_all_that_is_read_and_no_tag_at_their_edges(text in HTML) {
        let article = Article { text: text.clone(), ..Article::default() };
        let document = Document::new(article, Some("nl"));
        let mut read = Vec::new();
        let mut last = 0;
        for sentence in &document.sentences {
            let span = sentence.span;
            prop_assert!(last <= span.start && text.get(span.start..span.end).is_some());
            let own = document.in_reading(span);
            prop_assert_eq!(document.in_text(own), span);
            read.push(own.slice(document.read()));
            last = span.end;
        }
        let without_blanks = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(without_blanks(&read.concat()), without_blanks(document.read()));
    }
}
