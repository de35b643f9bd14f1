//! `stellig models info` of a model on the Hub: no byte of its weights is asked for but their headers, and nothing is
//! left on the disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

use candle_core::{Device, safetensors};
use serde_json::Value;

use crate::fake_hub::{COMMIT, Fault, Repo, etag};
use crate::program::program;
use crate::scene::{Scene, WEIGHTS, contains};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hub/bert-token")
}

/// A Hub with a real model and its card.
fn scene() -> Scene {
    let mut repo = Repo::of_folder("acme/news", &fixture());
    repo.files.remove("reference.safetensors");
    let card = "---\nlicense: cc-by-4.0\nlanguage: [nl, en]\n---\nA model.";
    repo.files.insert("README.md".to_owned(), card.as_bytes().to_vec());
    Scene::with(repo)
}

/// The same with its weights in two files.
fn in_parts() -> Scene {
    let scene = scene();
    let tensors = safetensors::load_buffer(&scene.content(WEIGHTS), &Device::Cpu).unwrap();
    let (mut parts, mut index) = ([BTreeMap::new(), BTreeMap::new()], Vec::new());
    for (number, (name, tensor)) in tensors.into_iter().enumerate() {
        index.push(format!("\"{name}\":\"part-{}.safetensors\"", number % 2));
        parts[number % 2].insert(name, tensor);
    }
    scene.hub.change(|repo| {
        repo.files.remove(WEIGHTS);
        let index = format!("{{\"weight_map\":{{{}}}}}", index.join(","));
        let name = "model.safetensors.index.json".to_owned();
        repo.files.insert(name, index.into_bytes());
        for (number, part) in parts.iter().enumerate() {
            let bytes = ::safetensors::serialize(part, None).unwrap();
            repo.files.insert(format!("part-{number}.safetensors"), bytes);
        }
    });
    scene
}

fn info(scene: &Scene, arguments: &[&str]) -> Output {
    let mut command = program();
    command
        .env("HF_ENDPOINT", &scene.hub.url)
        .env("HF_HOME", scene.settings.cache.parent().unwrap())
        .env("HF_HUB_CACHE", &scene.settings.cache)
        .args(["models", "info"])
        .args(arguments);
    command.output().unwrap()
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", errors(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Bytes of the header of a safetensors file, its length included.
fn header(content: &[u8]) -> usize {
    8 + usize::try_from(u64::from_le_bytes(content[..8].try_into().unwrap())).unwrap()
}

/// Makes sure that of `file` only the bytes of its header were asked for.
fn check_ranges(scene: &Scene, file: &str) {
    let content = scene.content(file);
    let (name, end) = (etag(&content), header(&content));
    assert!(end < content.len());
    let of_file = |path: &str| path.contains(file) || path.contains(&name);
    let requests = scene
        .hub
        .requests()
        .into_iter()
        .filter(|request| of_file(&request.path));
    let mut ranges: Vec<String> = requests.map(|request| request.range.unwrap()).collect();
    ranges.dedup();
    assert_eq!(ranges.len() % 2, 0);
    for range in &ranges {
        assert!(
            *range == "bytes=0-7" || *range == format!("bytes=8-{}", end - 1),
            "{range}"
        );
    }
}

#[test]
fn a_model_is_described_by_its_small_files_and_the_headers_of_its_weights() {
    for scene in [scene(), in_parts()] {
        let remote = json(&info(&scene, &["acme/news", "--json"]));
        let weights: Vec<String> = match scene.content_names().contains(&WEIGHTS.to_owned()) {
            true => vec![WEIGHTS.to_owned()],
            false => vec!["part-0.safetensors".to_owned(), "part-1.safetensors".to_owned()],
        };
        weights.iter().for_each(|file| check_ranges(&scene, file));
        assert_eq!(scene.hub.count("GET", "tokenizer.json"), 0);
        assert!(!scene.settings.cache.exists());

        // Once it is fetched, the same is said of the files in the cache.
        let mut fetched = scene;
        fetched.snapshot("acme/news").unwrap();
        fetched.hub.forget();
        let local = json(&info(&fetched, &["acme/news", "--json"]));
        assert_eq!(fetched.hub.requests().len(), 0);
        for field in [
            "name",
            "revision",
            "commit",
            "family",
            "layers",
            "vocabulary",
            "heads",
            "languages",
            "licence",
            "parameters",
            "bytes",
            "dtypes",
        ] {
            assert_eq!(remote[field], local[field], "{field}");
        }
        assert_eq!((&remote["cached"], &local["cached"]), (&false.into(), &true.into()));
        assert_eq!(
            (&remote["commit"], &remote["licence"]),
            (&COMMIT.into(), &"cc-by-4.0".into())
        );
        let listed: BTreeMap<String, u64> = serde_json::from_value::<Vec<_>>(remote["to_fetch"].clone())
            .unwrap()
            .into_iter()
            .collect();
        for file in [&["tokenizer.json".to_owned()], &weights[..]].concat() {
            assert_eq!(listed[&file], fetched.content(&file).len() as u64, "{file}");
        }
    }
}

#[test]
fn a_person_reads_where_it_is_and_what_it_would_cost() {
    let scene = scene();
    let output = info(&scene, &["acme/news@v1.0"]);
    let shown = String::from_utf8(output.stdout.clone()).unwrap();
    contains(
        &shown,
        &[
            "on the Hub, not in the cache; 5 files to fetch, 0.1 MB",
            "bert, 3 layers of 24",
            "PER ORG LOC, IOB1 or IOB2",
            "cc-by-4.0",
            COMMIT,
            "nl en",
        ],
    );
}

#[test]
fn what_goes_wrong_is_told_and_a_server_without_ranges_serves_too() {
    // Whole files in answer to ranges: what is behind the header is not read.
    let scene = scene();
    let whole = etag(&scene.content(WEIGHTS));
    scene.hub.fail("GET", &whole, 2, Fault::WholeFile);
    let found = json(&info(&scene, &["acme/news", "--json"]));
    assert_eq!(found["bytes"], scene.content(WEIGHTS).len());

    // Weights that are cut short, or none at all.
    scene.hub.change(|repo| {
        let weights = repo.files.get_mut(WEIGHTS).unwrap();
        weights.truncate(weights.len() - 1000);
    });
    let message = errors(&info(&scene, &["acme/news"]));
    contains(
        &message,
        &["model.safetensors", "its header speaks of", "has to mend it"],
    );
    scene.hub.change(|repo| {
        repo.files.insert(WEIGHTS.to_owned(), vec![255; 20_000]);
    });
    let message = errors(&info(&scene, &["acme/news"]));
    contains(&message, &["no safetensors file", "has to mend it"]);
    scene.hub.change(|repo| {
        repo.files.remove(WEIGHTS);
        repo.files.insert("pytorch_model.bin".to_owned(), vec![0; 9]);
    });
    let message = errors(&info(&scene, &["acme/news"]));
    contains(&message, &["pickled weights only (pytorch_model.bin)"]);
    assert!(!scene.settings.cache.exists());
}
