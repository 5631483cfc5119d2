//! Where the root key comes from.

use std::fmt;

use async_trait::async_trait;
use claviger_secret::SecretBytes;

/// The 256-bit key that protects every tenant's key-encryption key.
pub struct RootKey(SecretBytes);

impl RootKey {
    /// The length of a root key, in bytes.
    pub const LENGTH: usize = 32;

    /// Takes over the bytes of a root key.
    ///
    /// # Errors
    /// [`SealError::Length`] unless there are [`Self::LENGTH`] of them.
    pub fn new(bytes: SecretBytes) -> Result<Self, SealError> {
        if bytes.len() == Self::LENGTH {
            Ok(Self(bytes))
        } else {
            Err(SealError::Length { found: bytes.len() })
        }
    }

    /// The secret bytes.
    #[must_use]
    pub fn secret(&self) -> &SecretBytes {
        &self.0
    }
}

/// What kind of seal protects the root key while the server is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealKind {
    /// A file that the server made itself: for development.
    DevelopmentFile,
    /// A file that somebody else provides, such as a mounted Kubernetes secret.
    File,
    /// The environment variable `KMS_ROOT_KEY`.
    Environment,
}

/// What an operator may know of a seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealDescription {
    /// Its kind.
    pub kind: SealKind,
    /// Where the root key is, in words: a path or a variable's name, never a value.
    pub place: String,
}

/// Why there is no root key. Messages name the place and what to do, never a byte of the key.
#[derive(Debug)]
pub enum SealError {
    /// The key has a wrong length.
    Length {
        /// How many bytes there were.
        found: usize,
    },
    /// The text isn't base64.
    Encoding {
        /// Where it was read.
        place: String,
        /// What is wrong with it, such as `it contains a space`.
        reason: &'static str,
    },
    /// The place couldn't be read or written.
    Unavailable {
        /// Where it is.
        place: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Others may read the place.
    Exposed {
        /// Where it is.
        place: String,
        /// Its permission bits.
        mode: u32,
    },
}

impl fmt::Display for SealError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { found } => write!(
                formatter,
                "the root key has {found} bytes and must have 32; make one with `head -c 32 /dev/urandom | base64`"
            ),
            Self::Encoding { place, reason } => write!(
                formatter,
                "the root key in {place} is not base64: {reason}; it must be the base64 of 32 bytes, such as `head -c 32 /dev/urandom | base64` prints"
            ),
            Self::Unavailable { place, source } => {
                write!(formatter, "the root key in {place} cannot be read: {source}")
            }
            Self::Exposed { place, mode } => write!(
                formatter,
                "the root key in {place} can be read by others (mode {mode:04o}); run `chmod 600` on it"
            ),
        }
    }
}

impl std::error::Error for SealError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unavailable { source, .. } => Some(source),
            Self::Length { .. } | Self::Encoding { .. } | Self::Exposed { .. } => None,
        }
    }
}

/// A seal: it gives the root key when the server starts.
#[async_trait]
pub trait RootKeySource: Send + Sync {
    /// The root key. A place that makes one by itself has stored it durably before it returns.
    async fn root_key(&self) -> Result<RootKey, SealError>;

    /// What an operator may know of the seal.
    fn describe(&self) -> SealDescription;
}
