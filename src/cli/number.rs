//! Numbers of the command line, and what is said where something else stands.

use std::num::NonZeroUsize;
use std::str::FromStr;

use crate::pipeline::MOST_THREADS;

/// A number of things of which there has to be one.
pub(super) fn count(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "give a whole number, 1 or more".to_owned())
}

/// A number of threads.
pub(super) fn threads(text: &str) -> Result<NonZeroUsize, String> {
    let number = text
        .parse()
        .ok()
        .filter(|number: &NonZeroUsize| number.get() <= MOST_THREADS);
    number.ok_or_else(|| "give a whole number from 1 to 1024".to_owned())
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
        assert_eq!(threads("1024").map(NonZeroUsize::get), Ok(1024));
        for wrong in ["0", "1025", "2305843009213693952", "99999999999999999999999"] {
            assert!(threads(wrong).is_err_and(|said| said.contains("1 to 1024")), "{wrong}");
        }
    }
}
