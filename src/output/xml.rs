//! Writing XML 1.0: elements, attributes and text, with all escaped that has to be. A character that XML may not hold
//! becomes U+FFFD, one for one, so that offsets stay right; a carriage return is written as a reference, since a parser
//! makes a bare one, and CRLF, into a line feed.

use std::io::{self, Write};

/// Whether XML 1.0 may hold `c` (production 2, Char).
fn is_allowed(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}') || matches!(c, '\t' | '\n' | '\r' | '\u{7f}'..='\u{9f}')
}

/// `text` as it may stand between tags.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            // Only "]]>" has to be, and it is the same to a parser.
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            c if is_allowed(c) => out.push(c),
            _ => out.push('\u{fffd}'),
        }
    }
    out
}

/// `text` as it may stand in an attribute, where a parser would make blanks of line feeds and tabs.
pub(super) fn attribute(text: &str) -> String {
    escaped(text).replace('\n', "&#10;").replace('\t', "&#9;")
}

/// Writes indented elements.
pub(super) struct Xml<'w> {
    to: &'w mut dyn Write,
    depth: usize,
}

/// Names and values.
pub(super) type Attributes<'a> = &'a [(&'a str, &'a str)];

impl<'w> Xml<'w> {
    /// Starts a document with its declaration.
    pub fn start(to: &'w mut dyn Write) -> io::Result<Self> {
        to.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
        Ok(Self { to, depth: 0 })
    }

    fn tag(&mut self, name: &str, attributes: Attributes<'_>, end: &str) -> io::Result<()> {
        write!(self.to, "{:1$}<{name}", "", 2 * self.depth)?;
        for (name, value) in attributes {
            write!(self.to, " {name}=\"{}\"", attribute(value))?;
        }
        self.to.write_all(end.as_bytes())
    }

    /// An element with others in it, which `inside` writes.
    pub fn element(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        inside: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        self.tag(name, attributes, ">\n")?;
        self.depth += 1;
        inside(self)?;
        self.depth -= 1;
        writeln!(self.to, "{:1$}</{name}>", "", 2 * self.depth)
    }

    /// An element with nothing in it.
    pub fn empty(&mut self, name: &str, attributes: Attributes<'_>) -> io::Result<()> {
        self.tag(name, attributes, "/>\n")
    }

    /// An element with text in it and nothing else.
    pub fn text(&mut self, name: &str, attributes: Attributes<'_>, text: &str) -> io::Result<()> {
        self.tag(name, attributes, ">")?;
        writeln!(self.to, "{}</{name}>", escaped(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_may_not_hold_is_replaced_one_for_one() {
        assert_eq!(escaped("a<b>&\"]]>\r\n\t"), "a&lt;b&gt;&amp;&quot;]]&gt;&#13;\n\t");
        assert_eq!(escaped("\0\u{1}\u{c}\u{1f}\u{fffe}\u{ffff}"), "\u{fffd}".repeat(6));
        assert_eq!(
            escaped("\u{7f}\u{85}\u{9f}e\u{301}\u{1F600}"),
            "\u{7f}\u{85}\u{9f}e\u{301}\u{1F600}"
        );
        assert_eq!(attribute("a\nb\tc"), "a&#10;b&#9;c");
    }

    #[test]
    fn elements_are_nested() {
        let mut bytes = Vec::new();
        let mut xml = Xml::start(&mut bytes).unwrap();
        xml.element("a", &[("b", "<")], |xml| {
            xml.empty("c", &[])?;
            xml.text("d", &[], "&")
        })
        .unwrap();
        let wanted = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a b=\"&lt;\">\n  <c/>\n  <d>&amp;</d>\n</a>\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), wanted);
    }
}
