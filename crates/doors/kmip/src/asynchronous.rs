//! Operations that are answered later (KMIP 1.4 §4.27 and §6.7, KMIP 2.1 §6.1.35 and §9.3).
//!
//! An operation that a client wants asynchronously waits a moment, during which it can be cancelled, and then runs by itself.
//! What came of it is kept for the client until it is polled or grows old.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use claviger_core::operations::GenerateRandom;
use claviger_core::{Caller, ErrorKind, Journal};
use claviger_model::{Principal, Timestamp};
use claviger_wire_kmip::payload::{
    AsynchronousCorrelationRequest, CancelResponse, EmptyPayload, QueryAsynchronousRequestsRequest,
    QueryAsynchronousRequestsResponse,
};
use claviger_wire_kmip::{
    AsynchronousRequest, DateTimeExtended, MessageError, RequestHeader, RequestPayload,
    ResponseItem,
};
use claviger_wire_ttlv::Version;
use claviger_wire_ttlv::enumeration::{
    AsynchronousIndicator, CancellationResult, Operation, ProcessingStage, ResultReason,
    ResultStatus,
};
use parking_lot::Mutex;
use tokio::sync::{Notify, watch};

use crate::batch::Batch;
use crate::dispatch::Answer;
use crate::door::{Door, Session};
use crate::ephemeral;
use crate::errors::Outcome;
use crate::login::Grant;
use crate::placeholders::Placeholders;

/// How long an operation waits before it runs.
const DELAY: Duration = Duration::from_millis(300);
/// How long a result is kept that nobody polls.
const KEPT: Duration = Duration::from_secs(600);
/// The most operations of one client that wait, run or are kept.
const LIMIT: usize = 100;
/// How many random bytes a correlation value has.
const LENGTH: usize = 16;

/// The asynchronous operations of all clients, by their correlation values.
#[derive(Default)]
pub(crate) struct Jobs(Mutex<HashMap<Vec<u8>, Job>>);

struct Job {
    owner: Principal,
    operation: Operation,
    submitted: Timestamp,
    stage: Stage,
    /// Tells the waiting operation to run now.
    hurry: Arc<Notify>,
    /// Ends when the operation has: its other half belongs to the operation's task.
    ended: watch::Receiver<()>,
}

enum Stage {
    Waiting,
    Running,
    Canceled,
    Done(Box<ResponseItem>),
}

/// What an operation takes along out of its batch.
struct Work {
    door: Arc<Door>,
    session: Session,
    caller: Caller,
    version: Version,
    ticket: Option<Grant>,
    placeholders: Placeholders,
    payload: Box<RequestPayload>,
    /// Whether the client isn't to get the data of the answer.
    ephemeral: bool,
}

/// Whether an operation is to be answered later. Those that are about asynchronous operations or about the session never are.
pub(crate) fn wanted(header: &RequestHeader, version: Version, operation: Operation) -> bool {
    let indicator = header.asynchronous_indicator.map(|indication| indication.0);
    let asked = match indicator {
        Some(AsynchronousIndicator::Mandatory) => true,
        Some(AsynchronousIndicator::Optional) => version.major < 2,
        _ => false,
    };
    asked
        && !matches!(
            operation,
            Operation::Poll
                | Operation::Cancel
                | Operation::Process
                | Operation::QueryAsynchronousRequests
                | Operation::DiscoverVersions
                | Operation::Login
                | Operation::Logout
                | Operation::DelegatedLogin
                | Operation::SetEndpointRole
        )
}

/// The answer to an operation that isn't done yet.
pub(crate) fn pending(operation: Operation, correlation: Vec<u8>) -> Answer {
    Answer::Item(Box::new(ResponseItem {
        operation: Some(operation),
        unique_batch_item_id: None,
        result_status: ResultStatus::OperationPending,
        result_reason: None,
        result_message: None,
        asynchronous_correlation_value: Some(correlation),
        payload: None,
        message_extensions: Vec::new(),
    }))
}

/// Takes an operation to be run later and returns the value by which it can be polled.
pub(crate) async fn submit(
    batch: &Batch<'_>,
    payload: Box<RequestPayload>,
    ephemeral: bool,
) -> Outcome<Vec<u8>> {
    let random = batch.call(GenerateRandom { length: LENGTH }).await?;
    let correlation = random.expose("a correlation value, which the client gets").to_vec();
    let hurry = Arc::new(Notify::new());
    let (ending, ended) = watch::channel(());
    let job = Job {
        owner: batch.caller.principal.clone(),
        operation: payload.operation(),
        submitted: batch.door.kms.now(),
        stage: Stage::Waiting,
        hurry: Arc::clone(&hurry),
        ended,
    };
    if !batch.door.jobs.insert(&correlation, job) {
        return Err(batch.refusal(
            ErrorKind::LimitReached,
            format!("there are {LIMIT} asynchronous operations already; poll or cancel some"),
        ));
    }
    let work = Work {
        door: Arc::clone(batch.door),
        session: batch.session.clone(),
        caller: Caller { journal: None::<Arc<Journal>>, ..batch.caller.clone() },
        version: batch.version,
        ticket: batch.ticket.clone(),
        placeholders: batch.placeholders.clone(),
        payload,
        ephemeral,
    };
    let value = correlation.clone();
    tokio::spawn(async move {
        let _ = tokio::time::timeout(DELAY, hurry.notified()).await;
        let door = Arc::clone(&work.door);
        if door.jobs.start(&value) {
            // In a task of its own, whose panic is a failure of the operation and nothing more.
            let (operation, version) = (work.payload.operation(), work.version);
            let answer = tokio::spawn(run(work)).await.unwrap_or_else(|_| {
                ResponseItem::failure(Some(operation), None, crate::errors::internal(version))
            });
            door.jobs.finish(&value, answer);
        }
        drop(ending);
        // The door may be closed meanwhile, and the result goes with it.
        let door = {
            let kept = Arc::downgrade(&door);
            drop(door);
            tokio::time::sleep(KEPT).await;
            kept.upgrade()
        };
        if let Some(door) = door {
            door.jobs.0.lock().remove(&value);
        }
    });
    Ok(correlation)
}

async fn run(work: Work) -> ResponseItem {
    let Work { door, session, caller, version, ticket, placeholders, payload, ephemeral } = work;
    let operation = payload.operation();
    let mut batch = Batch::new(&door, &session, caller, version);
    batch.ticket = ticket;
    batch.placeholders = placeholders;
    let answer = match batch.begin(&payload).await {
        Ok(()) => batch.perform(payload).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(Answer::Payload(mut payload)) => {
            if ephemeral {
                ephemeral::withhold(&mut payload);
            }
            ResponseItem::success(None, payload)
        }
        Ok(Answer::Item(item)) => *item,
        Err(error) => ResponseItem::failure(Some(operation), None, error),
    }
}

impl Jobs {
    /// Takes a job, unless its owner has too many. Those that were cancelled make room.
    fn insert(&self, correlation: &[u8], job: Job) -> bool {
        let mut jobs = self.0.lock();
        let own = |other: &Job| other.belongs_to(&job.owner);
        if jobs.values().filter(|other| own(other)).count() >= LIMIT {
            jobs.retain(|_, other| !(own(other) && matches!(other.stage, Stage::Canceled)));
            if jobs.values().filter(|other| own(other)).count() >= LIMIT {
                return false;
            }
        }
        jobs.insert(correlation.to_vec(), job);
        true
    }

    /// Marks a waiting operation as running; says whether it is still wanted.
    fn start(&self, correlation: &[u8]) -> bool {
        match self.0.lock().get_mut(correlation) {
            Some(job) if matches!(job.stage, Stage::Waiting) => {
                job.stage = Stage::Running;
                true
            }
            _ => false,
        }
    }

    fn finish(&self, correlation: &[u8], answer: ResponseItem) {
        if let Some(job) = self.0.lock().get_mut(correlation) {
            job.stage = Stage::Done(Box::new(answer));
        }
    }
}

impl Job {
    fn belongs_to(&self, principal: &Principal) -> bool {
        self.owner.identity() == principal.identity()
    }
}

/// Answers with what came of an operation, or that it still waits or runs.
pub(crate) fn poll(batch: &Batch<'_>, request: AsynchronousCorrelationRequest) -> Outcome<Answer> {
    let correlation = request.asynchronous_correlation_value;
    let mut jobs = batch.door.jobs.0.lock();
    let job = own(&jobs, batch, &correlation)?;
    if matches!(job.stage, Stage::Waiting | Stage::Running) {
        return Ok(pending(job.operation, correlation));
    }
    match jobs.remove(&correlation) {
        Some(Job { stage: Stage::Done(answer), .. }) => Ok(Answer::Item(answer)),
        Some(Job { stage: Stage::Canceled, operation, .. }) => Ok(canceled(operation)),
        _ => Err(unknown(batch.version)),
    }
}

/// What came of an operation that was cancelled.
fn canceled(operation: Operation) -> Answer {
    let error = MessageError::new(
        ResultReason::OperationCanceledByRequester,
        "the operation was cancelled before it ran",
    );
    Answer::Item(Box::new(ResponseItem::failure(Some(operation), None, error)))
}

/// Cancels an operation that waits.
pub(crate) async fn cancel(
    batch: &Batch<'_>,
    request: AsynchronousCorrelationRequest,
) -> Outcome<CancelResponse> {
    let correlation = request.asynchronous_correlation_value;
    let mut jobs = batch.door.jobs.0.lock();
    let own = |job: &&mut Job| job.belongs_to(&batch.caller.principal);
    let stage = jobs.get_mut(&correlation).filter(own).map(|job| &mut job.stage);
    let cancellation_result = match stage {
        Some(stage @ (Stage::Waiting | Stage::Canceled)) => {
            *stage = Stage::Canceled;
            CancellationResult::Canceled
        }
        Some(Stage::Running) => CancellationResult::UnableToCancel,
        Some(Stage::Done(_)) => CancellationResult::Completed,
        None => CancellationResult::Unavailable,
    };
    Ok(CancelResponse { asynchronous_correlation_value: correlation, cancellation_result })
}

/// Runs a waiting operation at once, and answers when it is done: the next Poll has its result.
pub(crate) async fn process(
    batch: &Batch<'_>,
    request: AsynchronousCorrelationRequest,
) -> Outcome<EmptyPayload> {
    let mut ended = {
        let jobs = batch.door.jobs.0.lock();
        let job = own(&jobs, batch, &request.asynchronous_correlation_value)?;
        if matches!(job.stage, Stage::Done(_) | Stage::Canceled) {
            return Err(MessageError::new(
                ResultReason::DuplicateProcessRequest,
                "the operation has ended already; poll it",
            ));
        }
        job.hurry.notify_one();
        job.ended.clone()
    };
    // Nothing is ever sent: waiting ends when the other half is dropped.
    let _ = ended.changed().await;
    Ok(EmptyPayload {})
}

/// Lists the client's asynchronous operations, the oldest first.
pub(crate) async fn query(
    batch: &Batch<'_>,
    request: QueryAsynchronousRequestsRequest,
) -> Outcome<QueryAsynchronousRequestsResponse> {
    let values = request.asynchronous_correlation_values.map(|values| values.values);
    let operations = request.operations.map(|operations| operations.operations);
    let jobs = batch.door.jobs.0.lock();
    let mut listed: Vec<_> = jobs
        .iter()
        .filter(|(value, job)| {
            job.belongs_to(&batch.caller.principal)
                && values.as_ref().is_none_or(|values| values.contains(value))
                && operations.as_ref().is_none_or(|wanted| wanted.contains(&job.operation))
        })
        .filter_map(|(value, job)| {
            let processing_stage = match job.stage {
                Stage::Waiting => ProcessingStage::Submitted,
                Stage::Running => ProcessingStage::InProcess,
                Stage::Done(_) => ProcessingStage::Completed,
                Stage::Canceled => return None,
            };
            let submitted = job.submitted.milliseconds().saturating_mul(1000);
            Some(AsynchronousRequest {
                asynchronous_correlation_value: value.clone(),
                operation: job.operation,
                submission_date: DateTimeExtended(submitted),
                processing_stage,
            })
        })
        .collect();
    listed.sort_by_key(|request| request.submission_date);
    Ok(QueryAsynchronousRequestsResponse { asynchronous_requests: listed })
}

fn own<'a>(
    jobs: &'a HashMap<Vec<u8>, Job>,
    batch: &Batch<'_>,
    correlation: &[u8],
) -> Outcome<&'a Job> {
    jobs.get(correlation)
        .filter(|job| job.belongs_to(&batch.caller.principal))
        .ok_or_else(|| unknown(batch.version))
}

fn unknown(version: Version) -> MessageError {
    let reason = if version.major >= 2 {
        ResultReason::InvalidAsynchronousCorrelationValue
    } else {
        ResultReason::ItemNotFound
    };
    MessageError::new(reason, "there is no such asynchronous operation, or it was polled already")
}
