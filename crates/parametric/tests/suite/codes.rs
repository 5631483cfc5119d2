//! Hashes and message authentication codes.

use claviger_model::{
    BlockCipherMode as Mode, CryptographicAlgorithm as Algorithm, CryptographicParameters,
    HashingAlgorithm as Hash,
};
use claviger_ports::{CryptoError, ParametricCrypto};

use crate::keys::{PROVIDER, hex, load, message, symmetric};

#[test]
fn hashes() {
    // CS-AC-M-7, and "abc" of the functions' own specifications.
    let data = hex("01020304050607080910111213141516");
    for (hash, expected) in [
        (Hash::Sha256, "ad41233d22cf9322e3a7ff49a13da434797abed3bab80950a1a0d4e582b7ea72"),
        (
            Hash::Sha512,
            "406a806f76c06b90c8aca278995d4271037f91124ebfaba5475f1f59ee21ebe3a0cc7f5ca6f2183d360bcc762cef68713de7c6498eb08dc591075ca62f7a0717",
        ),
    ] {
        assert_eq!(PROVIDER.hash(hash, &data).unwrap(), hex(expected));
    }
    for (hash, expected) in [
        (Hash::Md2, "da853b0d3f88d99b30283a69e6ded6bb"),
        (Hash::Md4, "a448017aaf21d8525fc10ae87aa6729d"),
        (Hash::Md5, "900150983cd24fb0d6963f7d28e17f72"),
        (Hash::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (Hash::Sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
        (Hash::Ripemd160, "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"),
        (
            Hash::Whirlpool,
            "4e2448a4c6f486bb16b6562c73b4020bf3043e3a731bce721ae1b303d97e6d4c7181eebdb6c57e277d0e34957114cbd6c797fc9d95d8b582d225292076d4eef5",
        ),
        (Hash::Sha512With224, "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa"),
        (Hash::Sha512With256, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"),
        (Hash::Sha3With224, "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf"),
        (Hash::Sha3With256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
    ] {
        assert_eq!(hex::encode(PROVIDER.hash(hash, b"abc").unwrap()), expected);
    }
    let fox = b"The quick brown fox jumps over the lazy dog";
    assert_eq!(
        hex::encode(PROVIDER.hash(Hash::Tiger, fox).unwrap()),
        "6d12a41e72e644f017b6f0e2f7b44c6285f06dd5d2c5b075"
    );
    for hash in Hash::ALL {
        let mut stream = PROVIDER.hash_stream(*hash).unwrap();
        stream.update(b"a").unwrap();
        stream.update(b"").unwrap();
        let streamed = stream.finish(b"bc", None).unwrap().output;
        assert_eq!(streamed, PROVIDER.hash(*hash, b"abc").unwrap(), "{hash:?}");
    }
}

#[test]
fn oasis_hmac() {
    // CS-AC-M-4 to -6: the parameters turn an AES key into one for HMAC.
    let key = symmetric(Algorithm::Aes, &hex("0123456789abcdef0123456789abcdef"));
    let parameters = CryptographicParameters {
        cryptographic_algorithm: Some(Algorithm::HmacSha256),
        ..Default::default()
    };
    let data = hex("01020304050607080910111213141516");
    let code = key.mac(message(&parameters, &data)).unwrap();
    assert_eq!(
        hex::encode(&code),
        "c911e78196d64c30f631bb079ea37b97a95936d4da764d6a171df030c895ecf9"
    );
    key.mac_verify(message(&parameters, &data), &code).unwrap();
    for wrong in [&code[1..], &[0; 32], &[]] {
        let failed = key.mac_verify(message(&parameters, &data), wrong).err();
        assert_eq!(failed, Some(CryptoError::Failed));
    }
}

#[test]
fn hmac_with_every_hash() {
    // RFC 2202 §2 and §3, RFC 4231 §4.3, NIST's SHA-3 examples by OpenSSL: key "Jefe", "what do ya want for nothing?".
    let none = CryptographicParameters::default();
    for (algorithm, expected) in [
        (Algorithm::HmacMd5, "750c783e6ab0b503eaa86e310a5db738"),
        (Algorithm::HmacSha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (Algorithm::HmacSha224, "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44"),
        (Algorithm::HmacSha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (
            Algorithm::HmacSha384,
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
        ),
        (
            Algorithm::HmacSha512,
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        ),
        (
            Algorithm::HmacSha3With256,
            "c7d4072e788877ae3596bbb0da73b887c9171f93095b294ae857fbe2645e1ba5",
        ),
    ] {
        let key = symmetric(algorithm, b"Jefe");
        let code = key.mac(message(&none, b"what do ya want for nothing?")).unwrap();
        assert_eq!(hex::encode(&code), expected, "{algorithm:?}");
    }
    // Secret data makes HMAC with the hash that is named; without one it says so.
    let key = load(None, claviger_model::KeyFormatType::Raw, b"Jefe");
    for hash in Hash::ALL {
        let parameters =
            CryptographicParameters { hashing_algorithm: Some(*hash), ..Default::default() };
        let code = key.mac(message(&parameters, b"data")).unwrap();
        assert_eq!(code.len(), PROVIDER.hash(*hash, b"").unwrap().len());
        key.mac_verify(message(&parameters, b"data"), &code).unwrap();
    }
    let unnamed = key.mac(message(&none, b"data")).err();
    assert!(matches!(unnamed, Some(CryptoError::InvalidParameter(_))));
}

#[test]
fn cmac() {
    // SP 800-38B, appendix D: AES-128 of 0, 16, 40 and 64 bytes, 3DES of 0 and 20.
    let whole = hex(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
    );
    let none = CryptographicParameters::default();
    let aes = symmetric(Algorithm::Aes, &hex("2b7e151628aed2a6abf7158809cf4f3c"));
    let triple_des =
        symmetric(Algorithm::TripleDes, &hex("8aa83bf8cbda10620bc1bf19fbb6cd58bc313d4a371ca8b5"));
    for (key, length, expected) in [
        (&aes, 0, "bb1d6929e95937287fa37d129b756746"),
        (&aes, 16, "070a16b46b4d4144f79bdd9dd04a287c"),
        (&aes, 40, "dfa66747de9ae63030ca32611497c827"),
        (&aes, 64, "51f0bebf7e3b9d92fc49741779363cfe"),
        (&triple_des, 0, "b7a688e122ffaf95"),
        (&triple_des, 20, "743ddbe0ce2dc2ed"),
    ] {
        let code = key.mac(message(&none, &whole[..length])).unwrap();
        assert_eq!(hex::encode(&code), expected, "{length}");
    }
}

#[test]
fn cbc_mac_is_the_last_block_of_cbc() {
    let key = symmetric(Algorithm::Aes, &[4; 16]);
    let parameters =
        CryptographicParameters { block_cipher_mode: Some(Mode::CbcMac), ..Default::default() };
    let cbc = CryptographicParameters { block_cipher_mode: Some(Mode::Cbc), ..Default::default() };
    let data = [7; 48];
    let encrypted = key.encrypt(crate::keys::cipher(&cbc, Some(&[0; 16]), &data)).unwrap();
    assert_eq!(key.mac(message(&parameters, &data)).unwrap(), encrypted.output[32..]);
}
