//! Hash functions (FIPS 180-4: SHA-1, SHA-2; FIPS 202: SHA-3) and the system's random generator.

use aws_lc_rs::digest::{self, Algorithm};
use claviger_model::Hash;
use claviger_ports::CryptoError;
use sha3::{Digest, Sha3_224};

/// The hash of `data`.
pub(crate) fn hash(hash: Hash, data: &[u8]) -> Vec<u8> {
    match aws_lc(hash) {
        Some(algorithm) => digest::digest(algorithm, data).as_ref().to_vec(),
        None => Sha3_224::digest(data).to_vec(),
    }
}

/// Fills `out` from the system's random generator.
#[inline]
pub(crate) fn random(out: &mut [u8]) -> Result<(), CryptoError> {
    aws_lc_rs::rand::fill(out).map_err(|_| CryptoError::RandomUnavailable)
}

/// The implementation of aws-lc-rs, which has all but SHA3-224.
const fn aws_lc(hash: Hash) -> Option<&'static Algorithm> {
    Some(match hash {
        Hash::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha224 => &digest::SHA224,
        Hash::Sha256 => &digest::SHA256,
        Hash::Sha384 => &digest::SHA384,
        Hash::Sha512 => &digest::SHA512,
        Hash::Sha512Truncated256 => &digest::SHA512_256,
        Hash::Sha3With256 => &digest::SHA3_256,
        Hash::Sha3With384 => &digest::SHA3_384,
        Hash::Sha3With512 => &digest::SHA3_512,
        Hash::Sha3With224 => return None,
    })
}
