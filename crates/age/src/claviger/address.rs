//! Recipients (`age1claviger1…`) and identities (`AGE-PLUGIN-CLAVIGER-1…`): where a key is to be found.
//!
//! Neither holds a secret. How they are laid out in bytes is in [`super::payload`].

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::payload::{self, Fields};
use super::stanza::is_key_name;
use crate::bech32_text::{self, Case};
use crate::plugin::{identity_prefix, recipient_prefix};

/// The name of the plugin in recipients, identities and the name of the program.
pub(crate) const PLUGIN_NAME: &str = "claviger";
/// The most pairs of a context.
const MAX_CONTEXT_PAIRS: usize = 64;
/// The most bytes of keys and values in a context.
const MAX_CONTEXT_BYTES: usize = 8192;
/// The longest URL, in bytes.
const MAX_URL_LEN: usize = 1024;

/// The encryption context: pairs that the wrapped file key is bound to.
pub type Context = BTreeMap<String, String>;

/// Why a recipient or identity was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The text is not a complete recipient of this plugin.
    #[error("this is not a Claviger recipient: it must begin with 'age1claviger1' and be complete")]
    RecipientText,
    /// The text is not a complete identity of this plugin.
    #[error(
        "this is not a Claviger identity: it must begin with 'AGE-PLUGIN-CLAVIGER-1' and be complete"
    )]
    IdentityText,
    /// The payload is of another version.
    #[error("its version is not 1; use a newer program")]
    Version,
    /// The payload is not laid out as version 1 is.
    #[error("it is malformed; make it again")]
    Malformed,
    /// The key name is missing or not one that keysets can have.
    #[error(
        "its key name must be 1 to 128 ASCII letters, digits, '.', '_' and '-', and not begin with '.' or '-'"
    )]
    KeyName,
    /// The server is not an address of HTTP.
    #[error(
        "its server must begin with http:// or https:// and be at most {MAX_URL_LEN} printable ASCII characters"
    )]
    Server,
    /// The context is out of bounds.
    #[error(
        "its context must have at most {MAX_CONTEXT_PAIRS} pairs and {MAX_CONTEXT_BYTES} bytes, and no empty key"
    )]
    Context,
}

/// A key to encrypt to: its name, and, where it matters, its server and an encryption context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    key: String,
    server: Option<String>,
    context: Context,
}

/// Somewhere to decrypt: a server, and the context that the file was encrypted with.
///
/// Without a server it is the one that the program is configured for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    server: Option<String>,
    context: Context,
}

impl Recipient {
    /// The key of this name.
    ///
    /// # Errors
    /// [`AddressError::KeyName`], [`AddressError::Server`], [`AddressError::Context`].
    pub fn new(key: &str, server: Option<&str>, context: Context) -> Result<Self, AddressError> {
        if !is_key_name(key) {
            return Err(AddressError::KeyName);
        }
        let server = check_server(server)?;
        check_context(&context)?;
        Ok(Self { key: key.to_owned(), server, context })
    }

    /// Reads the payload of a recipient's text.
    ///
    /// # Errors
    /// [`AddressError`] for anything that [`Recipient::payload`] would not give.
    pub fn from_payload(payload: &[u8]) -> Result<Self, AddressError> {
        let Fields { key, server, context } = payload::decode(payload)?;
        Self::new(&key.ok_or(AddressError::KeyName)?, server.as_deref(), context)
    }

    /// The payload of the recipient's text.
    #[must_use]
    pub fn payload(&self) -> Vec<u8> {
        payload::encode(Some(&self.key), self.server.as_deref(), &self.context)
    }

    /// The name of the keyset.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The server's URL. It is for the program to decide whether it trusts it.
    #[must_use]
    pub fn server(&self) -> Option<&str> {
        self.server.as_deref()
    }

    /// The encryption context.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }
}

impl Identity {
    /// The server of this URL, or the configured one, and this context.
    ///
    /// # Errors
    /// [`AddressError::Server`], [`AddressError::Context`].
    pub fn new(server: Option<&str>, context: Context) -> Result<Self, AddressError> {
        let server = check_server(server)?;
        check_context(&context)?;
        Ok(Self { server, context })
    }

    /// Reads the payload of an identity's text.
    ///
    /// # Errors
    /// [`AddressError`] for anything that [`Identity::payload`] would not give.
    pub fn from_payload(payload: &[u8]) -> Result<Self, AddressError> {
        match payload::decode(payload)? {
            Fields { key: None, server, context } => Self::new(server.as_deref(), context),
            Fields { key: Some(_), .. } => Err(AddressError::Malformed),
        }
    }

    /// The payload of the identity's text.
    #[must_use]
    pub fn payload(&self) -> Vec<u8> {
        payload::encode(None, self.server.as_deref(), &self.context)
    }

    /// The server's URL. It is for the program to decide whether it trusts it.
    #[must_use]
    pub fn server(&self) -> Option<&str> {
        self.server.as_deref()
    }

    /// The encryption context.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = recipient_prefix(PLUGIN_NAME);
        let text = bech32_text::encode(&prefix, &self.payload(), Case::Lower).ok_or(fmt::Error)?;
        formatter.write_str(&text)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = identity_prefix(PLUGIN_NAME);
        let text = bech32_text::encode(&prefix, &self.payload(), Case::Upper).ok_or(fmt::Error)?;
        formatter.write_str(&text)
    }
}

impl FromStr for Recipient {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let payload = bech32_text::decode(&recipient_prefix(PLUGIN_NAME), text, Case::Lower);
        Self::from_payload(&payload.ok_or(AddressError::RecipientText)?)
    }
}

impl FromStr for Identity {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let payload = bech32_text::decode(&identity_prefix(PLUGIN_NAME), text, Case::Upper);
        Self::from_payload(&payload.ok_or(AddressError::IdentityText)?)
    }
}

fn check_server(server: Option<&str>) -> Result<Option<String>, AddressError> {
    let valid = |url: &&str| {
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        url.len() <= MAX_URL_LEN
            && host.is_some_and(|host| !host.is_empty())
            && url.bytes().all(|byte| byte.is_ascii_graphic())
    };
    match server {
        Some(url) if !valid(&url) => Err(AddressError::Server),
        server => Ok(server.map(str::to_owned)),
    }
}

fn check_context(context: &Context) -> Result<(), AddressError> {
    let bytes: usize = context.iter().map(|(key, value)| key.len() + value.len()).sum();
    let valid = context.len() <= MAX_CONTEXT_PAIRS
        && bytes <= MAX_CONTEXT_BYTES
        && !context.contains_key("");
    if valid { Ok(()) } else { Err(AddressError::Context) }
}
