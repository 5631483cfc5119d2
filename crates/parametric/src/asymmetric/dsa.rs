//! DSA keys (FIPS 186-4), all of whose uses are legacy. Signatures are DER.

use std::sync::Arc;

use claviger_model::{CryptographicAlgorithm, HashingAlgorithm};
use claviger_ports::{
    CryptoError, KeyComponents, ParametricCipher, ParametricKey, ParametricMessage,
    ParametricStream, StreamKind,
};
use claviger_secret::SecretBytes;

use super::stream::SignatureStream;
use super::unsupported;
use crate::foreign::{Dsa, Number};
use crate::legacy::{Fence, Use};
use crate::symmetric::refuse_input;
use crate::{defaults, hash};

/// A DSA key, ready to act.
pub(crate) struct DsaKey {
    key: Arc<Dsa>,
    is_private: bool,
    public: KeyComponents,
    fence: Fence,
}

const INVALID: CryptoError = CryptoError::InvalidKey("the DSA key is not valid");

/// The longest number that is read, in bytes: p of 3072 bits, with room.
const LIMIT: usize = 1024;

/// A number of a key, of a length that isn't hostile.
pub(super) fn number(bytes: &[u8]) -> Result<Number, CryptoError> {
    if bytes.len() > LIMIT {
        return Err(CryptoError::InvalidKey("a number of the key is longer than 8192 bits"));
    }
    Number::from_bytes(bytes)
}

/// `g` to the power of `x` modulo `p`, with the checks that make it safe to compute.
pub(super) fn public_value(p: &[u8], g: &[u8], x: &SecretBytes) -> Result<Number, CryptoError> {
    let (p, g) = (number(p)?, number(g)?);
    let x = number(x.expose("compute the public number"))?;
    if x.is_zero() || !x.is_below(&p) {
        return Err(INVALID);
    }
    g.power_modulo(&x, &p).map_err(|_| INVALID)
}

/// The public numbers.
pub(super) fn public_of(components: &KeyComponents) -> Result<KeyComponents, CryptoError> {
    let (p, q, g, y) = match components {
        KeyComponents::DsaPublic { p, q, g, y } => (p, q, g, y.clone()),
        KeyComponents::DsaPrivate { p, q, g, x } => (p, q, g, public_value(p, g, x)?.to_public()?),
        _ => return Err(CryptoError::Internal),
    };
    Ok(KeyComponents::DsaPublic { p: p.clone(), q: q.clone(), g: g.clone(), y })
}

impl DsaKey {
    /// Makes a key ready.
    pub(crate) fn new(components: &KeyComponents, fence: Fence) -> Result<Self, CryptoError> {
        let public = public_of(components)?;
        let KeyComponents::DsaPublic { p, q, g, y } = &public else {
            return Err(CryptoError::Internal);
        };
        let numbers = [number(p)?, number(q)?, number(g)?, number(y)?];
        let x = match components {
            KeyComponents::DsaPrivate { x, .. } => Some(number(x.expose("load the key"))?),
            _ => None,
        };
        let is_private = x.is_some();
        let key = Arc::new(Dsa::new(numbers, x).map_err(|_| INVALID)?);
        Ok(Self { key, is_private, public, fence })
    }

    fn hash(
        &self,
        parameters: &claviger_model::CryptographicParameters,
    ) -> Result<HashingAlgorithm, CryptoError> {
        self.fence.check(Use::Algorithm(CryptographicAlgorithm::Dsa))?;
        Ok(defaults::signature_hash(parameters, None))
    }

    fn digest(&self, message: &ParametricMessage<'_>) -> Result<Vec<u8>, CryptoError> {
        let hash = self.hash(message.parameters)?;
        if message.digested {
            return Ok(message.data.to_vec());
        }
        Ok(hash::hash(hash, message.data))
    }
}

impl ParametricKey for DsaKey {
    fn sign(&self, message: ParametricMessage<'_>) -> Result<Vec<u8>, CryptoError> {
        if !self.is_private {
            return unsupported();
        }
        let digest = self.digest(&message)?;
        self.key.sign(&digest).map_err(|_| INVALID)
    }

    fn verify(&self, message: ParametricMessage<'_>, signature: &[u8]) -> Result<(), CryptoError> {
        let digest = self.digest(&message)?;
        self.key.verify(&digest, signature)
    }

    fn stream(
        &self,
        kind: StreamKind,
        request: ParametricCipher<'_>,
    ) -> Result<Box<dyn ParametricStream>, CryptoError> {
        refuse_input(request.input)?;
        let verifies = match kind {
            StreamKind::Sign if self.is_private => false,
            StreamKind::Verify => true,
            _ => return unsupported(),
        };
        let hash = self.hash(request.parameters)?;
        let (signer, verifier) = (Arc::clone(&self.key), Arc::clone(&self.key));
        Ok(Box::new(SignatureStream::new(
            Some(hash),
            verifies,
            Box::new(move |digest| signer.sign(digest).map_err(|_| INVALID)),
            Box::new(move |digest, signature| verifier.verify(digest, signature)),
        )))
    }

    fn public_components(&self) -> Result<KeyComponents, CryptoError> {
        public_of(&self.public)
    }
}
