//! Hash functions: all those of [`HashingAlgorithm`], over RustCrypto.

use claviger_model::HashingAlgorithm;
use claviger_ports::{CryptoError, ParametricCiphertext, ParametricStream};
use digest::DynDigest;

/// A hash of a message in parts.
pub(crate) type State = Box<dyn DynDigest + Send>;

/// Begins a hash.
pub(crate) fn begin(algorithm: HashingAlgorithm) -> State {
    match algorithm {
        HashingAlgorithm::Md2 => Box::new(md2::Md2::default()),
        HashingAlgorithm::Md4 => Box::new(md4::Md4::default()),
        HashingAlgorithm::Md5 => Box::new(md5::Md5::default()),
        HashingAlgorithm::Sha1 => Box::new(sha1::Sha1::default()),
        HashingAlgorithm::Sha224 => Box::new(sha2::Sha224::default()),
        HashingAlgorithm::Sha256 => Box::new(sha2::Sha256::default()),
        HashingAlgorithm::Sha384 => Box::new(sha2::Sha384::default()),
        HashingAlgorithm::Sha512 => Box::new(sha2::Sha512::default()),
        HashingAlgorithm::Ripemd160 => Box::new(ripemd::Ripemd160::default()),
        HashingAlgorithm::Tiger => Box::new(tiger::Tiger::default()),
        HashingAlgorithm::Whirlpool => Box::new(whirlpool::Whirlpool::default()),
        HashingAlgorithm::Sha512With224 => Box::new(sha2::Sha512_224::default()),
        HashingAlgorithm::Sha512With256 => Box::new(sha2::Sha512_256::default()),
        HashingAlgorithm::Sha3With224 => Box::new(sha3::Sha3_224::default()),
        HashingAlgorithm::Sha3With256 => Box::new(sha3::Sha3_256::default()),
        HashingAlgorithm::Sha3With384 => Box::new(sha3::Sha3_384::default()),
        HashingAlgorithm::Sha3With512 => Box::new(sha3::Sha3_512::default()),
    }
}

/// The hash of `data`.
pub(crate) fn hash(algorithm: HashingAlgorithm, data: &[u8]) -> Vec<u8> {
    let mut state = begin(algorithm);
    state.update(data);
    finish(state)
}

/// Ends a hash.
pub(crate) fn finish(mut state: State) -> Vec<u8> {
    state.finalize_reset().into_vec()
}

/// How many bytes a hash has.
pub(crate) const fn length_of(algorithm: HashingAlgorithm) -> usize {
    match algorithm {
        HashingAlgorithm::Md2 | HashingAlgorithm::Md4 | HashingAlgorithm::Md5 => 16,
        HashingAlgorithm::Sha1 | HashingAlgorithm::Ripemd160 => 20,
        HashingAlgorithm::Tiger => 24,
        HashingAlgorithm::Sha224
        | HashingAlgorithm::Sha512With224
        | HashingAlgorithm::Sha3With224 => 28,
        HashingAlgorithm::Sha256
        | HashingAlgorithm::Sha512With256
        | HashingAlgorithm::Sha3With256 => 32,
        HashingAlgorithm::Sha384 | HashingAlgorithm::Sha3With384 => 48,
        HashingAlgorithm::Sha512 | HashingAlgorithm::Whirlpool | HashingAlgorithm::Sha3With512 => {
            64
        }
    }
}

/// A hash as a stream of the port.
pub(crate) struct HashStream(pub(crate) State);

impl ParametricStream for HashStream {
    fn update(&mut self, part: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.0.update(part);
        Ok(Vec::new())
    }

    fn finish(
        mut self: Box<Self>,
        part: &[u8],
        proof: Option<&[u8]>,
    ) -> Result<ParametricCiphertext, CryptoError> {
        if proof.is_some() {
            return Err(CryptoError::InvalidParameter(
                "a hash has no proof to check: leave it out",
            ));
        }
        self.0.update(part);
        Ok(ParametricCiphertext { output: finish(self.0), nonce: None, tag: None })
    }
}
