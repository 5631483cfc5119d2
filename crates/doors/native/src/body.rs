//! Bodies, read with their limits before anything else is done with them.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use http::{HeaderMap, HeaderValue};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;

use crate::errors::Refusal;

/// How much of a refused body is read and thrown away, so that a client that sends first and listens later gets the answer.
const DISCARD_LIMIT: usize = 64 << 20;
/// For how long.
const DISCARD_DEADLINE: Duration = Duration::from_secs(5);

/// Reads a body of at most `limit` bytes. Memory is taken as bytes arrive, never by a length that is merely claimed.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    deadline: Duration,
) -> Result<Bytes, Refusal> {
    let claimed = claimed_length(headers)?;
    if claimed.is_some_and(|length| length > limit as u64) {
        return Err(refuse(headers, body, limit).await);
    }
    if limit == 0 {
        return Ok(Bytes::new());
    }
    let mut body = body;
    match timeout(deadline, Limited::new(&mut body, limit).collect()).await {
        Err(_) => Err(Refusal::slow_body()),
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.downcast_ref::<LengthLimitError>().is_some() => {
            discard(body).await;
            Err(Refusal::too_large(limit))
        }
        Ok(Err(_)) => Err(Refusal::broken_body()),
    }
}

/// Refuses a body by its media type, unless it is absent.
pub(crate) fn check_media_type(headers: &HeaderMap, body: &Bytes) -> Result<(), Refusal> {
    let plain = headers.get(CONTENT_ENCODING).is_none_or(|coding| coding == "identity");
    let is_json = headers.get(CONTENT_TYPE).is_some_and(is_json);
    let absent = body.is_empty() && headers.get(CONTENT_TYPE).is_none();
    if plain && (is_json || absent) { Ok(()) } else { Err(Refusal::unsupported_media_type()) }
}

async fn refuse(headers: &HeaderMap, body: Body, limit: usize) -> Refusal {
    // Who asked first hasn't sent anything yet.
    if headers.get(EXPECT).is_none() {
        discard(body).await;
    }
    Refusal::too_large(limit)
}

async fn discard(body: Body) {
    let mut rest = Limited::new(body, DISCARD_LIMIT);
    let all = async { while let Some(Ok(_)) = rest.frame().await {} };
    // Whether it ended, broke or took too long: the answer is the same.
    let _ = timeout(DISCARD_DEADLINE, all).await;
}

fn claimed_length(headers: &HeaderMap) -> Result<Option<u64>, Refusal> {
    let Some(value) = headers.get(CONTENT_LENGTH) else { return Ok(None) };
    let length = value.to_str().ok().and_then(|text| text.parse().ok());
    length.map(Some).ok_or_else(Refusal::broken_body)
}

fn is_json(value: &HeaderValue) -> bool {
    // The usual spelling first: this is the hot path.
    value == "application/json"
        || value.to_str().is_ok_and(|text| {
            let essence = text.split(';').next().unwrap_or_default().trim();
            essence.eq_ignore_ascii_case("application/json")
        })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::body::Body;
    use bytes::Bytes;
    use claviger_model::RequestId;
    use futures_util::stream::{self, StreamExt};
    use http::HeaderMap;
    use http::header::{CONTENT_ENCODING, CONTENT_TYPE};

    use super::{check_media_type, read};

    /// A body of so many pieces of ten bytes that says no length.
    fn pieces(count: usize) -> impl stream::Stream<Item = Result<Bytes, std::io::Error>> + Send {
        stream::iter((0..count).map(|_| Ok(Bytes::from_static(b"0123456789"))))
    }

    async fn status(body: Body, limit: usize) -> Result<usize, u16> {
        let read = read(&HeaderMap::new(), body, limit, Duration::from_millis(50)).await;
        read.map(|bytes| bytes.len()).map_err(|refusal| {
            refusal.into_response(RequestId::from_bytes([0; 16])).status().as_u16()
        })
    }

    #[tokio::test]
    async fn what_arrives_is_counted_whatever_was_claimed() {
        assert_eq!(status(Body::from_stream(pieces(10)), 100).await, Ok(100));
        assert_eq!(status(Body::from_stream(pieces(11)), 100).await, Err(413));
        assert_eq!(status(Body::from_stream(pieces(100_000)), 100).await, Err(413));
    }

    #[tokio::test]
    async fn slow_and_broken_bodies_end() {
        let slow = pieces(3).chain(stream::pending());
        assert_eq!(status(Body::from_stream(slow), 100).await, Err(408));
        let broken = pieces(3).chain(stream::iter([Err(std::io::Error::other("reset"))]));
        assert_eq!(status(Body::from_stream(broken), 100).await, Err(400));
    }

    #[test]
    fn only_uncompressed_json_is_read() {
        let check = |media_type: Option<&'static str>, coding: Option<&'static str>, body| {
            let mut headers = HeaderMap::new();
            media_type.map(|value| headers.insert(CONTENT_TYPE, value.parse().unwrap()));
            coding.map(|value| headers.insert(CONTENT_ENCODING, value.parse().unwrap()));
            check_media_type(&headers, &Bytes::from_static(body)).is_ok()
        };
        assert!(check(Some("application/json"), None, b"{}"));
        assert!(check(Some("Application/JSON; charset=utf-8"), Some("identity"), b"{}"));
        assert!(check(None, None, b""));
        assert!(!check(None, None, b"{}"));
        assert!(!check(Some("text/plain"), None, b"{}"));
        assert!(!check(Some("text/plain"), None, b""));
        assert!(!check(Some("application/jsonx"), None, b"{}"));
        assert!(!check(Some("application/json"), Some("gzip"), b"{}"));
    }
}
