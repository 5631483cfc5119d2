//! Signatures of certificates and revocation lists, each verified once.
//!
//! A client shows the same certificate whenever it connects, and it is held against the same revocation lists. That a signature is
//! right doesn't depend on the time or on who is trusted, so what was found right once is remembered, by a hash of everything that
//! was looked at. Wrong signatures aren't remembered, and neither are those that a handshake itself is signed with, which never
//! come twice.

use std::sync::LazyLock;

use claviger_certificates::fingerprint;
use quick_cache::sync::Cache;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm};

/// How many signatures are remembered, each in some 100 bytes.
const REMEMBERED: usize = 8192;

/// Of an algorithm, a public key, a message and its signature.
type Fingerprint = [u8; 32];

/// The provider whose verification of certificates remembers.
pub(super) fn provider() -> CryptoProvider {
    let mut provider = aws_lc_rs::default_provider();
    provider.signature_verification_algorithms.all = *ALGORITHMS;
    provider
}

static ALGORITHMS: LazyLock<&'static [&'static dyn SignatureVerificationAlgorithm]> =
    LazyLock::new(|| {
        let known = aws_lc_rs::default_provider().signature_verification_algorithms.all;
        let remembering = known.iter().map(|&algorithm| {
            let remembering: &'static dyn SignatureVerificationAlgorithm =
                Box::leak(Box::new(Remembering { algorithm }));
            remembering
        });
        // Of the whole process, once.
        Box::leak(remembering.collect())
    });

static RIGHT: LazyLock<Cache<Fingerprint, ()>> = LazyLock::new(|| Cache::new(REMEMBERED));

#[derive(Debug)]
struct Remembering {
    algorithm: &'static dyn SignatureVerificationAlgorithm,
}

impl SignatureVerificationAlgorithm for Remembering {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let (of_key, of_signature) = (self.public_key_alg_id(), self.signature_alg_id());
        let parts = [of_key.as_ref(), of_signature.as_ref(), public_key, message, signature];
        let fingerprint = fingerprint(parts);
        if RIGHT.get(&fingerprint).is_some() {
            return Ok(());
        }
        self.algorithm.verify_signature(public_key, message, signature)?;
        RIGHT.insert(fingerprint, ());
        Ok(())
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.public_key_alg_id()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.signature_alg_id()
    }

    fn fips(&self) -> bool {
        self.algorithm.fips()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    use super::*;

    /// Finds a signature right that equals its message, and counts how often it was asked.
    #[derive(Debug, Default)]
    struct Counting(AtomicUsize);

    impl SignatureVerificationAlgorithm for Counting {
        fn verify_signature(
            &self,
            _: &[u8],
            message: &[u8],
            signature: &[u8],
        ) -> Result<(), InvalidSignature> {
            self.0.fetch_add(1, Relaxed);
            if message == signature { Ok(()) } else { Err(InvalidSignature) }
        }

        fn public_key_alg_id(&self) -> AlgorithmIdentifier {
            AlgorithmIdentifier::from_slice(b"a key of this test")
        }

        fn signature_alg_id(&self) -> AlgorithmIdentifier {
            AlgorithmIdentifier::from_slice(b"a signature of this test")
        }
    }

    #[test]
    fn only_what_was_right_is_remembered_and_only_as_a_whole() {
        let counting: &'static Counting = Box::leak(Box::default());
        let remembering = Remembering { algorithm: counting };
        let asked = |key: &[u8], message: &[u8], signature: &[u8]| {
            let before = counting.0.load(Relaxed);
            let is_right = remembering.verify_signature(key, message, signature).is_ok();
            (is_right, counting.0.load(Relaxed) - before)
        };
        assert_eq!(asked(b"key", b"one", b"one"), (true, 1));
        assert_eq!(asked(b"key", b"one", b"one"), (true, 0));
        for _ in 0..2 {
            assert_eq!(asked(b"key", b"one", b"two"), (false, 1));
        }
        assert_eq!(asked(b"yek", b"one", b"one"), (true, 1));
        // The same bytes, divided otherwise.
        assert_eq!(asked(b"keyo", b"ne", b"one"), (false, 1));
    }
}
