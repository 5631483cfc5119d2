//! Why a file could not be encrypted or decrypted: one closed kind for each cause.

use std::error::Error as StdError;
use std::io;

use crate::armor::ArmorError;
use crate::file_key::FileKey;
use crate::header::HeaderError;
use crate::stream::PayloadError;

/// The cause that another part of the program supplies, such as a failed request to a server.
pub type Cause = Box<dyn StdError + Send + Sync>;

/// Why [`encrypt`](crate::encrypt) or [`decrypt`](crate::decrypt) failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The header cannot be read: this is no age file, or a damaged one.
    #[error("the age header cannot be read: {0}")]
    Header(#[from] HeaderError),
    /// The file key was found, but the header does not carry its authentication code.
    #[error(
        "the age header was altered: its authentication code does not match; get an intact copy of the file"
    )]
    HeaderMac,
    /// The header is well formed, and none of its stanzas is for any of the identities.
    #[error(
        "none of the given identities can open this file; give the one that it was encrypted to"
    )]
    NoMatchingIdentity,
    /// An identity recognised a stanza and could not unwrap the file key.
    #[error("the file key could not be unwrapped: {0}")]
    Unwrapping(#[source] Cause),
    /// A recipient could not wrap the file key.
    #[error("the file key could not be wrapped: {0}")]
    Wrapping(#[from] WrapError),
    /// The encrypted content is not what was written.
    #[error("the encrypted content is damaged: {0}")]
    Payload(#[from] PayloadError),
    /// The ASCII armor is not well formed.
    #[error("the ASCII armor cannot be read: {0}")]
    Armor(#[from] ArmorError),
    /// The input could not be read.
    #[error("the input could not be read: {0}")]
    Read(#[source] io::Error),
    /// The output could not be written.
    #[error("the output could not be written: {0}")]
    Write(#[source] io::Error),
    /// The operating system supplied no random bytes.
    #[error("the operating system supplied no random bytes; nothing was encrypted")]
    Random,
}

impl Error {
    /// Tells armor faults, which travel inside [`io::Error`], from a failing input.
    pub(crate) fn from_read(error: io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<ArmorError>()) {
            Some(armor) => Self::Armor(*armor),
            None => Self::Read(error),
        }
    }
}

/// Why a recipient did not wrap a file key.
#[derive(Debug, thiserror::Error)]
pub enum WrapError {
    /// Nobody to encrypt to.
    #[error("no recipient was given; give at least one")]
    NoRecipients,
    /// The public key is a point that makes every shared secret zero.
    #[error("the recipient's public key is invalid; ask its owner for a new one")]
    InvalidRecipient,
    /// Whoever holds the wrapping key refused or could not be reached.
    #[error("{0}")]
    Refused(#[source] Cause),
    /// The operating system supplied no random bytes.
    #[error("the operating system supplied no random bytes")]
    Random,
}

/// Why an identity did not unwrap a file key from a stanza of its own kind.
#[derive(Debug, thiserror::Error)]
pub enum UnwrapError {
    /// The stanza is of the identity's kind but breaks its rules, so that the header is invalid.
    #[error("stanza {index}: {reason}")]
    InvalidStanza {
        /// The position among the stanzas that were given, from 0.
        index: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Whoever holds the unwrapping key refused or could not be reached.
    #[error("{0}")]
    Refused(#[source] Cause),
}

impl From<UnwrapError> for Error {
    fn from(error: UnwrapError) -> Self {
        match error {
            UnwrapError::InvalidStanza { index, reason } => {
                Self::Header(HeaderError::InvalidStanza { index, reason })
            }
            UnwrapError::Refused(cause) => Self::Unwrapping(cause),
        }
    }
}

/// The first file key among the results, else the first refusal. An invalid stanza ends the search.
pub(crate) fn first_success(
    results: impl Iterator<Item = Result<FileKey, UnwrapError>>,
) -> Option<Result<FileKey, UnwrapError>> {
    let mut refusal = None;
    for result in results {
        match result {
            // One key may be out of reach while another is not.
            Err(UnwrapError::Refused(cause)) => {
                refusal = refusal.or(Some(Err(UnwrapError::Refused(cause))));
            }
            result => return Some(result),
        }
    }
    refusal
}
