//! What to read and how: names of fields, globs and limits. The defaults are those of the command line.

use std::path::PathBuf;

use globset::Glob;

/// What to read and how.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadOptions {
    /// Field of a JSON or CSV row that holds the text.
    pub text_field: String,
    /// Field with the title; `title` where none is named.
    pub title_field: Option<String>,
    /// Field with the name of the article; `id` where none is named.
    pub id_field: Option<String>,
    /// Field with the date; `date` where none is named.
    pub date_field: Option<String>,
    /// Field with the language; `language` where none is named.
    pub language_field: Option<String>,
    /// Only files that match one of these are read; all, where there are none. See [`super::pattern`].
    pub include: Vec<Glob>,
    /// Files and folders that match one of these are left out.
    pub exclude: Vec<Glob>,
    /// Files and folders that the results go to: what this run or an earlier one wrote is no article. They are known under any name.
    pub outputs: Vec<PathBuf>,
    /// Whether the results go to standard output, which may be a file of the input by a shell's `>`.
    pub to_standard_output: bool,
    /// Stop after this many articles; failures are not counted.
    pub limit: Option<usize>,
    /// Most bytes of one article, after decompression; keeps a compressed bomb or a runaway line out of memory.
    pub max_bytes: u64,
}

impl ReadOptions {
    /// Default of [`ReadOptions::max_bytes`]: 16 MiB.
    pub const MAX_BYTES: u64 = 16 << 20;

    /// The fields that are named.
    pub(super) fn field_names(&self) -> impl Iterator<Item = &str> {
        let others = [
            &self.title_field,
            &self.id_field,
            &self.date_field,
            &self.language_field,
        ];
        let others = others.into_iter().filter_map(|name| name.as_deref());
        std::iter::once(self.text_field.as_str()).chain(others)
    }
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            text_field: "text".to_owned(),
            title_field: None,
            id_field: None,
            date_field: None,
            language_field: None,
            include: Vec::new(),
            exclude: Vec::new(),
            outputs: Vec::new(),
            to_standard_output: false,
            limit: None,
            max_bytes: Self::MAX_BYTES,
        }
    }
}

/// Options that cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The patterns are too large or wrong.
    #[error("the patterns of --include and --exclude cannot be used: {0}")]
    Patterns(#[from] globset::Error),
}
