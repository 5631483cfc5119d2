//! The fence: what is out of use, and why.
//!
//! A key acts in one of these ways only if it was loaded with the permission to; [`CryptoError::Legacy`] is the answer otherwise.
//! This file is the whole list. What isn't listed needs no permission.

use claviger_model::{CryptographicAlgorithm, HashingAlgorithm, RecommendedCurve};
use claviger_ports::CryptoError;

/// A way to use a key, as far as it matters for the fence.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Use {
    /// Any use of a key of this algorithm.
    Algorithm(CryptographicAlgorithm),
    /// Any use of an RSA, DSA or DH key with a modulus of so many bits.
    Modulus(u32),
    /// Any use of a key on this curve.
    Curve(RecommendedCurve),
    /// A signature over this hash, made or checked.
    SignatureHash(HashingAlgorithm),
    /// A MAC or derivation with this hash.
    MacHash(HashingAlgorithm),
    /// OAEP with this hash, and this one in its mask generator.
    Oaep(HashingAlgorithm, HashingAlgorithm),
    /// Encryption with RSA and the padding of PKCS#1 v1.5.
    RsaEncryptionPkcs1,
    /// RSA without padding.
    BareRsa,
    /// An authentication tag of so many bytes.
    TagLength(usize),
    /// CBC-MAC.
    CbcMac,
}

impl Use {
    /// Why this is legacy, if it is.
    pub(crate) const fn why_legacy(self) -> Option<&'static str> {
        match self {
            Self::Algorithm(algorithm) => algorithm_why(algorithm),
            Self::Modulus(..2048) => Some("below 112 bits of strength (SP 800-131A §3)"),
            Self::Curve(RecommendedCurve::P192) => {
                Some("below 112 bits of strength (SP 800-131A §3)")
            }
            Self::SignatureHash(hash) => match hash {
                HashingAlgorithm::Md2
                | HashingAlgorithm::Md4
                | HashingAlgorithm::Md5
                | HashingAlgorithm::Tiger
                | HashingAlgorithm::Ripemd160 => Some("collisions are known or within reach"),
                HashingAlgorithm::Sha1 => Some("collisions are known (SP 800-131A §9)"),
                _ => None,
            },
            Self::MacHash(
                HashingAlgorithm::Md2 | HashingAlgorithm::Md4 | HashingAlgorithm::Md5,
            ) => Some("RFC 6151 §2.3: not for new designs"),
            Self::Oaep(HashingAlgorithm::Sha1 | HashingAlgorithm::Md5, _)
            | Self::Oaep(_, HashingAlgorithm::Sha1 | HashingAlgorithm::Md5) => {
                Some("SHA-1 is on its way out (SP 800-131A §9)")
            }
            Self::Oaep(hash, mask_hash) if hash as u32 != mask_hash as u32 => {
                Some("two hashes in one padding: RFC 8017 §B.2.1 recommends one")
            }
            Self::RsaEncryptionPkcs1 => {
                Some("padding oracles; disallowed since 2024 (SP 800-131A §6)")
            }
            Self::BareRsa => Some("malleable, and no proof of anything"),
            Self::TagLength(..16) => Some("easier to forge (SP 800-38D §C)"),
            Self::CbcMac => Some("forgeable for messages of different lengths: CMAC replaces it"),
            Self::Modulus(_)
            | Self::Curve(_)
            | Self::MacHash(_)
            | Self::Oaep(..)
            | Self::TagLength(_) => None,
        }
    }
}

const fn algorithm_why(algorithm: CryptographicAlgorithm) -> Option<&'static str> {
    match algorithm {
        CryptographicAlgorithm::Des => Some("56 bits can be searched"),
        CryptographicAlgorithm::TripleDes => {
            Some("64-bit blocks; disallowed since 2024 (SP 800-131A §2)")
        }
        CryptographicAlgorithm::Skipjack => Some("80 bits; withdrawn in 2016"),
        CryptographicAlgorithm::Rc4 => Some("biased key stream (RFC 7465)"),
        CryptographicAlgorithm::Blowfish
        | CryptographicAlgorithm::Cast5
        | CryptographicAlgorithm::Idea
        | CryptographicAlgorithm::Rc2
        | CryptographicAlgorithm::Rc5 => Some("64-bit blocks (RFC 9580 §9.3)"),
        CryptographicAlgorithm::Mars => Some("in no standard"),
        CryptographicAlgorithm::Camellia
        | CryptographicAlgorithm::Aria
        | CryptographicAlgorithm::Seed
        | CryptographicAlgorithm::Sm4
        | CryptographicAlgorithm::Twofish => {
            Some("only available with table look-ups, whose time tells about the key")
        }
        CryptographicAlgorithm::Dsa => Some("withdrawn for signing (FIPS 186-5)"),
        CryptographicAlgorithm::HmacMd5 => Some("RFC 6151 §2.3: not for new designs"),
        _ => None,
    }
}

/// Whether a key may be used in legacy ways.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fence {
    permitted: bool,
}

impl Fence {
    /// A fence, open if legacy uses are `permitted`.
    pub(crate) const fn new(permitted: bool) -> Self {
        Self { permitted }
    }

    /// Lets a use pass that is current or permitted.
    pub(crate) const fn check(self, use_: Use) -> Result<(), CryptoError> {
        if self.permitted || use_.why_legacy().is_none() {
            Ok(())
        } else {
            Err(CryptoError::Legacy)
        }
    }
}
