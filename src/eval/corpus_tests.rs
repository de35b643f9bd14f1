//! Tests of the corpus reader: what a document becomes, and that every slip is named with its line.

use std::io::Write;

use super::*;
use crate::eval::SpanKind;

const TEXT: &str = "\
#doc d-1 | 2020-01-02 | floods | press agency
CT+ author\tDijk breekt bij <LOC>Ommel</LOC>
PS+ hearsay\tEr <h>zouden</h> drie wegen dicht zijn.
#p
none\tWat nu
#p
CT- source\t<s><PER>Ina Vos</PER></s> <c><h>ontkent</h></c> het.
CT+ author\tHet regent.

#doc d-2 | - | - | daily | single
none\tTja.
U+ author\tHet is <h>onduidelijk</h>.
";

#[test]
fn documents_paragraphs_and_headings() {
    let documents = parse("nl.x.txt", Some("nl".into()), TEXT).unwrap();
    assert_eq!(documents.len(), 2);
    let shape: Vec<_> = documents[0]
        .sentences
        .iter()
        .map(|s| (s.paragraph, s.heading))
        .collect();
    assert_eq!(shape, [(0, true), (1, false), (2, true), (3, false), (3, false)]);
    assert_eq!(documents[0].sentences[0].spans[0].kind, SpanKind::Entity("LOC".into()));
    assert_eq!(documents[0].sentences[3].label.unwrap().factuality().as_str(), "CT-");

    let whole = documents[0].documents();
    assert_eq!(whole.len(), 1);
    let joined =
        "Dijk breekt bij Ommel\n\nEr zouden drie wegen dicht zijn.\n\nWat nu\n\nIna Vos ontkent het. Het regent.";
    assert_eq!(whole[0].text, joined);
    assert!(whole[0].context && whole[0].language.as_deref() == Some("nl"));

    let alone = documents[1].documents();
    assert_eq!(
        alone.iter().map(|d| d.text.as_str()).collect::<Vec<_>>(),
        ["Tja.", "Het is onduidelijk."]
    );
    assert!(alone.iter().all(|d| !d.context && !d.sentences[0].heading));
}

#[test]
fn a_first_line_of_running_text_is_no_title() {
    let text = "#doc d | - | - | -\nCT+ author\tDe dijk brak.\nCT+ author\tHet regent.\n";
    let documents = parse("x.txt", None, text).unwrap();
    assert!(documents[0].sentences.iter().all(|s| !s.heading && s.paragraph == 0));
}

#[test]
fn a_file_without_tags_is_untagged() {
    let text = "#doc d | - | - | -\nCT+ author\tDe dijk brak.\n";
    assert!(!parse("x.txt", None, text).unwrap()[0].tagged);
    assert!(
        parse("x.txt", None, TEXT).unwrap()[1].tagged,
        "one tag anywhere marks the file"
    );
}

#[test]
fn errors_name_file_and_line() {
    let message = |body: &str| parse("x.txt", None, body).unwrap_err().to_string();
    let inside = |line: &str| message(&format!("#doc d | - | - | -\n{line}\n"));
    assert!(inside("CT+ author De dijk brak.").starts_with("x.txt:2: expected `LABEL<TAB>TEXT`"));
    assert!(inside("CT author\tDe dijk brak.").starts_with("x.txt:2: `CT author` is no label"));
    assert_eq!(
        inside("none\t<s>a <c>b</s></c>"),
        "x.txt:2: </s> closes <c>; tags may not cross"
    );
    assert!(inside("none\t a").starts_with("x.txt:2: the text is empty"));
    assert!(inside("none\t").starts_with("x.txt:2: the text is empty"));
    assert!(inside("#q").starts_with("x.txt:2: expected"));
    assert_eq!(
        message("none\ta\n"),
        "x.txt:1: it belongs to no document; a `#doc` line is missing"
    );
    let after_blank = "#doc d | - | - | -\nnone\ta\n\nnone\tb\n";
    assert_eq!(
        message(after_blank),
        "x.txt:4: it belongs to no document; a `#doc` line is missing"
    );
    assert!(message("#doc d | - | -\nnone\ta\n").starts_with("x.txt:1: expected `#doc ID"));
    assert!(message("#doc d | - | - | - | joined\n").starts_with("x.txt:1: expected `#doc ID"));
    assert_eq!(
        message("#doc d | - | - | single\nnone\ta\n"),
        "x.txt:1: `single` is the fifth field: `#doc ID | date | topic | outlet | single`"
    );
    assert_eq!(message("#doc d | - | - | -\n"), "x.txt: document d has no sentence");
    assert_eq!(message(""), "x.txt: no `#doc` in it");
    let twice = "#doc d | - | - | -\nnone\ta\n\n#doc d | - | - | -\nnone\tb\n";
    assert_eq!(message(twice), "x.txt:4: document d stands twice in this file");
}

#[test]
fn the_written_corpus_reads() {
    let data =
        std::env::var("STELLIG_DATA").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").into());
    let Ok(folder) = std::fs::read_dir(format!("{data}/corpus")) else {
        // Where it is seen: what macros print is kept from whoever runs the tests.
        let said = format!("SKIPPED: no corpus under {data}; set STELLIG_DATA\n");
        let _ = std::io::stderr().write_all(said.as_bytes());
        return;
    };
    let (mut documents, mut sentences) = (0, 0);
    for path in folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
    {
        let text = crate::eval::read_text(&path).unwrap();
        let parsed = parse(&path.to_string_lossy(), None, &text).unwrap();
        documents += parsed.len();
        sentences += parsed.iter().map(|document| document.sentences.len()).sum::<usize>();
    }
    assert_eq!((documents, sentences), (375, 6196));
}
