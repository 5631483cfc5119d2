//! Sign a message or a digest.

use claviger_model::{Algorithm, KeyName, Usage};
use claviger_ports::SignatureInput;

use super::{Description, Operation, SIGN};
use crate::Error;
use crate::pipeline::Authorized;

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureMessage {
    /// The message, which is hashed as the algorithm says.
    Message(Vec<u8>),
    /// The hash of the message.
    Digest(Vec<u8>),
}

impl SignatureMessage {
    pub(super) fn input(&self) -> SignatureInput<'_> {
        match self {
            Self::Message(message) => SignatureInput::Message(message),
            Self::Digest(digest) => SignatureInput::Digest(digest),
        }
    }
}

/// Signs a message or a digest.
#[derive(Clone, Debug)]
pub struct Sign {
    /// Which key.
    pub key: KeyName,
    /// Which version; the latest if none.
    pub version: Option<u32>,
    /// The algorithm; the key's own if none.
    pub algorithm: Option<Algorithm>,
    /// What is signed.
    pub message: SignatureMessage,
}

/// A signature.
#[derive(Debug, PartialEq, Eq)]
pub struct Signed {
    /// The version that signed.
    pub version: u32,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The signature; ECDSA signatures are DER.
    pub signature: Vec<u8>,
}

impl Operation for Sign {
    type Reply = Signed;

    const DESCRIPTION: &'static Description = SIGN;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.key)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Signed, Error> {
        let usable = authorized.take(self.version, Usage::SIGN, self.algorithm).await?;
        let signature = usable.primitive()?.sign(usable.algorithm, self.message.input())?;
        Ok(Signed { version: usable.number(), algorithm: usable.algorithm, signature })
    }
}
