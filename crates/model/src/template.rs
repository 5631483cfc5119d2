//! Key templates: what a caller names when creating a key.

use crate::{Algorithm, Hash, KeySpec, Usage};

/// One row of [`TEMPLATES`]: a name for a kind of material, the algorithm it serves and what it may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyTemplate {
    /// The name, such as `aes-256-gcm`.
    pub name: &'static str,
    /// The material.
    pub spec: KeySpec,
    /// The algorithm that the key serves unless a request names another one that the policy permits.
    pub algorithm: Algorithm,
    /// What the key may be used for.
    pub usage: Usage,
}

impl KeyTemplate {
    /// What a key is when nobody says: AES-256-GCM.
    pub const DEFAULT: &'static Self = &TEMPLATES[0];

    /// The template of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<&'static Self> {
        TEMPLATES.iter().find(|template| template.name == name)
    }

    /// The first template for this material: what an import is taken for when only the material is known.
    #[must_use]
    pub fn from_spec(spec: KeySpec) -> Option<&'static Self> {
        TEMPLATES.iter().find(|template| template.spec == spec)
    }
}

const ENCRYPTION: Usage = Usage::ENCRYPT.union(Usage::DECRYPT);
const WRAPPING: Usage = Usage::WRAP_KEY.union(Usage::UNWRAP_KEY);
const MAC: Usage = Usage::MAC_GENERATE.union(Usage::MAC_VERIFY);
const SIGNING: Usage = Usage::SIGN.union(Usage::VERIFY);
/// An RSA key for OAEP encrypts data and wraps keys, which is the same operation.
const TRANSPORT: Usage = ENCRYPTION.union(WRAPPING);

macro_rules! templates {
    ($($name:literal: $spec:expr, $algorithm:ident, $usage:expr;)*) => {
        /// All key templates. The first one is the default.
        pub const TEMPLATES: &[KeyTemplate] = &[$(KeyTemplate {
            name: $name,
            spec: $spec,
            algorithm: Algorithm::$algorithm,
            usage: $usage,
        },)*];
    };
}

templates! {
    "aes-256-gcm": KeySpec::Aes256, AesGcm, ENCRYPTION;
    "aes-192-gcm": KeySpec::Aes192, AesGcm, ENCRYPTION;
    "aes-128-gcm": KeySpec::Aes128, AesGcm, ENCRYPTION;
    "aes-256-gcm-siv": KeySpec::Aes256, AesGcmSiv, ENCRYPTION;
    "aes-128-gcm-siv": KeySpec::Aes128, AesGcmSiv, ENCRYPTION;
    "chacha20-poly1305": KeySpec::ChaCha20, ChaCha20Poly1305, ENCRYPTION;
    "xchacha20-poly1305": KeySpec::ChaCha20, XChaCha20Poly1305, ENCRYPTION;
    "aes-256-kw": KeySpec::Aes256, AesKw, WRAPPING;
    "aes-192-kw": KeySpec::Aes192, AesKw, WRAPPING;
    "aes-128-kw": KeySpec::Aes128, AesKw, WRAPPING;
    "aes-256-kwp": KeySpec::Aes256, AesKwp, WRAPPING;
    "aes-192-kwp": KeySpec::Aes192, AesKwp, WRAPPING;
    "aes-128-kwp": KeySpec::Aes128, AesKwp, WRAPPING;
    "aes-256-cbc": KeySpec::Aes256, AesCbc, ENCRYPTION;
    "aes-192-cbc": KeySpec::Aes192, AesCbc, ENCRYPTION;
    "aes-128-cbc": KeySpec::Aes128, AesCbc, ENCRYPTION;
    "aes-256-ctr": KeySpec::Aes256, AesCtr, ENCRYPTION;
    "aes-192-ctr": KeySpec::Aes192, AesCtr, ENCRYPTION;
    "aes-128-ctr": KeySpec::Aes128, AesCtr, ENCRYPTION;
    "aes-256-ecb": KeySpec::Aes256, AesEcb, ENCRYPTION;
    "aes-192-ecb": KeySpec::Aes192, AesEcb, ENCRYPTION;
    "aes-128-ecb": KeySpec::Aes128, AesEcb, ENCRYPTION;
    "aes-256-xts": KeySpec::AesXts256, AesXts, ENCRYPTION;
    "aes-128-xts": KeySpec::AesXts128, AesXts, ENCRYPTION;
    "hmac-sha-256": KeySpec::Hmac(Hash::Sha256), Hmac, MAC;
    "hmac-sha-384": KeySpec::Hmac(Hash::Sha384), Hmac, MAC;
    "hmac-sha-512": KeySpec::Hmac(Hash::Sha512), Hmac, MAC;
    "hmac-sha-1": KeySpec::Hmac(Hash::Sha1), Hmac, MAC;
    "hmac-sha-224": KeySpec::Hmac(Hash::Sha224), Hmac, MAC;
    "hmac-sha-512-256": KeySpec::Hmac(Hash::Sha512Truncated256), Hmac, MAC;
    "hmac-sha3-224": KeySpec::Hmac(Hash::Sha3With224), Hmac, MAC;
    "hmac-sha3-256": KeySpec::Hmac(Hash::Sha3With256), Hmac, MAC;
    "hmac-sha3-384": KeySpec::Hmac(Hash::Sha3With384), Hmac, MAC;
    "hmac-sha3-512": KeySpec::Hmac(Hash::Sha3With512), Hmac, MAC;
    "aes-256-cmac": KeySpec::Aes256, AesCmac, MAC;
    "aes-192-cmac": KeySpec::Aes192, AesCmac, MAC;
    "aes-128-cmac": KeySpec::Aes128, AesCmac, MAC;
    "rsa-2048-pss": KeySpec::Rsa2048, RsaPssSha256, SIGNING;
    "rsa-3072-pss": KeySpec::Rsa3072, RsaPssSha256, SIGNING;
    "rsa-4096-pss": KeySpec::Rsa4096, RsaPssSha256, SIGNING;
    "rsa-2048-pkcs1": KeySpec::Rsa2048, RsaPkcs1Sha256, SIGNING;
    "rsa-3072-pkcs1": KeySpec::Rsa3072, RsaPkcs1Sha256, SIGNING;
    "rsa-4096-pkcs1": KeySpec::Rsa4096, RsaPkcs1Sha256, SIGNING;
    "rsa-2048-oaep": KeySpec::Rsa2048, RsaOaepSha256, TRANSPORT;
    "rsa-3072-oaep": KeySpec::Rsa3072, RsaOaepSha256, TRANSPORT;
    "rsa-4096-oaep": KeySpec::Rsa4096, RsaOaepSha256, TRANSPORT;
    "ecdsa-p256": KeySpec::EcP256, EcdsaSha256, SIGNING;
    "ecdsa-p384": KeySpec::EcP384, EcdsaSha384, SIGNING;
    "ecdsa-p521": KeySpec::EcP521, EcdsaSha512, SIGNING;
    "ecdsa-secp256k1": KeySpec::EcSecp256k1, EcdsaSha256, SIGNING;
    "ed25519": KeySpec::Ed25519, Ed25519, SIGNING;
    "ecdh-p256": KeySpec::EcP256, Ecdh, Usage::KEY_AGREEMENT;
    "ecdh-p384": KeySpec::EcP384, Ecdh, Usage::KEY_AGREEMENT;
    "ecdh-p521": KeySpec::EcP521, Ecdh, Usage::KEY_AGREEMENT;
    "x25519": KeySpec::X25519, X25519, Usage::KEY_AGREEMENT;
    "ml-kem-768": KeySpec::MlKem768, MlKem, Usage::KEY_AGREEMENT;
    "ml-kem-512": KeySpec::MlKem512, MlKem, Usage::KEY_AGREEMENT;
    "ml-kem-1024": KeySpec::MlKem1024, MlKem, Usage::KEY_AGREEMENT;
    "ml-dsa-65": KeySpec::MlDsa65, MlDsa, SIGNING;
    "ml-dsa-44": KeySpec::MlDsa44, MlDsa, SIGNING;
    "ml-dsa-87": KeySpec::MlDsa87, MlDsa, SIGNING;
    "hkdf-sha-256": KeySpec::Secret, HkdfSha256, Usage::DERIVE_KEY;
    "hkdf-sha-384": KeySpec::Secret, HkdfSha384, Usage::DERIVE_KEY;
    "hkdf-sha-512": KeySpec::Secret, HkdfSha512, Usage::DERIVE_KEY;
    "pbkdf2-sha-256": KeySpec::Secret, Pbkdf2Sha256, Usage::DERIVE_KEY;
    "pbkdf2-sha-384": KeySpec::Secret, Pbkdf2Sha384, Usage::DERIVE_KEY;
    "pbkdf2-sha-512": KeySpec::Secret, Pbkdf2Sha512, Usage::DERIVE_KEY;
    "kdf-counter-sha-256": KeySpec::Secret, CounterKdfSha256, Usage::DERIVE_KEY;
    "kdf-counter-sha-384": KeySpec::Secret, CounterKdfSha384, Usage::DERIVE_KEY;
    "kdf-counter-sha-512": KeySpec::Secret, CounterKdfSha512, Usage::DERIVE_KEY;
}

#[cfg(test)]
mod tests {
    use super::{KeyTemplate, TEMPLATES};
    use crate::{Algorithm, KeySpec};

    #[test]
    fn every_row_fits_and_names_are_unique() {
        for (index, template) in TEMPLATES.iter().enumerate() {
            assert!(template.algorithm.fits(template.spec), "{}", template.name);
            assert!(TEMPLATES[..index].iter().all(|other| other.name != template.name));
            assert_eq!(KeyTemplate::from_name(template.name), Some(template));
        }
        assert_eq!(KeyTemplate::DEFAULT.name, "aes-256-gcm");
    }

    #[test]
    fn all_material_has_a_template() {
        for spec in KeySpec::ALL {
            assert!(KeyTemplate::from_spec(spec).is_some(), "{spec}");
        }
        // Reached only by naming it, since SHA-1 is restricted.
        for &algorithm in Algorithm::ALL {
            let named = TEMPLATES.iter().any(|template| template.algorithm == algorithm);
            assert!(
                named
                    || matches!(
                        algorithm.class(),
                        crate::AlgorithmClass::AsymmetricEncryption
                            | crate::AlgorithmClass::Signature
                            | crate::AlgorithmClass::Other
                    )
            );
        }
    }
}
