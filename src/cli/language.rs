//! Which language an article is in: what a user may say, and what was meant where that is no language.

use std::fmt;
use std::str::FromStr;

use crate::language;
use crate::nearest::did_you_mean;

/// What can be asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum LanguageChoice {
    /// Each article's own, as detected.
    #[default]
    Auto,
    /// An ISO 639-1 code.
    Code(String),
}

impl LanguageChoice {
    /// The code; none to detect it.
    pub fn code(&self) -> Option<String> {
        match self {
            Self::Auto => None,
            Self::Code(code) => Some(code.clone()),
        }
    }
}

impl FromStr for LanguageChoice {
    type Err = String;

    /// `auto`, a code with or without a region, or a language's name.
    fn from_str(given: &str) -> Result<Self, String> {
        if given == "auto" {
            return Ok(Self::Auto);
        }
        match language::code(given) {
            Some(code) => Ok(Self::Code(code)),
            None => {
                let near = language::similar(given).map(|(code, name)| format!("{code} ({name})"));
                let near = did_you_mean(near);
                Err(format!("give an ISO 639-1 code, such as nl, or auto{near}"))
            }
        }
    }
}

impl fmt::Display for LanguageChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Code(code) => f.write_str(code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_a_code_or_a_name_and_a_slip_is_told() {
        let of = |given: &str| given.parse::<LanguageChoice>();
        assert_eq!(of("auto"), Ok(LanguageChoice::Auto));
        for given in ["nl", "nl-BE", "Dutch", "nld"] {
            assert_eq!(of(given), Ok(LanguageChoice::Code("nl".into())), "{given}");
        }
        for (given, meant) in [
            ("duthc", "nl (Dutch)"),
            ("nederlands!", "nl (Dutch)"),
            ("germna", "de (German)"),
            ("du", "nl (Dutch)"),
            ("vs", "sv (Swedish)"),
        ] {
            let message = of(given).unwrap_err();
            assert!(
                message.ends_with(&format!("did you mean {meant}?")),
                "{given}: {message}"
            );
        }
        for given in ["klingon", "xx", "zz"] {
            assert!(of(given).unwrap_err().ends_with("or auto"), "{given}");
        }
    }
}
