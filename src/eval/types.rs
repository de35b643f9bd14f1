//! Names of entity types. A model may have finer ones than records use (GPE, which records call LOC), and gold may be marked with
//! either: a type is scored under the model's own name where the gold has that name, else under the one of records.

use std::collections::{BTreeMap, BTreeSet};

use super::conll::TokenFile;
use super::{EvalError, Marks};
use crate::label::coarse;
use crate::nearest::{did_you_mean, nearest};

/// What a predicted type is called beside gold that has these types.
pub(crate) fn scored_as<'n>(gold: &BTreeSet<String>, own: &'n str, label: &'n str) -> &'n str {
    if gold.contains(own) { own } else { label }
}

/// Makes sure that each of `types` is in the gold or can be predicted: of any other nothing could be counted.
///
/// # Errors
/// At the first type that is nowhere.
pub fn require_types(types: &[String], files: &[TokenFile], marks: &Marks) -> Result<(), EvalError> {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for file in files {
        known.extend(file.types.iter().map(String::as_str));
        let predicted = marks.entities.iter().flatten();
        known.extend(predicted.map(|(own, label)| scored_as(&file.types, own, label)));
    }
    match types.iter().find(|name| !known.contains(name.as_str())) {
        None => Ok(()),
        Some(name) => Err(EvalError::Type {
            name: name.clone(),
            known: known.iter().copied().collect::<Vec<_>>().join(", "),
            near: did_you_mean(nearest(name, known)),
        }),
    }
}

/// Types of the gold that `types` asks for by their own name or that of records and that no prediction can have, each with
/// what the model may call it.
pub fn types_without_model(types: &[String], gold: &TokenFile, marks: &Marks) -> BTreeMap<String, Option<String>> {
    let predicted = marks.entities.iter().flatten();
    let known: BTreeSet<&str> = predicted
        .map(|(own, label)| scored_as(&gold.types, own, label))
        .collect();
    let wanted = |name: &str| types.iter().any(|wanted| wanted == name);
    let missing = gold.types.iter().filter(|name| !known.contains(name.as_str()));
    missing
        .map(|name| (name, Some(coarse(name)).filter(|other| known.contains(other))))
        .filter(|(name, other)| wanted(name) || other.is_some_and(|other| wanted(other) && !gold.types.contains(other)))
        .map(|(name, other)| (name.clone(), other.map(str::to_owned)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_is_nowhere_is_told() {
        let file = TokenFile::parse("g.tsv", None, "a\tB-PERSON\nb\tB-DATE\n").unwrap();
        let types = [("PERSON", "PER"), ("GPE", "LOC")].map(|(own, label)| (own.to_owned(), label.to_owned()));
        let marks = Marks {
            entities: Some(types.into()),
            ..Marks::default()
        };
        let told = |name: &str| require_types(&[name.to_owned()], std::slice::from_ref(&file), &marks);
        for there in ["PERSON", "DATE", "LOC"] {
            assert!(told(there).is_ok(), "{there}");
        }
        assert_eq!(
            told("date").unwrap_err().to_string(),
            "--types: neither the gold nor the model has the type `date`, but DATE, LOC, PERSON; did you mean DATE?"
        );
        let without = |wanted: &str| types_without_model(&[wanted.to_owned()], &file, &marks);
        assert_eq!(without("DATE"), [("DATE".to_owned(), None)].into());
        assert!(without("PERSON").is_empty());
        // The gold says PERSON, and so the model's PERSON is not counted as PER.
        assert!(told("PER").is_err());
    }
}
