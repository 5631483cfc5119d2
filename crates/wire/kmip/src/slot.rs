//! The cardinalities of fields: how often an item may stand in a structure, and what is kept of it.
//!
//! | cardinality | in the message | kept as |
//! |---|---|---|
//! | `required` | once | the item |
//! | `optional` | once or not | `Option` |
//! | `repeated` | any number of times | `Vec` |
//! | `counted` | once, and written by whoever counts | the item |
//! | `many` | at least once | `Vec` |
//! | `references` | any number of references to attributes; those that the version lacks are not written | `Vec` |
//! | `either` | `optional`, and KMIP 2.x reads the `Template-Attribute` of 1.x as well | `Option` |
//! | `entries` | attributes: in 1.x `Attribute` repeated, in 2.x one `Attributes`, always written | `Vec` |
//! | `any_entries` | the same, but an empty `Attributes` is not written | `Vec` |
//! | `object` | one managed object, under the tag of its type | [`ManagedObject`] |
//! | `optional_object` | the same, or none | `Option` |
//! | `rest` | whatever no other field takes | pairs of tag and [`Value`] |

use std::marker::PhantomData;

use claviger_wire_ttlv::{Item, ItemType, Tag, Version, Writer, tag};

use crate::attribute::{self, AttributeEntry, AttributeReference, Attributes};
use crate::error::MessageError;
use crate::field::Field;
use crate::object::ManagedObject;
use crate::value::Value;

/// Reads and writes the items of one field.
pub(crate) trait Slot {
    /// What has been read so far.
    type State: Default;
    /// What the structure keeps.
    type Stored;

    /// Whether an item with the tag `found` belongs to the field with the tag `own`.
    fn takes(found: Tag, own: Tag) -> bool {
        found == own
    }

    fn read(state: &mut Self::State, item: Item<'_>, version: Version) -> Result<(), MessageError>;

    fn finish(
        state: Self::State,
        structure: &'static str,
        own: Tag,
    ) -> Result<Self::Stored, MessageError>;

    fn write(stored: &Self::Stored, writer: &mut Writer, own: Tag, version: Version);
}

/// Reads an item that may stand once.
pub(crate) fn read_once<T: Field>(
    state: &mut Option<T>,
    item: Item<'_>,
    version: Version,
) -> Result<(), MessageError> {
    if state.is_some() {
        return Err(MessageError::duplicate(item.tag()));
    }
    *state = Some(T::read(item, version)?);
    Ok(())
}

pub(crate) struct Required<T>(PhantomData<T>);

impl<T: Field> Slot for Required<T> {
    type State = Option<T>;
    type Stored = T;

    fn read(state: &mut Option<T>, item: Item<'_>, version: Version) -> Result<(), MessageError> {
        read_once(state, item, version)
    }

    fn finish(state: Option<T>, structure: &'static str, own: Tag) -> Result<T, MessageError> {
        state.ok_or_else(|| MessageError::missing(structure, own))
    }

    fn write(stored: &T, writer: &mut Writer, own: Tag, version: Version) {
        stored.write(writer, own, version);
    }
}

pub(crate) struct Counted<T>(PhantomData<T>);

impl<T: Field> Slot for Counted<T> {
    type State = Option<T>;
    type Stored = T;

    fn read(state: &mut Option<T>, item: Item<'_>, version: Version) -> Result<(), MessageError> {
        read_once(state, item, version)
    }

    fn finish(state: Option<T>, structure: &'static str, own: Tag) -> Result<T, MessageError> {
        Required::finish(state, structure, own)
    }

    fn write(_: &T, _: &mut Writer, _: Tag, _: Version) {}
}

pub(crate) struct Optional<T>(PhantomData<T>);

impl<T: Field> Slot for Optional<T> {
    type State = Option<T>;
    type Stored = Option<T>;

    fn read(state: &mut Option<T>, item: Item<'_>, version: Version) -> Result<(), MessageError> {
        read_once(state, item, version)
    }

    fn finish(state: Option<T>, _: &'static str, _: Tag) -> Result<Option<T>, MessageError> {
        Ok(state)
    }

    fn write(stored: &Option<T>, writer: &mut Writer, own: Tag, version: Version) {
        if let Some(value) = stored {
            value.write(writer, own, version);
        }
    }
}

pub(crate) struct Repeated<T>(PhantomData<T>);

impl<T: Field> Slot for Repeated<T> {
    type State = Vec<T>;
    type Stored = Vec<T>;

    fn read(state: &mut Vec<T>, item: Item<'_>, version: Version) -> Result<(), MessageError> {
        state.push(T::read(item, version)?);
        Ok(())
    }

    fn finish(state: Vec<T>, _: &'static str, _: Tag) -> Result<Vec<T>, MessageError> {
        Ok(state)
    }

    fn write(stored: &Vec<T>, writer: &mut Writer, own: Tag, version: Version) {
        for value in stored {
            value.write(writer, own, version);
        }
    }
}

pub(crate) struct Many<T>(PhantomData<T>);

impl<T: Field> Slot for Many<T> {
    type State = Vec<T>;
    type Stored = Vec<T>;

    fn read(state: &mut Vec<T>, item: Item<'_>, version: Version) -> Result<(), MessageError> {
        Repeated::<T>::read(state, item, version)
    }

    fn finish(state: Vec<T>, structure: &'static str, own: Tag) -> Result<Vec<T>, MessageError> {
        if state.is_empty() { Err(MessageError::missing(structure, own)) } else { Ok(state) }
    }

    fn write(stored: &Vec<T>, writer: &mut Writer, own: Tag, version: Version) {
        Repeated::<T>::write(stored, writer, own, version);
    }
}

/// PyKMIP sends the `Template-Attribute` of 1.x in the Re-key of 2.0 too.
pub(crate) struct Either;

impl Slot for Either {
    type State = Option<Attributes>;
    type Stored = Option<Attributes>;

    fn takes(found: Tag, own: Tag) -> bool {
        found == own || found == tag::TEMPLATE_ATTRIBUTE
    }

    fn read(
        state: &mut Option<Attributes>,
        item: Item<'_>,
        version: Version,
    ) -> Result<(), MessageError> {
        read_once(state, item, version)
    }

    fn finish(
        state: Option<Attributes>,
        _: &'static str,
        _: Tag,
    ) -> Result<Option<Attributes>, MessageError> {
        Ok(state)
    }

    fn write(stored: &Option<Attributes>, writer: &mut Writer, own: Tag, version: Version) {
        Optional::write(stored, writer, own, version);
    }
}

pub(crate) struct References;

impl Slot for References {
    type State = Vec<AttributeReference>;
    type Stored = Vec<AttributeReference>;

    fn read(
        state: &mut Vec<AttributeReference>,
        item: Item<'_>,
        version: Version,
    ) -> Result<(), MessageError> {
        Repeated::read(state, item, version)
    }

    fn finish(
        state: Vec<AttributeReference>,
        _: &'static str,
        _: Tag,
    ) -> Result<Vec<AttributeReference>, MessageError> {
        Ok(state)
    }

    fn write(stored: &Vec<AttributeReference>, writer: &mut Writer, own: Tag, version: Version) {
        for reference in stored.iter().filter(|reference| reference.exists_in(version)) {
            reference.write(writer, own, version);
        }
    }
}

/// Attributes that were read, and whether the one structure of 2.x was among them.
#[derive(Default)]
pub(crate) struct EntriesRead {
    entries: Vec<AttributeEntry>,
    structure_seen: bool,
}

pub(crate) struct Entries;

impl Slot for Entries {
    type State = EntriesRead;
    type Stored = Vec<AttributeEntry>;

    fn read(state: &mut EntriesRead, item: Item<'_>, version: Version) -> Result<(), MessageError> {
        if version.major < 2 {
            state.entries.push(attribute::read_named(item)?);
            return Ok(());
        }
        if std::mem::replace(&mut state.structure_seen, true) {
            return Err(MessageError::duplicate(item.tag()));
        }
        state.entries = attribute::read_all_tagged(item)?;
        Ok(())
    }

    fn finish(
        state: EntriesRead,
        _: &'static str,
        _: Tag,
    ) -> Result<Vec<AttributeEntry>, MessageError> {
        Ok(state.entries)
    }

    fn write(stored: &Vec<AttributeEntry>, writer: &mut Writer, own: Tag, version: Version) {
        if version.major >= 2 {
            let open = writer.open(own);
            attribute::write_all(stored, writer, version);
            writer.close(open);
        } else {
            attribute::write_all(stored, writer, version);
        }
    }
}

pub(crate) struct AnyEntries;

impl Slot for AnyEntries {
    type State = EntriesRead;
    type Stored = Vec<AttributeEntry>;

    fn read(state: &mut EntriesRead, item: Item<'_>, version: Version) -> Result<(), MessageError> {
        Entries::read(state, item, version)
    }

    fn finish(
        state: EntriesRead,
        _: &'static str,
        _: Tag,
    ) -> Result<Vec<AttributeEntry>, MessageError> {
        Ok(state.entries)
    }

    fn write(stored: &Vec<AttributeEntry>, writer: &mut Writer, own: Tag, version: Version) {
        if !stored.is_empty() {
            Entries::write(stored, writer, own, version);
        }
    }
}

pub(crate) struct OptionalObject;

impl Slot for OptionalObject {
    type State = Option<ManagedObject>;
    type Stored = Option<ManagedObject>;

    fn takes(found: Tag, _: Tag) -> bool {
        ManagedObject::is_tag(found)
    }

    fn read(
        state: &mut Option<ManagedObject>,
        item: Item<'_>,
        version: Version,
    ) -> Result<(), MessageError> {
        if state.is_some() {
            return Err(MessageError::invalid_message("There is more than one object"));
        }
        *state = Some(ManagedObject::decode(item, version)?);
        Ok(())
    }

    fn finish(
        state: Option<ManagedObject>,
        _: &'static str,
        _: Tag,
    ) -> Result<Option<ManagedObject>, MessageError> {
        Ok(state)
    }

    fn write(stored: &Option<ManagedObject>, writer: &mut Writer, _: Tag, version: Version) {
        if let Some(object) = stored {
            object.encode(writer, version);
        }
    }
}

pub(crate) struct Object;

impl Slot for Object {
    type State = Option<ManagedObject>;
    type Stored = ManagedObject;

    fn takes(found: Tag, own: Tag) -> bool {
        OptionalObject::takes(found, own)
    }

    fn read(
        state: &mut Option<ManagedObject>,
        item: Item<'_>,
        version: Version,
    ) -> Result<(), MessageError> {
        OptionalObject::read(state, item, version)
    }

    fn finish(
        state: Option<ManagedObject>,
        structure: &'static str,
        _: Tag,
    ) -> Result<ManagedObject, MessageError> {
        state.ok_or_else(|| MessageError::invalid_message(format!("{structure} lacks an object")))
    }

    fn write(stored: &ManagedObject, writer: &mut Writer, _: Tag, version: Version) {
        stored.encode(writer, version);
    }
}

pub(crate) struct Rest;

impl Slot for Rest {
    type State = Vec<(Tag, Value)>;
    type Stored = Vec<(Tag, Value)>;

    fn takes(_: Tag, _: Tag) -> bool {
        true
    }

    fn read(state: &mut Vec<(Tag, Value)>, item: Item<'_>, _: Version) -> Result<(), MessageError> {
        state.push((item.tag(), Value::read(item)?));
        Ok(())
    }

    fn finish(
        state: Vec<(Tag, Value)>,
        _: &'static str,
        _: Tag,
    ) -> Result<Vec<(Tag, Value)>, MessageError> {
        Ok(state)
    }

    fn write(stored: &Vec<(Tag, Value)>, writer: &mut Writer, _: Tag, _: Version) {
        for (tag, value) in stored {
            value.write(writer, *tag);
        }
    }
}

/// Refuses an item that is not a structure.
pub(crate) fn expect_structure(item: Item<'_>) -> Result<(), MessageError> {
    if item.item_type() == ItemType::Structure {
        Ok(())
    } else {
        Err(MessageError::wrong_type(item.tag(), "Structure"))
    }
}
