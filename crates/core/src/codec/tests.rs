//! The format on disk stays what it is: pinned contents, round trips, and arbitrary bytes.

use std::collections::BTreeMap;
use std::time::Duration;

use claviger_model::{
    Algorithm, AttributeKey, AttributeKind, AttributeName, Attributes, Dates, Field, Grant,
    KeyName, KeySpec, Keyset, KeysetId, Object, ObjectId, ObjectType, Permissions, Policy,
    RevocationReason, State, Tag, TenantId, Timestamp, Usage, Value,
};
use claviger_secret::SecretBytes;
use proptest::prelude::*;

use super::{
    Block, Material, StoredKeyset, StoredObject, decode_backup, decode_keyset, decode_object,
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
/// An object with attributes, as a client registered it.
const REGISTERED: &str = include_str!("object-2.hex");

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

/// A wrapped key as a client registered it, with an attribute of every type of value.
fn registered() -> StoredObject {
    let mut stored = object(1);
    let attributes = &mut stored.object.attributes;
    let name = Value::Structure(vec![
        (Field(0x42_0055), Value::Text("disk".into())),
        (Field(0x42_0054), Value::Enumeration(1)),
    ]);
    attributes.add(AttributeKey::Standard(AttributeKind::Name), name.clone());
    attributes.add(AttributeKey::Standard(AttributeKind::Name), name.clone());
    let values = [
        Value::Integer(-2),
        Value::LongInteger(1 << 40),
        Value::BigInteger(vec![0, 0, 0xff]),
        Value::Boolean(true),
        Value::Text("blanks  ".into()),
        Value::Bytes(vec![1, 2]),
        Value::DateTime(-1),
        Value::Interval(3600),
        Value::DateTimeExtended(i64::MAX),
        Value::Structure(vec![]),
    ];
    for (number, value) in values.into_iter().enumerate() {
        let key = AttributeKey::Vendor { vendor: "x".into(), name: format!("v{number}") };
        attributes.add(key, value);
    }
    stored.material = Material::Block(Block {
        format: 1,
        bytes: SecretBytes::copy_from(&[9; 24]),
        structure: false,
        compression: Some(2),
        wrapping: Some(Value::Structure(vec![(Field(0x42_009e), Value::Enumeration(1))])),
    });
    stored
}

#[test]
fn objects_with_attributes_are_written_and_read_as_ever() {
    let bytes = content(&encode_object(&registered()));
    assert_eq!(hex::encode(&bytes), REGISTERED.trim());
    let read = decode_object(&bytes, 3).unwrap();
    assert!(read.object == registered().object);
    let (Material::Block(read), Material::Block(written)) = (read.material, registered().material)
    else {
        panic!("the material is as the client gave it");
    };
    assert!(read.bytes.equals(&[9; 24]) && read.wrapping == written.wrapping);
    assert_eq!(
        (read.format, read.structure, read.compression),
        (written.format, written.structure, written.compression)
    );
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
