//! Enumerations, written with the service's own names.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// The text isn't one of an enumeration's names. It isn't repeated here: it may be anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownName {
    what: &'static str,
    names: &'static [&'static str],
}

impl fmt::Display for UnknownName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "not {}: expected one of {}", self.what, self.names.join(", "))
    }
}

impl std::error::Error for UnknownName {}

macro_rules! names {
    ($(
        $(#[$doc:meta])*
        $what:literal $type:ident { $($variant:ident = $name:literal,)* }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $type { $(#[doc = concat!("`", $name, "`")] $variant,)* }

        impl $type {
            /// All members.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The names of all members, in the same order.
            pub const NAMES: &'static [&'static str] = &[$($name,)*];

            /// The name in messages.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }

        impl FromStr for $type {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                match text {
                    $($name => Ok(Self::$variant),)*
                    _ => Err(UnknownName { what: $what, names: Self::NAMES }),
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.name())
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct NameVisitor;

                impl Visitor<'_> for NameVisitor {
                    type Value = $type;

                    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                        formatter.write_str($what)
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(NameVisitor)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                let object = ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some(Self::NAMES.iter().copied()));
                RefOr::T(Schema::Object(object.build()))
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($type))
            }
        }
    )*};
}

names! {
    /// What is done with a key.
    "an algorithm" Algorithm {
        AesGcm = "aes-gcm",
        AesGcmSiv = "aes-gcm-siv",
        ChaCha20Poly1305 = "chacha20-poly1305",
        XChaCha20Poly1305 = "xchacha20-poly1305",
        AesKw = "aes-kw",
        AesKwp = "aes-kwp",
        AesCbc = "aes-cbc",
        AesCtr = "aes-ctr",
        AesEcb = "aes-ecb",
        AesXts = "aes-xts",
        Hmac = "hmac",
        AesCmac = "aes-cmac",
        RsaOaepSha1 = "rsa-oaep-sha-1",
        RsaOaepSha256 = "rsa-oaep-sha-256",
        RsaOaepSha384 = "rsa-oaep-sha-384",
        RsaOaepSha512 = "rsa-oaep-sha-512",
        RsaPssSha256 = "rsa-pss-sha-256",
        RsaPssSha384 = "rsa-pss-sha-384",
        RsaPssSha512 = "rsa-pss-sha-512",
        RsaPkcs1Sha256 = "rsa-pkcs1-sha-256",
        RsaPkcs1Sha384 = "rsa-pkcs1-sha-384",
        RsaPkcs1Sha512 = "rsa-pkcs1-sha-512",
        EcdsaSha256 = "ecdsa-sha-256",
        EcdsaSha384 = "ecdsa-sha-384",
        EcdsaSha512 = "ecdsa-sha-512",
        Ed25519 = "ed25519",
        MlDsa = "ml-dsa",
        Ecdh = "ecdh",
        X25519 = "x25519",
        MlKem = "ml-kem",
        HkdfSha256 = "hkdf-sha-256",
        HkdfSha384 = "hkdf-sha-384",
        HkdfSha512 = "hkdf-sha-512",
        Pbkdf2Sha256 = "pbkdf2-sha-256",
        Pbkdf2Sha384 = "pbkdf2-sha-384",
        Pbkdf2Sha512 = "pbkdf2-sha-512",
        CounterKdfSha256 = "kdf-counter-sha-256",
        CounterKdfSha384 = "kdf-counter-sha-384",
        CounterKdfSha512 = "kdf-counter-sha-512",
        Other = "other",
    }

    /// The kind and size of key material.
    "a kind of key material" KeySpec {
        Aes128 = "aes-128",
        Aes192 = "aes-192",
        Aes256 = "aes-256",
        AesXts128 = "aes-128-xts",
        AesXts256 = "aes-256-xts",
        ChaCha20 = "chacha20",
        HmacSha1 = "hmac-sha-1",
        HmacSha224 = "hmac-sha-224",
        HmacSha256 = "hmac-sha-256",
        HmacSha384 = "hmac-sha-384",
        HmacSha512 = "hmac-sha-512",
        HmacSha512Truncated256 = "hmac-sha-512-256",
        HmacSha3With224 = "hmac-sha3-224",
        HmacSha3With256 = "hmac-sha3-256",
        HmacSha3With384 = "hmac-sha3-384",
        HmacSha3With512 = "hmac-sha3-512",
        Secret = "secret",
        Rsa2048 = "rsa-2048",
        Rsa3072 = "rsa-3072",
        Rsa4096 = "rsa-4096",
        EcP256 = "ec-p256",
        EcP384 = "ec-p384",
        EcP521 = "ec-p521",
        EcSecp256k1 = "ec-secp256k1",
        Ed25519 = "ed25519",
        X25519 = "x25519",
        MlKem512 = "ml-kem-512",
        MlKem768 = "ml-kem-768",
        MlKem1024 = "ml-kem-1024",
        MlDsa44 = "ml-dsa-44",
        MlDsa65 = "ml-dsa-65",
        MlDsa87 = "ml-dsa-87",
        Other = "other",
    }

    /// A hash function.
    "a hash function" Hash {
        Sha1 = "sha-1",
        Sha224 = "sha-224",
        Sha256 = "sha-256",
        Sha384 = "sha-384",
        Sha512 = "sha-512",
        Sha512Truncated256 = "sha-512-256",
        Sha3With224 = "sha3-224",
        Sha3With256 = "sha3-256",
        Sha3With384 = "sha3-384",
        Sha3With512 = "sha3-512",
    }

    /// The state of a key's version (NIST SP 800-57 part 1).
    "a state" State {
        PreActive = "pre-active",
        Active = "active",
        Deactivated = "deactivated",
        Compromised = "compromised",
        Destroyed = "destroyed",
        DestroyedCompromised = "destroyed-compromised",
    }

    /// The type of a managed object.
    "an object type" ObjectType {
        SymmetricKey = "symmetric-key",
        PublicKey = "public-key",
        PrivateKey = "private-key",
        SecretData = "secret-data",
        Certificate = "certificate",
        CertificateRequest = "certificate-request",
        SplitKey = "split-key",
        OpaqueObject = "opaque-object",
        PgpKey = "pgp-key",
        Template = "template",
    }

    /// Why a version was revoked.
    "a revocation reason" RevocationReason {
        Unspecified = "unspecified",
        KeyCompromise = "key-compromise",
        CaCompromise = "ca-compromise",
        AffiliationChanged = "affiliation-changed",
        Superseded = "superseded",
        CessationOfOperation = "cessation-of-operation",
        PrivilegeWithdrawn = "privilege-withdrawn",
    }

    /// What a key may be used for.
    "a usage" Usage {
        Sign = "sign",
        Verify = "verify",
        Encrypt = "encrypt",
        Decrypt = "decrypt",
        WrapKey = "wrap-key",
        UnwrapKey = "unwrap-key",
        MacGenerate = "mac-generate",
        MacVerify = "mac-verify",
        DeriveKey = "derive-key",
        KeyAgreement = "key-agreement",
        CertificateSign = "certificate-sign",
        CrlSign = "crl-sign",
    }

    /// An encoding of key material: the raw bytes, PKCS#8, SubjectPublicKeyInfo or JSON Web Key.
    "a key format" KeyFormat {
        Raw = "raw",
        Pkcs8 = "pkcs8",
        Spki = "spki",
        Jwk = "jwk",
    }

    /// How a public key is written: PEM (RFC 7468) or JSON Web Key (RFC 7517).
    "a public key format" PublicKeyFormat {
        Pem = "pem",
        Jwk = "jwk",
    }

    /// The size of a data key.
    "a data key size" DataKeySpec {
        Aes256 = "AES_256",
        Aes128 = "AES_128",
    }
}

impl DataKeySpec {
    /// The length of the data key, in bytes.
    #[must_use]
    pub const fn length(self) -> usize {
        match self {
            Self::Aes256 => 32,
            Self::Aes128 => 16,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, Usage};

    #[test]
    fn names_are_read_back() {
        for &algorithm in Algorithm::ALL {
            let json = serde_json::to_string(&algorithm).unwrap();
            assert_eq!(json, format!("\"{algorithm}\""));
            assert_eq!(serde_json::from_str::<Algorithm>(&json).unwrap(), algorithm);
        }
    }

    #[test]
    fn another_name_is_refused_with_the_names_that_would_do() {
        let error = serde_json::from_str::<Usage>("\"sing\"").unwrap_err().to_string();
        assert!(error.contains("expected one of sign, verify,") && !error.contains("sing"));
    }
}
