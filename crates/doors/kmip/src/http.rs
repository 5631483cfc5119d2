//! KMIP over HTTP (KMIP Additional Message Encodings §3): `POST /kmip` with a message in one of three encodings, and
//! `POST /kmip/2_1` as clients of the Cosmian KMS speak it.

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Extension, State};
use axum::routing::post;
use bytes::Bytes;
use claviger_model::Principal;
use claviger_wire_ttlv::{Buffer, Version, json, tag, xml};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use tokio::time::timeout;

use crate::cosmian;
use crate::door::{Door, Peer, Session, Transport};

const BINARY: &str = "application/octet-stream";
pub(crate) const JSON: &str = "application/json";
const XML: &str = "text/xml";

/// The routes.
pub(crate) fn router(door: Arc<Door>) -> Router {
    // Hexadecimal takes two bytes for one, and names take more.
    let limit = door.options.message_limit.saturating_mul(3);
    Router::new()
        .route("/kmip", post(message).fallback(only_post))
        .route("/kmip/2_1", post(cosmian::message).fallback(only_post))
        .layer(DefaultBodyLimit::max(limit))
        .with_state(door)
}

/// The session of a request: the listener says who is on the other side, if it knows.
pub(crate) fn session(peer: Option<Extension<Peer>>) -> Session {
    let peer = peer.map_or_else(
        || Peer { principal: Principal::local(), source: None, certificate: None },
        |Extension(peer)| peer,
    );
    Session { peer, transport: Transport::Http }
}

async fn message(
    State(door): State<Arc<Door>>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response<Body> {
    let body = match whole(body) {
        Ok(body) => body,
        Err(refusal) => return *refusal,
    };
    let session = session(peer);
    let answer = async {
        match media_type(&headers) {
            Some(BINARY) => binary(&door, &session, &body).await,
            Some(JSON) => json(&door, &session, &body).await,
            Some(XML | "application/xml") => xml(&door, &session, &body).await,
            _ => text(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "send a KMIP message with the content type application/octet-stream, application/json or text/xml",
            ),
        }
    };
    in_time(&door, answer).await
}

/// The body of a request, or the answer to one without a whole one.
pub(crate) fn whole(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Box<Response<Body>>> {
    body.map_err(|rejection| {
        let sentence = "the body is too long, or ended before it was complete; split the batch";
        Box::new(text(rejection.status(), sentence))
    })
}

/// The answer, if it comes within the deadline.
pub(crate) async fn in_time(
    door: &Door,
    answer: impl Future<Output = Response<Body>>,
) -> Response<Body> {
    timeout(door.options.message_deadline, answer).await.unwrap_or_else(|_| {
        text(
            StatusCode::SERVICE_UNAVAILABLE,
            "the message was not carried out within the deadline; see whether it took effect, then try again",
        )
    })
}

async fn binary(door: &Arc<Door>, session: &Session, body: &[u8]) -> Response<Body> {
    let (answer, _) = door.answer(session, body).await;
    respond(StatusCode::OK, BINARY, answer.into_vec())
}

async fn json(door: &Arc<Door>, session: &Session, body: &[u8]) -> Response<Body> {
    let (answer, dialect) = match json::decode(body, &door.limits()) {
        Ok((message, dialect)) => (door.answer_item(session, message.item()).await, dialect),
        Err(error) => (door.refuse(error.to_string()), json::Dialect::Standard),
    };
    let text = json::encode(answer.item(), version(&answer), dialect);
    respond(StatusCode::OK, JSON, text)
}

async fn xml(door: &Arc<Door>, session: &Session, body: &[u8]) -> Response<Body> {
    let answer = match xml::decode(body, &door.limits()) {
        Ok(message) => door.answer_item(session, message.item()).await,
        Err(error) => door.refuse(error.to_string()),
    };
    respond(StatusCode::OK, XML, xml::encode(answer.item(), version(&answer)))
}

/// The version that a response says it is of.
pub(crate) fn version(response: &Buffer) -> Version {
    let number = |tag| {
        response
            .item()
            .child(tag::RESPONSE_HEADER)?
            .child(tag::PROTOCOL_VERSION)?
            .child(tag)?
            .integer()
            .and_then(|number| u8::try_from(number).ok())
    };
    match (number(tag::PROTOCOL_VERSION_MAJOR), number(tag::PROTOCOL_VERSION_MINOR)) {
        (Some(major), Some(minor)) => Version { major, minor },
        _ => Version::V1_0,
    }
}

fn media_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or(value).trim())
}

/// A response whose body is wiped once it was sent.
pub(crate) fn respond(
    status: StatusCode,
    media_type: &'static str,
    body: Vec<u8>,
) -> Response<Body> {
    let mut response = Response::new(Body::from(Bytes::from_owner(zeroize::Zeroizing::new(body))));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A response that is a sentence.
pub(crate) fn text(status: StatusCode, sentence: &str) -> Response<Body> {
    respond(status, "text/plain; charset=utf-8", sentence.as_bytes().to_vec())
}

async fn only_post() -> Response<Body> {
    let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "KMIP messages are sent with POST");
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}
