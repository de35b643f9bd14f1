//! Without a network, and without a disk to write to.

use std::fs;

use stellig::loader::hub::UnreadableToken;

use crate::scene::{Scene, WEIGHTS, contains};

#[test]
fn offline_says_what_is_missing_and_asks_nobody() {
    let mut scene = Scene::new();
    scene.settings.offline = true;
    contains(
        &scene.error(),
        &["acme/news: it is not in the cache, and the network is forbidden"],
    );
    scene.settings.offline = false;
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.settings.offline = true;
    scene.hub.forget();
    let message = scene.snapshot("acme/news@v1.0").unwrap_err().to_string();
    contains(
        &message,
        &[
            "acme/news@v1.0: revision v1.0 is not in the cache, and the network is forbidden (--offline, or HF_HUB_OFFLINE)",
        ],
    );
    fs::remove_file(snapshot.folder.join("config.json")).unwrap();
    contains(
        &scene.error(),
        &["acme/news: config.json is not in the cache, and the network is forbidden (--offline, or HF_HUB_OFFLINE)"],
    );
    contains(
        &scene.refresh("acme/news").unwrap_err().to_string(),
        &["the network is forbidden"],
    );
    assert!(scene.hub.requests().is_empty());
}

#[test]
fn what_is_cached_needs_nothing_that_belongs_to_the_network() {
    let mut scene = Scene::new();
    scene.snapshot("acme/news").unwrap();
    scene.settings.endpoint = "foo".to_owned();
    scene.settings.certificates = Some("/nope".into());
    scene.settings.unreadable_token = Some(UnreadableToken {
        origin: "HF_TOKEN".to_owned(),
        problem: "it holds characters that no token has".to_owned(),
    });
    for offline in [true, false] {
        scene.settings.offline = offline;
        scene.snapshot("acme/news").unwrap();
    }
    // What needs the network tells.
    let message = scene.refresh("acme/news").unwrap_err().to_string();
    contains(&message, &["HF_ENDPOINT is \"foo\""]);
    scene.settings.endpoint = scene.hub.url.clone();
    scene.settings.certificates = None;
    contains(
        &scene.refresh("acme/news").unwrap_err().to_string(),
        &["HF_TOKEN", "characters that no token has"],
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told() {
    let mut scene = Scene::new();
    fs::create_dir_all(scene.repo_folder().join("blobs")).unwrap();
    // Whatever is written there does not fit.
    std::os::unix::fs::symlink("/dev/full", scene.incomplete(WEIGHTS)).unwrap();
    let message = scene.error();
    contains(
        &message,
        &["models--acme--news/blobs: the disk is full, 300.0 kB more are needed; make room, or set HF_HUB_CACHE"],
    );
    assert_eq!(scene.ranges().len(), 1, "it is not tried again");
    assert!(!scene.blob(WEIGHTS).exists());
}

#[test]
fn a_cache_that_cannot_be_written_is_told() {
    let mut scene = Scene::new();
    let file = scene.settings.cache.clone();
    fs::write(&file, "no folder").unwrap();
    contains(&scene.error(), &["HF_HUB_CACHE names the folder of the cache"]);
    // Even the owner of the machine may write nothing there.
    if cfg!(target_os = "linux") {
        scene.settings.cache = "/sys/stellig".into();
        contains(
            &scene.error(),
            &[
                "/sys/stellig",
                "no permission to write there; change its mode, or set HF_HUB_CACHE",
            ],
        );
    }
}
