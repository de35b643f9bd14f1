//! What words look like: weight, slant, line, and what their colour stands for. Degrees of certainty are colours of the
//! ink, types of entity colours of the paper, so that one never hides the other.

use crate::record::CertaintyLabel;

use super::palette::Colours;

/// What a colour stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Paint {
    /// The screen's own colours.
    #[default]
    None,
    /// A degree of certainty.
    Degree(CertaintyLabel),
    /// What is said not to hold.
    Denied,
    /// An entity of one of CoNLL-2002's four types, or of another.
    Entity(Kind),
}

/// Types of entity that have a colour of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Person,
    Organisation,
    Place,
    Miscellaneous,
    Other,
}

/// Weight, slant, line and colour of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Look {
    pub(super) bold: bool,
    pub(super) dim: bool,
    pub(super) italic: bool,
    pub(super) underline: bool,
    pub(super) paint: Paint,
}

const PLAIN: Look = Look::PLAIN;
/// The name of an article.
pub(super) const STRONG: Look = Look { bold: true, ..PLAIN };
/// What stands behind.
pub(super) const FAINT: Look = Look { dim: true, ..PLAIN };
/// What is said not to hold.
pub(super) const DENIED: Look = Look {
    bold: true,
    paint: Paint::Denied,
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
    /// Text as the screen has it.
    pub(super) const PLAIN: Look = Look {
        bold: false,
        dim: false,
        italic: false,
        underline: false,
        paint: Paint::None,
    };

    /// In this colour.
    pub(super) fn painted(self, paint: Paint) -> Self {
        Self { paint, ..self }
    }

    /// The parameters of the SGR sequence (ECMA-48, 8.3.117) that switches it on; empty for plain text.
    pub(super) fn parameters(self, colours: Colours) -> String {
        let switches = [
            (self.bold, "1"),
            (self.dim, "2"),
            (self.italic, "3"),
            (self.underline, "4"),
        ];
        let on = switches.into_iter().filter(|(on, _)| *on).map(|(_, code)| code);
        let paint = Some(colours.parameters(self.paint)).filter(|paint| !paint.is_empty());
        on.chain(paint).collect::<Vec<_>>().join(";")
    }
}

/// The paper of a type of entity.
pub(super) fn paper(label: &str) -> Paint {
    Paint::Entity(match label {
        "PER" => Kind::Person,
        "ORG" => Kind::Organisation,
        "LOC" => Kind::Place,
        "MISC" => Kind::Miscellaneous,
        _ => Kind::Other,
    })
}
