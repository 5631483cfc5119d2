//! Registered keys: whether the material is what the client says, and what it says of itself.

use claviger_model::{
    AttributeKind, CryptographicAlgorithm, KeyFormatType, KeySpec, LinkType, ObjectType,
    RecommendedCurve, UniqueIdentifier, Value,
};
use claviger_ports::{CryptoError, KeyComponents, ParametricMaterial};
use claviger_secret::SecretBytes;

use super::content::{KeyBytes, KeyContent};
use super::generate::curve_of;
use super::given::Sorted;
use super::kind::spec_of;
use super::making::{algorithm_of, bits_of, length};
use super::native::native_block;
use super::transparent::components_of;
use super::{fields, links};
use crate::codec::{Block, Material, encode_value};
use crate::kms::Shared;
use crate::{Error, ErrorKind};

/// What is known of a key, from its attributes, its block and its material.
#[derive(Default)]
struct Known {
    algorithm: Option<CryptographicAlgorithm>,
    bits: Option<u32>,
    curve: Option<RecommendedCurve>,
}

/// Keeps a key as it was given, with the attributes that it says itself.
pub(super) fn keep_key(
    shared: &Shared,
    object_type: ObjectType,
    sorted: &mut Sorted,
    key: KeyContent,
) -> Result<(Material, KeySpec), Error> {
    describe_by_block(sorted, &key);
    let mut known = Known {
        algorithm: algorithm_of(&sorted.attributes)?,
        bits: bits_of(&sorted.attributes)?,
        curve: curve_of(&sorted.attributes),
    };
    let KeyContent { format, compression, value, wrapping, .. } = key;
    let block = |bytes, structure| Block { format, bytes, structure, compression, wrapping: None };
    let block = match value {
        None => {
            sorted.attributes.set(AttributeKind::KeyValuePresent, Value::Boolean(false));
            return Ok((Material::Absent, KeySpec::Other));
        }
        Some(KeyBytes::Wrapped(_)) if wrapping.is_none() => {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the key's value is encoded as if it were wrapped, but nothing says how",
                "pass Key Wrapping Data, or the key's material as it is",
            ));
        }
        Some(KeyBytes::Wrapped(bytes)) => {
            link_wrapping_key(sorted, wrapping.as_ref());
            let block = Block { wrapping, ..block(bytes, false) };
            return Ok((Material::Block(block), KeySpec::Other));
        }
        Some(KeyBytes::Bytes(bytes)) => {
            check_bytes(shared, object_type, format, &bytes, &mut known)?;
            block(bytes, false)
        }
        Some(KeyBytes::Structure(structure)) => {
            check_structure(format, &structure, &mut known)?;
            block(encode_value(&structure), true)
        }
    };
    describe_by_material(object_type, sorted, &known);
    let spec = native_spec(shared, object_type, &block, &known);
    Ok((Material::Block(block), spec))
}

/// What the key block says counts where no attribute does.
fn describe_by_block(sorted: &mut Sorted, key: &KeyContent) {
    let attributes = &mut sorted.attributes;
    if let (Some(code), None) =
        (key.algorithm, attributes.get(AttributeKind::CryptographicAlgorithm))
    {
        attributes.set(AttributeKind::CryptographicAlgorithm, Value::Enumeration(code));
    }
    if let (Some(bits), None) = (key.length, attributes.get(AttributeKind::CryptographicLength)) {
        attributes.set(AttributeKind::CryptographicLength, Value::Integer(bits));
    }
}

/// What the material says counts where nothing else does.
fn describe_by_material(object_type: ObjectType, sorted: &mut Sorted, known: &Known) {
    let described = [
        ObjectType::SymmetricKey,
        ObjectType::PublicKey,
        ObjectType::PrivateKey,
        ObjectType::SecretData,
    ];
    if !described.contains(&object_type) {
        return;
    }
    let attributes = &mut sorted.attributes;
    if let (Some(algorithm), None) =
        (known.algorithm, attributes.get(AttributeKind::CryptographicAlgorithm))
    {
        let code = Value::Enumeration(algorithm.code());
        attributes.set(AttributeKind::CryptographicAlgorithm, code);
    }
    if let (Some(bits), None) = (known.bits, attributes.get(AttributeKind::CryptographicLength)) {
        attributes.set(AttributeKind::CryptographicLength, length(bits));
    }
}

/// A wrapped key links to the one that wraps it (KMIP 2.1 §6.1.43).
fn link_wrapping_key(sorted: &mut Sorted, wrapping: Option<&Value>) {
    let identifier = wrapping.and_then(|wrapping| {
        let information = wrapping
            .field(fields::ENCRYPTION_KEY_INFORMATION)
            .or_else(|| wrapping.field(fields::MAC_SIGNATURE_KEY_INFORMATION))?;
        UniqueIdentifier::new(information.field(fields::UNIQUE_IDENTIFIER)?.as_text()?).ok()
    });
    if let Some(identifier) = identifier {
        links::add_apart(&mut sorted.attributes, LinkType::WrappingKey, &identifier);
    }
}

fn check_bytes(
    shared: &Shared,
    object_type: ObjectType,
    format: u32,
    bytes: &SecretBytes,
    known: &mut Known,
) -> Result<(), Error> {
    match object_type {
        ObjectType::SymmetricKey => check_symmetric(bytes.len(), known),
        ObjectType::PublicKey | ObjectType::PrivateKey => {
            let Some(format) = KeyFormatType::from_code(format) else { return Ok(()) };
            if matches!(format, KeyFormatType::Opaque | KeyFormatType::Pkcs12) {
                return Ok(());
            }
            let (algorithm, curve) = (known.algorithm, known.curve);
            let material = ParametricMaterial { algorithm, format, bytes, curve };
            match shared.parametric.components(material) {
                Ok(components) => learn(&components, known),
                // Of what nobody can read, nobody can say that it is wrong.
                Err(CryptoError::Unsupported | CryptoError::Legacy) => Ok(()),
                Err(error) => Err(error.into()),
            }
        }
        ObjectType::SecretData => {
            known.bits = known.bits.or_else(|| u32::try_from(bytes.len() * 8).ok());
            Ok(())
        }
        _ => Ok(()),
    }
}

fn check_structure(format: u32, structure: &Value, known: &mut Known) -> Result<(), Error> {
    let Some(format) = KeyFormatType::from_code(format) else { return Ok(()) };
    learn(&components_of(format, structure)?, known)
}

/// The length of a symmetric key must be the one that was said, but for the parity bits of DES.
fn check_symmetric(bytes: usize, known: &mut Known) -> Result<(), Error> {
    use CryptographicAlgorithm as C;
    let bits = u32::try_from(bytes.saturating_mul(8)).unwrap_or(u32::MAX);
    let fits = match (known.algorithm, known.bits) {
        (Some(C::Des), said) => bytes == 8 && said.is_none_or(|said| matches!(said, 56 | 64)),
        (Some(C::TripleDes), said) => {
            (bytes == 24 && said.is_none_or(|said| matches!(said, 112 | 168 | 192)))
                || (bytes == 16 && said.is_none_or(|said| matches!(said, 112 | 128)))
        }
        (_, Some(said)) => said.div_ceil(8) as usize == bytes,
        (_, None) => bytes > 0,
    };
    if !fits {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "the key's material is not as long as its Cryptographic Length",
            "correct the length, or the material",
        ));
    }
    if known.bits.is_none() {
        known.bits = Some(match known.algorithm {
            Some(C::Des) => 56,
            Some(C::TripleDes) => bits / 8 * 7,
            _ => bits,
        });
    }
    Ok(())
}

/// Takes over what the numbers say, and refuses what contradicts them.
fn learn(components: &KeyComponents, known: &mut Known) -> Result<(), Error> {
    use CryptographicAlgorithm as C;
    let number = |bytes: &[u8]| {
        let significant =
            bytes.iter().position(|&byte| byte != 0).map_or(&[][..], |at| &bytes[at..]);
        let first = significant.first().map_or(0, |first| first.leading_zeros());
        u32::try_from(significant.len() * 8).unwrap_or(u32::MAX).saturating_sub(first)
    };
    let (algorithms, bits): (&[C], u32) = match components {
        KeyComponents::Symmetric(key) => {
            return check_symmetric(key.len(), known);
        }
        KeyComponents::RsaPublic { modulus, .. } | KeyComponents::RsaPrivate { modulus, .. } => {
            (&[C::Rsa], number(modulus))
        }
        KeyComponents::DsaPublic { p, .. } | KeyComponents::DsaPrivate { p, .. } => {
            (&[C::Dsa], number(p))
        }
        KeyComponents::DhPublic { p, .. } | KeyComponents::DhPrivate { p, .. } => {
            (&[C::Dh], number(p))
        }
        KeyComponents::Ed25519Public { .. } | KeyComponents::Ed25519Private { .. } => {
            (&[C::Ed25519], 256)
        }
        KeyComponents::EcPublic { curve, .. } | KeyComponents::EcPrivate { curve, .. } => {
            known.curve = Some(*curve);
            let bits = super::generate::curve_bits(*curve).unwrap_or(0);
            (&[C::Ec, C::Ecdsa, C::Ecdh, C::Ecmqv, C::Ed25519, C::Ed448, C::Sm2], bits)
        }
    };
    let algorithm = *known.algorithm.get_or_insert(algorithms[0]);
    if !algorithms.contains(&algorithm) {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "the key's material is not of its Cryptographic Algorithm",
            "correct the algorithm, or the material",
        ));
    }
    known.bits.get_or_insert(bits);
    Ok(())
}

/// What the native doors call the key, if they can use it as it was registered.
fn native_spec(shared: &Shared, object_type: ObjectType, block: &Block, known: &Known) -> KeySpec {
    let bits = match object_type {
        ObjectType::SecretData => u32::try_from(block.bytes.len() * 8).unwrap_or(0),
        _ => known.bits.unwrap_or(0),
    };
    let spec = spec_of(object_type, known.algorithm, bits, known.curve);
    let usable = spec != KeySpec::Other
        && native_block(&*shared.crypto, &*shared.parametric, spec, block)
            .is_ok_and(|found| found.is_some());
    if usable { spec } else { KeySpec::Other }
}
