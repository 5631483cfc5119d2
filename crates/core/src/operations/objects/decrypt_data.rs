//! Decrypt data with an object's key.

use claviger_model::{CryptographicParameters, UniqueIdentifier, Usage};
use claviger_ports::{MISSING_NONCE, ParametricCipher, StreamKind};
use claviger_secret::SecretBytes;

use super::parameters::{Purpose, has_tag, takes_nonce};
use super::parametric::failure;
use super::streams::{Kind, Part, Progress, Step};
use super::trailing_tag::TrailingTag;
use super::use_object::Use;
use crate::operations::{Description, OBJECT_DECRYPT, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Decrypts data with an object's key (KMIP 2.1 §6.1.11).
pub struct DecryptData {
    /// Which object.
    pub identifier: UniqueIdentifier,
    /// How; what the object's own parameters say if none.
    pub parameters: Option<CryptographicParameters>,
    /// The ciphertext, or a part of it.
    pub data: Vec<u8>,
    /// The IV, counter or nonce.
    pub nonce: Option<Vec<u8>>,
    /// Additional authenticated data, or the label of OAEP. Of a message in parts: with the first.
    pub additional: Vec<u8>,
    /// The authentication tag; without one, of a whole message, it is at the end of the ciphertext.
    pub tag: Option<Vec<u8>>,
    /// Whether the tag of a message in parts that comes without one is at the end of its ciphertext too, as in KMIP 1.3, which
    /// has no field for it. What might be the tag is decrypted only when more has come.
    pub tag_trails: bool,
    /// Which part it is.
    pub part: Part,
}

/// What a decryption gave.
pub struct Decrypted {
    /// The data, or as much of them as can be given already.
    pub data: SecretBytes,
    /// The stream to go on with, unless the message ended.
    pub correlation: Option<Vec<u8>>,
}

impl Operation for DecryptData {
    type Reply = Decrypted;

    const DESCRIPTION: &'static Description = OBJECT_DECRYPT;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<Decrypted, Error> {
        let used = Use::new(&authorized, Usage::DECRYPT)?;
        let kind = Kind::Keyed(StreamKind::Decrypt);
        let step = self.part.step()?;
        if let Step::GoOn { correlation, last } = step {
            let given = (self.data.as_slice(), self.tag.clone());
            return used.go_on(kind, (correlation, last), given).map(Decrypted::from);
        }
        let (parameters, label) = used.choose(Purpose::Cipher, self.parameters.as_ref(), false)?;
        if self.nonce.is_none() && takes_nonce(&parameters) {
            return Err(failure(MISSING_NONCE));
        }
        let additional = if self.additional.is_empty() { label } else { &self.additional };
        let key = used.key()?;
        let mut request = ParametricCipher {
            parameters: &parameters,
            nonce: self.nonce.as_deref(),
            additional_data: additional,
            input: &self.data,
            tag: self.tag.as_deref(),
        };
        if matches!(step, Step::Begin) {
            let request = ParametricCipher { input: &[], ..request };
            let mut stream = key.stream(StreamKind::Decrypt, request).map_err(failure)?;
            if self.tag_trails && has_tag(&parameters) {
                stream = Box::new(TrailingTag::new(stream, tag_length(&parameters)));
            }
            return used.begin(kind, stream, (&self.data, self.tag.clone())).map(Decrypted::from);
        }
        if request.tag.is_none() && has_tag(&parameters) {
            (request.input, request.tag) = split_tag(&self.data, &parameters)?;
        }
        let data = key.decrypt(request).map_err(failure)?;
        Ok(Decrypted { data, correlation: None })
    }
}

/// The ciphertext and the tag behind it, as clients of KMIP before 1.4 send them.
fn split_tag<'a>(
    data: &'a [u8],
    parameters: &CryptographicParameters,
) -> Result<(&'a [u8], Option<&'a [u8]>), Error> {
    let ciphertext = data.len().checked_sub(tag_length(parameters)).ok_or_else(|| {
        Error::new(
            ErrorKind::CryptographicFailure,
            "the data are shorter than the authentication tag",
            "pass the tag that the encryption returned",
        )
    })?;
    let (ciphertext, tag) = data.split_at(ciphertext);
    Ok((ciphertext, Some(tag)))
}

/// How long a tag is, in bytes.
fn tag_length(parameters: &CryptographicParameters) -> usize {
    usize::try_from(parameters.tag_length.unwrap_or(16)).unwrap_or(usize::MAX)
}

impl From<Progress> for Decrypted {
    fn from(progress: Progress) -> Self {
        let Progress { output, correlation, .. } = progress;
        Self { data: SecretBytes::new(output), correlation }
    }
}
