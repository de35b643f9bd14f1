//! Labelled articles as text for a terminal: what is certain, what is not, and who says so. Pure functions from records
//! to strings; nothing that an article or a model says reaches the terminal as a control sequence.

mod body;
mod choice;
mod counts;
mod flow;
mod fold;
mod label;
mod legend;
mod look;
mod markup;
mod numbers;
mod page;
#[cfg(test)]
mod page_tests;
mod palette;
mod sanitize;
mod screen;
#[cfg(test)]
mod tests;

use crate::record::Sentence;

pub use choice::{Choice, Only};
pub use numbers::{counted, grouped};
pub use page::Page;
pub use palette::Colours;
pub use sanitize::sanitize;

/// The narrowest screen that is written for; a smaller width counts as this one.
pub const NARROWEST: usize = 20;

/// How to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Columns of the screen. Text takes no more of them than can be read well; where there are enough, the label of a
    /// claim stands beside it and not below.
    pub width: usize,
    /// Colours of the screen; without any, entities stand in brackets with their type.
    pub colours: Colours,
}

/// Whether the sentence makes a claim; a model that does not tell claims apart, but judges certainty, sees one in each.
fn is_claim(sentence: &Sentence) -> bool {
    sentence
        .claim
        .as_ref()
        .map_or(sentence.certainty.is_some(), |claim| claim.label)
}
