//! What a client registers: checked where it can be, kept as it was given, and described by attributes.

use claviger_model::{
    AttributeKey, AttributeKind, Dates, KeyFormatType, KeySpec, ObjectType, Timestamp, Value,
};
use claviger_secret::SecretBytes;

use super::content::{Content, Given, KeyContent, hidden};
use super::given::{Making, Sorted};
use super::key_registration::keep_key;
use super::making::{Facts, NewObject};
use super::templates::{beneath, write_list};
use super::{certificate_attributes, digest, given, kind};
use crate::codec::{Block, Material};
use crate::kms::Shared;
use crate::{Error, ErrorKind};

/// The largest object, in bytes: as large as a message of KMIP may be.
const SIZE_LIMIT: usize = 1 << 20;

/// Whether a Certificate Request Type is one that is read: PKCS#10, in DER or PEM (KMIP 2.1 §11.6).
pub(super) const fn is_pkcs10(kind: u32) -> bool {
    const PKCS10: u32 = 2;
    const PEM: u32 = 3;
    matches!(kind, PKCS10 | PEM)
}

/// An object of what a client gave.
pub(super) fn register(
    shared: &Shared,
    making: Making,
    attributes: Given,
    mut content: Content,
    now: Timestamp,
) -> Result<NewObject, Error> {
    let inner = attributes_in(&mut content).map(std::mem::take).unwrap_or_default();
    let mut sorted = given::sort(with_inner(attributes, &inner), making)?;
    hide(&mut sorted, &content, &inner);
    finish(shared, making, sorted, content, now)
}

/// An object whose attributes are sorted already.
pub(super) fn register_sorted(
    shared: &Shared,
    mut sorted: Sorted,
    content: Content,
    now: Timestamp,
) -> Result<NewObject, Error> {
    hide(&mut sorted, &content, &Given::new());
    finish(shared, Making::Registered, sorted, content, now)
}

fn finish(
    shared: &Shared,
    making: Making,
    mut sorted: Sorted,
    content: Content,
    now: Timestamp,
) -> Result<NewObject, Error> {
    let object_type = content.object_type();
    // Of a key whose material stays elsewhere, too, the key block says the format.
    let named = content.key().and_then(|key| KeyFormatType::from_code(key.format));
    let (material, spec) = keep(shared, &mut sorted, content)?;
    if matches!(&material, Material::Block(block) if block.bytes.len() > SIZE_LIMIT) {
        return Err(Error::new(
            ErrorKind::TooLarge,
            format!("an object has at most {SIZE_LIMIT} bytes"),
            "keep larger objects elsewhere, encrypted by a key from here",
        ));
    }
    // An imported object may say that it was destroyed; then nothing is left of it.
    let destroyed = sorted.state.is_some_and(claviger_model::State::is_destroyed);
    let facts = Facts {
        object_type,
        spec: if destroyed { KeySpec::Other } else { spec },
        making,
        format: format_of(object_type, &material).or(named),
        digest: digest_of(shared, object_type, &material)?,
    };
    let material = if destroyed { Material::Destroyed } else { material };
    NewObject::new(shared, facts, sorted, material, now)
}

fn keep(
    shared: &Shared,
    sorted: &mut Sorted,
    content: Content,
) -> Result<(Material, KeySpec), Error> {
    let object_type = content.object_type();
    let bytes = match content {
        Content::Certificate { kind, value } => {
            certificate_attributes::describe(shared, &mut sorted.attributes, kind, &value)?;
            SecretBytes::new(value)
        }
        Content::CertificateRequest { kind, value } => {
            if is_pkcs10(kind) {
                shared.certificates.request(&value)?;
            }
            SecretBytes::new(value)
        }
        Content::OpaqueObject { kind, value } => {
            sorted.attributes.set(AttributeKind::OpaqueDataType, Value::Enumeration(kind));
            value
        }
        Content::Template { .. } => {
            // A template's dates are those of the objects to come.
            sorted.dates = Dates::default();
            return Ok((Material::Absent, KeySpec::Other));
        }
        Content::SymmetricKey(key)
        | Content::PublicKey(key)
        | Content::PrivateKey(key)
        | Content::SecretData { key, .. }
        | Content::SplitKey { key, .. }
        | Content::PgpKey { key, .. } => return keep_key(shared, object_type, sorted, key),
    };
    Ok((plain(bytes), KeySpec::Other))
}

/// Bytes of which the object's type says what they are.
pub(super) fn plain(bytes: SecretBytes) -> Material {
    Material::Block(Block { format: 0, bytes, structure: false, compression: None, wrapping: None })
}

/// The attributes that are part of the content.
fn attributes_in(content: &mut Content) -> Option<&mut Given> {
    match content {
        Content::SymmetricKey(key)
        | Content::PublicKey(key)
        | Content::PrivateKey(key)
        | Content::SecretData { key, .. }
        | Content::SplitKey { key, .. }
        | Content::PgpKey { key, .. } => Some(&mut key.attributes),
        Content::Template { attributes } => Some(attributes),
        Content::Certificate { .. }
        | Content::CertificateRequest { .. }
        | Content::OpaqueObject { .. } => None,
    }
}

/// Attributes within the content count as the object's; what was said twice counts once.
fn with_inner(given: Given, inner: &Given) -> Given {
    let new = |entry: &&(AttributeKey, Value)| !given.contains(entry);
    let inner = inner.iter().filter(new).cloned().collect();
    beneath(given, inner)
}

/// Keeps what belongs to the content but is no attribute of the protocol.
fn hide(sorted: &mut Sorted, content: &Content, inner: &Given) {
    let attributes = &mut sorted.attributes;
    let mut keep = |name, value| {
        attributes.add(hidden::key(name), value);
    };
    match content {
        Content::SecretData { kind, .. } => {
            keep(hidden::SECRET_DATA_TYPE, Value::Enumeration(*kind));
        }
        Content::SplitKey { parts, identifier, threshold, method, prime, .. } => {
            keep(hidden::SPLIT_KEY_PARTS, Value::Integer(*parts));
            keep(hidden::KEY_PART_IDENTIFIER, Value::Integer(*identifier));
            keep(hidden::SPLIT_KEY_THRESHOLD, Value::Integer(*threshold));
            keep(hidden::SPLIT_KEY_METHOD, Value::Enumeration(*method));
            if let Some(prime) = prime {
                keep(hidden::PRIME_FIELD_SIZE, Value::BigInteger(prime.clone()));
            }
        }
        Content::CertificateRequest { kind, .. } => {
            keep(hidden::CERTIFICATE_REQUEST_TYPE, Value::Enumeration(*kind));
        }
        Content::PgpKey { version, .. } => keep(hidden::PGP_KEY_VERSION, Value::Integer(*version)),
        Content::Template { .. } => keep(hidden::TEMPLATE, write_list(inner)),
        Content::SymmetricKey(_)
        | Content::PublicKey(_)
        | Content::PrivateKey(_)
        | Content::Certificate { .. }
        | Content::OpaqueObject { .. } => {}
    }
    if let Some(KeyContent { algorithm, length, .. }) = content.key() {
        if let Some(code) = algorithm {
            keep(hidden::BLOCK_ALGORITHM, Value::Enumeration(*code));
        }
        if let Some(bits) = length {
            keep(hidden::BLOCK_LENGTH, Value::Integer(*bits));
        }
        if !inner.is_empty() {
            keep(hidden::KEY_VALUE_ATTRIBUTES, write_list(inner));
        }
    }
}

/// The attribute Key Format Type.
fn format_of(object_type: ObjectType, material: &Material) -> Option<KeyFormatType> {
    match material {
        Material::Block(block) if block.format != 0 => KeyFormatType::from_code(block.format),
        Material::Block(_) => kind::default_format(object_type, None),
        _ => None,
    }
}

fn digest_of(
    shared: &Shared,
    object_type: ObjectType,
    material: &Material,
) -> Result<Option<Value>, Error> {
    let Material::Block(block) = material else { return Ok(None) };
    // Of what is wrapped, the digest would tell nothing about the key.
    if block.wrapping.is_some() {
        return Ok(None);
    }
    let format = match object_type {
        ObjectType::Certificate => KeyFormatType::Raw,
        ObjectType::CertificateRequest => KeyFormatType::Pkcs10,
        ObjectType::OpaqueObject => KeyFormatType::Opaque,
        _ => return digest::of_block(shared, block),
    };
    let bytes = block.bytes.expose("digesting a registered object");
    digest::digest(shared, bytes, format).map(Some)
}
