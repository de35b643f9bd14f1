//! Tags, comments and what is read in their place. Only elements of HTML count, so that `a < b`, `<name@host>` and the tags of
//! other languages stay; so does what is not closed. The time taken grows with the length of the text only: what has no end is
//! looked for once, and a tag ends at the next `<` outside of quotes.

/// Elements that stand on lines of their own, and what opens a page.
const BLOCKS: &str = "\
!doctype ?xml address article aside audio blockquote body caption center colgroup dd details dialog dir div dl dt \
fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe legend li main \
menu nav noscript object ol optgroup option p pre search section select summary table tbody template textarea tfoot \
thead title tr ul video";

/// Elements inside a line. Word leaves `o:p`.
const INLINE: &str = "\
a abbr acronym area b base bdi bdo big button canvas cite code col data datalist del dfn em embed font frame i img \
input ins kbd label link map mark meta meter nobr noframes o:p output param path picture progress q rp rt ruby s \
samp script slot small source span strike strong style sub sup svg time track tt u var wbr";

/// No element has a longer name.
const LONGEST_NAME: usize = 10;

fn is_in(list: &str, name: &str) -> bool {
    list.split(' ').any(|known| known == name)
}

/// The tags of a text, read from its start to its end.
pub(super) struct Tags<'t> {
    text: &'t str,
    /// What was looked for up to the end of the text and is not there.
    missing: Vec<&'static str>,
}

impl<'t> Tags<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self {
            text,
            missing: Vec::new(),
        }
    }

    /// The end of the tag or comment whose `<` stands at `start`, and what is read in its place.
    pub(super) fn read(&mut self, start: usize) -> Option<(usize, &'static str)> {
        let rest = &self.text[start + 1..];
        if rest.starts_with("!--") {
            return Some((self.behind("-->", start + 4)?, ""));
        }
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'!' | b'?' | b':' | b'-');
        let from = start + 1 + usize::from(rest.starts_with('/'));
        let bytes = &self.text.as_bytes()[from..];
        let length = bytes.iter().take(LONGEST_NAME + 1).take_while(|b| is_name(b)).count();
        let name = self.text[from..from + length].to_ascii_lowercase();
        let instead = match name.as_str() {
            "br" => "\n",
            "td" | "th" => "\t",
            name if is_in(BLOCKS, name) => "\n\n",
            name if is_in(INLINE, name) => "",
            _ => return None,
        };
        if !bytes
            .get(length)
            .is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
        {
            return None;
        }
        let end = self.end(from + length)?;
        let is_opening = from == start + 1;
        let end = match name.as_str() {
            "script" if is_opening => self.behind_content("</script", end),
            "style" if is_opening => self.behind_content("</style", end),
            _ => None,
        }
        .unwrap_or(end);
        // Where a line ends as well, that is one break and not two.
        let ends_line = || {
            self.text[end..]
                .trim_start_matches([' ', '\t'])
                .starts_with(['\n', '\r'])
        };
        let instead = if instead == "\n" && ends_line() { "" } else { instead };
        Some((end, instead))
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

    /// One past the next `closing`, which is ASCII, in any case.
    fn behind(&mut self, closing: &'static str, from: usize) -> Option<usize> {
        if self.missing.contains(&closing) {
            return None;
        }
        let bytes = self.text.as_bytes().get(from..).unwrap_or_default();
        let found = bytes
            .windows(closing.len())
            .position(|part| part.eq_ignore_ascii_case(closing.as_bytes()));
        if found.is_none() {
            self.missing.push(closing);
        }
        Some(from + found? + closing.len())
    }

    /// One past the tag that closes an element of which nothing is read.
    fn behind_content(&mut self, closing: &'static str, from: usize) -> Option<usize> {
        let name_end = self.behind(closing, from)?;
        Some(self.end(name_end).unwrap_or(name_end))
    }
}
