//! What the labels of a token head mean: which spans a sequence of labels holds, and which sequences are legal. Our own
//! heads speak IOB2; checkpoints of others speak IOB1, IOB2, IOBES, BILOU, I- alone or plain types.

use thiserror::Error;

/// Where in a span a word stands that carries a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The first word; a span of one word too, where the scheme has no label for those.
    Begin,
    /// Neither the first nor the last, where the scheme has labels for those.
    Inside,
    /// The last word of several (E, L).
    End,
    /// The only word (S, U, W).
    Single,
}

/// What one label says: of which type the span is, and where in it the word stands. None is "O".
pub type Tag = Option<(usize, Place)>;

/// A token head's labels, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheme {
    /// Names of the types, in the order in which the labels first name them; the nameless type is the empty string.
    pub kinds: Vec<String>,
    tags: Vec<Tag>,
    /// For each type, what its labels leave open.
    rules: Vec<Rule>,
}

/// Where the spans of one type may begin and end. The strictest is IOB2's: a Begin opens them, and they end anywhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Rule {
    /// Whether an Inside or an End may open a span.
    loose: bool,
    /// Whether a Begin must be gone on with: a span of one word is a Single.
    begin_goes_on: bool,
    /// Whether an Inside must be gone on with: a span of several words ends in an End.
    inside_goes_on: bool,
}

/// Labels that are not IOB2.
#[derive(Debug, Error, PartialEq)]
pub enum SchemeError {
    /// No "O" among the labels.
    #[error("the labels {0:?} have no \"O\"; a token head needs IOB2 labels")]
    NoOutside(Vec<String>),
    /// A B without its I, or a label of another scheme.
    #[error("the label \"{0}\" has no partner; IOB2 needs a B and an I label for every type")]
    Unpaired(String),
}

impl Scheme {
    /// Reads a list of labels as IOB2.
    ///
    /// # Errors
    /// When the labels are not IOB2.
    pub fn iob2(labels: &[String]) -> Result<Self, SchemeError> {
        if !labels.iter().any(|label| label == "O") {
            return Err(SchemeError::NoOutside(labels.to_vec()));
        }
        for label in labels.iter().filter(|label| *label != "O") {
            let (partner, rest) = match label.split_at_checked(1) {
                Some(("B", rest)) => ("I", rest),
                Some(("I", rest)) => ("B", rest),
                _ => return Err(SchemeError::Unpaired(label.clone())),
            };
            let named = rest.is_empty() || rest.starts_with('-');
            if !named || !labels.contains(&format!("{partner}{rest}")) {
                return Err(SchemeError::Unpaired(label.clone()));
            }
        }
        Ok(Self::of(labels, |label| match label.split_at_checked(1) {
            Some(("B", kind)) => Some((kind.trim_start_matches('-'), Place::Begin)),
            Some(("I", kind)) => Some((kind.trim_start_matches('-'), Place::Inside)),
            _ => None,
        }))
    }

    /// Reads the labels of a checkpoint in whatever scheme they are. B and I labels are read loosely, as IOB1 and IOB2 at
    /// once (an I after another type opens a span), since names do not tell which of the two a model learned. Of
    /// labels without names (`LABEL_0` ...) the first is taken for "O", and beside prefixed labels so are those that
    /// training gave to padding and to later pieces of a word (`[PAD]`, `[CLS]`, `X`). Each type is read by its own
    /// labels: an E closes spans of its type, and a B needs one only where an S stands for single words.
    pub fn guess(labels: &[String]) -> Self {
        let nameless = labels.iter().all(|label| label.starts_with("LABEL_"));
        let outside = |label: &str| label == "O" || nameless && label == "LABEL_0";
        let special = |label: &str| label == "X" || label.starts_with(['[', '<']) && label.ends_with([']', '>']);
        let prefixed = labels
            .iter()
            .filter(|label| !outside(label) && !special(label))
            .all(|label| split(label).is_some());
        let mut scheme = Self::of(labels, |label| match split(label) {
            _ if outside(label) || prefixed && special(label) => None,
            Some((place, kind)) if prefixed => Some((kind, place)),
            _ => Some((label, Place::Inside)),
        });
        scheme.rules = (0..scheme.kinds.len()).map(|kind| scheme.rule(kind)).collect();
        scheme
    }

    fn of<'l>(labels: &'l [String], read: impl Fn(&'l str) -> Option<(&'l str, Place)>) -> Self {
        let mut kinds: Vec<String> = Vec::new();
        let mut tag = |label: &'l String| {
            let (kind, place) = read(label)?;
            let known = kinds.iter().position(|name| name == kind);
            let number = known.unwrap_or_else(|| {
                kinds.push(kind.to_owned());
                kinds.len() - 1
            });
            Some((number, place))
        };
        let tags = labels.iter().map(&mut tag).collect();
        Self {
            rules: vec![Rule::default(); kinds.len()],
            kinds,
            tags,
        }
    }

    /// What the labels of a checkpoint's type say of its spans.
    fn rule(&self, kind: usize) -> Rule {
        let has = |place| self.tags.contains(&Some((kind, place)));
        let [begin, end, single] = [Place::Begin, Place::End, Place::Single].map(has);
        Rule {
            loose: !begin || !end,
            begin_goes_on: end && single,
            // Without a B an E may only part neighbours, as a B does in IOB1.
            inside_goes_on: end && (begin || single),
        }
    }

    /// What the scheme is called.
    pub fn name(&self) -> &'static str {
        let has = |place| self.tags.iter().flatten().any(|(_, other)| *other == place);
        let is_strict = self.rules.iter().all(|rule| *rule == Rule::default());
        match (has(Place::Begin), has(Place::End), has(Place::Single)) {
            _ if is_strict => "IOB2",
            (_, true, true) => "IOBES or BILOU",
            (true, true, false) => "IOBE",
            (false, true, false) => "IOE1 or IOE2",
            (true, false, _) => "IOB1 or IOB2",
            (false, false, _) => "types without a B",
        }
    }

    /// Number of labels.
    pub fn len(&self) -> usize {
        self.tags.len()
    }

    /// Whether there are no labels.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty()
    }

    /// The type that a label is of; none for "O".
    pub fn kind(&self, label: usize) -> Option<usize> {
        self.tags[label].map(|(kind, _)| kind)
    }

    /// Whether `next` goes on with the span that `previous` stands in.
    pub fn continues(&self, previous: usize, next: usize) -> bool {
        match (self.tags[previous], self.tags[next]) {
            (Some((a, Place::Begin | Place::Inside)), Some((b, Place::Inside | Place::End))) => a == b,
            _ => false,
        }
    }

    /// Whether `next` may follow `previous`; none stands for either end of the sentence.
    pub fn legal(&self, previous: Option<usize>, next: Option<usize>) -> bool {
        let tag = |label: Option<usize>| label.and_then(|label| self.tags[label]);
        if let (Some(previous), Some(next)) = (previous, next)
            && self.continues(previous, next)
        {
            return true;
        }
        let is_open = match tag(previous) {
            Some((kind, Place::Begin)) => self.rules[kind].begin_goes_on,
            Some((kind, Place::Inside)) => self.rules[kind].inside_goes_on,
            _ => false,
        };
        let may_open = match tag(next) {
            Some((kind, Place::Inside | Place::End)) => self.rules[kind].loose,
            _ => true,
        };
        !is_open && may_open
    }
}

/// Prefix and type of "B-PER", "B_PER", "PER-B" or "B".
fn split(label: &str) -> Option<(Place, &str)> {
    let place = |mark: &str| match mark {
        "B" => Some(Place::Begin),
        "I" | "M" => Some(Place::Inside),
        "E" | "L" => Some(Place::End),
        "S" | "U" | "W" => Some(Place::Single),
        _ => None,
    };
    if let Some(place) = place(label) {
        return Some((place, ""));
    }
    let before = label.split_once(['-', '_']);
    let after = label.rsplit_once(['-', '_']);
    before
        .and_then(|(mark, kind)| Some((place(mark)?, kind)))
        .or_else(|| after.and_then(|(kind, mark)| Some((place(mark)?, kind))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(names: &str) -> Vec<String> {
        names.split_whitespace().map(str::to_owned).collect()
    }

    /// The spans of a sequence of labels, as `kind[start..end]`.
    fn spans(scheme: &Scheme, names: &[String], sequence: &str) -> String {
        let places: Vec<usize> = labels(sequence)
            .iter()
            .map(|label| names.iter().position(|name| name == label).unwrap())
            .collect();
        let mut found: Vec<(String, usize, usize)> = Vec::new();
        for (w, &label) in places.iter().enumerate() {
            let Some(kind) = scheme.kind(label) else { continue };
            match found.last_mut() {
                Some(last) if w > 0 && scheme.continues(places[w - 1], label) => last.2 = w + 1,
                _ => found.push((scheme.kinds[kind].clone(), w, w + 1)),
            }
        }
        let shown: Vec<String> = found.iter().map(|(kind, a, b)| format!("{kind}[{a}..{b}]")).collect();
        shown.join(" ")
    }

    #[test]
    fn iob2_is_strict() {
        let names = labels("O B-PER I-PER I-LOC B-LOC");
        let scheme = Scheme::iob2(&names).unwrap();
        assert_eq!(scheme.kinds, ["PER", "LOC"]);
        assert_eq!(
            spans(&scheme, &names, "B-PER I-PER B-PER O B-LOC I-LOC"),
            "PER[0..2] PER[2..3] LOC[4..6]"
        );
        let legal = |a: Option<usize>, b: Option<usize>| scheme.legal(a, b);
        assert!(legal(None, Some(1)) && legal(Some(1), Some(2)) && legal(Some(2), None) && legal(Some(2), Some(1)));
        assert!(!legal(None, Some(2)) && !legal(Some(0), Some(2)) && !legal(Some(4), Some(2)));
        assert_eq!(Scheme::iob2(&labels("O B I")).unwrap().kinds, [""]);
    }

    #[test]
    fn what_is_no_iob2_is_named() {
        assert!(matches!(Scheme::iob2(&labels("B I")), Err(SchemeError::NoOutside(_))));
        for (names, wrong) in [
            ("O S-PER", "S-PER"),
            ("O B-PER", "B-PER"),
            ("O Bad", "Bad"),
            ("O É-PER", "É-PER"),
        ] {
            assert_eq!(Scheme::iob2(&labels(names)), Err(SchemeError::Unpaired(wrong.into())));
        }
        let nameless = ["O".to_owned(), String::new()];
        assert_eq!(Scheme::iob2(&nameless), Err(SchemeError::Unpaired(String::new())));
    }

    #[test]
    fn every_scheme_gives_the_same_spans() {
        let want = "PER[0..2] PER[2..3] LOC[4..7]";
        let cases = [
            (
                "O B-PER I-PER B-LOC I-LOC",
                "B-PER I-PER B-PER O B-LOC I-LOC I-LOC",
                want,
            ),
            // IOB1: B only where a span of its own type stands before it.
            (
                "O B-PER I-PER B-LOC I-LOC",
                "I-PER I-PER B-PER O I-LOC I-LOC I-LOC",
                want,
            ),
            (
                "O B-PER I-PER E-PER S-PER B-LOC I-LOC E-LOC S-LOC",
                "B-PER E-PER S-PER O B-LOC I-LOC E-LOC",
                want,
            ),
            (
                "B-PER I-PER L-PER U-PER B-LOC I-LOC L-LOC U-LOC O",
                "B-PER L-PER U-PER O B-LOC I-LOC L-LOC",
                want,
            ),
            (
                "O PER-B PER-I LOC-B LOC-I",
                "PER-B PER-I PER-B O LOC-B LOC-I LOC-I",
                want,
            ),
            // Without B neighbours of one type are one span.
            (
                "O I-PER I-LOC",
                "I-PER I-PER I-PER O I-LOC I-LOC I-LOC",
                "PER[0..3] LOC[4..7]",
            ),
            ("O PER LOC", "PER PER PER O LOC LOC LOC", "PER[0..3] LOC[4..7]"),
            (
                "LABEL_0 LABEL_1 LABEL_2",
                "LABEL_1 LABEL_1 LABEL_2 LABEL_0 LABEL_2 LABEL_2 LABEL_1",
                "LABEL_1[0..2] LABEL_2[2..3] LABEL_2[4..6] LABEL_1[6..7]",
            ),
            // Labels of padding and of later pieces beside prefixed ones stand for nothing.
            ("O B-PER I-PER [PAD] X", "B-PER I-PER X [PAD] O", "PER[0..2]"),
            ("O PER X", "PER PER X", "PER[0..2] X[2..3]"),
            // Plain types, one of which looks like a prefix.
            (
                "O WORK_OF_ART GPE",
                "GPE WORK_OF_ART WORK_OF_ART O O O O",
                "GPE[0..1] WORK_OF_ART[1..3]",
            ),
        ];
        for (names, sequence, want) in cases {
            let names = labels(names);
            assert_eq!(spans(&Scheme::guess(&names), &names, sequence), want, "{names:?}");
        }
    }

    #[test]
    fn a_closed_scheme_closes_its_spans() {
        let names = labels("O B-PER I-PER L-PER U-PER");
        let scheme = Scheme::guess(&names);
        let [o, b, i, l, u] = [0, 1, 2, 3, 4].map(Some);
        assert!(
            scheme.legal(b, l)
                && scheme.legal(b, i)
                && scheme.legal(i, l)
                && scheme.legal(l, u)
                && scheme.legal(u, None)
        );
        assert!(!scheme.legal(b, o) && !scheme.legal(i, b) && !scheme.legal(b, None) && !scheme.legal(o, l));
        assert!(!scheme.legal(None, i) && !scheme.legal(u, i));
        assert_eq!(scheme.name(), "IOBES or BILOU");
    }

    #[test]
    fn each_type_is_closed_by_its_own_labels() {
        // Without an S a single word is a B, and several still end in an E.
        let scheme = Scheme::guess(&labels("O B-PER I-PER E-PER"));
        let [o, b, i, e] = [0, 1, 2, 3].map(Some);
        assert!(scheme.legal(b, o) && scheme.legal(b, None) && scheme.legal(b, b) && scheme.legal(i, e));
        assert!(!scheme.legal(i, o) && !scheme.legal(i, None) && !scheme.legal(o, i) && !scheme.legal(None, e));
        assert_eq!(scheme.name(), "IOBE");
        // Without a B the others open spans.
        let names = labels("O I-PER E-PER");
        let scheme = Scheme::guess(&names);
        let [o, i, e] = [0, 1, 2].map(Some);
        assert!(
            [o, e, None]
                .iter()
                .all(|before| scheme.legal(*before, i) && scheme.legal(*before, e))
        );
        assert!(scheme.legal(i, o) && scheme.legal(e, None));
        assert_eq!(
            spans(&scheme, &names, "I-PER E-PER E-PER O I-PER"),
            "PER[0..2] PER[2..3] PER[4..5]"
        );
        // One type of a file says nothing of another.
        let scheme = Scheme::guess(&labels("O B-PER I-PER E-PER S-PER B-LOC I-LOC"));
        let [o, b_per, _, _, s, b_loc, i_loc] = [0, 1, 2, 3, 4, 5, 6].map(Some);
        assert!(scheme.legal(b_loc, o) && scheme.legal(o, i_loc) && scheme.legal(i_loc, s));
        assert!(!scheme.legal(b_per, o) && !scheme.legal(b_per, b_loc));
    }
}
