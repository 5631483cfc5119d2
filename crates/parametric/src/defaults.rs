//! What applies where neither the request nor the key's Cryptographic Parameters attribute says it.
//!
//! The caller merges the two first. This table is derived from what clients of the protocol rely on: the OASIS cases of the
//! Cryptographic Services profile name modes, but not what goes with them; clients that name nothing at all expect AES-GCM.
//!
//! | what is missing | for | is |
//! |---|---|---|
//! | mode | AES | GCM; CBC where a padding is named |
//! | mode | other block ciphers | CBC |
//! | mode | ChaCha20-Poly1305 | AEAD |
//! | padding | a mode that was named (CBC, ECB, PCBC) | none |
//! | padding | CBC by default | PKCS#5 |
//! | IV or nonce on encryption | every mode that has one | random, and returned, unless Random IV says no |
//! | its length | GCM, CCM, ChaCha20 | 12 bytes; others: a block |
//! | tag length | GCM, CCM, AEAD | 16 bytes, also on decryption |
//! | counter | ChaCha20, CTR with a nonce shorter than a block | starts at 0 |
//! | algorithm of a MAC | HMAC keys | their hash |
//! | algorithm of a MAC | other keys | HMAC with the hash that is named; else, for block ciphers, CMAC |
//! | padding | RSA encryption | OAEP |
//! | padding | RSA signatures | PKCS#1 v1.5 |
//! | hash | OAEP, signatures | SHA-256; on P-384 SHA-384, on P-521 SHA-512 |
//! | hash | a digest signed with PKCS#1 v1.5 | none: the digest is signed as it is (PKCS#11's CKM_RSA_PKCS) |
//! | hash of the mask generator | OAEP, PSS | the hash itself. KMIP says SHA-1, which no client of these days means |
//! | salt length | a new PSS signature | that of the hash; when checked: any |
//! | hash | PBKDF2 | SHA-1 (RFC 8018) |
//! | hash | other derivations | SHA-256 |
//! | IV | derivation by encryption | zeros |
//!
//! Padding methods mean nothing to modes that don't pad, and are passed over there.

use claviger_model::{
    BlockCipherMode, CryptographicAlgorithm, CryptographicParameters, DerivationMethod,
    DigitalSignatureAlgorithm, HashingAlgorithm, PaddingMethod, RecommendedCurve,
};

/// The length of a tag, in bytes.
pub(crate) const TAG_LENGTH: usize = 16;

/// The length of a nonce of GCM, CCM and ChaCha20, in bytes.
pub(crate) const NONCE_LENGTH: usize = 12;

/// The mode and the padding of a block cipher.
pub(crate) fn mode_of(
    algorithm: CryptographicAlgorithm,
    parameters: &CryptographicParameters,
) -> (BlockCipherMode, PaddingMethod) {
    let padding = parameters.padding_method;
    if let Some(mode) = parameters.block_cipher_mode {
        return (mode, padding.unwrap_or(PaddingMethod::None));
    }
    let pads = padding.is_some_and(|method| method != PaddingMethod::None);
    match algorithm {
        CryptographicAlgorithm::Aes if !pads => (BlockCipherMode::Gcm, PaddingMethod::None),
        CryptographicAlgorithm::ChaCha20Poly1305 => (BlockCipherMode::Aead, PaddingMethod::None),
        _ => (BlockCipherMode::Cbc, padding.unwrap_or(PaddingMethod::Pkcs5)),
    }
}

/// The hash that a KMIP name of a signature algorithm stands for, with its padding for RSA.
const fn parts_of(
    algorithm: DigitalSignatureAlgorithm,
) -> (Option<HashingAlgorithm>, Option<PaddingMethod>) {
    use DigitalSignatureAlgorithm as Name;
    use HashingAlgorithm as Hash;
    let rsa = Some(PaddingMethod::Pkcs1V15);
    match algorithm {
        Name::Md2WithRsa => (Some(Hash::Md2), rsa),
        Name::Md5WithRsa => (Some(Hash::Md5), rsa),
        Name::Sha1WithRsa => (Some(Hash::Sha1), rsa),
        Name::Sha224WithRsa => (Some(Hash::Sha224), rsa),
        Name::Sha256WithRsa => (Some(Hash::Sha256), rsa),
        Name::Sha384WithRsa => (Some(Hash::Sha384), rsa),
        Name::Sha512WithRsa => (Some(Hash::Sha512), rsa),
        Name::Sha3With256WithRsa => (Some(Hash::Sha3With256), rsa),
        Name::Sha3With384WithRsa => (Some(Hash::Sha3With384), rsa),
        Name::Sha3With512WithRsa => (Some(Hash::Sha3With512), rsa),
        Name::RsassaPss => (None, Some(PaddingMethod::Pss)),
        Name::DsaWithSha1 | Name::EcdsaWithSha1 => (Some(Hash::Sha1), None),
        Name::DsaWithSha224 | Name::EcdsaWithSha224 => (Some(Hash::Sha224), None),
        Name::DsaWithSha256 | Name::EcdsaWithSha256 => (Some(Hash::Sha256), None),
        Name::EcdsaWithSha384 => (Some(Hash::Sha384), None),
        Name::EcdsaWithSha512 => (Some(Hash::Sha512), None),
    }
}

/// The hash that is named for a signature.
pub(crate) fn named_signature_hash(
    parameters: &CryptographicParameters,
) -> Option<HashingAlgorithm> {
    parameters
        .digital_signature_algorithm
        .and_then(|algorithm| parts_of(algorithm).0)
        .or(parameters.hashing_algorithm)
}

/// The hash of a signature by a key on `curve`, or by RSA or DSA.
pub(crate) fn signature_hash(
    parameters: &CryptographicParameters,
    curve: Option<RecommendedCurve>,
) -> HashingAlgorithm {
    named_signature_hash(parameters).unwrap_or(match curve {
        Some(RecommendedCurve::P384) => HashingAlgorithm::Sha384,
        Some(RecommendedCurve::P521) => HashingAlgorithm::Sha512,
        _ => HashingAlgorithm::Sha256,
    })
}

/// The padding of an RSA signature.
pub(crate) fn signature_padding(parameters: &CryptographicParameters) -> PaddingMethod {
    parameters
        .digital_signature_algorithm
        .and_then(|algorithm| parts_of(algorithm).1)
        .or(parameters.padding_method)
        .unwrap_or(PaddingMethod::Pkcs1V15)
}

/// The padding of an RSA encryption.
pub(crate) fn encryption_padding(parameters: &CryptographicParameters) -> PaddingMethod {
    parameters.padding_method.unwrap_or(PaddingMethod::Oaep)
}

/// The hash of OAEP, and that of its mask generator.
pub(crate) fn oaep_hashes(
    parameters: &CryptographicParameters,
) -> (HashingAlgorithm, HashingAlgorithm) {
    let hash = parameters.hashing_algorithm.unwrap_or(HashingAlgorithm::Sha256);
    (hash, parameters.mask_generator_hashing_algorithm.unwrap_or(hash))
}

/// The hash of a derivation.
pub(crate) fn derivation_hash(
    method: DerivationMethod,
    parameters: &CryptographicParameters,
) -> HashingAlgorithm {
    parameters.hashing_algorithm.unwrap_or(match method {
        DerivationMethod::Pbkdf2 => HashingAlgorithm::Sha1,
        _ => HashingAlgorithm::Sha256,
    })
}

/// The hash of an HMAC key, or of HMAC named by an algorithm.
pub(crate) const fn hmac_hash(algorithm: CryptographicAlgorithm) -> Option<HashingAlgorithm> {
    Some(match algorithm {
        CryptographicAlgorithm::HmacMd5 => HashingAlgorithm::Md5,
        CryptographicAlgorithm::HmacSha1 => HashingAlgorithm::Sha1,
        CryptographicAlgorithm::HmacSha224 => HashingAlgorithm::Sha224,
        CryptographicAlgorithm::HmacSha256 => HashingAlgorithm::Sha256,
        CryptographicAlgorithm::HmacSha384 => HashingAlgorithm::Sha384,
        CryptographicAlgorithm::HmacSha512 => HashingAlgorithm::Sha512,
        CryptographicAlgorithm::HmacSha3With224 => HashingAlgorithm::Sha3With224,
        CryptographicAlgorithm::HmacSha3With256 => HashingAlgorithm::Sha3With256,
        CryptographicAlgorithm::HmacSha3With384 => HashingAlgorithm::Sha3With384,
        CryptographicAlgorithm::HmacSha3With512 => HashingAlgorithm::Sha3With512,
        _ => return None,
    })
}
