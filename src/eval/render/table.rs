//! A small text table: the first column to the left, all others to the right, two blanks between them, an empty line
//! after it. Names come out of files, so cells are made harmless to a terminal.

use std::io::{self, Write};

use crate::terminal::sanitize;

pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(head: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            rows: vec![head.into_iter().map(|cell| sanitize(&cell.into())).collect()],
        }
    }

    pub(super) fn row(&mut self, name: &str, cells: impl IntoIterator<Item = String>) {
        let cells = cells.into_iter().map(|cell| sanitize(&cell));
        self.rows.push(std::iter::once(sanitize(name)).chain(cells).collect());
    }

    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in &self.rows {
            let mut line = String::from(" ");
            for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                let padding = " ".repeat(width - cell.chars().count());
                let (before, after) = if column == 0 {
                    ("", padding.as_str())
                } else {
                    (padding.as_str(), "")
                };
                line.push_str(&format!(" {before}{cell}{after} "));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        writeln!(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new(["type", "F1"]);
        table.row("PER", ["0.5000".to_owned()]);
        table.row("événement", ["1".to_owned()]);
        let mut out = Vec::new();
        table.write(&mut out).unwrap();
        let expected = "  type           F1\n  PER        0.5000\n  événement       1\n\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
