//! Loading keys and filling in requests.

use std::sync::Arc;

use claviger_model::{
    BlockCipherMode, CryptographicAlgorithm, CryptographicParameters, KeyFormatType, PaddingMethod,
};
use claviger_parametric::SoftwareParametricCrypto;
use claviger_ports::{
    ParametricCipher, ParametricCrypto, ParametricKey, ParametricMaterial, ParametricMessage,
};
use claviger_secret::SecretBytes;

pub(crate) const PROVIDER: SoftwareParametricCrypto = SoftwareParametricCrypto::new();

/// Bytes of hexadecimal digits; white space doesn't count.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    hex::decode(text.split_whitespace().collect::<String>()).unwrap()
}

/// A key of any format that may do all it can.
pub(crate) fn load(
    algorithm: Option<CryptographicAlgorithm>,
    format: KeyFormatType,
    bytes: &[u8],
) -> Arc<dyn ParametricKey> {
    let bytes = SecretBytes::copy_from(bytes);
    let material = ParametricMaterial { algorithm, format, bytes: &bytes, curve: None };
    PROVIDER.load(material, true).unwrap()
}

/// A symmetric key that may do all it can.
pub(crate) fn symmetric(algorithm: CryptographicAlgorithm, key: &[u8]) -> Arc<dyn ParametricKey> {
    load(Some(algorithm), KeyFormatType::Raw, key)
}

/// A request with a nonce.
pub(crate) fn cipher<'a>(
    parameters: &'a CryptographicParameters,
    nonce: Option<&'a [u8]>,
    input: &'a [u8],
) -> ParametricCipher<'a> {
    ParametricCipher { parameters, nonce, additional_data: &[], input, tag: None }
}

/// A message that isn't digested.
pub(crate) const fn message<'a>(
    parameters: &'a CryptographicParameters,
    data: &'a [u8],
) -> ParametricMessage<'a> {
    ParametricMessage { parameters, data, digested: false }
}

/// The bytes of a secret.
pub(crate) fn open(secret: &SecretBytes) -> Vec<u8> {
    secret.expose("test").to_vec()
}

/// Parameters that name a mode and a padding.
pub(crate) fn mode(
    mode: BlockCipherMode,
    padding: Option<PaddingMethod>,
) -> CryptographicParameters {
    CryptographicParameters {
        block_cipher_mode: Some(mode),
        padding_method: padding,
        ..Default::default()
    }
}

/// Encrypts to the known answer, and decrypts it again.
pub(crate) fn both_ways(
    key: &dyn ParametricKey,
    parameters: &CryptographicParameters,
    nonce: Option<&[u8]>,
    plaintext: &str,
    ciphertext: &str,
) {
    let (plaintext, ciphertext) = (hex(plaintext), hex(ciphertext));
    let encrypted = key.encrypt(cipher(parameters, nonce, &plaintext)).unwrap();
    assert_eq!(hex::encode(&encrypted.output), hex::encode(&ciphertext));
    assert!(encrypted.nonce.is_none(), "a given nonce isn't returned");
    let decrypted = key.decrypt(cipher(parameters, nonce, &ciphertext)).unwrap();
    assert_eq!(open(&decrypted), plaintext);
}
