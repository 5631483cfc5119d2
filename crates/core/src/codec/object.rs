//! The sealed object: what is known of one version, and its material.

use claviger_model::{
    Dates, KeySpec, KeysetId, Object, ObjectId, ObjectType, RevocationReason, State, Timestamp,
    Value,
};
use claviger_secret::{SealBuffer, SecretBytes};
use minicbor::{Decode, Encode};

use super::value::{AttributeRecord, ValueRecord, attributes_from_record, attributes_to_record};

const LAYOUT: u8 = 1;

/// What a version holds.
pub(crate) enum Material {
    /// Secret material in the crypto port's encoding.
    Secret(SecretBytes),
    /// A public key alone, as SubjectPublicKeyInfo (DER).
    Public(Vec<u8>),
    /// What a client registered, as it gave it.
    Block(Block),
    /// Nothing: the client registered attributes alone.
    Absent,
    /// Nothing any more.
    Destroyed,
}

/// Material as a client gave it.
pub(crate) struct Block {
    /// How the bytes are written: KMIP's Key Format Type; 0 where the object's type says it (certificates, opaque objects).
    pub(crate) format: u32,
    /// The bytes. Of transparent formats: the structure, in the encoding of [`encode_value`](super::encode_value).
    pub(crate) bytes: SecretBytes,
    /// Whether the bytes are a structure.
    pub(crate) structure: bool,
    /// KMIP's Key Compression Type.
    pub(crate) compression: Option<u32>,
    /// KMIP's Key Wrapping Data, if the bytes are wrapped by a key.
    pub(crate) wrapping: Option<Value>,
}

impl Material {
    /// A copy, for `why`: one that lives no longer than it must.
    pub(crate) fn duplicate(&self, why: &'static str) -> Self {
        match self {
            Self::Secret(secret) => Self::Secret(secret.duplicate(why)),
            Self::Public(public) => Self::Public(public.clone()),
            Self::Block(Block { format, bytes, structure, compression, wrapping }) => {
                Self::Block(Block {
                    format: *format,
                    bytes: bytes.duplicate(why),
                    structure: *structure,
                    compression: *compression,
                    wrapping: wrapping.clone(),
                })
            }
            Self::Absent => Self::Absent,
            Self::Destroyed => Self::Destroyed,
        }
    }
}

impl StoredObject {
    /// A copy to put back if the change that follows is undone.
    pub(crate) fn duplicate(&self) -> Self {
        Self {
            object: self.object.clone(),
            material: self.material.duplicate("keeping what may have to be put back"),
            keyset_sequence: self.keyset_sequence,
        }
    }
}

/// An object with its material and what only the store's integrity needs.
pub(crate) struct StoredObject {
    pub(crate) object: Object,
    pub(crate) material: Material,
    /// In the latest version of a keyset: the sequence number that the keyset's row must have, so that a keyset row that was
    /// put back to an older content no longer agrees.
    pub(crate) keyset_sequence: u64,
}

#[derive(Encode, Decode)]
#[cbor(array)]
pub(super) struct ObjectRecord {
    #[n(0)]
    layout: u8,
    #[cbor(n(1), with = "minicbor::bytes")]
    id: [u8; 16],
    #[cbor(n(2), with = "minicbor::bytes")]
    keyset: [u8; 16],
    #[n(3)]
    version: u32,
    #[n(4)]
    object_type: String,
    #[n(5)]
    spec: String,
    #[n(6)]
    state: String,
    #[n(7)]
    created: i64,
    #[n(8)]
    imported: bool,
    #[n(9)]
    dates: DatesRecord,
    #[n(10)]
    revocation_reason: Option<String>,
    #[n(11)]
    keyset_sequence: u64,
    /// 0: destroyed, 1: secret, 2: public key alone, 3: as a client gave it, 4: absent.
    #[n(12)]
    material: u8,
    /// The attributes, if there are any: (vendor, name) or (standard tag), index, value.
    #[n(13)]
    attributes: Option<Vec<AttributeRecord>>,
    /// How material of kind 3 is to be read.
    #[n(14)]
    block: Option<BlockRecord>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct BlockRecord {
    #[n(0)]
    format: u32,
    #[n(1)]
    structure: bool,
    #[n(2)]
    compression: Option<u32>,
    #[n(3)]
    wrapping: Option<ValueRecord>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct DatesRecord {
    #[n(0)]
    activation: Option<i64>,
    #[n(1)]
    process_start: Option<i64>,
    #[n(2)]
    protect_stop: Option<i64>,
    #[n(3)]
    deactivation: Option<i64>,
    #[n(4)]
    compromise: Option<i64>,
    #[n(5)]
    destroy: Option<i64>,
}

/// The content to seal.
pub(crate) fn encode_object(stored: &StoredObject) -> SealBuffer {
    let head = super::encode(&to_record(stored));
    match &stored.material {
        Material::Secret(secret) => {
            super::with_secret(&head, secret.expose("sealing key material into its row"))
        }
        Material::Public(public) => super::with_secret(&head, public),
        Material::Block(block) => super::with_secret(
            &head,
            block.bytes.expose("sealing registered material into its row"),
        ),
        Material::Destroyed | Material::Absent => super::with_secret(&head, &[]),
    }
}

/// The object of a content; `sequence` is the row's, which opening has proved.
pub(crate) fn decode_object(content: &[u8], sequence: u64) -> Option<StoredObject> {
    let (head, material) = super::split_secret(content)?;
    from_record(super::decode(head)?, material, sequence)
}

pub(super) fn to_record(stored: &StoredObject) -> ObjectRecord {
    let StoredObject { object, material, keyset_sequence } = stored;
    let Object {
        id,
        keyset,
        version,
        object_type,
        spec,
        state,
        created,
        imported,
        dates,
        revocation_reason,
        attributes,
        sequence: _,
    } = object;
    ObjectRecord {
        layout: LAYOUT,
        id: *id.as_bytes(),
        keyset: *keyset.as_bytes(),
        version: *version,
        object_type: object_type.name().to_owned(),
        spec: spec.name().to_owned(),
        state: state.name().to_owned(),
        created: created.milliseconds(),
        imported: *imported,
        dates: dates_to_record(dates),
        revocation_reason: revocation_reason.map(|reason| reason.name().to_owned()),
        keyset_sequence: *keyset_sequence,
        material: match material {
            Material::Destroyed => 0,
            Material::Secret(_) => 1,
            Material::Public(_) => 2,
            Material::Block(_) => 3,
            Material::Absent => 4,
        },
        attributes: attributes_to_record(attributes),
        block: match material {
            Material::Block(Block { format, bytes: _, structure, compression, wrapping }) => {
                Some(BlockRecord {
                    format: *format,
                    structure: *structure,
                    compression: *compression,
                    wrapping: wrapping.as_ref().map(ValueRecord::from),
                })
            }
            _ => None,
        },
    }
}

pub(super) fn from_record(
    record: ObjectRecord,
    material: &[u8],
    sequence: u64,
) -> Option<StoredObject> {
    if record.layout != LAYOUT {
        return None;
    }
    let object = Object {
        id: ObjectId::from_bytes(record.id),
        keyset: KeysetId::from_bytes(record.keyset),
        version: record.version,
        object_type: ObjectType::from_name(&record.object_type)?,
        spec: KeySpec::from_name(&record.spec)?,
        state: State::from_name(&record.state)?,
        created: Timestamp::from_milliseconds(record.created),
        imported: record.imported,
        dates: dates_from_record(&record.dates),
        revocation_reason: match record.revocation_reason {
            Some(name) => Some(RevocationReason::from_name(&name)?),
            None => None,
        },
        attributes: attributes_from_record(record.attributes)?,
        sequence,
    };
    let material = match record.material {
        0 if material.is_empty() => Material::Destroyed,
        1 => Material::Secret(SecretBytes::copy_from(material)),
        2 => Material::Public(material.to_vec()),
        3 => {
            let BlockRecord { format, structure, compression, wrapping } = record.block?;
            let wrapping = match wrapping {
                Some(value) => Some(value.into_value()?),
                None => None,
            };
            let bytes = SecretBytes::copy_from(material);
            Material::Block(Block { format, bytes, structure, compression, wrapping })
        }
        4 if material.is_empty() => Material::Absent,
        _ => return None,
    };
    Some(StoredObject { object, material, keyset_sequence: record.keyset_sequence })
}

fn dates_to_record(dates: &Dates) -> DatesRecord {
    let Dates { activation, process_start, protect_stop, deactivation, compromise, destroy } =
        *dates;
    let number = |date: Option<Timestamp>| date.map(Timestamp::milliseconds);
    DatesRecord {
        activation: number(activation),
        process_start: number(process_start),
        protect_stop: number(protect_stop),
        deactivation: number(deactivation),
        compromise: number(compromise),
        destroy: number(destroy),
    }
}

fn dates_from_record(record: &DatesRecord) -> Dates {
    let date = |number: Option<i64>| number.map(Timestamp::from_milliseconds);
    Dates {
        activation: date(record.activation),
        process_start: date(record.process_start),
        protect_stop: date(record.protect_stop),
        deactivation: date(record.deactivation),
        compromise: date(record.compromise),
        destroy: date(record.destroy),
    }
}
