//! The structures of certificates and requests, read so that what was signed stays byte for byte.

use claviger_ports::{CryptoError, KeyComponents};
use der::asn1::{Any, AnyRef, BitString, BitStringRef, Int, ObjectIdentifier, SetOfVec};
use der::{Decode, Encode, Sequence};
use spki::{AlgorithmIdentifierOwned, AlgorithmIdentifierRef};
use x509_cert::attr::Attribute;
use x509_cert::ext::Extension;
use x509_cert::name::Name;
use x509_cert::time::Time;

use super::algorithms;
use crate::format;
use crate::legacy::Fence;

/// The longest certificate or request that is read, in bytes.
pub(super) const LIMIT: usize = 64 << 10;

/// What isn't a certificate or request.
pub(super) const INVALID: CryptoError =
    CryptoError::InvalidKey("the certificate or request is not valid DER");

/// Reads a structure, of hostile bytes.
pub(super) fn read<'a, T: Decode<'a, Error = der::Error>>(
    bytes: &'a [u8],
) -> Result<T, CryptoError> {
    if bytes.len() > LIMIT {
        return Err(CryptoError::TooLong { limit: LIMIT });
    }
    T::from_der(bytes).map_err(|_| INVALID)
}

/// Writes a structure.
pub(super) fn write(value: &impl Encode) -> Result<Vec<u8>, CryptoError> {
    value.to_der().map_err(|_| CryptoError::InvalidParameter("the certificate would be too long"))
}

/// Something with a signature: a certificate or a request.
#[derive(Sequence)]
pub(super) struct Signed<'a> {
    body: AnyRef<'a>,
    pub(super) algorithm: AlgorithmIdentifierRef<'a>,
    signature: BitStringRef<'a>,
}

impl<'a> Signed<'a> {
    /// Puts a body and its signature together.
    pub(super) fn new(
        body: &'a [u8],
        algorithm: AlgorithmIdentifierRef<'a>,
        signature: &'a [u8],
    ) -> Result<Self, CryptoError> {
        Ok(Self {
            body: AnyRef::from_der(body).map_err(|_| CryptoError::Internal)?,
            algorithm,
            signature: BitStringRef::from_bytes(signature).map_err(|_| CryptoError::Internal)?,
        })
    }

    /// What was signed.
    pub(super) fn body(&self) -> Result<Vec<u8>, CryptoError> {
        self.body.to_der().map_err(|_| INVALID)
    }

    /// Checks the signature.
    pub(super) fn verify(&self, key: &KeyComponents, fence: Fence) -> Result<(), CryptoError> {
        let signature = self.signature.as_bytes().ok_or(INVALID)?;
        algorithms::verify(self.algorithm, key, &self.body()?, signature, fence)
    }
}

/// Validity (RFC 5280 §4.1.2.5).
#[derive(Clone, Sequence)]
pub(super) struct Validity {
    pub(super) not_before: Time,
    pub(super) not_after: Time,
}

/// TBSCertificate (RFC 5280 §4.1).
#[derive(Sequence)]
pub(super) struct Body {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", default = "Default::default")]
    pub(super) version: u8,
    pub(super) serial: Int,
    pub(super) algorithm: AlgorithmIdentifierOwned,
    pub(super) issuer: Name,
    pub(super) validity: Validity,
    pub(super) subject: Name,
    pub(super) public_key_info: Any,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) issuer_unique_id: Option<BitString>,
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) subject_unique_id: Option<BitString>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) extensions: Option<Vec<Extension>>,
}

impl Body {
    /// The SubjectPublicKeyInfo.
    pub(super) fn public_key_der(&self) -> Result<Vec<u8>, CryptoError> {
        write(&self.public_key_info)
    }

    /// The public key.
    pub(super) fn public_key(&self) -> Result<KeyComponents, CryptoError> {
        format::public_key(&self.public_key_der()?)
    }

    /// The extension of this identifier; [`INVALID`] if there are two.
    pub(super) fn extension(
        &self,
        identifier: ObjectIdentifier,
    ) -> Result<Option<&Extension>, CryptoError> {
        let mut found = self.extensions.iter().flatten().filter(|ext| ext.extn_id == identifier);
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(INVALID),
            (found, None) => Ok(found),
        }
    }

    /// The value of the extension of this identifier.
    pub(super) fn decoded<'a, T: Decode<'a, Error = der::Error>>(
        &'a self,
        identifier: ObjectIdentifier,
    ) -> Result<Option<T>, CryptoError> {
        self.extension(identifier)?
            .map(|extension| T::from_der(extension.extn_value.as_bytes()).map_err(|_| INVALID))
            .transpose()
    }
}

/// CertificationRequestInfo (RFC 2986 §4.1).
#[derive(Sequence)]
pub(super) struct RequestInfo {
    pub(super) version: u8,
    pub(super) subject: Name,
    pub(super) public_key_info: Any,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    pub(super) attributes: SetOfVec<Attribute>,
}

impl RequestInfo {
    /// The public key.
    pub(super) fn public_key(&self) -> Result<KeyComponents, CryptoError> {
        format::public_key(&write(&self.public_key_info)?)
    }
}
