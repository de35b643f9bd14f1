use super::*;
use crate::label::Scheme;

const LABELS: [&str; 7] = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"];
const AGREEMENT: Agreement = Agreement {
    share: 0.8,
    prior: 1.0,
    reach: 3,
};

fn decoder() -> Decoder {
    Decoder::new(Scheme::iob2(&LABELS.map(str::to_owned)).unwrap())
}

/// A row with `p` on `label` and the rest spread evenly over "O" and the labels of the same place in a name.
fn row(label: &str, p: f64) -> Vec<f64> {
    let other = |own: &str| label == "O" || own == "O" || own[..1] == label[..1];
    let others = LABELS.iter().filter(|own| other(own)).count() - 1;
    let value = |own: &&str| match *own {
        own if own == label => p,
        own if other(own) => (1.0 - p) / others as f64,
        _ => 0.0,
    };
    LABELS.iter().map(value).collect()
}

fn sentence<'t>(words: &[(&'t str, &str, f64)]) -> Mentions<'t> {
    let values = words.iter().flat_map(|(_, label, p)| row(label, *p)).collect();
    Mentions {
        words: words.iter().map(|(word, ..)| *word).collect(),
        rows: Rows::of_values(values, LABELS.len()),
    }
}

fn labels_in(language: &str, article: &mut [Mentions<'_>], agreement: Agreement) -> Vec<Vec<&'static str>> {
    let best = agreement.settle(&decoder(), Some(language), article);
    for row in article.iter().flat_map(|sentence| sentence.rows.iter()) {
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{row:?}");
    }
    best.iter()
        .map(|best| best.iter().map(|&label| LABELS[label]).collect())
        .collect()
}

fn labels(article: &mut [Mentions<'_>]) -> Vec<Vec<&'static str>> {
    labels_in("nl", article, AGREEMENT)
}

#[test]
fn a_doubtful_mention_follows_the_sure_ones() {
    let mut article = [
        sentence(&[("Osman", "B-PER", 0.98), ("vertrok", "O", 0.99)]),
        sentence(&[("OSMAN", "B-LOC", 0.5)]),
        sentence(&[]),
        sentence(&[("Osman", "O", 0.3), ("zweeg", "O", 0.99), ("Osman", "B-LOC", 0.5)]),
    ];
    assert_eq!(
        labels(&mut article),
        [vec!["B-PER", "O"], vec!["B-PER"], vec![], vec!["B-PER", "O", "B-PER"]]
    );
}

#[test]
fn a_full_name_speaks_for_the_last_one() {
    let last = || sentence(&[("Osman", "B-LOC", 0.5)]);
    assert_eq!(labels(&mut [last()]), [["B-LOC"]]);
    let full = sentence(&[("Karim", "B-PER", 0.99), ("Osman", "I-PER", 0.99)]);
    assert_eq!(labels(&mut [full, last()])[1], ["B-PER"]);
}

#[test]
fn a_name_is_one_however_it_is_spelled_in_bytes() {
    for other in ["Mun\u{303}oz", "Mu\u{ad}ñoz", "\u{200b}Muñoz"] {
        let mut words = [
            sentence(&[("Muñoz", "B-PER", 0.98)]),
            sentence(&[("gaf", "O", 0.99), (other, "B-LOC", 0.5)]),
        ];
        assert_eq!(labels(&mut words)[1], ["O", "B-PER"], "{other:?}");
        let full = sentence(&[("Ana", "B-PER", 0.99), (other, "I-PER", 0.99)]);
        assert_eq!(labels(&mut [full, sentence(&[("Muñoz", "B-LOC", 0.5)])])[1], ["B-PER"]);
    }
}

#[test]
fn names_of_several_words_agree() {
    let name = |kind: [&'static str; 2], p| sentence(&[("Vrij", kind[0], p), ("Noord", kind[1], p)]);
    let mut article = [name(["B-ORG", "I-ORG"], 0.98), name(["B-LOC", "I-LOC"], 0.5)];
    assert_eq!(labels(&mut article), [["B-ORG", "I-ORG"], ["B-ORG", "I-ORG"]]);
}

#[test]
fn what_hears_nobody_stays_as_it_is_to_the_bit() {
    let mut article = [
        sentence(&[("Zweden", "B-LOC", 0.6), ("won", "O", 0.7)]),
        sentence(&[("won", "B-LOC", 0.6)]),
        sentence(&[("Gisteren", "O", 0.7)]),
        sentence(&[("Tja", "O", 0.7)]),
        sentence(&[("gisteren", "O", 0.7)]),
        sentence(&[("Zweden", "B-PER", 0.7)]),
    ];
    let before: Vec<Rows> = article.iter().map(|sentence| sentence.rows.clone()).collect();
    assert_eq!(labels(&mut article)[0], ["B-LOC", "O"]);
    for (sentence, before) in article.iter().zip(&before) {
        assert_eq!(&sentence.rows, before, "{:?}", sentence.words);
    }
}

#[test]
fn sure_mentions_that_differ_both_stand() {
    let mut article = [
        sentence(&[("Washington", "B-PER", 1.0)]),
        sentence(&[("Washington", "B-LOC", 1.0)]),
    ];
    assert_eq!(labels(&mut article), [["B-PER"], ["B-LOC"]]);
}

#[test]
fn an_acronym_is_no_question_word() {
    let mut article = [
        sentence(&[("WHO", "B-ORG", 0.95), ("warned", "O", 0.99)]),
        sentence(&[("And", "O", 0.99), ("Who", "O", 0.99)]),
        sentence(&[("And", "O", 0.99), ("Who", "O", 0.99)]),
    ];
    let before = article[0].rows.clone();
    assert_eq!(labels(&mut article)[0], ["B-ORG", "O"]);
    assert_eq!(article[0].rows, before);
    // In a headline of capitals every word may be another one's.
    let mut headline = [
        sentence(&[("IRAN", "O", 0.4), ("VOTES", "O", 0.99)]),
        sentence(&[("Iran", "B-LOC", 0.99), ("votes", "O", 0.99)]),
    ];
    assert_eq!(labels(&mut headline)[0], ["B-LOC", "O"]);
}

#[test]
fn a_word_that_opens_sentences_is_no_part_of_a_name() {
    let opening = || sentence(&[("De", "O", 0.995), ("dag", "O", 0.99)]);
    let mut article = [
        sentence(&[
            ("Jan", "B-PER", 0.9),
            ("De", "I-PER", 0.9),
            ("Jong", "I-PER", 0.9),
            ("de", "O", 0.9),
        ]),
        opening(),
        opening(),
        opening(),
    ];
    assert_eq!(labels(&mut article)[0], ["B-PER", "I-PER", "I-PER", "O"]);
}

#[test]
fn reach_ends_and_may_be_any_number() {
    let plain = || sentence(&[("daarna", "O", 0.99)]);
    let name = |label, p| sentence(&[("Osman", label, p)]);
    let far = || [name("B-LOC", 0.5), plain(), plain(), plain(), name("B-PER", 0.98)];
    let with = |reach| {
        let agreement = Agreement { reach, ..AGREEMENT };
        labels_in("nl", &mut far(), agreement)[0][0]
    };
    assert_eq!([0, 3, 4, usize::MAX].map(with), ["B-LOC", "B-LOC", "B-PER", "B-PER"]);
}

#[test]
fn a_german_genitive_is_the_same_name() {
    let article = || {
        [
            sentence(&[("bei", "O", 0.99), ("Osman", "B-PER", 0.98)]),
            sentence(&[("mit", "O", 0.99), ("Osmans", "B-LOC", 0.4)]),
        ]
    };
    assert_eq!(labels_in("de", &mut article(), AGREEMENT)[1], ["O", "B-PER"]);
    assert_eq!(labels_in("nl", &mut article(), AGREEMENT)[1], ["O", "B-LOC"]);
    assert_eq!(
        [nominative("osmans"), nominative("ross"), nominative("osman")],
        [Some("osman"), None, None]
    );
}
