//! Check a message authentication code with an object's key.

use claviger_model::{CryptographicParameters, UniqueIdentifier, Usage};
use claviger_ports::{ParametricCipher, ParametricMessage, StreamKind};

use super::parameters::Purpose;
use super::parametric::failure;
use super::streams::{Kind, Part, Step};
use super::use_object::Use;
use super::verify_signature::{Verified, missing};
use crate::Error;
use crate::operations::{Description, OBJECT_MAC_VERIFY, Operation};
use crate::pipeline::Authorized;

/// Checks a message authentication code (KMIP 2.1 §6.1.33).
pub struct CheckMac {
    /// Which object.
    pub identifier: UniqueIdentifier,
    /// How; what the object's own parameters say if none.
    pub parameters: Option<CryptographicParameters>,
    /// The data.
    pub data: Vec<u8>,
    /// The code. Of a message in parts: with any of them, of which the first counts.
    pub mac: Option<Vec<u8>>,
    /// Which part it is.
    pub part: Part,
}

impl Operation for CheckMac {
    type Reply = Verified;

    const DESCRIPTION: &'static Description = OBJECT_MAC_VERIFY;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<Verified, Error> {
        let used = Use::new(&authorized, Usage::MAC_VERIFY)?;
        let kind = Kind::Keyed(StreamKind::MacVerify);
        let step = self.part.step()?;
        if let Step::GoOn { correlation, last } = step {
            let given = (self.data.as_slice(), self.mac);
            return Verified::of(used.go_on(kind, (correlation, last), given));
        }
        let (parameters, _) = used.choose(Purpose::Mac, self.parameters.as_ref(), false)?;
        let key = used.key()?;
        if matches!(step, Step::Begin) {
            let request = ParametricCipher {
                parameters: &parameters,
                nonce: None,
                additional_data: &[],
                input: &[],
                tag: None,
            };
            let stream = key.stream(StreamKind::MacVerify, request).map_err(failure)?;
            return Verified::of(used.begin(kind, stream, (&self.data, self.mac)));
        }
        let mac = self.mac.as_deref().ok_or_else(|| missing("the message authentication code"))?;
        let message =
            ParametricMessage { parameters: &parameters, data: &self.data, digested: false };
        Verified::whole(key.mac_verify(message, mac))
    }
}
