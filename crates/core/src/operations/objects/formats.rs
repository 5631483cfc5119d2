//! Key material in the format that is asked for.
//!
//! What a client registered goes back byte for byte where its own format is asked for, or none. Otherwise the key's numbers
//! are read and written anew.

use claviger_model::{
    AttributeKind, CryptographicAlgorithm, KeyFormat, KeyFormatType, KeySpec, Object, ObjectType,
    Value,
};
use claviger_ports::{CryptoError, KeyComponents};
use claviger_secret::SecretBytes;

use super::content::{Given, KeyBytes, KeyContent};
use super::hidden;
use super::kind::{default_format, native_length};
use super::parametric::{algorithm_of, failure, prepare};
use super::templates::read_list;
use super::transparent::{
    SecretStructure, as_ed25519, components_of, is_transparent, structure_of,
};
use crate::codec::{Block, Material, decode_value};
use crate::keyring::LoadedVersion;
use crate::kms::Shared;
use crate::{Error, ErrorKind};

/// KMIP's Key Compression Type of an uncompressed point.
const UNCOMPRESSED: u32 = 1;
/// Of a point compressed as X9.62 does it over a prime field.
const COMPRESSED_PRIME: u32 = 2;

/// An object's material as the parametric port takes it.
#[expect(
    clippy::large_enum_variant,
    reason = "it lives on the stack, for as long as a key is loaded or converted"
)]
pub(crate) enum Encoded {
    /// Bytes in a format.
    Bytes(KeyFormatType, SecretBytes),
    /// The key's numbers.
    Components(KeyComponents),
}

/// The material of a version, for the parametric port.
pub(crate) fn encoded(shared: &Shared, version: &LoadedVersion) -> Result<Encoded, Error> {
    let object = version.object();
    match version.material() {
        Material::Secret(secret) => {
            let (format, bytes) = native_secret(shared, object, secret)?;
            Ok(Encoded::Bytes(format, bytes))
        }
        Material::Public(public) => {
            Ok(Encoded::Bytes(KeyFormatType::X509, SecretBytes::copy_from(public)))
        }
        Material::Block(block) => encoded_block(shared, object, block),
        Material::Absent => Err(absent()),
        Material::Destroyed => Err(destroyed()),
    }
}

/// Generated material in a format that says what it is.
fn native_secret(
    shared: &Shared,
    object: &Object,
    secret: &SecretBytes,
) -> Result<(KeyFormatType, SecretBytes), Error> {
    let copy = || secret.duplicate("handing key material to the cryptography");
    Ok(match object.spec {
        KeySpec::Rsa2048
        | KeySpec::Rsa3072
        | KeySpec::Rsa4096
        | KeySpec::EcP256
        | KeySpec::EcP384
        | KeySpec::EcP521
        | KeySpec::EcSecp256k1 => (KeyFormatType::Pkcs8, copy()),
        // Their material is the bare seed.
        KeySpec::Ed25519 | KeySpec::X25519 => {
            (KeyFormatType::Pkcs8, shared.crypto.export(object.spec, secret, KeyFormat::Pkcs8)?)
        }
        KeySpec::MlKem512
        | KeySpec::MlKem768
        | KeySpec::MlKem1024
        | KeySpec::MlDsa44
        | KeySpec::MlDsa65
        | KeySpec::MlDsa87 => return Err(CryptoError::Unsupported.into()),
        KeySpec::Other if object.object_type == ObjectType::PrivateKey => {
            (KeyFormatType::Pkcs8, copy())
        }
        _ => (KeyFormatType::Raw, copy()),
    })
}

fn encoded_block(shared: &Shared, object: &Object, block: &Block) -> Result<Encoded, Error> {
    if block.wrapping.is_some() {
        return Err(Error::new(
            ErrorKind::InvalidObjectType,
            "the object was registered wrapped, and its key is not known to the service",
            "get it unwrapped with Key Wrap Type Not Wrapped, and register it like this",
        ));
    }
    let why = "handing registered key material to the cryptography";
    match object.object_type {
        ObjectType::Certificate => {
            let public = shared.certificates.facts(block.bytes.expose(why))?.public_key;
            return Ok(Encoded::Bytes(KeyFormatType::X509, SecretBytes::new(public)));
        }
        other => refuse_keyless(other)?,
    }
    let format = match KeyFormatType::from_code(block.format) {
        Some(KeyFormatType::Opaque) => KeyFormatType::Raw,
        Some(format) => format,
        None => return Err(format_not_supported()),
    };
    if !block.structure {
        return Ok(Encoded::Bytes(format, block.bytes.duplicate(why)));
    }
    let structure = decode_value(block.bytes.expose(why)).map(SecretStructure);
    let wrong = || Error::inconsistent(&format!("the object {}", object.id));
    let components = components_of(format, &structure.ok_or_else(wrong)?.0)?;
    let named = object.attributes.get(AttributeKind::CryptographicAlgorithm);
    let is_ed25519 =
        named.and_then(Value::as_enumeration) == Some(CryptographicAlgorithm::Ed25519.code());
    let components = if is_ed25519 { as_ed25519(components) } else { components };
    Ok(Encoded::Components(components))
}

/// Refuses objects of types that the service reads no key from.
pub(super) fn refuse_keyless(object_type: ObjectType) -> Result<(), Error> {
    match object_type {
        ObjectType::SymmetricKey
        | ObjectType::PublicKey
        | ObjectType::PrivateKey
        | ObjectType::SecretData
        | ObjectType::SplitKey
        | ObjectType::Certificate => Ok(()),
        ObjectType::CertificateRequest
        | ObjectType::OpaqueObject
        | ObjectType::PgpKey
        | ObjectType::Template => Err(Error::new(
            ErrorKind::InvalidObjectType,
            format!("an object of the type {object_type} is no key"),
            "use a key, secret data or a certificate",
        )),
    }
}

/// The key block of a version in a format: the one that was asked for, or that it was registered in, or the default of KMIP 2.1
/// §4.26.
///
/// # Errors
/// [`ErrorKind::KeyFormatNotSupported`], [`ErrorKind::KeyCompressionNotSupported`], [`ErrorKind::InvalidObjectType`] of an
/// object without key block, [`ErrorKind::ObjectDestroyed`].
pub(crate) fn key_content(
    shared: &Shared,
    version: &LoadedVersion,
    format: Option<u32>,
    compression: Option<u32>,
) -> Result<KeyContent, Error> {
    let object = version.object();
    let asked = match format {
        None => None,
        Some(code) => Some(KeyFormatType::from_code(code).ok_or_else(format_not_supported)?),
    };
    let mut content = match version.material() {
        Material::Block(block) => {
            let same = format.is_none_or(|format| format == block.format);
            if same && compression.is_none_or(|asked| Some(asked) == block.compression) {
                as_registered(object, block)?
            } else if block.wrapping.is_some() {
                return Err(Error::new(
                    ErrorKind::KeyFormatNotSupported,
                    "a wrapped key cannot be given in another format than it was registered in",
                    "ask for no format, or for the key unwrapped",
                ));
            } else {
                let format = asked.or_else(|| KeyFormatType::from_code(block.format));
                convert(shared, version, format, compression)?
            }
        }
        Material::Absent => KeyContent {
            format: format
                .or_else(|| registered_format(object))
                .unwrap_or(KeyFormatType::Raw.code()),
            value: None,
            ..KeyContent::empty()
        },
        Material::Destroyed => return Err(destroyed()),
        Material::Secret(_) | Material::Public(_) => {
            let format =
                asked.or_else(|| registered_format(object).and_then(KeyFormatType::from_code));
            convert(shared, version, format, compression)?
        }
    };
    describe(object, &mut content);
    Ok(content)
}

fn as_registered(object: &Object, block: &Block) -> Result<KeyContent, Error> {
    let Block { format, bytes, structure, compression, wrapping } = block;
    let why = "returning a key as it was registered";
    let value = if wrapping.is_some() {
        KeyBytes::Wrapped(bytes.duplicate(why))
    } else if *structure {
        let structure = decode_value(bytes.expose(why));
        let wrong = || Error::inconsistent(&format!("the object {}", object.id));
        KeyBytes::Structure(structure.ok_or_else(wrong)?)
    } else {
        KeyBytes::Bytes(bytes.duplicate(why))
    };
    Ok(KeyContent {
        format: *format,
        compression: *compression,
        value: Some(value),
        attributes: key_value_attributes(object),
        wrapping: wrapping.clone(),
        ..KeyContent::empty()
    })
}

/// The algorithm and the length that the key block says.
fn describe(object: &Object, content: &mut KeyContent) {
    let attributes = &object.attributes;
    content.algorithm =
        hidden::value(attributes, hidden::BLOCK_ALGORITHM).and_then(Value::as_enumeration);
    content.length = hidden::value(attributes, hidden::BLOCK_LENGTH).and_then(Value::as_integer);
    // Secret data say neither unless the client did (KMIP 2.1 §3.1).
    if object.object_type == ObjectType::SecretData {
        return;
    }
    if content.algorithm.is_none() {
        let named = attributes.get(AttributeKind::CryptographicAlgorithm);
        content.algorithm = named
            .and_then(Value::as_enumeration)
            .or_else(|| algorithm_of(object.spec).map(|algorithm| algorithm.code()));
    }
    if content.length.is_none() {
        let named = attributes.get(AttributeKind::CryptographicLength);
        content.length = named.and_then(Value::as_integer).or_else(|| native_length(object.spec));
    }
}

/// The attributes inside the Key Value, as they were given.
fn key_value_attributes(object: &Object) -> Given {
    let kept = hidden::value(&object.attributes, hidden::KEY_VALUE_ATTRIBUTES);
    kept.and_then(read_list).unwrap_or_default()
}

/// The Key Format Type attribute: of generated keys what the client wished for.
fn registered_format(object: &Object) -> Option<u32> {
    object.attributes.get(AttributeKind::KeyFormatType).and_then(Value::as_enumeration)
}

/// Writes a key's numbers anew.
fn convert(
    shared: &Shared,
    version: &LoadedVersion,
    format: Option<KeyFormatType>,
    compression: Option<u32>,
) -> Result<KeyContent, Error> {
    let object = version.object();
    let encoded = encoded(shared, version)?;
    let prepared = prepare(shared, version);
    let format = match format {
        Some(format) => format,
        None => default_format(object.object_type, prepared.algorithm())
            .ok_or_else(format_not_supported)?,
    };
    let value = match encoded {
        // What is there already is in the format, so that odd keys that nobody can read pass as well.
        Encoded::Bytes(had, bytes) if had == plain(format) && compression.is_none() => {
            KeyBytes::Bytes(bytes)
        }
        Encoded::Bytes(had, bytes) => {
            let material = prepared.material(had, &bytes);
            let components = shared.parametric.components(material).map_err(unconvertible)?;
            written(shared, object.object_type, components, format, compression)?
        }
        Encoded::Components(components) => {
            written(shared, object.object_type, components, format, compression)?
        }
    };
    Ok(KeyContent {
        format: format.code(),
        compression,
        value: Some(value),
        attributes: key_value_attributes(object),
        ..KeyContent::empty()
    })
}

/// Raw and Opaque are the same bytes.
const fn plain(format: KeyFormatType) -> KeyFormatType {
    match format {
        KeyFormatType::Opaque => KeyFormatType::Raw,
        other => other,
    }
}

/// A key's numbers in a format. A private key is not given where a public one is asked for, nor the other way round.
fn written(
    shared: &Shared,
    object_type: ObjectType,
    components: KeyComponents,
    format: KeyFormatType,
    compression: Option<u32>,
) -> Result<KeyBytes, Error> {
    let public = object_type == ObjectType::PublicKey;
    let components = match components {
        private @ (KeyComponents::RsaPrivate { .. }
        | KeyComponents::DsaPrivate { .. }
        | KeyComponents::DhPrivate { .. }
        | KeyComponents::EcPrivate { .. }
        | KeyComponents::Ed25519Private { .. })
            if public =>
        {
            shared.parametric.public_of(&private).map_err(unconvertible)?
        }
        other => other,
    };
    let components = compressed(components, format, compression)?;
    if is_transparent(format) {
        let structure = structure_of(&components, format).ok_or_else(format_not_supported)?;
        return Ok(KeyBytes::Structure(structure));
    }
    if !public && matches!(format, KeyFormatType::X509) {
        return Err(format_not_supported());
    }
    let bytes = shared.parametric.encode(&components, format).map_err(unconvertible)?;
    Ok(KeyBytes::Bytes(bytes))
}

/// The numbers of an elliptic curve's public key with its point compressed, where that is asked for.
fn compressed(
    components: KeyComponents,
    format: KeyFormatType,
    compression: Option<u32>,
) -> Result<KeyComponents, Error> {
    match (components, compression) {
        (components, None) => Ok(components),
        (components @ KeyComponents::EcPublic { .. }, Some(UNCOMPRESSED)) => Ok(components),
        (KeyComponents::EcPublic { curve, point }, Some(COMPRESSED_PRIME))
            if is_transparent(format) && point.len() % 2 == 1 && point[0] == 4 =>
        {
            let (x, y) = point[1..].split_at(point.len() / 2);
            let odd = y.last().is_some_and(|last| last & 1 == 1);
            let point = [&[if odd { 3 } else { 2 }], x].concat();
            Ok(KeyComponents::EcPublic { curve, point })
        }
        _ => Err(Error::new(
            ErrorKind::KeyCompressionNotSupported,
            "the key cannot be given in this compression",
            "ask for none; points of prime curves are compressed in the format Transparent EC Public Key",
        )),
    }
}

/// Why a key's numbers could not be read or written anew.
fn unconvertible(error: CryptoError) -> Error {
    match error {
        CryptoError::Unsupported
        | CryptoError::InvalidKey(_)
        | CryptoError::InvalidParameter(_) => format_not_supported(),
        error => failure(error),
    }
}

fn format_not_supported() -> Error {
    Error::new(
        ErrorKind::KeyFormatNotSupported,
        "the key cannot be given in this format",
        "ask for a format of keys of its kind, or for none to get it as it was registered",
    )
}

/// Refuses an object whose material is elsewhere.
pub(super) fn refuse_absent(version: &LoadedVersion) -> Result<(), Error> {
    if matches!(version.material(), Material::Absent) { Err(absent()) } else { Ok(()) }
}

/// What is said of an object whose material is elsewhere.
pub(super) fn absent() -> Error {
    Error::new(
        ErrorKind::KeyValueNotPresent,
        "the object's key value is not kept here",
        "use it where its Key Value Location says, or register the value as well",
    )
}

/// What is said of an object whose material is gone.
pub(super) fn destroyed() -> Error {
    Error::new(
        ErrorKind::ObjectDestroyed,
        "the object was destroyed",
        "use another object; what is destroyed does not come back",
    )
}
