//! Models of others through the program: named as a folder or on the Hub, beside the one that ships, described and
//! converted.

#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

#[cfg(feature = "hub")]
mod fake_hub;
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

const TEXT: &str = "Burgemeester Pieter Okkels van Drachten zou vertrekken. \"Onzin\", zei Anna de Wit.";

fn fixture(name: &str) -> PathBuf {
    support::path("tests/fixtures/hub").join(name)
}

/// The program with an empty cache in `home` and no Hub to be reached.
fn stellig(home: &Path, arguments: &[&str]) -> Output {
    let mut command = support::program();
    command
        .env("HF_HOME", home)
        .env(
            "HF_ENDPOINT",
            fs::read_to_string(home.join("endpoint")).unwrap_or("http://127.0.0.1:9".into()),
        )
        .args(arguments);
    command.output().unwrap()
}

/// An empty home, and one article in it.
fn home() -> (tempfile::TempDir, String) {
    let home = tempfile::tempdir().unwrap();
    let article = home.path().join("a.txt");
    fs::write(&article, TEXT).unwrap();
    (home, article.to_str().unwrap().to_owned())
}

fn record(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", errors(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Labels the article with `arguments`, and with the model that ships from its folder where they do not say otherwise.
fn label(home: &Path, article: &str, arguments: &[&str]) -> Output {
    let shipped = support::path("models/news-small");
    let mut all = vec!["label", "--quiet", "--language", "nl", article];
    all.extend(arguments);
    if !arguments.contains(&"--model") {
        all.extend(["--model", shipped.to_str().unwrap()]);
    }
    stellig(home, &all)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn entities_of_one_model_and_claims_of_another() {
    let (home, article) = home();
    let shipped = record(&label(home.path(), &article, &[]));
    let other = fixture("bert-token");
    let alone = record(&label(home.path(), &article, &["--model", text(&other)]));
    let both = record(&label(home.path(), &article, &["--entity-model", text(&other)]));

    assert_eq!(both["entities"], alone["entities"]);
    assert_ne!(both["entities"], shipped["entities"]);
    assert_eq!(both["sentences"], shipped["sentences"]);
    assert!(both["models"]["entities"].as_str().unwrap().starts_with("bert-token@"));
    assert_eq!(both["models"]["claims"], shipped["models"]["claims"]);
    // A model alone gives what it can and nothing else.
    assert_eq!(alone["models"]["claims"], Value::Null);
    assert!(
        alone["sentences"]
            .as_array()
            .unwrap()
            .iter()
            .all(|sentence| sentence["claim"].is_null())
    );
}

#[test]
fn classes_of_a_sequence_classifier_stand_beside_entities() {
    let (home, article) = home();
    let shipped = record(&label(home.path(), &article, &[]));
    let classifier = fixture("roberta-sequence");
    let both = record(&label(home.path(), &article, &["--claim-model", text(&classifier)]));
    assert_eq!(both["entities"], shipped["entities"]);
    for sentence in both["sentences"].as_array().unwrap() {
        let scores = sentence["classes"]["scores"].as_object().unwrap();
        assert_eq!(scores.keys().collect::<Vec<_>>(), ["politics", "sport", "economy"]);
        let best = sentence["classes"]["label"].as_str().unwrap();
        assert!(scores.values().all(|score| score.as_f64() <= scores[best].as_f64()));
        assert!(sentence["claim"].is_null());
    }
}

#[test]
fn types_are_mapped_and_the_models_own_are_kept() {
    let (home, article) = home();
    let record = record(&label(
        home.path(),
        &article,
        &["--model", text(&fixture("deberta-v2-token"))],
    ));
    let entities = record["entities"].as_array().unwrap();
    assert!(!entities.is_empty());
    for entity in entities {
        let wanted = match entity["type"].as_str().unwrap() {
            "PERSON" => "PER",
            "GPE" => "LOC",
            "DATE" => "DATE",
            other => panic!("{other}"),
        };
        assert_eq!(entity["label"], wanted);
    }
}

#[test]
fn what_a_model_cannot_do_is_said() {
    let (home, article) = home();
    let (token, sequence) = (fixture("bert-token"), fixture("bert-sequence"));
    let cases: [(&[&str], &str); 3] = [
        (&["--claim-model", text(&token)], "has no head for that"),
        (&["--entity-model", text(&sequence)], "has no head for that"),
        (&["--model", "./nowhere"], "no such model folder"),
    ];
    for (arguments, want) in cases {
        let output = label(home.path(), &article, arguments);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
        assert!(errors(&output).contains(want), "{}", errors(&output));
    }
}

#[test]
fn a_converted_and_a_cut_model_give_the_same_labels() {
    let (home, article) = home();
    let from = fixture("xlm-roberta-token");
    let whole = home.path().join("whole");
    let output = stellig(home.path(), &["models", "convert", text(&from), "--to", text(&whole)]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let again = stellig(home.path(), &["models", "convert", text(&from), "--to", text(&whole)]);
    assert_eq!(again.status.code(), Some(1));
    assert!(errors(&again).contains("already"), "{}", errors(&again));

    // The same weights in two files with an index.
    let cut = home.path().join("cut");
    fs::create_dir(&cut).unwrap();
    for name in ["config.json", "tokenizer.json"] {
        fs::copy(from.join(name), cut.join(name)).unwrap();
    }
    let device = candle_core::Device::Cpu;
    let tensors = candle_core::safetensors::load(from.join("model.safetensors"), &device).unwrap();
    let (mut parts, mut index) = (
        [std::collections::HashMap::new(), std::collections::HashMap::new()],
        Vec::new(),
    );
    for (number, (name, tensor)) in tensors.into_iter().enumerate() {
        index.push(format!("\"{name}\":\"part-{}.safetensors\"", number % 2));
        parts[number % 2].insert(name, tensor);
    }
    for (number, part) in parts.iter().enumerate() {
        candle_core::safetensors::save(part, cut.join(format!("part-{number}.safetensors"))).unwrap();
    }
    let index = format!("{{\"weight_map\":{{{}}}}}", index.join(","));
    fs::write(cut.join("model.safetensors.index.json"), index).unwrap();

    let entities =
        |folder: &Path| record(&label(home.path(), &article, &["--model", text(folder)]))["entities"].clone();
    let want = entities(&from);
    assert!(!want.as_array().unwrap().is_empty());
    assert_eq!(entities(&whole), want);
    assert_eq!(entities(&cut), want);
}

/// The weights that ship are f16 on the disk; f32 holds the same values, bf16 does not.
#[test]
fn the_number_type_on_the_disk_changes_no_label() {
    let (home, article) = home();
    let shipped = support::path("models/news-small");
    let want = record(&label(home.path(), &article, &[]));
    let plain = |record: &Value| {
        let mut entities = record["entities"].clone();
        let spans = entities.as_array_mut().unwrap();
        spans.iter_mut().for_each(|entity| entity["score"] = Value::Null);
        let sentences = record["sentences"].as_array().unwrap().iter();
        let judged: Vec<Value> = sentences.map(|sentence| sentence["factuality"].clone()).collect();
        (entities, judged)
    };
    for dtype in ["f32", "bf16"] {
        let to = home.path().join(dtype);
        let arguments = ["models", "convert", text(&shipped), "--to", text(&to), "--dtype", dtype];
        let output = stellig(home.path(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        let got = record(&label(home.path(), &article, &["--model", text(&to)]));
        if dtype == "f32" {
            assert_eq!(
                (&got["sentences"], &got["entities"]),
                (&want["sentences"], &want["entities"])
            );
        }
        assert_eq!(plain(&got), plain(&want), "{dtype}");
    }
}

#[test]
fn the_openly_licensed_model_labels_all() {
    let (home, article) = home();
    let open = support::path("models/news-small-open");
    let found = record(&label(home.path(), &article, &["--model", text(&open)]));
    assert_eq!(found["sentences"][0]["factuality"], "PS+", "{found}");
    assert_eq!(found["sentences"][0]["holder"]["label"], "hearsay", "{found}");
    let names: Vec<_> = found["entities"].as_array().unwrap().iter().collect();
    assert!(
        names
            .iter()
            .any(|name| name["label"] == "PER" && name["text"] == "Anna de Wit"),
        "{found}"
    );
    let output = stellig(home.path(), &["models", "info", text(&open)]);
    assert!(String::from_utf8(output.stdout).unwrap().contains("cc-by-sa-4.0"));
}

#[test]
fn a_model_is_described() {
    let (home, _) = home();
    let shipped = support::path("models/news-small");
    let output = stellig(home.path(), &["models", "info", text(&shipped)]);
    let shown = String::from_utf8(output.stdout).unwrap();
    for part in [
        "news-small@",
        "modernbert",
        "24,000 pieces",
        "PER ORG LOC MISC",
        "nl en de fr es it",
        "research-only",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let other = fixture("deberta-v2-token");
    let found = record(&stellig(home.path(), &["models", "info", text(&other), "--json"]));
    assert_eq!(found["family"], "deberta-v2");
    assert_eq!(found["heads"][0]["types"][0][1], "PER");
}

#[test]
fn eval_scores_what_a_model_marks_and_nothing_else() {
    let (home, _) = home();
    let gold = home.path().join("gold.tsv");
    fs::write(&gold, "Jan\tB-PERSON\nwoont\tO\n.\tO\n\n").unwrap();
    let eval = |model: &str, arguments: &[&str]| {
        let mut all = vec!["eval".to_owned(), text(&gold).to_owned()];
        all.extend(["--model".to_owned(), text(&fixture(model)).to_owned()]);
        all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        stellig(home.path(), &all.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let refused = eval("bert-sequence", &[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        errors(&refused).contains("the model marks no entities"),
        "{}",
        errors(&refused)
    );
    // It has PERSON, GPE and DATE.
    let known = eval("deberta-v2-token", &["--types", "PERSON, LOC"]);
    assert_eq!(known.status.code(), Some(0), "{}", errors(&known));
    let refused = eval("deberta-v2-token", &["--types", "ORG"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        errors(&refused).contains("but DATE, LOC, PERSON"),
        "{}",
        errors(&refused)
    );
}

#[cfg(feature = "hub")]
mod hub {
    use super::*;
    use fake_hub::{FakeHub, Repo};

    /// A home whose Hub has `acme/ner`.
    fn with_hub() -> (FakeHub, tempfile::TempDir, String) {
        let (home, article) = home();
        let hub = FakeHub::with(Repo::of_folder("acme/ner", &fixture("bert-token")));
        fs::write(home.path().join("endpoint"), &hub.url).unwrap();
        (hub, home, article)
    }

    #[test]
    fn a_name_on_the_hub_is_fetched_once_and_labels_as_its_folder_does() {
        let (hub, home, article) = with_hub();
        let first = record(&label(home.path(), &article, &["--model", "acme/ner"]));
        assert!(hub.count("GET", "model.safetensors") > 0);
        hub.forget();
        let second = record(&label(home.path(), &article, &["--entity-model", "acme/ner"]));
        assert_eq!(hub.requests().len(), 0);
        let folder = record(&label(
            home.path(),
            &article,
            &["--model", text(&fixture("bert-token"))],
        ));
        assert_eq!(first["models"]["entities"], "acme/ner@0123456789ab");
        assert_eq!(
            (&first["entities"], &second["entities"]),
            (&folder["entities"], &folder["entities"])
        );

        let info = stellig(home.path(), &["models", "info", "acme/ner@v1.0"]);
        assert!(
            String::from_utf8_lossy(&info.stdout).contains("acme/ner@0123456789ab"),
            "{}",
            errors(&info)
        );
        let list = stellig(home.path(), &["models", "list"]);
        assert!(
            String::from_utf8_lossy(&list.stdout).contains("acme/ner"),
            "{}",
            errors(&list)
        );
    }

    #[test]
    fn a_name_that_is_neither_says_where_it_was_looked_for() {
        let (_hub, home, article) = with_hub();
        let output = label(home.path(), &article, &["--model", "acme/typo"]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
        let message = errors(&output);
        assert!(
            message.contains("no folder acme/typo here") && message.contains("no such model"),
            "{message}"
        );
    }
}
