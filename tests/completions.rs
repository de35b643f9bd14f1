//! What is made from the definition of the command line: completions, as the shells themselves read them, and pages for
//! man. A shell that is not installed is told as skipped, bash alone must be there on Unix; `.ci/run` installs the others.
//! The script of PowerShell is read by no shell here.

#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::path::Path;

use program::{program, skipped, undisturbed};

/// What elvish knows at a prompt alone.
const AT_THE_PROMPT: &str = "var edit: = (ns [&completion:=(ns [&arg-completer=[&]])])\n";

fn stellig(arguments: &[&str]) -> String {
    let output = program().args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a program that reads `script`; none if it is not installed, which is told.
fn read_by(program: &str, arguments: &[&str], script: &Path) -> Option<(bool, String)> {
    let Ok(output) = undisturbed(program).args(arguments).arg(script).output() else {
        skipped(&format!("{program} is not installed, so nothing here is read by it"));
        return None;
    };
    let said = [output.stdout, output.stderr].concat();
    Some((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
}

#[test]
fn every_shell_can_read_its_script() {
    let folder = tempfile::tempdir().unwrap();
    for (shell, arguments) in [
        ("bash", Some(&["-n"][..])),
        ("zsh", Some(&["-n"])),
        ("fish", Some(&["--no-execute"])),
        ("elvish", Some(&["-compileonly"])),
        ("powershell", None),
    ] {
        let script = stellig(&["completions", shell]);
        for word in ["label", "convert", "completions", "min-score", "entity-model"] {
            assert!(script.contains(word), "{shell} completes no {word}");
        }
        assert!(
            !script.contains("bench-worker"),
            "{shell} completes what is not for people"
        );
        let Some(arguments) = arguments else { continue };
        let path = folder.path().join("script");
        let known = if shell == "elvish" { AT_THE_PROMPT } else { "" };
        fs::write(&path, known.to_owned() + &script).unwrap();
        match read_by(shell, arguments, &path) {
            Some((good, said)) => assert!(good && said.is_empty(), "{shell}: {said}"),
            None => assert!(shell != "bash" || !cfg!(unix), "bash is not installed"),
        }
    }
}

/// A folder with articles, a model in a cache, and the scripts of bash and fish.
#[cfg(unix)]
fn scene() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = format!("hub/models--acme--news/snapshots/{}", "e".repeat(40));
    fs::create_dir_all(folder.path().join(snapshot)).unwrap();
    fs::create_dir(folder.path().join("articles")).unwrap();
    fs::write(folder.path().join("article.txt"), "").unwrap();
    for shell in ["bash", "fish"] {
        fs::write(folder.path().join(shell), stellig(&["completions", shell])).unwrap();
    }
    folder
}

/// What a shell prints for `asks`, line by line, sorted; none if it is not installed.
#[cfg(unix)]
fn offered(shell: &str, asks: &str, folder: &Path) -> Option<Vec<String>> {
    let program = program();
    let path = format!(
        "{}:{}",
        Path::new(program.get_program()).parent().unwrap().display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let output = undisturbed(shell)
        .args(["-c", asks])
        .current_dir(folder)
        .env("PATH", path)
        .env("HOME", folder)
        .env("HF_HOME", folder)
        .output()
        .ok()?;
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    let mut offered: Vec<String> = said
        .lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    offered.sort();
    Some(offered)
}

#[cfg(unix)]
#[test]
fn bash_completes_commands_values_and_paths() {
    let folder = scene();
    let completed = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let (last, before) = (words[words.len() - 1], words[words.len() - 2]);
        let asks = format!(
            "source ./bash; compopt() {{ :; }}; COMP_WORDS=({}); COMP_CWORD={}; _stellig stellig '{last}' '{before}'; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            words
                .iter()
                .map(|word| format!("'{word}'"))
                .collect::<Vec<_>>()
                .join(" "),
            words.len() - 1,
        );
        offered("bash", &asks, folder.path()).unwrap()
    };
    assert_eq!(completed("stellig la"), ["label"]);
    assert_eq!(
        completed("stellig label --dtype "),
        ["auto", "bf16", "f16", "f32", "int8"]
    );
    assert_eq!(completed("stellig label --dtype b"), ["bf16"]);
    assert_eq!(completed("stellig show --only unc"), ["uncertain", "uncommitted"]);
    assert_eq!(completed("stellig models ver"), ["verify"]);
    assert_eq!(completed("stellig label --min-s"), ["--min-score"]);
    assert_eq!(completed("stellig label --output art"), ["article.txt", "articles"]);
    if cfg!(feature = "hub") {
        assert_eq!(completed("stellig label --model "), ["acme/news", "embedded"]);
        assert_eq!(completed("stellig show --entity-model ac"), ["acme/news"]);
    }
}

#[cfg(unix)]
#[test]
fn fish_completes_commands_values_and_models() {
    let folder = scene();
    let completed = |line: &str| offered("fish", &format!("source ./fish; complete -C '{line}'"), folder.path());
    let Some(commands) = completed("stellig la") else {
        skipped("fish is not installed, so it completes nothing here");
        return;
    };
    assert_eq!(
        commands,
        ["label\tLabel articles: one JSON record a line, or other formats"]
    );
    let types = completed("stellig label --dtype b").unwrap();
    assert_eq!(types, ["bf16\tbfloat16"]);
    let models = completed("stellig label --model ").unwrap();
    if cfg!(feature = "hub") {
        for name in ["embedded", "acme/news", "articles/"] {
            assert!(
                models.iter().any(|offered| offered.split('\t').next() == Some(name)),
                "{models:?}"
            );
        }
    }
}

#[test]
fn pages_for_man_are_sound() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("a/man1");
    assert_eq!(stellig(&["man", "--to", pages.to_str().unwrap()]), "");
    let mut names: Vec<String> = fs::read_dir(&pages)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    for name in [
        "stellig.1",
        "stellig-label.1",
        "stellig-models-convert.1",
        "stellig-config.1",
    ] {
        assert!(names.contains(&name.to_owned()), "{names:?}");
    }
    assert!(
        !names
            .iter()
            .any(|name| name.contains("worker") || name.contains("help")),
        "{names:?}"
    );
    assert_eq!(stellig(&["man"]), fs::read_to_string(pages.join("stellig.1")).unwrap());
    let label = fs::read_to_string(pages.join("stellig-label.1")).unwrap();
    for part in [
        ".SH EXAMPLES\n.EX\n",
        "STELLIG\\_MIN\\_SCORE",
        ".SH OUTPUT",
        ".SH \"SEE ALSO\"",
    ] {
        assert!(
            label.contains(part) || label.contains(&part.replace("\\_", "_")),
            "no {part} in {label}"
        );
    }
    for (reader, arguments) in [
        ("groff", &["-man", "-Tutf8", "-ww", "-z"][..]),
        ("mandoc", &["-T", "lint", "-W", "warning"]),
    ] {
        for name in &names {
            let Some((good, said)) = read_by(reader, arguments, &pages.join(name)) else {
                break;
            };
            // The program does not know when it was released, which mandoc counts as a fault.
            let faults: Vec<&str> = said.lines().filter(|line| !line.contains("missing date")).collect();
            assert!(faults.is_empty(), "{reader}, {name}: {faults:?}");
            assert!(good || reader == "mandoc", "{reader}, {name}");
        }
    }
}
