//! Tags, comments and what is read in their place. Only elements of HTML count, so that `a < b`, `<name@host>` and the tags of
//! other languages stay; so does what is not closed. The time taken grows with the length of the text only: what has no end is
//! looked for once, and a tag ends at the next `<` outside of quotes.

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
math annotation maction menclose merror mfrac mi mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub \
msubsup msup mtable mtd mtext mtr munder munderover semantics";

/// Elements of whose content nothing is read, and what closes them.
const WITHOUT_CONTENT: [(&str, &str); 4] = [
    ("script", "</script"),
    ("style", "</style"),
    ("svg", "</svg"),
    ("annotation", "</annotation"),
];

/// Opens text in a feed, between this and `]]>`.
const CDATA: &str = "<![CDATA[";

/// No element has a longer name.
const LONGEST_NAME: usize = 10;

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

/// The end of the first line of a text where an empty one follows, as one does behind a title; 0 where none does.
fn title_end(text: &str) -> usize {
    let end = text.find('\n').unwrap_or(text.len());
    if text[end..].starts_with("\n\n") { end } else { 0 }
}

/// The tags of a text, read from its start to its end.
pub(super) struct Tags<'t> {
    text: &'t str,
    /// What was looked for up to `limit` and is not there.
    missing: Vec<&'static str>,
    /// What closes something is looked for up to here.
    limit: usize,
    title_end: usize,
    in_cdata: bool,
}

impl<'t> Tags<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self {
            text,
            missing: Vec::new(),
            limit: text.len(),
            title_end: title_end(text),
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

    /// The end of the tag or comment that begins at `start`, and what it is. `has_begun`: words were read before it.
    pub(super) fn read(&mut self, start: usize, has_begun: bool) -> Option<(usize, Kind)> {
        self.set_limit(start, has_begun);
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
            return Some((self.behind(&["-->", "--!>"], start + 2)?, Kind::Inline));
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
        let content = WITHOUT_CONTENT
            .iter()
            .find(|(element, _)| is_opening && *element == name);
        let closing = content.map(|&(_, closing)| closing);
        let behind = closing.and_then(|closing| self.behind_content(closing, end));
        Some((behind.unwrap_or(end), kind))
    }

    /// A title and a text are two texts that stand in one: what words in the title seem to open (`Waarom <script> traag is`)
    /// ends in it or hides nothing. Where no words stand before it, it is a text's own first script, style or comment.
    fn set_limit(&mut self, start: usize, has_begun: bool) {
        let is_in_title = has_begun && start < self.title_end;
        let limit = if is_in_title { self.title_end } else { self.text.len() };
        if limit > self.limit {
            self.missing.clear();
        }
        self.limit = limit;
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

    /// One past the next of `closings`, which are ASCII, in any case.
    fn behind(&mut self, closings: &[&'static str], from: usize) -> Option<usize> {
        if closings.iter().any(|closing| self.missing.contains(closing)) {
            return None;
        }
        let bytes = self.text.as_bytes().get(from..self.limit).unwrap_or_default();
        let closes = |at: usize| {
            let stands = |closing: &&&str| {
                let part = bytes.get(at..at + closing.len());
                part.is_some_and(|part| part.eq_ignore_ascii_case(closing.as_bytes()))
            };
            closings.iter().find(stands).map(|closing| from + at + closing.len())
        };
        let found = (0..bytes.len()).find_map(closes);
        if found.is_none() {
            self.missing.extend(closings);
        }
        found
    }

    /// One past the tag that closes an element of which nothing is read.
    fn behind_content(&mut self, closing: &'static str, from: usize) -> Option<usize> {
        let name_end = self.behind(&[closing], from)?;
        Some(self.end(name_end).unwrap_or(name_end))
    }
}
