//! Why an item of a batch failed, and the one mapping of the core's kinds of error to KMIP's result reasons.

use claviger_core::{Error, ErrorKind};
use claviger_wire_kmip::MessageError;
use claviger_wire_ttlv::Version;
use claviger_wire_ttlv::enumeration::ResultReason;

/// What the handlers of operations return.
pub(crate) type Outcome<T> = Result<T, MessageError>;

/// A core error in the words of a version.
pub(crate) fn from_core(error: &Error, version: Version) -> MessageError {
    MessageError::new(reason(error.kind(), version), error.to_string())
}

/// What a client is told of a failure that is nobody's fault but the service's.
pub(crate) fn internal(version: Version) -> MessageError {
    MessageError::new(
        reason(ErrorKind::Internal, version),
        "the operation broke off; report this, with the time and the operation",
    )
}

/// The result reason of a kind of error. KMIP 2.x has reasons of their own for much of what is Permission Denied or Invalid
/// Field in 1.x (KMIP 1.4 §9.1.3.2.28 and §11, KMIP 2.1 §11.46).
fn reason(kind: ErrorKind, version: Version) -> ResultReason {
    use ErrorKind as Kind;
    use ResultReason::*;
    let since = |first, older, newer| if version >= first { newer } else { older };
    let either = |older, newer| since(Version::V2_0, older, newer);
    match kind {
        Kind::InvalidInput => InvalidField,
        Kind::TooLarge => either(InvalidField, ServerLimitExceeded),
        Kind::NotFound => either(ItemNotFound, ObjectNotFound),
        Kind::AlreadyExists | Kind::ObjectExists => since(Version::V1_4, IllegalOperation, ObjectAlreadyExists),
        Kind::WrongState => either(PermissionDenied, WrongKeyLifecycleState),
        Kind::PermissionDenied | Kind::PolicyForbids | Kind::LegacyForbidden => PermissionDenied,
        Kind::Unsupported => either(InvalidField, UnsupportedCryptographicParameters),
        Kind::Undecryptable | Kind::CryptographicFailure => CryptographicFailure,
        Kind::LimitReached => either(GeneralFailure, ServerLimitExceeded),
        Kind::Conflict
        | Kind::Inconsistent
        | Kind::NoSpace
        | Kind::StoreUnavailable
        | Kind::AuditUnavailable
        | Kind::Internal
        // The cases of both generations expect it for tags of impossible length and for keys that aren't safe enough.
        | Kind::InvalidParameters => GeneralFailure,
        Kind::AttributeReadOnly => either(PermissionDenied, AttributeReadOnly),
        Kind::AttributeSingleValued => either(IndexOutOfBounds, AttributeSingleValued),
        Kind::AttributeNotFound => either(ItemNotFound, AttributeNotFound),
        Kind::UnsupportedAttribute => either(InvalidField, UnsupportedAttribute),
        Kind::InvalidAttributeValue => either(InvalidField, InvalidAttributeValue),
        Kind::IndexOutOfBounds => either(IndexOutOfBounds, AttributeInstanceNotFound),
        Kind::AttributeInstance => either(IllegalOperation, MultiValuedAttribute),
        Kind::NonUniqueName => either(IllegalOperation, NonUniqueNameAttribute),
        Kind::InvalidObjectType => either(IllegalOperation, InvalidObjectType),
        Kind::ObjectDestroyed => either(ItemNotFound, ObjectDestroyed),
        Kind::ObjectArchived => ObjectArchived,
        Kind::IncompatibleUsageMask => either(PermissionDenied, IncompatibleCryptographicUsageMask),
        Kind::Sensitive => since(Version::V1_4, PermissionDenied, Sensitive),
        Kind::NotExtractable => since(Version::V1_4, PermissionDenied, NotExtractable),
        Kind::UsageLimitExceeded => PermissionDenied,
        Kind::KeyFormatNotSupported => KeyFormatTypeNotSupported,
        Kind::KeyCompressionNotSupported => KeyCompressionTypeNotSupported,
        Kind::WrappingNotSupported => either(FeatureNotSupported, KeyWrapTypeNotSupported),
        Kind::WrappingKey => either(ItemNotFound, WrappingObjectNotFound),
        Kind::KeyValueNotPresent => since(Version::V1_2, ItemNotFound, KeyValueNotPresent),
        Kind::MissingInitializationVector => InvalidMessage,
        Kind::UnknownCorrelation => either(InvalidField, InvalidCorrelationValue),
        Kind::ConstraintViolated => since(Version::V2_1, PermissionDenied, ConstraintViolation),
    }
}

#[cfg(test)]
mod tests {
    use claviger_core::ErrorKind;
    use claviger_wire_ttlv::Version;

    use super::reason;

    #[test]
    fn no_version_answers_with_a_reason_that_it_does_not_have() {
        for version in Version::ALL {
            for &kind in ErrorKind::ALL {
                let reason = reason(kind, version);
                assert!(reason.since() <= version, "{version} {kind:?}");
            }
        }
    }
}
