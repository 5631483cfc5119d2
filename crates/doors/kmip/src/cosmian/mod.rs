//! `POST /kmip/2_1` as clients of the Cosmian KMS speak it: one bare operation in JSON, tagged with its name, answered by the
//! operation's answer alone. A whole message is taken as well.
//!
//! ```text
//!  Create { … }            ─ request::standard ─▶  RequestPayload of KMIP 2.1   ─▶ the same operations as for everybody
//!  CreateResponse { … }    ◀─ response::bare ───   ResponsePayload
//!  422 Reason_Name: text   ◀─────────────────────  a failure
//! ```
//!
//! What such clients mean by a request and KMIP doesn't say: a new key is active at once, and an identifier that is a JSON
//! array of texts means the one object with these tags.

mod request;
mod response;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Extension, State};
use bytes::Bytes;
use claviger_core::operations::objects::LocateObjects;
use claviger_wire_kmip::{MessageError, RequestPayload, ResponsePayload};
use claviger_wire_ttlv::enumeration::{Operation, PaddingMethod, ResultReason};
use claviger_wire_ttlv::{Buffer, Version, Writer, cosmian, json, tag};
use http::{Response, StatusCode};

use crate::batch::Batch;
use crate::dispatch::{self, Answer};
use crate::door::{Door, Peer, Session};
use crate::errors::Outcome;
use crate::http as over_http;

/// The version whose operations these clients name.
const VERSION: Version = Version::V2_1;

/// Answers a request.
pub(crate) async fn message(
    State(door): State<Arc<Door>>,
    peer: Option<Extension<Peer>>,
    body: Result<Bytes, BytesRejection>,
) -> Response<Body> {
    let body = match over_http::whole(body) {
        Ok(body) => body,
        Err(refusal) => return *refusal,
    };
    let session = over_http::session(peer);
    over_http::in_time(&door, answer(&door, &session, &body)).await
}

async fn answer(door: &Arc<Door>, session: &Session, body: &[u8]) -> Response<Body> {
    let (request, dialect) = match json::decode(body, &door.limits()) {
        Ok(decoded) => decoded,
        Err(error) => return failure(&MessageError::invalid_message(error.to_string())),
    };
    if request.item().tag() == tag::REQUEST_MESSAGE {
        let answer = door.answer_item(session, request.item()).await;
        let text = json::encode(answer.item(), over_http::version(&answer), dialect);
        return over_http::respond(StatusCode::OK, over_http::JSON, text);
    }
    let Some(operation) = cosmian::requested_operation(request.item().tag()) else {
        return failure(&MessageError::new(
            ResultReason::OperationNotSupported,
            "the body is no request message and is not tagged with the name of an operation",
        ));
    };
    match carry_out(door, session, operation, &request, dialect).await {
        Ok(text) => over_http::respond(StatusCode::OK, over_http::JSON, text),
        Err(error) => failure(&error),
    }
}

/// A failure: its reason by name, and what was wrong.
fn failure(error: &MessageError) -> Response<Body> {
    let status = match error.reason {
        ResultReason::OperationNotSupported => StatusCode::NOT_FOUND,
        ResultReason::AuthenticationNotSuccessful => StatusCode::UNAUTHORIZED,
        ResultReason::InternalServerError => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut name = String::new();
    for character in error.reason.name().unwrap_or("GeneralFailure").chars() {
        if character.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(character);
    }
    over_http::text(status, &format!("{name}: {}", error.message))
}

async fn carry_out(
    door: &Arc<Door>,
    session: &Session,
    operation: Operation,
    request: &Buffer,
    dialect: json::Dialect,
) -> Outcome<Vec<u8>> {
    let principal = session.peer.principal.clone();
    let caller = door.caller(session, principal, door.kms.new_request_id());
    let batch = Batch::new(door, session, caller, VERSION);
    let mut standard = request::standard(operation, request.item(), door.now())?;
    if let Some(tags) = standard.tags.take() {
        let identifier = by_tags(&batch, &tags).await?;
        standard.name(identifier.as_str());
    }
    let payload = standard.into_payload();
    let mut payload = Box::new(RequestPayload::decode(operation, payload.item(), VERSION)?);
    use_one_hash(&mut payload);
    match dispatch::run(&batch, payload).await? {
        Answer::Payload(payload) => Ok(encode(&payload, operation, dialect)),
        Answer::Item(_) => Err(MessageError::new(
            ResultReason::OperationNotSupported,
            "asynchronous operations need a whole message",
        )),
    }
}

/// Names the hash of OAEP's mask generator: these clients name one hash, and mean it for both.
fn use_one_hash(payload: &mut RequestPayload) {
    let parameters = match payload {
        RequestPayload::Encrypt(request) => request.cryptographic_parameters.as_mut(),
        RequestPayload::Decrypt(request) => request.cryptographic_parameters.as_mut(),
        _ => None,
    };
    if let Some(parameters) = parameters
        && parameters.padding_method == Some(PaddingMethod::OAEP)
    {
        let own = parameters.mask_generator_hashing_algorithm;
        parameters.mask_generator_hashing_algorithm = own.or(parameters.hashing_algorithm);
    }
}

/// The one object with all of these tags.
async fn by_tags(batch: &Batch<'_>, tags: &[String]) -> Outcome<claviger_model::UniqueIdentifier> {
    let filters = tags.iter().map(|tag| (request::tag_key(), request::tag_value(tag))).collect();
    let located = batch
        .call(LocateObjects {
            filters,
            storage_status: None,
            group_member: None,
            offset: None,
            maximum: Some(2),
            oldest_first: false,
        })
        .await?;
    match located.identifiers.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            Err(MessageError::new(ResultReason::ItemNotFound, "there is no object with these tags"))
        }
        _ => Err(MessageError::invalid_field(
            "several objects have these tags; name the object by its identifier, or by more tags",
        )),
    }
}

fn encode(payload: &ResponsePayload, operation: Operation, dialect: json::Dialect) -> Vec<u8> {
    let own = cosmian::response_tag(operation).unwrap_or(tag::RESPONSE_PAYLOAD);
    let mut writer = Writer::new();
    let open = writer.open(own);
    payload.encode(&mut writer, VERSION);
    writer.close(open);
    let bare = response::bare(writer.into_buffer().item(), dialect);
    json::encode(bare.item(), VERSION, dialect)
}
