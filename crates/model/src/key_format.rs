//! Encodings of key material outside the service.

/// An encoding of key material that comes from or goes to the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyFormat {
    /// The bytes themselves: symmetric keys; Ed25519 and X25519 private keys (RFC 8032, RFC 7748); ML-KEM and ML-DSA seeds
    /// (FIPS 203: 64 bytes, FIPS 204: 32 bytes); elliptic curve scalars (big-endian, as long as the order).
    Raw,
    /// PKCS#8 private key (RFC 5958), DER or PEM on import, DER on export.
    Pkcs8,
    /// SubjectPublicKeyInfo (RFC 5280), DER or PEM on import, DER on export.
    Spki,
    /// JSON Web Key (RFC 7517, RFC 7518, RFC 8037), UTF-8 JSON: `oct`, `RSA`, `EC`, `OKP`; `AKP` (draft-ietf-cose-dilithium) for ML-DSA.
    Jwk,
}
