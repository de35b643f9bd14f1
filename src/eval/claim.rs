//! The label of a sentence as the annotation guidelines write it, `none` or `CERTAINTY POLARITY HOLDER` (`PS+ source`),
//! and the class names under which labels are counted.

use std::fmt;

use crate::record::{CertaintyLabel, Factuality, Holder, Polarity};

/// What the guidelines say of a sentence that makes a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    /// Degree of certainty.
    pub certainty: CertaintyLabel,
    /// Whether the claim is said to hold.
    pub polarity: Polarity,
    /// Who answers for it.
    pub holder: Holder,
}

impl Judgement {
    /// Certainty and polarity joined.
    pub fn factuality(&self) -> Factuality {
        Factuality::join(self.certainty, self.polarity)
    }
}

impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.factuality().as_str(), self.holder.as_str())
    }
}

/// Reads a label; `none` gives `Ok(None)`.
pub fn parse_label(label: &str) -> Result<Option<Judgement>, String> {
    if label == "none" {
        return Ok(None);
    }
    parse_judgement(label).map(Some).ok_or_else(|| {
        format!(
            "`{label}` is no label (`none`, or CT, PR, PS or U with + or -, a blank, and author, source or hearsay)"
        )
    })
}

fn parse_judgement(label: &str) -> Option<Judgement> {
    let (factuality, holder) = label.split_once(' ')?;
    let (degree, polarity) = match factuality.strip_suffix('+') {
        Some(degree) => (degree, Polarity::Positive),
        None => (factuality.strip_suffix('-')?, Polarity::Negative),
    };
    let certainty = match degree {
        "CT" => CertaintyLabel::Certain,
        "PR" => CertaintyLabel::Probable,
        "PS" => CertaintyLabel::Possible,
        "U" => CertaintyLabel::Uncommitted,
        _ => return None,
    };
    let holder = match holder {
        "author" => Holder::Author,
        "source" => Holder::Source,
        "hearsay" => Holder::Hearsay,
        _ => return None,
    };
    Some(Judgement {
        certainty,
        polarity,
        holder,
    })
}

/// A set of class names, `none` among them, and the ones that a macro average is taken over.
pub(crate) struct Classes {
    pub(crate) names: &'static [&'static str],
    pub(crate) averaged: &'static [usize],
}

/// Claim or not.
pub(crate) const CLAIM: Classes = Classes {
    names: &["none", "claim"],
    averaged: &[0, 1],
};
/// Degrees; `none` is a prediction only.
pub(crate) const CERTAINTY: Classes = Classes {
    names: &["certain", "probable", "possible", "uncommitted", "none"],
    averaged: &[0, 1, 2, 3],
};
/// Polarities; `none` is a prediction only.
pub(crate) const POLARITY: Classes = Classes {
    names: &["positive", "negative", "none"],
    averaged: &[0, 1],
};
/// Holders; `none` is a prediction only.
pub(crate) const HOLDER: Classes = Classes {
    names: &["author", "source", "hearsay", "none"],
    averaged: &[0, 1, 2],
};
/// FactBank's classes. PS- and U- are too rare to average.
pub(crate) const FACTUALITY: Classes = Classes {
    names: &["none", "CT+", "CT-", "PR+", "PR-", "PS+", "PS-", "U+", "U-"],
    averaged: &[0, 1, 2, 3, 4, 5, 7],
};

pub(crate) fn certainty_class(label: Option<CertaintyLabel>) -> usize {
    match label {
        Some(CertaintyLabel::Certain) => 0,
        Some(CertaintyLabel::Probable) => 1,
        Some(CertaintyLabel::Possible) => 2,
        Some(CertaintyLabel::Uncommitted) => 3,
        None => 4,
    }
}

pub(crate) fn polarity_class(label: Option<Polarity>) -> usize {
    match label {
        Some(Polarity::Positive) => 0,
        Some(Polarity::Negative) => 1,
        None => 2,
    }
}

pub(crate) fn holder_class(label: Option<Holder>) -> usize {
    match label {
        Some(Holder::Author) => 0,
        Some(Holder::Source) => 1,
        Some(Holder::Hearsay) => 2,
        None => 3,
    }
}

pub(crate) fn factuality_class(label: Option<Factuality>) -> usize {
    match label {
        None => 0,
        Some(Factuality::CtPlus) => 1,
        Some(Factuality::CtMinus) => 2,
        Some(Factuality::PrPlus) => 3,
        Some(Factuality::PrMinus) => 4,
        Some(Factuality::PsPlus) => 5,
        Some(Factuality::PsMinus) => 6,
        Some(Factuality::UPlus) => 7,
        Some(Factuality::UMinus) => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_read() {
        let read = parse_label("PS- hearsay").unwrap().unwrap();
        assert_eq!(read.to_string(), "PS- hearsay");
        assert_eq!((read.factuality().as_str(), read.holder), ("PS-", Holder::Hearsay));
        assert_eq!(parse_label("none"), Ok(None));
        for wrong in [
            "",
            "CT+",
            "CT author",
            "ct+ author",
            "CT+  author",
            "XX+ author",
            "CT+ reader",
            "none author",
        ] {
            assert!(parse_label(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn class_numbers_fit_their_names() {
        for name in &FACTUALITY.names[1..] {
            let judgement = parse_label(&format!("{name} author")).unwrap().unwrap();
            assert_eq!(FACTUALITY.names[factuality_class(Some(judgement.factuality()))], *name);
        }
        let averaged: Vec<_> = FACTUALITY
            .averaged
            .iter()
            .map(|&class| FACTUALITY.names[class])
            .collect();
        assert_eq!(averaged, ["none", "CT+", "CT-", "PR+", "PR-", "PS+", "U+"]);
    }
}
