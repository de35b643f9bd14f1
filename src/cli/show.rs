//! `stellig show`: one article in the terminal. Chooses width and colour; what it looks like is decided in
//! [`crate::terminal`].

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::record::Line;
use crate::terminal::{NARROWEST, Style, render, render_failure};

/// Columns where neither the user nor a terminal says otherwise.
const WIDTH: usize = 80;
/// Longer lines are hard to read; a wider terminal is not filled unless asked for.
const WIDEST: usize = 100;

/// Show one article in the terminal: what is certain, what is not, and who says so.
///
/// Each claim has a sign before it (the fuller, the more certain) and its label below it: how certain, with the
/// probability that this label is right; NOT where the claim is said not to hold; who answers for it; and the words that
/// give it away. Sentences without a claim have none.
#[derive(Debug, Clone, Args)]
pub struct ShowArgs {
    /// The article: any file that `label` reads, or - for JSON Lines on standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// When to colour; auto colours on a terminal unless NO_COLOR is set
    #[arg(long, value_enum, default_value_t = ColourChoice::Auto, value_name = "WHEN")]
    pub color: ColourChoice,

    /// Columns to fill [default: COLUMNS, else the terminal's up to 100, else 80]
    #[arg(long, value_name = "N", value_parser = at_least_narrowest)]
    pub width: Option<usize>,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColourChoice {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb.
    Auto,
    /// Also into pipes and files.
    Always,
    /// Never.
    Never,
}

fn at_least_narrowest(argument: &str) -> Result<usize, String> {
    match argument.parse() {
        Ok(width) if width >= NARROWEST => Ok(width),
        _ => Err(format!("give a whole number of columns, {NARROWEST} or more")),
    }
}

/// Writes labelled articles and failures as a person reads them, with an empty line between two.
///
/// # Errors
/// What `out` says.
pub fn render_lines(args: &ShowArgs, lines: Vec<Line>, out: &mut dyn Write) -> io::Result<()> {
    let style = Surroundings::found().style(args);
    for (i, line) in lines.iter().enumerate() {
        if i > 0 {
            out.write_all(b"\n")?;
        }
        let shown = match line {
            Line::Record(record) => render(record, &style),
            Line::Failure(failure) => render_failure(failure, &style),
        };
        out.write_all(shown.as_bytes())?;
    }
    out.flush()
}

/// What the program finds around it.
#[derive(Debug, Default)]
struct Surroundings {
    /// Columns of the terminal that standard output is; none where it is something else.
    terminal: Option<usize>,
    no_color: Option<OsString>,
    term: Option<OsString>,
    columns: Option<OsString>,
}

impl Surroundings {
    fn found() -> Self {
        let columns = || terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0));
        Self {
            terminal: io::stdout().is_terminal().then(columns),
            no_color: std::env::var_os("NO_COLOR"),
            term: std::env::var_os("TERM"),
            columns: std::env::var_os("COLUMNS"),
        }
    }

    fn style(&self, args: &ShowArgs) -> Style {
        let set = |variable: &Option<OsString>| variable.as_ref().is_some_and(|value| !value.is_empty());
        let colour = match args.color {
            ColourChoice::Always => true,
            ColourChoice::Never => false,
            ColourChoice::Auto => {
                let dumb = self.term.as_ref().is_some_and(|term| term == "dumb");
                self.terminal.is_some() && !set(&self.no_color) && !dumb
            }
        };
        let columns = || {
            self.columns
                .as_ref()?
                .to_str()?
                .parse()
                .ok()
                .filter(|columns| *columns > 0)
        };
        let terminal = || {
            self.terminal
                .filter(|columns| *columns > 0)
                .map(|columns| columns.min(WIDEST))
        };
        let width = args.width.or_else(columns).or_else(terminal).unwrap_or(WIDTH);
        Style {
            width: width.max(NARROWEST),
            colour,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        show: ShowArgs,
    }

    fn args(rest: &[&str]) -> ShowArgs {
        Program::try_parse_from([&["show", "a.txt"], rest].concat())
            .unwrap_or_else(|error| panic!("{error}"))
            .show
    }

    fn terminal(columns: usize) -> Surroundings {
        Surroundings {
            terminal: Some(columns),
            ..Surroundings::default()
        }
    }

    #[test]
    fn colour_follows_terminal_and_wishes() {
        let auto = args(&[]);
        let colour = |surroundings: &Surroundings, args: &ShowArgs| surroundings.style(args).colour;
        assert!(colour(&terminal(80), &auto));
        assert!(!colour(&Surroundings::default(), &auto), "a pipe");
        let no_color = |value: &str| Surroundings {
            no_color: Some(value.into()),
            ..terminal(80)
        };
        assert!(!colour(&no_color("1"), &auto));
        assert!(
            colour(&no_color(""), &auto),
            "an empty NO_COLOR counts as none (no-color.org)"
        );
        assert!(
            colour(&no_color("1"), &args(&["--color", "always"])),
            "an argument outdoes the environment"
        );
        assert!(!colour(&terminal(80), &args(&["--color", "never"])));
        assert!(!colour(
            &Surroundings {
                term: Some("dumb".into()),
                ..terminal(80)
            },
            &auto
        ));
    }

    #[test]
    fn width_is_the_argument_then_columns_then_the_terminal() {
        let columns = |value: &str| Surroundings {
            columns: Some(value.into()),
            ..terminal(70)
        };
        assert_eq!(columns("90").style(&args(&["--width", "200"])).width, 200);
        assert_eq!(columns("150").style(&args(&[])).width, 150);
        assert_eq!(columns("wide").style(&args(&[])).width, 70);
        assert_eq!(columns("0").style(&args(&[])).width, 70);
        assert_eq!(columns("5").style(&args(&[])).width, NARROWEST);
        assert_eq!(terminal(240).style(&args(&[])).width, WIDEST);
        assert_eq!(Surroundings::default().style(&args(&[])).width, WIDTH);
        for wrong in ["0", "19", "-1", "x"] {
            assert!(
                Program::try_parse_from(["show", "a.txt", "--width", wrong]).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn articles_stand_apart() {
        let failure = |id: &str| {
            let error = crate::record::FailureDetail {
                kind: "empty".into(),
                message: "no text".into(),
            };
            Line::Failure(crate::record::FailureRecord {
                schema: 1,
                id: id.into(),
                path: None,
                error,
            })
        };
        let mut out = Vec::new();
        render_lines(&args(&["--color", "never"]), vec![failure("a"), failure("b")], &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "not labelled: a: no text\n\nnot labelled: b: no text\n"
        );
    }
}
