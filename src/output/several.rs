//! Several formats at once, each in its own place.

use std::io;

use crate::record::Line;

use super::Writer;

/// Hands each line to all of its writers.
pub struct Several(pub Vec<Box<dyn Writer>>);

impl Writer for Several {
    fn write(&mut self, line: &Line) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|writer| writer.write(line))
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.0.into_iter().try_for_each(|writer| writer.finish())
    }

    fn interrupt(self: Box<Self>) -> io::Result<()> {
        self.0.into_iter().try_for_each(|writer| writer.interrupt())
    }
}
