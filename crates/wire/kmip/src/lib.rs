//! The messages of KMIP 1.0, 1.1, 1.2, 1.3, 1.4, 2.0 and 2.1 as types.
//!
//! One type serves all versions. Every field of a structure stands in one table together with its tag, its cardinality and
//! the versions in which it exists, and decoding and encoding both follow that table: a field that the version of a message
//! does not have is refused when it is read and left out when it is written.
//!
//! ```text
//!  Item ── RequestMessage::decode ──▶ RequestMessage { header, batch: [RequestItem { payload: RequestPayload }] }
//!  Buffer ◀── ResponseMessage::encode ── ResponseMessage { header, batch: [ResponseItem { payload: ResponsePayload }] }
//! ```
//!
//! A payload that is not understood fails alone: its batch item carries the [`MessageError`], with the reason that the
//! specification gives for it, and the items beside it are served. Only what cannot be answered item by item, such as a header
//! that is not understood, is a [`RejectedMessage`].
//!
//! Attributes have one form, [`AttributeEntry`], whether a message carries them in the `Template-Attribute` of 1.x or in the
//! `Attributes` of 2.x.

#[macro_use]
mod table;

mod attribute;
mod error;
mod field;
mod message;
mod object;
pub mod payload;
#[cfg(test)]
mod sample;
mod slot;
mod structure;
mod value;
#[cfg(test)]
mod walk;

pub use attribute::{AttributeEntry, AttributeReference, Attributes};
pub use error::MessageError;
pub use field::{
    BigInteger, Data, DateTime, DateTimeExtended, Interval, LeaseTime, UniqueIdentifier,
};
pub use message::{
    AsynchronousIndication, AttestationCredential, Authentication, Credential, DeviceCredential,
    HashedPasswordCredential, MessageExtension, MessageLimits, Nonce, OneTimePasswordCredential,
    Password, PasswordCredential, ProtocolVersion, RejectedMessage, RequestHeader, RequestItem,
    RequestMessage, ResponseHeader, ResponseItem, ResponseMessage,
};
pub use object::{
    Certificate, CertificateRequest, KeyBlock, KeyInformation, KeyMaterial, KeyValue,
    KeyWrappingData, KeyWrappingSpecification, ManagedObject, OpaqueDataType, OpaqueObject, PgpKey,
    SecretData, SplitKey,
};
pub use payload::{RequestPayload, ResponsePayload};
pub use structure::{
    AsynchronousRequest, CapabilityInformation, Constraint, Constraints, CryptographicParameters,
    DefaultsInformation, DerivationParameters, ExtensionInformation, ItemTypeCode, Name,
    ObjectDefaults, ObjectGroups, ObjectTypes, Objects, Operations, Pkcs11Function,
    Pkcs11ReturnCode, ProfileInformation, ProfileVersion, ProtectionStorageMasks, RevocationReason,
    Right, Rights, RngParameters, ServerInformation, Ticket, UsageLimits, ValidationInformation,
};
pub use value::Value;
