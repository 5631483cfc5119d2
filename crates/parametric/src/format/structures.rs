//! The DER structures of keys.

use der::Sequence;
use der::asn1::{BitStringRef, ObjectIdentifier, OctetStringRef, UintRef};
use spki::AlgorithmIdentifierRef;

/// rsaEncryption (RFC 3279 §2.3.1).
pub(crate) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// id-dsa (RFC 3279 §2.3.2).
pub(crate) const DSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10040.4.1");
/// dhKeyAgreement (PKCS#3).
pub(crate) const DH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.3.1");
/// dhpublicnumber (RFC 3279 §2.3.3).
pub(crate) const DH_X942: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10046.2.1");
/// id-ecPublicKey (RFC 5480 §2.1.1).
pub(crate) const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// id-X25519 (RFC 8410 §3).
pub(crate) const X25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.110");
/// id-Ed25519 (RFC 8410 §3).
pub(crate) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// RSAPublicKey (RFC 8017 §A.1.1).
#[derive(Sequence)]
pub(crate) struct RsaPublicKey<'a> {
    pub(crate) modulus: UintRef<'a>,
    pub(crate) public_exponent: UintRef<'a>,
}

/// RSAPrivateKey with two primes (RFC 8017 §A.1.2).
#[derive(Sequence)]
pub(crate) struct RsaPrivateKey<'a> {
    pub(crate) version: u8,
    pub(crate) modulus: UintRef<'a>,
    pub(crate) public_exponent: UintRef<'a>,
    pub(crate) private_exponent: UintRef<'a>,
    pub(crate) p: UintRef<'a>,
    pub(crate) q: UintRef<'a>,
    pub(crate) prime_exponent_p: UintRef<'a>,
    pub(crate) prime_exponent_q: UintRef<'a>,
    pub(crate) crt_coefficient: UintRef<'a>,
}

/// ECPrivateKey (RFC 5915 §3).
#[derive(Sequence)]
pub(crate) struct EcPrivateKey<'a> {
    pub(crate) version: u8,
    pub(crate) private_key: &'a OctetStringRef,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) parameters: Option<ObjectIdentifier>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) public_key: Option<BitStringRef<'a>>,
}

/// EncryptedPrivateKeyInfo (RFC 5958 §3): how the key is encrypted, and the key.
#[derive(Sequence)]
pub(crate) struct EncryptedPrivateKeyInfo<'a> {
    pub(crate) encryption_algorithm: AlgorithmIdentifierRef<'a>,
    pub(crate) encrypted_data: &'a OctetStringRef,
}

/// Dss-Parms (RFC 3279 §2.3.2).
#[derive(Sequence)]
pub(crate) struct DsaParameters<'a> {
    pub(crate) p: UintRef<'a>,
    pub(crate) q: UintRef<'a>,
    pub(crate) g: UintRef<'a>,
}

/// DHParameter (PKCS#3 §9).
#[derive(Sequence)]
pub(crate) struct DhParameters<'a> {
    pub(crate) p: UintRef<'a>,
    pub(crate) g: UintRef<'a>,
    pub(crate) private_value_length: Option<u32>,
}

/// DomainParameters without validation parameters (RFC 3279 §2.3.3).
#[derive(Sequence)]
pub(crate) struct DhX942Parameters<'a> {
    pub(crate) p: UintRef<'a>,
    pub(crate) g: UintRef<'a>,
    pub(crate) q: UintRef<'a>,
    pub(crate) j: Option<UintRef<'a>>,
}
