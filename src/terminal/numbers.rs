//! Numbers as people read them.

use std::fmt::Display;

/// So many of what is called `name`: `1 file`, `2,000 files`.
pub fn counted(number: impl Display, name: &str) -> String {
    let number = grouped(number);
    let ending = if number == "1" { "" } else { "s" };
    format!("{number} {name}{ending}")
}

/// A whole number with a comma between thousands.
pub fn grouped(number: impl Display) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{counted, grouped};

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            [0, 1, 2000].map(|number| counted(number, "file")),
            ["0 files", "1 file", "2,000 files"]
        );
    }
}
