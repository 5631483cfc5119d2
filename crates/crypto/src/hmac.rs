//! HMAC (FIPS 198-1, RFC 2104) with the hash that the key is for.
//!
//! Material: the key's bytes, 14 to 1024. The code is as long as the hash. aws-lc-rs has SHA-1, -224, -256, -384 and -512;
//! RustCrypto's `hmac` has SHA-512/256 and SHA-3.

use ::hmac::{KeyInit, Mac, SimpleHmac};
use aws_lc_rs::hmac;
use claviger_model::{Algorithm, Hash, KeySpec};
use claviger_ports::{CryptoError, Key};
use sha2::Sha512_256;
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};
use subtle::ConstantTimeEq;

/// An HMAC key, with the hash keyed once and for all.
pub(crate) struct HmacKey {
    hash: Hash,
    state: State,
}

enum State {
    AwsLc(Box<hmac::Key>),
    Sha512Truncated256(Box<SimpleHmac<Sha512_256>>),
    Sha3With224(Box<SimpleHmac<Sha3_224>>),
    Sha3With256(Box<SimpleHmac<Sha3_256>>),
    Sha3With384(Box<SimpleHmac<Sha3_384>>),
    Sha3With512(Box<SimpleHmac<Sha3_512>>),
}

impl HmacKey {
    /// Keys the hash.
    pub(crate) fn new(hash: Hash, key: &[u8]) -> Result<Self, CryptoError> {
        let aws_lc = |algorithm| State::AwsLc(Box::new(hmac::Key::new(algorithm, key)));
        let state = match hash {
            Hash::Sha1 => aws_lc(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
            Hash::Sha224 => aws_lc(hmac::HMAC_SHA224),
            Hash::Sha256 => aws_lc(hmac::HMAC_SHA256),
            Hash::Sha384 => aws_lc(hmac::HMAC_SHA384),
            Hash::Sha512 => aws_lc(hmac::HMAC_SHA512),
            Hash::Sha512Truncated256 => State::Sha512Truncated256(keyed(key)?),
            Hash::Sha3With224 => State::Sha3With224(keyed(key)?),
            Hash::Sha3With256 => State::Sha3With256(keyed(key)?),
            Hash::Sha3With384 => State::Sha3With384(keyed(key)?),
            Hash::Sha3With512 => State::Sha3With512(keyed(key)?),
        };
        Ok(Self { hash, state })
    }

    fn code(&self, message: &[u8]) -> Vec<u8> {
        match &self.state {
            State::AwsLc(key) => hmac::sign(key, message).as_ref().to_vec(),
            State::Sha512Truncated256(state) => finish(&**state, message),
            State::Sha3With224(state) => finish(&**state, message),
            State::Sha3With256(state) => finish(&**state, message),
            State::Sha3With384(state) => finish(&**state, message),
            State::Sha3With512(state) => finish(&**state, message),
        }
    }
}

impl Key for HmacKey {
    fn spec(&self) -> KeySpec {
        KeySpec::Hmac(self.hash)
    }

    fn mac(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        if algorithm != Algorithm::Hmac {
            return Err(CryptoError::Unsupported);
        }
        Ok(self.code(message))
    }

    fn mac_verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        mac: &[u8],
    ) -> Result<(), CryptoError> {
        let expected = self.mac(algorithm, message)?;
        if bool::from(expected.ct_eq(mac)) { Ok(()) } else { Err(CryptoError::Failed) }
    }
}

fn keyed<M: KeyInit>(key: &[u8]) -> Result<Box<M>, CryptoError> {
    M::new_from_slice(key).map(Box::new).map_err(|_| CryptoError::Internal)
}

fn finish<M: Mac + Clone>(state: &M, message: &[u8]) -> Vec<u8> {
    let mut state = state.clone();
    state.update(message);
    state.finalize().into_bytes().to_vec()
}
