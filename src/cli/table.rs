//! Tables of plain text.

/// Rows in columns that are as wide as need be, those in `right` aligned to the right.
pub(super) fn table<const COLUMNS: usize>(rows: &[[String; COLUMNS]], right: &[usize]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..COLUMNS).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            if right.contains(&column) {
                line.push_str(&format!("{cell:>width$}  "));
            } else {
                line.push_str(&format!("{cell:<width$}  "));
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_are_aligned() {
        let rows = [
            ["NAME", "SIZE", "STATE"],
            ["a", "1", "good"],
            ["longer", "12345", "BAD"],
        ];
        let rows = rows.map(|row| row.map(str::to_owned));
        let expected = "NAME     SIZE  STATE\na           1  good\nlonger  12345  BAD\n";
        assert_eq!(table(&rows, &[1]), expected);
    }
}
