//! Sentences that differ in a word or two and mean something else, in six languages: a pair counts only if both are
//! right. They were written before any model was scored on them and share no frame with training data. The levels are
//! those that the model that ships has reached, less three pairs, since the last bits of a sum differ from CPU to CPU; a new
//! one must not fall below them.

#![allow(clippy::unwrap_used)] // a test ends where it fails

mod support;

use serde_json::Value;

/// Least share of pairs with the right factuality, and with the whole label right, holder included.
const LEVEL: (f64, f64) = (0.957, 0.946);

#[test]
fn minimal_pairs_keep_their_level() {
    let files =
        ["nl", "en", "de", "fr", "es", "it"].map(|language| support::path(&format!("tests/data/pairs/{language}.txt")));
    let output = support::program()
        .args(["eval", "--pairs", "--json", "--model"])
        .arg(support::path("models/news-small"))
        .args(files)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = &report["pairs"]["all"];
    let count = |field: &str| all[field].as_u64().unwrap();
    assert_eq!(count("pairs"), 282);
    let share = |field: &str| count(field) as f64 / count("pairs") as f64;
    println!(
        "factuality {:.3}, whole label {:.3}",
        share("factuality"),
        share("right")
    );
    assert!(share("factuality") >= LEVEL.0, "factuality: {:.3}", share("factuality"));
    assert!(share("right") >= LEVEL.1, "whole label: {:.3}", share("right"));
}
