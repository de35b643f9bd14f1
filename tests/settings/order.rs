//! Every setting from every place, and which place comes before which.

use std::process::Command;

use stellig::settings::{KEYS, Kind};

use crate::home::{Home, one};

/// A value that the option takes and that is not its default, for files and for the environment.
fn example(key: &str) -> (&'static str, &'static str) {
    match key {
        "model" | "entity-model" | "claim-model" => ("\"owner/name\"", "other/name"),
        "device" => ("\"cpu\"", "cuda"),
        "dtype" => ("\"f32\"", "bf16"),
        "threads" => ("3", "4"),
        "batch-tokens" => ("256", "512"),
        "offline" | "no-text" | "quiet" => ("true", "false"),
        "cache" => ("\"/a/cache\"", "/b/cache"),
        "language" => ("\"nl\"", "de"),
        "min-score" => ("0.5", "0.25"),
        "include" | "exclude" => ("[\"*.txt\", \"a/**\"]", ""),
        "max-megabytes" => ("4", "5"),
        "format" => ("\"csv\"", "tsv"),
        "rows" => ("\"sentences\"", "entities"),
        "color" => ("\"always\"", "never"),
        "width" => ("60", "70"),
        field if field.ends_with("-field") => ("\"body\"", "content"),
        other => panic!("no example of {other}"),
    }
}

#[test]
fn every_setting_is_taken_from_a_file_and_the_environment_comes_before_it() {
    let home = Home::new();
    let text: String = KEYS
        .iter()
        .map(|key| format!("{} = {}\n", key.name, example(key.name).0))
        .collect();
    home.write(".config/stellig/config.toml", &text);
    let file = home.path(".config/stellig/config.toml");
    for (line, key) in KEYS.iter().enumerate() {
        let (in_file, in_environment) = example(key.name);
        let values: Vec<String> = match key.kind {
            Kind::List => vec!["*.txt".into(), "a/**".into()],
            _ => vec![in_file.trim_matches('"').to_owned()],
        };
        let place = format!("{}:{}", file.display(), line + 1);
        for command in key.commands {
            assert_eq!(
                home.setting(command, key.name, |_| {}),
                (Some(values.clone()), place.clone()),
                "{command}"
            );
            if let Some(variable) = key.variable {
                let set = |command: &mut Command| {
                    command.env(variable, in_environment);
                };
                let expected = (one(in_environment), variable.to_owned());
                assert_eq!(home.setting(command, key.name, set), expected, "{command} {variable}");
                let empty = |command: &mut Command| {
                    command.env(variable, "");
                };
                assert_eq!(
                    home.setting(command, key.name, empty).1,
                    place,
                    "{variable} set to nothing"
                );
            }
        }
    }
}

#[test]
fn the_nearest_file_comes_first_and_what_was_named_comes_alone() {
    let home = Home::new();
    home.write(".config/stellig/config.toml", "language = \"fr\"\nthreads = 2\n");
    home.write("stellig.toml", "language = \"de\"\n[show]\nlanguage = \"es\"\n");
    home.write("other.toml", "threads = 5\n");
    let source = |file: &str, line: usize| format!("{}:{line}", home.path(file).display());
    let language = |command: &str| home.setting(command, "language", |_| {});
    assert_eq!(language("label"), (one("de"), source("stellig.toml", 1)));
    assert_eq!(language("show"), (one("es"), source("stellig.toml", 3)));
    let threads = home.setting("label", "threads", |_| {});
    assert_eq!(
        threads,
        (one("2"), source(".config/stellig/config.toml", 2)),
        "your own file fills up"
    );
    home.write("news/stellig.toml", "language = \"it\"\n");
    assert_eq!(
        language("show"),
        (one("it"), source("news/stellig.toml", 1)),
        "the nearest of its name alone"
    );
    let named = |command: &mut Command| {
        command.args(["--config", "../other.toml"]);
    };
    assert_eq!(
        home.setting("label", "language", named),
        (one("auto"), "built in".into())
    );
    assert_eq!(home.setting("label", "threads", named).0, one("5"));
    let by_variable = |command: &mut Command| {
        command.env("STELLIG_CONFIG", "../other.toml");
    };
    assert_eq!(home.setting("label", "threads", by_variable).0, one("5"));
    let none = |command: &mut Command| {
        command.arg("--no-config");
    };
    assert_eq!(
        home.setting("label", "language", none),
        (one("auto"), "built in".into())
    );
    let none = |command: &mut Command| {
        command.env("STELLIG_NO_CONFIG", "1");
    };
    assert_eq!(home.setting("label", "threads", none).0, None);
    let xdg = |command: &mut Command| {
        command.env("XDG_CONFIG_HOME", home.path("xdg"));
    };
    assert_eq!(home.setting("label", "threads", xdg).0, None);
}

#[test]
fn what_config_prints_can_be_read_again() {
    let home = Home::new();
    home.write(
        "news/stellig.toml",
        "dtype = \"f32\"\nexclude = [\"a \\\"b\\\"\"]\n[show]\ndtype = \"bf16\"\n",
    );
    let output = home
        .stellig(&["config"])
        .env("STELLIG_LANGUAGE", "nl")
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        printed.contains("language = \"nl\"") && printed.contains("# STELLIG_LANGUAGE\n"),
        "{printed}"
    );
    assert!(printed.contains("\n[show]\ndtype = \"bf16\""), "{printed}");
    home.write("again.toml", &printed);
    let again = |command: &mut Command| {
        command.args(["--config", "../again.toml"]);
    };
    assert_eq!(home.setting("show", "dtype", again).0, one("bf16"));
    assert_eq!(home.setting("label", "dtype", again).0, one("f32"));
    assert_eq!(home.setting("label", "exclude", again).0, one("a \"b\""));
    assert_eq!(home.setting("label", "language", again).0, one("nl"));
}
