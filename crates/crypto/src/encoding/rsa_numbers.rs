//! The numbers of RSA keys: RSAPublicKey (RFC 8017 §A.1.1) and RSAPrivateKey (§A.1.2), DER.

use claviger_model::KeySpec;
use claviger_ports::CryptoError;
use der::asn1::UintRef;
use der::{Decode, Encode, Sequence};

/// RSAPublicKey.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct RsaPublicKey<'a> {
    pub(crate) modulus: UintRef<'a>,
    pub(crate) public_exponent: UintRef<'a>,
}

/// RSAPrivateKey of two primes (version 0).
#[derive(Clone, Sequence)]
pub(crate) struct RsaPrivateKey<'a> {
    pub(crate) version: u8,
    pub(crate) modulus: UintRef<'a>,
    pub(crate) public_exponent: UintRef<'a>,
    pub(crate) private_exponent: UintRef<'a>,
    pub(crate) prime1: UintRef<'a>,
    pub(crate) prime2: UintRef<'a>,
    pub(crate) exponent1: UintRef<'a>,
    pub(crate) exponent2: UintRef<'a>,
    pub(crate) coefficient: UintRef<'a>,
}

/// The kind of an RSAPublicKey (DER), after [`check`].
pub(crate) fn spec_of_public_key(der: &[u8]) -> Result<KeySpec, CryptoError> {
    let key = RsaPublicKey::from_der(der)
        .map_err(|_| CryptoError::InvalidKey("the RSA public key is not an RSAPublicKey (DER)"))?;
    check(key.modulus.as_bytes(), key.public_exponent.as_bytes())
}

/// The kind of a public key of these big-endian numbers without leading zeros: the modulus must be odd and of a supported
/// size, the exponent odd, at least 3 and at most 33 bits (which is what aws-lc-rs takes).
pub(crate) fn check(modulus: &[u8], exponent: &[u8]) -> Result<KeySpec, CryptoError> {
    let bits = modulus.len() * 8 - modulus.first().map_or(0, |byte| byte.leading_zeros() as usize);
    let spec = crate::rsa::spec_of(bits).ok_or(CryptoError::InvalidKey(
        "RSA keys of 2048, 3072 and 4096 bits are supported: make a new key of such a size",
    ))?;
    let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
    if !is_odd(modulus) {
        return Err(CryptoError::InvalidKey("the RSA modulus is even"));
    }
    let exponent_bits =
        exponent.len() * 8 - exponent.first().map_or(0, |byte| byte.leading_zeros() as usize);
    if !is_odd(exponent) || exponent == [1] || exponent_bits > 33 {
        return Err(CryptoError::InvalidKey(
            "the RSA public exponent must be odd, at least 3 and at most 33 bits long: 65537 is usual",
        ));
    }
    Ok(spec)
}

/// An RSAPublicKey (DER) of big-endian numbers.
pub(crate) fn encode_public_key(modulus: &[u8], exponent: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let invalid = CryptoError::InvalidKey("the numbers of the RSA key are too long");
    let (Ok(modulus), Ok(public_exponent)) = (UintRef::new(modulus), UintRef::new(exponent)) else {
        return Err(invalid);
    };
    RsaPublicKey { modulus, public_exponent }.to_der().map_err(|_| invalid)
}
