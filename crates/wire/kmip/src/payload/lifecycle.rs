//! Payloads of the operations on the life of an object.

use claviger_wire_ttlv::enumeration::ValidityIndicator;

use crate::field::{DateTime, Interval, UniqueIdentifier};
use crate::object::Certificate;
use crate::structure::RevocationReason;

structure! {
    /// Activate, Archive, Destroy, Get Attribute List, Obtain Lease, Recover: which object, or that of the ID placeholder
    /// (KMIP 1.4, sections 4.13, 4.17, 4.19 and 4.21 to 4.23).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ObjectRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
    }
}

structure! {
    /// The answer to the operations that name their object and no more.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ObjectResponse {
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
    }
}

structure! {
    /// A payload without fields.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct EmptyPayload {}
}

structure! {
    /// Revoke (KMIP 1.4, section 4.20; 2.1, section 6.1.44).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RevokeRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        revocation_reason: required RevocationReason = REVOCATION_REASON,
        compromise_occurrence_date: optional DateTime = COMPROMISE_OCCURRENCE_DATE,
    }
}

structure! {
    /// Check (KMIP 1.4, section 4.10; 2.1, section 6.1.7).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct CheckRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        usage_limits_count: optional i64 = USAGE_LIMITS_COUNT,
        /// A bit mask.
        cryptographic_usage_mask: optional i32 = CRYPTOGRAPHIC_USAGE_MASK,
        lease_time: optional Interval = LEASE_TIME,
    }
}

structure! {
    /// The answer to Check: of what was asked, what is refused.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct CheckResponse {
        /// Absent from a failure.
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        usage_limits_count: optional i64 = USAGE_LIMITS_COUNT,
        /// A bit mask.
        cryptographic_usage_mask: optional i32 = CRYPTOGRAPHIC_USAGE_MASK,
        lease_time: optional Interval = LEASE_TIME,
    }
}

structure! {
    /// The answer to Obtain Lease (KMIP 1.4, section 4.17).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ObtainLeaseResponse {
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        lease_time: required Interval = LEASE_TIME,
        last_change_date: required DateTime = LAST_CHANGE_DATE,
    }
}

structure! {
    /// Get Usage Allocation (KMIP 1.4, section 4.18; 2.1, section 6.1.23).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct GetUsageAllocationRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        usage_limits_count: required i64 = USAGE_LIMITS_COUNT,
    }
}

structure! {
    /// Validate: is this chain of certificates valid? (KMIP 1.4, section 4.24; 2.1, section 6.1.57)
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ValidateRequest {
        certificates: repeated Certificate = CERTIFICATE,
        unique_identifiers: repeated UniqueIdentifier = UNIQUE_IDENTIFIER,
        /// When; absent is now.
        validity_date: optional DateTime = VALIDITY_DATE,
    }
}

structure! {
    /// The answer to Validate.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ValidateResponse {
        validity_indicator: required ValidityIndicator = VALIDITY_INDICATOR,
    }
}
