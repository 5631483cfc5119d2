//! What a client gives and gets of an object: its attributes and its content, in KMIP's own shapes (KMIP 2.1 §2, §3).
//!
//! A door translates its protocol's encoding to these types and back; nothing here knows an encoding.

use claviger_model::{AttributeKey, Attributes, Object, ObjectType, UniqueIdentifier, Value};
use claviger_secret::SecretBytes;

/// Attributes as a client gave them, in order. Dates are [`Value::DateTime`], names and links structures.
pub type Given = Vec<(AttributeKey, Value)>;

/// Which generation of the protocol's rules applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// KMIP 1.x: names may repeat among objects, attributes have indexes, templates exist.
    One,
    /// KMIP 2.x: names are unique among the objects of an owner.
    Two,
}

/// The value of a key.
pub enum KeyBytes {
    /// Bytes in the format that the key names.
    Bytes(SecretBytes),
    /// The numbers of a transparent format, as a structure of KMIP's fields.
    Structure(Value),
    /// Bytes that another key wrapped.
    Wrapped(SecretBytes),
}

/// A Key Block (KMIP 2.1 §3.1).
pub struct KeyContent {
    /// Key Format Type.
    pub format: u32,
    /// Key Compression Type.
    pub compression: Option<u32>,
    /// The value. None: the key's value is kept elsewhere.
    pub value: Option<KeyBytes>,
    /// The attributes inside the Key Value.
    pub attributes: Given,
    /// Cryptographic Algorithm.
    pub algorithm: Option<u32>,
    /// Cryptographic Length, in bits.
    pub length: Option<i32>,
    /// Key Wrapping Data, a structure.
    pub wrapping: Option<Value>,
}

/// A managed object's content (KMIP 2.1 §2; templates: KMIP 1.4 §2.2.6).
pub enum Content {
    /// A symmetric key.
    SymmetricKey(KeyContent),
    /// A public key.
    PublicKey(KeyContent),
    /// A private key.
    PrivateKey(KeyContent),
    /// Secret data that isn't a key.
    SecretData {
        /// Secret Data Type.
        kind: u32,
        /// The data.
        key: KeyContent,
    },
    /// One part of a split key.
    SplitKey {
        /// Split Key Parts: how many there are.
        parts: i32,
        /// Key Part Identifier: which one this is, from 1.
        identifier: i32,
        /// Split Key Threshold: how many are needed.
        threshold: i32,
        /// Split Key Method.
        method: u32,
        /// Prime Field Size, big-endian.
        prime: Option<Vec<u8>>,
        /// The part.
        key: KeyContent,
    },
    /// A certificate.
    Certificate {
        /// Certificate Type.
        kind: u32,
        /// The certificate; X.509 in DER.
        value: Vec<u8>,
    },
    /// A request for a certificate.
    CertificateRequest {
        /// Certificate Request Type.
        kind: u32,
        /// The request.
        value: Vec<u8>,
    },
    /// Bytes that mean nothing to the service.
    OpaqueObject {
        /// Opaque Data Type.
        kind: u32,
        /// The bytes.
        value: SecretBytes,
    },
    /// A PGP key.
    PgpKey {
        /// PGP Key Version.
        version: i32,
        /// The key.
        key: KeyContent,
    },
    /// Attributes for objects to come (KMIP 1.x).
    Template {
        /// The attributes.
        attributes: Given,
    },
}

impl KeyContent {
    /// A block without anything.
    pub(crate) const fn empty() -> Self {
        Self {
            format: 0,
            compression: None,
            value: None,
            attributes: Vec::new(),
            algorithm: None,
            length: None,
            wrapping: None,
        }
    }
}

impl Content {
    /// The type of the object.
    #[must_use]
    pub const fn object_type(&self) -> ObjectType {
        match self {
            Self::SymmetricKey(_) => ObjectType::SymmetricKey,
            Self::PublicKey(_) => ObjectType::PublicKey,
            Self::PrivateKey(_) => ObjectType::PrivateKey,
            Self::SecretData { .. } => ObjectType::SecretData,
            Self::SplitKey { .. } => ObjectType::SplitKey,
            Self::Certificate { .. } => ObjectType::Certificate,
            Self::CertificateRequest { .. } => ObjectType::CertificateRequest,
            Self::OpaqueObject { .. } => ObjectType::OpaqueObject,
            Self::PgpKey { .. } => ObjectType::PgpKey,
            Self::Template { .. } => ObjectType::Template,
        }
    }

    /// The key block, of those that have one.
    #[must_use]
    pub const fn key(&self) -> Option<&KeyContent> {
        match self {
            Self::SymmetricKey(key)
            | Self::PublicKey(key)
            | Self::PrivateKey(key)
            | Self::SecretData { key, .. }
            | Self::SplitKey { key, .. }
            | Self::PgpKey { key, .. } => Some(key),
            Self::Certificate { .. }
            | Self::CertificateRequest { .. }
            | Self::OpaqueObject { .. }
            | Self::Template { .. } => None,
        }
    }

    /// The key block, to replace it.
    pub(crate) const fn key_mut(&mut self) -> Option<&mut KeyContent> {
        match self {
            Self::SymmetricKey(key)
            | Self::PublicKey(key)
            | Self::PrivateKey(key)
            | Self::SecretData { key, .. }
            | Self::SplitKey { key, .. }
            | Self::PgpKey { key, .. } => Some(key),
            Self::Certificate { .. }
            | Self::CertificateRequest { .. }
            | Self::OpaqueObject { .. }
            | Self::Template { .. } => None,
        }
    }
}

/// An object that was made.
pub struct Created {
    /// What clients call it.
    pub identifier: UniqueIdentifier,
    /// What it is.
    pub object_type: ObjectType,
    /// The attributes that the service added to those of the request.
    pub set: Attributes,
}

/// A key pair that was made.
pub struct CreatedPair {
    /// What clients call the private key.
    pub private: UniqueIdentifier,
    /// What clients call the public key.
    pub public: UniqueIdentifier,
}

/// What clients call an object.
pub(crate) fn identifier_of(object: &Object) -> UniqueIdentifier {
    let key = hidden::key(hidden::IDENTIFIER);
    let chosen = object.attributes.of(&key).next();
    chosen
        .and_then(|attribute| UniqueIdentifier::new(attribute.value.as_text()?).ok())
        .unwrap_or_else(|| object.id.into())
}

/// Attributes in which the service keeps what belongs to an object's content and isn't an attribute of the protocol. Nobody
/// sees or sets them.
pub(crate) mod hidden {
    use claviger_model::{AttributeKey, Attributes, Value};

    /// The vendor of hidden attributes: clients' attributes of this vendor are refused.
    pub(crate) const VENDOR: &str = "claviger";
    /// Boolean: whether the object may be used with algorithms out of use. Every object that a protocol's client made has it.
    pub(crate) const LEGACY: &str = "legacy";
    /// Text: what the client calls the object, if it chose that itself.
    pub(crate) const IDENTIFIER: &str = "identifier";
    /// Enumeration: the kind of secret data.
    pub(crate) const SECRET_DATA_TYPE: &str = "secret-data-type";
    /// Enumeration: the kind of certificate request.
    pub(crate) const CERTIFICATE_REQUEST_TYPE: &str = "certificate-request-type";
    /// Integer: how many parts a split key has.
    pub(crate) const SPLIT_KEY_PARTS: &str = "split-key-parts";
    /// Integer: which part this is.
    pub(crate) const KEY_PART_IDENTIFIER: &str = "key-part-identifier";
    /// Integer: how many parts are needed.
    pub(crate) const SPLIT_KEY_THRESHOLD: &str = "split-key-threshold";
    /// Enumeration: how a key was split.
    pub(crate) const SPLIT_KEY_METHOD: &str = "split-key-method";
    /// Big integer: the prime of a split key.
    pub(crate) const PRIME_FIELD_SIZE: &str = "prime-field-size";
    /// Integer: the version of a PGP key.
    pub(crate) const PGP_KEY_VERSION: &str = "pgp-key-version";
    /// Enumeration: the algorithm in the key block, if the client gave one there.
    pub(crate) const BLOCK_ALGORITHM: &str = "block-algorithm";
    /// Integer: the length in the key block, likewise.
    pub(crate) const BLOCK_LENGTH: &str = "block-length";
    /// Structure: the attributes inside the Key Value, as they were given, as a list of attributes.
    pub(crate) const KEY_VALUE_ATTRIBUTES: &str = "key-value-attributes";
    /// Structure: what a template holds for objects to come, as a list of attributes.
    pub(crate) const TEMPLATE: &str = "template";
    /// Structure: the constraints on the objects that an owner makes.
    pub(crate) const CONSTRAINTS: &str = "constraints";
    /// Structure: the defaults of the objects that an owner makes.
    pub(crate) const DEFAULTS: &str = "defaults";
    /// Boolean: the object is archived.
    pub(crate) const ARCHIVED: &str = "archived";

    /// The key of a hidden attribute.
    pub(crate) fn key(name: &str) -> AttributeKey {
        AttributeKey::Vendor { vendor: VENDOR.to_owned(), name: name.to_owned() }
    }

    /// The value of a hidden attribute.
    pub(crate) fn value<'a>(attributes: &'a Attributes, name: &str) -> Option<&'a Value> {
        let is_meant = |key: &AttributeKey| {
            matches!(key,
            AttributeKey::Vendor { vendor, name: own } if vendor == VENDOR && own == name)
        };
        attributes
            .iter()
            .find(|attribute| is_meant(&attribute.key))
            .map(|attribute| &attribute.value)
    }

    /// Whether an attribute is one of these.
    pub(crate) fn is_hidden(key: &AttributeKey) -> bool {
        matches!(key, AttributeKey::Vendor { vendor, .. } if vendor == VENDOR)
    }
}
