//! The sealed keyset.

use std::collections::BTreeMap;
use std::time::Duration;

use claviger_model::{
    Algorithm, AttributeName, Grant, KeyName, KeySpec, Keyset, KeysetId, Permissions, Policy,
    State, Tag, TenantId, Timestamp, Usage,
};
use claviger_secret::SealBuffer;
use minicbor::{Decode, Encode};

const LAYOUT: u8 = 1;

/// A keyset with what only the store's integrity needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredKeyset {
    pub(crate) keyset: Keyset,
    /// The state of the latest version, so that the row's index column can be checked.
    pub(crate) latest_state: State,
    /// The sequence numbers of the versions that were changed since they were made: an object row that was put back to an
    /// older content no longer agrees.
    pub(crate) marks: BTreeMap<u32, u64>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct KeysetRecord {
    #[n(0)]
    layout: u8,
    #[cbor(n(1), with = "minicbor::bytes")]
    id: [u8; 16],
    #[n(2)]
    tenant: String,
    #[n(3)]
    name: String,
    #[n(4)]
    owner: String,
    #[n(5)]
    spec: String,
    #[n(6)]
    algorithm: String,
    #[n(7)]
    created: i64,
    #[n(8)]
    latest: u32,
    #[n(9)]
    rotated: i64,
    #[n(10)]
    deletion: Option<i64>,
    #[n(11)]
    destroyed: bool,
    #[n(12)]
    policy: PolicyRecord,
    #[n(13)]
    tags: Vec<String>,
    #[n(14)]
    attributes: Vec<(String, String)>,
    #[n(15)]
    grants: Vec<(String, u64)>,
    #[n(16)]
    latest_state: String,
    #[n(17)]
    marks: Vec<(u32, u64)>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct PolicyRecord {
    #[n(0)]
    usage: u32,
    #[n(1)]
    permitted_algorithms: Vec<String>,
    #[n(2)]
    exportable: bool,
    #[n(3)]
    caller_nonce: bool,
    #[n(4)]
    deletion_allowed: bool,
    #[n(5)]
    deletion_waiting_period_seconds: u64,
    #[n(6)]
    rotation_period_seconds: Option<u64>,
    #[n(7)]
    minimum_encryption_version: u32,
    #[n(8)]
    minimum_decryption_version: u32,
}

/// The content to seal. The sequence number is not part of it: the seal's context binds it.
pub(crate) fn encode_keyset(stored: &StoredKeyset) -> SealBuffer {
    SealBuffer::copy_from(&super::encode(&to_record(stored)))
}

/// The keyset of a content; `sequence` is the row's, which opening has proved.
pub(crate) fn decode_keyset(content: &[u8], sequence: u64) -> Option<StoredKeyset> {
    from_record(super::decode(content)?, sequence)
}

fn to_record(stored: &StoredKeyset) -> KeysetRecord {
    let StoredKeyset { keyset, latest_state, marks } = stored;
    let Keyset {
        id,
        tenant,
        name,
        owner,
        spec,
        algorithm,
        created,
        latest,
        rotated,
        deletion,
        destroyed,
        policy,
        tags,
        attributes,
        grants,
        sequence: _,
    } = keyset;
    KeysetRecord {
        layout: LAYOUT,
        id: *id.as_bytes(),
        tenant: tenant.as_str().to_owned(),
        name: name.as_str().to_owned(),
        owner: owner.clone(),
        spec: spec.name().to_owned(),
        algorithm: algorithm.name().to_owned(),
        created: created.milliseconds(),
        latest: *latest,
        rotated: rotated.milliseconds(),
        deletion: deletion.map(Timestamp::milliseconds),
        destroyed: *destroyed,
        policy: policy_to_record(policy),
        tags: tags.iter().map(|tag| tag.as_str().to_owned()).collect(),
        attributes: attributes
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.clone()))
            .collect(),
        grants: grants
            .iter()
            .map(|grant| (grant.grantee.clone(), grant.permissions.bits()))
            .collect(),
        latest_state: latest_state.name().to_owned(),
        marks: marks.iter().map(|(&version, &sequence)| (version, sequence)).collect(),
    }
}

fn from_record(record: KeysetRecord, sequence: u64) -> Option<StoredKeyset> {
    if record.layout != LAYOUT {
        return None;
    }
    let keyset = Keyset {
        id: KeysetId::from_bytes(record.id),
        tenant: TenantId::new(&record.tenant).ok()?,
        name: KeyName::new(&record.name).ok()?,
        owner: record.owner,
        spec: KeySpec::from_name(&record.spec)?,
        algorithm: Algorithm::from_name(&record.algorithm)?,
        created: Timestamp::from_milliseconds(record.created),
        latest: record.latest,
        rotated: Timestamp::from_milliseconds(record.rotated),
        deletion: record.deletion.map(Timestamp::from_milliseconds),
        destroyed: record.destroyed,
        policy: policy_from_record(record.policy)?,
        tags: record.tags.iter().map(|tag| Tag::new(tag).ok()).collect::<Option<_>>()?,
        attributes: record
            .attributes
            .into_iter()
            .map(|(name, value)| Some((AttributeName::new(&name).ok()?, value)))
            .collect::<Option<_>>()?,
        grants: record
            .grants
            .into_iter()
            .map(|(grantee, bits)| {
                Some(Grant { grantee, permissions: Permissions::from_bits(bits)? })
            })
            .collect::<Option<_>>()?,
        sequence,
    };
    Some(StoredKeyset {
        keyset,
        latest_state: State::from_name(&record.latest_state)?,
        marks: record.marks.into_iter().collect(),
    })
}

fn policy_to_record(policy: &Policy) -> PolicyRecord {
    let Policy {
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
    PolicyRecord {
        usage: usage.bits(),
        permitted_algorithms: permitted_algorithms
            .iter()
            .map(|algorithm| algorithm.name().to_owned())
            .collect(),
        exportable: *exportable,
        caller_nonce: *caller_nonce,
        deletion_allowed: *deletion_allowed,
        deletion_waiting_period_seconds: deletion_waiting_period.as_secs(),
        rotation_period_seconds: rotation_period.map(|period| period.as_secs()),
        minimum_encryption_version: *minimum_encryption_version,
        minimum_decryption_version: *minimum_decryption_version,
    }
}

fn policy_from_record(record: PolicyRecord) -> Option<Policy> {
    Some(Policy {
        usage: Usage::from_bits(record.usage)?,
        permitted_algorithms: record
            .permitted_algorithms
            .iter()
            .map(|name| Algorithm::from_name(name))
            .collect::<Option<_>>()?,
        exportable: record.exportable,
        caller_nonce: record.caller_nonce,
        deletion_allowed: record.deletion_allowed,
        deletion_waiting_period: Duration::from_secs(record.deletion_waiting_period_seconds),
        rotation_period: record.rotation_period_seconds.map(Duration::from_secs),
        minimum_encryption_version: record.minimum_encryption_version,
        minimum_decryption_version: record.minimum_decryption_version,
    })
}
