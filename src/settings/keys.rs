//! Every setting that can stand in a file, and nothing else can: no output, no program, no address, no token. The name
//! is that of the option; `docs/SETTINGS.md` lists them for people.

/// One setting.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// Name in files, and of the option.
    pub name: &'static str,
    /// Name in the environment; none for lists of patterns.
    pub variable: Option<&'static str>,
    /// What its value is.
    pub kind: Kind,
    /// Whether only the user's own file may set it.
    pub own: bool,
    /// The commands that it holds for, which are also the names of sections.
    pub commands: &'static [&'static str],
}

/// Kinds of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A path, relative to the file's folder.
    Path,
    /// A model: a folder, relative to the file's folder, or a name on the Hub.
    Model,
    /// Strings.
    List,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// True or false.
    Flag,
}

const LABELLING: &[&str] = &["label", "show", "eval"];
const LABEL: &[&str] = &["label"];
const READING: &[&str] = &["label", "show"];
const FIELDS: &[&str] = &["label", "show", "convert", "report"];
const WRITING: &[&str] = &["label", "convert"];
const HUB: &[&str] = &["label", "show", "eval", "bench", "models"];

/// A setting that any file may have.
const fn any(name: &'static str, variable: &'static str, kind: Kind, commands: &'static [&'static str]) -> Key {
    Key {
        name,
        variable: Some(variable),
        kind,
        own: false,
        commands,
    }
}

/// A setting of the user's own file alone: it costs memory, hides what is said, or names a place that is written to.
const fn own(name: &'static str, variable: &'static str, kind: Kind, commands: &'static [&'static str]) -> Key {
    Key {
        own: true,
        ..any(name, variable, kind, commands)
    }
}

const fn patterns(name: &'static str) -> Key {
    Key {
        variable: None,
        ..any(name, "", Kind::List, READING)
    }
}

/// All settings.
pub const KEYS: &[Key] = &[
    any("model", "STELLIG_MODEL", Kind::Model, LABELLING),
    any("entity-model", "STELLIG_ENTITY_MODEL", Kind::Model, LABELLING),
    any("claim-model", "STELLIG_CLAIM_MODEL", Kind::Model, LABELLING),
    any("device", "STELLIG_DEVICE", Kind::Text, LABELLING),
    any("dtype", "STELLIG_DTYPE", Kind::Text, LABELLING),
    own("threads", "STELLIG_THREADS", Kind::Whole, LABELLING),
    own("batch-tokens", "STELLIG_BATCH_TOKENS", Kind::Whole, LABELLING),
    any("offline", "STELLIG_OFFLINE", Kind::Flag, HUB),
    own("cache", "STELLIG_CACHE", Kind::Path, HUB),
    any("language", "STELLIG_LANGUAGE", Kind::Text, READING),
    any("min-score", "STELLIG_MIN_SCORE", Kind::Number, LABEL),
    any("no-text", "STELLIG_NO_TEXT", Kind::Flag, LABEL),
    any("text-field", "STELLIG_TEXT_FIELD", Kind::Text, FIELDS),
    any("title-field", "STELLIG_TITLE_FIELD", Kind::Text, FIELDS),
    any("id-field", "STELLIG_ID_FIELD", Kind::Text, FIELDS),
    any("date-field", "STELLIG_DATE_FIELD", Kind::Text, READING),
    any("language-field", "STELLIG_LANGUAGE_FIELD", Kind::Text, READING),
    patterns("include"),
    patterns("exclude"),
    own("max-megabytes", "STELLIG_MAX_MEGABYTES", Kind::Whole, READING),
    any("format", "STELLIG_FORMAT", Kind::Text, WRITING),
    any("rows", "STELLIG_ROWS", Kind::Text, WRITING),
    own("quiet", "STELLIG_QUIET", Kind::Flag, &["label", "convert", "report"]),
    any("color", "STELLIG_COLOR", Kind::Text, &["show"]),
    any("width", "STELLIG_WIDTH", Kind::Whole, &["show"]),
];

/// The setting of this name.
pub fn key(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

impl Key {
    /// Whether it holds for `command`.
    pub fn is_of(&self, command: &str) -> bool {
        self.commands.contains(&command)
    }
}
