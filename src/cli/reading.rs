//! What commands ask about articles that they read: which fields of rows, which files of folders, how many, how large.

use std::num::NonZeroUsize;

use clap::Args;
use globset::Glob;

use crate::article::{self, ReadOptions};

use super::number::{count, whole};

/// Options of where in a row an article stands, for whoever reads it again too
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct FieldArgs {
    /// JSON or CSV field with the text of an article; `content.rendered` is one inside another
    #[arg(long, default_value = "text", value_name = "NAME")]
    text_field: String,

    /// JSON or CSV field with its title, which is labelled as a heading [default: title, where there is one]
    #[arg(long, value_name = "NAME")]
    title_field: Option<String>,

    /// JSON or CSV field with its name [default: id, where there is one]
    #[arg(long, value_name = "NAME")]
    id_field: Option<String>,
}

/// Options of the input
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct ReadingArgs {
    #[command(flatten)]
    pub(super) fields: FieldArgs,

    /// JSON or CSV field with its date [default: date, where there is one]
    #[arg(long, value_name = "NAME")]
    date_field: Option<String>,

    /// JSON or CSV field with its language [default: language, where there is one]
    #[arg(long, value_name = "NAME")]
    language_field: Option<String>,

    /// Read articles only from files that match: a pattern without / names in any folder, one with / paths as they stand below
    /// each folder that is given (may be repeated)
    #[arg(long, value_parser = article::pattern, value_name = "GLOB")]
    include: Vec<Glob>,

    /// Read no articles from files and folders that match, as --include has it (may be repeated)
    #[arg(long, value_parser = article::pattern, value_name = "GLOB")]
    exclude: Vec<Glob>,

    /// Stop after N articles [default: no limit]
    #[arg(long, value_parser = count, value_name = "N")]
    limit: Option<NonZeroUsize>,

    /// Largest article, in megabytes (2^20 bytes); a larger one fails
    #[arg(long, default_value_t = ReadOptions::MAX_BYTES >> 20, value_parser = whole::<u64>, value_name = "MB")]
    max_megabytes: u64,
}

impl FieldArgs {
    /// As options of reading.
    pub fn options(&self) -> ReadOptions {
        let asked = self.clone();
        ReadOptions {
            text_field: asked.text_field,
            title_field: asked.title_field,
            id_field: asked.id_field,
            ..ReadOptions::default()
        }
    }
}

impl ReadingArgs {
    /// Articles after which to stop.
    pub fn limit(&self) -> Option<usize> {
        self.limit.map(NonZeroUsize::get)
    }

    /// As options of reading, with nothing written beside it.
    pub fn options(&self) -> ReadOptions {
        let asked = self.clone();
        ReadOptions {
            date_field: asked.date_field,
            language_field: asked.language_field,
            include: asked.include,
            exclude: asked.exclude,
            limit: self.limit(),
            max_bytes: asked.max_megabytes.saturating_mul(1 << 20),
            ..asked.fields.options()
        }
    }
}
