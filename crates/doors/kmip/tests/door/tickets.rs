//! What tickets let their holders do, and how much of it.

use std::time::Duration;

use claviger_wire_kmip::payload::{
    CheckRequest, DelegatedLoginRequest, LocateRequest, LoginRequest, RngRetrieveRequest,
    TicketPayload,
};
use claviger_wire_kmip::{
    AsynchronousIndication, Authentication, Interval, LeaseTime, ObjectGroups, Objects, Operations,
    RequestHeader, RequestItem, RequestPayload, ResponsePayload, Right, Rights, Ticket,
    UniqueIdentifier, UsageLimits, Value,
};
use claviger_wire_ttlv::enumeration::{
    AsynchronousIndicator, Operation, QueryFunction, ResultReason, ResultStatus,
    UniqueIdentifier as Placeholder, UsageLimitsUnit,
};
use claviger_wire_ttlv::{Version, tag};

use crate::credentials::{by, copy, holding, login, ticket};
use crate::requests::{
    attribute, bytes, create, create_with, encrypt, get, locate, made, object, query,
};
use crate::service::{Client, Service, failed, succeeded};

const DENIED: ResultReason = ResultReason::PermissionDenied;
const USED_UP: ResultReason = ResultReason::UsageLimitExceeded;

fn delegated(rights: Vec<Right>) -> RequestPayload {
    delegated_within(None, rights)
}

fn delegated_within(usage_limits: Option<UsageLimits>, rights: Vec<Right>) -> RequestPayload {
    RequestPayload::DelegatedLogin(DelegatedLoginRequest {
        lease_time: None,
        request_count: None,
        usage_limits,
        rights: Rights { rights },
    })
}

fn login_within(usage_limits: UsageLimits) -> RequestPayload {
    RequestPayload::Login(LoginRequest {
        usage_limits: Some(usage_limits),
        ..LoginRequest::default()
    })
}

fn logout(ticket: &Ticket) -> RequestPayload {
    RequestPayload::Logout(TicketPayload { ticket: copy(ticket) })
}

fn random(data_length: i32) -> RequestPayload {
    RequestPayload::RNGRetrieve(RngRetrieveRequest { data_length })
}

fn operations(operations: &[Operation]) -> Option<Operations> {
    Some(Operations { operations: operations.to_vec() })
}

fn objects(objects: &[&UniqueIdentifier]) -> Option<Objects> {
    Some(Objects { unique_identifiers: objects.iter().copied().cloned().collect() })
}

fn groups(groups: &[&str]) -> Option<ObjectGroups> {
    Some(ObjectGroups { object_groups: groups.iter().map(|&group| group.to_owned()).collect() })
}

fn limit(total: i64, unit: UsageLimitsUnit) -> UsageLimits {
    UsageLimits {
        usage_limits_total: total,
        usage_limits_count: Some(total),
        usage_limits_unit: unit,
    }
}

async fn asked(client: &mut Client, payload: RequestPayload) -> Ticket {
    ticket(client.done(payload).await)
}

async fn denied(client: &mut Client, ticket: &Ticket, payload: RequestPayload) -> ResultReason {
    failed(&by(client, holding(ticket), payload).await)
}

async fn allowed(client: &mut Client, ticket: &Ticket, payload: RequestPayload) {
    succeeded(by(client, holding(ticket), payload).await);
}

#[tokio::test]
async fn a_delegated_ticket_gives_its_rights_and_no_others() {
    let service = Service::new().await;
    let mut client = service.connect("ada", Version::V2_1);
    let (first, second) = (made(&client.done(create()).await), made(&client.done(create()).await));
    let rights = vec![
        Right {
            operations: operations(&[Operation::Get, Operation::Query, Operation::Create]),
            objects: objects(&[&first]),
            ..Right::default()
        },
        Right { operations: operations(&[Operation::Locate]), ..Right::default() },
    ];
    let ticket = asked(&mut client, delegated(rights)).await;
    allowed(&mut client, &ticket, get(Some(first.clone()))).await;
    allowed(&mut client, &ticket, locate(Vec::new())).await;
    // It is about no object, and the right names it.
    allowed(&mut client, &ticket, query(&[QueryFunction::QueryOperations])).await;
    for payload in [
        get(Some(second.clone())),
        create(),
        RequestPayload::Destroy(object(Some(first.clone()))),
        delegated(vec![Right::default()]),
        RequestPayload::Login(LoginRequest::default()),
        logout(&ticket),
        random(1),
    ] {
        assert_eq!(denied(&mut client, &ticket, payload).await, DENIED);
    }
    later_gets_no_more(&mut client, &ticket, second).await;

    let any = vec![Right { objects: objects(&[&first]), ..Right::default() }];
    let ticket = asked(&mut client, delegated(any)).await;
    allowed(&mut client, &ticket, get(Some(first))).await;
    assert_eq!(denied(&mut client, &ticket, random(1)).await, DENIED, "the object's, and no more");
    let nothing = asked(&mut client, delegated(Vec::new())).await;
    assert_eq!(
        denied(&mut client, &nothing, query(&[QueryFunction::QueryOperations])).await,
        DENIED
    );
}

/// An operation that is answered later is limited like any other.
async fn later_gets_no_more(client: &mut Client, ticket: &Ticket, other: UniqueIdentifier) {
    let polled = later(client, ticket, get(Some(other.clone()))).await;
    assert_eq!(failed(&polled), DENIED);
    // Nor does who may do anything with its object get at what others of the principal's have asked for.
    let which = submitted(client, None, get(Some(other))).await;
    client.done(RequestPayload::Process(which.clone())).await;
    let poll = RequestPayload::Poll(which);
    assert_eq!(denied(client, ticket, poll).await, DENIED);
}

async fn later(
    client: &mut Client,
    ticket: &Ticket,
    payload: RequestPayload,
) -> claviger_wire_kmip::ResponseItem {
    let which = submitted(client, Some(ticket), payload).await;
    client.done(RequestPayload::Process(which.clone())).await;
    client.one(RequestPayload::Poll(which)).await
}

/// Asks for an operation that is answered later.
async fn submitted(
    client: &mut Client,
    ticket: Option<&Ticket>,
    payload: RequestPayload,
) -> claviger_wire_kmip::payload::AsynchronousCorrelationRequest {
    let mut header = RequestHeader::new(Version::V2_1);
    header.authentication = ticket.map(|ticket| Authentication { credentials: holding(ticket) });
    let mandatory = AsynchronousIndication(AsynchronousIndicator::Mandatory);
    header.asynchronous_indicator = Some(mandatory);
    let pending = client.send(header, vec![RequestItem::new(payload)]).await.batch.remove(0);
    assert_eq!(pending.result_status, ResultStatus::OperationPending);
    claviger_wire_kmip::payload::AsynchronousCorrelationRequest {
        asynchronous_correlation_value: pending.asynchronous_correlation_value.unwrap(),
    }
}

#[tokio::test]
async fn a_ticket_is_good_for_so_many_operations() {
    let service = Service::new().await;
    let mut client = service.connect("ada", Version::V2_1);
    let id = made(&client.done(create()).await);
    let ticket = asked(&mut client, login_within(limit(3, UsageLimitsUnit::Object))).await;
    allowed(&mut client, &ticket, query(&[QueryFunction::QueryOperations])).await;
    let unknown = get(Some(UniqueIdentifier::from("nobody")));
    let reason = denied(&mut client, &ticket, unknown).await;
    assert_eq!(reason, ResultReason::ObjectNotFound, "what fails isn't counted");
    succeeded(later(&mut client, &ticket, get(Some(id.clone()))).await);
    let mut header = RequestHeader::new(Version::V2_1);
    header.authentication = Some(Authentication { credentials: holding(&ticket) });
    let batch = vec![create(), get(None)].into_iter().map(RequestItem::new).collect();
    let mut answers = client.send(header, batch).await.batch;
    assert_eq!(failed(&answers.pop().unwrap()), USED_UP, "of a batch each operation counts");
    succeeded(answers.pop().unwrap());
    assert_eq!(
        denied(&mut client, &ticket, query(&[QueryFunction::QueryOperations])).await,
        USED_UP
    );
    client.done(logout(&ticket)).await;
}

#[tokio::test]
async fn a_ticket_is_good_for_so_many_bytes() {
    let service = Service::new().await;
    let mut client = service.connect("ada", Version::V2_1);
    let id = Some(made(&client.done(create()).await));
    let ticket = asked(&mut client, login_within(limit(40, UsageLimitsUnit::Byte))).await;
    allowed(&mut client, &ticket, encrypt(id.clone(), bytes(&[1; 30]))).await;
    let reason = denied(&mut client, &ticket, encrypt(id.clone(), bytes(&[1; 11]))).await;
    assert_eq!(reason, USED_UP);
    allowed(&mut client, &ticket, random(10)).await;
    assert_eq!(denied(&mut client, &ticket, random(1)).await, USED_UP);
    allowed(&mut client, &ticket, get(id)).await;
}

#[tokio::test]
async fn a_right_is_good_for_so_many_operations_too() {
    let service = Service::new().await;
    let mut client = service.connect("ada", Version::V2_1);
    let (first, second) = (made(&client.done(create()).await), made(&client.done(create()).await));
    let right = |total, object: Option<&UniqueIdentifier>| Right {
        usage_limits: Some(limit(total, UsageLimitsUnit::Object)),
        operations: operations(&[Operation::Get]),
        objects: object.and_then(|object| objects(&[object])),
        ..Right::default()
    };
    let rights = vec![right(1, Some(&first)), right(2, None)];
    let all = Some(limit(5, UsageLimitsUnit::Object));
    let ticket = asked(&mut client, delegated_within(all, rights)).await;
    let ask = |id: &UniqueIdentifier| get(Some(id.clone()));
    allowed(&mut client, &ticket, ask(&second)).await;
    allowed(&mut client, &ticket, ask(&first)).await;
    // The first right is used up, and the second one covers it as well.
    allowed(&mut client, &ticket, ask(&first)).await;
    assert_eq!(denied(&mut client, &ticket, ask(&first)).await, USED_UP);
    assert_eq!(denied(&mut client, &ticket, create()).await, DENIED);

    let some = Right {
        usage_limits: Some(limit(16, UsageLimitsUnit::Byte)),
        operations: operations(&[Operation::Encrypt]),
        ..Right::default()
    };
    let more = Right {
        usage_limits: Some(limit(32, UsageLimitsUnit::Byte)),
        operations: operations(&[Operation::Encrypt]),
        ..Right::default()
    };
    let ticket = asked(&mut client, delegated(vec![some, more])).await;
    for (length, expected) in [(32, None), (17, Some(USED_UP)), (16, None), (1, Some(USED_UP))] {
        let payload = encrypt(Some(first.clone()), bytes(&vec![1; length]));
        let item = by(&mut client, holding(&ticket), payload).await;
        assert_eq!(item.result_reason, expected, "{length} bytes");
    }
}

#[tokio::test]
async fn a_right_may_be_to_the_objects_of_groups() {
    let service = Service::new().await;
    let mut client = service.connect("ada", Version::V2_1);
    let group = |name: &str| attribute(tag::OBJECT_GROUP, Value::Text(name.to_owned()));
    let tapes = made(&client.done(create_with(vec![group("all"), group("tapes")])).await);
    let disks = made(&client.done(create_with(vec![group("all"), group("disks")])).await);
    let none = made(&client.done(create()).await);
    let right = Right {
        operations: operations(&[Operation::Get, Operation::Check, Operation::Create]),
        object_groups: groups(&["tapes", "paper"]),
        ..Right::default()
    };
    let ticket = asked(&mut client, delegated(vec![right.clone()])).await;
    allowed(&mut client, &ticket, get(Some(tapes.clone()))).await;
    let unknown = UniqueIdentifier::from("nobody");
    for other in [&disks, &none, &unknown] {
        assert_eq!(denied(&mut client, &ticket, get(Some(other.clone()))).await, DENIED);
    }
    assert_eq!(denied(&mut client, &ticket, create()).await, DENIED);
    let check = |id| {
        RequestPayload::Check(CheckRequest { unique_identifier: id, ..CheckRequest::default() })
    };
    let mut header = RequestHeader::new(Version::V2_1);
    header.authentication = Some(Authentication { credentials: holding(&ticket) });
    let index = Some(UniqueIdentifier::Index(0));
    let batch = vec![get(Some(tapes.clone())), check(index), get(Some(disks.clone()))];
    let batch = batch.into_iter().map(RequestItem::new).collect();
    let reasons = client.send(header, batch).await.batch;
    let reasons: Vec<_> = reasons.into_iter().map(|item| item.result_reason).collect();
    assert_eq!(reasons, [None, None, Some(DENIED)]);

    // Of these groups and these objects.
    let both = Right { objects: objects(&[&disks, &none]), ..right.clone() };
    let ticket = asked(&mut client, delegated(vec![both])).await;
    assert_eq!(denied(&mut client, &ticket, get(Some(tapes))).await, DENIED);
    assert_eq!(denied(&mut client, &ticket, get(Some(disks))).await, DENIED);
}

#[tokio::test]
async fn a_right_to_objects_finds_no_others() {
    let service = Service::new().await;
    let mut client = service.connect("ada", Version::V2_1);
    let group = |name: &str| attribute(tag::OBJECT_GROUP, Value::Text(name.to_owned()));
    let first = made(&client.done(create_with(vec![group("tapes")])).await);
    let second = made(&client.done(create_with(vec![group("tapes")])).await);
    let third = made(&client.done(create_with(vec![group("disks")])).await);
    let right = |objects, object_groups| Right {
        operations: operations(&[Operation::Locate, Operation::Login]),
        objects,
        object_groups,
        ..Right::default()
    };
    let cases = [
        (vec![right(objects(&[&first, &third]), None)], vec![&third, &first]),
        (vec![right(None, groups(&["tapes"]))], vec![&second, &first]),
        (vec![right(objects(&[&first, &third]), groups(&["tapes"]))], vec![&first]),
        (
            vec![right(objects(&[&first]), None), right(None, groups(&["disks"]))],
            vec![&third, &first],
        ),
        (vec![right(None, groups(&["paper"]))], vec![]),
        (vec![right(None, None)], vec![&third, &second, &first]),
    ];
    for (rights, expected) in cases {
        let ticket = asked(&mut client, delegated(rights)).await;
        let found = async |client: &mut Client, offset, maximum| {
            let request = LocateRequest {
                offset_items: offset,
                maximum_items: maximum,
                ..LocateRequest::default()
            };
            let item = by(client, holding(&ticket), RequestPayload::Locate(request)).await;
            let ResponsePayload::Locate(found) = succeeded(item) else { panic!("not Locate") };
            (found.unique_identifiers, found.located_items)
        };
        let all: Vec<_> = expected.iter().copied().cloned().collect();
        assert_eq!(found(&mut client, None, None).await, (all.clone(), None));
        let total = i32::try_from(all.len()).ok();
        let page: Vec<_> = all.into_iter().skip(1).take(1).collect();
        assert_eq!(found(&mut client, Some(1), Some(1)).await, (page, total));
    }
}

#[tokio::test]
async fn rights_may_refer_to_the_objects_of_the_batch() {
    let service = Service::new().await;
    let mut client = service.connect("ada", Version::V2_1);
    let latest = UniqueIdentifier::Placeholder(Placeholder::Create);
    let right = Right { objects: objects(&[&latest]), ..Right::default() };
    let mut answers = client.batch(vec![create(), create(), delegated(vec![right.clone()])]).await;
    let ticket = ticket(succeeded(answers.pop().unwrap()));
    let second = made(&succeeded(answers.pop().unwrap()));
    let first = made(&succeeded(answers.pop().unwrap()));
    allowed(&mut client, &ticket, get(Some(second))).await;
    assert_eq!(denied(&mut client, &ticket, get(Some(first))).await, DENIED);
    assert_eq!(client.refused(delegated(vec![right])).await, ResultReason::InvalidField);
}

#[tokio::test]
async fn limits_that_cannot_be_are_refused() {
    let service = Service::new().await;
    let mut client = service.connect("ada", Version::V2_1);
    let negative = LoginRequest { request_count: Some(-1), ..LoginRequest::default() };
    for request in [
        RequestPayload::Login(negative),
        login_within(limit(-1, UsageLimitsUnit::Object)),
        login_within(limit(1, UsageLimitsUnit::Other(0x8000_0001))),
        delegated_within(Some(limit(i64::MIN, UsageLimitsUnit::Byte)), vec![Right::default()]),
        delegated(vec![Right {
            usage_limits: Some(limit(-1, UsageLimitsUnit::Object)),
            ..Right::default()
        }]),
    ] {
        assert_eq!(client.refused(request).await, ResultReason::InvalidField);
    }
}

#[tokio::test]
async fn a_ticket_gives_no_longer_or_wider_one() {
    let service = Service::new().await;
    let mut client = service.connect("ada", Version::V2_1);
    let id = made(&client.done(create()).await);
    let lease = |seconds| Some(LeaseTime::For(Interval(seconds)));
    let again = || {
        let request = LoginRequest {
            lease_time: lease(0),
            request_count: Some(100),
            usage_limits: Some(limit(100, UsageLimitsUnit::Object)),
        };
        RequestPayload::Login(request)
    };
    let counted = login(&mut client, lease(0), Some(3)).await;
    let second = ticket(succeeded(by(&mut client, holding(&counted), again()).await));
    let all = delegated(vec![Right::default()]);
    let third = ticket(succeeded(by(&mut client, holding(&second), all).await));
    allowed(&mut client, &third, locate(Vec::new())).await;
    for ticket in [&counted, &second, &third] {
        let reason = denied(&mut client, ticket, locate(Vec::new())).await;
        assert_eq!(reason, USED_UP, "of all of them together there were three");
    }

    let rights = vec![Right {
        operations: operations(&[Operation::Get, Operation::Login, Operation::Logout]),
        ..Right::default()
    }];
    let within = Some(limit(4, UsageLimitsUnit::Object));
    let limited = asked(&mut client, delegated_within(within, rights)).await;
    let passed_on = ticket(succeeded(by(&mut client, holding(&limited), again()).await));
    assert_eq!(denied(&mut client, &passed_on, locate(Vec::new())).await, DENIED);
    for ticket in [&passed_on, &limited] {
        allowed(&mut client, ticket, get(Some(id.clone()))).await;
    }
    allowed(&mut client, &passed_on, logout(&passed_on)).await;
    let reason = denied(&mut client, &passed_on, get(Some(id.clone()))).await;
    assert_eq!(reason, ResultReason::InvalidTicket);
    assert_eq!(denied(&mut client, &limited, get(Some(id))).await, USED_UP);

    let short = login(&mut client, lease(60), None).await;
    let second = ticket(succeeded(by(&mut client, holding(&short), again()).await));
    allowed(&mut client, &second, locate(Vec::new())).await;
    service.clock.advance(Duration::from_secs(61));
    let reason = denied(&mut client, &second, locate(Vec::new())).await;
    assert_eq!(reason, ResultReason::InvalidTicket);
}

#[tokio::test]
async fn a_ticket_is_not_passed_on_for_ever() {
    let service = Service::new().await;
    let mut client = service.connect("ada", Version::V2_1);
    let mut last = asked(&mut client, delegated(vec![Right::default()])).await;
    for _ in 1..16 {
        let next = by(&mut client, holding(&last), delegated(vec![Right::default()])).await;
        last = ticket(succeeded(next));
    }
    let reason = denied(&mut client, &last, delegated(vec![Right::default()])).await;
    assert_eq!(reason, ResultReason::ServerLimitExceeded);
}
