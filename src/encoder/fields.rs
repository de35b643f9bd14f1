//! Reads the fields of a JSON object one by one, so that an error can name the field by its whole path.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::{Error, Result};
use crate::kernel::packed::MOST_INPUTS;

/// A JSON object and where it stands in its file.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Fields<'a> {
    /// The object `value`, which stands at `path`, empty for the whole file.
    pub fn new(value: &'a Value, path: &str) -> Self {
        Self {
            value,
            path: path.to_owned(),
        }
    }

    /// The object in field `name`, if there is one.
    pub fn inside(&self, name: &str) -> Option<Fields<'a>> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Self {
            value,
            path: self.path_of(name),
        })
    }

    /// Names of the fields, in the file's order.
    pub fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.value
            .as_object()
            .into_iter()
            .flat_map(|object| object.keys().map(String::as_str))
    }

    /// The field, or `None` where it is absent or null.
    pub fn maybe<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        match self.value.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match T::deserialize(value) {
                Ok(value) => Ok(Some(value)),
                Err(error) => refuse(format!("field `{}`: {error}", self.path_of(name))),
            },
        }
    }

    /// The field, which must be there.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        match self.maybe(name)? {
            Some(value) => Ok(value),
            None => refuse(format!("missing field `{}`", self.path_of(name))),
        }
    }

    /// The field, or `default`.
    pub fn or<T: DeserializeOwned>(&self, name: &str, default: T) -> Result<T> {
        Ok(self.maybe(name)?.unwrap_or(default))
    }

    /// The whole path of field `name`.
    pub fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }
}

/// An error about `config.json`.
pub(crate) fn refuse<T>(message: impl Into<String>) -> Result<T> {
    Err(Error::Config(message.into()))
}

/// Refuses a size of zero, or one that no memory holds, by its name.
pub(crate) fn check_sizes(sizes: &[(&str, usize)]) -> Result<()> {
    match sizes.iter().find(|(_, size)| *size == 0 || *size > 1 << 24) {
        Some((name, size)) => refuse(format!("{name} is {size}")),
        None => Ok(()),
    }
}

/// Refuses a width that is more than a packed layer can read, by its name.
pub(crate) fn check_widths(widths: &[(&str, usize)]) -> Result<()> {
    check_sizes(widths)?;
    match widths.iter().find(|(_, width)| *width > MOST_INPUTS) {
        Some((name, width)) => refuse(format!(
            "{name} is {width}; a layer can have {MOST_INPUTS} inputs at most"
        )),
        None => Ok(()),
    }
}

/// Refuses a width that does not cut into so many attention heads.
pub(crate) fn check_heads(hidden: usize, heads: usize) -> Result<()> {
    if hidden.is_multiple_of(heads) {
        Ok(())
    } else {
        refuse(format!("hidden_size {hidden} does not give {heads} attention heads"))
    }
}
