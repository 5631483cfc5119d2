//! The rows that the store suite stores: plain ones, made from small numbers.

use claviger_model::{KeyName, KeysetId, ObjectId, ObjectType, State, Tag, TenantId, Timestamp};
use claviger_ports::{
    Change, Fingerprint, KeysetQuery, KeysetRow, ObjectOrder, ObjectQuery, ObjectRow, ReadAccess,
    WrappedKeyKind, WrappedKeyRow,
};

/// The identifier of keyset `number`. Identifiers are ordered as their numbers.
#[must_use]
pub fn keyset_id(number: u64) -> KeysetId {
    KeysetId::from_bytes((0x0100_u128 << 112 | u128::from(number)).to_be_bytes())
}

/// The identifier of version `version` of keyset `number`.
#[must_use]
pub fn object_id(number: u64, version: u32) -> ObjectId {
    let high = 0x0200_u128 << 112;
    ObjectId::from_bytes((high | u128::from(number) << 32 | u128::from(version)).to_be_bytes())
}

/// The tenant of this name.
#[must_use]
pub fn tenant(name: &str) -> TenantId {
    TenantId::new(name).unwrap()
}

/// The key name.
#[must_use]
pub fn name(name: &str) -> KeyName {
    KeyName::new(name).unwrap()
}

/// The tags, as given.
#[must_use]
pub fn tags(tags: &[&str]) -> Vec<Tag> {
    tags.iter().map(|tag| Tag::new(tag).unwrap()).collect()
}

/// A grant.
#[must_use]
pub fn access(userid: &str, permissions: u64) -> ReadAccess {
    ReadAccess { userid: userid.to_owned(), permissions }
}

/// A point in time.
#[must_use]
pub fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_milliseconds(milliseconds)
}

/// Keyset `number` of the default tenant: named `key-NNNNNN`, owned by `alice`, active, without lists.
#[must_use]
pub fn keyset(number: u64) -> KeysetRow {
    KeysetRow {
        id: keyset_id(number),
        tenant: TenantId::default_tenant(),
        name: name(&format!("key-{number:06}")),
        owner: "alice".to_owned(),
        state: State::Active,
        latest: 1,
        due: None,
        created: at(1_700_000_000_000),
        tags: Vec::new(),
        attributes: Vec::new(),
        read_access: Vec::new(),
        sequence: 1,
        sealed: format!("sealed keyset {number}").into_bytes(),
    }
}

/// Keyset `number` with something in every column and list.
#[must_use]
pub fn full_keyset(number: u64) -> KeysetRow {
    KeysetRow {
        due: Some(at(1_800_000_000_000)),
        tags: tags(&["blue", "green", "red"]),
        attributes: vec![
            ("cost-centre".to_owned(), "4711".to_owned()),
            ("region".to_owned(), String::new()),
        ],
        read_access: vec![access("*", 1), access("bob", u64::MAX)],
        latest: 7,
        sequence: 9,
        ..keyset(number)
    }
}

/// Version `version` of keyset `number`: an active symmetric key of `alice`.
#[must_use]
pub fn object(number: u64, version: u32) -> ObjectRow {
    ObjectRow {
        id: object_id(number, version),
        tenant: TenantId::default_tenant(),
        keyset: keyset_id(number),
        version,
        object_type: ObjectType::SymmetricKey,
        state: State::Active,
        owner: "alice".to_owned(),
        due: None,
        created: at(1_700_000_000_000),
        sequence: 1,
        sealed: format!("sealed object {number} {version}").into_bytes(),
    }
}

/// A tenant's wrapped key.
#[must_use]
pub fn tenant_key(of: &str, version: u32) -> WrappedKeyRow {
    WrappedKeyRow {
        kind: WrappedKeyKind::TenantKey,
        tenant: tenant(of),
        version,
        created: at(1_700_000_000_000),
        sealed: format!("wrapped {of} {version}").into_bytes(),
    }
}

/// All keysets of the default tenant, up to 1000.
#[must_use]
pub fn keyset_query() -> KeysetQuery {
    KeysetQuery {
        tenant: TenantId::default_tenant(),
        after: None,
        name_prefix: None,
        tags: Vec::new(),
        attribute: None,
        state: None,
        owner: None,
        visible_to: None,
        limit: 1000,
    }
}

/// All objects of the default tenant, newest first, up to 1000.
#[must_use]
pub fn object_query() -> ObjectQuery {
    ObjectQuery {
        tenant: TenantId::default_tenant(),
        after: None,
        state: None,
        object_type: None,
        owner: None,
        visible_to: None,
        order: ObjectOrder::Newest,
        fingerprints: Vec::new(),
        limit: 1000,
    }
}

/// A fingerprint.
#[must_use]
pub fn fingerprint(number: u8) -> Fingerprint {
    [number; 16]
}

/// Says what an object is found by.
#[must_use]
pub fn index(row: &ObjectRow, fingerprints: &[u8]) -> Change {
    Change::IndexObject {
        tenant: row.tenant.clone(),
        id: row.id,
        created: row.created,
        fingerprints: fingerprints.iter().copied().map(fingerprint).collect(),
    }
}
