//! Requests (KMIP 1.4, section 7.1; 2.1, sections 8.1 to 8.3).
//!
//! ```text
//!  RequestMessage
//!   ├ RequestHeader
//!   └ BatchItem …   { Operation, Ephemeral, UniqueBatchItemID, RequestPayload, MessageExtension … }
//! ```

use claviger_wire_ttlv::enumeration::{Operation, ResultReason};
use claviger_wire_ttlv::{Buffer, Item, Version, Writer, tag};

use crate::error::MessageError;
use crate::field::Field;
use crate::message::{MessageExtension, ProtocolVersion, RequestHeader};
use crate::payload::RequestPayload;
use crate::slot::{expect_structure, read_once};

/// A request.
pub struct RequestMessage {
    /// The version of the header, which is one that is known.
    pub version: Version,
    /// The header.
    pub header: RequestHeader,
    /// The batch items, in order.
    pub batch: Vec<RequestItem>,
}

/// One operation of a request.
pub struct RequestItem {
    /// The operation; absent only from an item that was not understood.
    pub operation: Option<Operation>,
    /// Whether the data that the operation returns is for later items of the batch only (2.x).
    pub ephemeral: Option<bool>,
    /// What the answer to this item repeats.
    pub unique_batch_item_id: Option<Vec<u8>>,
    /// What the operation is asked for, or why the item fails.
    pub payload: Result<Box<RequestPayload>, MessageError>,
    /// What vendors added.
    pub message_extensions: Vec<MessageExtension>,
}

/// What a request may ask for at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageLimits {
    /// How many batch items a message may have.
    pub batch_items: usize,
}

impl Default for MessageLimits {
    fn default() -> Self {
        Self { batch_items: 10_000 }
    }
}

/// A request that cannot be answered item by item. The answer is a header and one batch item without an operation
/// (KMIP 1.4, section 11.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedMessage {
    /// The version of the answer.
    pub version: Version,
    /// Why the request is rejected.
    pub error: MessageError,
}

impl RequestMessage {
    /// Reads a request.
    ///
    /// # Errors
    ///
    /// Fails when the message is no request, its version is not known, its header is not understood, the batch count is not
    /// the number of batch items, or there are more of them than the limits allow. What is wrong in a batch item is that
    /// item's error.
    pub fn decode(item: Item<'_>, limits: &MessageLimits) -> Result<Self, RejectedMessage> {
        let stated = stated_version(item);
        let reject = |error| RejectedMessage {
            version: stated.map_or(Version::V1_0, ProtocolVersion::answered_in),
            error,
        };
        let version = known_version(item, stated).map_err(reject)?;
        let (header, items) = split(item, version, limits).map_err(reject)?;
        let batch = items.into_iter().map(|item| RequestItem::decode(item, version)).collect();
        Ok(Self { version, header, batch })
    }

    /// Writes the request in its version, for a client. An item whose payload is an error has none.
    #[must_use]
    pub fn encode(&self) -> Buffer {
        let mut writer = Writer::new();
        let message = writer.open(tag::REQUEST_MESSAGE);
        let header = writer.open(tag::REQUEST_HEADER);
        self.header.encode(&mut writer, self.version);
        writer.integer(tag::BATCH_COUNT, i32::try_from(self.batch.len()).unwrap_or(i32::MAX));
        writer.close(header);
        for item in &self.batch {
            item.encode(&mut writer, self.version);
        }
        writer.close(message);
        writer.into_buffer()
    }
}

impl RequestItem {
    /// An item of a client's that asks for nothing but this.
    #[must_use]
    pub fn new(payload: RequestPayload) -> Self {
        Self {
            operation: Some(payload.operation()),
            ephemeral: None,
            unique_batch_item_id: None,
            payload: Ok(Box::new(payload)),
            message_extensions: Vec::new(),
        }
    }

    /// Reads a batch item. What is wrong with it becomes the error in the place of its payload.
    fn decode(item: Item<'_>, version: Version) -> Self {
        let mut read = Self {
            operation: None,
            ephemeral: None,
            unique_batch_item_id: None,
            payload: Err(MessageError::invalid_message(String::new())),
            message_extensions: Vec::new(),
        };
        read.payload = read.read_fields(item, version).and_then(|payload| {
            let operation =
                read.operation.ok_or_else(|| MessageError::missing("BatchItem", tag::OPERATION))?;
            let payload =
                payload.ok_or_else(|| MessageError::missing("BatchItem", tag::REQUEST_PAYLOAD))?;
            RequestPayload::decode(operation, payload, version).map(Box::new)
        });
        read
    }

    /// Reads all fields but the payload, which is returned as it is. An error leaves in place what was read before it, so
    /// that the answer can name the item.
    fn read_fields<'a>(
        &mut self,
        item: Item<'a>,
        version: Version,
    ) -> Result<Option<Item<'a>>, MessageError> {
        expect_structure(item)?;
        let mut payload = None;
        let mut error = None;
        for child in item.children() {
            let read = match child.tag() {
                tag::OPERATION => read_once(&mut self.operation, child, version),
                tag::EPHEMERAL if version >= Version::V2_0 => {
                    read_once(&mut self.ephemeral, child, version)
                }
                tag::UNIQUE_BATCH_ITEM_ID => {
                    read_once(&mut self.unique_batch_item_id, child, version)
                }
                tag::REQUEST_PAYLOAD => match payload.replace(child) {
                    Some(_) => Err(MessageError::duplicate(tag::REQUEST_PAYLOAD)),
                    None => Ok(()),
                },
                tag::MESSAGE_EXTENSION => MessageExtension::decode(child, version)
                    .map(|extension| self.message_extensions.push(extension)),
                other if other.is_extension() => Ok(()),
                other => Err(MessageError::unexpected("BatchItem", other, version)),
            };
            if let Err(fault) = read {
                error.get_or_insert(fault);
            }
        }
        error.map_or(Ok(payload), Err)
    }

    fn encode(&self, writer: &mut Writer, version: Version) {
        let open = writer.open(tag::BATCH_ITEM);
        if let Some(operation) = self.operation {
            operation.write(writer, tag::OPERATION, version);
        }
        if let (Some(ephemeral), true) = (self.ephemeral, version >= Version::V2_0) {
            writer.boolean(tag::EPHEMERAL, ephemeral);
        }
        if let Some(id) = &self.unique_batch_item_id {
            writer.bytes(tag::UNIQUE_BATCH_ITEM_ID, id);
        }
        if let Ok(payload) = &self.payload {
            let open = writer.open(tag::REQUEST_PAYLOAD);
            payload.encode(writer, version);
            writer.close(open);
        }
        for extension in &self.message_extensions {
            extension.write(writer, tag::MESSAGE_EXTENSION, version);
        }
        writer.close(open);
    }
}

/// The version in the header, which is read before anything else is.
fn stated_version(message: Item<'_>) -> Option<ProtocolVersion> {
    let stated = message.child(tag::REQUEST_HEADER)?.child(tag::PROTOCOL_VERSION)?;
    ProtocolVersion::decode(stated, Version::V1_0).ok()
}

fn known_version(
    message: Item<'_>,
    stated: Option<ProtocolVersion>,
) -> Result<Version, MessageError> {
    if message.tag() != tag::REQUEST_MESSAGE {
        return Err(MessageError::invalid_message("The message is not a RequestMessage"));
    }
    let stated = stated.ok_or_else(|| {
        MessageError::invalid_message("The message does not begin with a header that has a version")
    })?;
    stated.known().ok_or_else(|| {
        let reason = if stated.major >= 2 {
            ResultReason::UnsupportedProtocolVersion
        } else {
            ResultReason::InvalidMessage
        };
        MessageError::new(
            reason,
            format!("KMIP {stated} is not supported; supported are 1.0 to 1.4, 2.0 and 2.1"),
        )
    })
}

/// The header and the batch items of a message.
fn split<'a>(
    message: Item<'a>,
    version: Version,
    limits: &MessageLimits,
) -> Result<(RequestHeader, Vec<Item<'a>>), MessageError> {
    let mut header = None;
    let mut items = Vec::new();
    for child in message.children() {
        match child.tag() {
            tag::REQUEST_HEADER => read_once(&mut header, child, version)?,
            tag::BATCH_ITEM if items.len() < limits.batch_items => items.push(child),
            tag::BATCH_ITEM => return Err(too_many(version, limits)),
            other if other.is_extension() => {}
            other => return Err(MessageError::unexpected("RequestMessage", other, version)),
        }
    }
    let header: RequestHeader =
        header.ok_or_else(|| MessageError::missing("RequestMessage", tag::REQUEST_HEADER))?;
    if usize::try_from(header.batch_count) != Ok(items.len()) {
        return Err(MessageError::invalid_message(format!(
            "The batch count is {}, the number of batch items is {}",
            header.batch_count,
            items.len()
        )));
    }
    if items.is_empty() {
        return Err(MessageError::missing("RequestMessage", tag::BATCH_ITEM));
    }
    Ok((header, items))
}

/// KMIP 2.x has a reason for it, Server Limit Exceeded; 1.x has only the general one.
fn too_many(version: Version, limits: &MessageLimits) -> MessageError {
    let reason = if version.major >= 2 {
        ResultReason::ServerLimitExceeded
    } else {
        ResultReason::GeneralFailure
    };
    MessageError::new(
        reason,
        format!("There are more than {} batch items; send several messages", limits.batch_items),
    )
}
