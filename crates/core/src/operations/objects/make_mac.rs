//! Make a message authentication code with an object's key.

use claviger_model::{CryptographicParameters, UniqueIdentifier, Usage};
use claviger_ports::{ParametricCipher, ParametricMessage, StreamKind};

use super::parameters::Purpose;
use super::parametric::failure;
use super::streams::{Kind, Part, Progress, Step};
use super::use_object::Use;
use crate::Error;
use crate::operations::{Description, OBJECT_MAC, Operation};
use crate::pipeline::Authorized;

/// Makes a message authentication code (KMIP 2.1 §6.1.32).
pub struct MakeMac {
    /// Which object.
    pub identifier: UniqueIdentifier,
    /// How; what the object's own parameters say if none.
    pub parameters: Option<CryptographicParameters>,
    /// The data.
    pub data: Vec<u8>,
    /// Which part it is.
    pub part: Part,
}

/// What making a code gave.
#[derive(Debug, PartialEq, Eq)]
pub struct MadeMac {
    /// The code, at the end.
    pub mac: Option<Vec<u8>>,
    /// The stream to go on with, unless the message ended.
    pub correlation: Option<Vec<u8>>,
}

impl Operation for MakeMac {
    type Reply = MadeMac;

    const DESCRIPTION: &'static Description = OBJECT_MAC;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<MadeMac, Error> {
        let used = Use::new(&authorized, Usage::MAC_GENERATE)?;
        let kind = Kind::Keyed(StreamKind::Mac);
        let data = self.data.as_slice();
        let step = self.part.step()?;
        if let Step::GoOn { correlation, last } = step {
            used.count_bytes(data.len()).await?;
            return used.go_on(kind, (correlation, last), (data, None)).map(MadeMac::from);
        }
        let (parameters, _) = used.choose(Purpose::Mac, self.parameters.as_ref(), false)?;
        let key = used.key()?;
        used.count(data.len()).await?;
        if matches!(step, Step::Begin) {
            let request = ParametricCipher {
                parameters: &parameters,
                nonce: None,
                additional_data: &[],
                input: &[],
                tag: None,
            };
            let stream = key.stream(StreamKind::Mac, request).map_err(failure)?;
            return used.begin(kind, stream, (data, None)).map(MadeMac::from);
        }
        let message = ParametricMessage { parameters: &parameters, data, digested: false };
        let mac = key.mac(message).map_err(failure)?;
        Ok(MadeMac { mac: Some(mac), correlation: None })
    }
}

impl From<Progress> for MadeMac {
    fn from(progress: Progress) -> Self {
        let Progress { output, correlation, .. } = progress;
        Self { mac: correlation.is_none().then_some(output), correlation }
    }
}
