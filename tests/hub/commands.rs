//! `stellig models`, as a user meets it.

use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::fake_hub::COMMIT;
use crate::program::program;
use crate::scene::{Scene, WEIGHTS, contains};

fn stellig(scene: &Scene, arguments: &[&str]) -> Output {
    let mut command = program();
    command
        .env("HF_ENDPOINT", &scene.hub.url)
        .env("HF_HOME", scene.settings.cache.parent().unwrap())
        .env("HF_HUB_CACHE", &scene.settings.cache)
        .arg("models")
        .args(arguments);
    command.output().unwrap()
}

fn printed(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn models_are_fetched_listed_and_verified() {
    let scene = Scene::new();
    let folder = scene.settings.cache.display().to_string();
    let (code, out, _) = printed(&stellig(&scene, &["list"]));
    assert_eq!(
        (code, out),
        (
            Some(0),
            format!("no models in {folder}; fetch one with `stellig models fetch OWNER/NAME`\n")
        )
    );

    let (code, out, errors) = printed(&stellig(&scene, &["fetch", "acme/news"]));
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    contains(
        &out,
        &[
            &format!("acme/news@main, commit {COMMIT}\n"),
            "model.safetensors        300.0 kB\n",
            &format!("\n{folder}/models--acme--news/snapshots/{COMMIT}\n"),
        ],
    );

    // What is foreign or broken in the cache is no model.
    for name in [
        "datasets--acme--news",
        "models--",
        "models--a..b",
        "models--empty",
        "version.txt.d",
    ] {
        fs::create_dir_all(scene.settings.cache.join(name)).unwrap();
    }
    fs::write(scene.settings.cache.join("models--file"), "").unwrap();
    fs::create_dir_all(scene.repo_folder().join("snapshots/not-a-commit")).unwrap();
    fs::create_dir_all(scene.repo_folder().join("snapshots").join("e".repeat(40))).unwrap();
    let (code, out, _) = printed(&stellig(&scene, &["list"]));
    let expected = format!(
        "MODEL      REVISION  COMMIT        FILES      SIZE  STATE\n\
         acme/news  main      0123456789ab      6  300.1 kB  complete\n\
         acme/news  -         eeeeeeeeeeee      0   0 bytes  without config.json\n\
         1 model in {folder}\n"
    );
    assert_eq!((code, out), (Some(0), expected));

    let (code, out, errors) = printed(&stellig(&scene, &["verify", "acme/news@main"]));
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert_eq!(
        out.lines()
            .filter(|line| line.starts_with("good   0123456789ab  "))
            .count(),
        6,
        "{out}"
    );
}

#[test]
fn a_file_that_was_altered_is_found_and_can_be_mended() {
    let mut scene = Scene::new();
    let snapshot = scene.snapshot("acme/news").unwrap();
    let blob = scene.blob(WEIGHTS);
    let mut altered = scene.content(WEIGHTS);
    altered[1000] ^= 1;
    fs::write(&blob, altered).unwrap();
    fs::remove_file(scene.blob("config.json")).unwrap();
    let (code, out, errors) = printed(&stellig(&scene, &["verify", "acme/news"]));
    assert_eq!(code, Some(1));
    contains(
        &out,
        &[
            "BAD      0123456789ab  model.safetensors\n",
            "MISSING  0123456789ab  config.json\n",
            "good     0123456789ab  tokenizer.json\n",
        ],
    );
    let again = format!("`stellig models fetch acme/news@{COMMIT}`");
    contains(
        &errors,
        &[&format!(
            "its content is not what was downloaded; remove {}, then run {again}",
            blob.display()
        )],
    );
    contains(
        &errors,
        &[&format!("config.json: its content is not there; fetch it with {again}")],
    );
    let (code, out, _) = printed(&stellig(&scene, &["verify", "acme/news", "--json"]));
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["good"]), (Some(1), &Value::from(false)));
    fs::remove_file(&blob).unwrap();
    scene.refresh(&format!("acme/news@{COMMIT}")).unwrap();
    scene.check_weights(&snapshot);
    let (code, ..) = printed(&stellig(&scene, &["verify", "acme/news"]));
    assert_eq!(code, Some(0));
}

#[test]
fn the_commands_speak_json_and_tell_their_errors() {
    let scene = Scene::new();
    let (code, out, _) = printed(&stellig(&scene, &["fetch", "acme/news@v1.0", "--json"]));
    let fetched: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, Some(0));
    assert_eq!(
        (fetched["commit"].as_str(), fetched["revision"].as_str()),
        (Some(COMMIT), Some("v1.0"))
    );
    let (_, out, _) = printed(&stellig(&scene, &["list", "--json"]));
    let list: Value = serde_json::from_str(&out).unwrap();
    let revision = &list["models"][0]["revisions"][0];
    assert_eq!(
        (&revision["refs"][0], &revision["missing"]),
        (&Value::from("v1.0"), &Value::Null)
    );
    for (arguments, said) in [
        (["fetch", "acme/nws"], "stellig: acme/nws: 127.0.0.1 has no such model"),
        (["fetch", "../evil"], "names no model on the Hub"),
        (
            ["verify", "acme/nws"],
            "stellig: acme/nws: it is not in the cache; fetch it with `stellig models fetch acme/nws`",
        ),
        (
            ["verify", "acme/news@v2"],
            "stellig: acme/news@v2: revision v2 is not in the cache",
        ),
    ] {
        let (code, out, errors) = printed(&stellig(&scene, &arguments));
        assert_eq!((code, out.as_str()), (Some(1), ""));
        contains(&errors, &[said]);
    }
}
