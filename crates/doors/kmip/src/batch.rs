//! A batch: the operations of one message, one after the other (KMIP 1.4 §7.2, KMIP 2.1 §8).
//!
//! Later operations may refer to what earlier ones left behind: an identifier by the ID Placeholder, in 2.x also identifiers
//! and data by operation or by number. When one fails, the batch goes on, stops, or takes back what was done.

use std::sync::Arc;

use claviger_core::operations::Operation as CoreOperation;
use claviger_core::operations::objects::Generation;
use claviger_core::{Caller, Journal};
use claviger_model::{RequestId, UniqueIdentifier};
use claviger_wire_kmip::{
    DateTime, MessageError, RequestHeader, RequestItem, RequestMessage, ResponseHeader,
    ResponseItem, ResponseMessage, Rights, UniqueIdentifier as Reference,
};
use claviger_wire_ttlv::{Buffer, Version};
use claviger_wire_ttlv::enumeration::{
    BatchErrorContinuationOption as OnError, Operation, ResultReason, ResultStatus,
};

use crate::bind::value;
use crate::door::{Door, Session};
use crate::errors::{Outcome, from_core};
use crate::placeholders::Placeholders;
use crate::push::Push;
use crate::{asynchronous, credential, dispatch, login};

/// A batch while it runs: what its operations know of each other and of who asks.
pub(crate) struct Batch<'a> {
    pub(crate) door: &'a Arc<Door>,
    pub(crate) session: &'a Session,
    pub(crate) caller: Caller,
    pub(crate) version: Version,
    pub(crate) placeholders: Placeholders,
    /// What a ticket limits the client to.
    pub(crate) rights: Option<Rights>,
    /// The operation that runs now.
    operation: Option<Operation>,
}

impl<'a> Batch<'a> {
    /// Carries out a message. With the answer come the requests that are sent to the client after it.
    pub(crate) async fn run(
        door: &'a Arc<Door>,
        session: &'a Session,
        message: RequestMessage,
    ) -> (ResponseMessage, Vec<Buffer>) {
        let RequestMessage { version, header, batch: items } = message;
        let request = door.kms.new_request_id();
        let response = |batch| ResponseMessage {
            header: response_header(door, &header, version, request),
            batch,
        };
        let (principal, rights) = match credential::principal(door, session, &header) {
            Ok(found) => found,
            Err(error) => {
                let refused = items.into_iter().map(|item| failed(item, error.clone()));
                return (response(refused.collect()), Vec::new());
            }
        };
        let caller = door.caller(session, principal, request);
        let mut batch = Batch::new(door, session, caller, version);
        batch.rights = rights;
        let answers = batch.items(&header, items).await;
        let pushed = batch.pushed(&answers).await;
        (response(answers), pushed)
    }

    /// What the client is told besides, if clients are told anything.
    async fn pushed(&self, answers: &[ResponseItem]) -> Vec<Buffer> {
        let mut messages = Vec::new();
        if !self.door.options.push {
            return messages;
        }
        let done = answers.iter().filter(|answer| answer.result_status == ResultStatus::Success);
        for push in done.filter_map(|answer| answer.payload.as_ref().and_then(Push::after)) {
            match push.message(self).await {
                Ok(message) => messages.push(message),
                Err(error) => tracing::debug!(%error, "a change could not be told to the client"),
            }
        }
        messages
    }

    /// A batch of which nothing has run yet.
    pub(crate) fn new(
        door: &'a Arc<Door>,
        session: &'a Session,
        caller: Caller,
        version: Version,
    ) -> Self {
        let placeholders = Placeholders::default();
        Self { door, session, caller, version, placeholders, rights: None, operation: None }
    }

    async fn items(&mut self, header: &RequestHeader, items: Vec<RequestItem>) -> Vec<ResponseItem> {
        let on_error = header.batch_error_continuation_option.unwrap_or(OnError::Stop);
        if on_error == OnError::Undo && items.len() > 1 {
            self.caller.journal = Some(Arc::new(Journal::default()));
        }
        let mut answers = Vec::with_capacity(items.len());
        for item in items {
            let answer = self.item(header, item).await;
            let failed = answer.result_status == ResultStatus::OperationFailed;
            answers.push(answer);
            if failed && on_error == OnError::Undo {
                self.undo(&mut answers).await;
            }
            if failed && on_error != OnError::Continue {
                break;
            }
        }
        answers
    }

    /// One operation, now or later.
    async fn item(&mut self, header: &RequestHeader, item: RequestItem) -> ResponseItem {
        let critical =
            item.message_extensions.iter().any(|extension| extension.criticality_indicator);
        if critical {
            let error = MessageError::new(
                ResultReason::FeatureNotSupported,
                "the service doesn't know the message extension, which the client calls critical",
            );
            return failed(item, error);
        }
        let RequestItem { operation, unique_batch_item_id, payload, .. } = item;
        let payload = match payload {
            Ok(payload) => payload,
            Err(error) => return ResponseItem::failure(operation, unique_batch_item_id, error),
        };
        self.operation = Some(payload.operation());
        if let Err(error) = self.check_rights(None) {
            return ResponseItem::failure(operation, unique_batch_item_id, error);
        }
        if asynchronous::wanted(header, self.version, payload.operation()) {
            let correlation = self.door.jobs.submit(self, payload).await;
            return match correlation {
                Ok(correlation) => pending(operation, unique_batch_item_id, correlation),
                Err(error) => ResponseItem::failure(operation, unique_batch_item_id, error),
            };
        }
        match dispatch::run(self, payload).await {
            Ok(dispatch::Answer::Payload(payload)) => {
                ResponseItem::success(unique_batch_item_id, payload)
            }
            // Poll answers in the name of the operation that was polled.
            Ok(dispatch::Answer::Item(polled)) => ResponseItem { unique_batch_item_id, ..*polled },
            Err(error) => ResponseItem::failure(operation, unique_batch_item_id, error),
        }
    }

    /// Takes back what the operations before the failed one did.
    async fn undo(&mut self, answers: &mut [ResponseItem]) {
        let Some(journal) = self.caller.journal.take() else { return };
        let undone = self.door.kms.undo(&self.caller, &journal).await;
        let Some((failed, before)) = answers.split_last_mut() else { return };
        match undone {
            Ok(()) => {
                for answer in before {
                    answer.result_status = ResultStatus::OperationUndone;
                }
            }
            // What was done stays done, and the answers say so.
            Err(error) => {
                let message = failed.result_message.get_or_insert_default();
                message.push_str("; what was done before could not be taken back: ");
                message.push_str(error.message());
            }
        }
    }

    /// Runs a core operation for whoever sent the message.
    pub(crate) async fn call<O: CoreOperation>(&self, operation: O) -> Outcome<O::Reply> {
        let called = self.door.kms.call(&self.caller, operation).await;
        called.map_err(|error| from_core(&error, self.version))
    }

    /// The generation of rules that the message's version follows.
    pub(crate) const fn generation(&self) -> Generation {
        value::generation(self.version)
    }

    /// The object that a request is about: the one it names, or what earlier operations left behind.
    pub(crate) fn identifier(&self, reference: Option<&Reference>) -> Outcome<UniqueIdentifier> {
        let identifier = self.placeholders.identifier(reference, self.version)?;
        self.check_rights(Some(&identifier))?;
        Ok(identifier)
    }

    /// Whether a ticket with limited rights lets the operation that runs be done, with this object if it is about one.
    fn check_rights(&self, object: Option<&UniqueIdentifier>) -> Outcome<()> {
        let (Some(rights), Some(operation)) = (&self.rights, self.operation) else { return Ok(()) };
        if login::permits(rights, operation, object.map(UniqueIdentifier::as_str)) {
            return Ok(());
        }
        Err(MessageError::new(
            ResultReason::PermissionDenied,
            "the ticket doesn't give the right to this operation, or not with this object",
        ))
    }

    /// Remembers the object that an operation made or found.
    pub(crate) fn leave(&mut self, operation: Operation, identifier: &UniqueIdentifier) {
        self.placeholders.leave(operation, identifier);
    }
}

fn response_header(
    door: &Door,
    header: &RequestHeader,
    version: Version,
    request: RequestId,
) -> ResponseHeader {
    let mut response = ResponseHeader::new(header.protocol_version, DateTime(door.now()));
    if version >= Version::V1_4 {
        response.server_correlation_value = Some(request.to_string());
    }
    response
}

fn failed(item: RequestItem, error: MessageError) -> ResponseItem {
    ResponseItem::failure(item.operation, item.unique_batch_item_id, error)
}

fn pending(
    operation: Option<Operation>,
    unique_batch_item_id: Option<Vec<u8>>,
    correlation: Vec<u8>,
) -> ResponseItem {
    ResponseItem {
        operation,
        unique_batch_item_id,
        result_status: ResultStatus::OperationPending,
        result_reason: None,
        result_message: None,
        asynchronous_correlation_value: Some(correlation),
        payload: None,
        message_extensions: Vec::new(),
    }
}
