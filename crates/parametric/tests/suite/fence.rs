//! The fence: what is legacy answers so, whatever else is right, unless the key was loaded with the permission.

use std::sync::Arc;

use claviger_model::{
    BlockCipherMode as Mode, CryptographicAlgorithm as Algorithm, CryptographicParameters,
    HashingAlgorithm as Hash, KeyFormatType as Format, PaddingMethod,
};
use claviger_ports::{
    CryptoError, ParametricCrypto, ParametricKey, ParametricMaterial, StreamKind,
};
use claviger_secret::SecretBytes;

use crate::keys::{PROVIDER, cipher, hex, message, open};
use crate::oasis;

fn fenced(algorithm: Option<Algorithm>, format: Format, bytes: &[u8]) -> Arc<dyn ParametricKey> {
    let bytes = SecretBytes::copy_from(bytes);
    PROVIDER
        .load(ParametricMaterial { algorithm, format, bytes: &bytes, curve: None }, false)
        .unwrap()
}

const LEGACY: Option<CryptoError> = Some(CryptoError::Legacy);

#[test]
fn old_ciphers() {
    let none = CryptographicParameters::default();
    for (algorithm, length) in [
        (Algorithm::Des, 8),
        (Algorithm::TripleDes, 24),
        (Algorithm::Blowfish, 16),
        (Algorithm::Cast5, 16),
        (Algorithm::Idea, 16),
        (Algorithm::Rc2, 16),
        (Algorithm::Rc4, 16),
        (Algorithm::Skipjack, 10),
        (Algorithm::Camellia, 16),
        (Algorithm::Aria, 16),
        (Algorithm::Twofish, 16),
        (Algorithm::Sm4, 16),
    ] {
        let key = fenced(Some(algorithm), Format::Raw, &vec![1; length]);
        assert_eq!(key.encrypt(cipher(&none, None, b"message")).err(), LEGACY, "{algorithm:?}");
        assert_eq!(key.decrypt(cipher(&none, Some(&[0; 8]), &[0; 8])).err(), LEGACY);
        assert_eq!(key.mac(message(&none, b"message")).err(), LEGACY);
        assert_eq!(key.stream(StreamKind::Encrypt, cipher(&none, None, &[])).err(), LEGACY);
        assert_eq!(PROVIDER.generate(algorithm, None, None, false).err(), LEGACY);
    }
    let key = fenced(Some(Algorithm::Aes), Format::Raw, &[1; 16]);
    let through_parameters = CryptographicParameters {
        cryptographic_algorithm: Some(Algorithm::HmacMd5),
        ..Default::default()
    };
    assert_eq!(key.mac(message(&through_parameters, b"message")).err(), LEGACY);
    assert!(key.encrypt(cipher(&none, None, b"message")).is_ok());
}

#[test]
fn short_tags_and_cbc_mac() {
    let key = fenced(Some(Algorithm::Aes), Format::Raw, &[1; 16]);
    for mode in [Mode::Gcm, Mode::Ccm] {
        let parameters = CryptographicParameters {
            block_cipher_mode: Some(mode),
            tag_length: Some(12),
            ..Default::default()
        };
        assert_eq!(key.encrypt(cipher(&parameters, Some(&[0; 12]), b"message")).err(), LEGACY);
        let mut request = cipher(&parameters, Some(&[0; 12]), b"message");
        request.tag = Some(&[0; 12]);
        assert_eq!(key.decrypt(request).err(), LEGACY);
    }
    let parameters =
        CryptographicParameters { block_cipher_mode: Some(Mode::CbcMac), ..Default::default() };
    assert_eq!(key.mac(message(&parameters, b"message")).err(), LEGACY);
}

#[test]
fn rsa() {
    let key = fenced(None, Format::Pkcs1, &hex(oasis::OAEP_PRIVATE));
    let oaep = |hash, mask_hash| CryptographicParameters {
        padding_method: Some(PaddingMethod::Oaep),
        hashing_algorithm: Some(hash),
        mask_generator_hashing_algorithm: Some(mask_hash),
        ..Default::default()
    };
    let padded = |padding_method| CryptographicParameters {
        padding_method: Some(padding_method),
        ..Default::default()
    };
    let sha1 = |padding_method| CryptographicParameters {
        hashing_algorithm: Some(Hash::Sha1),
        ..padded(padding_method)
    };
    for parameters in [
        oaep(Hash::Sha1, Hash::Sha1),
        oaep(Hash::Sha256, Hash::Sha1),
        oaep(Hash::Sha384, Hash::Sha256),
        padded(PaddingMethod::Pkcs1V15),
        padded(PaddingMethod::None),
    ] {
        assert_eq!(key.encrypt(cipher(&parameters, None, b"message")).err(), LEGACY);
        assert_eq!(key.decrypt(cipher(&parameters, None, &[0; 256])).err(), LEGACY);
    }
    for parameters in [
        sha1(PaddingMethod::Pkcs1V15),
        sha1(PaddingMethod::Pss),
        padded(PaddingMethod::None),
        CryptographicParameters {
            mask_generator_hashing_algorithm: Some(Hash::Sha1),
            ..padded(PaddingMethod::Pss)
        },
    ] {
        assert_eq!(key.sign(message(&parameters, b"message")).err(), LEGACY);
        assert_eq!(key.verify(message(&parameters, b"message"), &[0; 256]).err(), LEGACY);
        assert_eq!(key.stream(StreamKind::Sign, cipher(&parameters, None, &[])).err(), LEGACY);
    }
    let none = CryptographicParameters::default();
    assert!(key.encrypt(cipher(&none, None, b"message")).is_ok());
    assert!(key.sign(message(&none, b"message")).is_ok());
    // 1024 bits: whatever the parameters.
    let made = PROVIDER.generate(Algorithm::Rsa, Some(1024), None, true).unwrap();
    let key = fenced(None, Format::Pkcs8, &open(&made.material));
    assert_eq!(key.encrypt(cipher(&none, None, b"message")).err(), LEGACY);
    assert_eq!(key.decrypt(cipher(&none, None, &[0; 128])).err(), LEGACY);
    assert_eq!(key.sign(message(&none, b"message")).err(), LEGACY);
    assert_eq!(key.verify(message(&none, b"message"), &[0; 128]).err(), LEGACY);
    assert_eq!(PROVIDER.generate(Algorithm::Rsa, Some(1024), None, false).err(), LEGACY);
}

#[test]
fn curves_and_dsa() {
    let key = fenced(None, Format::EcPrivateKey, &hex(oasis::EC_PRIVATE));
    let sha1 =
        CryptographicParameters { hashing_algorithm: Some(Hash::Sha1), ..Default::default() };
    assert_eq!(key.sign(message(&sha1, b"message")).err(), LEGACY);
    assert_eq!(key.verify(message(&sha1, b"message"), &[0; 70]).err(), LEGACY);
    let none = CryptographicParameters::default();
    assert!(key.sign(message(&none, b"message")).is_ok());
    let made = PROVIDER.generate(Algorithm::Dsa, Some(1024), None, true).unwrap();
    let key = fenced(None, Format::Pkcs8, &open(&made.material));
    assert_eq!(key.sign(message(&none, b"message")).err(), LEGACY);
    assert_eq!(key.verify(message(&none, b"message"), &[0; 40]).err(), LEGACY);
    assert_eq!(PROVIDER.generate(Algorithm::Dsa, None, None, false).err(), LEGACY);
}
