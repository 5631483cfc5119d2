//! Names that callers choose, checked once and for all.

use std::fmt;
use std::sync::Arc;

/// Why a name was refused. The message says what would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// No character at all.
    Empty,
    /// More than the limit, which is given in bytes.
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// A character that a name can't have.
    Character,
    /// A dot or hyphen in front.
    Start,
}

impl fmt::Display for NameError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("is empty"),
            Self::TooLong { limit } => write!(formatter, "is longer than {limit} bytes"),
            Self::Character => formatter
                .write_str("has a character other than letters, digits, '.', '_' and '-' (ASCII)"),
            Self::Start => formatter.write_str("must begin with a letter, a digit or '_'"),
        }
    }
}

impl std::error::Error for NameError {}

/// The name of a keyset: 1 to 128 ASCII letters, digits, `.`, `_` and `-`, not beginning with `.` or `-`.
///
/// No name can be mistaken for a path, an option or another field of a ciphertext. Cloning is cheap.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyName(Arc<str>);

impl KeyName {
    /// The longest name, in bytes.
    pub const LIMIT: usize = 128;

    /// Checks a name.
    ///
    /// # Errors
    /// [`NameError`] says which rule was broken.
    pub fn new(name: &str) -> Result<Self, NameError> {
        check(name, Self::LIMIT).map(|()| Self(name.into()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What a client calls one managed object (KMIP 2.1 §4.58): the [`ObjectId`](crate::ObjectId) that the service gave, as text,
/// or a text of 1 to 256 bytes that the client chose when it imported the object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UniqueIdentifier(String);

impl UniqueIdentifier {
    /// The longest identifier, in bytes.
    pub const LIMIT: usize = 256;

    /// Checks an identifier.
    ///
    /// # Errors
    /// [`NameError`] says which rule was broken.
    pub fn new(text: &str) -> Result<Self, NameError> {
        check_text(text, Self::LIMIT).map(|()| Self(text.to_owned()))
    }

    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<crate::ObjectId> for UniqueIdentifier {
    fn from(id: crate::ObjectId) -> Self {
        Self(id.to_string())
    }
}

impl fmt::Display for UniqueIdentifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A tag: 1 to 128 bytes of text without control characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(String);

impl Tag {
    /// The longest tag, in bytes.
    pub const LIMIT: usize = 128;

    /// Checks a tag.
    ///
    /// # Errors
    /// [`NameError`] says which rule was broken.
    pub fn new(tag: &str) -> Result<Self, NameError> {
        check_text(tag, Self::LIMIT).map(|()| Self(tag.to_owned()))
    }

    /// The tag as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The name of a custom attribute: as a tag. Its value is any text of up to [`AttributeName::VALUE_LIMIT`] bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttributeName(String);

impl AttributeName {
    /// The longest name, in bytes.
    pub const LIMIT: usize = 128;
    /// The longest value, in bytes.
    pub const VALUE_LIMIT: usize = 4096;

    /// Checks an attribute's name.
    ///
    /// # Errors
    /// [`NameError`] says which rule was broken.
    pub fn new(name: &str) -> Result<Self, NameError> {
        check_text(name, Self::LIMIT).map(|()| Self(name.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(name: &str, limit: usize) -> Result<(), NameError> {
    let first = *name.as_bytes().first().ok_or(NameError::Empty)?;
    if name.len() > limit {
        return Err(NameError::TooLong { limit });
    }
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
    {
        return Err(NameError::Character);
    }
    if matches!(first, b'.' | b'-') {
        return Err(NameError::Start);
    }
    Ok(())
}

fn check_text(text: &str, limit: usize) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.len() > limit {
        return Err(NameError::TooLong { limit });
    }
    if text.chars().any(char::is_control) {
        return Err(NameError::Character);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{KeyName, NameError, Tag};

    #[test]
    fn names_that_could_be_something_else_are_refused() {
        for (name, error) in [
            ("", NameError::Empty),
            ("../etc", NameError::Character),
            (".hidden", NameError::Start),
            ("-option", NameError::Start),
            ("a:b", NameError::Character),
            ("a\0b", NameError::Character),
            ("schlüssel", NameError::Character),
            ("🔑", NameError::Character),
        ] {
            assert_eq!(KeyName::new(name), Err(error), "{name:?}");
        }
        assert_eq!(KeyName::new(&"k".repeat(129)), Err(NameError::TooLong { limit: 128 }));
        for name in ["k", "_k", "billing.2026-v1", &"k".repeat(128)] {
            assert_eq!(KeyName::new(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn tags_are_text_without_control_characters() {
        assert_eq!(Tag::new("team=Zürich").unwrap().as_str(), "team=Zürich");
        assert_eq!(Tag::new("a\nb"), Err(NameError::Character));
    }
}
