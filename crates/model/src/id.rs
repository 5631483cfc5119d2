//! Identifiers, each with a type of its own.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// The identifier with these 16 bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// A version 7 UUID (RFC 9562): ordered by `milliseconds` since 1970, the rest from `random`.
            #[must_use]
            pub fn new(milliseconds: u64, random: &[u8; 10]) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(milliseconds, random).into_uuid())
            }

            /// How many characters the identifier has as text.
            pub const TEXT_LENGTH: usize = uuid::fmt::Hyphenated::LENGTH;

            /// The identifier as text, written into `buffer`.
            #[must_use]
            pub fn encode<'a>(&self, buffer: &'a mut [u8; Self::TEXT_LENGTH]) -> &'a str {
                self.0.hyphenated().encode_lower(buffer)
            }

            /// The 16 bytes of the identifier.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    };
}

uuid_id! {
    /// Names one managed object: one version of a key.
    ObjectId
}
uuid_id! {
    /// Names one keyset, whatever it is called.
    KeysetId
}
uuid_id! {
    /// Names one request, in its reply and in the audit record.
    RequestId
}

/// An isolation unit with its own key-encryption key. The default tenant is `default`. Cloning is cheap.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantId(Arc<str>);

impl TenantId {
    /// The tenant that serves where nobody names one.
    #[must_use]
    pub fn default_tenant() -> Self {
        Self("default".into())
    }

    /// The tenant of this name, which must follow the rules of [`crate::KeyName`].
    ///
    /// # Errors
    /// [`crate::NameError`] as for a key name.
    pub fn new(name: &str) -> Result<Self, crate::NameError> {
        crate::KeyName::new(name).map(|name| Self(name.as_str().into()))
    }

    /// The tenant's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
