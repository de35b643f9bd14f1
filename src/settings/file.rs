//! One file of settings: TOML with settings at the top, which hold for every command that knows them, and in sections
//! named after commands. Whatever does not belong there is an error that says where it stands.

use std::fs;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::nearest::{did_you_mean, near_note, nearest};

use super::keys::{KEYS, Key, Kind, key};
use super::{Error, Trust};

/// Largest file that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// A setting as a file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The section; none at the top.
    pub command: Option<String>,
    /// Which setting.
    pub key: &'static Key,
    /// Its values, as they would stand on a command line.
    pub values: Vec<String>,
    /// The line, from 1.
    pub line: usize,
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// Whose it is.
    pub trust: Trust,
    /// Its settings, in their order.
    pub entries: Vec<Entry>,
}

impl File {
    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, is no TOML, or holds what is no setting.
    pub fn read(path: &Path, trust: Trust) -> Result<Self, Error> {
        let unreadable = |message: String| Error {
            file: path.to_owned(),
            line: None,
            message,
        };
        let size = path.metadata().map_or(0, |metadata| metadata.len());
        if size > LARGEST {
            return Err(unreadable(
                "larger than a megabyte, and so no file of settings".to_owned(),
            ));
        }
        let text = fs::read_to_string(path)
            .map_err(|error| unreadable(format!("cannot be read{}: {error}", near_note(path, &error))))?;
        Self::parse(path, trust, &text)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// If it is no TOML, or holds what is no setting.
    pub fn parse(path: &Path, trust: Trust, text: &str) -> Result<Self, Error> {
        let reading = Reading { path, trust, text };
        let table = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            reading.wrong(at, format!("not valid TOML: {}", error.message().replace('\n', "; ")))
        })?;
        let mut entries = Vec::new();
        for (name, value) in table.get_ref() {
            let at = name.span().start;
            match value.get_ref() {
                DeValue::Table(section) => reading.section(name.get_ref(), at, section, &mut entries)?,
                _ => entries.push(reading.entry(None, name.get_ref(), at, value)?),
            }
        }
        entries.sort_by_key(|entry| entry.line);
        Ok(Self {
            path: path.to_owned(),
            trust,
            entries,
        })
    }

    /// What it says of `key` for `command`.
    pub fn get(&self, command: &str, key: &Key) -> Option<&Entry> {
        let of = |section: Option<&str>| {
            self.entries
                .iter()
                .find(|entry| entry.key == key && entry.command.as_deref() == section)
        };
        of(Some(command)).or_else(|| of(None))
    }
}

/// A file that is being read.
struct Reading<'t> {
    path: &'t Path,
    trust: Trust,
    text: &'t str,
}

impl Reading<'_> {
    fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }

    fn wrong(&self, at: usize, message: String) -> Error {
        Error {
            file: self.path.to_owned(),
            line: Some(self.line(at)),
            message,
        }
    }

    fn section(&self, name: &str, at: usize, section: &DeTable, entries: &mut Vec<Entry>) -> Result<(), Error> {
        if !KEYS.iter().any(|key| key.is_of(name)) {
            let commands = KEYS.iter().flat_map(|key| key.commands).copied();
            let near = nearest(name, commands).map(|near| format!("[{near}]"));
            let message = format!("no section [{name}] is known{}", did_you_mean(near));
            return Err(self.wrong(at, message));
        }
        for (key, value) in section {
            entries.push(self.entry(Some(name), key.get_ref(), key.span().start, value)?);
        }
        Ok(())
    }

    fn entry(&self, section: Option<&str>, name: &str, at: usize, value: &Spanned<DeValue>) -> Result<Entry, Error> {
        let key = self.known(section, name).map_err(|message| self.wrong(at, message))?;
        if key.own && self.trust == Trust::Found {
            let message = format!(
                "{name} can only stand in your own file, since this one may have come with somebody else's articles; \
                 see `stellig config` for the place, or name this file with --config"
            );
            return Err(self.wrong(at, message));
        }
        let values = self.values(key, value.get_ref()).ok_or_else(|| {
            self.wrong(
                value.span().start,
                format!("{name}: {}", wanted(key.kind, value.get_ref())),
            )
        })?;
        if key.name == "offline" && self.trust == Trust::Found && values == ["false"] {
            let message = "offline = false can only stand in your own file: a file that was found may forbid the network, not allow it";
            return Err(self.wrong(at, message.to_owned()));
        }
        Ok(Entry {
            command: section.map(str::to_owned),
            key,
            values,
            line: self.line(at),
        })
    }

    /// The setting of this name in this section, or what is wrong.
    fn known(&self, section: Option<&str>, name: &str) -> Result<&'static Key, String> {
        let here = |key: &&Key| section.is_none_or(|section| key.is_of(section));
        match (key(name), section) {
            (Some(key), _) if here(&key) => Ok(key),
            (Some(key), Some(section)) => Err(format!(
                "{name} is no setting of `stellig {section}`; it stands at the top or in [{}]",
                key.commands.join("], [")
            )),
            _ => {
                let near = nearest(name, KEYS.iter().filter(here).map(|key| key.name));
                Err(format!("no setting \"{name}\" is known{}", did_you_mean(near)))
            }
        }
    }

    /// The values as a command line has them; none where they are of another type.
    fn values(&self, key: &Key, value: &DeValue) -> Option<Vec<String>> {
        Some(vec![match (key.kind, value) {
            (Kind::List, DeValue::Array(all)) => {
                let text = |value: &Spanned<DeValue>| Some(value.get_ref().as_str()?.to_owned());
                return all.iter().map(text).collect();
            }
            (Kind::Text | Kind::List, DeValue::String(text)) => text.to_string(),
            (Kind::Path, DeValue::String(text)) => self.path_of(text).display().to_string(),
            (Kind::Model, DeValue::String(text)) => self.model(text),
            (Kind::Whole | Kind::Number, DeValue::Integer(number)) => {
                i128::from_str_radix(number.as_str(), number.radix()).ok()?.to_string()
            }
            (Kind::Number, DeValue::Float(number)) => number.as_str().to_owned(),
            (Kind::Flag, DeValue::Boolean(is_on)) => is_on.to_string(),
            _ => return None,
        }])
    }

    /// A path as the file means it: from the file's own folder, `~/` from home.
    fn path_of(&self, text: &str) -> PathBuf {
        match (text.strip_prefix("~/"), std::env::home_dir()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => self.path.parent().unwrap_or(Path::new("")).join(text),
        }
    }

    /// A folder beside the file is meant where there is one, or where the name can be nothing else.
    fn model(&self, text: &str) -> String {
        let path = self.path_of(text);
        if text.starts_with(['.', '~', '/']) || path.is_dir() {
            path.display().to_string()
        } else {
            text.to_owned()
        }
    }
}

/// What should stand there.
fn wanted(kind: Kind, found: &DeValue) -> String {
    let wanted = match kind {
        Kind::Text => "text in quotes",
        Kind::Path => "a path in quotes",
        Kind::Model => "the name or folder of a model in quotes",
        Kind::List => "a list of texts, such as [\"*.txt\"],",
        Kind::Whole => "a whole number",
        Kind::Number => "a number",
        Kind::Flag => "true or false",
    };
    let found = match found {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    };
    format!("{wanted} is wanted here, and this is {found}")
}
