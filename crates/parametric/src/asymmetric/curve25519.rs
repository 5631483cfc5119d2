//! Ed25519 (RFC 8032) and X25519 (RFC 7748), over aws-lc-rs.

use std::sync::Arc;

use aws_lc_rs::agreement::{self, UnparsedPublicKey};
use aws_lc_rs::signature::{self, Ed25519KeyPair, KeyPair};
use claviger_model::{DerivationMethod, RecommendedCurve};
use claviger_ports::{
    CryptoError, KeyComponents, ParametricCipher, ParametricDerivation, ParametricKey,
    ParametricMessage, ParametricStream, StreamKind,
};
use claviger_secret::SecretBytes;

use super::stream::SignatureStream;
use super::unsupported;
use crate::symmetric::refuse_input;
use crate::{derive, format};

const LENGTH: usize = 32;

const INVALID: CryptoError =
    CryptoError::InvalidKey("a key on Curve25519 has 32 bytes, private and public");

/// Makes a key ready to act.
pub(super) fn load(components: &KeyComponents) -> Result<Arc<dyn ParametricKey>, CryptoError> {
    let kind = match components {
        KeyComponents::Ed25519Private { seed } => Kind::Signing(Arc::new(pair_of(seed)?)),
        KeyComponents::Ed25519Public { point } => Kind::Verifying(checked(point)?),
        KeyComponents::EcPrivate { scalar, .. } => Kind::Agreeing(private_of(scalar)?),
        KeyComponents::EcPublic { point, .. } => {
            checked(point)?;
            Kind::Peer
        }
        _ => return Err(CryptoError::Internal),
    };
    Ok(Arc::new(Curve25519Key { kind, public: public_of(components)? }))
}

/// The public numbers.
pub(super) fn public_of(components: &KeyComponents) -> Result<KeyComponents, CryptoError> {
    let curve = RecommendedCurve::Curve25519;
    match components {
        KeyComponents::Ed25519Private { seed } => {
            let point = pair_of(seed)?.public_key().as_ref().to_vec();
            Ok(KeyComponents::Ed25519Public { point })
        }
        KeyComponents::Ed25519Public { point } => {
            Ok(KeyComponents::Ed25519Public { point: checked(point)? })
        }
        KeyComponents::EcPrivate { scalar, .. } => {
            let public =
                private_of(scalar)?.compute_public_key().map_err(|_| CryptoError::Internal)?;
            Ok(KeyComponents::EcPublic { curve, point: public.as_ref().to_vec() })
        }
        KeyComponents::EcPublic { point, .. } => {
            Ok(KeyComponents::EcPublic { curve, point: checked(point)? })
        }
        _ => Err(CryptoError::Internal),
    }
}

fn checked(point: &[u8]) -> Result<Vec<u8>, CryptoError> {
    if point.len() == LENGTH { Ok(point.to_vec()) } else { Err(INVALID) }
}

fn pair_of(seed: &SecretBytes) -> Result<Ed25519KeyPair, CryptoError> {
    Ed25519KeyPair::from_seed_unchecked(seed.expose("load the key")).map_err(|_| INVALID)
}

fn private_of(scalar: &SecretBytes) -> Result<agreement::PrivateKey, CryptoError> {
    let scalar = format::fit(scalar, LENGTH)?;
    agreement::PrivateKey::from_private_key(&agreement::X25519, scalar.expose("load the key"))
        .map_err(|_| INVALID)
}

enum Kind {
    Signing(Arc<Ed25519KeyPair>),
    Verifying(Vec<u8>),
    Agreeing(agreement::PrivateKey),
    /// The other side of an agreement; its point is in the public numbers.
    Peer,
}

/// A key, ready to act.
struct Curve25519Key {
    kind: Kind,
    public: KeyComponents,
}

fn verify(point: &[u8], message: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
    signature::UnparsedPublicKey::new(&signature::ED25519, point)
        .verify(message, signature)
        .map_err(|_| CryptoError::Failed)
}

impl Curve25519Key {
    /// The point that signatures are checked with.
    fn point(&self) -> Result<Vec<u8>, CryptoError> {
        match &self.kind {
            Kind::Signing(pair) => Ok(pair.public_key().as_ref().to_vec()),
            Kind::Verifying(point) => Ok(point.clone()),
            Kind::Agreeing(_) | Kind::Peer => unsupported(),
        }
    }
}

impl ParametricKey for Curve25519Key {
    fn sign(&self, message: ParametricMessage<'_>) -> Result<Vec<u8>, CryptoError> {
        match &self.kind {
            Kind::Signing(pair) if !message.digested => {
                Ok(pair.sign(message.data).as_ref().to_vec())
            }
            _ => unsupported(),
        }
    }

    fn verify(&self, message: ParametricMessage<'_>, signature: &[u8]) -> Result<(), CryptoError> {
        if message.digested {
            return unsupported();
        }
        verify(&self.point()?, message.data, signature)
    }

    fn derive(&self, request: ParametricDerivation<'_>) -> Result<SecretBytes, CryptoError> {
        let Kind::Agreeing(private) = &self.kind else { return unsupported() };
        if request.method != DerivationMethod::AsymmetricKey {
            return unsupported();
        }
        let peer = match derive::peer_of(&request)? {
            KeyComponents::EcPublic { curve: RecommendedCurve::Curve25519, point } => point,
            _ => return Err(derive::WRONG_PEER),
        };
        let shared = agreement::agree(
            private,
            UnparsedPublicKey::new(&agreement::X25519, peer),
            CryptoError::Failed,
            |shared| Ok(SecretBytes::copy_from(shared)),
        )?;
        derive::shortened(shared, request.length)
    }

    fn stream(
        &self,
        kind: StreamKind,
        request: ParametricCipher<'_>,
    ) -> Result<Box<dyn ParametricStream>, CryptoError> {
        refuse_input(request.input)?;
        let point = self.point()?;
        let verifier = Box::new(move |data: &[u8], proof: &[u8]| verify(&point, data, proof));
        match (kind, &self.kind) {
            (StreamKind::Sign, Kind::Signing(pair)) => {
                let pair = Arc::clone(pair);
                let signer = Box::new(move |data: &[u8]| Ok(pair.sign(data).as_ref().to_vec()));
                Ok(Box::new(SignatureStream::new(None, false, signer, verifier)))
            }
            (StreamKind::Verify, _) => Ok(Box::new(SignatureStream::new(
                None,
                true,
                Box::new(|_| unsupported()),
                verifier,
            ))),
            _ => unsupported(),
        }
    }

    fn public_components(&self) -> Result<KeyComponents, CryptoError> {
        public_of(&self.public)
    }
}
