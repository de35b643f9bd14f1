//! Names of entity types as other models have them, and which of PER, ORG, LOC and MISC they are (OntoNotes by the mapping
//! that is usual where it is scored against CoNLL-2003).

/// PER, ORG, LOC or MISC; a type that is none of them keeps its name.
pub fn coarse(kind: &str) -> &str {
    let is = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(kind));
    if is(&["PER", "PERS", "PERSON", "PEOPLE", "HUMAN"]) {
        "PER"
    } else if is(&["ORG", "ORGANIZATION", "ORGANISATION", "CORPORATION", "COMPANY"]) {
        "ORG"
    } else if is(&["LOC", "LOCATION", "PLACE", "GPE", "FAC", "FACILITY"]) {
        "LOC"
    } else if is(&[
        "MISC",
        "MISCELLANEOUS",
        "NORP",
        "EVENT",
        "PRODUCT",
        "WORK_OF_ART",
        "LAW",
        "LANGUAGE",
    ]) {
        "MISC"
    } else {
        kind
    }
}

#[cfg(test)]
mod tests {
    use super::coarse;

    #[test]
    fn known_types_are_mapped_and_others_keep_their_name() {
        let mapped = ["per", "Person", "GPE", "ORGANIZATION", "NORP", "DATE", "LABEL_3", ""].map(coarse);
        assert_eq!(mapped, ["PER", "PER", "LOC", "ORG", "MISC", "DATE", "LABEL_3", ""]);
    }
}
