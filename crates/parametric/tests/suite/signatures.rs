//! Signatures on curves and with DSA.

use claviger_model::{
    CryptographicAlgorithm as Algorithm, CryptographicParameters, HashingAlgorithm as Hash,
    KeyFormatType as Format, PaddingMethod, RecommendedCurve as Curve,
};
use claviger_ports::{CryptoError, ParametricCrypto, ParametricMessage, StreamKind};

use crate::keys::{PROVIDER, cipher, hex, load, message, open};
use crate::oasis;

#[test]
fn oasis_ecdsa() {
    // TC-ECDSA-SIGN-1, CS-AC-M-3-ECC: what the parameters say of RSA means nothing to a key on a curve.
    let private = load(Some(Algorithm::Ec), Format::EcPrivateKey, &hex(oasis::EC_PRIVATE));
    let public = load(Some(Algorithm::Ec), Format::X509, &hex(oasis::EC_PUBLIC));
    let data = hex("01020304050607080910111213141516");
    let named = CryptographicParameters {
        hashing_algorithm: Some(Hash::Sha256),
        cryptographic_algorithm: Some(Algorithm::Ecdsa),
        ..Default::default()
    };
    public.verify(message(&named, &data), &hex(oasis::EC_SIGNATURE)).unwrap();
    let wrong = public.verify(message(&named, &data), &hex(oasis::EC_WRONG_SIGNATURE)).err();
    assert_eq!(wrong, Some(CryptoError::Failed));
    let none = CryptographicParameters {
        cryptographic_algorithm: Some(Algorithm::Ecdsa),
        ..Default::default()
    };
    let signature = private.sign(message(&none, &data)).unwrap();
    let like_rsa = |hash| CryptographicParameters {
        padding_method: Some(PaddingMethod::Pss),
        hashing_algorithm: Some(hash),
        cryptographic_algorithm: Some(Algorithm::Rsa),
        ..Default::default()
    };
    public.verify(message(&like_rsa(Hash::Sha256), &data), &signature).unwrap();
    let sha1 = public.verify(message(&like_rsa(Hash::Sha1), &data), &signature).err();
    assert_eq!(sha1, Some(CryptoError::Failed));
}

#[test]
fn every_curve_signs_with_every_hash() {
    for curve in [Curve::P224, Curve::P256, Curve::P384, Curve::P521, Curve::Secp256k1] {
        let made = PROVIDER.generate(Algorithm::Ecdsa, None, Some(curve), false).unwrap();
        let private = load(Some(Algorithm::Ecdsa), Format::Pkcs8, &open(&made.material));
        let public = load(Some(Algorithm::Ecdsa), Format::X509, &made.public_key.unwrap());
        for hash in [None, Some(Hash::Sha1), Some(Hash::Sha224), Some(Hash::Sha512)] {
            let parameters =
                CryptographicParameters { hashing_algorithm: hash, ..Default::default() };
            let signature = private.sign(message(&parameters, b"message")).unwrap();
            public.verify(message(&parameters, b"message"), &signature).unwrap();
            private.verify(message(&parameters, b"message"), &signature).unwrap();
            let failed = public.verify(message(&parameters, b"other"), &signature).err();
            assert_eq!(failed, Some(CryptoError::Failed));
            if let Some(hash) = hash {
                let digest = PROVIDER.hash(hash, b"message").unwrap();
                let digested =
                    ParametricMessage { parameters: &parameters, data: &digest, digested: true };
                public.verify(digested, &signature).unwrap();
            }
        }
        let none = CryptographicParameters::default();
        assert_eq!(public.sign(message(&none, b"message")).err(), Some(CryptoError::Unsupported));
        let mut stream = private.stream(StreamKind::Sign, cipher(&none, None, &[])).unwrap();
        stream.update(b"mess").unwrap();
        let signature = stream.finish(b"age", None).unwrap().output;
        public.verify(message(&none, b"message"), &signature).unwrap();
    }
}

#[test]
fn ed25519() {
    // RFC 8032 §7.1, test 2.
    let seed = hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    let private = load(Some(Algorithm::Ed25519), Format::Raw, &seed);
    let none = CryptographicParameters::default();
    let signature = private.sign(message(&none, &[0x72])).unwrap();
    assert_eq!(
        hex::encode(&signature),
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    );
    let made = PROVIDER.generate(Algorithm::Ed25519, None, None, false).unwrap();
    let private = load(None, Format::Pkcs8, &open(&made.material));
    let public = load(None, Format::X509, &made.public_key.unwrap());
    let mut stream = private.stream(StreamKind::Sign, cipher(&none, None, &[])).unwrap();
    stream.update(b"mess").unwrap();
    let signature = stream.finish(b"age", None).unwrap().output;
    public.verify(message(&none, b"message"), &signature).unwrap();
    let stream = public.stream(StreamKind::Verify, cipher(&none, None, &[])).unwrap();
    stream.finish(b"message", Some(&signature)).unwrap();
    let failed = public.verify(message(&none, b"other"), &signature).err();
    assert_eq!(failed, Some(CryptoError::Failed));
}

#[test]
fn dsa() {
    let made = PROVIDER.generate(Algorithm::Dsa, Some(1024), None, true).unwrap();
    let private = load(Some(Algorithm::Dsa), Format::Pkcs8, &open(&made.material));
    let public = load(Some(Algorithm::Dsa), Format::X509, &made.public_key.unwrap());
    for hash in [Hash::Sha1, Hash::Sha256] {
        let parameters =
            CryptographicParameters { hashing_algorithm: Some(hash), ..Default::default() };
        let signature = private.sign(message(&parameters, b"message")).unwrap();
        public.verify(message(&parameters, b"message"), &signature).unwrap();
        let failed = public.verify(message(&parameters, b"other"), &signature).err();
        assert_eq!(failed, Some(CryptoError::Failed));
    }
}
