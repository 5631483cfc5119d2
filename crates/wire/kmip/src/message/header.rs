//! The headers of requests and responses, and the version that stands in both.

use std::fmt;

use claviger_wire_ttlv::enumeration::{
    AsynchronousIndicator, AttestationType, BatchErrorContinuationOption,
};
use claviger_wire_ttlv::{Item, ItemType, Tag, Version, Writer};

use crate::error::MessageError;
use crate::field::{DateTime, Field};
use crate::message::{Authentication, Nonce};

structure! {
    /// The version of the protocol as a message states it, whether it is known or not (KMIP 1.4, section 6.1).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub struct ProtocolVersion {
        major: required i32 = PROTOCOL_VERSION_MAJOR,
        minor: required i32 = PROTOCOL_VERSION_MINOR,
    }
}

impl ProtocolVersion {
    /// The version, if it is one that this crate knows.
    #[must_use]
    pub fn known(self) -> Option<Version> {
        let version = Version {
            major: u8::try_from(self.major).ok()?,
            minor: u8::try_from(self.minor).ok()?,
        };
        Some(version).filter(|version| version.is_known())
    }

    /// The version in which a message of this version is answered: itself when it is known, otherwise the newest one before
    /// it, or else 1.0.
    #[must_use]
    pub fn answered_in(self) -> Version {
        let known = |version: &Version| Self::from(*version) <= self;
        Version::ALL.into_iter().rev().find(known).unwrap_or(Version::V1_0)
    }
}

impl From<Version> for ProtocolVersion {
    fn from(version: Version) -> Self {
        Self { major: i32::from(version.major), minor: i32::from(version.minor) }
    }
}

/// `1.4`.
impl fmt::Display for ProtocolVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

/// Whether a client takes an answer that comes later: a Boolean in KMIP 1.x, an Enumeration in 2.x (2.1, section 9.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsynchronousIndication(pub AsynchronousIndicator);

impl Field for AsynchronousIndication {
    fn read(item: Item<'_>, version: Version) -> Result<Self, MessageError> {
        if version.major >= 2 && item.item_type() != ItemType::Boolean {
            return AsynchronousIndicator::read(item, version).map(Self);
        }
        bool::read(item, version).map(|accepted| {
            Self(if accepted {
                AsynchronousIndicator::Optional
            } else {
                AsynchronousIndicator::Prohibited
            })
        })
    }

    fn write(&self, writer: &mut Writer, tag: Tag, version: Version) {
        if version.major >= 2 {
            self.0.write(writer, tag, version);
        } else {
            writer.boolean(tag, self.0 != AsynchronousIndicator::Prohibited);
        }
    }
}

structure! {
    /// The header of a request (KMIP 1.4, section 7.2; 2.1, section 8.2).
    pub struct RequestHeader {
        protocol_version: required ProtocolVersion = PROTOCOL_VERSION,
        /// In bytes.
        maximum_response_size: optional i32 = MAXIMUM_RESPONSE_SIZE,
        client_correlation_value: optional String = CLIENT_CORRELATION_VALUE [since V1_4],
        server_correlation_value: optional String = SERVER_CORRELATION_VALUE [since V1_4],
        /// Absent is Prohibited.
        asynchronous_indicator: optional AsynchronousIndication = ASYNCHRONOUS_INDICATOR,
        attestation_capable_indicator: optional bool = ATTESTATION_CAPABLE_INDICATOR [since V1_2],
        attestation_types: repeated AttestationType = ATTESTATION_TYPE [since V1_2],
        authentication: optional Authentication = AUTHENTICATION,
        /// Absent is Stop.
        batch_error_continuation_option: optional BatchErrorContinuationOption = BATCH_ERROR_CONTINUATION_OPTION,
        /// Absent is false in 1.x and true in 2.x.
        batch_order_option: optional bool = BATCH_ORDER_OPTION,
        time_stamp: optional DateTime = TIME_STAMP,
        /// What the message says. Writing it counts the batch.
        batch_count: counted i32 = BATCH_COUNT,
    }
}

impl RequestHeader {
    /// The header of a request in a version, without the optional fields.
    #[must_use]
    pub fn new(version: Version) -> Self {
        Self {
            protocol_version: ProtocolVersion::from(version),
            maximum_response_size: None,
            client_correlation_value: None,
            server_correlation_value: None,
            asynchronous_indicator: None,
            attestation_capable_indicator: None,
            attestation_types: Vec::new(),
            authentication: None,
            batch_error_continuation_option: None,
            batch_order_option: None,
            time_stamp: None,
            batch_count: 0,
        }
    }
}

structure! {
    /// The header of a response (KMIP 1.4, section 7.2; 2.1, section 8.5).
    pub struct ResponseHeader {
        protocol_version: required ProtocolVersion = PROTOCOL_VERSION,
        time_stamp: required DateTime = TIME_STAMP,
        nonce: optional Nonce = NONCE [since V1_2],
        server_hashed_password: optional Vec<u8> = SERVER_HASHED_PASSWORD [since V2_0],
        attestation_types: repeated AttestationType = ATTESTATION_TYPE [since V1_2],
        client_correlation_value: optional String = CLIENT_CORRELATION_VALUE [since V1_4],
        server_correlation_value: optional String = SERVER_CORRELATION_VALUE [since V1_4],
        /// What the message says. Writing it counts the batch.
        batch_count: counted i32 = BATCH_COUNT,
    }
}

impl ResponseHeader {
    /// The header of a response in a version, at a time in seconds since 1970, without the optional fields.
    #[must_use]
    pub const fn new(version: ProtocolVersion, time_stamp: DateTime) -> Self {
        Self {
            protocol_version: version,
            time_stamp,
            nonce: None,
            server_hashed_password: None,
            attestation_types: Vec::new(),
            client_correlation_value: None,
            server_correlation_value: None,
            batch_count: 0,
        }
    }
}
