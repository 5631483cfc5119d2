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
    use ResultReason as Reason;
    let by_generation = |first, second| if version.major >= 2 { second } else { first };
    let since_1_4 = |older, newer| if version >= Version::V1_4 { newer } else { older };
    match kind {
        Kind::InvalidInput => Reason::InvalidField,
        Kind::TooLarge => by_generation(Reason::InvalidField, Reason::ServerLimitExceeded),
        Kind::NotFound => by_generation(Reason::ItemNotFound, Reason::ObjectNotFound),
        Kind::AlreadyExists | Kind::ObjectExists => {
            since_1_4(Reason::IllegalOperation, Reason::ObjectAlreadyExists)
        }
        Kind::WrongState => {
            by_generation(Reason::PermissionDenied, Reason::WrongKeyLifecycleState)
        }
        Kind::PermissionDenied | Kind::PolicyForbids | Kind::LegacyForbidden => {
            Reason::PermissionDenied
        }
        Kind::Unsupported => {
            by_generation(Reason::InvalidField, Reason::UnsupportedCryptographicParameters)
        }
        Kind::Undecryptable | Kind::CryptographicFailure => Reason::CryptographicFailure,
        Kind::LimitReached => by_generation(Reason::GeneralFailure, Reason::ServerLimitExceeded),
        Kind::Conflict
        | Kind::Inconsistent
        | Kind::NoSpace
        | Kind::StoreUnavailable
        | Kind::AuditUnavailable
        | Kind::Internal
        // The cases of both generations expect it for tags of impossible length and for keys that aren't safe enough.
        | Kind::InvalidParameters => Reason::GeneralFailure,
        Kind::AttributeReadOnly => {
            by_generation(Reason::PermissionDenied, Reason::AttributeReadOnly)
        }
        Kind::AttributeSingleValued => {
            by_generation(Reason::IndexOutOfBounds, Reason::AttributeSingleValued)
        }
        Kind::AttributeNotFound => by_generation(Reason::ItemNotFound, Reason::AttributeNotFound),
        Kind::UnsupportedAttribute => {
            by_generation(Reason::InvalidField, Reason::UnsupportedAttribute)
        }
        Kind::InvalidAttributeValue => {
            by_generation(Reason::InvalidField, Reason::InvalidAttributeValue)
        }
        Kind::IndexOutOfBounds => {
            by_generation(Reason::IndexOutOfBounds, Reason::AttributeInstanceNotFound)
        }
        Kind::AttributeInstance => {
            by_generation(Reason::IllegalOperation, Reason::MultiValuedAttribute)
        }
        Kind::NonUniqueName => {
            by_generation(Reason::IllegalOperation, Reason::NonUniqueNameAttribute)
        }
        Kind::InvalidObjectType => {
            by_generation(Reason::IllegalOperation, Reason::InvalidObjectType)
        }
        Kind::ObjectDestroyed => by_generation(Reason::ItemNotFound, Reason::ObjectDestroyed),
        Kind::ObjectArchived => Reason::ObjectArchived,
        Kind::IncompatibleUsageMask => {
            by_generation(Reason::PermissionDenied, Reason::IncompatibleCryptographicUsageMask)
        }
        Kind::Sensitive => since_1_4(Reason::PermissionDenied, Reason::Sensitive),
        Kind::NotExtractable => since_1_4(Reason::PermissionDenied, Reason::NotExtractable),
        Kind::UsageLimitExceeded => Reason::PermissionDenied,
        Kind::KeyFormatNotSupported => Reason::KeyFormatTypeNotSupported,
        Kind::KeyCompressionNotSupported => Reason::KeyCompressionTypeNotSupported,
        Kind::WrappingNotSupported => {
            by_generation(Reason::FeatureNotSupported, Reason::KeyWrapTypeNotSupported)
        }
        Kind::WrappingKey => by_generation(Reason::ItemNotFound, Reason::WrappingObjectNotFound),
        Kind::KeyValueNotPresent => {
            if version >= Version::V1_2 {
                Reason::KeyValueNotPresent
            } else {
                Reason::ItemNotFound
            }
        }
        Kind::MissingInitializationVector => Reason::InvalidMessage,
        Kind::UnknownCorrelation => {
            by_generation(Reason::InvalidField, Reason::InvalidCorrelationValue)
        }
        Kind::ConstraintViolated => {
            if version >= Version::V2_1 {
                Reason::ConstraintViolation
            } else {
                Reason::PermissionDenied
            }
        }
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
