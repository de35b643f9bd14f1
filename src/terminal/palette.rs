//! The colours of a screen, by how many it has. Black ink on light paper reads on dark and light screens alike; the inks of
//! true colour are chosen to have a contrast of about 4 with white and with near-black (WCAG 2's formula).

use crate::record::CertaintyLabel::{Certain, Possible, Probable, Uncommitted};

use super::look::{Kind, Paint};

/// How many colours a screen has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colours {
    /// None, and no weight or slant either: entities stand in brackets with their type.
    #[default]
    None,
    /// The sixteen that every screen with colour has, as its owner set them.
    Sixteen,
    /// The 256 of xterm.
    Many,
    /// Red, green and blue.
    True,
}

impl Colours {
    /// Whether there are any.
    pub fn any(self) -> bool {
        self != Self::None
    }

    /// Parameters of an SGR sequence; empty for the screen's own colours.
    pub(super) fn parameters(self, paint: Paint) -> &'static str {
        match self {
            Self::None => "",
            Self::Sixteen => sixteen(paint),
            Self::Many => many(paint),
            Self::True => rgb(paint),
        }
    }
}

/// Green, cyan, yellow and magenta; red is kept for what is said not to hold.
fn sixteen(paint: Paint) -> &'static str {
    match paint {
        Paint::None => "",
        Paint::Degree(Certain) => "32",
        Paint::Degree(Probable) => "36",
        Paint::Degree(Possible) => "33",
        Paint::Degree(Uncommitted) => "35",
        Paint::Denied => "31",
        Paint::Entity(Kind::Person) => "30;46",
        Paint::Entity(Kind::Organisation) => "30;45",
        Paint::Entity(Kind::Place) => "30;42",
        Paint::Entity(Kind::Miscellaneous) => "30;43",
        Paint::Entity(Kind::Other) => "30;47",
    }
}

/// Green, yellow, orange and magenta.
fn many(paint: Paint) -> &'static str {
    match paint {
        Paint::Degree(Probable) => "33",
        Paint::Degree(Possible) => "38;5;208",
        Paint::Entity(Kind::Person) => "38;5;16;48;5;153",
        Paint::Entity(Kind::Organisation) => "38;5;16;48;5;183",
        Paint::Entity(Kind::Place) => "38;5;16;48;5;158",
        Paint::Entity(Kind::Miscellaneous) => "38;5;16;48;5;223",
        Paint::Entity(Kind::Other) => "38;5;16;48;5;252",
        other => sixteen(other),
    }
}

fn rgb(paint: Paint) -> &'static str {
    match paint {
        Paint::None => "",
        Paint::Degree(Certain) => "38;2;31;143;78",
        Paint::Degree(Probable) => "38;2;143;122;0",
        Paint::Degree(Possible) => "38;2;200;98;10",
        Paint::Degree(Uncommitted) => "38;2;164;95;196",
        Paint::Denied => "38;2;220;60;60",
        Paint::Entity(Kind::Person) => "38;2;0;0;0;48;2;168;209;255",
        Paint::Entity(Kind::Organisation) => "38;2;0;0;0;48;2;217;189;255",
        Paint::Entity(Kind::Place) => "38;2;0;0;0;48;2;164;227;189",
        Paint::Entity(Kind::Miscellaneous) => "38;2;0;0;0;48;2;255;217;160",
        Paint::Entity(Kind::Other) => "38;2;0;0;0;48;2;214;214;214",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of the last three parameters (WCAG 2.2).
    fn luminance(parameters: &str) -> f64 {
        let parts: Vec<f64> = parameters.split(';').map(|part| part.parse().unwrap()).collect();
        let linear = |value: f64| {
            let share = value / 255.0;
            if share <= 0.039_28 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        };
        let [red, green, blue] = parts[parts.len() - 3..] else {
            unreachable!()
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    fn contrast(a: f64, b: f64) -> f64 {
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn inks_read_on_dark_and_light_and_black_reads_on_paper() {
        let near_black = luminance("30;30;30");
        for ink in [
            Paint::Degree(Certain),
            Paint::Degree(Probable),
            Paint::Degree(Possible),
            Paint::Degree(Uncommitted),
            Paint::Denied,
        ] {
            let ink = luminance(Colours::True.parameters(ink));
            assert!(contrast(ink, 1.0) > 3.7 && contrast(ink, near_black) > 3.7, "{ink}");
        }
        for kind in [
            Kind::Person,
            Kind::Organisation,
            Kind::Place,
            Kind::Miscellaneous,
            Kind::Other,
        ] {
            let paper = luminance(Colours::True.parameters(Paint::Entity(kind)));
            assert!(contrast(paper, 0.0) > 10.0, "{kind:?}");
        }
    }

    #[test]
    fn no_two_meanings_share_a_colour() {
        for colours in [Colours::Sixteen, Colours::Many, Colours::True] {
            let inks = [Certain, Probable, Possible, Uncommitted].map(Paint::Degree);
            let kinds = [
                Kind::Person,
                Kind::Organisation,
                Kind::Place,
                Kind::Miscellaneous,
                Kind::Other,
            ];
            let all = inks.into_iter().chain([Paint::Denied]).chain(kinds.map(Paint::Entity));
            let mut seen: Vec<&str> = all.map(|paint| colours.parameters(paint)).collect();
            let count = seen.len();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), count, "{colours:?}");
        }
    }
}
