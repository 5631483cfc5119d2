//! One request on its way through the door, and what it is answered with.

use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use claviger_core::{Caller, Kms};
use claviger_model::{KeyName, RequestId};
use claviger_secret::SecretBytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde::de::Deserialize;

use crate::door::Door;
use crate::errors::Refusal;
use crate::json;
use crate::path::Parameters;
use crate::query::Query;

/// The header that names the request in every reply.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The media type of messages.
pub(crate) const JSON: &str = "application/json";

/// A request whose size, media type and sender were checked, and whose body is there.
pub(crate) struct Exchange {
    pub(crate) door: Arc<Door>,
    pub(crate) caller: Caller,
    pub(crate) body: Bytes,
    /// The path's parameters, unescaped.
    pub(crate) parameters: Parameters,
    /// The query, still escaped.
    pub(crate) query: Option<String>,
    /// The header `accept`.
    pub(crate) accept: Option<HeaderValue>,
}

impl Exchange {
    /// The service.
    pub(crate) fn kms(&self) -> &Kms {
        &self.door.kms
    }

    /// The body as a message.
    pub(crate) fn message<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Refusal> {
        json::read(&self.body)
    }

    /// The body as a message; the message without members if there is no body.
    pub(crate) fn optional_message<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Refusal> {
        json::read(if self.body.is_empty() { b"{}" } else { &self.body })
    }

    /// The key that the path names.
    pub(crate) fn key(&self) -> Result<KeyName, Refusal> {
        Ok(KeyName::new(self.parameter("name")).map_err(claviger_core::Error::from)?)
    }

    /// A parameter of the path.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        let found = self.parameters.iter().find(|(parameter, _)| *parameter == name);
        found.map_or("", |(_, value)| value)
    }

    /// The query's parameters.
    pub(crate) fn query(&self) -> Result<Query, Refusal> {
        Query::read(self.query.as_deref())
    }
}

/// What a request is answered with.
pub(crate) struct Reply {
    status: StatusCode,
    media_type: &'static str,
    body: Bytes,
}

impl Reply {
    /// 200 with a message.
    pub(crate) fn message(message: &impl Serialize) -> Result<Self, Refusal> {
        Self::with_status(StatusCode::OK, message)
    }

    /// A message with another status.
    pub(crate) fn with_status(
        status: StatusCode,
        message: &impl Serialize,
    ) -> Result<Self, Refusal> {
        let body = serde_json::to_vec(message).map_err(|_| Refusal::unwritable())?;
        Ok(Self { status, media_type: JSON, body: body.into() })
    }

    /// 200 with a message that holds a secret: what is written of it is wiped once it was sent.
    pub(crate) fn secret_message(message: &impl Serialize) -> Result<Self, Refusal> {
        let mut body = Vec::with_capacity(json::written_length(message));
        let written = serde_json::to_writer(&mut body, message);
        let body = SecretBytes::new(body);
        written.map(|()| Self::secret(body)).map_err(|_| Refusal::unwritable())
    }

    /// 200 with a message that is written already and holds a secret.
    pub(crate) fn secret(body: SecretBytes) -> Self {
        Self { status: StatusCode::OK, media_type: JSON, body: Bytes::from_owner(Wiped(body)) }
    }

    /// 200 with something that is written already.
    pub(crate) fn written(media_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self { status: StatusCode::OK, media_type, body: body.into() }
    }

    /// The HTTP response to the request of this identifier.
    pub(crate) fn into_response(self, request_id: RequestId) -> Response<Body> {
        respond(self.status, self.media_type, self.body, request_id)
    }
}

/// A response with the headers that every response has.
pub(crate) fn respond(
    status: StatusCode,
    media_type: &'static str,
    body: Bytes,
    request_id: RequestId,
) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(request_id.encode(&mut [0; RequestId::TEXT_LENGTH])) {
        headers.insert(REQUEST_ID, value);
    }
    response
}

/// A buffer that is wiped when the last reference to it goes.
struct Wiped(SecretBytes);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        self.0.expose("sending the reply")
    }
}
