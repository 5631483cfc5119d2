//! Native ciphertexts: text that names the key and the version that opens it.
//!
//! ```text
//! claviger:1:NAME:VERSION:RECORD
//! ```
//!
//! `1` is the version of the format, NAME the keyset's name, VERSION a decimal number without leading zeros, RECORD unpadded
//! base64url (RFC 4648 §5). The record is that of the key's algorithm: a committing record for authenticated encryption, the
//! bare ciphertext for RSA-OAEP. Name and version are bound through the key that they lead to: the keyset's identifier, the
//! version and the encryption context are the record's context.

use std::io::Write as _;

use base64_simd::URL_SAFE_NO_PAD;
use claviger_model::{EncryptionContext, KeyName, KeysetId, TenantId};

const PREFIX: &str = "claviger:1:";

/// A native ciphertext.
#[derive(Debug, PartialEq, Eq)]
pub struct NativeCiphertext {
    key: KeyName,
    version: u32,
    record: Vec<u8>,
}

impl NativeCiphertext {
    /// The longest text that is read, in bytes: a record of 32 MiB with some room.
    pub const TEXT_LIMIT: usize = 48 << 20;

    /// Reads a ciphertext. `None` if the text isn't one, whatever the cause.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > Self::TEXT_LIMIT {
            return None;
        }
        let mut parts = text.strip_prefix(PREFIX)?.splitn(3, ':');
        let key = KeyName::new(parts.next()?).ok()?;
        let version = read_version(parts.next()?)?;
        let record = URL_SAFE_NO_PAD.decode_to_vec(parts.next()?).ok()?;
        Some(Self { key, version, record })
    }

    /// The text for a record.
    #[must_use]
    pub fn write(key: &KeyName, version: u32, record: &[u8]) -> String {
        let mut text = Vec::with_capacity(Self::text_length(key, record.len()));
        Self::append(&mut text, key, version, record);
        // Prefix, name, number and base64url are ASCII.
        String::from_utf8(text).unwrap_or_default()
    }

    /// Appends the text for a record.
    pub fn append(out: &mut Vec<u8>, key: &KeyName, version: u32, record: &[u8]) {
        // Writing to a Vec never fails.
        let _ = write!(out, "{PREFIX}{key}:{version}:");
        URL_SAFE_NO_PAD.encode_append(record, out);
    }

    /// About how long the text for a record of this length is, and never less.
    #[must_use]
    pub fn text_length(key: &KeyName, record_length: usize) -> usize {
        PREFIX.len() + key.as_str().len() + 12 + URL_SAFE_NO_PAD.encoded_length(record_length)
    }

    /// The name of the key that opens it.
    #[must_use]
    pub const fn key(&self) -> &KeyName {
        &self.key
    }

    /// The version that opens it.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The record.
    #[must_use]
    pub fn into_record(self) -> Vec<u8> {
        self.record
    }
}

fn read_version(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if plain { text.parse().ok() } else { None }
}

/// What a native record is bound to, in the canonical encoding that is its context.
pub(crate) fn record_context(
    tenant: &TenantId,
    keyset: KeysetId,
    version: u32,
    context: &EncryptionContext,
) -> Vec<u8> {
    const DOMAIN: &[u8] = b"claviger/data/1";
    let tenant = tenant.as_str().as_bytes();
    let mut out = Vec::with_capacity(DOMAIN.len() + 1 + tenant.len() + 16 + 4 + 64);
    out.extend_from_slice(DOMAIN);
    // A tenant's name has at most 128 bytes.
    out.push(u8::try_from(tenant.len()).unwrap_or(u8::MAX));
    out.extend_from_slice(tenant);
    out.extend_from_slice(keyset.as_bytes());
    out.extend_from_slice(&version.to_be_bytes());
    context.encode_into(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::NativeCiphertext;
    use claviger_model::KeyName;

    #[test]
    fn reading_is_the_inverse_of_writing() {
        let name = KeyName::new("billing.eu-1").unwrap();
        let text = NativeCiphertext::write(&name, 12, b"\xff\xfe record");
        assert_eq!(text, "claviger:1:billing.eu-1:12:__4gcmVjb3Jk");
        let read = NativeCiphertext::read(&text).unwrap();
        assert_eq!((read.key().as_str(), read.version()), ("billing.eu-1", 12));
        assert_eq!(read.into_record(), b"\xff\xfe record");
    }

    #[test]
    fn there_is_one_text_for_a_ciphertext() {
        for text in [
            "",
            "claviger:2:k:1:AA",
            "claviger:1:k:01:AA",
            "claviger:1:k:0:AA",
            "claviger:1:k:+1:AA",
            "claviger:1:k:4294967296:AA",
            "claviger:1::1:AA",
            "claviger:1:k:1",
            "claviger:1:k:1:AA==",
            "claviger:1:k:1:AB",
            "claviger:1:k:1:A A",
            "claviger:1:k:1:AA\n",
            "claviger:1:../k:1:AA",
            " claviger:1:k:1:AA",
        ] {
            assert_eq!(NativeCiphertext::read(text), None, "{text:?}");
        }
        assert!(NativeCiphertext::read("claviger:1:k:1:AA").is_some());
    }
}
