//! Identifiers that mean several objects: the operation is repeated for each of them.

use claviger_door_kmip::KmipOptions;
use claviger_wire_kmip::{
    RequestHeader, RequestItem, RequestPayload, ResponseItem, UniqueIdentifier,
};
use claviger_wire_ttlv::enumeration::{
    BatchErrorContinuationOption as OnError, Operation, ResultReason, ResultStatus,
    UniqueIdentifier as Placeholder,
};
use claviger_wire_ttlv::{Version, tag};

use crate::requests::{attributes, bytes, create, destroy, encrypt, get, locate, made, revoke};
use crate::service::{Client, Service, failed, succeeded};

fn of(operation: Placeholder) -> Option<UniqueIdentifier> {
    Some(UniqueIdentifier::Placeholder(operation))
}

/// Sends operations, each with its place as its Unique Batch Item ID.
async fn with(
    client: &mut Client,
    on_error: OnError,
    payloads: Vec<RequestPayload>,
) -> Vec<ResponseItem> {
    let mut header = RequestHeader::new(client.version);
    header.batch_error_continuation_option = Some(on_error);
    let items = (0..).zip(payloads).map(|(place, payload)| RequestItem {
        unique_batch_item_id: Some(vec![place]),
        ..RequestItem::new(payload)
    });
    let answer = client.send(header, items.collect()).await;
    assert_eq!(usize::try_from(answer.header.batch_count), Ok(answer.batch.len()));
    answer.batch
}

fn places(answers: &[ResponseItem]) -> Vec<u8> {
    answers.iter().map(|item| item.unique_batch_item_id.as_deref().unwrap()[0]).collect()
}

#[tokio::test]
async fn each_object_is_answered_for_under_the_id_of_the_request() {
    let service = Service::new().await;
    for version in [Version::V2_0, Version::V2_1] {
        let mut client = service.connect(&format!("repeated {version}"), version);
        let (first, second) =
            (made(&client.done(create()).await), made(&client.done(create()).await));
        let batch = vec![
            locate(Vec::new()),
            get(of(Placeholder::Locate)),
            encrypt(of(Placeholder::Locate), bytes(b"for each")),
            attributes(Some(first.clone()), &[tag::STATE]),
        ];
        let answers = with(&mut client, OnError::Stop, batch).await;
        assert_eq!(places(&answers), [0, 1, 1, 2, 2, 3], "{version}");
        let operations: Vec<_> = answers.iter().filter_map(|item| item.operation).collect();
        let expected = [Operation::Get, Operation::Get, Operation::Encrypt, Operation::Encrypt];
        assert_eq!(operations[1..5], expected);
        let ids: Vec<_> = answers.into_iter().skip(1).map(|item| made(&succeeded(item))).collect();
        assert_eq!(ids[..2], ids[2..4], "in the order in which they were found");
        assert!(ids[..2].contains(&first) && ids[..2].contains(&second));
    }
    // One object is one answer, as everywhere.
    let mut client = service.connect("one", Version::V2_1);
    client.done(create()).await;
    let batch = vec![locate(Vec::new()), get(of(Placeholder::Locate))];
    assert_eq!(places(&with(&mut client, OnError::Stop, batch).await), [0, 1]);
}

#[tokio::test]
async fn what_was_repeated_is_referred_to_as_one() {
    let service = Service::new().await;
    let mut client = service.connect("one", Version::V2_1);
    client.done(create()).await;
    client.done(create()).await;
    let re_key = RequestPayload::ReKey(claviger_wire_kmip::payload::ReKeyRequest {
        unique_identifier: of(Placeholder::Locate),
        ..Default::default()
    });
    let batch = vec![locate(Vec::new()), re_key, get(of(Placeholder::ReKey)), get(None)];
    let answers = with(&mut client, OnError::Stop, batch).await;
    assert_eq!(places(&answers), [0, 1, 1, 2, 2, 3]);
    let ids: Vec<_> = answers.into_iter().skip(1).map(|item| made(&succeeded(item))).collect();
    assert_eq!(ids[..2], ids[2..4], "the new keys");
    assert_eq!(ids[4], ids[1], "the last one is left behind");
}

#[tokio::test]
async fn a_repetition_that_fails_is_a_failure_of_the_batch() {
    let service = Service::new().await;
    let mut client = service.connect("failing", Version::V2_1);
    // Of the two one is destroyed, and can't be got.
    client.done(create()).await;
    let id = Some(made(&client.done(create()).await));
    client.done(revoke(id.clone())).await;
    client.done(destroy(id)).await;
    let mut found = locate(Vec::new());
    let RequestPayload::Locate(request) = &mut found else { panic!("not Locate") };
    // On-line and destroyed objects.
    request.storage_status_mask = Some(0x05);
    let again = |found| vec![found, get(of(Placeholder::Locate)), create()];
    let answers = with(&mut client, OnError::Continue, again(found)).await;
    assert_eq!(places(&answers), [0, 1, 1, 2]);
    let mut states: Vec<_> = answers[1..3].iter().map(|item| item.result_status).collect();
    states.sort_by_key(|status| status.code());
    assert_eq!(states, [ResultStatus::Success, ResultStatus::OperationFailed]);

    let revoked = vec![locate(Vec::new()), revoke(of(Placeholder::Locate)), get(None), get(None)];
    let unknown = get(Some(UniqueIdentifier::from("nobody")));
    let undone = revoked.into_iter().take(2).chain([unknown]).collect();
    let answers = with(&mut client, OnError::Undo, undone).await;
    assert_eq!(places(&answers), [0, 1, 1, 2]);
    let (last, before) = answers.split_last().unwrap();
    assert_eq!(failed(last), ResultReason::ObjectNotFound);
    assert!(before.iter().all(|item| item.result_status == ResultStatus::OperationUndone));
}

#[tokio::test]
async fn nothing_is_repeated_more_than_a_message_may_ask_for() {
    let limits = |batch_limit, message_limit| KmipOptions {
        batch_limit,
        message_limit,
        ..KmipOptions::default()
    };
    for (options, length, allowed) in [
        (limits(6, 100_000), 16, true),
        (limits(4, 100_000), 16, false),
        (limits(6, 10_000), 4_000, true),
        (limits(6, 10_000), 5_000, false),
    ] {
        let service = Service::with(options).await;
        let mut client = service.connect("limited", Version::V2_1);
        client.done(create()).await;
        client.done(create()).await;
        let uses = || encrypt(of(Placeholder::Locate), bytes(&vec![7; length]));
        let batch =
            vec![locate(Vec::new()), uses(), get(of(Placeholder::Locate)), locate(Vec::new())];
        let answers = with(&mut client, OnError::Continue, batch).await;
        if allowed {
            assert_eq!(places(&answers), [0, 1, 1, 2, 2, 3], "{length} bytes");
            answers.into_iter().for_each(|item| drop(succeeded(item)));
        } else {
            let refused = answers.iter().filter(|item| item.result_reason.is_some());
            let reasons: Vec<_> = refused.map(failed).collect();
            assert_eq!(reasons, [ResultReason::ServerLimitExceeded], "{length} bytes");
        }
    }
}
