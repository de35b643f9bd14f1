//! The report on sentence boundaries.

use std::io::{self, Write};

use super::figure;
use super::table::Table;
use crate::eval::BoundaryReport;
use crate::terminal::counted;

/// Writes boundary F1 per language and layout.
pub fn boundaries(out: &mut dyn Write, report: &BoundaryReport) -> io::Result<()> {
    writeln!(
        out,
        "Sentence boundaries: {}, {}",
        counted(report.documents, "document"),
        counted(report.sentences, "sentence")
    )?;
    writeln!(
        out,
        "Joined into running text three ways; precision, recall and F1 of the ends\n"
    )?;
    let layouts = ["headings apart", "as marked", "one paragraph"];
    let heads = layouts
        .iter()
        .flat_map(|layout| [format!("{layout}: P"), "R".to_owned(), "F1".to_owned()]);
    let mut table = Table::new(["language", "ends"].into_iter().map(str::to_owned).chain(heads));
    for row in &report.rows {
        let scores = [row.headings_apart, row.running, row.one_paragraph];
        let cells = scores
            .iter()
            .flat_map(|score| [score.precision, score.recall, score.f1])
            .map(figure);
        table.row(
            &row.language,
            std::iter::once(row.running.gold.to_string()).chain(cells),
        );
    }
    table.write(out)
}
