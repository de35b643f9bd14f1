//! What the labels of a token head mean: IOB2 over named types ("B-PER"), or over one nameless type ("B").

use thiserror::Error;

/// A token head's labels, read as IOB2.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheme {
    /// Place of the label "O".
    pub outside: usize,
    /// The types, in the order of their B- labels.
    pub kinds: Vec<Kind>,
}

/// One type of span.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// "PER", or the empty string for the nameless type.
    pub name: String,
    /// Place of its B label.
    pub begin: usize,
    /// Place of its I label.
    pub inside: usize,
}

/// Labels that are not IOB2.
#[derive(Debug, Error, PartialEq)]
pub enum SchemeError {
    /// No "O" among the labels.
    #[error("the labels {0:?} have no \"O\"; a token head needs IOB2 labels")]
    NoOutside(Vec<String>),
    /// A B without its I, or a label of another scheme.
    #[error("the label \"{0}\" has no partner; IOB2 needs a B and an I label for every type")]
    Unpaired(String),
}

impl Scheme {
    /// Reads a list of labels.
    ///
    /// # Errors
    /// When the labels are not IOB2.
    pub fn read(labels: &[String]) -> Result<Self, SchemeError> {
        let place = |wanted: &str| labels.iter().position(|label| label == wanted);
        let outside = place("O").ok_or_else(|| SchemeError::NoOutside(labels.to_vec()))?;
        let mut kinds = Vec::new();
        for (begin, label) in labels.iter().enumerate() {
            if begin == outside {
                continue;
            }
            let (prefix, name) = label.split_once('-').unwrap_or((label, ""));
            let partner = match prefix {
                "B" => "I",
                "I" => "B",
                _ => return Err(SchemeError::Unpaired(label.clone())),
            };
            let other = if label.contains('-') {
                format!("{partner}-{name}")
            } else {
                partner.to_owned()
            };
            let other = place(&other).ok_or_else(|| SchemeError::Unpaired(label.clone()))?;
            if prefix == "B" {
                kinds.push(Kind {
                    name: name.to_owned(),
                    begin,
                    inside: other,
                });
            }
        }
        Ok(Self { outside, kinds })
    }

    /// Number of labels.
    pub fn len(&self) -> usize {
        1 + 2 * self.kinds.len()
    }

    /// Whether there is nothing but "O".
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn named_and_nameless_types() {
        let scheme = Scheme::read(&labels(&["O", "B-PER", "I-PER", "I-LOC", "B-LOC"])).unwrap();
        assert_eq!(scheme.kinds.len(), 2);
        assert_eq!(
            scheme.kinds[1],
            Kind {
                name: "LOC".into(),
                begin: 4,
                inside: 3
            }
        );
        let scheme = Scheme::read(&labels(&["O", "B", "I"])).unwrap();
        assert_eq!(
            scheme.kinds[0],
            Kind {
                name: String::new(),
                begin: 1,
                inside: 2
            }
        );
    }

    #[test]
    fn what_is_no_iob2_is_named() {
        assert!(matches!(
            Scheme::read(&labels(&["B", "I"])),
            Err(SchemeError::NoOutside(_))
        ));
        assert_eq!(
            Scheme::read(&labels(&["O", "S-PER"])),
            Err(SchemeError::Unpaired("S-PER".into()))
        );
        assert_eq!(
            Scheme::read(&labels(&["O", "B-PER"])),
            Err(SchemeError::Unpaired("B-PER".into()))
        );
    }
}
