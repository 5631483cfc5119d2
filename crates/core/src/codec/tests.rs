//! The format on disk stays what it is: pinned contents, round trips, and arbitrary bytes.

use std::collections::BTreeMap;
use std::time::Duration;

use claviger_model::{
    Algorithm, AttributeName, Attributes, Dates, Grant, KeyName, KeySpec, Keyset, KeysetId, Object, ObjectId,
    ObjectType, Permissions, Policy, RevocationReason, State, Tag, TenantId, Timestamp, Usage,
};
use claviger_secret::SecretBytes;
use proptest::prelude::*;

use super::{
    Material, StoredKeyset, StoredObject, decode_backup, decode_keyset, decode_object,
    encode_backup, encode_keyset, encode_object,
};

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_milliseconds(milliseconds)
}

fn keyset() -> StoredKeyset {
    let mut policy = Policy::new(Usage::ENCRYPT | Usage::DECRYPT);
    policy.permitted_algorithms.insert(Algorithm::AesCbc);
    policy.rotation_period = Some(Duration::from_secs(86_400));
    let keyset = Keyset {
        id: KeysetId::from_bytes([1; 16]),
        tenant: TenantId::default_tenant(),
        name: KeyName::new("orders").unwrap(),
        owner: "none||local".into(),
        spec: KeySpec::Aes256,
        algorithm: Algorithm::AesGcm,
        created: at(1000),
        latest: 2,
        rotated: at(2000),
        deletion: Some(at(-1)),
        destroyed: false,
        policy,
        tags: [Tag::new("blue").unwrap()].into(),
        attributes: [(AttributeName::new("team").unwrap(), "a".into())].into(),
        grants: vec![Grant { grantee: "*".into(), permissions: Permissions::ENCRYPT }],
        sequence: 5,
    };
    StoredKeyset { keyset, latest_state: State::Active, marks: BTreeMap::from([(1, 3)]) }
}

fn object(version: u32) -> StoredObject {
    let object = Object {
        id: ObjectId::from_bytes([2; 16]),
        keyset: KeysetId::from_bytes([1; 16]),
        version,
        object_type: ObjectType::SymmetricKey,
        spec: KeySpec::Aes256,
        state: State::Compromised,
        created: at(1000),
        imported: true,
        dates: Dates {
            activation: Some(at(1)),
            process_start: Some(at(2)),
            protect_stop: Some(at(3)),
            deactivation: None,
            compromise: Some(at(5)),
            destroy: None,
        },
        revocation_reason: Some(RevocationReason::KeyCompromise),
        attributes: Attributes::default(),
        sequence: 3,
    };
    let material = Material::Secret(SecretBytes::copy_from(&[7; 32]));
    StoredObject { object, material, keyset_sequence: 5 }
}

fn content(buffer: &claviger_secret::SealBuffer) -> Vec<u8> {
    buffer.expose("looking at an encoding in a test").to_vec()
}

/// A change of these texts is a change of the format on disk: it needs a new layout number and a way to read the old one.
const KEYSET: &str = include_str!("keyset-1.hex");
const OBJECT: &str = include_str!("object-1.hex");

#[test]
fn the_first_layout_is_written_and_read_as_ever() {
    let bytes = content(&encode_keyset(&keyset()));
    assert_eq!(hex::encode(&bytes), KEYSET.trim());
    assert_eq!(decode_keyset(&bytes, 5), Some(keyset()));
    let bytes = content(&encode_object(&object(1)));
    assert_eq!(hex::encode(&bytes), OBJECT.trim());
    let read = decode_object(&bytes, 3).unwrap();
    assert_eq!(read.object, object(1).object);
    assert_eq!(read.keyset_sequence, 5);
    assert!(matches!(read.material, Material::Secret(secret) if secret.equals(&[7; 32])));
}

#[test]
fn a_backup_is_read_back_whole_or_not_at_all() {
    let bytes = content(&encode_backup(&keyset(), &[object(1), object(2)]));
    let (read, objects) = decode_backup(&bytes).unwrap();
    assert_eq!(read, keyset());
    assert_eq!(objects.iter().map(|one| one.object.version).collect::<Vec<_>>(), [1, 2]);
    for length in 0..bytes.len() {
        assert!(decode_backup(&bytes[..length]).is_none(), "{length}");
    }
    let longer = [bytes, vec![0]].concat();
    assert!(decode_backup(&longer).is_none());
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_refused_or_read_but_never_more(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = decode_keyset(&bytes, 0);
        let _ = decode_object(&bytes, 0);
        let _ = decode_backup(&bytes);
    }

    #[test]
    fn changed_contents_are_refused_or_written_back_as_they_are(position in 0usize..200, value: u8) {
        let mut bytes = content(&encode_keyset(&keyset()));
        let position = position % bytes.len();
        bytes[position] = value;
        if let Some(read) = decode_keyset(&bytes, 5) {
            // CBOR has several spellings of a number; what was read is written in the shortest.
            let again = content(&encode_keyset(&read));
            prop_assert_eq!(decode_keyset(&again, 5), Some(read));
        }
    }
}
