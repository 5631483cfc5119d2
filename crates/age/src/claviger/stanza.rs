//! The stanza that holds a file key wrapped by a Claviger key.
//!
//! ```text
//! -> claviger 1 NAME
//! base64(ciphertext text, such as claviger:1:NAME:3:BASE64URL)
//! ```
//!
//! `1` is the version of the stanza, NAME the keyset that wrapped the file key. The body is the text that
//! the server returned, and means something to the server alone.

use crate::stanza::Stanza;

/// The tag of the stanza.
pub const TAG: &str = "claviger";
/// The version of the stanza that is written and read.
pub const VERSION: &str = "1";
/// The longest ciphertext text, in bytes.
pub const MAX_CIPHERTEXT_LEN: usize = 1024;
/// The longest key name, in bytes.
pub(crate) const MAX_KEY_NAME_LEN: usize = 128;

/// Why a stanza with the tag `claviger` was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StanzaFault {
    /// It is of another version.
    #[error("{}", self.reason())]
    Version,
    /// It does not have exactly a version and a key name.
    #[error("{}", self.reason())]
    Arguments,
    /// The key name is not one that keysets can have.
    #[error("{}", self.reason())]
    KeyName,
    /// The body is empty, too long, or not printable ASCII without spaces.
    #[error("{}", self.reason())]
    Ciphertext,
}

impl StanzaFault {
    /// The fault in words.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Version => "its version is not 1; use a newer program",
            Self::Arguments => "it must have two arguments, version and key name",
            Self::KeyName => {
                "its key name must be 1 to 128 ASCII letters, digits, '.', '_' and '-', and not begin \
                 with '.' or '-'"
            }
            Self::Ciphertext => "its wrapped key must be 1 to 1024 printable ASCII characters",
        }
    }
}

/// A file key wrapped by a Claviger key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClavigerStanza {
    key: String,
    ciphertext: String,
}

impl ClavigerStanza {
    /// A stanza for the key of this name and the text that the server returned.
    ///
    /// # Errors
    /// [`StanzaFault`] if the name or the text is out of bounds.
    pub fn new(key: &str, ciphertext: &str) -> Result<Self, StanzaFault> {
        if !is_key_name(key) {
            return Err(StanzaFault::KeyName);
        }
        if !(1..=MAX_CIPHERTEXT_LEN).contains(&ciphertext.len())
            || !ciphertext.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err(StanzaFault::Ciphertext);
        }
        Ok(Self { key: key.to_owned(), ciphertext: ciphertext.to_owned() })
    }

    /// Reads a stanza of a header. `None` if it is of another kind.
    ///
    /// # Errors
    /// [`StanzaFault`] if it is of this kind and malformed.
    #[must_use]
    pub fn decode(stanza: &Stanza) -> Option<Result<Self, StanzaFault>> {
        (stanza.tag() == TAG).then(|| match stanza.arguments() {
            [version, ..] if version != VERSION => Err(StanzaFault::Version),
            [_, key] => {
                let text = std::str::from_utf8(stanza.body()).map_err(|_| StanzaFault::Ciphertext);
                text.and_then(|text| Self::new(key, text))
            }
            _ => Err(StanzaFault::Arguments),
        })
    }

    /// The stanza for a header.
    #[must_use]
    pub fn encode(&self) -> Stanza {
        Stanza::new(TAG, [VERSION, self.key.as_str()], self.ciphertext.as_bytes())
            .expect("a key name is printable ASCII without spaces")
    }

    /// The name of the keyset that wrapped the file key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The text that the server returned for the file key.
    #[must_use]
    pub fn ciphertext(&self) -> &str {
        &self.ciphertext
    }
}

/// Whether keysets can have this name.
pub(crate) fn is_key_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=MAX_KEY_NAME_LEN).contains(&name.len())
        && name.bytes().all(allowed)
        && !name.starts_with(['.', '-'])
}
