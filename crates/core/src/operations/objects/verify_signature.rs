//! Verify a signature with an object's key, or with that of a certificate.

use claviger_model::{CryptographicParameters, UniqueIdentifier, Usage};
use claviger_ports::{CryptoError, ParametricCipher, ParametricMessage, StreamKind};

use super::parametric::failure;
use super::sign_data::SignedData;
use super::streams::{Kind, Part, Progress, Step};
use super::use_object::Use;
use super::validity::Validity;
use crate::operations::{Description, OBJECT_VERIFY, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Verifies a signature (KMIP 2.1 §6.1.56).
pub struct VerifySignature {
    /// Which object.
    pub identifier: UniqueIdentifier,
    /// How; what the object's own parameters say if none.
    pub parameters: Option<CryptographicParameters>,
    /// What was signed.
    pub data: SignedData,
    /// The signature. Of a message in parts: with any of them, of which the first counts.
    pub signature: Option<Vec<u8>>,
    /// Which part it is.
    pub part: Part,
}

/// What a check gave.
#[derive(Debug, PartialEq, Eq)]
pub struct Verified {
    /// Whether the signature or code is valid, at the end.
    pub validity: Option<Validity>,
    /// The stream to go on with, unless the message ended.
    pub correlation: Option<Vec<u8>>,
}

impl Operation for VerifySignature {
    type Reply = Verified;

    const DESCRIPTION: &'static Description = OBJECT_VERIFY;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<Verified, Error> {
        let used = Use::new(&authorized, Usage::VERIFY)?;
        let kind = Kind::Keyed(StreamKind::Verify);
        let step = self.part.step()?;
        if let Step::GoOn { correlation, last } = step {
            let given = (self.data.part()?, self.signature);
            return Verified::of(used.go_on(kind, (correlation, last), given));
        }
        let (data, digested) = self.data.bytes();
        let parameters = used.choose_signature(self.parameters.as_ref(), digested)?;
        let key = used.key()?;
        if matches!(step, Step::Begin) {
            let request = ParametricCipher {
                parameters: &parameters,
                nonce: None,
                additional_data: &[],
                input: &[],
                tag: None,
            };
            let stream = key.stream(StreamKind::Verify, request).map_err(failure)?;
            return Verified::of(used.begin(kind, stream, (self.data.part()?, self.signature)));
        }
        let signature = self.signature.as_deref().ok_or_else(|| missing("the signature"))?;
        let message = ParametricMessage { parameters: &parameters, data, digested };
        Verified::whole(key.verify(message, signature))
    }
}

impl Verified {
    /// What the check of a whole message found.
    pub(super) fn whole(result: Result<(), CryptoError>) -> Result<Self, Error> {
        let validity = match result {
            Ok(()) => Validity::Valid,
            Err(CryptoError::Failed) => Validity::Invalid,
            Err(error) => return Err(failure(error)),
        };
        Ok(Self { validity: Some(validity), correlation: None })
    }

    /// What a part gave: only the last part's check can fail.
    pub(super) fn of(result: Result<Progress, Error>) -> Result<Self, Error> {
        match result {
            Ok(Progress { correlation: None, .. }) => {
                Ok(Self { validity: Some(Validity::Valid), correlation: None })
            }
            Ok(Progress { correlation, .. }) => Ok(Self { validity: None, correlation }),
            Err(error) if error.kind() == ErrorKind::CryptographicFailure => {
                Ok(Self { validity: Some(Validity::Invalid), correlation: None })
            }
            Err(error) => Err(error),
        }
    }
}

/// What is said where there is nothing to check.
pub(super) fn missing(what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidMessage,
        format!("{what} that is to be checked is missing"),
        "pass it with the data",
    )
}
