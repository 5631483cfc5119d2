//! Responses (KMIP 1.4, section 7.1; 2.1, sections 8.4 to 8.6).
//!
//! ```text
//!  ResponseMessage
//!   ├ ResponseHeader
//!   └ BatchItem …   { Operation, UniqueBatchItemID, ResultStatus, ResultReason, ResultMessage,
//!                     AsynchronousCorrelationValue, ResponsePayload, MessageExtension … }
//! ```

use claviger_wire_ttlv::enumeration::{Operation, ResultReason, ResultStatus};
use claviger_wire_ttlv::{Buffer, Item, Version, Writer, tag};

use crate::error::MessageError;
use crate::field::{DateTime, Field};
use crate::message::{MessageExtension, ProtocolVersion, RejectedMessage, ResponseHeader};
use crate::payload::ResponsePayload;
use crate::slot::{expect_structure, read_once};

/// How much room a header is given before anything is written, and a batch item besides its long fields.
const USUAL_SIZE: usize = 256;

/// A response.
pub struct ResponseMessage {
    /// The header. Its version is that in which the response is written; it should be one that is known.
    pub header: ResponseHeader,
    /// The answers to the batch items.
    pub batch: Vec<ResponseItem>,
}

/// The answer to one operation.
pub struct ResponseItem {
    /// The operation; absent when the request had none that could be read.
    pub operation: Option<Operation>,
    /// What the request called the item.
    pub unique_batch_item_id: Option<Vec<u8>>,
    /// Whether the operation succeeded.
    pub result_status: ResultStatus,
    /// Why it failed.
    pub result_reason: Option<ResultReason>,
    /// Why it failed, for a human reader.
    pub result_message: Option<String>,
    /// By which value to ask for an answer that is still to come.
    pub asynchronous_correlation_value: Option<Vec<u8>>,
    /// The answer.
    pub payload: Option<Box<ResponsePayload>>,
    /// What vendors add.
    pub message_extensions: Vec<MessageExtension>,
}

impl ResponseItem {
    /// The answer of an operation that succeeded.
    #[must_use]
    pub fn success(
        unique_batch_item_id: Option<Vec<u8>>,
        payload: impl Into<Box<ResponsePayload>>,
    ) -> Self {
        let payload = payload.into();
        Self {
            operation: Some(payload.operation()),
            unique_batch_item_id,
            result_status: ResultStatus::Success,
            result_reason: None,
            result_message: None,
            asynchronous_correlation_value: None,
            payload: Some(payload),
            message_extensions: Vec::new(),
        }
    }

    /// The answer of an operation that failed.
    #[must_use]
    pub fn failure(
        operation: Option<Operation>,
        unique_batch_item_id: Option<Vec<u8>>,
        error: MessageError,
    ) -> Self {
        let MessageError { reason, message } = error;
        Self {
            operation,
            unique_batch_item_id,
            result_status: ResultStatus::OperationFailed,
            result_reason: Some(reason),
            result_message: Some(message),
            asynchronous_correlation_value: None,
            payload: None,
            message_extensions: Vec::new(),
        }
    }
}

impl ResponseMessage {
    /// The answer to a request that was rejected as a whole, at a time.
    #[must_use]
    pub fn rejection(rejected: RejectedMessage, time_stamp: DateTime) -> Self {
        let RejectedMessage { version, error } = rejected;
        let header = ResponseHeader::new(ProtocolVersion::from(version), time_stamp);
        Self { header, batch: vec![ResponseItem::failure(None, None, error)] }
    }

    /// Writes the response in the version of its header. What that version does not have is left out.
    #[must_use]
    pub fn encode(&self) -> Buffer {
        let room = |item: &ResponseItem| {
            USUAL_SIZE + item.payload.as_deref().map_or(0, ResponsePayload::room)
        };
        let room = self.batch.iter().map(room).sum::<usize>();
        let mut writer = Writer::with_capacity(USUAL_SIZE + room);
        self.encode_into(&mut writer);
        writer.into_buffer()
    }

    /// The same into a writer.
    pub fn encode_into(&self, writer: &mut Writer) {
        let version = self.header.protocol_version.answered_in();
        let message = writer.open(tag::RESPONSE_MESSAGE);
        let batch_count = i32::try_from(self.batch.len()).unwrap_or(i32::MAX);
        let header = writer.open(tag::RESPONSE_HEADER);
        self.header.encode(writer, version);
        writer.integer(tag::BATCH_COUNT, batch_count);
        writer.close(header);
        for item in &self.batch {
            item.encode(writer, version);
        }
        writer.close(message);
    }

    /// Reads a response, for a client.
    ///
    /// # Errors
    ///
    /// Fails when the message is no response, its version is not known, or anything in it is not understood.
    pub fn decode(item: Item<'_>) -> Result<Self, MessageError> {
        if item.tag() != tag::RESPONSE_MESSAGE {
            return Err(MessageError::invalid_message("The message is not a ResponseMessage"));
        }
        let stated = item
            .child(tag::RESPONSE_HEADER)
            .and_then(|header| header.child(tag::PROTOCOL_VERSION))
            .ok_or_else(|| MessageError::missing("ResponseHeader", tag::PROTOCOL_VERSION))?;
        let stated = ProtocolVersion::decode(stated, Version::V1_0)?;
        let version = stated.known().ok_or_else(|| {
            MessageError::invalid_message(format!("KMIP {stated} is not supported"))
        })?;
        let mut header = None;
        let mut batch = Vec::new();
        for child in item.children() {
            match child.tag() {
                tag::RESPONSE_HEADER if header.is_none() => {
                    header = Some(ResponseHeader::decode(child, version)?);
                }
                tag::BATCH_ITEM => batch.push(ResponseItem::decode(child, version)?),
                other if other.is_extension() => {}
                other => return Err(MessageError::unexpected("ResponseMessage", other, version)),
            }
        }
        let header =
            header.ok_or_else(|| MessageError::missing("ResponseMessage", tag::RESPONSE_HEADER))?;
        if usize::try_from(header.batch_count) != Ok(batch.len()) {
            return Err(MessageError::invalid_message("The batch count is not that of the items"));
        }
        Ok(Self { header, batch })
    }
}

impl ResponseItem {
    fn decode(item: Item<'_>, version: Version) -> Result<Self, MessageError> {
        expect_structure(item)?;
        let (mut operation, mut unique_batch_item_id) = (None, None);
        let (mut result_status, mut result_reason, mut result_message) = (None, None, None);
        let (mut asynchronous_correlation_value, mut payload) = (None, None);
        let mut message_extensions = Vec::new();
        for child in item.children() {
            match child.tag() {
                tag::OPERATION => read_once(&mut operation, child, version)?,
                tag::UNIQUE_BATCH_ITEM_ID => read_once(&mut unique_batch_item_id, child, version)?,
                tag::RESULT_STATUS => read_once(&mut result_status, child, version)?,
                tag::RESULT_REASON => read_once(&mut result_reason, child, version)?,
                tag::RESULT_MESSAGE => read_once(&mut result_message, child, version)?,
                tag::ASYNCHRONOUS_CORRELATION_VALUE => {
                    read_once(&mut asynchronous_correlation_value, child, version)?;
                }
                tag::RESPONSE_PAYLOAD if payload.is_none() => payload = Some(child),
                tag::MESSAGE_EXTENSION => {
                    message_extensions.push(MessageExtension::decode(child, version)?);
                }
                other if other.is_extension() => {}
                other => return Err(MessageError::unexpected("BatchItem", other, version)),
            }
        }
        let result_status =
            result_status.ok_or_else(|| MessageError::missing("BatchItem", tag::RESULT_STATUS))?;
        let payload = match (operation, payload) {
            (Some(operation), Some(item)) => {
                Some(Box::new(ResponsePayload::decode(operation, item, version)?))
            }
            (None, Some(_)) => return Err(MessageError::missing("BatchItem", tag::OPERATION)),
            (_, None) => None,
        };
        Ok(Self {
            operation,
            unique_batch_item_id,
            result_status,
            result_reason,
            result_message,
            asynchronous_correlation_value,
            payload,
            message_extensions,
        })
    }

    fn encode(&self, writer: &mut Writer, version: Version) {
        let open = writer.open(tag::BATCH_ITEM);
        if let Some(operation) = self.operation {
            operation.write(writer, tag::OPERATION, version);
        }
        if let Some(id) = &self.unique_batch_item_id {
            writer.bytes(tag::UNIQUE_BATCH_ITEM_ID, id);
        }
        self.result_status.write(writer, tag::RESULT_STATUS, version);
        if let Some(reason) = self.result_reason {
            reason.write(writer, tag::RESULT_REASON, version);
        }
        if let Some(message) = &self.result_message {
            writer.text(tag::RESULT_MESSAGE, message);
        }
        if let Some(value) = &self.asynchronous_correlation_value {
            writer.bytes(tag::ASYNCHRONOUS_CORRELATION_VALUE, value);
        }
        if let Some(payload) = &self.payload {
            let open = writer.open(tag::RESPONSE_PAYLOAD);
            payload.encode(writer, version);
            writer.close(open);
        }
        for extension in &self.message_extensions {
            extension.write(writer, tag::MESSAGE_EXTENSION, version);
        }
        writer.close(open);
    }
}
