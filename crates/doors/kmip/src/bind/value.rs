//! Values and attributes between the messages and the core, which type them the same way.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{Generation, Given};
use claviger_model::{Attribute, AttributeKey, AttributeKind, Field, Value as CoreValue};
use claviger_wire_kmip::{
    AttributeEntry, AttributeReference, MessageError, UniqueIdentifier as Reference, Value,
};
use claviger_wire_ttlv::enumeration::{CryptographicAlgorithm, KeyFormatType, LinkType};
use claviger_wire_ttlv::{Tag, Version, tag};
use zeroize::Zeroizing;

use crate::batch::Batch;
use crate::errors::Outcome;

/// The generation of rules that a version follows.
pub(crate) const fn generation(version: Version) -> Generation {
    if version.major >= 2 { Generation::Two } else { Generation::One }
}

/// A value of a message, for the core.
pub(crate) fn to_core(value: Value) -> CoreValue {
    match value {
        Value::Structure(fields) => CoreValue::Structure(
            fields.into_iter().map(|(tag, value)| (Field(tag.value()), to_core(value))).collect(),
        ),
        Value::Integer(number) => CoreValue::Integer(number),
        Value::LongInteger(number) => CoreValue::LongInteger(number),
        Value::BigInteger(mut number) => CoreValue::BigInteger(std::mem::take(&mut *number)),
        Value::Enumeration(code) => CoreValue::Enumeration(code),
        Value::Boolean(truth) => CoreValue::Boolean(truth),
        Value::Text(text) => CoreValue::Text(text),
        Value::Bytes(mut bytes) => CoreValue::Bytes(std::mem::take(&mut *bytes)),
        Value::DateTime(seconds) => CoreValue::DateTime(seconds),
        Value::Interval(seconds) => CoreValue::Interval(seconds),
        Value::DateTimeExtended(microseconds) => CoreValue::DateTimeExtended(microseconds),
    }
}

/// A value of the core, for a message.
pub(crate) fn to_wire(value: CoreValue) -> Value {
    match value {
        CoreValue::Structure(fields) => Value::Structure(
            fields
                .into_iter()
                .map(|(field, value)| (Tag::from_code(field.0), to_wire(value)))
                .collect(),
        ),
        CoreValue::Integer(number) => Value::Integer(number),
        CoreValue::LongInteger(number) => Value::LongInteger(number),
        CoreValue::BigInteger(number) => Value::BigInteger(Zeroizing::new(number)),
        CoreValue::Enumeration(code) => Value::Enumeration(code),
        CoreValue::Boolean(truth) => Value::Boolean(truth),
        CoreValue::Text(text) => Value::Text(text),
        CoreValue::Bytes(bytes) => Value::Bytes(Zeroizing::new(bytes)),
        CoreValue::DateTime(seconds) => Value::DateTime(seconds),
        CoreValue::Interval(seconds) => Value::Interval(seconds),
        CoreValue::DateTimeExtended(microseconds) => Value::DateTimeExtended(microseconds),
    }
}

/// Which attribute the core knows by a reference.
pub(crate) fn key(batch: &Batch<'_>, reference: &AttributeReference) -> Outcome<AttributeKey> {
    match reference {
        AttributeReference::Standard(tag) => AttributeKind::from_field(Field(tag.value()))
            .map(AttributeKey::Standard)
            .ok_or_else(|| unknown(batch, &tag.to_string())),
        AttributeReference::Vendor { vendor, name } => {
            Ok(AttributeKey::Vendor { vendor: vendor.clone(), name: name.clone() })
        }
        AttributeReference::Unknown(name) => Err(unknown(batch, name)),
    }
}

fn unknown(batch: &Batch<'_>, name: &str) -> MessageError {
    batch.refusal(
        ErrorKind::UnsupportedAttribute,
        format!(
            "there is no attribute {name}; Query and the specification name those that there are"
        ),
    )
}

/// The reference of an attribute.
pub(crate) fn reference(key: &AttributeKey) -> AttributeReference {
    match key {
        AttributeKey::Standard(kind) => {
            AttributeReference::Standard(Tag::from_code(kind.field().0))
        }
        AttributeKey::Vendor { vendor, name } => {
            AttributeReference::Vendor { vendor: vendor.clone(), name: name.clone() }
        }
    }
}

/// The attributes of a request.
pub(crate) fn given(batch: &Batch<'_>, entries: Vec<AttributeEntry>) -> Outcome<Given> {
    entries
        .into_iter()
        .map(|entry| {
            let key = key(batch, &entry.reference)?;
            let value = entry.value.ok_or_else(|| {
                batch.refusal(ErrorKind::InvalidMessage, "an attribute has no value")
            })?;
            let value = attribute(batch, &key, value)?;
            Ok((key, value))
        })
        .collect()
}

/// The value of an attribute of a request. From 2.0 on a link may refer to an object that an earlier operation of the batch left
/// behind (KMIP 2.1 §4.31); the core knows objects by their identifiers alone.
pub(crate) fn attribute(
    batch: &Batch<'_>,
    key: &AttributeKey,
    mut value: Value,
) -> Outcome<CoreValue> {
    let is_link = *key == AttributeKey::Standard(AttributeKind::Link);
    if let Value::Structure(fields) = &mut value
        && is_link
        && batch.version.major >= 2
    {
        for (_, linked) in
            fields.iter_mut().filter(|(tag, _)| *tag == tag::LINKED_OBJECT_IDENTIFIER)
        {
            let reference = match linked {
                Value::Enumeration(code) => Reference::Placeholder((*code).into()),
                Value::Integer(index) => Reference::Index(*index),
                _ => continue,
            };
            *linked = Value::Text(batch.linked(&reference)?.as_str().to_owned());
        }
    }
    Ok(to_core(value))
}

/// Attributes without an index, such as those inside a key value.
pub(crate) fn entries(given: Given) -> Vec<AttributeEntry> {
    given
        .into_iter()
        .map(|(key, value)| AttributeEntry {
            reference: reference(&key),
            index: None,
            value: Some(to_wire(value)),
        })
        .collect()
}

/// The attributes of an answer, but for those that the version doesn't have.
pub(crate) fn answered(mut attributes: Vec<Attribute>, version: Version) -> Vec<AttributeEntry> {
    attributes.retain(|attribute| is_known(attribute, version));
    let has_key = |kind| move |one: &&Attribute| one.key == AttributeKey::Standard(kind);
    let algorithm = attributes.iter().find(has_key(AttributeKind::CryptographicAlgorithm));
    let algorithm = algorithm.and_then(|attribute| attribute.value.as_enumeration());
    for attribute in &mut attributes {
        if attribute.key == AttributeKey::Standard(AttributeKind::Digest) {
            name_format(&mut attribute.value, algorithm, version);
        }
    }
    attributes.into_iter().map(|attribute| entry(attribute, version)).collect()
}

/// Whether a version has such an attribute. Links of types that came later are none of its.
pub(crate) fn is_known(attribute: &Attribute, version: Version) -> bool {
    if attribute.key != AttributeKey::Standard(AttributeKind::Link) {
        return true;
    }
    let kind = attribute.value.field(Field(tag::LINK_TYPE.value()));
    let kind = kind.and_then(CoreValue::as_enumeration);
    kind.is_none_or(|kind| LinkType::from(kind).since() <= version)
}

/// Says the format in a digest over a key of this algorithm as the version calls it.
fn name_format(digest: &mut CoreValue, algorithm: Option<u32>, version: Version) {
    let CoreValue::Structure(fields) = digest else { return };
    for (field, value) in fields {
        if let CoreValue::Enumeration(format) = value
            && field.0 == tag::KEY_FORMAT_TYPE.value()
        {
            *format = key_format(*format, algorithm, version);
        }
    }
}

/// How a version calls a key format. Before 1.3 the transparent keys of elliptic curves had a format for each algorithm, with
/// the same content.
pub(crate) fn key_format(format: u32, algorithm: Option<u32>, version: Version) -> u32 {
    if version >= Version::V1_3 {
        return format;
    }
    let (ecdsa, ecdh, ecmqv) = match KeyFormatType::from(format) {
        KeyFormatType::TransparentECPrivateKey => (
            KeyFormatType::TransparentECDSAPrivateKey,
            KeyFormatType::TransparentECDHPrivateKey,
            KeyFormatType::TransparentECMQVPrivateKey,
        ),
        KeyFormatType::TransparentECPublicKey => (
            KeyFormatType::TransparentECDSAPublicKey,
            KeyFormatType::TransparentECDHPublicKey,
            KeyFormatType::TransparentECMQVPublicKey,
        ),
        _ => return format,
    };
    let own = match algorithm.map(CryptographicAlgorithm::from) {
        Some(CryptographicAlgorithm::ECDH) => ecdh,
        Some(CryptographicAlgorithm::ECMQV) => ecmqv,
        _ => ecdsa,
    };
    own.code()
}

/// An attribute of an answer. KMIP 1.x counts the instances of those that may have several; 1.0 leaves the first one's index
/// out.
pub(crate) fn entry(attribute: Attribute, version: Version) -> AttributeEntry {
    let Attribute { key, index, value } = attribute;
    let multiple = match &key {
        AttributeKey::Standard(kind) => kind.rule().multiple,
        AttributeKey::Vendor { .. } => true,
    };
    AttributeEntry {
        reference: reference(&key),
        index: (multiple && (index > 0 || version > Version::V1_0))
            .then(|| i32::try_from(index).unwrap_or(i32::MAX)),
        value: Some(to_wire(value)),
    }
}
