//! Where lines go, and how they stand there. A format is a [`Writer`], or a [`Layout`] where it is a stream of text; a
//! file or folder appears only when it is complete. Formats are views of the record: none knows a model or a tensor.

mod around;
mod brat;
mod cells;
mod conll;
mod file;
mod file_name;
mod folder;
mod format;
mod json_lines;
mod label_studio;
mod links;
mod naf;
#[cfg(feature = "parquet")]
mod parquet;
mod permissions;
mod rows;
mod several;
mod spacy;
mod stream;
mod target;
mod tokens;
mod web_annotation;
mod xml;

use std::io;

pub use file::{PendingFile, WholeFile, partial};
pub use format::Format;
pub use json_lines::JsonLines;
pub use links::{is_descriptor, real};
pub use rows::Rows;
pub use several::{Part, Several};
pub use stream::{Layout, Stream};
pub use target::{Details, Place, Target, TargetError, open, targets};

use crate::record::Line;

/// Takes lines in their order.
pub trait Writer: Send {
    /// Writes one line. Formats without a place for failures pass them over.
    ///
    /// # Errors
    /// What the file or pipe says.
    fn write(&mut self, line: &Line) -> io::Result<()>;

    /// A small file that belongs beside the one that is written: its ending, and what it holds after the lines so far.
    fn beside(&self) -> Option<(&'static str, String)> {
        None
    }

    /// Finishes: after this everything is where it belongs.
    ///
    /// # Errors
    /// What the file or pipe says.
    fn finish(self: Box<Self>) -> io::Result<()>;

    /// Ends early: what was written is whole and can be read, but stays under its temporary name, so that nobody takes
    /// it for all.
    ///
    /// # Errors
    /// What the file or pipe says.
    fn interrupt(self: Box<Self>) -> io::Result<()>;

    /// Gives up: nothing of it is left, and what stood under its name stays. A stream that somebody reads is ended in
    /// order, since nothing of it can be taken back.
    ///
    /// # Errors
    /// What the file or pipe says.
    fn discard(self: Box<Self>) -> io::Result<()> {
        self.finish()
    }
}
