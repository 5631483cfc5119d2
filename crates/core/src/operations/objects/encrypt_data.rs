//! Encrypt data with an object's key.

use claviger_model::{CryptographicParameters, UniqueIdentifier, Usage};
use claviger_ports::{MISSING_NONCE, ParametricCipher, ParametricCiphertext, StreamKind};
use claviger_secret::SecretBytes;

use super::parameters::{Purpose, takes_nonce};
use super::parametric::failure;
use super::streams::{Kind, Part, Progress, Step};
use super::use_object::Use;
use crate::Error;
use crate::operations::{Description, OBJECT_ENCRYPT, Operation};
use crate::pipeline::Authorized;

/// Encrypts data with an object's key (KMIP 2.1 §6.1.17).
pub struct EncryptData {
    /// Which object.
    pub identifier: UniqueIdentifier,
    /// How; what the object's own parameters say if none.
    pub parameters: Option<CryptographicParameters>,
    /// The data, or a part of them.
    pub data: SecretBytes,
    /// The IV, counter or nonce. Without one the service makes it, unless Random IV is false. Clients of such protocols choose
    /// nonces as they like; of a key that the native doors made, its policy must let them (`caller_nonce`).
    pub nonce: Option<Vec<u8>>,
    /// Additional authenticated data, or the label of OAEP. Of a message in parts: with the first.
    pub additional: Vec<u8>,
    /// Which part it is.
    pub part: Part,
}

/// What an encryption gave.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Encrypted {
    /// The ciphertext, or as much of it as can be given already.
    pub data: Vec<u8>,
    /// The IV, counter or nonce, if the service made it.
    pub nonce: Option<Vec<u8>>,
    /// The authentication tag, of the modes that have one, at the end.
    pub tag: Option<Vec<u8>>,
    /// The stream to go on with, unless the message ended.
    pub correlation: Option<Vec<u8>>,
}

impl Operation for EncryptData {
    type Reply = Encrypted;

    const DESCRIPTION: &'static Description = OBJECT_ENCRYPT;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<Encrypted, Error> {
        let used = Use::new(&authorized, Usage::ENCRYPT)?;
        let data = self.data.expose("encrypting a client's data");
        let step = self.part.step()?;
        if let Step::GoOn { correlation, last } = step {
            used.count_bytes(data.len()).await?;
            let kind = Kind::Keyed(StreamKind::Encrypt);
            return used.go_on(kind, (correlation, last), (data, None)).map(Encrypted::from);
        }
        let chosen_nonce = self.nonce.is_some();
        let (parameters, label) =
            used.choose(Purpose::Cipher, self.parameters.as_ref(), chosen_nonce)?;
        let additional = if self.additional.is_empty() { label } else { &self.additional };
        if !chosen_nonce && parameters.random_iv == Some(false) && takes_nonce(&parameters) {
            return Err(failure(MISSING_NONCE));
        }
        let key = used.key()?;
        used.count(data.len()).await?;
        let request = ParametricCipher {
            parameters: &parameters,
            nonce: self.nonce.as_deref(),
            additional_data: additional,
            input: data,
            tag: None,
        };
        if matches!(step, Step::Begin) {
            let request = ParametricCipher { input: &[], ..request };
            let stream = key.stream(StreamKind::Encrypt, request).map_err(failure)?;
            let kind = Kind::Keyed(StreamKind::Encrypt);
            return used.begin(kind, stream, (data, None)).map(Encrypted::from);
        }
        let ParametricCiphertext { output, nonce, tag } = key.encrypt(request).map_err(failure)?;
        Ok(Encrypted { data: output, nonce, tag, correlation: None })
    }
}

impl From<Progress> for Encrypted {
    fn from(progress: Progress) -> Self {
        let Progress { output, correlation, nonce, tag } = progress;
        Self { data: output, nonce, tag, correlation }
    }
}
