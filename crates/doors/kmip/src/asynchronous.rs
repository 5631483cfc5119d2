//! Operations that are answered later (KMIP 1.4 §4.27 and §6.7, KMIP 2.1 §6.1.35 and §9.3).
//!
//! An operation that a client wants asynchronously waits a moment, during which it can be cancelled, and then runs by itself.
//! What came of it is kept for the client until it is polled or grows old.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use claviger_core::Caller;
use claviger_core::operations::GenerateRandom;
use claviger_model::Timestamp;
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
use tokio::sync::Notify;

use crate::batch::Batch;
use crate::dispatch::{self, Answer};
use crate::door::{Door, Session};
use crate::errors::Outcome;

/// How long an operation waits before it runs.
const DELAY: Duration = Duration::from_millis(300);
/// How long a result is kept that nobody polls.
const KEPT: Duration = Duration::from_secs(600);
/// The most operations of one client that wait, run or are kept.
const LIMIT: usize = 1000;

/// The asynchronous operations of all clients.
#[derive(Default)]
pub(crate) struct Jobs(Mutex<HashMap<Vec<u8>, Job>>);

struct Job {
    /// The identity of the client that asked.
    owner: String,
    operation: Operation,
    submitted: Timestamp,
    stage: Stage,
    signals: Arc<Signals>,
}

/// What a client and its waiting operation tell each other.
#[derive(Default)]
struct Signals {
    /// Run now.
    hurry: Notify,
    /// It is done.
    done: Notify,
}

enum Stage {
    Waiting,
    Running,
    Done(Box<ResponseItem>),
}

/// Whether an operation is to be answered later. Those that are about asynchronous operations themselves never are.
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

impl Jobs {
    /// Takes an operation to be run later and returns the value by which it can be polled.
    pub(crate) async fn submit(
        &self,
        batch: &Batch<'_>,
        payload: RequestPayload,
    ) -> Outcome<Vec<u8>> {
        let random = batch.call(GenerateRandom { length: 16 }).await?;
        let correlation = random.expose("a correlation value, which the client gets").to_vec();
        let job = Job {
            owner: batch.caller.principal.identity().to_owned(),
            operation: payload.operation(),
            submitted: batch.door.kms.now(),
            stage: Stage::Waiting,
            signals: Arc::default(),
        };
        let signals = Arc::clone(&job.signals);
        self.insert(&correlation, job)?;
        let (door, session) = (Arc::clone(batch.door), batch.session.clone());
        let (caller, version) = (batch.caller.clone(), batch.version);
        let value = correlation.clone();
        tokio::spawn(async move {
            let _ = tokio::time::timeout(DELAY, signals.hurry.notified()).await;
            run(&door, &session, caller, version, payload, &value).await;
        });
        Ok(correlation)
    }

    fn insert(&self, correlation: &[u8], job: Job) -> Outcome<()> {
        let mut jobs = self.0.lock();
        let oldest = job.submitted.milliseconds() - i64::try_from(KEPT.as_millis()).unwrap_or(0);
        jobs.retain(|_, job| {
            !matches!(job.stage, Stage::Done(_)) || job.submitted.milliseconds() >= oldest
        });
        if jobs.values().filter(|other| other.owner == job.owner).count() >= LIMIT {
            return Err(MessageError::new(
                ResultReason::GeneralFailure,
                format!("there are {LIMIT} asynchronous operations already; poll or cancel some"),
            ));
        }
        jobs.insert(correlation.to_vec(), job);
        Ok(())
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
            job.signals.done.notify_one();
        }
    }
}

async fn run(
    door: &Arc<Door>,
    session: &Session,
    caller: Caller,
    version: Version,
    payload: RequestPayload,
    correlation: &[u8],
) {
    if !door.jobs.start(correlation) {
        return;
    }
    let operation = payload.operation();
    let mut batch = Batch::new(door, session, caller, version);
    let answer = match dispatch::run(&mut batch, payload).await {
        Ok(Answer::Payload(payload)) => ResponseItem::success(None, payload),
        Ok(Answer::Item(item)) => *item,
        Err(error) => ResponseItem::failure(Some(operation), None, error),
    };
    door.jobs.finish(correlation, answer);
}

/// Answers with what came of an operation, or that it still runs.
pub(crate) fn poll(
    batch: &Batch<'_>,
    request: AsynchronousCorrelationRequest,
) -> Outcome<Answer> {
    let correlation = request.asynchronous_correlation_value;
    let mut jobs = batch.door.jobs.0.lock();
    let job = own(&mut jobs, batch, &correlation)?;
    if !matches!(job.stage, Stage::Done(_)) {
        let operation = job.operation;
        return Ok(Answer::Item(Box::new(ResponseItem {
            operation: Some(operation),
            unique_batch_item_id: None,
            result_status: ResultStatus::OperationPending,
            result_reason: None,
            result_message: None,
            asynchronous_correlation_value: Some(correlation),
            payload: None,
            message_extensions: Vec::new(),
        })));
    }
    match jobs.remove(&correlation) {
        Some(Job { stage: Stage::Done(answer), .. }) => Ok(Answer::Item(answer)),
        _ => Err(unknown(batch.version)),
    }
}

/// Cancels an operation that waits.
pub(crate) async fn cancel(
    batch: &mut Batch<'_>,
    request: AsynchronousCorrelationRequest,
) -> Outcome<CancelResponse> {
    let correlation = request.asynchronous_correlation_value;
    let mut jobs = batch.door.jobs.0.lock();
    let cancellation_result = match own(&mut jobs, batch, &correlation) {
        Ok(Job { stage: Stage::Waiting, .. }) => {
            jobs.remove(&correlation);
            CancellationResult::Canceled
        }
        Ok(Job { stage: Stage::Running, .. }) => CancellationResult::UnableToCancel,
        Ok(Job { stage: Stage::Done(_), .. }) => CancellationResult::Completed,
        Err(_) => CancellationResult::Unavailable,
    };
    Ok(CancelResponse { asynchronous_correlation_value: correlation, cancellation_result })
}

/// Runs a waiting operation at once, and answers when it is done: the next Poll has its result.
pub(crate) async fn process(
    batch: &mut Batch<'_>,
    request: AsynchronousCorrelationRequest,
) -> Outcome<EmptyPayload> {
    let signals = {
        let mut jobs = batch.door.jobs.0.lock();
        let job = own(&mut jobs, batch, &request.asynchronous_correlation_value)?;
        if matches!(job.stage, Stage::Done(_)) {
            return Ok(EmptyPayload {});
        }
        Arc::clone(&job.signals)
    };
    signals.hurry.notify_one();
    signals.done.notified().await;
    Ok(EmptyPayload {})
}

/// Lists the client's asynchronous operations.
pub(crate) async fn query(
    batch: &mut Batch<'_>,
    request: QueryAsynchronousRequestsRequest,
) -> Outcome<QueryAsynchronousRequestsResponse> {
    let values = request.asynchronous_correlation_values.map(|values| values.values);
    let operations = request.operations.map(|operations| operations.operations);
    let identity = batch.caller.principal.identity();
    let jobs = batch.door.jobs.0.lock();
    let mut listed: Vec<_> = jobs
        .iter()
        .filter(|(value, job)| {
            job.owner == identity
                && values.as_ref().is_none_or(|values| values.contains(value))
                && operations.as_ref().is_none_or(|wanted| wanted.contains(&job.operation))
        })
        .map(|(value, job)| AsynchronousRequest {
            asynchronous_correlation_value: value.clone(),
            operation: job.operation,
            submission_date: DateTimeExtended(job.submitted.milliseconds().saturating_mul(1000)),
            processing_stage: match job.stage {
                Stage::Waiting => ProcessingStage::Submitted,
                Stage::Running => ProcessingStage::InProcess,
                Stage::Done(_) => ProcessingStage::Completed,
            },
        })
        .collect();
    listed.sort_by_key(|request| request.submission_date);
    Ok(QueryAsynchronousRequestsResponse { asynchronous_requests: listed })
}

fn own<'a>(
    jobs: &'a mut HashMap<Vec<u8>, Job>,
    batch: &Batch<'_>,
    correlation: &[u8],
) -> Outcome<&'a mut Job> {
    jobs.get_mut(correlation)
        .filter(|job| job.owner == batch.caller.principal.identity())
        .ok_or_else(|| unknown(batch.version))
}

fn unknown(version: Version) -> MessageError {
    let reason = if version.major >= 2 {
        ResultReason::InvalidAsynchronousCorrelationValue
    } else {
        ResultReason::InvalidField
    };
    MessageError::new(reason, "there is no such asynchronous operation, or it was polled already")
}
