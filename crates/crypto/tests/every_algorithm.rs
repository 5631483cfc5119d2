//! Every algorithm with every kind of key that it fits does its work, and every other pair is refused.

use std::sync::{Arc, OnceLock};

use claviger_crypto::SoftwareCrypto;
use claviger_model::{Algorithm, AlgorithmClass, KeySpec};
use claviger_ports::{CipherRequest, Crypto, CryptoError, DerivationRequest, Key, SignatureInput};
use claviger_secret::SealBuffer;

/// A kind, its key and, for pairs, its public key.
type Keys = (KeySpec, Arc<dyn Key>, Option<Arc<dyn Key>>);

/// One key of every kind: making RSA keys takes a while.
fn keys() -> &'static [Keys] {
    static KEYS: OnceLock<Vec<Keys>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let make = |spec: KeySpec| {
            let material = SoftwareCrypto.generate(spec).unwrap();
            let key = SoftwareCrypto.load(spec, &material).unwrap();
            let public = key.public_key().ok();
            let public = public.map(|der| SoftwareCrypto.load_public(spec, &der).unwrap());
            (spec, key, public)
        };
        KeySpec::ALL.into_iter().map(make).collect()
    })
}

/// Every algorithm with every key that it fits.
fn pairs(
    class: AlgorithmClass,
) -> impl Iterator<Item = (Algorithm, &'static dyn Key, &'static dyn Key)> {
    Algorithm::ALL.iter().filter(move |algorithm| algorithm.class() == class).flat_map(
        |algorithm| {
            keys().iter().filter(|(spec, _, _)| algorithm.fits(*spec)).map(|(_, key, public)| {
                let public = public.as_ref().unwrap_or(key);
                (*algorithm, &**key, &**public)
            })
        },
    )
}

fn request<'a>(
    algorithm: Algorithm,
    nonce: Option<&'a [u8]>,
    input: &'a [u8],
) -> CipherRequest<'a> {
    CipherRequest { algorithm, nonce, additional_data: &[], input }
}

#[test]
fn ciphers_take_their_nonce_only_and_come_back() {
    let classes =
        [AlgorithmClass::AuthenticatedEncryption, AlgorithmClass::UnauthenticatedEncryption];
    for (algorithm, key, _) in classes.into_iter().flat_map(pairs) {
        let expected = match algorithm {
            Algorithm::AesGcm | Algorithm::AesGcmSiv | Algorithm::ChaCha20Poly1305 => Some(12),
            Algorithm::XChaCha20Poly1305 => Some(24),
            Algorithm::AesEcb => None,
            _ => Some(16),
        };
        let smallest = if algorithm == Algorithm::AesXts { 16 } else { 0 };
        for length in smallest..100 {
            let text = vec![length as u8; length];
            let made = key.encrypt(request(algorithm, None, &text)).unwrap();
            assert_eq!(made.nonce.len(), expected.unwrap_or(0));
            let nonce = expected.map(|_| made.nonce.as_slice());
            let back = key.decrypt(request(algorithm, nonce, &made.output)).unwrap();
            assert!(back.equals(&text), "{algorithm} {length}");
        }
        for length in 0..40 {
            let nonce = vec![1; length];
            let accepted = Some(length) == expected;
            let made = key.encrypt(request(algorithm, Some(&nonce), &[7; 32]));
            assert_eq!(made.is_ok(), accepted, "{algorithm} {length}");
            if !accepted {
                let refused = key.decrypt(request(algorithm, Some(&nonce), &[7; 48])).err();
                assert!(matches!(refused, Some(CryptoError::InvalidParameter(_))));
            }
        }
        let with_data =
            CipherRequest { additional_data: b"data", ..request(algorithm, None, &[7; 32]) };
        let authenticates = algorithm.class() == AlgorithmClass::AuthenticatedEncryption;
        assert_eq!(key.encrypt(with_data).is_ok(), authenticates);
        if authenticates {
            let made = key.encrypt(with_data).unwrap();
            let without = key.decrypt(request(algorithm, Some(&made.nonce), &made.output));
            assert_eq!(without.err(), Some(CryptoError::Failed));
            for length in 0..16 {
                let cut =
                    key.decrypt(request(algorithm, Some(&made.nonce), &made.output[..length]));
                assert_eq!(cut.err(), Some(CryptoError::Failed));
            }
        }
    }
}

#[test]
fn every_wrong_cbc_padding_fails_alike() {
    let (_, key, _) = &keys()[0];
    let made = key.encrypt(request(Algorithm::AesCbc, None, &[0; 20])).unwrap();
    let mut changed = made.output.clone();
    let mut accepted = 0;
    for byte in 0..=u8::MAX {
        // The last byte of the block before changes the last byte of padding, which is 12.
        changed[15] = made.output[15] ^ byte;
        match key.decrypt(request(Algorithm::AesCbc, Some(&made.nonce), &changed)) {
            Ok(_) => accepted += 1,
            Err(error) => assert_eq!(error, CryptoError::Failed),
        }
    }
    // 12 itself, and 1.
    assert_eq!(accepted, 2);
}

#[test]
fn records_and_oaep_bind_their_context() {
    let classes = [AlgorithmClass::AuthenticatedEncryption, AlgorithmClass::AsymmetricEncryption];
    for (algorithm, key, public) in classes.into_iter().flat_map(pairs) {
        for context in [&b""[..], b"env=prod,service=api"] {
            let sealed = public.seal(algorithm, context, SealBuffer::copy_from(b"text")).unwrap();
            assert!(key.open(algorithm, context, sealed.clone()).unwrap().equals(b"text"));
            for other in [&b"env=prod"[..], b"service=api,env=prod", b"\0"] {
                let refused = key.open(algorithm, other, sealed.clone()).err();
                assert_eq!(refused, Some(CryptoError::Failed), "{algorithm}");
            }
            let refused = key.open(algorithm, context, sealed[1..].to_vec()).err();
            assert_eq!(refused, Some(CryptoError::Failed));
        }
    }
    for (algorithm, key, public) in pairs(AlgorithmClass::AsymmetricEncryption) {
        let wrapped = public.wrap(algorithm, &[9; 32]).unwrap();
        assert!(key.unwrap(algorithm, &wrapped).unwrap().equals(&[9; 32]));
        assert_eq!(public.unwrap(algorithm, &wrapped).err(), Some(CryptoError::Unsupported));
        let CryptoError::TooLong { limit } = public.wrap(algorithm, &[9; 600]).unwrap_err() else {
            panic!("it is too long");
        };
        public.wrap(algorithm, &vec![9; limit]).unwrap();
        assert_eq!(
            public.wrap(algorithm, &vec![9; limit + 1]),
            Err(CryptoError::TooLong { limit })
        );
    }
}

#[test]
fn signatures_hold_for_their_message_only() {
    for (algorithm, key, public) in pairs(AlgorithmClass::Signature) {
        let message = SignatureInput::Message(b"message");
        let signature = key.sign(algorithm, message).unwrap();
        for verifier in [key, public] {
            assert_eq!(verifier.verify(algorithm, message, &signature), Ok(()));
            let other = SignatureInput::Message(b"massage");
            for (input, signature) in [
                (other, signature.as_slice()),
                (message, &signature[1..]),
                (message, &[]),
                (message, &[signature.as_slice(), &[0]].concat()),
            ] {
                let verified = verifier.verify(algorithm, input, signature);
                assert_eq!(verified, Err(CryptoError::Failed), "{algorithm}");
            }
        }
        assert_eq!(public.sign(algorithm, message), Err(CryptoError::Unsupported));
        digests(algorithm, key, &signature);
    }
}

/// The signature of a digest is one of the message, where there are digests.
fn digests(algorithm: Algorithm, key: &dyn Key, signature: &[u8]) {
    let hash = claviger_model::Hash::ALL
        .into_iter()
        .find(|hash| algorithm.name().ends_with(hash.name()) && hash.name() != "sha-1");
    let Some(hash) = hash else {
        let refused = key.sign(algorithm, SignatureInput::Digest(&[1; 32]));
        assert!(matches!(refused, Err(CryptoError::InvalidParameter(_))));
        return;
    };
    let digest = SoftwareCrypto.hash(hash, b"message").unwrap();
    assert_eq!(key.verify(algorithm, SignatureInput::Digest(&digest), signature), Ok(()));
    let by_digest = key.sign(algorithm, SignatureInput::Digest(&digest)).unwrap();
    assert_eq!(key.verify(algorithm, SignatureInput::Message(b"message"), &by_digest), Ok(()));
    for wrong in [&digest[1..], &[], &[0; 65]] {
        let refused = key.sign(algorithm, SignatureInput::Digest(wrong));
        assert!(matches!(refused, Err(CryptoError::InvalidParameter(_))));
        let refused = key.verify(algorithm, SignatureInput::Digest(wrong), signature);
        assert!(matches!(refused, Err(CryptoError::InvalidParameter(_))));
    }
}

#[test]
fn both_sides_agree() {
    for (algorithm, key, _) in pairs(AlgorithmClass::KeyAgreement) {
        let other = SoftwareCrypto.generate(key.spec()).unwrap();
        let other = SoftwareCrypto.load(key.spec(), &other).unwrap();
        let ours = key.agree(algorithm, &other.public_key().unwrap()).unwrap();
        let theirs = other.agree(algorithm, &key.public_key().unwrap()).unwrap();
        assert!(ours.equals(theirs.expose("compare")));
        for (_, stranger, _) in keys().iter().filter(|(spec, _, _)| *spec != key.spec()) {
            if let Ok(peer) = stranger.public_key() {
                let refused = key.agree(algorithm, &peer);
                assert!(matches!(refused, Err(CryptoError::InvalidParameter(_))));
            }
        }
    }
    for (algorithm, key, public) in pairs(AlgorithmClass::KeyEncapsulation) {
        let made = public.encapsulate(algorithm).unwrap();
        let secret = key.decapsulate(algorithm, &made.ciphertext).unwrap();
        assert!(secret.equals(made.secret.expose("compare")));
        let refused = key.decapsulate(algorithm, &made.ciphertext[1..]);
        assert_eq!(refused.err(), Some(CryptoError::Failed));
        // A changed ciphertext gives another secret (implicit rejection, FIPS 203 §6.3).
        let mut changed = made.ciphertext;
        changed[7] ^= 1;
        assert!(!key.decapsulate(algorithm, &changed).unwrap().equals(secret.expose("compare")));
    }
}

#[test]
fn derivations_have_bounds() {
    for (algorithm, key, _) in pairs(AlgorithmClass::KeyDerivation) {
        let is_pbkdf2 = algorithm.name().starts_with("pbkdf2");
        let usual = DerivationRequest {
            algorithm,
            salt: b"salt",
            info: &[],
            iterations: if is_pbkdf2 { 1000 } else { 0 },
            length: 40,
        };
        let longest = DerivationRequest { length: 8160, ..usual };
        for good in [usual, longest] {
            assert_eq!(key.derive(good).unwrap().len(), good.length);
        }
        for bad in [
            DerivationRequest { length: 0, ..usual },
            DerivationRequest { length: 8161, ..usual },
            DerivationRequest { length: usize::MAX, ..usual },
            DerivationRequest { iterations: if is_pbkdf2 { 0 } else { 1 }, ..usual },
            DerivationRequest { iterations: if is_pbkdf2 { 999 } else { 1000 }, ..usual },
            DerivationRequest { iterations: 10_000_001, ..usual },
            DerivationRequest { iterations: u32::MAX, ..usual },
        ] {
            assert!(matches!(key.derive(bad).err(), Some(CryptoError::InvalidParameter(_))));
        }
    }
}

#[test]
fn a_key_refuses_the_algorithms_that_it_does_not_fit() {
    for (spec, key, _) in keys() {
        for algorithm in Algorithm::ALL.iter().copied().filter(|algorithm| !algorithm.fits(*spec)) {
            let message = SignatureInput::Message(b"message");
            let derivation =
                DerivationRequest { algorithm, salt: &[], info: &[], iterations: 0, length: 32 };
            let refusals = [
                key.seal(algorithm, b"", SealBuffer::copy_from(b"text")).err(),
                key.open(algorithm, b"", vec![0; 100]).err(),
                key.encrypt(request(algorithm, None, &[0; 16])).err(),
                key.decrypt(request(algorithm, None, &[0; 16])).err(),
                key.wrap(algorithm, &[0; 16]).err(),
                key.unwrap(algorithm, &[0; 24]).err(),
                key.sign(algorithm, message).err(),
                key.verify(algorithm, message, &[0; 64]).err(),
                key.mac(algorithm, b"").err(),
                key.mac_verify(algorithm, b"", &[0; 16]).err(),
                key.derive(derivation).err(),
                key.agree(algorithm, &[0; 32]).err(),
                key.encapsulate(algorithm).err(),
                key.decapsulate(algorithm, &[0; 768]).err(),
            ];
            for refusal in refusals {
                assert_eq!(refusal, Some(CryptoError::Unsupported), "{spec} {algorithm}");
            }
        }
    }
}
