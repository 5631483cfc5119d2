//! The numbers of RSA keys: which follow from which.
//!
//! Keys come in with any of the combinations that KMIP 2.1 §5.1.4 allows. Factoring the modulus with both exponents is the
//! method of SP 800-56B appendix C; it happens when a key is registered or converted, not when it acts.

use claviger_ports::{CryptoError, KeyComponents};
use claviger_secret::SecretBytes;

use crate::foreign::{Number, RsaNumbers};

/// The sizes that are read, in bits.
const SIZES: std::ops::RangeInclusive<usize> = 512..=8192;

/// The usual public exponent, for keys that don't say theirs.
const USUAL_EXPONENT: [u8; 3] = [1, 0, 1];

/// How often factoring starts anew; each time finds the factors with a probability of one half at least.
const ATTEMPTS: usize = 100;

const INVALID: CryptoError =
    CryptoError::InvalidKey("the RSA key is not valid: its numbers do not belong together");

fn too_few() -> CryptoError {
    CryptoError::InvalidKey(
        "the numbers do not make an RSA private key: give the private exponent, or both primes",
    )
}

/// The modulus, if its size is one that is read.
pub(crate) fn modulus_of(bytes: &[u8]) -> Result<Number, CryptoError> {
    // A number of hostile length isn't even read.
    if bytes.len() > 8192 / 8 + 8 {
        return Err(CryptoError::InvalidKey("RSA keys of 512 to 8192 bits are supported"));
    }
    let modulus = Number::from_bytes(bytes)?;
    if !SIZES.contains(&modulus.bits()) {
        return Err(CryptoError::InvalidKey("RSA keys of 512 to 8192 bits are supported"));
    }
    if modulus.is_odd() { Ok(modulus) } else { Err(INVALID) }
}

/// The public exponent: odd, 3 to 2^32 (larger ones make every use slow).
pub(crate) fn exponent_of(bytes: &[u8]) -> Result<Number, CryptoError> {
    let exponent = Number::from_bytes(bytes.get(..bytes.len().min(1024)).unwrap_or_default())?;
    if bytes.len() > 1024 || exponent.bits() > 33 || !exponent.is_odd() || exponent.is_one() {
        return Err(CryptoError::InvalidKey(
            "the public exponent of an RSA key is odd and between 3 and 2^33",
        ));
    }
    Ok(exponent)
}

/// All numbers of a private key.
pub(crate) fn numbers_of(components: &KeyComponents) -> Result<RsaNumbers, CryptoError> {
    let KeyComponents::RsaPrivate {
        modulus,
        public_exponent,
        private_exponent,
        p,
        q,
        prime_exponent_p,
        prime_exponent_q,
        crt_coefficient,
    } = components
    else {
        return Err(CryptoError::Unsupported);
    };
    let n = modulus_of(modulus)?;
    let given = |number: &Option<SecretBytes>| -> Result<Option<Number>, CryptoError> {
        let Some(bytes) = number else { return Ok(None) };
        let number = Number::from_bytes(bytes.expose("read the key"))?;
        if number.is_below(&n) && !number.is_zero() { Ok(Some(number)) } else { Err(INVALID) }
    };
    let e = public_exponent.as_deref().map(exponent_of).transpose()?;
    let d = given(private_exponent)?;
    let (e, d, p, q) = primes_and_exponents(&n, e, d, given(p)?, given(q)?)?;
    if !p.times(&q)?.equals(&n) {
        return Err(INVALID);
    }
    let one_less = [p.less_one()?, q.less_one()?];
    let dp = given(prime_exponent_p)?.map_or_else(|| d.modulo(&one_less[0]), Ok)?;
    let dq = given(prime_exponent_q)?.map_or_else(|| d.modulo(&one_less[1]), Ok)?;
    let qinv = given(crt_coefficient)?
        .map_or_else(|| q.modulo(&p)?.inverse_modulo(&p), Ok)
        .map_err(|_| INVALID)?;
    Ok(RsaNumbers { n, e, d, p, q, dp, dq, qinv })
}

/// e, d, p and q from those that there are.
fn primes_and_exponents(
    n: &Number,
    e: Option<Number>,
    d: Option<Number>,
    p: Option<Number>,
    q: Option<Number>,
) -> Result<(Number, Number, Number, Number), CryptoError> {
    let primes = match (p, q) {
        (Some(p), Some(q)) => Some((p, q)),
        (Some(p), None) => {
            let q = n.divided_by(&p)?.0;
            Some((p, q))
        }
        (None, Some(q)) => {
            let p = n.divided_by(&q)?.0;
            Some((p, q))
        }
        (None, None) => None,
    };
    let Some((p, q)) = primes else {
        let d = d.ok_or_else(too_few)?;
        let e = e.map_or_else(|| Number::from_bytes(&USUAL_EXPONENT), Ok)?;
        let (p, q) = factor(n, &e, &d)?;
        return Ok((e, d, p, q));
    };
    if p.is_one() || q.is_one() || q.is_zero() {
        return Err(INVALID);
    }
    let (e, d) = match (e, d) {
        (Some(e), Some(d)) => (e, d),
        (Some(e), None) => {
            let d = e.inverse_modulo(&lambda_of(&p, &q)?).map_err(|_| INVALID)?;
            (e, d)
        }
        (None, Some(d)) => {
            let lambda = lambda_of(&p, &q)?;
            let e = d.modulo(&lambda)?.inverse_modulo(&lambda).map_err(|_| INVALID)?;
            (exponent_of(&e.to_public()?)?, d)
        }
        (None, None) => {
            let e = Number::from_bytes(&USUAL_EXPONENT)?;
            let d = e.inverse_modulo(&lambda_of(&p, &q)?).map_err(|_| INVALID)?;
            (e, d)
        }
    };
    Ok((e, d, p, q))
}

/// The least common multiple of p - 1 and q - 1. Needed only where an exponent is missing.
fn lambda_of(p: &Number, q: &Number) -> Result<Number, CryptoError> {
    let (p_less, q_less) = (p.less_one()?, q.less_one()?);
    let common = p_less.common_divisor(&q_less)?;
    Ok(p_less.times(&q_less)?.divided_by(&common)?.0)
}

/// The two factors, the larger first.
fn factor(n: &Number, e: &Number, d: &Number) -> Result<(Number, Number), CryptoError> {
    let product = e.times(d)?;
    if product.is_one() || !product.is_odd() {
        return Err(INVALID);
    }
    let mut odd = product.less_one()?;
    let mut halvings = 0;
    while !odd.is_odd() {
        odd = odd.half()?;
        halvings += 1;
    }
    let n_less_one = n.less_one()?;
    for _ in 0..ATTEMPTS {
        let base = Number::random_below(n)?;
        let mut power = base.power_modulo(&odd, n).map_err(|_| INVALID)?;
        if power.is_one() || power.equals(&n_less_one) {
            continue;
        }
        for _ in 0..halvings {
            let square = power.times_modulo(&power, n)?;
            if square.is_one() {
                let p = power.less_one()?.common_divisor(n)?;
                let q = n.divided_by(&p)?.0;
                return Ok(if p.is_below(&q) { (q, p) } else { (p, q) });
            }
            if square.equals(&n_less_one) {
                break;
            }
            power = square;
        }
    }
    Err(INVALID)
}

/// The same private key with all its numbers.
pub(crate) fn complete(components: &KeyComponents) -> Result<KeyComponents, CryptoError> {
    from_numbers(&numbers_of(components)?)
}

/// A private key of all its numbers.
pub(crate) fn from_numbers(numbers: &RsaNumbers) -> Result<KeyComponents, CryptoError> {
    let secret = |number: &Number| number.to_secret(number.length()).map(Some);
    Ok(KeyComponents::RsaPrivate {
        modulus: numbers.n.to_public()?,
        public_exponent: Some(numbers.e.to_public()?),
        private_exponent: secret(&numbers.d)?,
        p: secret(&numbers.p)?,
        q: secret(&numbers.q)?,
        prime_exponent_p: secret(&numbers.dp)?,
        prime_exponent_q: secret(&numbers.dq)?,
        crt_coefficient: secret(&numbers.qinv)?,
    })
}

/// The public numbers.
pub(crate) fn public_of(components: &KeyComponents) -> Result<KeyComponents, CryptoError> {
    match components {
        KeyComponents::RsaPublic { modulus, public_exponent }
        | KeyComponents::RsaPrivate { modulus, public_exponent: Some(public_exponent), .. } => {
            Ok(KeyComponents::RsaPublic {
                modulus: modulus_of(modulus)?.to_public()?,
                public_exponent: exponent_of(public_exponent)?.to_public()?,
            })
        }
        _ => {
            let numbers = numbers_of(components)?;
            Ok(KeyComponents::RsaPublic {
                modulus: numbers.n.to_public()?,
                public_exponent: numbers.e.to_public()?,
            })
        }
    }
}
