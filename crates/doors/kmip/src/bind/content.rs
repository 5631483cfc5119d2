//! Managed objects between the messages and the core.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{Content, KeyBytes, KeyContent};
use claviger_model::ObjectType;
use claviger_secret::SecretBytes;
use claviger_wire_kmip::{
    BigInteger, Certificate, CertificateRequest, KeyBlock, KeyMaterial, KeyValue, KeyWrappingData,
    KeyWrappingSpecification, ManagedObject, OpaqueDataType, OpaqueObject, PgpKey, SecretData,
    SplitKey, Value,
};
use claviger_wire_ttlv::enumeration as code;
use claviger_wire_ttlv::{Version, Writer, tag};
use zeroize::Zeroizing;

use super::{parameters, value};
use crate::batch::Batch;
use crate::errors::Outcome;

/// The code of a type of object. The core has a type of its own for it.
pub(crate) const fn object_type_to_wire(object_type: ObjectType) -> code::ObjectType {
    match object_type {
        ObjectType::SymmetricKey => code::ObjectType::SymmetricKey,
        ObjectType::PublicKey => code::ObjectType::PublicKey,
        ObjectType::PrivateKey => code::ObjectType::PrivateKey,
        ObjectType::SecretData => code::ObjectType::SecretData,
        ObjectType::Certificate => code::ObjectType::Certificate,
        ObjectType::CertificateRequest => code::ObjectType::CertificateRequest,
        ObjectType::SplitKey => code::ObjectType::SplitKey,
        ObjectType::OpaqueObject => code::ObjectType::OpaqueObject,
        ObjectType::PgpKey => code::ObjectType::PGPKey,
        ObjectType::Template => code::ObjectType::Template,
    }
}

/// The type of object of a code.
pub(crate) fn object_type(batch: &Batch<'_>, object_type: code::ObjectType) -> Outcome<ObjectType> {
    ObjectType::ALL
        .into_iter()
        .find(|&candidate| object_type_to_wire(candidate) == object_type)
        .ok_or_else(|| {
            batch.refusal(ErrorKind::InvalidObjectType, "there is no such type of object")
        })
}

/// An object of a request, for the core.
pub(crate) fn to_core(batch: &Batch<'_>, object: ManagedObject) -> Outcome<Content> {
    Ok(match object {
        ManagedObject::SymmetricKey(block) => Content::SymmetricKey(key(batch, block)?),
        ManagedObject::PublicKey(block) => Content::PublicKey(key(batch, block)?),
        ManagedObject::PrivateKey(block) => Content::PrivateKey(key(batch, block)?),
        ManagedObject::SecretData(SecretData { secret_data_type, key_block }) => {
            Content::SecretData { kind: secret_data_type.code(), key: key(batch, key_block)? }
        }
        ManagedObject::SplitKey(part) => Content::SplitKey {
            parts: part.split_key_parts,
            identifier: part.key_part_identifier,
            threshold: part.split_key_threshold,
            method: part.split_key_method.code(),
            prime: part.prime_field_size.map(|size| size.0.to_vec()),
            key: key(batch, part.key_block)?,
        },
        ManagedObject::Certificate(certificate) => Content::Certificate {
            kind: certificate.certificate_type.code(),
            value: certificate.certificate_value,
        },
        ManagedObject::CertificateRequest(request) => Content::CertificateRequest {
            kind: request.certificate_request_type.code(),
            value: request.certificate_request_value,
        },
        ManagedObject::OpaqueObject(object) => Content::OpaqueObject {
            kind: object.opaque_data_type.0,
            value: object.opaque_data_value,
        },
        ManagedObject::PgpKey(PgpKey { pgp_key_version, key_block }) => {
            Content::PgpKey { version: pgp_key_version, key: key(batch, key_block)? }
        }
        ManagedObject::Template(attributes) => {
            Content::Template { attributes: value::given(batch, attributes)? }
        }
    })
}

/// An object of the core, for an answer.
pub(crate) fn to_wire(content: Content, version: Version) -> Outcome<ManagedObject> {
    Ok(match content {
        Content::SymmetricKey(key) => ManagedObject::SymmetricKey(block(key, version)?),
        Content::PublicKey(key) => ManagedObject::PublicKey(block(key, version)?),
        Content::PrivateKey(key) => ManagedObject::PrivateKey(block(key, version)?),
        Content::SecretData { kind, key } => ManagedObject::SecretData(SecretData {
            secret_data_type: kind.into(),
            key_block: block(key, version)?,
        }),
        Content::SplitKey { parts, identifier, threshold, method, prime, key } => {
            ManagedObject::SplitKey(SplitKey {
                split_key_parts: parts,
                key_part_identifier: identifier,
                split_key_threshold: threshold,
                split_key_method: method.into(),
                prime_field_size: prime.map(|prime| BigInteger(Zeroizing::new(prime))),
                key_block: block(key, version)?,
            })
        }
        Content::Certificate { kind, value } => ManagedObject::Certificate(Certificate {
            certificate_type: kind.into(),
            certificate_value: value,
        }),
        Content::CertificateRequest { kind, value } => {
            ManagedObject::CertificateRequest(CertificateRequest {
                certificate_request_type: kind.into(),
                certificate_request_value: value,
            })
        }
        Content::OpaqueObject { kind, value } => ManagedObject::OpaqueObject(OpaqueObject {
            opaque_data_type: OpaqueDataType(kind),
            opaque_data_value: value,
        }),
        Content::PgpKey { version: pgp_version, key } => ManagedObject::PgpKey(PgpKey {
            pgp_key_version: pgp_version,
            key_block: block(key, version)?,
        }),
        Content::Template { attributes } => ManagedObject::Template(value::entries(attributes)),
    })
}

fn key(batch: &Batch<'_>, block: KeyBlock) -> Outcome<KeyContent> {
    let KeyBlock {
        key_format_type,
        key_compression_type,
        key_value,
        cryptographic_algorithm,
        cryptographic_length,
        key_wrapping_data,
    } = block;
    let wrapping = key_wrapping_data.as_ref().map(|data| wrapping_data(data, batch.version));
    let mut attributes = Vec::new();
    let value = match key_value {
        None => None,
        Some(KeyValue::Wrapped(bytes)) => Some(KeyBytes::Wrapped(SecretBytes::copy_from(&bytes))),
        Some(KeyValue::Plain { material, attributes: inner }) => {
            attributes = value::given(batch, inner)?;
            Some(match material {
                // Wrapped material without an encoding stands where plain material would.
                KeyMaterial::Bytes(bytes) if wrapping.is_some() => KeyBytes::Wrapped(bytes),
                KeyMaterial::Bytes(bytes) => KeyBytes::Bytes(bytes),
                KeyMaterial::Transparent(value) => KeyBytes::Structure(value::to_core(value)),
            })
        }
    };
    Ok(KeyContent {
        format: key_format_type.code(),
        compression: key_compression_type.map(code::KeyCompressionType::code),
        value,
        attributes,
        algorithm: cryptographic_algorithm.map(code::CryptographicAlgorithm::code),
        length: cryptographic_length,
        wrapping: wrapping.transpose()?,
    })
}

fn block(key: KeyContent, version: Version) -> Outcome<KeyBlock> {
    let KeyContent { format, compression, value, attributes, algorithm, length, wrapping } = key;
    let data = wrapping.map(|value| wrapping_data_to_wire(value, version)).transpose()?;
    let not_encoded = data.as_ref().is_some_and(|data: &KeyWrappingData| {
        data.encoding_option == Some(code::EncodingOption::NoEncoding)
    });
    let attributes = value::entries(attributes);
    let key_value = value.map(|value| match value {
        KeyBytes::Wrapped(bytes) if not_encoded => {
            KeyValue::Plain { material: KeyMaterial::Bytes(bytes), attributes }
        }
        KeyBytes::Wrapped(bytes) => {
            KeyValue::Wrapped(bytes.into_zeroizing("answering with a wrapped key"))
        }
        KeyBytes::Bytes(bytes) => {
            KeyValue::Plain { material: KeyMaterial::Bytes(bytes), attributes }
        }
        KeyBytes::Structure(value) => KeyValue::Plain {
            material: KeyMaterial::Transparent(value::to_wire(value)),
            attributes,
        },
    });
    Ok(KeyBlock {
        key_format_type: value::key_format(format, algorithm, version).into(),
        key_compression_type: compression.map(Into::into),
        key_value,
        cryptographic_algorithm: algorithm.map(Into::into),
        cryptographic_length: length,
        key_wrapping_data: data,
    })
}

fn wrapping_data(data: &KeyWrappingData, version: Version) -> Outcome<claviger_model::Value> {
    let mut writer = Writer::new();
    let open = writer.open(tag::KEY_WRAPPING_DATA);
    data.encode(&mut writer, version);
    writer.close(open);
    Ok(value::to_core(Value::read(writer.into_buffer().item())?))
}

fn wrapping_data_to_wire(
    value: claviger_model::Value,
    version: Version,
) -> Outcome<KeyWrappingData> {
    let mut writer = Writer::new();
    value::to_wire(value).write(&mut writer, tag::KEY_WRAPPING_DATA);
    KeyWrappingData::decode(writer.into_buffer().item(), version)
}

/// A wrapping specification, for the core.
pub(crate) fn wrapping_specification(
    specification: &KeyWrappingSpecification,
    version: Version,
) -> Outcome<claviger_model::Value> {
    let mut specification = specification.clone();
    let information = specification.encryption_key_information.as_mut();
    if let Some(given) = information.and_then(|one| one.cryptographic_parameters.as_mut())
        && let Some(hash) = parameters::unsaid_mask_hash(given, version)
    {
        given.mask_generator_hashing_algorithm = Some(hash);
    }
    let mut writer = Writer::new();
    let open = writer.open(tag::KEY_WRAPPING_SPECIFICATION);
    specification.encode(&mut writer, version);
    writer.close(open);
    Ok(value::to_core(Value::read(writer.into_buffer().item())?))
}
