//! New key material of any algorithm and length.

use claviger_model::{
    AttributeKind, Attributes, CryptographicAlgorithm, KeySpec, Object, ObjectType,
    RecommendedCurve, Value,
};
use claviger_ports::{CryptoError, ParametricCrypto};
use claviger_secret::SecretBytes;

use super::kind::{default_bits, default_curve, spec_of};
use super::making::{algorithm_of, bits_of};
use super::{fields, parametric};
use crate::codec::Material;
use crate::kms::Shared;
use crate::operations::create::generate as generate_native;
use crate::{Error, ErrorKind};

/// The longest generated symmetric key or secret, in bits.
const SYMMETRIC_LIMIT: u32 = 1 << 16;

/// A new symmetric key or secret.
pub(super) struct NewSecret {
    pub(super) spec: KeySpec,
    pub(super) bits: u32,
    pub(super) material: Material,
}

/// A new pair.
pub(super) struct NewPair {
    pub(super) spec: KeySpec,
    pub(super) bits: u32,
    pub(super) private: Material,
    pub(super) public: Material,
}

/// Makes a symmetric key or secret data as attributes say.
pub(super) fn symmetric(
    shared: &Shared,
    object_type: ObjectType,
    attributes: &Attributes,
) -> Result<NewSecret, Error> {
    let algorithm = algorithm_of(attributes)?;
    let named = attributes.get(AttributeKind::CryptographicAlgorithm).is_some();
    if !named && object_type == ObjectType::SymmetricKey {
        return Err(missing("Cryptographic Algorithm"));
    }
    if algorithm.is_some_and(is_asymmetric) {
        return Err(Error::new(
            ErrorKind::InvalidAttributeValue,
            "the algorithm is not one of symmetric keys",
            "create a key pair instead",
        ));
    }
    let bits = match bits_of(attributes)? {
        Some(bits) => bits,
        None if object_type == ObjectType::SecretData => 256,
        None => algorithm.and_then(default_bits).ok_or_else(|| missing("Cryptographic Length"))?,
    };
    check_bits(algorithm, bits)?;
    let spec = spec_of(object_type, algorithm, bits, None);
    let material = symmetric_bytes(shared, spec, algorithm, bits)?;
    Ok(NewSecret { spec, bits, material: Material::Secret(material) })
}

/// Makes a symmetric key like this one, of whatever length it has.
pub(super) fn again(shared: &Shared, old: &Object) -> Result<(KeySpec, Material), Error> {
    let native = old.spec.symmetric_length().map(|length| length * 8);
    let native = native.and_then(|bits| u32::try_from(bits).ok());
    let bits = bits_of(&old.attributes)?.or(native);
    let bits = bits.filter(|bits| (1..=SYMMETRIC_LIMIT).contains(bits));
    let bits = bits.ok_or_else(|| missing("Cryptographic Length"))?;
    let algorithm = algorithm_of(&old.attributes)?;
    let material = symmetric_bytes(shared, old.spec, algorithm, bits)?;
    let spec = match algorithm {
        // What was registered in a way that the native doors couldn't read is made anew as they can.
        Some(_) => spec_of(old.object_type, algorithm, bits, None),
        None => old.spec,
    };
    Ok((spec, Material::Secret(material)))
}

fn symmetric_bytes(
    shared: &Shared,
    spec: KeySpec,
    algorithm: Option<CryptographicAlgorithm>,
    bits: u32,
) -> Result<SecretBytes, Error> {
    let length = bits.div_ceil(8) as usize;
    if spec != KeySpec::Other && spec.symmetric_length() == Some(length) {
        return Ok(shared.crypto.generate(spec)?);
    }
    // The parts of a DES key must differ and have their parity.
    if let Some(des @ (CryptographicAlgorithm::Des | CryptographicAlgorithm::TripleDes)) = algorithm
    {
        let legacy = shared.settings.legacy_algorithms;
        return Ok(shared.parametric.generate(des, Some(bits), None, legacy)?.material);
    }
    Ok(SecretBytes::try_init(length, |bytes| shared.crypto.random(bytes))?)
}

fn check_bits(algorithm: Option<CryptographicAlgorithm>, bits: u32) -> Result<(), Error> {
    use CryptographicAlgorithm as C;
    let fits = match algorithm {
        Some(C::Aes) => matches!(bits, 128 | 192 | 256 | 512),
        Some(C::ChaCha20 | C::ChaCha20Poly1305 | C::Poly1305) => bits == 256,
        Some(C::Des) => matches!(bits, 56 | 64),
        Some(C::TripleDes) => matches!(bits, 112 | 128 | 168 | 192),
        Some(C::Idea | C::Seed | C::Sm4) => bits == 128,
        Some(C::Skipjack) => bits == 80,
        Some(C::Camellia | C::Aria | C::Twofish) => matches!(bits, 128 | 192 | 256),
        Some(C::Blowfish) => (32..=448).contains(&bits),
        Some(C::Cast5) => (40..=128).contains(&bits),
        _ => true,
    };
    if fits && bits > 0 && bits.is_multiple_of(8) && bits <= SYMMETRIC_LIMIT {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidAttributeValue,
        format!("a key of this algorithm cannot have {bits} bits"),
        "ask for a length that the algorithm has, a multiple of 8",
    ))
}

/// Makes a pair as attributes say; what takes long is done where it keeps nobody waiting.
pub(super) async fn pair(shared: &Shared, attributes: &Attributes) -> Result<NewPair, Error> {
    let named = attributes.get(AttributeKind::CryptographicAlgorithm);
    let algorithm = match (algorithm_of(attributes)?, named) {
        (Some(algorithm), _) => algorithm,
        (None, Some(_)) => return Err(CryptoError::Unsupported.into()),
        (None, None) => return Err(missing("Cryptographic Algorithm")),
    };
    let curve = curve_of(attributes);
    let bits =
        bits_of(attributes)?.or_else(|| curve.map_or_else(|| default_bits(algorithm), curve_bits));
    let curve = curve.or_else(|| default_curve(algorithm, bits?));
    let spec = spec_of(ObjectType::PrivateKey, Some(algorithm), bits.unwrap_or(0), curve);
    if spec != KeySpec::Other {
        let secret = generate_native(shared, spec).await?;
        let public = shared.crypto.load(spec, &secret)?.public_key()?;
        return Ok(NewPair {
            spec,
            bits: bits.unwrap_or(0),
            private: Material::Secret(secret),
            public: Material::Public(public),
        });
    }
    let (parametric, legacy) = (shared.parametric.clone(), shared.settings.legacy_algorithms);
    let task = tokio::task::spawn_blocking(move || {
        ParametricCrypto::generate(&*parametric, algorithm, bits, curve, legacy)
    });
    let made = task.await.unwrap_or(Err(CryptoError::Internal))?;
    let public = made.public_key.ok_or(CryptoError::Unsupported)?;
    Ok(NewPair {
        spec,
        bits: made.bits,
        private: Material::Secret(made.material),
        public: Material::Public(public),
    })
}

/// Makes a pair like that of this private key.
pub(super) async fn pair_like(shared: &Shared, private: &Object) -> Result<NewPair, Error> {
    let mut attributes = private.attributes.clone();
    let kind = AttributeKind::CryptographicAlgorithm;
    if let (None, Some(algorithm)) = (attributes.get(kind), parametric::algorithm_of(private.spec))
    {
        attributes.set(kind, Value::Enumeration(algorithm.code()));
    }
    if curve_of(&attributes).is_none()
        && let Some(curve) = parametric::curve_of(private.spec)
    {
        let curve = vec![(fields::RECOMMENDED_CURVE, Value::Enumeration(curve.code()))];
        attributes.set(AttributeKind::CryptographicDomainParameters, Value::Structure(curve));
    }
    pair(shared, &attributes).await
}

/// The curve that an object's attributes name.
pub(super) fn curve_of(attributes: &Attributes) -> Option<RecommendedCurve> {
    attributes
        .get(AttributeKind::CryptographicDomainParameters)?
        .field(fields::RECOMMENDED_CURVE)
        .and_then(Value::as_enumeration)
        .and_then(RecommendedCurve::from_code)
}

pub(super) const fn curve_bits(curve: RecommendedCurve) -> Option<u32> {
    use RecommendedCurve as R;
    Some(match curve {
        R::Secp160k1 => 160,
        R::K163 | R::B163 => 163,
        R::P192 => 192,
        R::P224 => 224,
        R::K233 | R::B233 => 233,
        R::P256 | R::Secp256k1 | R::Curve25519 => 256,
        R::K283 | R::B283 => 283,
        R::P384 => 384,
        R::K409 | R::B409 => 409,
        R::Curve448 => 448,
        R::P521 => 521,
        R::K571 | R::B571 => 571,
    })
}

const fn is_asymmetric(algorithm: CryptographicAlgorithm) -> bool {
    use CryptographicAlgorithm as C;
    matches!(
        algorithm,
        C::Rsa
            | C::Dsa
            | C::Ecdsa
            | C::Dh
            | C::Ecdh
            | C::Ecmqv
            | C::Ec
            | C::Sm2
            | C::Xmss
            | C::Sphincs256
            | C::McEliece
            | C::McEliece6960119
            | C::McEliece8192128
            | C::Ed25519
            | C::Ed448
    )
}

/// The error for an attribute that a new object must have.
pub(super) fn missing(what: &'static str) -> Error {
    Error::new(
        ErrorKind::InvalidMessage,
        format!("the attribute {what} is missing"),
        "give it with the request, or in a template that the request names",
    )
}
