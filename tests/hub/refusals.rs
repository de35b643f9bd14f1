//! What the Hub or the client refuses, and what it says then.

use stellig::loader::hub::Token;

use crate::fake_hub::{COMMIT, Fault, Repo, Server};
use crate::scene::{ALWAYS, Scene, WEIGHTS, contains};

#[test]
fn a_model_that_is_not_there_or_private_is_told() {
    let mut scene = Scene::new();
    let message = scene.snapshot("acme/nws").unwrap_err().to_string();
    contains(
        &message,
        &[
            "acme/nws: 127.0.0.1 has no such model, or it is private (no token was given); check the spelling, and set HF_TOKEN",
        ],
    );
    scene.settings.token = Token::new("hf_mine", "test").unwrap();
    let message = scene.snapshot("acme/nws").unwrap_err().to_string();
    contains(&message, &["(a token was given)"]);
    scene.hub.fail("GET", "/api/models", 1, Fault::Status(404, vec![]));
    contains(&scene.error(), &["acme/news: 127.0.0.1 has no such model"]);
    assert!(!scene.repo_folder().exists());
}

#[test]
fn a_private_model_is_fetched_with_its_token() {
    let mut repo = Repo::model("acme/news");
    repo.token = Some("hf_mine".to_owned());
    let mut scene = Scene::with(repo);
    contains(&scene.error(), &["or it is private (no token was given)"]);
    scene.settings.token = Token::new("hf_mine", "test").unwrap();
    let snapshot = scene.snapshot("acme/news").unwrap();
    scene.check_weights(&snapshot);
}

#[test]
fn the_token_stays_with_the_hub() {
    let mut scene = Scene::new();
    scene.settings.token = Token::new("hf_mine", "test").unwrap();
    scene.snapshot("acme/news").unwrap();
    let requests = scene.hub.requests();
    assert!(requests.iter().any(|request| request.server == Server::Cdn));
    for request in requests {
        let expected = (request.server == Server::Hub).then(|| "Bearer hf_mine".to_owned());
        assert_eq!(request.authorization, expected, "{request:?}");
    }
    let mut scene = Scene::new();
    scene.settings.token = Token::new("hf_mine", "test").unwrap();
    scene.settings.token_disabled = true;
    scene.snapshot("acme/news").unwrap();
    assert!(
        scene
            .hub
            .requests()
            .iter()
            .all(|request| request.authorization.is_none())
    );
}

#[test]
fn a_revision_that_is_not_there_is_told() {
    let mut scene = Scene::new();
    let message = scene.snapshot("acme/news@v9").unwrap_err().to_string();
    contains(
        &message,
        &[
            "acme/news: no branch, tag or commit \"v9\"; its revisions stand at http://127.0.0.1:",
            "/acme/news/tree/main",
        ],
    );
}

#[test]
fn a_file_that_went_away_is_told() {
    let mut scene = Scene::new();
    scene.hub.fail(
        "HEAD",
        "/tokenizer.json",
        1,
        Fault::hub(404, "EntryNotFound", "Entry not found"),
    );
    contains(&scene.error(), &["acme/news: tokenizer.json is not in revision main"]);
    scene.hub.fail("HEAD", "/tokenizer.json", 1, Fault::Status(404, vec![]));
    contains(&scene.error(), &["acme/news: tokenizer.json is not in revision main"]);
}

#[test]
fn a_gated_model_is_told() {
    for (status, token, access) in [(401, "", "no token was given"), (403, "hf_mine", "a token was given")] {
        let mut scene = Scene::new();
        scene.settings.token = Token::new(token, "test").unwrap();
        scene.hub.fail(
            "HEAD",
            "/config.json",
            1,
            Fault::hub(status, "GatedRepo", "Access is restricted"),
        );
        let message = scene.error();
        let parts = [
            "acme/news: the model is gated, its owner lets in those who asked",
            access,
            "ask at http://127.0.0.1:",
            "/acme/news, then set HF_TOKEN",
        ];
        contains(&message, &parts);
        assert_eq!(scene.hub.count("HEAD", "/config.json"), 1, "it is not tried again");
    }
}

#[test]
fn refused_access_is_told() {
    let mut scene = Scene::new();
    scene.settings.token = Token::new("hf_old", "test").unwrap();
    let invalid = vec![(
        "X-Error-Message",
        "Invalid credentials in Authorization header".to_owned(),
    )];
    scene.hub.fail("GET", "/api/models", 1, Fault::Status(401, invalid));
    contains(
        &scene.error(),
        &[
            "acme/news: 127.0.0.1 refuses access, status 401, \"Invalid credentials in Authorization header\" (a token was given); check HF_TOKEN",
        ],
    );
    scene.hub.fail("GET", "/api/models", 1, Fault::Status(403, vec![]));
    contains(&scene.error(), &["refuses access, status 403 (a token was given)"]);
}

#[test]
fn a_signature_that_has_run_out_is_renewed_and_never_shown() {
    let mut scene = Scene::new();
    scene.fail_weights(1, Fault::Status(403, vec![]));
    scene.snapshot("acme/news").unwrap();
    assert_eq!(scene.hub.count("GET", &format!("/resolve/{COMMIT}/{WEIGHTS}")), 2);
    let mut scene = Scene::new();
    scene.fail_weights(ALWAYS, Fault::Status(403, vec![]));
    let message = scene.error();
    contains(&message, &["unexpected status 403"]);
    assert!(!message.contains("Signature"), "{message}");
}

#[test]
fn pickled_weights_are_refused_before_anything_is_downloaded() {
    let mut scene = Scene::new();
    scene.hub.change(|repo| drop(repo.files.remove(WEIGHTS)));
    let message = scene.error();
    contains(
        &message,
        &[
            "acme/news: it has pickled weights only (",
            "convert them once, in Python: from transformers import",
            "from_pretrained(\"acme/news\")",
        ],
    );
    assert_eq!(scene.hub.requests().len(), 1);
}

#[test]
fn a_repository_without_tokenizer_is_refused() {
    let mut scene = Scene::new();
    scene.hub.change(|repo| {
        repo.files
            .retain(|name, _| name != "tokenizer.json" && name != "vocab.txt")
    });
    contains(&scene.error(), &["acme/news: no tokenizer.json (nor vocab.txt"]);
    assert_eq!(scene.hub.requests().len(), 1);
    scene
        .hub
        .change(|repo| drop(repo.files.insert("vocab.txt".to_owned(), b"[PAD]".to_vec())));
    let snapshot = scene.snapshot("acme/news").unwrap();
    assert!(snapshot.folder.join("vocab.txt").exists());
    scene.hub.forget();
    scene.snapshot("acme/news").unwrap();
    assert!(scene.hub.requests().is_empty());
}

#[test]
fn an_answer_that_makes_no_sense_is_told() {
    let other = "{\"sha\":\"main\",\"siblings\":[]}";
    for (body, said) in [
        (
            "<html>Sign in to the network</html>",
            "not the Hub's description of a model",
        ),
        ("{\"id\":\"acme/news\"}", "missing field `sha`"),
        (other, "\"main\" is no commit"),
    ] {
        let mut scene = Scene::new();
        scene.hub.fail("GET", "/api/models", 1, Fault::Body(body));
        contains(
            &scene.error(),
            &[
                "/api/models/acme/news/revision/main: ",
                said,
                "check HF_ENDPOINT and the proxy",
            ],
        );
    }
    for (header, value, said) in [
        ("ETag", None, "no usable ETag"),
        ("ETag", Some("\"../../../evil\""), "no usable ETag"),
        ("X-Repo-Commit", Some("fff"), "was asked for, and \"fff\" is answered"),
    ] {
        let mut scene = Scene::new();
        scene.hub.fail("HEAD", "/config.json", 1, Fault::Header(header, value));
        contains(&scene.error(), &["/config.json: ", said]);
    }
    let mut scene = Scene::new();
    let round = Fault::Status(302, vec![("Location", "/acme/news".to_owned())]);
    scene.hub.fail("GET", "/", ALWAYS, round);
    contains(&scene.error(), &["too many redirects"]);
}

#[test]
fn an_index_that_leads_elsewhere_is_refused() {
    let mut scene = Scene::with(Repo::sharded("acme/news"));
    let index = b"{\"weight_map\":{\"a\":\"../../../evil.safetensors\"}}".to_vec();
    scene
        .hub
        .change(|repo| drop(repo.files.insert("model.safetensors.index.json".to_owned(), index)));
    contains(
        &scene.error(),
        &["model.safetensors.index.json: ", "is no safetensors file beside it"],
    );
}

#[test]
fn an_endpoint_that_is_none_is_told() {
    let mut scene = Scene::new();
    scene.settings.endpoint = "huggingface.co".to_owned();
    contains(&scene.error(), &["HF_ENDPOINT is \"huggingface.co\"", "https://"]);
}
