//! The encryption context: public pairs that are authenticated together with a ciphertext.

use std::collections::BTreeMap;
use std::fmt;

/// Why a context was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextError {
    /// A key is empty.
    EmptyKey,
    /// The same key stands twice.
    DuplicateKey,
    /// More than [`EncryptionContext::PAIR_LIMIT`] pairs.
    TooManyPairs,
    /// More than [`EncryptionContext::BYTE_LIMIT`] bytes of keys and values.
    TooLong,
}

impl fmt::Display for ContextError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyKey => formatter.write_str("has an empty key"),
            Self::DuplicateKey => formatter.write_str("has the same key twice"),
            Self::TooManyPairs => {
                write!(formatter, "has more than {} pairs", EncryptionContext::PAIR_LIMIT)
            }
            Self::TooLong => {
                write!(formatter, "has more than {} bytes", EncryptionContext::BYTE_LIMIT)
            }
        }
    }
}

impl std::error::Error for ContextError {}

/// Pairs of text that a ciphertext is bound to. Their order means nothing; each one must be the same for decryption.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EncryptionContext(BTreeMap<String, String>);

impl EncryptionContext {
    /// The most pairs.
    pub const PAIR_LIMIT: usize = 64;
    /// The most bytes of keys and values together.
    pub const BYTE_LIMIT: usize = 8192;

    /// Checks the pairs.
    ///
    /// # Errors
    /// [`ContextError`] says which rule was broken.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, ContextError> {
        let mut map = BTreeMap::new();
        let mut bytes = 0;
        for (key, value) in pairs {
            if key.is_empty() {
                return Err(ContextError::EmptyKey);
            }
            bytes += key.len() + value.len();
            if bytes > Self::BYTE_LIMIT {
                return Err(ContextError::TooLong);
            }
            if map.len() == Self::PAIR_LIMIT {
                return Err(ContextError::TooManyPairs);
            }
            if map.insert(key, value).is_some() {
                return Err(ContextError::DuplicateKey);
            }
        }
        Ok(Self(map))
    }

    /// Whether there are no pairs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends the canonical encoding: the number of pairs, then per pair in the order of the keys' bytes the key and the
    /// value, each behind its length. Numbers are 32-bit big-endian. Different contexts never have the same encoding.
    pub fn encode_into(&self, out: &mut Vec<u8>) {
        let number = |value: usize, out: &mut Vec<u8>| {
            // The limits above keep every length far below 2^32.
            out.extend_from_slice(&u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes());
        };
        number(self.0.len(), out);
        for (key, value) in &self.0 {
            for text in [key, value] {
                number(text.len(), out);
                out.extend_from_slice(text.as_bytes());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ContextError, EncryptionContext};

    fn context(pairs: &[(&str, &str)]) -> Result<EncryptionContext, ContextError> {
        EncryptionContext::new(pairs.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())))
    }

    fn encoded(pairs: &[(&str, &str)]) -> Vec<u8> {
        let mut out = Vec::new();
        context(pairs).unwrap().encode_into(&mut out);
        out
    }

    #[test]
    fn order_means_nothing_and_boundaries_everything() {
        assert_eq!(
            encoded(&[("env", "prod"), ("service", "api")]),
            encoded(&[("service", "api"), ("env", "prod")])
        );
        assert_ne!(encoded(&[("a", "bc")]), encoded(&[("ab", "c")]));
        assert_ne!(encoded(&[]), encoded(&[("a", "")]));
        assert_eq!(encoded(&[("a", "b")]), b"\0\0\0\x01\0\0\0\x01a\0\0\0\x01b");
    }

    #[test]
    fn limits_hold() {
        assert_eq!(context(&[("", "v")]), Err(ContextError::EmptyKey));
        assert_eq!(context(&[("a", "1"), ("a", "2")]), Err(ContextError::DuplicateKey));
        let many = |count: usize| {
            EncryptionContext::new((0..count).map(|index| (index.to_string(), String::new())))
        };
        assert!(many(64).is_ok());
        assert_eq!(many(65), Err(ContextError::TooManyPairs));
        assert!(context(&[("a", &"v".repeat(8191))]).is_ok());
        assert_eq!(context(&[("a", &"v".repeat(8192))]), Err(ContextError::TooLong));
    }
}
