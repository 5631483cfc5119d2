//! PEM (RFC 7468) around the DER encodings of keys.

use claviger_ports::CryptoError;
use zeroize::Zeroizing;

/// A decoded PEM file.
pub(crate) struct Pem {
    /// What the file says it holds.
    pub(crate) label: Label,
    /// The DER inside.
    pub(crate) der: Zeroizing<Vec<u8>>,
}

/// What a PEM file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// `PRIVATE KEY`: PKCS#8.
    Pkcs8,
    /// `RSA PRIVATE KEY`: RSAPrivateKey (RFC 8017).
    Pkcs1,
    /// `EC PRIVATE KEY`: ECPrivateKey (RFC 5915).
    Sec1,
    /// `PUBLIC KEY`: SubjectPublicKeyInfo.
    Spki,
    /// `RSA PUBLIC KEY`: RSAPublicKey (RFC 8017).
    Pkcs1Public,
}

/// Whether `bytes` look like PEM rather than DER.
pub(crate) fn is_pem(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"-----BEGIN")
}

/// Decodes the first block of a PEM file.
pub(crate) fn decode(bytes: &[u8]) -> Result<Pem, CryptoError> {
    let (label, der) = pem_rfc7468::decode_vec(bytes.trim_ascii_start()).map_err(|_| {
        CryptoError::InvalidKey(
            "the PEM is malformed: it needs whole BEGIN and END lines, base64 in lines of 64 between, and no headers",
        )
    })?;
    let der = Zeroizing::new(der);
    let label = match label {
        "PRIVATE KEY" => Label::Pkcs8,
        "RSA PRIVATE KEY" => Label::Pkcs1,
        "EC PRIVATE KEY" => Label::Sec1,
        "PUBLIC KEY" => Label::Spki,
        "RSA PUBLIC KEY" => Label::Pkcs1Public,
        "ENCRYPTED PRIVATE KEY" => {
            return Err(CryptoError::InvalidKey(
                "the private key is encrypted: decrypt it first with openssl pkcs8",
            ));
        }
        "CERTIFICATE" => {
            return Err(CryptoError::InvalidKey(
                "this is a certificate: take its key out with openssl x509 -pubkey -noout",
            ));
        }
        _ => {
            return Err(CryptoError::InvalidKey(
                "the PEM holds no key that is read here: convert with openssl pkcs8 -topk8 -nocrypt",
            ));
        }
    };
    Ok(Pem { label, der })
}
