//! The wire's names and the model's. Exhaustive matches without a wildcard: a new member that is missing here doesn't compile.

use claviger_model as model;
use claviger_wire_native as wire;

/// Two enumerations with the same members.
macro_rules! same_members {
    ($to_model:ident, $to_wire:ident: $model:path, $wire:path { $($member:ident,)* }) => {
        /// The model's member of this name.
        pub(crate) const fn $to_model(name: $wire) -> $model {
            use $model as Model;
            use $wire as Wire;
            match name { $(Wire::$member => Model::$member,)* }
        }

        /// The wire's name of this member.
        pub(crate) const fn $to_wire(member: $model) -> $wire {
            use $model as Model;
            use $wire as Wire;
            match member { $(Model::$member => Wire::$member,)* }
        }
    };
}

same_members! {
    algorithm, algorithm_name: model::Algorithm, wire::Algorithm {
        AesGcm, AesGcmSiv, ChaCha20Poly1305, XChaCha20Poly1305, AesKw, AesKwp, AesCbc, AesCtr, AesEcb, AesXts,
        Hmac, AesCmac, RsaOaepSha1, RsaOaepSha256, RsaOaepSha384, RsaOaepSha512, RsaPssSha256, RsaPssSha384,
        RsaPssSha512, RsaPkcs1Sha256, RsaPkcs1Sha384, RsaPkcs1Sha512, EcdsaSha256, EcdsaSha384, EcdsaSha512,
        Ed25519, MlDsa, Ecdh, X25519, MlKem, HkdfSha256, HkdfSha384, HkdfSha512, Pbkdf2Sha256, Pbkdf2Sha384,
        Pbkdf2Sha512, CounterKdfSha256, CounterKdfSha384, CounterKdfSha512, Other,
    }
}

same_members! {
    hash, hash_name: model::Hash, wire::Hash {
        Sha1, Sha224, Sha256, Sha384, Sha512, Sha512Truncated256, Sha3With224, Sha3With256, Sha3With384,
        Sha3With512,
    }
}

same_members! {
    state, state_name: model::State, wire::State {
        PreActive, Active, Deactivated, Compromised, Destroyed, DestroyedCompromised,
    }
}

same_members! {
    revocation_reason, revocation_reason_name: model::RevocationReason, wire::RevocationReason {
        Unspecified, KeyCompromise, CaCompromise, AffiliationChanged, Superseded, CessationOfOperation,
        PrivilegeWithdrawn,
    }
}

same_members! {
    key_format, key_format_name: model::KeyFormat, wire::KeyFormat { Raw, Pkcs8, Spki, Jwk, }
}

/// The wire's name of this type.
pub(crate) const fn object_type_name(member: model::ObjectType) -> wire::ObjectType {
    match member {
        model::ObjectType::SymmetricKey => wire::ObjectType::SymmetricKey,
        model::ObjectType::PublicKey => wire::ObjectType::PublicKey,
        model::ObjectType::PrivateKey => wire::ObjectType::PrivateKey,
        model::ObjectType::SecretData => wire::ObjectType::SecretData,
        model::ObjectType::Certificate => wire::ObjectType::Certificate,
        model::ObjectType::CertificateRequest => wire::ObjectType::CertificateRequest,
        model::ObjectType::SplitKey => wire::ObjectType::SplitKey,
        model::ObjectType::OpaqueObject => wire::ObjectType::OpaqueObject,
        model::ObjectType::PgpKey => wire::ObjectType::PgpKey,
        model::ObjectType::Template => wire::ObjectType::Template,
    }
}

/// The wire's name of this kind of material.
pub(crate) const fn key_spec_name(spec: model::KeySpec) -> wire::KeySpec {
    use model::{Hash, KeySpec as Model};
    use wire::KeySpec as Wire;
    match spec {
        Model::Aes128 => Wire::Aes128,
        Model::Aes192 => Wire::Aes192,
        Model::Aes256 => Wire::Aes256,
        Model::AesXts128 => Wire::AesXts128,
        Model::AesXts256 => Wire::AesXts256,
        Model::ChaCha20 => Wire::ChaCha20,
        Model::Hmac(Hash::Sha1) => Wire::HmacSha1,
        Model::Hmac(Hash::Sha224) => Wire::HmacSha224,
        Model::Hmac(Hash::Sha256) => Wire::HmacSha256,
        Model::Hmac(Hash::Sha384) => Wire::HmacSha384,
        Model::Hmac(Hash::Sha512) => Wire::HmacSha512,
        Model::Hmac(Hash::Sha512Truncated256) => Wire::HmacSha512Truncated256,
        Model::Hmac(Hash::Sha3With224) => Wire::HmacSha3With224,
        Model::Hmac(Hash::Sha3With256) => Wire::HmacSha3With256,
        Model::Hmac(Hash::Sha3With384) => Wire::HmacSha3With384,
        Model::Hmac(Hash::Sha3With512) => Wire::HmacSha3With512,
        Model::Secret => Wire::Secret,
        Model::Rsa2048 => Wire::Rsa2048,
        Model::Rsa3072 => Wire::Rsa3072,
        Model::Rsa4096 => Wire::Rsa4096,
        Model::EcP256 => Wire::EcP256,
        Model::EcP384 => Wire::EcP384,
        Model::EcP521 => Wire::EcP521,
        Model::EcSecp256k1 => Wire::EcSecp256k1,
        Model::Ed25519 => Wire::Ed25519,
        Model::X25519 => Wire::X25519,
        Model::MlKem512 => Wire::MlKem512,
        Model::MlKem768 => Wire::MlKem768,
        Model::MlKem1024 => Wire::MlKem1024,
        Model::MlDsa44 => Wire::MlDsa44,
        Model::MlDsa65 => Wire::MlDsa65,
        Model::MlDsa87 => Wire::MlDsa87,
        Model::Other => Wire::Other,
    }
}

/// The mask of these usages.
pub(crate) fn usage(names: &[wire::Usage]) -> model::Usage {
    names.iter().map(|&name| one_usage(name)).fold(model::Usage::empty(), |all, one| all | one)
}

/// The names of the usages in a mask, in the order of their bits.
pub(crate) fn usage_names(usage: model::Usage) -> Vec<wire::Usage> {
    wire::Usage::ALL.iter().copied().filter(|&name| usage.contains(one_usage(name))).collect()
}

const fn one_usage(name: wire::Usage) -> model::Usage {
    use model::Usage as Model;
    use wire::Usage as Wire;
    match name {
        Wire::Sign => Model::SIGN,
        Wire::Verify => Model::VERIFY,
        Wire::Encrypt => Model::ENCRYPT,
        Wire::Decrypt => Model::DECRYPT,
        Wire::WrapKey => Model::WRAP_KEY,
        Wire::UnwrapKey => Model::UNWRAP_KEY,
        Wire::MacGenerate => Model::MAC_GENERATE,
        Wire::MacVerify => Model::MAC_VERIFY,
        Wire::DeriveKey => Model::DERIVE_KEY,
        Wire::KeyAgreement => Model::KEY_AGREEMENT,
        Wire::CertificateSign => Model::CERTIFICATE_SIGN,
        Wire::CrlSign => Model::CRL_SIGN,
    }
}

#[cfg(test)]
mod tests {
    use claviger_model as model;
    use claviger_wire_native as wire;

    use super::*;

    #[test]
    fn names_are_the_same_on_both_sides() {
        for &member in model::Algorithm::ALL {
            assert_eq!(algorithm_name(member).name(), member.name());
            assert_eq!(algorithm(algorithm_name(member)), member);
        }
        for member in model::Hash::ALL {
            assert_eq!(hash_name(member).name(), member.name());
        }
        for member in model::KeySpec::ALL {
            assert_eq!(key_spec_name(member).name(), member.name());
        }
        for member in model::State::ALL {
            assert_eq!(state_name(member).name(), member.name());
        }
        for member in model::ObjectType::ALL {
            assert_eq!(object_type_name(member).name(), member.name());
        }
        for member in model::RevocationReason::ALL {
            assert_eq!(revocation_reason_name(member).name(), member.name());
        }
    }

    #[test]
    fn every_usage_has_one_name() {
        assert_eq!(usage(wire::Usage::ALL), model::Usage::all());
        assert_eq!(usage_names(model::Usage::all()), wire::Usage::ALL);
        assert_eq!(usage(&usage_names(model::Usage::PROTECT)), model::Usage::PROTECT);
    }
}
