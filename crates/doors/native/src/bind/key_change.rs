//! Change, rotate, activate, revoke, delete.

use std::time::Duration;

use claviger_core::operations::{
    ActivateKey, CancelDeletion, ChangeKey, DatesChange, DeleteKey, DestroyVersion, KeyDescription,
    Operation, RevokeKey, RotateKey,
};
use claviger_wire_native::{
    ActivateKeyRequest, CancelDeletionRequest, ChangeKeyRequest, DeleteKeyRequest,
    RevocationReason, RevokeKeyRequest, RotateKeyRequest,
};

use super::excluded;
use super::key::{attributes, key_reply, policy_change, tags, timestamp, version_reply};
use crate::errors::Refusal;
use crate::exchange::{Exchange, Reply};
use crate::names;

/// Changes a key's policy, tags, attributes and dates.
pub(crate) async fn change(exchange: Exchange) -> Result<Reply, Refusal> {
    let name = exchange.key()?;
    let ChangeKeyRequest {
        policy,
        tags: new_tags,
        attributes: new_attributes,
        process_start_date,
        protect_stop_date,
        deactivation_date,
    } = exchange.message()?;
    let operation = ChangeKey {
        name,
        policy: policy_change(policy),
        tags: new_tags.map(tags).transpose()?,
        attributes: new_attributes.map(attributes).transpose()?,
        dates: DatesChange {
            process_start: process_start_date.map(|date| date.map(timestamp)),
            protect_stop: protect_stop_date.map(|date| date.map(timestamp)),
            deactivation: deactivation_date.map(|date| date.map(timestamp)),
        },
    };
    described(&exchange, operation).await
}

/// Adds a version.
pub(crate) async fn rotate(exchange: Exchange) -> Result<Reply, Refusal> {
    let RotateKeyRequest {} = exchange.optional_message()?;
    described(&exchange, RotateKey { name: exchange.key()? }).await
}

/// Activates a version.
pub(crate) async fn activate(exchange: Exchange) -> Result<Reply, Refusal> {
    let ActivateKeyRequest { version } = exchange.optional_message()?;
    described(&exchange, ActivateKey { name: exchange.key()?, version }).await
}

/// Deactivates a key or marks it as compromised.
pub(crate) async fn revoke(exchange: Exchange) -> Result<Reply, Refusal> {
    let RevokeKeyRequest { reason, version } = exchange.optional_message()?;
    let reason = names::revocation_reason(reason.unwrap_or(RevocationReason::Unspecified));
    described(&exchange, RevokeKey { name: exchange.key()?, version, reason }).await
}

/// Schedules a deletion.
pub(crate) async fn delete(exchange: Exchange) -> Result<Reply, Refusal> {
    let DeleteKeyRequest { waiting_period } = exchange.optional_message()?;
    let mut query = exchange.query()?;
    let in_query = query.take_parsed("waiting_period")?;
    query.finish()?;
    if waiting_period.is_some() && in_query.is_some() {
        return Err(excluded("`waiting_period` stands both in the query and in the body"));
    }
    let waiting_period = waiting_period.or(in_query).map(Duration::from_secs);
    described(&exchange, DeleteKey { name: exchange.key()?, waiting_period }).await
}

/// Cancels a scheduled deletion.
pub(crate) async fn cancel_deletion(exchange: Exchange) -> Result<Reply, Refusal> {
    let CancelDeletionRequest {} = exchange.optional_message()?;
    described(&exchange, CancelDeletion { name: exchange.key()? }).await
}

/// Destroys one version's material.
pub(crate) async fn destroy_version(exchange: Exchange) -> Result<Reply, Refusal> {
    let version = exchange.parameter("version").parse().map_err(|_| {
        Refusal::invalid("the version in the path is not a number", "use a number from 1")
    })?;
    let operation = DestroyVersion { name: exchange.key()?, version };
    let object = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::message(&version_reply(&object, object.state))
}

async fn described<O: Operation<Reply = KeyDescription>>(
    exchange: &Exchange,
    operation: O,
) -> Result<Reply, Refusal> {
    let description = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::message(&key_reply(description))
}
