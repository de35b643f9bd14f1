//! What is asked for, and what is on the disk after.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use stellig::loader::hub::{Cache, Hub, State};

use crate::fake_hub::{COMMIT, Fault, Repo, etag};
use crate::scene::{Heard, Scene, WEIGHTS, id, sorted};

#[test]
fn a_model_is_laid_out_as_python_does() {
    let mut scene = Scene::new();
    let snapshot = scene.snapshot("acme/news").unwrap();
    let folder = scene.repo_folder();
    assert_eq!(
        (&snapshot.folder, snapshot.commit.as_str()),
        (&folder.join("snapshots").join(COMMIT), COMMIT)
    );
    let wanted = [
        "README.md",
        "config.json",
        "model.safetensors",
        "special_tokens_map.json",
        "tokenizer.json",
        "tokenizer_config.json",
    ];
    assert_eq!(sorted(&snapshot.folder), wanted);
    for file in wanted {
        let content = scene.content(file);
        assert_eq!(fs::read(snapshot.folder.join(file)).unwrap(), content, "{file}");
        #[cfg(unix)]
        assert_eq!(
            fs::read_link(snapshot.folder.join(file)).unwrap(),
            Path::new("../../blobs").join(etag(&content))
        );
    }
    let mut blobs = wanted.map(|file| etag(&scene.content(file)));
    blobs.sort();
    assert_eq!(sorted(&folder.join("blobs")), blobs);
    assert_eq!(fs::read_to_string(folder.join("refs/main")).unwrap(), COMMIT);
    assert_eq!(sorted(&folder), ["blobs", "refs", "snapshots"]);
    assert_eq!(sorted(&scene.settings.cache), [".locks", "models--acme--news"]);
    let locks = blobs.map(|etag| format!("{etag}.lock"));
    assert_eq!(sorted(&scene.settings.cache.join(".locks/models--acme--news")), locks);
    let total = Some(300_000);
    assert!(scene.heard.bytes.contains(&(WEIGHTS.to_owned(), 300_000, total)));
    assert_eq!(scene.heard.complete.last().unwrap(), WEIGHTS);
    assert_eq!(
        (
            scene.hub.count("GET", "pytorch_model.bin"),
            scene.hub.count("HEAD", "onnx")
        ),
        (0, 0)
    );
}

#[test]
fn the_second_run_asks_for_nothing() {
    let mut scene = Scene::new();
    let first = scene.snapshot("acme/news").unwrap();
    scene.hub.forget();
    assert_eq!(scene.snapshot("acme/news").unwrap(), first);
    assert_eq!(scene.snapshot(&format!("acme/news@{COMMIT}")).unwrap(), first);
    scene.settings.offline = true;
    assert_eq!(scene.snapshot("acme/news").unwrap(), first);
    assert!(scene.hub.requests().is_empty());
}

#[test]
fn another_name_of_the_same_commit_downloads_nothing() {
    let mut scene = Scene::new();
    let first = scene.snapshot("acme/news").unwrap();
    scene.hub.forget();
    assert_eq!(scene.snapshot("acme/news@refs/pr/1").unwrap(), first);
    let requests = scene.hub.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].path, "/api/models/acme/news/revision/refs%2Fpr%2F1");
    assert_eq!(
        fs::read_to_string(scene.repo_folder().join("refs/refs/pr/1")).unwrap(),
        COMMIT
    );
}

#[test]
fn a_commit_stays_and_a_branch_moves_when_asked_to() {
    let mut scene = Scene::new();
    scene.snapshot("acme/news").unwrap();
    let newer = "f".repeat(40);
    scene.hub.change(|repo| {
        repo.commit.clone_from(&newer);
        repo.files
            .insert("config.json".to_owned(), b"{\"newer\":true}".to_vec());
    });
    scene.hub.forget();
    assert_eq!(
        scene.snapshot("acme/news").unwrap().commit,
        COMMIT,
        "nobody asked the Hub"
    );
    let refreshed = scene.refresh("acme/news").unwrap();
    assert_eq!(refreshed.commit, newer);
    assert_eq!(
        fs::read(refreshed.folder.join("config.json")).unwrap(),
        b"{\"newer\":true}"
    );
    assert_eq!(scene.ranges().len(), 0, "the weights are the same");
    assert_eq!(scene.snapshot("acme/news").unwrap().commit, newer);
    let pinned = scene.snapshot(&format!("acme/news@{COMMIT}")).unwrap();
    assert_eq!(
        fs::read(pinned.folder.join("config.json")).unwrap(),
        b"{\"file\":\"config.json\"}"
    );
}

#[test]
fn all_shards_that_the_index_names_are_fetched_and_no_other() {
    let mut scene = Scene::with(Repo::sharded("acme/news"));
    let snapshot = scene.snapshot("acme/news").unwrap();
    let shards: Vec<String> = sorted(&snapshot.folder)
        .into_iter()
        .filter(|name| name.ends_with(".safetensors"))
        .collect();
    assert_eq!(shards, [1, 2, 3].map(|n| format!("model-{n:05}-of-00003.safetensors")));
    scene.hub.forget();
    scene.snapshot("acme/news").unwrap();
    assert!(scene.hub.requests().is_empty());
    fs::remove_file(snapshot.folder.join(&shards[1])).unwrap();
    scene.snapshot("acme/news").unwrap();
    assert_eq!(scene.hub.count("HEAD", &shards[1]), 1, "it is linked again");
    assert_eq!(scene.ranges().len(), 0, "its blob was there");
}

#[test]
fn two_threads_download_each_file_once() {
    let mut scene = Scene::new();
    scene.fail_weights(1, Fault::Slow(Duration::from_millis(200)));
    let (settings, mut other) = (scene.settings.clone(), Heard::default());
    let both = thread::scope(|scope| {
        let second = scope.spawn(|| Hub::new(&settings).snapshot(&id("acme/news"), &mut other));
        let first = scene.snapshot("acme/news").unwrap();
        (first, second.join().unwrap().unwrap())
    });
    assert_eq!(both.0, both.1);
    assert_eq!(scene.ranges(), [None]);
    for file in ["config.json", "tokenizer.json"] {
        assert_eq!(
            scene.hub.count("GET", &format!("/resolve/{COMMIT}/{file}")),
            1,
            "{file}"
        );
    }
    scene.check_weights(&both.0);
}

#[test]
#[cfg(unix)]
fn what_python_has_cached_is_used() {
    let mut scene = Scene::new();
    let folder = scene.repo_folder();
    let snapshot = folder.join("snapshots").join(COMMIT);
    for sub in [
        &snapshot,
        &folder.join("blobs"),
        &folder.join("refs"),
        &folder.join(".no_exist").join(COMMIT),
    ] {
        fs::create_dir_all(sub).unwrap();
    }
    for file in ["config.json", "tokenizer.json", WEIGHTS] {
        fs::write(scene.blob(file), scene.content(file)).unwrap();
        let target = Path::new("../../blobs").join(etag(&scene.content(file)));
        std::os::unix::fs::symlink(target, snapshot.join(file)).unwrap();
    }
    // Newer versions may keep a blob in a store that several models share.
    let store = scene.settings.cache.join("blobs/ab");
    fs::create_dir_all(&store).unwrap();
    fs::rename(scene.blob(WEIGHTS), store.join("abcd")).unwrap();
    std::os::unix::fs::symlink("../../blobs/ab/abcd", scene.blob(WEIGHTS)).unwrap();
    fs::write(folder.join(".no_exist").join(COMMIT).join("merges.txt"), "").unwrap();
    fs::write(folder.join("refs/main"), COMMIT).unwrap();
    fs::write(
        scene.settings.cache.join("CACHEDIR.TAG"),
        "Signature: 8a477f597d28d172789f06886806bc55",
    )
    .unwrap();
    let found = scene.snapshot("acme/news").unwrap();
    assert_eq!(found.folder, snapshot);
    assert!(scene.hub.requests().is_empty());
    let cache = Cache::new(&scene.settings.cache);
    assert!(
        cache
            .verify(&id("acme/news"))
            .unwrap()
            .iter()
            .all(|file| file.state == State::Good)
    );
    assert_eq!(cache.list().len(), 1);
}

#[test]
fn only_what_is_missing_is_downloaded() {
    let mut scene = Scene::new();
    let snapshot = scene.snapshot("acme/news").unwrap();
    fs::remove_file(scene.blob(WEIGHTS)).unwrap();
    scene.hub.forget();
    assert_eq!(scene.snapshot("acme/news").unwrap(), snapshot);
    scene.check_weights(&snapshot);
    let requests = scene.hub.requests();
    assert_eq!(
        requests.len(),
        4,
        "the list, what the file is, and the file by way of a redirect: {requests:?}"
    );
}

#[test]
fn a_blob_that_was_cut_short_is_downloaded_again() {
    let mut scene = Scene::new();
    let snapshot = scene.snapshot("acme/news").unwrap();
    fs::remove_file(snapshot.folder.join(WEIGHTS)).unwrap();
    fs::write(scene.blob(WEIGHTS), &scene.content(WEIGHTS)[..1000]).unwrap();
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
}
