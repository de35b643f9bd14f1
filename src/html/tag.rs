//! Tags, comments and what is read in their place. Only elements of HTML count, so that `a < b`, `<name@host>` and the tags of
//! other languages stay; so does what is not closed. The time taken grows with the length of the text only: what has no end is
//! looked for once, and a tag ends at the next `<` outside of quotes.

use std::ops::Range;

/// Elements that stand on lines of their own, and what opens a page.
const BLOCKS: &str = "\
!doctype ?xml address article aside audio blockquote body caption center colgroup dd details dialog dir div dl dt \
fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe legend li main \
menu nav noscript object ol optgroup option p pre search section select summary table tbody template textarea tfoot \
thead title tr ul video";

/// Elements inside a line. Word leaves `o:p`; those from `math` on are formulas.
const INLINE: &str = "\
a abbr acronym area b base bdi bdo big button canvas cite code col data datalist del dfn em embed font frame i img \
input ins kbd label link map mark meta meter nobr noframes o:p output param path picture progress q rp rt ruby s \
samp script slot small source span strike strong style sub sup svg time track tt u var wbr \
math annotation annotation-xml maction menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom \
mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics";

/// What hides text: how it opens, and what closes it.
type Hidden = (&'static str, &'static [&'static str]);

const COMMENT: Hidden = ("<!--", &["-->", "--!>"]);

/// Elements of whose content nothing is read.
const WITHOUT_CONTENT: [Hidden; 4] = [
    ("<script", &["</script"]),
    ("<style", &["</style"]),
    ("<svg", &["</svg"]),
    ("<annotation", &["</annotation"]),
];

/// Opens text in a feed, between this and `]]>`.
const CDATA: &str = "<![CDATA[";

/// No element has a longer name.
const LONGEST_NAME: usize = 14;

/// What a tag is to the line that it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing, as `<b>` and comments are.
    Inline,
    /// `<br>`.
    Break,
    /// `<td>`.
    Cell,
    /// `<p>` and what else stands on lines of its own.
    Block,
}

fn is_in(list: &str, name: &str) -> bool {
    list.split(' ').any(|known| known == name)
}

/// Whether what follows a `<` makes it a comment in HTML: `![if ...]`, `?xml:namespace`.
fn is_declaration(rest: &str) -> bool {
    match rest.as_bytes() {
        [b'!', next, ..] => next.is_ascii_alphabetic() || *next == b'[',
        [b'?', next, ..] => next.is_ascii_alphabetic(),
        _ => false,
    }
}

/// The tags of a text, read from its start to its end.
pub(super) struct Tags<'t> {
    text: &'t str,
    /// How what is never closed opens.
    unclosed: Vec<&'static str>,
    /// The same of what opens before `empty_line`.
    unclosed_in_title: Vec<&'static str>,
    /// Where the first empty line begins, as one does behind a title.
    empty_line: usize,
    in_cdata: bool,
}

impl<'t> Tags<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self {
            text,
            unclosed: Vec::new(),
            unclosed_in_title: Vec::new(),
            empty_line: text.find("\n\n").unwrap_or(0),
            in_cdata: false,
        }
    }

    /// Where the next tag or reference may begin, from `at` on.
    pub(super) fn next(&self, at: usize) -> Option<usize> {
        let opens = |b: &u8| matches!(b, b'<' | b'&') || *b == b']' && self.in_cdata;
        self.text.as_bytes()[at..]
            .iter()
            .position(opens)
            .map(|found| at + found)
    }

    /// The end of the tag or comment that begins at `start`, and what it is.
    pub(super) fn read(&mut self, start: usize) -> Option<(usize, Kind)> {
        let rest = &self.text[start..];
        if rest.starts_with(']') {
            self.in_cdata = !rest.starts_with("]]>");
            return (!self.in_cdata).then_some((start + 3, Kind::Inline));
        }
        if rest.starts_with(CDATA) {
            self.in_cdata = true;
            return Some((start + CDATA.len(), Kind::Inline));
        }
        let rest = &rest[1..];
        if rest.starts_with("!--") {
            // `<!-->` ends itself.
            return Some((self.behind(COMMENT, start, start + 2)?, Kind::Inline));
        }
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'!' | b'?' | b':' | b'-');
        let from = start + 1 + usize::from(rest.starts_with('/'));
        let bytes = &self.text.as_bytes()[from..];
        let length = bytes.iter().take(LONGEST_NAME + 1).take_while(|b| is_name(b)).count();
        let name = self.text[from..from + length].to_ascii_lowercase();
        let kind = match name.as_str() {
            "br" => Kind::Break,
            "td" | "th" => Kind::Cell,
            name if is_in(BLOCKS, name) => Kind::Block,
            name if is_in(INLINE, name) => Kind::Inline,
            _ if is_declaration(rest) => return Some((self.end(start + 2)?, Kind::Inline)),
            _ => return None,
        };
        if !bytes
            .get(length)
            .is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
        {
            return None;
        }
        let end = self.end(from + length)?;
        let is_opening = from == start + 1 && !(name == "svg" && self.text[..end].ends_with("/>"));
        let hidden = WITHOUT_CONTENT
            .iter()
            .find(|(opening, _)| is_opening && opening[1..] == name);
        let closed = hidden.and_then(|&hidden| self.behind(hidden, start, end));
        let behind = closed.map(|name_end| self.end(name_end).unwrap_or(name_end));
        Some((behind.unwrap_or(end), kind))
    }

    /// One past the `>` of the tag whose name ends at `at`. A blank line is in no tag.
    fn end(&self, at: usize) -> Option<usize> {
        let (mut quote, mut is_value, mut breaks) = (None, false, 0);
        for (i, &b) in self.text.as_bytes()[at..].iter().enumerate() {
            match b {
                b'\n' if breaks == 1 => return None,
                b'\n' => breaks = 1,
                b' ' | b'\t' | b'\r' => {}
                _ => breaks = 0,
            }
            match (quote, b) {
                (Some(open), _) if b == open => quote = None,
                (Some(_), _) => {}
                (None, b'>') => return Some(at + i + 1),
                (None, b'<') => return None,
                (None, b'"' | b'\'') if is_value => quote = Some(b),
                _ => {}
            }
            is_value = b == b'=' || is_value && b.is_ascii_whitespace();
        }
        None
    }

    /// One past what closes what opens at `start`, looked for from `from` on.
    ///
    /// A title and a text are two texts that stand in one. What a title opens (`Waarom <script> traag is`) is not closed by
    /// what closes the next of its kind, which the text opens behind the empty line.
    fn behind(&mut self, (opening, closings): Hidden, start: usize, from: usize) -> Option<usize> {
        let is_in_title = start < self.empty_line;
        if self.unclosed.contains(&opening) || is_in_title && self.unclosed_in_title.contains(&opening) {
            return None;
        }
        let all = from..self.text.len();
        let Some(found) = self.find(closings, all) else {
            self.unclosed.push(opening);
            return None;
        };
        if is_in_title && self.find(&[opening], self.empty_line..found).is_some() {
            self.unclosed_in_title.push(opening);
            return None;
        }
        Some(found)
    }

    /// One past the first of `wanted`, which are ASCII, in a part of the text; their case does not count.
    fn find(&self, wanted: &[&str], part: Range<usize>) -> Option<usize> {
        let start = part.start;
        let bytes = self.text.as_bytes().get(part)?;
        let stands = |at: usize| {
            let one = wanted.iter().find(|one| {
                let part = bytes.get(at..at + one.len());
                part.is_some_and(|part| part.eq_ignore_ascii_case(one.as_bytes()))
            });
            one.map(|one| start + at + one.len())
        };
        (0..bytes.len()).find_map(stands)
    }
}
