//! Formats that are one stream of text: a head, something for each line, an end.

use std::io::{self, BufWriter, Write};

use crate::record::{FailureRecord, Line, Record};

use super::Writer;

/// How records stand in a stream of text.
pub trait Layout: Send {
    /// What stands before the first record.
    ///
    /// # Errors
    /// What `to` says; so it is for all of these.
    fn head(&mut self, _to: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// One record. Its text is there if [`super::Format::needs_text`] says so, and its offsets are right.
    ///
    /// # Errors
    /// What `to` says.
    fn record(&mut self, record: &Record, to: &mut dyn Write) -> io::Result<()>;

    /// An article that could not be labelled; most formats have no place for it.
    ///
    /// # Errors
    /// What `to` says.
    fn failure(&mut self, _failure: &FailureRecord, _to: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// As [`Writer::beside`].
    fn beside(&self) -> Option<(&'static str, String)> {
        None
    }

    /// What stands behind the last record.
    ///
    /// # Errors
    /// What `to` says.
    fn tail(&mut self, _to: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

impl Layout for Box<dyn Layout> {
    fn head(&mut self, to: &mut dyn Write) -> io::Result<()> {
        (**self).head(to)
    }

    fn record(&mut self, record: &Record, to: &mut dyn Write) -> io::Result<()> {
        (**self).record(record, to)
    }

    fn failure(&mut self, failure: &FailureRecord, to: &mut dyn Write) -> io::Result<()> {
        (**self).failure(failure, to)
    }

    fn beside(&self) -> Option<(&'static str, String)> {
        (**self).beside()
    }

    fn tail(&mut self, to: &mut dyn Write) -> io::Result<()> {
        (**self).tail(to)
    }
}

/// Writes a layout to anything that takes bytes.
pub struct Stream<L, W: Write> {
    layout: L,
    to: BufWriter<W>,
    /// Whether each record is handed on at once, for a reader who waits for it.
    eager: bool,
}

impl<L: Layout, W: Write> Stream<L, W> {
    /// Starts a stream; `eager` hands each record on at once.
    ///
    /// # Errors
    /// What `to` says.
    pub fn start(mut layout: L, to: W, eager: bool) -> io::Result<Self> {
        let mut to = BufWriter::with_capacity(1 << 16, to);
        layout.head(&mut to)?;
        Ok(Self { layout, to, eager })
    }
}

impl<L: Layout, W: Write + Send> Writer for Stream<L, W> {
    fn write(&mut self, line: &Line) -> io::Result<()> {
        match line {
            Line::Record(record) => self.layout.record(record, &mut self.to)?,
            Line::Failure(failure) => self.layout.failure(failure, &mut self.to)?,
        }
        if self.eager { self.to.flush() } else { Ok(()) }
    }

    fn beside(&self) -> Option<(&'static str, String)> {
        self.layout.beside()
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.layout.tail(&mut self.to)?;
        self.to.flush()
    }

    fn interrupt(self: Box<Self>) -> io::Result<()> {
        self.finish()
    }
}
