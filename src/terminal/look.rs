//! What words look like on a screen with colour. Degrees of certainty are colours of the ink, types of entity colours
//! of the paper, so that one never hides the other; black ink on light paper reads on dark and light screens alike.

use crate::record::CertaintyLabel;

/// Weight, slant, line and colour of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Look {
    pub(super) bold: bool,
    pub(super) dim: bool,
    pub(super) italic: bool,
    pub(super) underline: bool,
    /// Parameters of an SGR sequence (ECMA-48, 8.3.117); empty for the screen's own colours.
    pub(super) paint: &'static str,
}

const PLAIN: Look = Look {
    bold: false,
    dim: false,
    italic: false,
    underline: false,
    paint: "",
};
/// The name of an article.
pub(super) const STRONG: Look = Look { bold: true, ..PLAIN };
/// What stands behind.
pub(super) const FAINT: Look = Look { dim: true, ..PLAIN };
/// What is said not to hold.
pub(super) const DENIED: Look = Look {
    bold: true,
    paint: "31",
    ..PLAIN
};
/// Who a claim comes from.
pub(super) const SOURCE: Look = Look {
    underline: true,
    ..PLAIN
};
/// Words that hand a claim to its source.
pub(super) const ATTRIBUTION: Look = Look { italic: true, ..PLAIN };
/// Words that lower certainty.
pub(super) const CERTAINTY: Look = Look { bold: true, ..PLAIN };

impl Look {
    /// In this colour.
    pub(super) fn painted(self, paint: &'static str) -> Self {
        Self { paint, ..self }
    }

    /// The parameters of the SGR sequence that switches it on; empty for plain text.
    pub(super) fn parameters(&self) -> String {
        let switches = [
            (self.bold, "1"),
            (self.dim, "2"),
            (self.italic, "3"),
            (self.underline, "4"),
        ];
        let on = switches.into_iter().filter(|(on, _)| *on).map(|(_, code)| code);
        on.chain((!self.paint.is_empty()).then_some(self.paint))
            .collect::<Vec<_>>()
            .join(";")
    }
}

/// The ink of a degree of certainty: green, yellow, orange, magenta.
pub(super) fn ink(certainty: CertaintyLabel) -> &'static str {
    match certainty {
        CertaintyLabel::Certain => "32",
        CertaintyLabel::Probable => "33",
        CertaintyLabel::Possible => "38;5;208",
        CertaintyLabel::Uncommitted => "35",
    }
}

/// The paper of a type of entity, with black ink.
pub(super) fn paper(label: &str) -> &'static str {
    match label {
        "PER" => "38;5;16;48;5;153",
        "ORG" => "38;5;16;48;5;183",
        "LOC" => "38;5;16;48;5;158",
        "MISC" => "38;5;16;48;5;223",
        _ => "38;5;16;48;5;252",
    }
}
