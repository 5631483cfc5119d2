//! The key block: a key together with what one must know to use it (KMIP 1.4, section 2.1.3; 2.1, section 3.1).
//!
//! ```text
//!  KeyBlock
//!   ├ KeyFormatType, KeyCompressionType
//!   ├ KeyValue        Structure { KeyMaterial, attributes }   in the clear
//!   │                 ByteString                              wrapped
//!   ├ CryptographicAlgorithm, CryptographicLength
//!   └ KeyWrappingData                                         how it was wrapped
//! ```

use claviger_secret::SecretBytes;
use claviger_wire_ttlv::enumeration::{CryptographicAlgorithm, KeyCompressionType, KeyFormatType};
use claviger_wire_ttlv::{Item, ItemType, Tag, Version, Writer, tag};
use zeroize::Zeroizing;

use crate::attribute::AttributeEntry;
use crate::error::MessageError;
use crate::field::Field;
use crate::object::KeyWrappingData;
use crate::slot::{AnyEntries, Slot};
use crate::value::Value;

structure! {
    /// A key together with what one must know to use it.
    pub struct KeyBlock {
        key_format_type: required KeyFormatType = KEY_FORMAT_TYPE,
        key_compression_type: optional KeyCompressionType = KEY_COMPRESSION_TYPE,
        /// Absent when the value is kept elsewhere (since 1.2).
        key_value: optional KeyValue = KEY_VALUE,
        cryptographic_algorithm: optional CryptographicAlgorithm = CRYPTOGRAPHIC_ALGORITHM,
        /// In bits.
        cryptographic_length: optional i32 = CRYPTOGRAPHIC_LENGTH,
        key_wrapping_data: optional KeyWrappingData = KEY_WRAPPING_DATA,
    }
}

/// The value of a key (KMIP 1.4, section 2.1.4).
pub enum KeyValue {
    /// In the clear; or wrapped key material with attributes beside it, when the encoding option is No Encoding.
    Plain {
        /// The key.
        material: KeyMaterial,
        /// Attributes that travel with the key.
        attributes: Vec<AttributeEntry>,
    },
    /// Wrapped: the encoded key value, or the bare key material, by the encoding option of the key wrapping data.
    Wrapped(Zeroizing<Vec<u8>>),
}

/// The key itself (KMIP 1.4, section 2.1.7).
pub enum KeyMaterial {
    /// Bytes, in the format that the key format type names.
    Bytes(SecretBytes),
    /// The components of a transparent key: always a [`Value::Structure`].
    Transparent(Value),
}

structure! {
    /// A key value in the clear.
    struct PlainKeyValue {
        material: required KeyMaterial = KEY_MATERIAL,
        attributes: any_entries AttributeEntry = ATTRIBUTE / ATTRIBUTES,
    }
}

impl Field for KeyValue {
    fn read(item: Item<'_>, version: Version) -> Result<Self, MessageError> {
        match item.item_type() {
            ItemType::Structure => {
                let PlainKeyValue { material, attributes } = PlainKeyValue::decode(item, version)?;
                Ok(Self::Plain { material, attributes })
            }
            _ => Vec::read(item, version).map(|bytes| Self::Wrapped(Zeroizing::new(bytes))),
        }
    }

    fn write(&self, writer: &mut Writer, own: Tag, version: Version) {
        match self {
            Self::Plain { material, attributes } => {
                let open = writer.open(own);
                material.write(writer, tag::KEY_MATERIAL, version);
                AnyEntries::write(attributes, writer, tag::ATTRIBUTES, version);
                writer.close(open);
            }
            Self::Wrapped(bytes) => writer.bytes(own, bytes),
        }
    }
}

impl Field for KeyMaterial {
    fn read(item: Item<'_>, version: Version) -> Result<Self, MessageError> {
        match item.item_type() {
            ItemType::Structure => Value::read(item).map(Self::Transparent),
            _ => SecretBytes::read(item, version).map(Self::Bytes),
        }
    }

    fn write(&self, writer: &mut Writer, tag: Tag, version: Version) {
        match self {
            Self::Bytes(bytes) => bytes.write(writer, tag, version),
            Self::Transparent(value) => value.write(writer, tag),
        }
    }
}
