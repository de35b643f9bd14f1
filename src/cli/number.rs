//! Numbers of the command line, and what is said where something else stands.

use std::num::NonZeroUsize;
use std::str::FromStr;

/// A number of things of which there has to be one.
pub(super) fn count(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "give a whole number, 1 or more".to_owned())
}

/// A number of things.
pub(super) fn whole<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| "give a whole number".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_whole() {
        assert_eq!(count("3").map(NonZeroUsize::get), Ok(3));
        assert_eq!(whole("0"), Ok(0_u64));
        for wrong in ["0", "-1", "1.5", "many", ""] {
            assert_eq!(
                count(wrong),
                Err("give a whole number, 1 or more".to_owned()),
                "{wrong}"
            );
        }
        assert!(whole::<usize>("-1").is_err());
    }
}
