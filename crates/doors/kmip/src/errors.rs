//! Why an item of a batch failed, and the one mapping of the core's kinds of error to KMIP's result reasons.
//!
//! KMIP 1.x says for each operation which reason a situation has (KMIP 1.4 §11); KMIP 2.x lists the reasons of an operation
//! (KMIP 2.1 §6.1) and says once what each means (KMIP 2.1 §11.46). What the published cases fix comes before both.

use claviger_core::{Error, ErrorKind as Kind};
use claviger_wire_kmip::MessageError;
use claviger_wire_ttlv::Version;
use claviger_wire_ttlv::enumeration::Operation as Op;
use claviger_wire_ttlv::enumeration::ResultReason::{self, *};

/// What the handlers of operations return.
pub(crate) type Outcome<T> = Result<T, MessageError>;

/// A core error in the words of an operation of a version.
pub(crate) fn from_core(error: &Error, operation: Option<Op>, version: Version) -> MessageError {
    MessageError::new(reason(error.kind(), operation, version), error.to_string())
}

/// What a client is told of a failure that is nobody's fault but the service's.
pub(crate) fn internal(version: Version) -> MessageError {
    MessageError::new(
        reason(Kind::Internal, None, version),
        "the operation broke off; report this, with the time and the operation",
    )
}

/// The result reason of a kind of error in an operation of a version.
pub(crate) fn reason(kind: Kind, operation: Option<Op>, version: Version) -> ResultReason {
    let (first, second) = usual(kind);
    let own = operation.and_then(|operation| match version.major {
        0 | 1 => first_generation(operation, kind),
        _ => second_generation(operation, kind),
    });
    let reason = own.unwrap_or(if version.major < 2 { first } else { second });
    if reason.since() <= version { reason } else { before(reason) }
}

macro_rules! reasons {
    ($($kind:ident: $first:ident, $second:ident;)*) => {
        /// The reasons of a kind of error in KMIP 1.x and 2.x, but for what an operation has of its own.
        const fn usual(kind: Kind) -> (ResultReason, ResultReason) {
            match kind { $(Kind::$kind => ($first, $second),)* }
        }
    };
}

reasons! {
    InvalidInput: InvalidField, InvalidField;
    InvalidMessage: InvalidMessage, InvalidMessage;
    TooLarge: InvalidField, ServerLimitExceeded;
    NotFound: ItemNotFound, ObjectNotFound;
    AlreadyExists: InvalidField, NonUniqueNameAttribute;
    WrongState: PermissionDenied, WrongKeyLifecycleState;
    PermissionDenied: PermissionDenied, PermissionDenied;
    PolicyForbids: PermissionDenied, PermissionDenied;
    Unsupported: InvalidField, UnsupportedCryptographicParameters;
    AttributeReadOnly: PermissionDenied, AttributeReadOnly;
    AttributeSingleValued: InvalidField, AttributeSingleValued;
    AttributeNotFound: ItemNotFound, AttributeNotFound;
    UnsupportedAttribute: InvalidField, InvalidAttribute;
    InvalidAttributeValue: InvalidField, InvalidAttributeValue;
    AttributeInstanceNotFound: ItemNotFound, AttributeInstanceNotFound;
    MultiValuedAttribute: InvalidField, MultiValuedAttribute;
    TooManyAttributes: IndexOutOfBounds, ServerLimitExceeded;
    ApplicationNamespaceNotSupported:
        ApplicationNamespaceNotSupported, ApplicationNamespaceNotSupported;
    InvalidDataType: InvalidField, InvalidDataType;
    NumericRange: InvalidField, NumericRange;
    NonUniqueName: InvalidField, NonUniqueNameAttribute;
    InvalidObjectType: PermissionDenied, InvalidObjectType;
    ObjectDestroyed: PermissionDenied, ObjectDestroyed;
    NoActivationDate: IllegalOperation, InvalidField;
    ObjectArchived: ObjectArchived, ObjectArchived;
    ObjectExists: ObjectAlreadyExists, ObjectAlreadyExists;
    IncompatibleUsageMask: PermissionDenied, IncompatibleCryptographicUsageMask;
    Sensitive: Sensitive, Sensitive;
    NotExtractable: NotExtractable, NotExtractable;
    UsageLimitExceeded: PermissionDenied, UsageLimitExceeded;
    KeyFormatNotSupported: KeyFormatTypeNotSupported, KeyFormatTypeNotSupported;
    KeyCompressionNotSupported: KeyCompressionTypeNotSupported, KeyCompressionTypeNotSupported;
    WrappingNotSupported: FeatureNotSupported, KeyWrapTypeNotSupported;
    EncodingOptionNotSupported: EncodingOptionError, EncodingOptionError;
    WrappingKeyNotFound: ItemNotFound, WrappingObjectNotFound;
    WrappingKeyArchived: ObjectArchived, WrappingObjectArchived;
    WrappingKeyDestroyed: PermissionDenied, WrappingObjectDestroyed;
    BadPassword: InvalidField, BadPassword;
    PasswordNotActive: PermissionDenied, BadPassword;
    InvalidCertificateRequest: InvalidField, InvalidCSR;
    KeyValueNotPresent: KeyValueNotPresent, KeyValueNotPresent;
    // The cases of both generations have Invalid Message.
    MissingInitializationVector: InvalidMessage, InvalidMessage;
    InvalidParameters: InvalidField, BadCryptographicParameters;
    // The cases of both generations have General Failure for these two.
    InvalidTagLength: GeneralFailure, GeneralFailure;
    NotQuantumSafe: GeneralFailure, GeneralFailure;
    CryptographicFailure: CryptographicFailure, CryptographicFailure;
    LegacyForbidden: PermissionDenied, PermissionDenied;
    UnknownCorrelation: ItemNotFound, InvalidCorrelationValue;
    ConstraintViolated: PermissionDenied, ConstraintViolation;
    Undecryptable: CryptographicFailure, CryptographicFailure;
    LimitReached: GeneralFailure, ServerLimitExceeded;
    Conflict: GeneralFailure, GeneralFailure;
    Inconsistent: GeneralFailure, InternalServerError;
    NoSpace: GeneralFailure, ServerLimitExceeded;
    StoreUnavailable: GeneralFailure, InternalServerError;
    AuditUnavailable: GeneralFailure, InternalServerError;
    Internal: GeneralFailure, InternalServerError;
}

/// What an operation of KMIP 1.x has of its own, by its table (KMIP 1.4 §11).
const fn first_generation(operation: Op, kind: Kind) -> Option<ResultReason> {
    Some(match (operation, kind) {
        (Op::Create | Op::Register | Op::Import, Kind::InvalidObjectType) => InvalidField,
        (Op::CreateSplitKey | Op::JoinSplitKey, Kind::InvalidObjectType) => InvalidField,
        (Op::CreateSplitKey | Op::JoinSplitKey, Kind::ObjectDestroyed) => ItemNotFound,
        (
            Op::DeriveKey,
            Kind::InvalidObjectType
            | Kind::ObjectDestroyed
            | Kind::WrongState
            | Kind::IncompatibleUsageMask,
        ) => InvalidField,
        (Op::Check | Op::Activate | Op::Revoke, Kind::InvalidObjectType) => IllegalOperation,
        (Op::Get | Op::Export, Kind::InvalidObjectType) => IllegalOperation,
        // Parameters that are not those of the wrapping key are not found.
        (
            Op::Get | Op::Export,
            Kind::ObjectDestroyed | Kind::Unsupported | Kind::InvalidParameters,
        ) => ItemNotFound,
        (Op::AddAttribute, Kind::AttributeSingleValued | Kind::NonUniqueName) => IllegalOperation,
        (Op::AddAttribute, Kind::UnsupportedAttribute) => PermissionDenied,
        (Op::ModifyAttribute, Kind::NonUniqueName) => IllegalOperation,
        (Op::ModifyAttribute, Kind::AttributeNotFound) => InvalidField,
        (Op::DeleteAttribute, Kind::UnsupportedAttribute) => ItemNotFound,
        (
            Op::GetUsageAllocation,
            Kind::AttributeNotFound
            | Kind::InvalidObjectType
            | Kind::ObjectDestroyed
            | Kind::WrongState
            | Kind::IncompatibleUsageMask,
        ) => IllegalOperation,
        (Op::Validate, Kind::InvalidObjectType) => InvalidMessage,
        (
            Op::Encrypt
            | Op::Decrypt
            | Op::Sign
            | Op::SignatureVerify
            | Op::MAC
            | Op::MACVerify
            | Op::Hash,
            Kind::InvalidParameters,
        ) => CryptographicFailure,
        _ => return None,
    })
}

/// What an operation of KMIP 2.x has of its own, because its list (KMIP 2.1 §6.1) does not have the usual reason.
const fn second_generation(operation: Op, kind: Kind) -> Option<ResultReason> {
    Some(match (operation, kind) {
        (Op::AdjustAttribute | Op::Certify | Op::CreateSplitKey, Kind::NotFound) => ItemNotFound,
        (Op::Check, Kind::InvalidObjectType) => IllegalObjectType,
        (Op::Import, Kind::InvalidObjectType) => InvalidField,
        (Op::GetUsageAllocation, Kind::IncompatibleUsageMask) => InvalidObjectType,
        (Op::Get | Op::Export, Kind::Unsupported) => BadCryptographicParameters,
        (Op::MAC | Op::MACVerify, Kind::Unsupported) => BadCryptographicParameters,
        (Op::Create | Op::CreateKeyPair, Kind::Unsupported) => InvalidAttributeValue,
        // Their lists have Usage Limit Exceeded too; in the cases (CS-BC-M-7) a use beyond the limits is denied.
        (
            Op::Encrypt | Op::Decrypt | Op::Sign | Op::SignatureVerify | Op::MAC | Op::MACVerify,
            Kind::UsageLimitExceeded,
        ) => PermissionDenied,
        (
            Op::Register
            | Op::Import
            | Op::ReKey
            | Op::ReKeyKeyPair
            | Op::Certify
            | Op::ReCertify
            | Op::ReProvision
            | Op::Hash,
            Kind::Unsupported,
        ) => FeatureNotSupported,
        (Op::Hash, Kind::InvalidParameters) => InvalidField,
        (Op::AddAttribute | Op::AdjustAttribute | Op::SetAttribute, Kind::AttributeReadOnly) => {
            ReadOnlyAttribute
        }
        (Op::ModifyAttribute | Op::DeleteAttribute, Kind::MultiValuedAttribute) => {
            AttributeInstanceNotFound
        }
        (Op::AdjustAttribute, Kind::UnsupportedAttribute) => UnsupportedAttribute,
        (Op::ModifyAttribute, Kind::UnsupportedAttribute) => AttributeNotFound,
        _ => return None,
    })
}

/// What versions answer that do not have a reason yet.
const fn before(reason: ResultReason) -> ResultReason {
    match reason {
        ObjectAlreadyExists | KeyValueNotPresent => IllegalOperation,
        EncodingOptionError => InvalidField,
        Sensitive | NotExtractable | ConstraintViolation => PermissionDenied,
        reason => reason,
    }
}

#[cfg(test)]
mod tests {
    use claviger_core::ErrorKind;
    use claviger_wire_ttlv::Version;
    use claviger_wire_ttlv::enumeration::Operation;

    use super::reason;

    #[test]
    fn no_version_answers_with_a_reason_that_it_does_not_have() {
        for version in Version::ALL {
            let operations = Operation::ALL.iter().copied().map(Some);
            for operation in operations.chain([None]) {
                for &kind in ErrorKind::ALL {
                    let reason = reason(kind, operation, version);
                    assert!(reason.since() <= version, "{version} {operation:?} {kind:?}");
                }
            }
        }
    }
}
