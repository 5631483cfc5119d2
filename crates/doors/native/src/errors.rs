//! Errors as problems (RFC 9457): the one mapping of the core's kinds to HTTP.

use std::borrow::Cow;

use bytes::Bytes;
use claviger_core::{Error, ErrorKind};
use claviger_model::RequestId;
use claviger_wire_native::{ItemError, PROBLEM_MEDIA_TYPE, Problem};
use http::{HeaderValue, Response, StatusCode, header};

use crate::exchange::respond;

/// A request that is refused or failed.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    remedy: &'static str,
    /// The header `allow` of a 405.
    allow: Option<String>,
}

/// The status of each kind of error. 5xx means the service's own fault only.
const fn status(kind: ErrorKind) -> StatusCode {
    use ErrorKind as Kind;
    match kind {
        Kind::InvalidInput
        | Kind::InvalidMessage
        | Kind::Unsupported
        | Kind::Undecryptable
        | Kind::AttributeReadOnly
        | Kind::AttributeSingleValued
        | Kind::UnsupportedAttribute
        | Kind::InvalidAttributeValue
        | Kind::AttributeInstanceNotFound
        | Kind::ApplicationNamespaceNotSupported
        | Kind::InvalidDataType
        | Kind::NumericRange
        | Kind::InvalidObjectType
        | Kind::KeyFormatNotSupported
        | Kind::KeyCompressionNotSupported
        | Kind::WrappingNotSupported
        | Kind::EncodingOptionNotSupported
        | Kind::BadPassword
        | Kind::InvalidCertificateRequest
        | Kind::MissingInitializationVector
        | Kind::InvalidParameters
        | Kind::InvalidTagLength
        | Kind::NotQuantumSafe
        | Kind::CryptographicFailure => StatusCode::BAD_REQUEST,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::NotFound | Kind::AttributeNotFound | Kind::UnknownCorrelation => {
            StatusCode::NOT_FOUND
        }
        Kind::AlreadyExists
        | Kind::WrongState
        | Kind::Conflict
        | Kind::LimitReached
        | Kind::MultiValuedAttribute
        | Kind::TooManyAttributes
        | Kind::NonUniqueName
        | Kind::ObjectDestroyed
        | Kind::NoActivationDate
        | Kind::ObjectArchived
        | Kind::ObjectExists
        | Kind::WrappingKeyNotFound
        | Kind::WrappingKeyArchived
        | Kind::WrappingKeyDestroyed
        | Kind::PasswordNotActive
        | Kind::KeyValueNotPresent
        | Kind::ConstraintViolated => StatusCode::CONFLICT,
        Kind::PermissionDenied
        | Kind::PolicyForbids
        | Kind::IncompatibleUsageMask
        | Kind::Sensitive
        | Kind::NotExtractable
        | Kind::UsageLimitExceeded
        | Kind::LegacyForbidden => StatusCode::FORBIDDEN,
        Kind::NoSpace => StatusCode::INSUFFICIENT_STORAGE,
        Kind::StoreUnavailable | Kind::AuditUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Inconsistent | Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self {
            status: status(error.kind()),
            code: error.kind().code(),
            detail: Cow::Owned(error.message().to_owned()),
            remedy: error.remedy(),
            allow: None,
        }
    }
}

/// A core error as the error of one item.
pub(crate) fn item_error(error: &Error) -> ItemError {
    ItemError {
        code: Cow::Borrowed(error.kind().code()),
        detail: error.message().to_owned(),
        remedy: Cow::Borrowed(error.remedy()),
    }
}

impl Refusal {
    fn new(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
        remedy: &'static str,
    ) -> Self {
        Self { status, code, detail: detail.into(), remedy, allow: None }
    }

    /// 400: the request itself is wrong.
    pub(crate) fn invalid(detail: impl Into<Cow<'static, str>>, remedy: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorKind::InvalidInput.code(), detail, remedy)
    }

    /// 413: the body is longer than the route's limit, in bytes.
    pub(crate) fn too_large(limit: usize) -> Self {
        let code = ErrorKind::TooLarge.code();
        if limit == 0 {
            let detail = "this route takes no body";
            return Self::new(StatusCode::PAYLOAD_TOO_LARGE, code, detail, "send no body");
        }
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            code,
            format!("the body is longer than the {limit} bytes that this route takes"),
            "split the data, or encrypt it with a data key (generate-key, or encrypt-file of the command line)",
        )
    }

    /// 415: the body isn't JSON by its media type or is compressed.
    pub(crate) fn unsupported_media_type() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "the body is not declared as uncompressed JSON",
            "send the header `content-type: application/json` and no content-encoding",
        )
    }

    /// 408: the body didn't arrive in time.
    pub(crate) fn slow_body() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "request_timeout",
            "the body did not arrive within the route's deadline",
            "try again, with a smaller body or a faster connection",
        )
    }

    /// 400: the connection broke in the middle of the body.
    pub(crate) fn broken_body() -> Self {
        Self::invalid("the body ended before it was complete", "send the whole body")
    }

    /// 503: the operation took longer than the route's deadline.
    pub(crate) fn deadline() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "deadline_exceeded",
            "the operation was not done within the route's deadline",
            "see whether it took effect, then try again; if it lasts, read the service's log",
        )
    }

    /// 403: the request names another host than this one.
    pub(crate) fn foreign_host() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "foreign_host",
            "the request's host or origin is not this machine",
            "address the service as localhost or by an IP address, or add the name to its allowed hosts",
        )
    }

    /// 404: no such route.
    pub(crate) fn no_route() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no_such_route",
            "there is no such path",
            "see the paths at /api/v1/openapi.json",
        )
    }

    /// 405: the path has other methods; `allow` lists them.
    pub(crate) fn no_method(allow: String) -> Self {
        let detail = format!("this path does not have this method; it has {allow}");
        let refusal = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            detail,
            "use one of the methods that the path has",
        );
        Self { allow: Some(allow), ..refusal }
    }

    /// 500: a reply could not be written.
    pub(crate) fn unwritable() -> Self {
        Self::from(Error::new(
            ErrorKind::Internal,
            "the reply could not be written",
            "report this, with the request identifier",
        ))
    }

    /// What was wrong.
    #[cfg(test)]
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// The HTTP response to the request of this identifier.
    pub(crate) fn into_response(self, request_id: RequestId) -> Response<axum::body::Body> {
        let Self { status, code, detail, remedy, allow } = self;
        let problem = Problem {
            problem_type: format!("urn:claviger:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code: code.to_owned(),
            detail: detail.into_owned(),
            remedy: remedy.to_owned(),
            request: request_id.to_string(),
        };
        // Text and numbers always have a JSON form.
        let body = Bytes::from(serde_json::to_vec(&problem).unwrap_or_default());
        let mut response = respond(status, PROBLEM_MEDIA_TYPE, body, request_id);
        if let Some(allow) = allow.and_then(|allow| HeaderValue::from_str(&allow).ok()) {
            response.headers_mut().insert(header::ALLOW, allow);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use claviger_core::ErrorKind;

    use super::status;

    #[test]
    fn only_our_own_faults_are_server_errors() {
        for &kind in ErrorKind::ALL {
            let ours = matches!(
                kind,
                ErrorKind::NoSpace
                    | ErrorKind::StoreUnavailable
                    | ErrorKind::AuditUnavailable
                    | ErrorKind::Inconsistent
                    | ErrorKind::Internal
            );
            assert_eq!(status(kind).is_server_error(), ours, "{kind:?}");
            assert_eq!(status(kind).is_client_error(), !ours, "{kind:?}");
        }
    }
}
