//! Derive and agree.

use claviger_core::operations::{Agree, Derive, DerivedSecret};
use claviger_model::KeyName;
use claviger_wire_native::{Base64Secret, DeriveReply, DeriveRequest};

use super::excluded;
use crate::errors::Refusal;
use crate::exchange::{Exchange, Reply};
use crate::names;

/// How many bytes are derived if nothing is said.
const DEFAULT_LENGTH: u32 = 32;

/// Derives bytes, or agrees on a secret where the message has the other side's public key.
pub(crate) async fn derive(exchange: Exchange) -> Result<Reply, Refusal> {
    let key = exchange.key()?;
    let request: DeriveRequest = exchange.message()?;
    if request.peer_public_key.is_some() {
        return agree(&exchange, key, request).await;
    }
    let DeriveRequest { algorithm, salt, info, iterations, length, peer_public_key: _, version } =
        request;
    let operation = Derive {
        key: key.clone(),
        version,
        algorithm: algorithm.map(names::algorithm),
        salt: salt.unwrap_or_default().0,
        info: info.unwrap_or_default().0,
        iterations: iterations.unwrap_or(0),
        length: length.unwrap_or(DEFAULT_LENGTH) as usize,
    };
    let done = exchange.kms().call(&exchange.caller, operation).await?;
    reply(&key, done)
}

async fn agree(
    exchange: &Exchange,
    key: KeyName,
    request: DeriveRequest,
) -> Result<Reply, Refusal> {
    let DeriveRequest { algorithm, salt, info, iterations, length, peer_public_key, version } =
        request;
    if algorithm.is_some()
        || salt.is_some()
        || info.is_some()
        || iterations.is_some()
        || length.is_some()
    {
        return Err(excluded("`peer_public_key` goes with `version` alone"));
    }
    let peer = peer_public_key.unwrap_or_default().0;
    let operation = Agree { key: key.clone(), version, peer };
    let done = exchange.kms().call(&exchange.caller, operation).await?;
    reply(&key, done)
}

fn reply(key: &KeyName, done: DerivedSecret) -> Result<Reply, Refusal> {
    Reply::secret_message(&DeriveReply {
        secret: Base64Secret::new(done.secret),
        key: key.as_str().to_owned(),
        version: done.version,
    })
}
