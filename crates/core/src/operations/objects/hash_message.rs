//! Hash a message with a function that the caller names.

use claviger_model::CryptographicParameters;

use super::parametric::failure;
use super::streams::{Kind, Part, Progress, Step};
use crate::operations::{Description, OBJECT_HASH, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Hashes a message (KMIP 2.1 §6.1.24).
pub struct HashMessage {
    /// With which function; only the first part of a message needs it.
    pub parameters: Option<CryptographicParameters>,
    /// The message.
    pub data: Vec<u8>,
    /// Which part it is.
    pub part: Part,
}

/// What hashing gave.
#[derive(Debug, PartialEq, Eq)]
pub struct Hashed {
    /// The hash, at the end.
    pub hash: Option<Vec<u8>>,
    /// The stream to go on with, unless the message ended.
    pub correlation: Option<Vec<u8>>,
}

impl Operation for HashMessage {
    type Reply = Hashed;

    const DESCRIPTION: &'static Description = OBJECT_HASH;

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<Hashed, Error> {
        let (shared, caller, now) = (authorized.shared(), authorized.caller(), authorized.now());
        let whose = (Kind::Hash, None);
        let given = (self.data.as_slice(), None);
        let step = self.part.step()?;
        if let Step::GoOn { correlation, last } = step {
            let progress = shared.go_on_stream(caller, whose, (correlation, last), given, now);
            return progress.map(Hashed::from);
        }
        let function = self.parameters.and_then(|parameters| parameters.hashing_algorithm);
        let function = function.ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidMessage,
                "the cryptographic parameters name no hashing algorithm",
                "name one, such as SHA-256",
            )
        })?;
        if matches!(step, Step::Begin) {
            let stream = shared.parametric.hash_stream(function).map_err(failure)?;
            return shared.begin_stream(caller, whose, stream, given, now).map(Hashed::from);
        }
        let hash = shared.parametric.hash(function, &self.data).map_err(failure)?;
        Ok(Hashed { hash: Some(hash), correlation: None })
    }
}

impl From<Progress> for Hashed {
    fn from(progress: Progress) -> Self {
        let Progress { output, correlation, .. } = progress;
        Self { hash: correlation.is_none().then_some(output), correlation }
    }
}
