//! Errors: a closed kind, what was wrong, what to do.

use std::borrow::Cow;
use std::fmt;

use claviger_model::{ContextError, InvalidTransition, NameError, PolicyError, UniqueIdentifier};
use claviger_ports::{AuditError, CryptoError, StoreError};

macro_rules! error_kinds {
    ($($(#[$doc:meta])* $variant:ident = $code:literal;)*) => {
        /// Why an operation was refused or failed. Doors map every kind to their protocol's own error.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ErrorKind { $($(#[$doc])* $variant,)* }

        impl ErrorKind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable code, for programs and the audit log.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }
    };
}

error_kinds! {
    /// The request itself is wrong.
    InvalidInput = "invalid_input";
    /// The request lacks a field that it needs, or has two that exclude each other.
    InvalidMessage = "invalid_message";
    /// The input is larger than the limit.
    TooLarge = "too_large";
    /// There is no such key or version, or the caller may not know of it.
    NotFound = "not_found";
    /// The name is taken.
    AlreadyExists = "already_exists";
    /// The key's state or dates don't allow the operation.
    WrongState = "wrong_state";
    /// The caller may see the key but not do this with it.
    PermissionDenied = "permission_denied";
    /// The key's policy doesn't allow the operation.
    PolicyForbids = "policy_forbids";
    /// The key's kind or the algorithm can't do this.
    Unsupported = "unsupported";
    /// Only the service sets this attribute, or not any more.
    AttributeReadOnly = "attribute_read_only";
    /// The attribute has one value already and takes no second.
    AttributeSingleValued = "attribute_single_valued";
    /// The object has no such attribute.
    AttributeNotFound = "attribute_not_found";
    /// The service knows no such attribute.
    UnsupportedAttribute = "unsupported_attribute";
    /// The attribute can't have this value.
    InvalidAttributeValue = "invalid_attribute_value";
    /// The object has the attribute, but not this instance of it.
    AttributeInstanceNotFound = "attribute_instance_not_found";
    /// The attribute has several values, and nobody says which one is meant.
    MultiValuedAttribute = "multi_valued_attribute";
    /// The object would have more attributes, or larger ones, than are kept.
    TooManyAttributes = "too_many_attributes";
    /// The service makes no application data for this namespace.
    ApplicationNamespaceNotSupported = "application_namespace_not_supported";
    /// A value of this type can't be adjusted so.
    InvalidDataType = "invalid_data_type";
    /// The adjusted number would be out of the range of its type.
    NumericRange = "numeric_range";
    /// Another object has this name.
    NonUniqueName = "non_unique_name";
    /// The object's type can't do this.
    InvalidObjectType = "invalid_object_type";
    /// The object was destroyed.
    ObjectDestroyed = "object_destroyed";
    /// The object's dates can't be shifted by an offset: it has no Activation Date.
    NoActivationDate = "no_activation_date";
    /// The object is archived.
    ObjectArchived = "object_archived";
    /// The object exists already.
    ObjectExists = "object_exists";
    /// The key's usage mask doesn't have this use.
    IncompatibleUsageMask = "incompatible_usage_mask";
    /// The object is sensitive: its material leaves only wrapped.
    Sensitive = "sensitive";
    /// The object's material never leaves.
    NotExtractable = "not_extractable";
    /// The key's usage limit is reached.
    UsageLimitExceeded = "usage_limit_exceeded";
    /// The key can't be given in this format.
    KeyFormatNotSupported = "key_format_not_supported";
    /// The key can't be given in this compression.
    KeyCompressionNotSupported = "key_compression_not_supported";
    /// The key can't be wrapped, or not be given unwrapped, like this.
    WrappingNotSupported = "wrapping_not_supported";
    /// What is wrapped can't be encoded like this.
    EncodingOptionNotSupported = "encoding_option_not_supported";
    /// The key that wraps isn't there.
    WrappingKeyNotFound = "wrapping_key_not_found";
    /// The key that wraps is archived.
    WrappingKeyArchived = "wrapping_key_archived";
    /// The key that wraps was destroyed.
    WrappingKeyDestroyed = "wrapping_key_destroyed";
    /// There isn't exactly one password of a PKCS#12 container, or what is linked to is none, or not the container's.
    BadPassword = "bad_password";
    /// The password of a PKCS#12 container isn't active.
    PasswordNotActive = "password_not_active";
    /// The certificate request isn't one, or isn't signed by its key.
    InvalidCertificateRequest = "invalid_certificate_request";
    /// The key's material isn't here.
    KeyValueNotPresent = "key_value_not_present";
    /// An initialisation vector is needed and wasn't given.
    MissingInitializationVector = "missing_initialization_vector";
    /// The cryptographic parameters don't fit each other or the key.
    InvalidParameters = "invalid_parameters";
    /// The mode has no authentication tags of this length.
    InvalidTagLength = "invalid_tag_length";
    /// The key would not withstand a quantum computer, as it is to.
    NotQuantumSafe = "not_quantum_safe";
    /// The cryptography failed: a tag, a padding, a length.
    CryptographicFailure = "cryptographic_failure";
    /// The algorithm is legacy, and the key isn't permitted to use such.
    LegacyForbidden = "legacy_forbidden";
    /// There is no such stream of a message in parts, or it is another's.
    UnknownCorrelation = "unknown_correlation";
    /// The constraints or defaults don't allow this.
    ConstraintViolated = "constraint_violated";
    /// The ciphertext, wrapped key or backup doesn't open: one kind and one message whatever the cause.
    Undecryptable = "undecryptable";
    /// A published limit was reached.
    LimitReached = "limit_reached";
    /// Somebody else changed the key at the same time, again and again.
    Conflict = "conflict";
    /// What is stored isn't what this service wrote.
    Inconsistent = "inconsistent";
    /// There is no room left to store anything.
    NoSpace = "no_space";
    /// The store doesn't work.
    StoreUnavailable = "store_unavailable";
    /// The audit log can't be written, so nothing is done.
    AuditUnavailable = "audit_unavailable";
    /// A mistake in this service.
    Internal = "internal";
}

/// A refused or failed operation.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: Cow<'static, str>,
    remedy: &'static str,
}

impl Error {
    /// An error of this kind. `message` says what was wrong without quoting secret input; `remedy` what to do.
    #[must_use]
    pub fn new(
        kind: ErrorKind,
        message: impl Into<Cow<'static, str>>,
        remedy: &'static str,
    ) -> Self {
        Self { kind, message: message.into(), remedy }
    }

    /// The one error for everything that doesn't open.
    #[must_use]
    pub fn undecryptable() -> Self {
        Self::new(
            ErrorKind::Undecryptable,
            "the ciphertext cannot be decrypted: it was changed, or it belongs to another key or context",
            "pass the whole ciphertext as it was returned, and exactly the context that it was made with",
        )
    }

    pub(crate) fn not_found(name: &str) -> Self {
        Self::new(
            ErrorKind::NotFound,
            format!("there is no key named {name}"),
            "check the name with a list of the keys, or create the key first",
        )
    }

    pub(crate) fn object_not_found(identifier: &UniqueIdentifier) -> Self {
        Self::new(
            ErrorKind::NotFound,
            format!("there is no object {identifier}"),
            "check the identifier with Locate",
        )
    }

    pub(crate) fn version_not_found(name: &str, version: u32) -> Self {
        Self::new(
            ErrorKind::NotFound,
            format!("the key {name} has no version {version}"),
            "list the key's versions",
        )
    }

    pub(crate) fn inconsistent(what: &str) -> Self {
        Self::new(
            ErrorKind::Inconsistent,
            format!("{what} in the store is not what this service wrote; it is not served"),
            "restore the database or the key from a backup, and find out who changed it",
        )
    }

    /// What kind of error it is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What was wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        self.remedy
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}; {}", self.message, self.remedy)
    }
}

impl std::error::Error for Error {}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::AlreadyExists { .. } => Self::new(
                ErrorKind::AlreadyExists,
                "a key of this name exists already",
                "choose another name; names of deleted keys are not given again, since ciphertexts name them",
            ),
            StoreError::Conflict { .. } => Self::new(
                ErrorKind::Conflict,
                "the key was changed by somebody else at the same time",
                "try again",
            ),
            StoreError::Inconsistency { table, column, row } => {
                Self::inconsistent(&format!("the column {column} of row {row} of table {table}"))
            }
            StoreError::Full => Self::new(
                ErrorKind::NoSpace,
                "there is no room left on the store's disk",
                "make room and try again; nothing was changed",
            ),
            StoreError::ReadOnly => Self::new(
                ErrorKind::StoreUnavailable,
                "the store is read-only",
                "make the data directory writable for the service and try again",
            ),
            StoreError::Unavailable { .. } => Self::new(
                ErrorKind::StoreUnavailable,
                "the store does not answer as it must",
                "try again; if it lasts, read the service's log",
            ),
        }
    }
}

impl From<AuditError> for Error {
    fn from(_: AuditError) -> Self {
        Self::new(
            ErrorKind::AuditUnavailable,
            "the audit log cannot be written, so the operation was not answered",
            "make room for the audit log or repair its disk; read the service's log for the cause",
        )
    }
}

impl From<CryptoError> for Error {
    fn from(error: CryptoError) -> Self {
        match error {
            CryptoError::Unsupported => Self::new(
                ErrorKind::Unsupported,
                "the key cannot do this, or not with this algorithm",
                "use a key made for it; the key's description names its algorithm and usage",
            ),
            CryptoError::InvalidKey(what) => Self::new(
                ErrorKind::InvalidInput,
                what,
                "pass a valid key in the format that the request names",
            ),
            CryptoError::InvalidParameter(what) => {
                Self::new(ErrorKind::InvalidInput, what, "correct the parameter and try again")
            }
            CryptoError::TooLong { limit } => Self::new(
                ErrorKind::TooLarge,
                format!("the input is longer than the {limit} bytes that the algorithm takes"),
                "shorten the input, or encrypt it with a data key",
            ),
            CryptoError::Failed => Self::undecryptable(),
            CryptoError::Legacy => Self::new(
                ErrorKind::LegacyForbidden,
                "the algorithm or its parameters are legacy, and the key may not be used with such",
                "use current algorithms; for OAEP in KMIP 1.4 and later, name the Mask Generator Hashing Algorithm, which is SHA-1 there if nobody names it; or start the service with --kmip-legacy-algorithms before the key is made",
            ),
            CryptoError::RandomUnavailable | CryptoError::Internal => Self::new(
                ErrorKind::Internal,
                "the cryptographic library failed",
                "report this, with the request identifier",
            ),
        }
    }
}

impl From<InvalidTransition> for Error {
    fn from(error: InvalidTransition) -> Self {
        Self::new(
            ErrorKind::WrongState,
            error.to_string(),
            "see the key's state; an active key is deactivated by revoking it before it is destroyed",
        )
    }
}

impl From<PolicyError> for Error {
    fn from(error: PolicyError) -> Self {
        Self::new(ErrorKind::InvalidInput, error.to_string(), "correct the policy and try again")
    }
}

impl From<ContextError> for Error {
    fn from(error: ContextError) -> Self {
        Self::new(
            ErrorKind::InvalidInput,
            format!("the context {error}"),
            "correct the context and try again",
        )
    }
}

impl From<NameError> for Error {
    fn from(error: NameError) -> Self {
        Self::new(
            ErrorKind::InvalidInput,
            format!("the name {error}"),
            "use 1 to 128 letters, digits, '.', '_' and '-', beginning with a letter, a digit or '_'",
        )
    }
}
