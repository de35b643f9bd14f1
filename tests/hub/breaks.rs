//! Breaks on the way: cut connections, wrong bytes, servers in trouble.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use crate::fake_hub::Fault;
use crate::scene::{ALWAYS, Scene, WEIGHTS, contains};

#[test]
fn a_cut_connection_goes_on_where_it_was() {
    let mut scene = Scene::new();
    scene.fail_weights(2, Fault::Cut(100_000));
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
    assert_eq!(
        scene.ranges(),
        [None, Some("bytes=100000-".to_owned()), Some("bytes=200000-".to_owned())]
    );
    assert_eq!(scene.heard.pauses.len(), 2);
    contains(
        &scene.heard.reasons[0],
        &["model.safetensors: the download broke off at 100.0 kB of 300.0 kB"],
    );
}

#[test]
fn a_connection_that_is_always_cut_ends_and_the_next_run_goes_on() {
    let mut scene = Scene::new();
    scene.fail_weights(ALWAYS, Fault::Cut(1000));
    let message = scene.error();
    contains(
        &message,
        &[
            "model.safetensors: the download broke off at 4.0 kB of 300.0 kB",
            "the connection was cut",
            "run it again",
        ],
    );
    assert_eq!(scene.ranges().len(), 4);
    assert_eq!(fs::metadata(scene.incomplete(WEIGHTS)).unwrap().len(), 4000);
    assert!(!scene.blob(WEIGHTS).exists() && !scene.repo_folder().join("refs/main").exists());
    scene.hub.mend();
    scene.hub.forget();
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
    assert_eq!(scene.ranges(), [Some("bytes=4000-".to_owned())]);
}

#[test]
fn a_server_that_falls_silent_is_left() {
    let mut scene = Scene::new();
    scene.settings.stall = Duration::from_millis(300);
    scene.fail_weights(1, Fault::Stall(100_000));
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
    contains(&scene.heard.reasons[0], &["nothing came any more"]);
    assert_eq!(scene.ranges()[1], Some("bytes=100000-".to_owned()));
}

#[test]
fn a_server_that_ignores_the_range_starts_anew() {
    let mut scene = Scene::new();
    scene.fail_weights(1, Fault::Cut(100_000));
    scene.fail_weights(1, Fault::WholeFile);
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
    assert_eq!(scene.ranges().len(), 2);
}

#[test]
fn a_part_from_another_place_is_not_taken() {
    let mut scene = Scene::new();
    scene.fail_weights(1, Fault::Cut(100_000));
    scene.fail_weights(1, Fault::WrongRange);
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
    contains(
        &scene.heard.reasons[1],
        &["asked for the bytes from 100000 on, answered with \"bytes 100001-"],
    );
    assert_eq!(scene.ranges().last().unwrap(), &None, "from the first byte");
}

#[test]
fn what_an_earlier_run_left_is_used_if_it_is_right() {
    for (left, ranges) in [
        (300_000, vec![]),
        (123_456, vec![Some("bytes=123456-".to_owned())]),
        (0, vec![None]),
    ] {
        let mut scene = Scene::new();
        fs::create_dir_all(scene.repo_folder().join("blobs")).unwrap();
        fs::write(scene.incomplete(WEIGHTS), &scene.content(WEIGHTS)[..left]).unwrap();
        let snapshot = scene.snapshot("acme/news").unwrap();
        scene.check_weights(&snapshot);
        assert_eq!(scene.ranges(), ranges, "{left}");
    }
}

#[test]
fn what_an_earlier_run_left_is_thrown_away_if_it_is_wrong() {
    for (left, ranges) in [
        (vec![7; 100_000], vec![Some("bytes=100000-".to_owned()), None]),
        (vec![7; 300_000], vec![None]),
        (vec![7; 300_001], vec![None]),
    ] {
        let mut scene = Scene::new();
        fs::create_dir_all(scene.repo_folder().join("blobs")).unwrap();
        fs::write(scene.incomplete(WEIGHTS), &left).unwrap();
        let snapshot = scene.snapshot("acme/news").unwrap();
        scene.check_weights(&snapshot);
        assert_eq!(scene.ranges(), ranges, "{}", left.len());
    }
}

#[test]
fn a_range_that_cannot_be_had_starts_anew() {
    let mut scene = Scene::new();
    scene.fail_weights(1, Fault::Cut(100_000));
    scene.fail_weights(1, Fault::Status(416, vec![]));
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
    contains(&scene.heard.reasons[1], &["no bytes from 100000 on"]);
    assert_eq!(scene.ranges(), [None, Some("bytes=100000-".to_owned()), None]);
}

#[test]
fn wrong_bytes_are_removed() {
    let mut scene = Scene::new();
    scene.fail_weights(1, Fault::WrongBytes);
    let message = scene.error();
    contains(
        &message,
        &[
            "model.safetensors: wrong hash, the file was removed; try again",
            "a proxy or mirror on the way alters files",
        ],
    );
    assert!(!scene.incomplete(WEIGHTS).exists() && !scene.blob(WEIGHTS).exists());
    scene.hub.fail("GET", "/config.json", 1, Fault::WrongBytes);
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
    let mut scene = Scene::new();
    scene.hub.fail("GET", "/config.json", 1, Fault::WrongBytes);
    contains(&scene.error(), &["config.json: wrong hash"]);
}

#[test]
fn wrong_sizes_are_refused() {
    for bytes in [-1000, 1000] {
        let mut scene = Scene::new();
        scene.fail_weights(ALWAYS, Fault::Longer(bytes));
        let sent = 300_000 + bytes;
        let message = scene.error();
        contains(
            &message,
            &[&format!(
                "model.safetensors: {sent} bytes are sent where 300000 were announced"
            )],
        );
        assert!(!scene.blob(WEIGHTS).exists());
    }
}

#[test]
fn trouble_of_the_server_passes() {
    let mut scene = Scene::new();
    let trouble = || Fault::Status(503, vec![]);
    scene.hub.fail("GET", "/api/models", 2, trouble());
    scene.hub.fail("HEAD", "/tokenizer.json", 1, Fault::Status(500, vec![]));
    scene.hub.fail("GET", "/tokenizer.json", 3, Fault::Hang);
    scene.fail_weights(1, trouble());
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
    assert_eq!(scene.heard.pauses.len(), 7);
    let longest = scene.settings.retry.longest;
    assert!(
        scene
            .heard
            .pauses
            .iter()
            .all(|pause| *pause <= longest && !pause.is_zero())
    );
}

#[test]
fn trouble_that_stays_is_told() {
    let mut scene = Scene::new();
    scene.hub.fail("GET", "/api/models", ALWAYS, Fault::Status(502, vec![]));
    let message = scene.error();
    contains(
        &message,
        &[
            "127.0.0.1:",
            "is in trouble (status 502 for /api/models/acme/news/revision/main)",
            "try again later",
        ],
    );
    assert_eq!(scene.hub.count("GET", "/api/models"), 4);
}

#[test]
fn too_many_requests_are_paused_for_as_long_as_the_hub_says() {
    let mut scene = Scene::new();
    let wait = |seconds: &str| Fault::Status(429, vec![("Retry-After", seconds.to_owned())]);
    scene.hub.fail("GET", "/api/models", 1, wait("7"));
    scene.hub.fail("HEAD", WEIGHTS, 1, Fault::Status(429, vec![]));
    scene.snapshot("acme/news").unwrap();
    assert_eq!(scene.heard.pauses[0], Duration::from_secs(7));
    assert!(scene.heard.pauses[1] <= scene.settings.retry.first);
    let mut scene = Scene::new();
    scene.hub.fail("GET", "/api/models", ALWAYS, wait("7"));
    let message = scene.error();
    contains(
        &message,
        &[
            "127.0.0.1 wants fewer requests (status 429, no token was given); try again in 7 s; with a token it allows more",
        ],
    );
    assert_eq!(scene.hub.count("GET", "/api/models"), 4);
    let mut scene = Scene::new();
    scene.hub.fail("GET", "/api/models", ALWAYS, wait("3600"));
    contains(&scene.error(), &["try again in 3600 s"]);
    assert_eq!(scene.hub.count("GET", "/api/models"), 1, "an hour is too long");
}

#[test]
fn nobody_there_is_told() {
    let mut scene = Scene::new();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    scene.settings.endpoint = format!("http://{closed}");
    let message = scene.error();
    contains(
        &message,
        &["127.0.0.1 cannot be reached: ", "refused", "HTTPS_PROXY", "HF_ENDPOINT"],
    );
    assert_eq!(scene.heard.pauses.len(), 3);
    scene.settings.endpoint = "http://host.invalid".to_owned();
    contains(&scene.error(), &["host.invalid cannot be reached: "]);
}

#[test]
fn a_server_without_tls_is_told() {
    let mut scene = Scene::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    scene.settings.endpoint = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1000]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    contains(&scene.error(), &["127.0.0.1: no secure connection: ", "SSL_CERT_FILE"]);
    assert!(scene.heard.pauses.is_empty(), "it is not tried again");
}

#[test]
fn certificates_that_are_none_are_told() {
    let mut scene = Scene::new();
    let file = scene.settings.cache.with_file_name("certificates.pem");
    scene.settings.certificates = Some(file.clone());
    contains(
        &scene.error(),
        &["SSL_CERT_FILE is ", "certificates.pem, which cannot be used: "],
    );
    fs::write(&file, "none").unwrap();
    contains(&scene.error(), &["there is no certificate in it"]);
    assert!(scene.hub.requests().is_empty());
}
