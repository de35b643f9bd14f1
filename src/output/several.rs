//! Several formats at once, each in its own place.

use std::io;

use crate::record::Line;

use super::Writer;

/// One of several outputs.
pub struct Part {
    /// What it is called where something is wrong with it.
    pub name: String,
    /// Where lines go.
    pub writer: Box<dyn Writer>,
}

/// Hands each line to all of its writers, and names the one that fails.
pub struct Several(pub Vec<Part>);

impl Part {
    fn named(&self) -> impl Fn(io::Error) -> io::Error + use<> {
        let name = self.name.clone();
        move |error| io::Error::new(error.kind(), format!("{name}: {error}"))
    }
}

impl Several {
    /// Ends all of them, also where one fails: the others hold what they should.
    fn each(self, mut end: impl FnMut(Box<dyn Writer>) -> io::Result<()>) -> io::Result<()> {
        let mut done = Ok(());
        for part in self.0 {
            let named = part.named();
            done = done.and(end(part.writer).map_err(named));
        }
        done
    }
}

impl Writer for Several {
    fn write(&mut self, line: &Line) -> io::Result<()> {
        for part in &mut self.0 {
            if let Err(error) = part.writer.write(line) {
                return Err(part.named()(error));
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.each(|writer| writer.finish())
    }

    fn interrupt(self: Box<Self>) -> io::Result<()> {
        self.each(|writer| writer.interrupt())
    }

    fn discard(self: Box<Self>) -> io::Result<()> {
        self.each(|writer| writer.discard())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{JsonLines, Stream};
    use crate::record::sample;
    use std::fs;

    /// A disk without room.
    struct Full;

    impl io::Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_one_that_fails_is_named_and_the_others_end() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let part = |name: &str, writer| Part {
            name: name.to_owned(),
            writer,
        };
        let mut several = Several(vec![
            part("full.jsonl", Box::new(Stream::start(JsonLines, Full, true).unwrap())),
            part(
                "good.jsonl",
                Box::new(Stream::start(JsonLines, file.reopen().unwrap(), false).unwrap()),
            ),
        ]);
        several.0.reverse();
        let error = several.write(&Line::Record(sample::record())).unwrap_err();
        assert!(error.to_string().starts_with("full.jsonl: "), "{error}");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        several.0.reverse();
        let error = Box::new(several).interrupt().unwrap_err();
        assert!(error.to_string().starts_with("full.jsonl: "), "{error}");
        assert!(fs::read_to_string(file.path()).unwrap().ends_with("}\n"));
    }
}
