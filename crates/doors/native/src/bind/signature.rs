//! Sign and verify.

use claviger_core::operations::{Sign, SignatureMessage, Verify};
use claviger_wire_native::{Base64Bytes, SignReply, SignRequest, VerifyReply, VerifyRequest};

use super::excluded;
use crate::errors::Refusal;
use crate::exchange::{Exchange, Reply};
use crate::names;

/// Signs.
pub(crate) async fn sign(exchange: Exchange) -> Result<Reply, Refusal> {
    let key = exchange.key()?;
    let SignRequest { message, digest, algorithm, version } = exchange.message()?;
    let operation = Sign {
        key: key.clone(),
        version,
        algorithm: algorithm.map(names::algorithm),
        message: signed(message, digest)?,
    };
    let done = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::message(&SignReply {
        signature: Base64Bytes(done.signature),
        key: key.as_str().to_owned(),
        version: done.version,
        algorithm: names::algorithm_name(done.algorithm),
    })
}

/// Verifies a signature.
pub(crate) async fn verify(exchange: Exchange) -> Result<Reply, Refusal> {
    let key = exchange.key()?;
    let VerifyRequest { message, digest, signature, algorithm, version } = exchange.message()?;
    let operation = Verify {
        key: key.clone(),
        version,
        algorithm: algorithm.map(names::algorithm),
        message: signed(message, digest)?,
        signature: signature.0,
    };
    let done = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::message(&VerifyReply {
        valid: done.valid,
        key: key.as_str().to_owned(),
        version: done.version,
        algorithm: names::algorithm_name(done.algorithm),
    })
}

fn signed(
    message: Option<Base64Bytes>,
    digest: Option<Base64Bytes>,
) -> Result<SignatureMessage, Refusal> {
    match (message, digest) {
        (Some(message), None) => Ok(SignatureMessage::Message(message.0)),
        (None, Some(digest)) => Ok(SignatureMessage::Digest(digest.0)),
        _ => Err(excluded("the request needs either `message` or `digest`")),
    }
}
