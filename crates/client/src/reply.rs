//! Replies: bounded, wiped, and either a message or a problem.

use claviger_wire_native::{PROBLEM_MEDIA_TYPE, Problem};
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::connection::Client;
use crate::error::{Error, Refusal};
use crate::wiped::WipedBuffer;

/// The longest reply: a backup with as many versions as one can hold, as base64, and what is around it.
const LIMIT: usize = 128 << 20;

/// Reads the reply to the end.
pub(crate) async fn read<R: DeserializeOwned>(
    client: &Client,
    response: Response,
) -> Result<R, Error> {
    let status = response.status();
    let media_type = response.headers().get(CONTENT_TYPE);
    let is_problem =
        media_type.is_some_and(|found| found.as_bytes() == PROBLEM_MEDIA_TYPE.as_bytes());
    let unexpected =
        |reason| Error::Reply { url: client.url().to_owned(), status: status.as_u16(), reason };
    let body = body(client, response).await?.ok_or_else(|| unexpected("the answer is too long"))?;
    if status.is_success() {
        return serde_json::from_slice(&body)
            .map_err(|_| unexpected("the answer is not the one that this request has"));
    }
    if is_problem && let Ok(problem) = serde_json::from_slice::<Problem>(&body) {
        return Err(Error::Refused(Refusal::from(problem)));
    }
    Err(unexpected("it is an error without a description"))
}

/// The body; none if it is longer than [`LIMIT`].
async fn body(
    client: &Client,
    mut response: Response,
) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    let claimed = response.content_length().and_then(|length| usize::try_from(length).ok());
    // As much as was claimed at once, unless it is so much that it should be shown first.
    let mut body = WipedBuffer::with_capacity(claimed.unwrap_or(0).min(1 << 20));
    while let Some(chunk) = response.chunk().await.map_err(|error| client.failure(&error))? {
        if body.len() + chunk.len() > LIMIT {
            return Ok(None);
        }
        body.push(&chunk);
    }
    Ok(Some(body.into_bytes()))
}
