//! What is done with a key.

use std::fmt;

use crate::KeySpec;

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hash {
    /// SHA-1 (FIPS 180-4): for protocols that still need it, never chosen by default.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SHA-512/256.
    Sha512Truncated256,
    /// SHA3-224 (FIPS 202).
    Sha3With224,
    /// SHA3-256.
    Sha3With256,
    /// SHA3-384.
    Sha3With384,
    /// SHA3-512.
    Sha3With512,
}

impl Hash {
    /// All hash functions.
    pub const ALL: [Self; 10] = [
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Sha512Truncated256,
        Self::Sha3With224,
        Self::Sha3With256,
        Self::Sha3With384,
        Self::Sha3With512,
    ];

    /// The name, as stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha-1",
            Self::Sha224 => "sha-224",
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
            Self::Sha512Truncated256 => "sha-512-256",
            Self::Sha3With224 => "sha3-224",
            Self::Sha3With256 => "sha3-256",
            Self::Sha3With384 => "sha3-384",
            Self::Sha3With512 => "sha3-512",
        }
    }

    /// The hash of this [`Self::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hash| hash.name() == name)
    }

    /// The length of its output, in bytes.
    #[must_use]
    pub const fn output_length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 | Self::Sha3With224 => 28,
            Self::Sha256 | Self::Sha512Truncated256 | Self::Sha3With256 => 32,
            Self::Sha384 | Self::Sha3With384 => 48,
            Self::Sha512 | Self::Sha3With512 => 64,
        }
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What kind of work an algorithm does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AlgorithmClass {
    /// Authenticated encryption.
    AuthenticatedEncryption,
    /// Encryption that doesn't notice changes.
    UnauthenticatedEncryption,
    /// Encryption to a public key.
    AsymmetricEncryption,
    /// Wrapping of keys.
    KeyWrap,
    /// Message authentication.
    Mac,
    /// Signatures.
    Signature,
    /// Agreement on a shared secret.
    KeyAgreement,
    /// Encapsulation of a shared secret.
    KeyEncapsulation,
    /// Derivation of keys.
    KeyDerivation,
    /// None: [`KeySpec::Other`].
    Other,
}

macro_rules! algorithms {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $class:ident;)*) => {
        /// A cryptographic algorithm, apart from the size of its key.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Algorithm { $($(#[$doc])* $variant,)* }

        impl Algorithm {
            /// All algorithms.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name, as stored and shown.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What kind of work it does.
            #[must_use]
            pub const fn class(self) -> AlgorithmClass {
                match self { $(Self::$variant => AlgorithmClass::$class,)* }
            }
        }
    };
}

algorithms! {
    /// AES-GCM (SP 800-38D).
    AesGcm = "aes-gcm", AuthenticatedEncryption;
    /// AES-GCM-SIV (RFC 8452).
    AesGcmSiv = "aes-gcm-siv", AuthenticatedEncryption;
    /// ChaCha20-Poly1305 (RFC 8439).
    ChaCha20Poly1305 = "chacha20-poly1305", AuthenticatedEncryption;
    /// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03).
    XChaCha20Poly1305 = "xchacha20-poly1305", AuthenticatedEncryption;
    /// AES-KW (RFC 3394, SP 800-38F).
    AesKw = "aes-kw", KeyWrap;
    /// AES-KWP (RFC 5649, SP 800-38F).
    AesKwp = "aes-kwp", KeyWrap;
    /// AES-CBC with PKCS#7 padding (SP 800-38A).
    AesCbc = "aes-cbc", UnauthenticatedEncryption;
    /// AES-CTR (SP 800-38A).
    AesCtr = "aes-ctr", UnauthenticatedEncryption;
    /// AES-ECB with PKCS#7 padding (SP 800-38A).
    AesEcb = "aes-ecb", UnauthenticatedEncryption;
    /// AES-XTS (IEEE 1619, SP 800-38E).
    AesXts = "aes-xts", UnauthenticatedEncryption;
    /// HMAC (FIPS 198-1) with the hash that the key is for.
    Hmac = "hmac", Mac;
    /// AES-CMAC (SP 800-38B).
    AesCmac = "aes-cmac", Mac;
    /// RSAES-OAEP (RFC 8017 §7.1) with SHA-1 and MGF1-SHA-1.
    RsaOaepSha1 = "rsa-oaep-sha-1", AsymmetricEncryption;
    /// RSAES-OAEP with SHA-256 and MGF1-SHA-256.
    RsaOaepSha256 = "rsa-oaep-sha-256", AsymmetricEncryption;
    /// RSAES-OAEP with SHA-384 and MGF1-SHA-384.
    RsaOaepSha384 = "rsa-oaep-sha-384", AsymmetricEncryption;
    /// RSAES-OAEP with SHA-512 and MGF1-SHA-512.
    RsaOaepSha512 = "rsa-oaep-sha-512", AsymmetricEncryption;
    /// RSASSA-PSS (RFC 8017 §8.1) with SHA-256, salt as long as the hash.
    RsaPssSha256 = "rsa-pss-sha-256", Signature;
    /// RSASSA-PSS with SHA-384.
    RsaPssSha384 = "rsa-pss-sha-384", Signature;
    /// RSASSA-PSS with SHA-512.
    RsaPssSha512 = "rsa-pss-sha-512", Signature;
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2) with SHA-256.
    RsaPkcs1Sha256 = "rsa-pkcs1-sha-256", Signature;
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RsaPkcs1Sha384 = "rsa-pkcs1-sha-384", Signature;
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RsaPkcs1Sha512 = "rsa-pkcs1-sha-512", Signature;
    /// ECDSA (FIPS 186-5) with SHA-256.
    EcdsaSha256 = "ecdsa-sha-256", Signature;
    /// ECDSA with SHA-384.
    EcdsaSha384 = "ecdsa-sha-384", Signature;
    /// ECDSA with SHA-512.
    EcdsaSha512 = "ecdsa-sha-512", Signature;
    /// Ed25519 (RFC 8032), pure.
    Ed25519 = "ed25519", Signature;
    /// ML-DSA (FIPS 204), pure, with an empty context.
    MlDsa = "ml-dsa", Signature;
    /// ECDH (SP 800-56A) on the key's curve: the x coordinate.
    Ecdh = "ecdh", KeyAgreement;
    /// X25519 (RFC 7748).
    X25519 = "x25519", KeyAgreement;
    /// ML-KEM (FIPS 203).
    MlKem = "ml-kem", KeyEncapsulation;
    /// HKDF (RFC 5869) with SHA-256.
    HkdfSha256 = "hkdf-sha-256", KeyDerivation;
    /// HKDF with SHA-384.
    HkdfSha384 = "hkdf-sha-384", KeyDerivation;
    /// HKDF with SHA-512.
    HkdfSha512 = "hkdf-sha-512", KeyDerivation;
    /// PBKDF2 (RFC 8018) with HMAC-SHA-256.
    Pbkdf2Sha256 = "pbkdf2-sha-256", KeyDerivation;
    /// PBKDF2 with HMAC-SHA-384.
    Pbkdf2Sha384 = "pbkdf2-sha-384", KeyDerivation;
    /// PBKDF2 with HMAC-SHA-512.
    Pbkdf2Sha512 = "pbkdf2-sha-512", KeyDerivation;
    /// Counter-mode KDF (SP 800-108r1 §4.1) with HMAC-SHA-256.
    CounterKdfSha256 = "kdf-counter-sha-256", KeyDerivation;
    /// Counter-mode KDF with HMAC-SHA-384.
    CounterKdfSha384 = "kdf-counter-sha-384", KeyDerivation;
    /// Counter-mode KDF with HMAC-SHA-512.
    CounterKdfSha512 = "kdf-counter-sha-512", KeyDerivation;
    /// Whatever a keyset of [`KeySpec::Other`] serves: only its objects' attributes say.
    Other = "other", Other;
}

impl Algorithm {
    /// The algorithm of this [`Self::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name)
    }

    /// Whether the algorithm is off unless a key's policy permits it: it notices no changes, or leans on SHA-1.
    #[must_use]
    pub const fn is_restricted(self) -> bool {
        matches!(self.class(), AlgorithmClass::UnauthenticatedEncryption)
            || matches!(self, Self::RsaOaepSha1)
    }

    /// Whether material of this kind can be used with the algorithm at all.
    #[must_use]
    pub const fn fits(self, spec: KeySpec) -> bool {
        use KeySpec as K;
        match self {
            Self::AesGcm
            | Self::AesKw
            | Self::AesKwp
            | Self::AesCbc
            | Self::AesCtr
            | Self::AesEcb
            | Self::AesCmac => matches!(spec, K::Aes128 | K::Aes192 | K::Aes256),
            Self::AesGcmSiv => matches!(spec, K::Aes128 | K::Aes256),
            Self::AesXts => matches!(spec, K::AesXts128 | K::AesXts256),
            Self::ChaCha20Poly1305 | Self::XChaCha20Poly1305 => matches!(spec, K::ChaCha20),
            Self::Hmac => matches!(spec, K::Hmac(_)),
            Self::RsaOaepSha1
            | Self::RsaOaepSha256
            | Self::RsaOaepSha384
            | Self::RsaOaepSha512
            | Self::RsaPssSha256
            | Self::RsaPssSha384
            | Self::RsaPssSha512
            | Self::RsaPkcs1Sha256
            | Self::RsaPkcs1Sha384
            | Self::RsaPkcs1Sha512 => matches!(spec, K::Rsa2048 | K::Rsa3072 | K::Rsa4096),
            Self::EcdsaSha256 => matches!(spec, K::EcP256 | K::EcP384 | K::EcP521 | K::EcSecp256k1),
            Self::EcdsaSha384 => matches!(spec, K::EcP256 | K::EcP384 | K::EcP521),
            Self::EcdsaSha512 => matches!(spec, K::EcP384 | K::EcP521),
            Self::Ecdh => matches!(spec, K::EcP256 | K::EcP384 | K::EcP521),
            Self::Ed25519 => matches!(spec, K::Ed25519),
            Self::X25519 => matches!(spec, K::X25519),
            Self::MlKem => matches!(spec, K::MlKem512 | K::MlKem768 | K::MlKem1024),
            Self::MlDsa => matches!(spec, K::MlDsa44 | K::MlDsa65 | K::MlDsa87),
            Self::HkdfSha256
            | Self::HkdfSha384
            | Self::HkdfSha512
            | Self::Pbkdf2Sha256
            | Self::Pbkdf2Sha384
            | Self::Pbkdf2Sha512
            | Self::CounterKdfSha256
            | Self::CounterKdfSha384
            | Self::CounterKdfSha512 => matches!(spec, K::Secret),
            Self::Other => matches!(spec, K::Other),
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, Hash};
    use crate::KeySpec;

    #[test]
    fn names_are_read_back() {
        for &algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::from_name(algorithm.name()), Some(algorithm));
        }
        for hash in Hash::ALL {
            assert_eq!(Hash::from_name(hash.name()), Some(hash));
        }
    }

    #[test]
    fn every_algorithm_fits_some_material_and_every_material_some_algorithm() {
        for &algorithm in Algorithm::ALL {
            let mut specs = KeySpec::ALL.into_iter().chain([KeySpec::Other]);
            assert!(specs.any(|spec| algorithm.fits(spec)), "{algorithm}");
        }
        for spec in KeySpec::ALL {
            assert!(Algorithm::ALL.iter().any(|algorithm| algorithm.fits(spec)), "{spec}");
        }
    }
}
