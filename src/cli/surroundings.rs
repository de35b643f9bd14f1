//! What a terminal can show: its columns and its colours, by what the user says, the environment and the terminal.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use clap::ValueEnum;

use crate::terminal::{Colours, NARROWEST, Style};

/// Columns where neither the user nor a terminal says otherwise.
const WIDTH: usize = 80;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColourChoice {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb
    Auto,
    /// Also into pipes and files
    Always,
    /// Never
    Never,
}

/// What the program finds around it.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    /// Columns of the terminal that standard output is; none where it is something else.
    terminal: Option<usize>,
    no_color: Option<OsString>,
    term: Option<OsString>,
    colorterm: Option<OsString>,
    columns: Option<OsString>,
}

impl Surroundings {
    pub(super) fn found() -> Self {
        let columns = || terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0));
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        Self {
            terminal: io::stdout().is_terminal().then(columns),
            no_color: variable("NO_COLOR"),
            term: variable("TERM"),
            colorterm: variable("COLORTERM"),
            columns: variable("COLUMNS"),
        }
    }

    /// How to write where the user asks for `color` and `width`.
    pub(super) fn style(&self, color: ColourChoice, width: Option<usize>) -> Style {
        let is_coloured = match color {
            ColourChoice::Always => true,
            ColourChoice::Never => false,
            ColourChoice::Auto => self.terminal.is_some() && self.no_color.is_none() && !self.is_dumb(),
        };
        let columns = || self.columns.as_ref()?.to_str()?.parse().ok();
        let known = |columns: &usize| *columns > 0;
        let width = width
            .or_else(|| columns().filter(known))
            .or_else(|| self.terminal.filter(known));
        Style {
            width: width.unwrap_or(WIDTH).max(NARROWEST),
            colours: if is_coloured { self.depth() } else { Colours::None },
        }
    }

    fn is_dumb(&self) -> bool {
        self.term.as_ref().is_some_and(|term| term == "dumb")
    }

    /// How many colours the terminal has, as far as it says.
    fn depth(&self) -> Colours {
        let text = |value: &Option<OsString>| {
            value
                .as_ref()
                .map_or(String::new(), |v| v.to_string_lossy().into_owned())
        };
        let (colorterm, term) = (text(&self.colorterm), text(&self.term));
        if ["truecolor", "24bit"].contains(&colorterm.as_str()) || term.ends_with("-direct") {
            Colours::True
        } else if term.contains("256color") {
            Colours::Many
        } else {
            Colours::Sixteen
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(columns: usize) -> Surroundings {
        Surroundings {
            terminal: Some(columns),
            ..Surroundings::default()
        }
    }

    #[test]
    fn colour_follows_terminal_and_wishes() {
        let colours = |surroundings: &Surroundings, color| surroundings.style(color, None).colours.any();
        let auto = ColourChoice::Auto;
        assert!(colours(&terminal(80), auto));
        assert!(!colours(&Surroundings::default(), auto), "a pipe");
        let no_color = || Surroundings {
            no_color: Some("1".into()),
            ..terminal(80)
        };
        assert!(!colours(&no_color(), auto));
        assert!(
            colours(&no_color(), ColourChoice::Always),
            "an argument outdoes the environment"
        );
        assert!(!colours(&terminal(80), ColourChoice::Never));
        let dumb = Surroundings {
            term: Some("dumb".into()),
            ..terminal(80)
        };
        assert!(!colours(&dumb, auto));
    }

    #[test]
    fn the_terminal_says_how_many_colours_it_has() {
        for (term, colorterm, colours) in [
            ("xterm", "", Colours::Sixteen),
            ("xterm-256color", "", Colours::Many),
            ("xterm-256color", "truecolor", Colours::True),
            ("screen", "24bit", Colours::True),
            ("xterm-direct", "", Colours::True),
            ("linux", "yes", Colours::Sixteen),
        ] {
            let around = Surroundings {
                term: Some(term.into()),
                colorterm: Some(colorterm.into()),
                ..terminal(80)
            };
            assert_eq!(
                around.style(ColourChoice::Auto, None).colours,
                colours,
                "{term} {colorterm}"
            );
        }
    }

    #[test]
    fn width_is_the_argument_then_columns_then_the_terminal() {
        let width = |around: &Surroundings, given| around.style(ColourChoice::Auto, given).width;
        let columns = |value: &str| Surroundings {
            columns: Some(value.into()),
            ..terminal(70)
        };
        assert_eq!(width(&columns("90"), Some(200)), 200);
        assert_eq!(width(&columns("150"), None), 150);
        assert_eq!(width(&columns("wide"), None), 70);
        assert_eq!(width(&columns("0"), None), 70);
        assert_eq!(width(&columns("5"), None), NARROWEST);
        assert_eq!(width(&terminal(240), None), 240);
        assert_eq!(width(&Surroundings::default(), None), WIDTH);
    }
}
