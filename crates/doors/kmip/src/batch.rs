//! A batch: the operations of one message, one after the other (KMIP 1.4 §7.2, KMIP 2.1 §8).
//!
//! Later operations may refer to what earlier ones left behind (see [`Placeholders`]). When one fails, the batch goes on,
//! stops, or takes back what was done.

use std::collections::BTreeSet;
use std::sync::Arc;

use claviger_core::operations::Operation as CoreOperation;
use claviger_core::operations::objects::{Generation, ReadAttributes};
use claviger_core::{Caller, Error, ErrorKind, Journal};
use claviger_model::{AttributeKey, AttributeKind, RequestId, UniqueIdentifier, Value};
use claviger_wire_kmip::{
    DateTime, MessageError, RequestHeader, RequestItem, RequestMessage, RequestPayload,
    ResponseHeader, ResponseItem, ResponseMessage, UniqueIdentifier as Reference,
};
use claviger_wire_ttlv::enumeration::{
    BatchErrorContinuationOption as OnError, Operation, ResultReason, ResultStatus,
};
use claviger_wire_ttlv::{Buffer, Version};

use crate::bind::value;
use crate::dispatch::Answer;
use crate::door::{Door, Session};
use crate::errors::{Outcome, from_core, reason};
use crate::login::Grant;
use crate::placeholders::Placeholders;
use crate::push::Push;
use crate::repetition::{self, Room};
use crate::rights::{Claim, Demand, Limits, Refusal, Subject};
use crate::{asynchronous, credential, dispatch, ephemeral};

/// A batch while it runs: what its operations know of each other and of who asks.
pub(crate) struct Batch<'a> {
    pub(crate) door: &'a Arc<Door>,
    pub(crate) session: &'a Session,
    pub(crate) caller: Caller,
    pub(crate) version: Version,
    pub(crate) placeholders: Placeholders,
    /// The ticket by which the client proved itself.
    pub(crate) ticket: Option<Grant>,
    /// Whether answers are kept for later operations.
    remembers: bool,
    /// The operation that runs now.
    operation: Option<Operation>,
    /// What it takes of the limits of the ticket.
    claim: Claim,
    /// The objects that it names, with their groups, if the ticket's rights are to objects of groups.
    grouped: Vec<Subject>,
    /// How much more the message may ask for.
    room: Room,
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
        let (principal, ticket) = match credential::principal(door, session, &header) {
            Ok(found) => found,
            Err(error) => {
                let refused = items.into_iter().map(|item| failed(item, error.clone()));
                return (response(refused.collect()), Vec::new());
            }
        };
        let caller = door.caller(session, principal, request);
        let mut batch = Batch::new(door, session, caller, version);
        batch.ticket = ticket;
        let answers = batch.items(&header, items).await;
        let pushed = batch.pushed(&answers).await;
        (response(answers), pushed)
    }

    /// What the client is told besides, if clients are told anything. Over HTTP there is no way to tell them, and who has a
    /// ticket with limited rights is told nothing, for the limits may be about just that.
    async fn pushed(&self, answers: &[ResponseItem]) -> Vec<Buffer> {
        let mut messages = Vec::new();
        if !self.door.options.push || !self.session.is_connection() || self.limits().have_rights() {
            return messages;
        }
        let done = answers.iter().filter(|answer| answer.result_status == ResultStatus::Success);
        let payloads = done.filter_map(|answer| answer.payload.as_deref());
        for push in payloads.flat_map(Push::after) {
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
        Self {
            door,
            session,
            caller,
            version,
            placeholders: Placeholders::default(),
            ticket: None,
            remembers: false,
            operation: None,
            claim: Claim::default(),
            grouped: Vec::new(),
            room: Room { operations: door.options.batch_limit, bytes: door.options.message_limit },
        }
    }

    async fn items(
        &mut self,
        header: &RequestHeader,
        items: Vec<RequestItem>,
    ) -> Vec<ResponseItem> {
        let on_error = header.batch_error_continuation_option.unwrap_or(OnError::Stop);
        if on_error == OnError::Undo && items.len() > 1 {
            self.caller.journal = Some(Arc::new(Journal::default()));
        }
        let mut answers = Vec::with_capacity(items.len());
        let last = items.len().saturating_sub(1);
        for (place, item) in items.into_iter().enumerate() {
            self.placeholders.next_request();
            let items = self.repetitions(item);
            self.remembers = place < last || items.len() > 1;
            for item in items {
                let answer = self.item(header, item).await;
                let failed = answer.result_status == ResultStatus::OperationFailed;
                answers.push(answer);
                if failed && on_error == OnError::Undo {
                    self.undo(&mut answers).await;
                }
                if failed && (on_error != OnError::Continue || self.ends_every_batch(&answers)) {
                    return answers;
                }
            }
        }
        answers
    }

    /// An item as often as it is to be done.
    fn repetitions(&mut self, item: RequestItem) -> Vec<RequestItem> {
        repetition::repetitions(item, &self.placeholders, self.version, &mut self.room)
            .unwrap_or_else(|mut item| {
                self.operation = item.operation;
                item.payload = Err(self.refusal(
                    ErrorKind::LimitReached,
                    "with the operation repeated for each object, the message would be too long; name fewer of them",
                ));
                vec![item]
            })
    }

    /// Whether nothing may come after the operation that failed last, whatever the client asked for: in KMIP 1.0 that is so of
    /// a use that is denied (KMIP 1.0 §4.9).
    fn ends_every_batch(&self, answers: &[ResponseItem]) -> bool {
        let denied = |item: &ResponseItem| {
            item.operation == Some(Operation::Check) && item.payload.is_some()
        };
        self.version == Version::V1_0 && answers.last().is_some_and(denied)
    }

    /// One operation, now or later.
    async fn item(&mut self, header: &RequestHeader, item: RequestItem) -> ResponseItem {
        let critical =
            item.message_extensions.iter().any(|extension| extension.criticality_indicator);
        if critical {
            let reason = if self.version.major >= 2 {
                ResultReason::UnknownMessageExtension
            } else {
                ResultReason::FeatureNotSupported
            };
            let error = MessageError::new(
                reason,
                "the service doesn't know the message extension, which the client calls critical",
            );
            return failed(item, error);
        }
        let RequestItem { operation, unique_batch_item_id, payload, ephemeral, .. } = item;
        match self.answer(header, payload, ephemeral == Some(true)).await {
            Ok(Answer::Payload(payload)) => ResponseItem::success(unique_batch_item_id, payload),
            // Poll answers in the name of the operation that was polled.
            Ok(Answer::Item(item)) => ResponseItem { unique_batch_item_id, ..*item },
            Err(error) => ResponseItem::failure(operation, unique_batch_item_id, error),
        }
    }

    async fn answer(
        &mut self,
        header: &RequestHeader,
        payload: Result<Box<RequestPayload>, MessageError>,
        ephemeral: bool,
    ) -> Outcome<Answer> {
        let payload = payload?;
        let operation = payload.operation();
        self.begin(&payload).await?;
        // What is to be taken back when another operation fails can't be done after the answer to that.
        let can_wait = self.caller.journal.is_none();
        if can_wait && asynchronous::wanted(header, self.version, operation) {
            // It takes of the limits when it runs.
            self.claim.release();
            let correlation = asynchronous::submit(self, payload, ephemeral).await?;
            return Ok(asynchronous::pending(operation, correlation));
        }
        let mut answer = match self.perform(payload).await {
            Ok(answer) => answer,
            Err(error) => {
                self.placeholders.after_failure(operation);
                return Err(error);
            }
        };
        match &mut answer {
            Answer::Payload(payload) => {
                if self.remembers {
                    self.placeholders.remember(payload, self.version);
                }
                if ephemeral {
                    ephemeral::withhold(payload);
                }
            }
            Answer::Item(item) if item.result_status == ResultStatus::OperationFailed => {
                self.placeholders.after_failure(operation);
            }
            Answer::Item(_) => {}
        }
        Ok(answer)
    }

    /// Notes which operation runs now, if the limits of a ticket let it.
    pub(crate) async fn begin(&mut self, payload: &RequestPayload) -> Outcome<()> {
        let operation = payload.operation();
        self.operation = Some(operation);
        let limits = self.limits();
        self.claim = Claim::begin(&limits, operation).map_err(|refusal| self.refused(refusal))?;
        if limits.have_groups() {
            // Boxed, for it is rare.
            self.grouped = Box::pin(self.with_groups(payload)).await;
        }
        Ok(())
    }

    /// Runs the operation that has begun. If it fails, it takes nothing of the limits.
    pub(crate) async fn perform(&self, payload: Box<RequestPayload>) -> Outcome<Answer> {
        let answer = dispatch::run(self, payload).await;
        if answer.is_err() {
            self.claim.release();
        }
        answer
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
        called.map_err(|error| self.failure(&error))
    }

    /// A core error in the words of the operation that runs now.
    fn failure(&self, error: &Error) -> MessageError {
        from_core(error, self.operation, self.version)
    }

    /// What the operation that runs now answers in a situation that the core needs not see.
    pub(crate) fn refusal(&self, kind: ErrorKind, message: impl Into<String>) -> MessageError {
        MessageError::new(reason(kind, self.operation, self.version), message)
    }

    /// The generation of rules that the message's version follows.
    pub(crate) const fn generation(&self) -> Generation {
        value::generation(self.version)
    }

    /// The object that a request is about: the one it names, or what earlier operations left behind.
    pub(crate) fn identifier(&self, reference: Option<&Reference>) -> Outcome<UniqueIdentifier> {
        let found = self.placeholders.identifier(reference);
        let identifier = found.map_err(|error| self.failure(&error))?;
        self.claim(|demand| demand.objects.push(self.subject(&identifier)))?;
        Ok(identifier)
    }

    /// Whether an earlier operation left an object behind for those that name none.
    pub(crate) fn has_current(&self) -> bool {
        self.placeholders.identifier(None).is_ok()
    }

    /// The object that a link is to be to. Nothing is done with it.
    pub(crate) fn linked(&self, reference: &Reference) -> Outcome<UniqueIdentifier> {
        let found = self.placeholders.identifier(Some(reference));
        found.map_err(|error| self.failure(&error))
    }

    /// The objects that a list of references means.
    pub(crate) fn identifiers(&self, references: &[Reference]) -> Outcome<Vec<UniqueIdentifier>> {
        let mut all = Vec::with_capacity(references.len());
        for reference in references {
            let found = self.placeholders.identifiers(Some(reference));
            all.extend(found.map_err(|error| self.failure(&error))?);
        }
        self.claim(|demand| demand.objects.extend(all.iter().map(|one| self.subject(one))))?;
        Ok(all)
    }

    /// Notes that the operation that runs now is about no object, though it could be.
    pub(crate) fn without_object(&self) -> Outcome<()> {
        self.claim(|demand| demand.without_object = true)
    }

    /// Notes that the operation that runs now handles so much data.
    pub(crate) fn with_data(&self, length: usize) -> Outcome<()> {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        self.claim(|demand| demand.bytes = demand.bytes.saturating_add(length))
    }

    /// Whether there may be objects that the ticket gives no right to.
    pub(crate) fn sees_all(&self) -> bool {
        !self.limits().have_objects()
    }

    /// The groups to whose objects the ticket gives rights.
    pub(crate) fn groups(&self) -> BTreeSet<String> {
        self.limits().groups().map(str::to_owned).collect()
    }

    /// Whether the ticket gives a right to an object that was found, which is in these of its groups.
    pub(crate) fn sees(&self, identifier: &UniqueIdentifier, groups: Vec<String>) -> bool {
        self.claim.covers(&Subject { identifier: identifier.clone(), groups })
    }

    /// The limits of the ticket by which the client proved itself.
    fn limits(&self) -> Limits {
        self.ticket.as_ref().map(|grant| grant.limits.clone()).unwrap_or_default()
    }

    /// Takes more of the limits, if they let it.
    fn claim(&self, more: impl FnOnce(&mut Demand)) -> Outcome<()> {
        self.claim.extend(more).map_err(|refusal| self.refused(refusal))
    }

    fn refused(&self, refusal: Refusal) -> MessageError {
        match refusal {
            Refusal::NoRight => self.refusal(
                ErrorKind::PermissionDenied,
                "the ticket doesn't give the right to this operation, or not with this object",
            ),
            Refusal::UsedUp => MessageError::new(
                ResultReason::UsageLimitExceeded,
                "the ticket's usage limits don't leave room for this operation",
            ),
        }
    }

    fn subject(&self, identifier: &UniqueIdentifier) -> Subject {
        let known = self.grouped.iter().find(|subject| subject.identifier == *identifier);
        let groups = known.map(|subject| subject.groups.clone()).unwrap_or_default();
        Subject { identifier: identifier.clone(), groups }
    }

    /// The objects that a request names, with their groups. Of those that the client may not see there are none.
    async fn with_groups(&self, payload: &RequestPayload) -> Vec<Subject> {
        let mut subjects: Vec<Subject> = Vec::new();
        for identifier in self.placeholders.named_by(payload, self.version) {
            if subjects.iter().any(|known| known.identifier == identifier) {
                continue;
            }
            let read = ReadAttributes {
                identifier: identifier.clone(),
                keys: Some(vec![AttributeKey::Standard(AttributeKind::ObjectGroup)]),
                generation: self.generation(),
            };
            let read = self.call(read).await.unwrap_or_default();
            let groups = read.into_iter().filter_map(|group| match group.value {
                Value::Text(name) => Some(name),
                _ => None,
            });
            subjects.push(Subject { identifier, groups: groups.collect() });
        }
        subjects
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
        let mut text = [0; RequestId::TEXT_LENGTH];
        response.server_correlation_value = Some(request.encode(&mut text).to_owned());
    }
    response
}

fn failed(item: RequestItem, error: MessageError) -> ResponseItem {
    ResponseItem::failure(item.operation, item.unique_batch_item_id, error)
}
