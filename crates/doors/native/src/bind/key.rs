//! Create and describe keys; descriptions as messages.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use claviger_core::operations::{
    Activation, CreateKey, DescribeKey, KeyDescription, KeySettings, PolicyChange,
};
use claviger_core::{Error, ErrorKind};
use claviger_model::{AttributeName, KeyName, KeyTemplate, Object, State, Tag, Timestamp};
use claviger_wire_native::{
    CreateKeyRequest, Date, KeyReply, List, Policy, PolicyRequest, TextMap, VersionReply,
};
use http::StatusCode;

use super::excluded;
use crate::errors::Refusal;
use crate::exchange::{Exchange, Reply};
use crate::names;

/// Creates a key.
pub(crate) async fn create(exchange: Exchange) -> Result<Reply, Refusal> {
    let CreateKeyRequest {
        name,
        algorithm,
        policy,
        tags,
        attributes,
        activate,
        activation_date,
        process_start_date,
        protect_stop_date,
        deactivation_date,
    } = exchange.message()?;
    let settings = KeySettings {
        policy: policy_change(policy),
        tags: self::tags(tags)?,
        attributes: self::attributes(attributes)?,
        activation: activation(activate, activation_date)?,
        process_start: process_start_date.map(timestamp),
        protect_stop: protect_stop_date.map(timestamp),
        deactivation: deactivation_date.map(timestamp),
    };
    let name = KeyName::new(&name).map_err(Error::from)?;
    let template = template(algorithm.as_deref())?.unwrap_or(KeyTemplate::DEFAULT);
    let operation = CreateKey { name, template, settings };
    let description = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::with_status(StatusCode::CREATED, &key_reply(description))
}

/// Describes a key.
pub(crate) async fn describe(exchange: Exchange) -> Result<Reply, Refusal> {
    let operation = DescribeKey { name: exchange.key()? };
    let description = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::message(&key_reply(description))
}

/// The template of this name.
pub(super) fn template(name: Option<&str>) -> Result<Option<&'static KeyTemplate>, Error> {
    let Some(name) = name else { return Ok(None) };
    KeyTemplate::from_name(name).map(Some).ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidInput,
            "the algorithm names no kind of key",
            "use one such as aes-256-gcm, rsa-2048-oaep, ecdsa-p256, ed25519, hmac-sha-256, ml-kem-768 or hkdf-sha-256",
        )
    })
}

pub(super) fn activation(
    activate: Option<bool>,
    date: Option<Date>,
) -> Result<Activation, Refusal> {
    match (activate, date) {
        (Some(true) | None, None) => Ok(Activation::Now),
        (Some(false), None) => Ok(Activation::ByHand),
        (Some(false) | None, Some(date)) => Ok(Activation::At(timestamp(date))),
        (Some(true), Some(_)) => {
            Err(excluded("`activate: true` and `activation_date` exclude each other"))
        }
    }
}

pub(super) fn tags(tags: List<String, 64>) -> Result<BTreeSet<Tag>, Error> {
    let tag = |tag: &String| {
        Tag::new(tag).map_err(|error| {
            Error::new(
                ErrorKind::InvalidInput,
                format!("a tag {error}"),
                "use 1 to 128 bytes of text without control characters",
            )
        })
    };
    tags.0.iter().map(tag).collect()
}

pub(super) fn attributes(pairs: TextMap) -> Result<BTreeMap<AttributeName, String>, Error> {
    let attribute = |(name, value): (String, String)| match AttributeName::new(&name) {
        Ok(name) => Ok((name, value)),
        Err(error) => Err(Error::new(
            ErrorKind::InvalidInput,
            format!("the name of an attribute {error}"),
            "use 1 to 128 bytes of text without control characters",
        )),
    };
    pairs.into_pairs().into_iter().map(attribute).collect()
}

pub(super) fn policy_change(request: PolicyRequest) -> PolicyChange {
    let PolicyRequest {
        usage,
        permitted_algorithms,
        exportable,
        caller_nonce,
        deletion_allowed,
        deletion_waiting_period,
        rotation_period,
        minimum_encryption_version,
        minimum_decryption_version,
    } = request;
    let never_at_zero = |seconds: u64| (seconds > 0).then(|| Duration::from_secs(seconds));
    PolicyChange {
        usage: usage.map(|usage| names::usage(&usage.0)),
        permitted_algorithms: permitted_algorithms
            .map(|algorithms| algorithms.0.into_iter().map(names::algorithm).collect()),
        exportable,
        caller_nonce,
        deletion_allowed,
        deletion_waiting_period: deletion_waiting_period.map(Duration::from_secs),
        rotation_period: rotation_period.map(never_at_zero),
        minimum_encryption_version,
        minimum_decryption_version,
    }
}

/// A key's description as a message.
pub(super) fn key_reply(description: KeyDescription) -> KeyReply {
    let KeyDescription { keyset, latest, state } = description;
    let attributes = keyset.attributes.iter();
    KeyReply {
        name: keyset.name.as_str().to_owned(),
        id: keyset.id.to_string(),
        owner: keyset.owner,
        key_spec: names::key_spec_name(keyset.spec),
        algorithm: names::algorithm_name(keyset.algorithm),
        state: names::state_name(state),
        created: date(keyset.created),
        latest_version: keyset.latest,
        rotated: date(keyset.rotated),
        deletion_date: keyset.deletion.map(date),
        destroyed: keyset.destroyed,
        policy: policy_reply(&keyset.policy),
        tags: keyset.tags.iter().map(|tag| tag.as_str().to_owned()).collect(),
        attributes: TextMap::new(
            attributes.map(|(name, value)| (name.as_str().to_owned(), value.clone())),
        ),
        version: version_reply(&latest, state),
    }
}

fn policy_reply(policy: &claviger_model::Policy) -> Policy {
    let claviger_model::Policy {
        usage,
        permitted_algorithms,
        exportable,
        caller_nonce,
        deletion_allowed,
        deletion_waiting_period,
        rotation_period,
        minimum_encryption_version,
        minimum_decryption_version,
    } = policy;
    Policy {
        usage: names::usage_names(*usage),
        permitted_algorithms: permitted_algorithms
            .iter()
            .map(|&algorithm| names::algorithm_name(algorithm))
            .collect(),
        exportable: *exportable,
        caller_nonce: *caller_nonce,
        deletion_allowed: *deletion_allowed,
        deletion_waiting_period: deletion_waiting_period.as_secs(),
        rotation_period: rotation_period.map_or(0, |period| period.as_secs()),
        minimum_encryption_version: *minimum_encryption_version,
        minimum_decryption_version: *minimum_decryption_version,
    }
}

/// A version as a message. `state` is its state now.
pub(super) fn version_reply(object: &Object, state: State) -> VersionReply {
    let dates = &object.dates;
    VersionReply {
        version: object.version,
        id: object.id.to_string(),
        object_type: names::object_type_name(object.object_type),
        key_spec: names::key_spec_name(object.spec),
        state: names::state_name(state),
        created: date(object.created),
        imported: object.imported,
        activation_date: dates.activation.map(date),
        process_start_date: dates.process_start.map(date),
        protect_stop_date: dates.protect_stop.map(date),
        deactivation_date: dates.deactivation.map(date),
        compromise_date: dates.compromise.map(date),
        destroy_date: dates.destroy.map(date),
        revocation_reason: object.revocation_reason.map(names::revocation_reason_name),
    }
}

pub(super) fn date(timestamp: Timestamp) -> Date {
    Date::from_milliseconds(timestamp.milliseconds())
}

pub(super) const fn timestamp(date: Date) -> Timestamp {
    Timestamp::from_milliseconds(date.milliseconds)
}
