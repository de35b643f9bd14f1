//! Rows of cells as text. Quoting is RFC 4180's; a cell that a spreadsheet would take for a formula gets an apostrophe before
//! it, which `docs/FORMATS.md` tells how to take off again.

use std::io::{self, Write};

/// What stands between cells and behind rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells {
    /// Between cells.
    pub delimiter: char,
    /// Behind a row.
    pub end: &'static str,
}

impl Cells {
    /// Writes a row.
    ///
    /// # Errors
    /// What `to` says.
    pub fn row<'c>(&self, cells: impl IntoIterator<Item = &'c str>, to: &mut dyn Write) -> io::Result<()> {
        let mut row = String::new();
        for (number, cell) in cells.into_iter().enumerate() {
            if number > 0 {
                row.push(self.delimiter);
            }
            let cell = harmless(cell);
            if cell.contains(['"', '\r', '\n', self.delimiter]) {
                row.push('"');
                row.push_str(&cell.replace('"', "\"\""));
                row.push('"');
            } else {
                row.push_str(&cell);
            }
        }
        row.push_str(self.end);
        to.write_all(row.as_bytes())
    }
}

/// The cell with an apostrophe before it where a spreadsheet would take it for a formula (OWASP, "CSV Injection"), and
/// without NUL, which many readers refuse. A cell that already starts so gets one more: taking one off always gives back
/// the text.
fn harmless(cell: &str) -> String {
    let is_formula = cell
        .trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    format!(
        "{}{}",
        if is_formula { "'" } else { "" },
        cell.replace('\0', "\u{fffd}")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_told_and_can_be_had_back() {
        for cell in ["=1+1", "+31", "-", "@a", "\tx", "\rx", "'=x", "''+x", "＝x"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["", "a=b", "'t is", "1-2", "\"=x"] {
            assert_eq!(harmless(cell), cell);
        }
        assert_eq!(harmless("a\0b"), "a\u{fffd}b");
    }
}
