//! Keys on P-224, P-256, P-384, P-521 and secp256k1: ECDSA (FIPS 186-5; signatures are DER, SEC 1 §C.5), ECDH.
//!
//! Padding and algorithm of the parameters mean nothing here: a key on a curve signs with ECDSA.

use std::sync::Arc;

use claviger_model::{
    CryptographicParameters, DerivationMethod, HashingAlgorithm, RecommendedCurve,
};
use claviger_ports::{
    CryptoError, KeyComponents, ParametricCipher, ParametricDerivation, ParametricKey,
    ParametricMessage, ParametricStream, StreamKind,
};
use claviger_secret::SecretBytes;

use super::stream::SignatureStream;
use super::unsupported;
use crate::foreign::{EcCurve, EcKey};
use crate::legacy::{Fence, Use};
use crate::symmetric::refuse_input;
use crate::{defaults, derive, format, hash};

/// A key on a curve, ready to act.
pub(crate) struct EcParametricKey {
    key: Arc<EcKey>,
    curve: RecommendedCurve,
    is_private: bool,
    fence: Fence,
}

const INVALID: CryptoError = CryptoError::InvalidKey(
    "the key is not valid for its curve: the scalar is out of range, or the point not on the curve",
);

fn invalid(error: CryptoError) -> CryptoError {
    if error == CryptoError::Failed { INVALID } else { error }
}

fn key_of(components: &KeyComponents) -> Result<(EcKey, RecommendedCurve, bool), CryptoError> {
    match components {
        KeyComponents::EcPublic { curve, point } => {
            let known = EcCurve::new(*curve).ok_or(CryptoError::Unsupported)?;
            Ok((EcKey::public(known, point).map_err(invalid)?, *curve, false))
        }
        KeyComponents::EcPrivate { curve, scalar } => {
            let known = EcCurve::new(*curve).ok_or(CryptoError::Unsupported)?;
            let scalar = format::fit(scalar, known.scalar_length)?;
            let key = EcKey::private(known, scalar.expose("load the key")).map_err(invalid)?;
            Ok((key, *curve, true))
        }
        _ => Err(CryptoError::Internal),
    }
}

/// The public numbers.
pub(super) fn public_of(components: &KeyComponents) -> Result<KeyComponents, CryptoError> {
    match (components, key_of(components)) {
        // Numbers on a curve that nobody computes on stay as they are.
        (KeyComponents::EcPublic { curve, point }, Err(CryptoError::Unsupported)) => {
            Ok(KeyComponents::EcPublic { curve: *curve, point: point.clone() })
        }
        (_, key) => {
            let (key, curve, _) = key?;
            Ok(KeyComponents::EcPublic { curve, point: key.point()? })
        }
    }
}

impl EcParametricKey {
    /// Makes a key ready.
    pub(crate) fn new(components: &KeyComponents, fence: Fence) -> Result<Self, CryptoError> {
        let (key, curve, is_private) = key_of(components)?;
        Ok(Self { key: Arc::new(key), curve, is_private, fence })
    }

    fn hash(&self, parameters: &CryptographicParameters) -> Result<HashingAlgorithm, CryptoError> {
        self.fence.check(Use::Curve(self.curve))?;
        let hash = defaults::signature_hash(parameters, Some(self.curve));
        self.fence.check(Use::SignatureHash(hash)).map(|()| hash)
    }

    fn digest(&self, message: &ParametricMessage<'_>) -> Result<Vec<u8>, CryptoError> {
        let hash = self.hash(message.parameters)?;
        if !message.digested {
            return Ok(hash::hash(hash, message.data));
        }
        let named = defaults::named_signature_hash(message.parameters);
        if named.is_some_and(|hash| hash::length_of(hash) != message.data.len())
            || message.data.is_empty()
        {
            return Err(CryptoError::InvalidParameter(
                "the digest has not the length of the hash that is named",
            ));
        }
        Ok(message.data.to_vec())
    }
}

impl ParametricKey for EcParametricKey {
    fn sign(&self, message: ParametricMessage<'_>) -> Result<Vec<u8>, CryptoError> {
        if !self.is_private {
            return unsupported();
        }
        let digest = self.digest(&message)?;
        self.key.sign(&digest).map_err(|_| CryptoError::Internal)
    }

    fn verify(&self, message: ParametricMessage<'_>, signature: &[u8]) -> Result<(), CryptoError> {
        let digest = self.digest(&message)?;
        self.key.verify(&digest, signature)
    }

    fn derive(&self, request: ParametricDerivation<'_>) -> Result<SecretBytes, CryptoError> {
        if !self.is_private || request.method != DerivationMethod::AsymmetricKey {
            return unsupported();
        }
        self.fence.check(Use::Curve(self.curve))?;
        let peer = derive::peer_of(&request)?;
        let (peer, _, _) = match &peer {
            KeyComponents::EcPublic { .. } => key_of(&peer)?,
            _ => return Err(derive::WRONG_PEER),
        };
        derive::shortened(self.key.agree(&peer)?, request.length)
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
            Box::new(move |digest| signer.sign(digest).map_err(|_| CryptoError::Internal)),
            Box::new(move |digest, signature| verifier.verify(digest, signature)),
        )))
    }

    fn public_components(&self) -> Result<KeyComponents, CryptoError> {
        Ok(KeyComponents::EcPublic { curve: self.curve, point: self.key.point()? })
    }
}
