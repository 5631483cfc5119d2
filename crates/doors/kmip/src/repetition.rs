//! Requests whose identifier means several objects: the operation is repeated for each of them (KMIP 2.1 §11.58).
//!
//! An item of a response has one status and one payload (§8.6), and a payload one object. So each repetition is answered with
//! an item of its own, and all of them with the Unique Batch Item ID of the request (§9.21). To whatever refers to the
//! operation afterwards, they are one.

use claviger_model::UniqueIdentifier;
use claviger_wire_kmip::{
    MessageError, RequestItem, RequestPayload, UniqueIdentifier as Reference,
};
use claviger_wire_ttlv::enumeration::Operation;
use claviger_wire_ttlv::{Buffer, Tag, Version, Writer, tag};

use crate::errors::Outcome;
use crate::placeholders::{NAMES, Placeholders};

/// What is left of the limits of a message. What it asks for by repetition counts as if it had been written out, so that nobody
/// gets more done by a short message than by a long one.
pub(crate) struct Room {
    /// How many operations.
    pub(crate) operations: usize,
    /// How many bytes of repeated payloads.
    pub(crate) bytes: usize,
}

impl Room {
    fn take(&mut self, operations: usize, bytes: usize) -> Option<()> {
        let operations = self.operations.checked_sub(operations)?;
        let bytes = self.bytes.checked_sub(bytes)?;
        *self = Self { operations, bytes };
        Some(())
    }
}

/// The repetitions of an item: nearly always the item itself.
///
/// # Errors
///
/// The item, if there is no room for its repetitions.
pub(crate) fn repetitions(
    item: RequestItem,
    placeholders: &Placeholders,
    version: Version,
    room: &mut Room,
) -> Result<Vec<RequestItem>, RequestItem> {
    let Some((payload, field, identifiers)) = several(&item, placeholders, version) else {
        room.operations = room.operations.saturating_sub(1);
        return Ok(vec![item]);
    };
    let count = identifiers.len();
    if room.take(count, count.saturating_mul(payload.len())).is_none() {
        return Err(item);
    }
    let repetition = |identifier: &UniqueIdentifier| RequestItem {
        operation: item.operation,
        ephemeral: item.ephemeral,
        unique_batch_item_id: item.unique_batch_item_id.clone(),
        payload: about(&item, &payload, field, identifier, version),
        message_extensions: item.message_extensions.clone(),
    };
    Ok(identifiers.iter().map(repetition).collect())
}

/// The encoded payload, its field that means several objects, and which ones.
fn several(
    item: &RequestItem,
    placeholders: &Placeholders,
    version: Version,
) -> Option<(Buffer, Tag, Vec<UniqueIdentifier>)> {
    let payload = item.payload.as_ref().ok()?;
    if version.major < 2 || !placeholders.have_several() || takes_several(payload.operation()) {
        return None;
    }
    let mut writer = Writer::new();
    let open = writer.open(tag::REQUEST_PAYLOAD);
    payload.encode(&mut writer, version);
    writer.close(open);
    let encoded = writer.into_buffer();
    let (field, identifiers) = encoded.item().children().find_map(|field| {
        let name = NAMES.contains(&field.tag()).then_some(field.tag())?;
        let reference = Reference::Placeholder(field.enumeration()?.into());
        let found = placeholders.identifiers(Some(&reference)).ok()?;
        (found.len() > 1).then_some((name, found))
    })?;
    Some((encoded, field, identifiers))
}

/// The payload with this object in its field.
fn about(
    item: &RequestItem,
    payload: &Buffer,
    field: Tag,
    identifier: &UniqueIdentifier,
    version: Version,
) -> Outcome<Box<RequestPayload>> {
    let mut writer = Writer::new();
    let open = writer.open(tag::REQUEST_PAYLOAD);
    for child in payload.item().children() {
        if child.tag() == field {
            writer.text(field, identifier.as_str());
        } else {
            writer.item(child);
        }
    }
    writer.close(open);
    let operation = item.operation.ok_or_else(|| {
        MessageError::invalid_message("an operation without a name can't be repeated")
    })?;
    RequestPayload::decode(operation, writer.into_buffer().item(), version).map(Box::new)
}

/// Whether an operation is about all of the objects at once.
const fn takes_several(operation: Operation) -> bool {
    matches!(operation, Operation::DeriveKey | Operation::JoinSplitKey | Operation::Validate)
}
