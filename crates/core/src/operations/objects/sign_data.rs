//! Sign data with an object's key.

use claviger_model::{CryptographicParameters, UniqueIdentifier, Usage};
use claviger_ports::{ParametricCipher, ParametricMessage, StreamKind};

use super::parametric::failure;
use super::streams::{Kind, Part, Progress, Step};
use super::use_object::Use;
use crate::operations::{Description, OBJECT_SIGN, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// What is signed or verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedData {
    /// The data, which are hashed as the parameters say.
    Data(Vec<u8>),
    /// The hash of the data. Never a part.
    Digest(Vec<u8>),
}

/// Signs data with an object's key (KMIP 2.1 §6.1.55).
pub struct SignData {
    /// Which object.
    pub identifier: UniqueIdentifier,
    /// How; what the object's own parameters say if none.
    pub parameters: Option<CryptographicParameters>,
    /// What is signed.
    pub data: SignedData,
    /// Which part it is.
    pub part: Part,
}

/// What signing gave.
#[derive(Debug, PartialEq, Eq)]
pub struct Signed {
    /// The signature, at the end; of elliptic curves and DSA in DER.
    pub signature: Option<Vec<u8>>,
    /// The stream to go on with, unless the message ended.
    pub correlation: Option<Vec<u8>>,
}

impl SignedData {
    pub(super) fn bytes(&self) -> (&[u8], bool) {
        match self {
            Self::Data(data) => (data, false),
            Self::Digest(digest) => (digest, true),
        }
    }

    /// The bytes of a part, which is never a digest.
    pub(super) fn part(&self) -> Result<&[u8], Error> {
        match self {
            Self::Data(data) => Ok(data),
            Self::Digest(_) => Err(Error::new(
                ErrorKind::InvalidMessage,
                "digested data are signed and verified as a whole",
                "leave out the init indicator and the correlation value, or pass the data themselves",
            )),
        }
    }
}

impl Operation for SignData {
    type Reply = Signed;

    const DESCRIPTION: &'static Description = OBJECT_SIGN;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<Signed, Error> {
        let used = Use::new(&authorized, Usage::SIGN)?;
        let kind = Kind::Keyed(StreamKind::Sign);
        let (data, digested) = self.data.bytes();
        let step = self.part.step()?;
        if let Step::GoOn { correlation, last } = step {
            let data = self.data.part()?;
            used.count_bytes(data.len()).await?;
            return used.go_on(kind, (correlation, last), (data, None)).map(Signed::from);
        }
        let parameters = used.choose_signature(self.parameters.as_ref(), digested)?;
        let key = used.key()?;
        if matches!(step, Step::Begin) {
            let data = self.data.part()?;
            used.count(data.len()).await?;
            let request = ParametricCipher {
                parameters: &parameters,
                nonce: None,
                additional_data: &[],
                input: &[],
                tag: None,
            };
            let stream = key.stream(StreamKind::Sign, request).map_err(failure)?;
            return used.begin(kind, stream, (data, None)).map(Signed::from);
        }
        used.count(data.len()).await?;
        let message = ParametricMessage { parameters: &parameters, data, digested };
        let signature = key.sign(message).map_err(failure)?;
        Ok(Signed { signature: Some(signature), correlation: None })
    }
}

impl From<Progress> for Signed {
    fn from(progress: Progress) -> Self {
        let Progress { output, correlation, .. } = progress;
        Self { signature: correlation.is_none().then_some(output), correlation }
    }
}
