//! A home folder of its own for each test, and the program in it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support;

/// A home with a folder `news` in it, where the program runs.
pub struct Home(tempfile::TempDir);

impl Home {
    pub fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join("news")).unwrap();
        fs::create_dir_all(home.path().join(".config/stellig")).unwrap();
        Self(home)
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.0.path().join(relative)
    }

    pub fn write(&self, relative: &str, text: &str) {
        fs::write(self.path(relative), text).unwrap();
    }

    /// The program in `news`, with none of the environment's own settings.
    pub fn stellig(&self, arguments: &[&str]) -> Command {
        let mut command = support::program();
        command
            .env_remove("STELLIG_NO_CONFIG")
            .current_dir(self.path("news"))
            .env("HOME", self.0.path())
            .env("HF_ENDPOINT", "http://127.0.0.1:9")
            .args(arguments);
        command
    }

    /// What `stellig config --json` says of a setting: its value and its source.
    pub fn setting(
        &self,
        command: &str,
        key: &str,
        change: impl FnOnce(&mut Command),
    ) -> (Option<Vec<String>>, String) {
        let mut program = self.stellig(&["config", "--json"]);
        change(&mut program);
        let output = program.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        let row = rows
            .iter()
            .find(|row| row["command"] == command && row["key"] == key)
            .unwrap();
        (
            serde_json::from_value(row["value"].clone()).unwrap(),
            row["source"].as_str().unwrap().to_owned(),
        )
    }
}

/// What was said on standard error.
pub fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// One value.
pub fn one(value: &str) -> Option<Vec<String>> {
    Some(vec![value.to_owned()])
}
