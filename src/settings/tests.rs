//! Files of settings as people write them, right and wrong.

use std::fs;
use std::path::Path;

use super::{Error, File, Files, KEYS, NAME, Places, Trust, key};

fn parse(trust: Trust, text: &str) -> Result<File, Error> {
    File::parse(Path::new("/news/stellig.toml"), trust, text)
}

fn message(trust: Trust, text: &str) -> String {
    parse(trust, text).unwrap_err().to_string()
}

#[test]
fn a_section_comes_before_the_top_and_a_near_file_before_a_far_one() {
    let near = parse(
        Trust::Found,
        "language = \"nl\"\nmin-score = 0.5\n\n[show]\nlanguage = 'de'\n",
    )
    .unwrap();
    let far = parse(
        Trust::Own,
        "language = \"en\"\nthreads = 0x2\n[label]\nlanguage = \"fr\"\n",
    )
    .unwrap();
    let files = Files(vec![near, far]);
    let get = |command: &str, name: &str| {
        let (file, entry) = files.get(command, key(name).unwrap())?;
        Some((entry.values.concat(), entry.line, file.trust))
    };
    assert_eq!(get("label", "language"), Some(("nl".into(), 1, Trust::Found)));
    assert_eq!(get("show", "language"), Some(("de".into(), 5, Trust::Found)));
    assert_eq!(get("label", "min-score"), Some(("0.5".into(), 2, Trust::Found)));
    assert_eq!(get("label", "threads"), Some(("2".into(), 2, Trust::Own)));
    assert_eq!(get("label", "dtype"), None);
}

#[test]
fn lists_flags_and_numbers_are_read() {
    let file = parse(
        Trust::Own,
        "include = [\n  \"*.txt\", # all\n  \"*.md\",\n]\nexclude = \"old\"\nquiet = true\nmin-score = 1\nmax-megabytes = 1_000\n",
    )
    .unwrap();
    let values = |name: &str| file.get("label", key(name).unwrap()).unwrap().values.join("|");
    assert_eq!(values("include"), "*.txt|*.md");
    assert_eq!(values("exclude"), "old");
    assert_eq!(values("quiet"), "true");
    assert_eq!(values("min-score"), "1");
    assert_eq!(values("max-megabytes"), "1000");
}

#[test]
fn paths_are_those_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("models/mine")).unwrap();
    let path = folder.path().join(NAME);
    let model = |name: &str| {
        let text = format!("model = \"{name}\"\n");
        let file = File::parse(&path, Trust::Found, &text).unwrap();
        file.entries[0].values.concat()
    };
    let here = |rest: &str| folder.path().join(rest).display().to_string();
    assert_eq!(model("models/mine"), here("models/mine"), "a folder that is there");
    assert_eq!(model("owner/name"), "owner/name", "a name on the Hub");
    assert_eq!(model("./gone"), here("./gone"), "nothing but a folder");
    assert_eq!(model("embedded"), "embedded");
    assert_eq!(model("/opt/model"), "/opt/model");
    let cache = File::parse(&path, Trust::Own, "cache = \"hub\"").unwrap();
    assert_eq!(cache.entries[0].values.concat(), here("hub"));
}

#[test]
fn what_is_wrong_is_named_by_file_line_and_key() {
    for (text, said) in [
        (
            "langauge = \"nl\"",
            "/news/stellig.toml:1: no setting \"langauge\" is known; did you mean language?",
        ),
        (
            "\n\n[lable]\nx = 1",
            "/news/stellig.toml:3: no section [lable] is known; did you mean [label]?",
        ),
        (
            "[show]\nmin-score = 0.5",
            "/news/stellig.toml:2: min-score is no setting of `stellig show`; it stands at the top or in [label]",
        ),
        (
            "[show]\ncolour = \"always\"",
            "/news/stellig.toml:2: no setting \"colour\" is known; did you mean color?",
        ),
        (
            "language = \"nl\"\nmin-score = \"high\"",
            "/news/stellig.toml:2: min-score: a number is wanted here, and this is text",
        ),
        (
            "no-text = 1",
            "/news/stellig.toml:1: no-text: true or false is wanted here, and this is a whole number",
        ),
        (
            "include = [1]",
            "/news/stellig.toml:1: include: a list of texts, such as [\"*.txt\"], is wanted here, and this is a list",
        ),
        (
            "[label.model]\nx = 1",
            "/news/stellig.toml:1: model: the name or folder of a model in quotes is wanted here, and this is a section",
        ),
    ] {
        let message = message(Trust::Found, text);
        assert_eq!(message, said, "{text}");
    }
    let message = message(Trust::Own, "language = nl");
    assert!(
        message.starts_with("/news/stellig.toml:1: not valid TOML: "),
        "{message}"
    );
}

/// A file in the folder of somebody else's articles may say what those need, and nothing that could do harm.
#[test]
fn a_file_that_was_found_decides_little() {
    for key in KEYS {
        let value = match key.name {
            "threads" | "batch-tokens" | "max-megabytes" | "width" => "64",
            "min-score" => "0.5",
            "offline" | "no-text" | "quiet" => "true",
            _ => "\"x\"",
        };
        let text = format!("{} = {value}\n", key.name);
        assert!(parse(Trust::Own, &text).is_ok(), "{text}");
        assert_eq!(parse(Trust::Found, &text).is_err(), key.own, "{text}");
    }
    let own: Vec<&str> = KEYS.iter().filter(|key| key.own).map(|key| key.name).collect();
    assert_eq!(own, ["threads", "batch-tokens", "cache", "max-megabytes", "quiet"]);
    for harmful in [
        "output",
        "to",
        "json",
        "html",
        "predictions-out",
        "config",
        "endpoint",
        "token",
        "logits",
    ] {
        assert!(key(harmful).is_none(), "{harmful}");
    }
    let allows = message(Trust::Found, "offline = false");
    assert!(
        allows.contains("offline = false can only stand in your own file"),
        "{allows}"
    );
    assert!(parse(Trust::Own, "offline = false").is_ok());
    let message = message(Trust::Found, "threads = 64");
    assert!(
        message.contains("only stand in your own file") && message.contains("--config"),
        "{message}"
    );
}

#[test]
fn the_nearest_file_is_found_and_none_above_home() {
    let root = tempfile::tempdir().unwrap();
    let home = root.path().join("home");
    let deep = home.join("news/2017");
    fs::create_dir_all(&deep).unwrap();
    let places = |start: &Path| Places {
        start: start.to_owned(),
        home: Some(home.clone()),
        configuration: Some(home.join(".config")),
    };
    fs::write(root.path().join(NAME), "").unwrap();
    assert_eq!(places(&deep).found(), None, "above home");
    assert_eq!(
        places(root.path()).found(),
        Some(root.path().join(NAME)),
        "outside home"
    );
    fs::write(home.join(NAME), "").unwrap();
    assert_eq!(places(&deep).found(), Some(home.join(NAME)));
    fs::write(home.join("news").join(NAME), "").unwrap();
    assert_eq!(places(&deep).found(), Some(home.join("news").join(NAME)));
    assert_eq!(places(&deep).files().len(), 1);
    fs::create_dir_all(home.join(".config/stellig")).unwrap();
    fs::write(home.join(".config/stellig/config.toml"), "").unwrap();
    let trust: Vec<Trust> = places(&deep).files().into_iter().map(|(_, trust)| trust).collect();
    assert_eq!(trust, [Trust::Found, Trust::Own]);
}

#[cfg(unix)]
#[test]
fn a_home_behind_a_link_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    fs::create_dir_all(root.join("data/anna/news")).unwrap();
    std::os::unix::fs::symlink(root.join("data/anna"), root.join("anna")).unwrap();
    fs::write(root.join("data").join(NAME), "").unwrap();
    let places = Places {
        start: root.join("data/anna/news"),
        home: Some(root.join("anna")),
        configuration: None,
    };
    assert_eq!(places.found(), None, "above home");
}

#[test]
fn every_setting_has_a_variable_of_its_name() {
    for key in KEYS {
        let expected = format!("STELLIG_{}", key.name.to_uppercase().replace('-', "_"));
        match key.variable {
            Some(variable) => assert_eq!(variable, expected),
            None => assert!(["include", "exclude"].contains(&key.name)),
        }
    }
}
