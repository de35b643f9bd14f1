//! The formats that records are written in, and the endings that tell them. `docs/FORMATS.md` says what each holds and
//! what it leaves out.

use std::path::Path;

use clap::ValueEnum;

/// How records are written. A help text for each stands in `--help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub enum Format {
    /// JSON Lines: the whole record, one a line
    Jsonl,
    /// Comma-separated rows: entities, or sentences with --rows
    Csv,
    /// The same with tabs
    Tsv,
    /// Parquet: the whole record, a row for each article
    #[cfg(feature = "parquet")]
    Parquet,
    /// CoNLL-2003 columns with IOB2 tags of entities
    Conll,
    /// Folder of .txt and .ann files for the brat annotation tool
    Brat,
    /// Tasks with predictions for Label Studio, as one JSON array
    LabelStudio,
    /// spaCy documents as JSON Lines; tools/jsonl_to_docbin.py packs them
    Spacy,
    /// Folder of NAF documents (XML)
    Naf,
    /// One HTML page to read in a browser: charts, filters, articles, the trail of a name
    Report,
    /// W3C Web Annotations: a JSON-LD AnnotationPage for each article, one a line
    WebAnnotation,
}

impl Format {
    /// The endings of its files, the first that of the files we name ourselves; none for a folder.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Jsonl => &["jsonl", "ndjson"],
            Self::Csv => &["csv"],
            Self::Tsv => &["tsv"],
            #[cfg(feature = "parquet")]
            Self::Parquet => &["parquet"],
            Self::Conll => &["conll", "iob2"],
            Self::LabelStudio => &["label-studio.json"],
            Self::Spacy => &["spacy.jsonl"],
            Self::Report => &["html", "htm"],
            Self::WebAnnotation => &["annotations.jsonl"],
            Self::Brat | Self::Naf => &[],
        }
    }

    /// Whether it is a folder with files for each article.
    pub fn is_folder(self) -> bool {
        self.endings().is_empty()
    }

    /// Whether it says things by their place in the text, and so cannot be written without it.
    pub fn needs_text(self) -> bool {
        !(matches!(self, Self::Jsonl | Self::Csv | Self::Tsv) || self.is_binary())
    }

    /// Whether it is no text, and so no good on a terminal.
    pub fn is_binary(self) -> bool {
        #[cfg(feature = "parquet")]
        return self == Self::Parquet;
        #[cfg(not(feature = "parquet"))]
        false
    }

    /// The name on the command line.
    pub fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// The format that the endings of `path` tell, whatever their case; of several the longest, so that
    /// `a.spacy.jsonl` is no plain JSON Lines.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let fits = |ending: &&str| {
            name.strip_suffix(*ending)
                .is_some_and(|stem| stem.len() > 1 && stem.ends_with('.'))
        };
        let longest = |format: &Self| {
            format
                .endings()
                .iter()
                .filter(|ending| fits(ending))
                .map(|e| e.len())
                .max()
        };
        Self::value_variants()
            .iter()
            .filter_map(|format| Some((longest(format)?, *format)))
            .max_by_key(|(length, _)| *length)
            .map(|(_, format)| format)
    }

    /// Whether a file with the ending of `told` may well hold this format: `docs.jsonl` may be spaCy's, `a.csv` no TSV.
    pub fn suits(self, told: Self) -> bool {
        let is_lines = |format: Self| format.endings().iter().any(|ending| ending.ends_with("jsonl"));
        self == told || (told == Self::Jsonl && is_lines(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_formats() {
        let of = |name: &str| Format::of(Path::new(name));
        assert_eq!(of("a/b.JSONL"), Some(Format::Jsonl));
        assert_eq!(of("b.csv"), Some(Format::Csv));
        assert_eq!(of("b.conll"), Some(Format::Conll));
        assert_eq!(of("b.spacy.jsonl"), Some(Format::Spacy));
        assert_eq!((of("b.txt"), of(".csv"), of("csv"), of("..")), (None, None, None, None));
        for format in Format::value_variants() {
            for ending in format.endings() {
                assert_eq!(of(&format!("x.{ending}")), Some(*format));
            }
            assert!(format.suits(*format));
        }
        assert!(Format::Spacy.suits(Format::Jsonl) && !Format::Jsonl.suits(Format::Spacy));
        assert!(!Format::Tsv.suits(Format::Csv) && !Format::Jsonl.suits(Format::Csv));
    }
}
