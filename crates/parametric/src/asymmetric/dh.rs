//! Finite-field Diffie-Hellman (SP 800-56A §5.7.1.1).

use claviger_model::DerivationMethod;
use claviger_ports::{CryptoError, KeyComponents, ParametricDerivation, ParametricKey};
use claviger_secret::SecretBytes;

use super::dsa::{number, public_value};
use super::unsupported;
use crate::derive;
use crate::foreign::Number;
use crate::legacy::{Fence, Use};

/// A key, ready to agree, or the other side's.
pub(crate) struct DhKey {
    p: Number,
    g: Number,
    x: Option<Number>,
    public: KeyComponents,
    fence: Fence,
}

/// The public numbers.
pub(super) fn public_of(components: &KeyComponents) -> Result<KeyComponents, CryptoError> {
    let (p, g, q, j, y) = match components {
        KeyComponents::DhPublic { p, g, q, j, y } => (p, g, q, j, y.clone()),
        KeyComponents::DhPrivate { p, g, q, j, x } => {
            (p, g, q, j, public_value(p, g, x)?.to_public()?)
        }
        _ => return Err(CryptoError::Internal),
    };
    Ok(KeyComponents::DhPublic { p: p.clone(), g: g.clone(), q: q.clone(), j: j.clone(), y })
}

impl DhKey {
    /// Makes a key ready.
    pub(crate) fn new(components: &KeyComponents, fence: Fence) -> Result<Self, CryptoError> {
        let public = public_of(components)?;
        let KeyComponents::DhPublic { p, g, .. } = &public else {
            return Err(CryptoError::Internal);
        };
        let x = match components {
            KeyComponents::DhPrivate { x, .. } => Some(number(x.expose("load the key"))?),
            _ => None,
        };
        Ok(Self { p: number(p)?, g: number(g)?, x, public, fence })
    }
}

impl ParametricKey for DhKey {
    fn derive(&self, request: ParametricDerivation<'_>) -> Result<SecretBytes, CryptoError> {
        let Some(x) = &self.x else { return unsupported() };
        if request.method != DerivationMethod::AsymmetricKey {
            return unsupported();
        }
        let bits = u32::try_from(self.p.bits()).map_err(|_| CryptoError::Internal)?;
        self.fence.check(Use::Modulus(bits))?;
        let (p, g, q, y) = match derive::peer_of(&request)? {
            KeyComponents::DhPublic { p, g, q, y, .. } => {
                (number(&p)?, number(&g)?, q, number(&y)?)
            }
            _ => return Err(derive::WRONG_PEER),
        };
        if !p.equals(&self.p) || !g.equals(&self.g) {
            return Err(CryptoError::InvalidParameter(
                "both sides of an agreement need keys with the same p and g",
            ));
        }
        // 1 < y < p - 1, and of order q where that is known (SP 800-56A §5.6.2.3.1).
        let last = p.less_one()?;
        let in_group = match q {
            Some(q) => y.is_below(&p) && y.power_modulo(&number(&q)?, &p)?.is_one(),
            None => true,
        };
        if y.is_zero() || y.is_one() || !y.is_below(&last) || !in_group {
            return Err(CryptoError::InvalidKey("the other side's public key is not in the group"));
        }
        let shared = y.power_modulo(x, &p)?;
        if shared.is_one() {
            return Err(CryptoError::Failed);
        }
        derive::shortened(shared.to_secret(p.length())?, request.length)
    }

    fn public_components(&self) -> Result<KeyComponents, CryptoError> {
        public_of(&self.public)
    }
}
