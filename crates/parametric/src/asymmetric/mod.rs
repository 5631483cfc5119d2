//! Asymmetric keys: RSA, elliptic curves, Ed25519, X25519, DSA, Diffie-Hellman.

mod curve25519;
mod dh;
mod dsa;
mod ec;
mod rsa;
mod rsa_numbers;
mod stream;

use std::sync::Arc;

use claviger_model::RecommendedCurve;
use claviger_ports::{CryptoError, KeyComponents, ParametricKey};

pub(crate) use rsa_numbers::{complete, from_numbers};

use crate::legacy::Fence;

/// Makes a key ready to act.
pub(crate) fn load(
    components: &KeyComponents,
    fence: Fence,
) -> Result<Arc<dyn ParametricKey>, CryptoError> {
    Ok(match components {
        KeyComponents::Symmetric(_) => return Err(CryptoError::Unsupported),
        KeyComponents::RsaPublic { .. } | KeyComponents::RsaPrivate { .. } => {
            Arc::new(rsa::RsaKey::new(components, fence)?)
        }
        KeyComponents::DsaPublic { .. } | KeyComponents::DsaPrivate { .. } => {
            Arc::new(dsa::DsaKey::new(components, fence)?)
        }
        KeyComponents::DhPublic { .. } | KeyComponents::DhPrivate { .. } => {
            Arc::new(dh::DhKey::new(components, fence)?)
        }
        KeyComponents::Ed25519Public { .. }
        | KeyComponents::Ed25519Private { .. }
        | KeyComponents::EcPublic { curve: RecommendedCurve::Curve25519, .. }
        | KeyComponents::EcPrivate { curve: RecommendedCurve::Curve25519, .. } => {
            curve25519::load(components)?
        }
        KeyComponents::EcPublic { .. } | KeyComponents::EcPrivate { .. } => {
            Arc::new(ec::EcParametricKey::new(components, fence)?)
        }
    })
}

/// The public numbers of a private key, or of a public key once more.
pub(crate) fn public_of(components: &KeyComponents) -> Result<KeyComponents, CryptoError> {
    match components {
        KeyComponents::Symmetric(_) => Err(CryptoError::Unsupported),
        KeyComponents::RsaPublic { .. } | KeyComponents::RsaPrivate { .. } => {
            rsa_numbers::public_of(components)
        }
        KeyComponents::DsaPublic { .. } | KeyComponents::DsaPrivate { .. } => {
            dsa::public_of(components)
        }
        KeyComponents::DhPublic { .. } | KeyComponents::DhPrivate { .. } => {
            dh::public_of(components)
        }
        KeyComponents::Ed25519Public { .. }
        | KeyComponents::Ed25519Private { .. }
        | KeyComponents::EcPublic { curve: RecommendedCurve::Curve25519, .. }
        | KeyComponents::EcPrivate { curve: RecommendedCurve::Curve25519, .. } => {
            curve25519::public_of(components)
        }
        KeyComponents::EcPublic { .. } | KeyComponents::EcPrivate { .. } => {
            ec::public_of(components)
        }
    }
}

/// The key has no private half, or its kind can't do this.
const fn unsupported<T>() -> Result<T, CryptoError> {
    Err(CryptoError::Unsupported)
}
