//! Managed objects (KMIP 1.4, section 2.2; 2.1, section 2).

mod key_block;
mod key_wrapping;

use claviger_wire_ttlv::enumeration::{
    CertificateRequestType, CertificateType, ObjectType, SecretDataType, SplitKeyMethod,
};
use claviger_wire_ttlv::{Item, Tag, Version, Writer, tag};
pub use key_block::{KeyBlock, KeyMaterial, KeyValue};
pub use key_wrapping::{KeyInformation, KeyWrappingData, KeyWrappingSpecification};

use crate::attribute::AttributeEntry;
use crate::error::MessageError;
use crate::field::{BigInteger, Field};
use crate::slot::{Entries, Slot, expect_structure};

/// An object: what a client registers, and what it gets.
pub enum ManagedObject {
    /// A certificate.
    Certificate(Certificate),
    /// A request for a certificate (2.x).
    CertificateRequest(CertificateRequest),
    /// Bytes that the server need not understand.
    OpaqueObject(OpaqueObject),
    /// An OpenPGP key (since 1.2).
    PgpKey(PgpKey),
    /// A private key.
    PrivateKey(KeyBlock),
    /// A public key.
    PublicKey(KeyBlock),
    /// A secret that is no key, such as a password.
    SecretData(SecretData),
    /// A part of a key.
    SplitKey(SplitKey),
    /// A symmetric key.
    SymmetricKey(KeyBlock),
    /// Attributes for objects that are created later (1.x).
    Template(Vec<AttributeEntry>),
}

impl ManagedObject {
    /// Whether an item with this tag is an object.
    pub(crate) fn is_tag(tag: Tag) -> bool {
        matches!(
            tag,
            tag::CERTIFICATE
                | tag::CERTIFICATE_REQUEST
                | tag::OPAQUE_OBJECT
                | tag::PGP_KEY
                | tag::PRIVATE_KEY
                | tag::PUBLIC_KEY
                | tag::SECRET_DATA
                | tag::SPLIT_KEY
                | tag::SYMMETRIC_KEY
                | tag::TEMPLATE
        )
    }

    /// The type of the object.
    #[must_use]
    pub const fn object_type(&self) -> ObjectType {
        match self {
            Self::Certificate(_) => ObjectType::Certificate,
            Self::CertificateRequest(_) => ObjectType::CertificateRequest,
            Self::OpaqueObject(_) => ObjectType::OpaqueObject,
            Self::PgpKey(_) => ObjectType::PGPKey,
            Self::PrivateKey(_) => ObjectType::PrivateKey,
            Self::PublicKey(_) => ObjectType::PublicKey,
            Self::SecretData(_) => ObjectType::SecretData,
            Self::SplitKey(_) => ObjectType::SplitKey,
            Self::SymmetricKey(_) => ObjectType::SymmetricKey,
            Self::Template(_) => ObjectType::Template,
        }
    }

    /// The key block, which all objects have but certificates, requests for them, opaque objects and templates.
    #[must_use]
    pub const fn key_block(&self) -> Option<&KeyBlock> {
        match self {
            Self::PrivateKey(block) | Self::PublicKey(block) | Self::SymmetricKey(block) => {
                Some(block)
            }
            Self::PgpKey(key) => Some(&key.key_block),
            Self::SecretData(secret) => Some(&secret.key_block),
            Self::SplitKey(part) => Some(&part.key_block),
            Self::Certificate(_)
            | Self::CertificateRequest(_)
            | Self::OpaqueObject(_)
            | Self::Template(_) => None,
        }
    }

    /// Reads the object that stands under the tag of its type.
    ///
    /// # Errors
    ///
    /// Fails when the version does not have such objects, or when the object is not understood.
    pub fn decode(item: Item<'_>, version: Version) -> Result<Self, MessageError> {
        match item.tag() {
            tag::CERTIFICATE => Certificate::decode(item, version).map(Self::Certificate),
            tag::CERTIFICATE_REQUEST if version >= Version::V2_0 => {
                CertificateRequest::decode(item, version).map(Self::CertificateRequest)
            }
            tag::OPAQUE_OBJECT => OpaqueObject::decode(item, version).map(Self::OpaqueObject),
            tag::PGP_KEY if version >= Version::V1_2 => {
                PgpKey::decode(item, version).map(Self::PgpKey)
            }
            tag::PRIVATE_KEY => block(item, version).map(Self::PrivateKey),
            tag::PUBLIC_KEY => block(item, version).map(Self::PublicKey),
            tag::SECRET_DATA => SecretData::decode(item, version).map(Self::SecretData),
            tag::SPLIT_KEY => SplitKey::decode(item, version).map(Self::SplitKey),
            tag::SYMMETRIC_KEY => block(item, version).map(Self::SymmetricKey),
            tag::TEMPLATE if version <= Version::V1_4 => {
                Template::decode(item, version).map(|template| Self::Template(template.attributes))
            }
            other => Err(MessageError::unexpected("The payload", other, version)),
        }
    }

    /// Writes the object under the tag of its type.
    pub fn encode(&self, writer: &mut Writer, version: Version) {
        match self {
            Self::Certificate(certificate) => certificate.write(writer, tag::CERTIFICATE, version),
            Self::CertificateRequest(request) => {
                request.write(writer, tag::CERTIFICATE_REQUEST, version);
            }
            Self::OpaqueObject(object) => object.write(writer, tag::OPAQUE_OBJECT, version),
            Self::PgpKey(key) => key.write(writer, tag::PGP_KEY, version),
            Self::PrivateKey(block) => write_block(block, writer, tag::PRIVATE_KEY, version),
            Self::PublicKey(block) => write_block(block, writer, tag::PUBLIC_KEY, version),
            Self::SecretData(secret) => secret.write(writer, tag::SECRET_DATA, version),
            Self::SplitKey(part) => part.write(writer, tag::SPLIT_KEY, version),
            Self::SymmetricKey(block) => write_block(block, writer, tag::SYMMETRIC_KEY, version),
            Self::Template(entries) => {
                let open = writer.open(tag::TEMPLATE);
                Entries::write(entries, writer, tag::ATTRIBUTE, version);
                writer.close(open);
            }
        }
    }
}

structure! {
    /// A certificate (KMIP 1.4, section 2.2.1).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Certificate {
        certificate_type: required CertificateType = CERTIFICATE_TYPE,
        /// DER for X.509.
        certificate_value: required Vec<u8> = CERTIFICATE_VALUE,
    }
}

structure! {
    /// A request for a certificate (KMIP 2.1, section 2.2).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CertificateRequest {
        certificate_request_type: required CertificateRequestType = CERTIFICATE_REQUEST_TYPE,
        certificate_request_value: required Vec<u8> = CERTIFICATE_REQUEST_VALUE,
    }
}

structure! {
    /// Bytes that the server need not understand (KMIP 1.4, section 2.2.8).
    pub struct OpaqueObject {
        opaque_data_type: required OpaqueDataType = OPAQUE_DATA_TYPE,
        opaque_data_value: required claviger_secret::SecretBytes = OPAQUE_DATA_VALUE,
    }
}

/// What opaque bytes are: the specification names no values, vendors have those from 0x80000000 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpaqueDataType(pub u32);

impl Field for OpaqueDataType {
    fn read(item: Item<'_>, _: Version) -> Result<Self, MessageError> {
        item.enumeration()
            .map(Self)
            .ok_or_else(|| MessageError::wrong_type(item.tag(), "Enumeration"))
    }

    fn write(&self, writer: &mut Writer, tag: Tag, _: Version) {
        writer.enumeration(tag, self.0);
    }
}

structure! {
    /// An OpenPGP key (KMIP 1.4, section 2.2.9).
    pub struct PgpKey {
        pgp_key_version: required i32 = PGP_KEY_VERSION,
        key_block: required KeyBlock = KEY_BLOCK,
    }
}

structure! {
    /// A secret that is no key, such as a password (KMIP 1.4, section 2.2.7).
    pub struct SecretData {
        secret_data_type: required SecretDataType = SECRET_DATA_TYPE,
        key_block: required KeyBlock = KEY_BLOCK,
    }
}

structure! {
    /// A part of a key (KMIP 1.4, section 2.2.5).
    pub struct SplitKey {
        split_key_parts: required i32 = SPLIT_KEY_PARTS,
        key_part_identifier: required i32 = KEY_PART_IDENTIFIER,
        split_key_threshold: required i32 = SPLIT_KEY_THRESHOLD,
        split_key_method: required SplitKeyMethod = SPLIT_KEY_METHOD,
        prime_field_size: optional BigInteger = PRIME_FIELD_SIZE,
        key_block: required KeyBlock = KEY_BLOCK,
    }
}

structure! {
    /// Attributes for objects that are created later (KMIP 1.4, section 2.2.6).
    struct Template {
        attributes: entries AttributeEntry = ATTRIBUTE,
    }
}

/// Reads the one field of a Symmetric Key, Public Key or Private Key.
fn block(item: Item<'_>, version: Version) -> Result<KeyBlock, MessageError> {
    expect_structure(item)?;
    let mut block = None;
    for child in item.children() {
        match child.tag() {
            tag::KEY_BLOCK if block.is_none() => block = Some(KeyBlock::decode(child, version)?),
            tag::KEY_BLOCK => return Err(MessageError::duplicate(tag::KEY_BLOCK)),
            other if other.is_extension() => {}
            other => return Err(MessageError::unexpected("The key", other, version)),
        }
    }
    block.ok_or_else(|| MessageError::missing("The key", tag::KEY_BLOCK))
}

fn write_block(block: &KeyBlock, writer: &mut Writer, own: Tag, version: Version) {
    let open = writer.open(own);
    block.write(writer, tag::KEY_BLOCK, version);
    writer.close(open);
}
