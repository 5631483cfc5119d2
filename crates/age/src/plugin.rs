//! The age plugin protocol, from the plugin's side: what a program named `age-plugin-NAME` speaks.
//!
//! age starts the program with `--age-plugin=recipient-v1` to encrypt and `--age-plugin=identity-v1` to
//! decrypt. It first tells all it wants, then the plugin works, asks, and answers. Both speak in stanzas
//! over standard input and output.
//!
//! Source: C2SP age-plugin.md.

mod connection;
mod identity_v1;
mod recipient_v1;

use std::error::Error as StdError;
use std::io::{self, BufRead, Write};
use std::str::FromStr;

use crate::bech32_text::{self, Case};
use crate::error::{UnwrapError, WrapError};
use crate::file_key::FileKey;
use crate::stanza::{Stanza, StanzaError};
use connection::Connection;

pub use connection::{MAX_LINE_LEN, MAX_PHASE_LEN, MAX_PHASE_STANZAS};

/// What a plugin can do. Recipients and identities are whatever it makes of their payloads.
pub trait Plugin {
    /// A parsed recipient.
    type Recipient;
    /// A parsed identity.
    type Identity;

    /// The NAME of `age1NAME1…`, `AGE-PLUGIN-NAME-1…` and `age-plugin-NAME`, in lower case.
    fn name(&self) -> &str;

    /// Reads the payload of a recipient.
    ///
    /// # Errors
    /// A [`Refusal`] that the user will read.
    fn recipient(&self, payload: &[u8]) -> Result<Self::Recipient, Refusal>;

    /// Reads the payload of an identity.
    ///
    /// # Errors
    /// A [`Refusal`] that the user will read.
    fn identity(&self, payload: &[u8]) -> Result<Self::Identity, Refusal>;

    /// Wraps a file key to a recipient.
    ///
    /// # Errors
    /// [`WrapError`], which the user will read. Then nothing is encrypted.
    fn wrap_to_recipient(
        &self,
        recipient: &Self::Recipient,
        file_key: &FileKey,
        messages: &mut dyn Messages,
    ) -> Result<Vec<Stanza>, WrapError>;

    /// Wraps a file key so that this identity can unwrap it.
    ///
    /// # Errors
    /// As for [`Plugin::wrap_to_recipient`].
    fn wrap_to_identity(
        &self,
        identity: &Self::Identity,
        file_key: &FileKey,
        messages: &mut dyn Messages,
    ) -> Result<Vec<Stanza>, WrapError>;

    /// Unwraps a file key from the stanzas of one file. `None` if none of them is for this identity.
    fn unwrap(
        &self,
        identity: &Self::Identity,
        stanzas: &[Stanza],
        messages: &mut dyn Messages,
    ) -> Option<Result<FileKey, UnwrapError>>;
}

/// How a plugin speaks to the user while it works.
pub trait Messages {
    /// Shows a message, such as that something is awaited. False if it cannot be shown.
    ///
    /// # Errors
    /// [`ProtocolError`] if the client is gone or speaks nonsense; it will come up again.
    fn show(&mut self, message: &str) -> Result<bool, ProtocolError>;
}

/// Why a plugin does not accept a recipient or identity, in words for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(String);

impl Refusal {
    /// Says what was wrong and what to do.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// The message of an error and of what caused it.
    pub fn from_error(error: impl StdError) -> Self {
        Self(describe(&error))
    }
}

/// Which of the two conversations age asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateMachine {
    /// `recipient-v1`: wrap file keys.
    RecipientV1,
    /// `identity-v1`: unwrap file keys.
    IdentityV1,
}

impl FromStr for StateMachine {
    type Err = ProtocolError;

    /// Reads the value of `--age-plugin=`.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "recipient-v1" => Ok(Self::RecipientV1),
            "identity-v1" => Ok(Self::IdentityV1),
            _ => Err(ProtocolError::StateMachine),
        }
    }
}

/// Why a conversation broke off. What concerns a recipient or a file is told to the client instead.
#[derive(Debug, thiserror::Error)]
pub enum ProtocolError {
    /// Neither `recipient-v1` nor `identity-v1`.
    #[error(
        "the age client asks for a plugin protocol other than recipient-v1 and identity-v1; use a newer plugin"
    )]
    StateMachine,
    /// The other side is gone, or the channel failed.
    #[error("the connection to the age client failed: {0}")]
    Io(#[from] io::Error),
    /// The other side ended before it was done.
    #[error("the age client ended the conversation too early")]
    UnexpectedEnd,
    /// The other side sends more than a plugin will hold.
    #[error("the age client sent too much")]
    TooMuch,
    /// Something is not a stanza.
    #[error("the age client sent a malformed stanza: {0}")]
    Stanza(#[from] StanzaError),
    /// A known command has the wrong arguments or body.
    #[error("the age client sent an invalid '{0}' command")]
    Command(&'static str),
    /// The client did not accept what it must accept.
    #[error("the age client did not accept the answer")]
    NotAccepted,
}

/// Holds one conversation, from the client's first word to the plugin's last.
///
/// # Errors
/// [`ProtocolError`]; the program should then print it to standard error and exit with a failure.
pub fn run<P: Plugin>(
    state_machine: StateMachine,
    plugin: &P,
    input: impl BufRead,
    output: impl Write,
) -> Result<(), ProtocolError> {
    let mut connection = Connection::new(input, output);
    match state_machine {
        StateMachine::RecipientV1 => recipient_v1::run(plugin, &mut connection),
        StateMachine::IdentityV1 => identity_v1::run(plugin, &mut connection),
    }
}

/// The text of a plugin's recipient with this payload, or `None` if the name can't be a plugin's.
#[must_use]
pub fn encode_recipient(name: &str, payload: &[u8]) -> Option<String> {
    let text = bech32_text::encode(&recipient_prefix(plugin_name(name)?), payload, Case::Lower);
    text.map(|text| text.to_string())
}

/// The payload of a plugin's recipient, or `None` if the text is not one of this plugin.
#[must_use]
pub fn decode_recipient(name: &str, text: &str) -> Option<Vec<u8>> {
    let payload = bech32_text::decode(&recipient_prefix(plugin_name(name)?), text, Case::Lower);
    payload.map(|payload| payload.to_vec())
}

/// The text of a plugin's identity with this payload, or `None` if the name can't be a plugin's.
#[must_use]
pub fn encode_identity(name: &str, payload: &[u8]) -> Option<String> {
    let text = bech32_text::encode(&identity_prefix(plugin_name(name)?), payload, Case::Upper);
    text.map(|text| text.to_string())
}

/// The payload of a plugin's identity, or `None` if the text is not one of this plugin.
#[must_use]
pub fn decode_identity(name: &str, text: &str) -> Option<Vec<u8>> {
    let payload = bech32_text::decode(&identity_prefix(plugin_name(name)?), text, Case::Upper);
    payload.map(|payload| payload.to_vec())
}

/// What stands before the last `1` of a recipient.
pub(crate) fn recipient_prefix(name: &str) -> String {
    format!("age1{name}")
}

/// What stands before the last `1` of an identity.
pub(crate) fn identity_prefix(name: &str) -> String {
    format!("AGE-PLUGIN-{}-", name.to_ascii_uppercase())
}

/// NAME = 1*(ALPHA / DIGIT / "-" / "_" / "." / "+"), in lower case.
fn plugin_name(name: &str) -> Option<&str> {
    let allowed = |byte: u8| {
        byte.is_ascii_lowercase()
            || byte.is_ascii_digit()
            || matches!(byte, b'-' | b'_' | b'.' | b'+')
    };
    (!name.is_empty() && name.bytes().all(allowed)).then_some(name)
}

/// An error and all its causes, in one line, none repeated.
fn describe(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}
