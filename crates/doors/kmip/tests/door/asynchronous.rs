//! Operations that are answered later.

use std::time::Duration;

use claviger_wire_kmip::payload::{
    AsynchronousCorrelationRequest, EmptyPayload, QueryAsynchronousRequestsRequest,
    RngRetrieveRequest,
};
use claviger_wire_kmip::{
    AsynchronousIndication, RequestHeader, RequestItem, RequestPayload, ResponseItem,
    ResponsePayload,
};
use claviger_wire_ttlv::Version;
use claviger_wire_ttlv::enumeration::{
    AsynchronousIndicator, BatchErrorContinuationOption, CancellationResult, Operation,
    ProcessingStage, ResultReason, ResultStatus,
};

use crate::requests::{create, get, locate, made};
use crate::service::{Client, Service, failed, succeeded};

async fn later(client: &mut Client, payload: RequestPayload) -> ResponseItem {
    item_later(client, RequestItem::new(payload)).await
}

async fn item_later(client: &mut Client, item: RequestItem) -> ResponseItem {
    let mut header = RequestHeader::new(client.version);
    let indicator = AsynchronousIndicator::Mandatory;
    header.asynchronous_indicator = Some(AsynchronousIndication(indicator));
    client.send(header, vec![item]).await.batch.remove(0)
}

fn correlation(item: &ResponseItem) -> AsynchronousCorrelationRequest {
    assert_eq!(item.result_status, ResultStatus::OperationPending);
    assert!(item.payload.is_none());
    assert!(item.result_reason.is_none());
    let value = item.asynchronous_correlation_value.clone().unwrap();
    AsynchronousCorrelationRequest { asynchronous_correlation_value: value }
}

async fn polled(client: &mut Client, which: &AsynchronousCorrelationRequest) -> ResponseItem {
    loop {
        let item = client.one(RequestPayload::Poll(which.clone())).await;
        if item.result_status != ResultStatus::OperationPending {
            return item;
        }
        assert_eq!(item.operation, Some(Operation::Create));
        assert_eq!(correlation(&item), *which);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_operation_waits_runs_and_is_polled_once() {
    let service = Service::new().await;
    for version in [Version::V1_0, Version::V1_4, Version::V2_0, Version::V2_1] {
        let mut client = service.connect(&format!("later {version}"), version);
        let pending = later(&mut client, create()).await;
        assert_eq!(pending.operation, Some(Operation::Create));
        let which = correlation(&pending);
        let done = polled(&mut client, &which).await;
        assert_eq!(done.operation, Some(Operation::Create));
        let id = made(&succeeded(done));
        client.done(get(Some(id))).await;

        let gone = if version.major >= 2 {
            ResultReason::InvalidAsynchronousCorrelationValue
        } else {
            ResultReason::ItemNotFound
        };
        assert_eq!(client.refused(RequestPayload::Poll(which)).await, gone);
        let unknown =
            AsynchronousCorrelationRequest { asynchronous_correlation_value: vec![1; 16] };
        assert_eq!(client.refused(RequestPayload::Poll(unknown)).await, gone);
    }
}

#[tokio::test(start_paused = true)]
async fn what_fails_later_fails_when_it_is_polled() {
    let service = Service::new().await;
    let mut client = service.connect("later", Version::V1_4);
    let which = correlation(&later(&mut client, get(None)).await);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let item = client.one(RequestPayload::Poll(which)).await;
    assert_eq!(item.operation, Some(Operation::Get));
    assert_eq!(failed(&item), ResultReason::ItemNotFound);
}

#[tokio::test(start_paused = true)]
async fn a_waiting_operation_can_be_cancelled_and_then_never_runs() {
    let service = Service::new().await;
    let mut client = service.connect("later", Version::V1_4);
    let which = correlation(&later(&mut client, create()).await);
    for _ in 0..2 {
        let answer = client.done(RequestPayload::Cancel(which.clone())).await;
        let ResponsePayload::Cancel(answer) = answer else { panic!("not an answer to Cancel") };
        assert_eq!(answer.cancellation_result, CancellationResult::Canceled);
        assert_eq!(answer.asynchronous_correlation_value, which.asynchronous_correlation_value);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let ResponsePayload::Locate(found) = client.done(locate(Vec::new())).await else { panic!() };
    assert!(found.unique_identifiers.is_empty());
    let item = client.one(RequestPayload::Poll(which.clone())).await;
    assert_eq!(item.operation, Some(Operation::Create));
    assert_eq!(failed(&item), ResultReason::OperationCanceledByRequester);
    assert_eq!(client.refused(RequestPayload::Poll(which)).await, ResultReason::ItemNotFound);

    let which = correlation(&later(&mut client, create()).await);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let answer = client.done(RequestPayload::Cancel(which.clone())).await;
    let ResponsePayload::Cancel(answer) = answer else { panic!("not an answer to Cancel") };
    assert_eq!(answer.cancellation_result, CancellationResult::Completed);
    succeeded(polled(&mut client, &which).await);
}

#[tokio::test(start_paused = true)]
async fn data_that_the_client_is_not_to_get_are_kept_back_later_too() {
    let service = Service::new().await;
    let mut client = service.connect("later", Version::V2_1);
    for (ephemeral, length) in [(None, 24), (Some(true), 0)] {
        let random = RequestPayload::RNGRetrieve(RngRetrieveRequest { data_length: 24 });
        let item = RequestItem { ephemeral, ..RequestItem::new(random) };
        let which = correlation(&item_later(&mut client, item).await);
        client.done(RequestPayload::Process(which.clone())).await;
        match client.done(RequestPayload::Poll(which)).await {
            ResponsePayload::RNGRetrieve(answer) => assert_eq!(answer.data.len(), length),
            _ => panic!("not the answer to RNG Retrieve"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn process_runs_a_waiting_operation_at_once() {
    let service = Service::new().await;
    let mut client = service.connect("later", Version::V2_1);
    let which = correlation(&later(&mut client, create()).await);
    let before = tokio::time::Instant::now();
    let answer = client.done(RequestPayload::Process(which.clone())).await;
    assert!(matches!(answer, ResponsePayload::Process(EmptyPayload {})));
    assert!(before.elapsed() < Duration::from_millis(100), "it didn't wait");
    let again = client.refused(RequestPayload::Process(which.clone())).await;
    assert_eq!(again, ResultReason::DuplicateProcessRequest);
    succeeded(client.one(RequestPayload::Poll(which)).await);
}

#[tokio::test(start_paused = true)]
async fn a_client_lists_its_own_operations_and_touches_no_others() {
    let service = Service::new().await;
    let mut client = service.connect("one", Version::V2_1);
    let mut other = service.connect("other", Version::V2_1);
    let first = correlation(&later(&mut client, create()).await);
    tokio::time::sleep(Duration::from_secs(1)).await;
    service.clock.advance(Duration::from_secs(1));
    let second = correlation(&later(&mut client, locate(Vec::new())).await);
    let listed = |answer| {
        let ResponsePayload::QueryAsynchronousRequests(answer) = answer else { panic!() };
        answer
            .asynchronous_requests
            .into_iter()
            .map(|one| (one.asynchronous_correlation_value, one.operation, one.processing_stage))
            .collect::<Vec<_>>()
    };
    let all =
        || RequestPayload::QueryAsynchronousRequests(QueryAsynchronousRequestsRequest::default());
    let found = listed(client.done(all()).await);
    let expected = [
        (
            first.asynchronous_correlation_value.clone(),
            Operation::Create,
            ProcessingStage::Completed,
        ),
        (second.asynchronous_correlation_value, Operation::Locate, ProcessingStage::Submitted),
    ];
    assert_eq!(found, expected);
    assert!(listed(other.done(all()).await).is_empty());

    let gone = ResultReason::InvalidAsynchronousCorrelationValue;
    assert_eq!(other.refused(RequestPayload::Poll(first.clone())).await, gone);
    assert_eq!(other.refused(RequestPayload::Process(first.clone())).await, gone);
    let answer = other.done(RequestPayload::Cancel(first.clone())).await;
    let ResponsePayload::Cancel(answer) = answer else { panic!("not an answer to Cancel") };
    assert_eq!(answer.cancellation_result, CancellationResult::Unavailable);
    succeeded(client.one(RequestPayload::Poll(first)).await);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_polls_is_kept_for_a_while_and_there_is_a_limit() {
    let service = Service::new().await;
    let mut client = service.connect("later", Version::V2_1);
    let which = correlation(&later(&mut client, locate(Vec::new())).await);
    let kept = correlation(&later(&mut client, locate(Vec::new())).await);
    for _ in 2..100 {
        correlation(&later(&mut client, locate(Vec::new())).await);
    }
    let refused = later(&mut client, locate(Vec::new())).await;
    assert_eq!(failed(&refused), ResultReason::ServerLimitExceeded);
    tokio::time::sleep(Duration::from_secs(590)).await;
    succeeded(client.one(RequestPayload::Poll(kept)).await);
    tokio::time::sleep(Duration::from_secs(15)).await;
    let gone = ResultReason::InvalidAsynchronousCorrelationValue;
    assert_eq!(client.refused(RequestPayload::Poll(which)).await, gone);
    correlation(&later(&mut client, locate(Vec::new())).await);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_may_be_taken_back_waits_for_nothing() {
    let service = Service::new().await;
    let mut client = service.connect("later", Version::V1_4);
    let mut header = RequestHeader::new(Version::V1_4);
    let indicator = AsynchronousIndicator::Optional;
    header.asynchronous_indicator = Some(AsynchronousIndication(indicator));
    header.batch_error_continuation_option = Some(BatchErrorContinuationOption::Undo);
    let batch = vec![RequestItem::new(create()), RequestItem::new(get(Some("nobody".into())))];
    let answer = client.send(header, batch).await;
    let states: Vec<_> = answer.batch.iter().map(|item| item.result_status).collect();
    assert_eq!(states, [ResultStatus::OperationUndone, ResultStatus::OperationFailed]);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let ResponsePayload::Locate(found) = client.done(locate(Vec::new())).await else { panic!() };
    assert!(found.unique_identifiers.is_empty());
}
