//! What a key's material is.

use std::fmt;

use crate::{Hash, ObjectType};

/// The kind and size of key material. What is done with it is an [`crate::Algorithm`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeySpec {
    /// AES, 128 bits (FIPS 197).
    Aes128,
    /// AES, 192 bits.
    Aes192,
    /// AES, 256 bits.
    Aes256,
    /// Two AES-128 keys for XTS (IEEE 1619), 256 bits.
    AesXts128,
    /// Two AES-256 keys for XTS, 512 bits.
    AesXts256,
    /// ChaCha20 (RFC 8439), 256 bits.
    ChaCha20,
    /// HMAC (FIPS 198-1) with a key as long as the hash's output.
    Hmac(Hash),
    /// Secret bytes to derive keys from; 256 bits when generated, 16 to 1024 bytes when imported.
    Secret,
    /// RSA, 2048 bits, e = 65537 (RFC 8017).
    Rsa2048,
    /// RSA, 3072 bits.
    Rsa3072,
    /// RSA, 4096 bits.
    Rsa4096,
    /// The curve P-256 (FIPS 186-5).
    EcP256,
    /// The curve P-384.
    EcP384,
    /// The curve P-521.
    EcP521,
    /// The curve secp256k1 (SEC 2).
    EcSecp256k1,
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// X25519 (RFC 7748).
    X25519,
    /// ML-KEM-512 (FIPS 203).
    MlKem512,
    /// ML-KEM-768.
    MlKem768,
    /// ML-KEM-1024.
    MlKem1024,
    /// ML-DSA-44 (FIPS 204).
    MlDsa44,
    /// ML-DSA-65.
    MlDsa65,
    /// ML-DSA-87.
    MlDsa87,
    /// Whatever only the object's attributes describe: certificates, opaque data, keys of algorithms that the native doors
    /// don't offer. Never created by name.
    Other,
}

impl KeySpec {
    /// All kinds of material that can be created by name.
    pub const ALL: [Self; 32] = [
        Self::Aes128,
        Self::Aes192,
        Self::Aes256,
        Self::AesXts128,
        Self::AesXts256,
        Self::ChaCha20,
        Self::Hmac(Hash::Sha1),
        Self::Hmac(Hash::Sha224),
        Self::Hmac(Hash::Sha256),
        Self::Hmac(Hash::Sha384),
        Self::Hmac(Hash::Sha512),
        Self::Hmac(Hash::Sha512Truncated256),
        Self::Hmac(Hash::Sha3With224),
        Self::Hmac(Hash::Sha3With256),
        Self::Hmac(Hash::Sha3With384),
        Self::Hmac(Hash::Sha3With512),
        Self::Secret,
        Self::Rsa2048,
        Self::Rsa3072,
        Self::Rsa4096,
        Self::EcP256,
        Self::EcP384,
        Self::EcP521,
        Self::EcSecp256k1,
        Self::Ed25519,
        Self::X25519,
        Self::MlKem512,
        Self::MlKem768,
        Self::MlKem1024,
        Self::MlDsa44,
        Self::MlDsa65,
        Self::MlDsa87,
    ];

    /// The name, as stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aes128 => "aes-128",
            Self::Aes192 => "aes-192",
            Self::Aes256 => "aes-256",
            Self::AesXts128 => "aes-128-xts",
            Self::AesXts256 => "aes-256-xts",
            Self::ChaCha20 => "chacha20",
            Self::Hmac(Hash::Sha1) => "hmac-sha-1",
            Self::Hmac(Hash::Sha224) => "hmac-sha-224",
            Self::Hmac(Hash::Sha256) => "hmac-sha-256",
            Self::Hmac(Hash::Sha384) => "hmac-sha-384",
            Self::Hmac(Hash::Sha512) => "hmac-sha-512",
            Self::Hmac(Hash::Sha512Truncated256) => "hmac-sha-512-256",
            Self::Hmac(Hash::Sha3With224) => "hmac-sha3-224",
            Self::Hmac(Hash::Sha3With256) => "hmac-sha3-256",
            Self::Hmac(Hash::Sha3With384) => "hmac-sha3-384",
            Self::Hmac(Hash::Sha3With512) => "hmac-sha3-512",
            Self::Secret => "secret",
            Self::Rsa2048 => "rsa-2048",
            Self::Rsa3072 => "rsa-3072",
            Self::Rsa4096 => "rsa-4096",
            Self::EcP256 => "ec-p256",
            Self::EcP384 => "ec-p384",
            Self::EcP521 => "ec-p521",
            Self::EcSecp256k1 => "ec-secp256k1",
            Self::Ed25519 => "ed25519",
            Self::X25519 => "x25519",
            Self::MlKem512 => "ml-kem-512",
            Self::MlKem768 => "ml-kem-768",
            Self::MlKem1024 => "ml-kem-1024",
            Self::MlDsa44 => "ml-dsa-44",
            Self::MlDsa65 => "ml-dsa-65",
            Self::MlDsa87 => "ml-dsa-87",
            Self::Other => "other",
        }
    }

    /// The kind of this [`Self::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Other]).find(|spec| spec.name() == name)
    }

    /// Whether the material is one secret rather than a key pair.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        matches!(
            self,
            Self::Aes128
                | Self::Aes192
                | Self::Aes256
                | Self::AesXts128
                | Self::AesXts256
                | Self::ChaCha20
                | Self::Hmac(_)
                | Self::Secret
        )
    }

    /// The type of the managed object that holds such material: a pair is stored as its private key.
    #[must_use]
    pub const fn object_type(self) -> ObjectType {
        match self {
            Self::Secret => ObjectType::SecretData,
            Self::Other => ObjectType::OpaqueObject,
            _ if self.is_symmetric() => ObjectType::SymmetricKey,
            _ => ObjectType::PrivateKey,
        }
    }

    /// How many bytes generated symmetric material has; `None` for key pairs.
    #[must_use]
    pub const fn symmetric_length(self) -> Option<usize> {
        match self {
            Self::Aes128 => Some(16),
            Self::Aes192 => Some(24),
            Self::Aes256 | Self::AesXts128 | Self::ChaCha20 | Self::Secret => Some(32),
            Self::AesXts256 => Some(64),
            Self::Hmac(hash) => Some(hash.output_length()),
            _ => None,
        }
    }

    /// Whether imported material of `length` bytes fits; `None` for key pairs, whose encoding decides.
    ///
    /// HMAC keys may be longer than the hash's output, but not shorter than 14 bytes (112 bits, SP 800-131A).
    #[must_use]
    pub const fn accepts_length(self, length: usize) -> Option<bool> {
        match self {
            Self::Hmac(_) => Some(length >= 14 && length <= 1024),
            Self::Secret => Some(length >= 16 && length <= 1024),
            _ => match self.symmetric_length() {
                Some(fixed) => Some(fixed == length),
                None => None,
            },
        }
    }
}

impl fmt::Display for KeySpec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::KeySpec;

    #[test]
    fn names_are_read_back() {
        for spec in KeySpec::ALL {
            assert_eq!(KeySpec::from_name(spec.name()), Some(spec));
        }
    }
}
