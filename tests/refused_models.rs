//! What a user may name as a model and is none: every refusal names the file and says what to do, and nothing is left
//! behind.

#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// A model to spoil, and an article.
struct Scene {
    home: tempfile::TempDir,
    model: PathBuf,
}

impl Scene {
    fn new(spoil: impl FnOnce(&Path)) -> Self {
        let home = tempfile::tempdir().unwrap();
        let model = home.path().join("m");
        fs::create_dir(&model).unwrap();
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hub/bert-token");
        for name in [
            "config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "model.safetensors",
        ] {
            fs::copy(fixture.join(name), model.join(name)).unwrap();
        }
        fs::write(home.path().join("a.txt"), "Jansen woont in Groningen.").unwrap();
        spoil(&model);
        Self { home, model }
    }

    /// What the program says when it refuses.
    fn refused(&self, arguments: &[&str]) -> String {
        let mut command = program::program();
        let command = command
            .current_dir(self.home.path())
            .env("HF_HUB_OFFLINE", "1")
            .env("HF_HOME", self.home.path().join("hf"));
        let output = command.args(arguments).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {message}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        message
    }

    /// What the record of the article says that the model cannot label.
    fn failed(&self) -> String {
        let mut command = program::program();
        command.current_dir(self.home.path());
        command.args(["label", "--quiet", "--language", "nl", "--model", "m", "a.txt"]);
        let output = command.output().unwrap();
        let line = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}");
        let record: Value = serde_json::from_str(&line).unwrap();
        record["error"]["message"].as_str().unwrap().to_owned()
    }

    fn convert(&self, from: &str, to: &str) -> String {
        self.refused(&["models", "convert", from, "--to", to])
    }
}

fn check(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "\"{part}\" is not in: {message}");
    }
}

fn edit(path: PathBuf, from: &str, to: &str) {
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from));
    fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn what_is_no_folder_is_told_from_what_is_not_there() {
    let scene = Scene::new(|_| {});
    check(&scene.convert("./nowhere", "out"), &["./nowhere", "check the path"]);
    for file in ["m/config.json", "a.txt"] {
        check(&scene.convert(file, "out"), &[file, "it is a file; name the folder"]);
    }
    check(
        &scene.convert("embedded", "out"),
        &["name a folder or a model on the Hub"],
    );
}

#[test]
fn pickled_weights_come_with_the_line_that_keeps_their_head() {
    for (architecture, class) in [
        (
            "BertForTokenClassification",
            "import AutoModelForTokenClassification as M",
        ),
        (
            "BertForSequenceClassification",
            "import AutoModelForSequenceClassification as M",
        ),
    ] {
        let scene = Scene::new(|model| {
            fs::rename(model.join("model.safetensors"), model.join("pytorch_model.bin")).unwrap();
            edit(model.join("config.json"), "BertForTokenClassification", architecture);
        });
        let line = "M.from_pretrained(\"m\").save_pretrained(\"NEW\"); T.from_pretrained(\"m\")";
        check(&scene.convert("m", "out"), &["m/pytorch_model.bin", class, line]);
    }
}

#[test]
fn files_that_are_missing_or_broken_are_named_with_what_to_do() {
    type Spoil = fn(&Path);
    let cases: [(Spoil, &[&str]); 7] = [
        (
            |m| fs::remove_file(m.join("config.json")).unwrap(),
            &["m/config.json: not found", "copy it there"],
        ),
        (
            |m| fs::write(m.join("config.json"), "").unwrap(),
            &[
                "m: config.json: not what a configuration is",
                "copy or download it again",
            ],
        ),
        (
            |m| fs::write(m.join("config.json"), "{}").unwrap(),
            &["m: config.json", "model_type"],
        ),
        (
            |m| fs::remove_file(m.join("tokenizer.json")).unwrap(),
            &["m: no tokenizer.json (nor vocab.txt", "AutoTokenizer"],
        ),
        (
            |m| fs::write(m.join("model.safetensors"), "<html>").unwrap(),
            &["m/model.safetensors: no whole safetensors file", "download it again"],
        ),
        (
            |m| {
                let weights = fs::read(m.join("model.safetensors")).unwrap();
                fs::write(m.join("model.safetensors"), &weights[..weights.len() - 100]).unwrap();
            },
            &["m/model.safetensors: no whole safetensors file", "download it again"],
        ),
        (
            |m| {
                let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n";
                fs::write(m.join("model.safetensors"), pointer).unwrap();
            },
            &["m/model.safetensors", "`git lfs pull`"],
        ),
    ];
    for (spoil, parts) in cases {
        let scene = Scene::new(spoil);
        check(&scene.convert("m", "out"), parts);
        check(&scene.refused(&["label", "--quiet", "--model", "m", "a.txt"]), parts);
        assert_eq!(fs::read_dir(scene.home.path()).unwrap().count(), 2, "{parts:?}");
    }
}

#[test]
fn files_that_do_not_belong_together_are_told() {
    let scene = Scene::new(|m| edit(m.join("config.json"), "\"vocab_size\": 291", "\"vocab_size\": 999"));
    let message = scene.refused(&["label", "--quiet", "--model", "m", "a.txt"]);
    check(
        &message,
        &["word_embeddings.weight", "[999, 24] by config.json", "from one model"],
    );
    let scene = Scene::new(|m| {
        edit(
            m.join("config.json"),
            "\"model_type\": \"bert\"",
            "\"model_type\": \"llama\"",
        )
    });
    let message = scene.refused(&["models", "info", "m"]);
    check(
        &message,
        &["model_type \"llama\" is not supported (supported: modernbert, bert"],
    );
}

#[test]
fn a_fault_of_the_model_is_told_as_one() {
    // A piece that the model has no row for.
    let scene = Scene::new(|m| {
        let path = m.join("tokenizer.json");
        let mut tokenizer: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let token = json!({"id": 291, "content": "Groningen", "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": false});
        tokenizer["added_tokens"].as_array_mut().unwrap().push(token);
        fs::write(path, tokenizer.to_string()).unwrap();
    });
    let message = scene.failed();
    check(&message, &["piece number 291", "do not belong together"]);
    assert!(!message.contains("report"), "{message}");

    // Weights that are no numbers.
    let scene = Scene::new(|m| {
        let path = m.join("model.safetensors");
        let mut bytes = fs::read(&path).unwrap();
        let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        let header: Value = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
        let start = 8 + length + header["classifier.bias"]["data_offsets"][0].as_u64().unwrap() as usize;
        bytes[start..start + 4].copy_from_slice(&f32::NAN.to_le_bytes());
        fs::write(path, bytes).unwrap();
    });
    let message = scene.failed();
    check(&message, &["results are no numbers", "weights are broken"]);
    assert!(!message.contains("report"), "{message}");
}

#[test]
fn a_target_that_cannot_be_written_is_told_and_the_model_is_left_alone() {
    let scene = Scene::new(|_| {});
    let before = fs::read(scene.model.join("model.safetensors")).unwrap();
    check(
        &scene.convert("m", "m"),
        &["m: is there already", "name another folder"],
    );
    check(
        &scene.convert("m", "a.txt/out"),
        &["a.txt/out", "cannot be written", "name another folder with --to"],
    );
    // Nobody is asked for a model that could not be written.
    check(&scene.convert("acme/none", "m"), &["m: is there already"]);
    assert_eq!(fs::read(scene.model.join("model.safetensors")).unwrap(), before);
}
