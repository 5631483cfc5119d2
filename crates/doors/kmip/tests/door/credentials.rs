//! Who asks: the peer of the connection, or whoever a credential in the message proves.

use std::sync::Arc;
use std::time::Duration;

use claviger_door_kmip::{Credentials, DeviceIdentity, KmipOptions};
use claviger_model::Principal;
use claviger_secret::SecretBytes;
use claviger_wire_kmip::payload::{LoginRequest, TicketPayload};
use claviger_wire_kmip::{
    AttestationCredential, Authentication, Credential, DeviceCredential, Interval, LeaseTime,
    Nonce, Password, PasswordCredential, RequestHeader, RequestItem, RequestPayload, ResponseItem,
    ResponsePayload, Ticket,
};
use claviger_wire_ttlv::Version;
use claviger_wire_ttlv::enumeration::{AttestationType, ResultReason, TicketType};

use crate::requests::{create, get, locate, made, query};
use crate::service::{Client, Service, failed, succeeded};

/// One user and one device.
struct Known;

impl Credentials for Known {
    fn user(&self, name: &str, password: &str) -> Option<Principal> {
        let is_right = name == "ada" && password == "lovelace";
        is_right.then(|| Principal::new("password", "test", name))
    }

    fn device(&self, device: DeviceIdentity<'_>, password: Option<&str>) -> Option<Principal> {
        let is_right = device.serial_number == Some("serNum123456") && password == Some("secret");
        is_right.then(|| Principal::new("device", "test", "serNum123456"))
    }
}

async fn service() -> Service {
    let options = KmipOptions { credentials: Arc::new(Known), ..KmipOptions::default() };
    Service::with(options).await
}

fn user(name: &str, password: &str) -> Credential {
    Credential::UsernameAndPassword(PasswordCredential {
        username: name.to_owned(),
        password: Some(Password::new(password.to_owned())),
    })
}

fn device(serial: &str) -> Credential {
    Credential::Device(DeviceCredential {
        device_serial_number: Some(serial.to_owned()),
        password: Some(Password::new("secret".to_owned())),
        ..DeviceCredential::default()
    })
}

pub(crate) fn copy(ticket: &Ticket) -> Ticket {
    let value = ticket.ticket_value.expose("a test uses a ticket");
    Ticket { ticket_type: ticket.ticket_type, ticket_value: SecretBytes::copy_from(value) }
}

pub(crate) fn holding(ticket: &Ticket) -> Vec<Credential> {
    vec![Credential::Ticket(copy(ticket))]
}

pub(crate) async fn by(
    client: &mut Client,
    credentials: Vec<Credential>,
    payload: RequestPayload,
) -> ResponseItem {
    let mut header = RequestHeader::new(client.version);
    header.authentication = Some(Authentication { credentials });
    client.send(header, vec![RequestItem::new(payload)]).await.batch.remove(0)
}

pub(crate) fn ticket(answer: ResponsePayload) -> Ticket {
    match answer {
        ResponsePayload::Login(TicketPayload { ticket })
        | ResponsePayload::DelegatedLogin(TicketPayload { ticket }) => ticket,
        _ => panic!("not a ticket"),
    }
}

pub(crate) async fn login(
    client: &mut Client,
    lease: Option<LeaseTime>,
    count: Option<i32>,
) -> Ticket {
    let request = LoginRequest { lease_time: lease, request_count: count, usage_limits: None };
    ticket(client.done(RequestPayload::Login(request)).await)
}

#[tokio::test]
async fn a_credential_says_who_asks() {
    let service = service().await;
    for version in [Version::V1_1, Version::V1_4, Version::V2_1] {
        let mut client = service.connect("peer", version);
        for credential in [|| user("ada", "lovelace"), || device("serNum123456")] {
            let id = made(&succeeded(by(&mut client, vec![credential()], create()).await));
            succeeded(by(&mut client, vec![credential()], get(Some(id.clone()))).await);
            let others = if version.major >= 2 {
                ResultReason::ObjectNotFound
            } else {
                ResultReason::PermissionDenied
            };
            assert_eq!(client.refused(get(Some(id))).await, others, "the peer is somebody else");
        }
    }
}

#[tokio::test]
async fn a_credential_that_proves_nothing_fails_the_message() {
    let service = service().await;
    let mut client = service.connect("peer", Version::V2_1);
    let attestation = Credential::Attestation(AttestationCredential {
        nonce: Nonce { nonce_id: vec![1], nonce_value: vec![2] },
        attestation_type: AttestationType::TPMQuote,
        attestation_measurement: Some(vec![3]),
        attestation_assertion: None,
    });
    let bad = [
        vec![user("ada", "byron")],
        vec![user("nobody", "lovelace")],
        vec![user("", "")],
        vec![device("serNum0")],
        vec![attestation],
        // All of them must hold.
        vec![user("ada", "byron"), device("serNum123456")],
        vec![device("serNum123456"), user("ada", "byron")],
    ];
    for credentials in bad {
        let mut header = RequestHeader::new(Version::V2_1);
        header.authentication = Some(Authentication { credentials });
        let batch = vec![RequestItem::new(create()), RequestItem::new(query(&[]))];
        let answer = client.send(header, batch).await;
        assert_eq!(answer.batch.len(), 2, "every item is answered");
        for item in &answer.batch {
            assert_eq!(failed(item), ResultReason::AuthenticationNotSuccessful);
        }
    }
    let ResponsePayload::Locate(found) = client.done(locate(Vec::new())).await else { panic!() };
    assert!(found.unique_identifiers.is_empty(), "nothing was done");
}

#[tokio::test]
async fn a_ticket_stands_for_its_client_until_it_is_used_up() {
    let service = service().await;
    let mut client = service.connect("ada", Version::V2_1);
    let mut elsewhere = service.connect("elsewhere", Version::V2_1);
    let id = made(&client.done(create()).await);
    let ticket = login(&mut client, Some(LeaseTime::For(Interval(0))), Some(3)).await;
    for _ in 0..3 {
        succeeded(by(&mut elsewhere, holding(&ticket), get(Some(id.clone()))).await);
    }
    let used_up = by(&mut elsewhere, holding(&ticket), get(Some(id))).await;
    assert_eq!(failed(&used_up), ResultReason::UsageLimitExceeded);
}

#[tokio::test]
async fn a_ticket_ends_with_its_lease_or_its_logout() {
    let service = service().await;
    let mut client = service.connect("ada", Version::V2_1);
    let ask = || locate(Vec::new());
    let short = login(&mut client, Some(LeaseTime::For(Interval(60))), None).await;
    let endless = login(&mut client, Some(LeaseTime::For(Interval(0))), None).await;
    let usual = login(&mut client, None, None).await;
    succeeded(by(&mut client, holding(&short), ask()).await);
    service.clock.advance(Duration::from_secs(61));
    let item = by(&mut client, holding(&short), ask()).await;
    assert_eq!(failed(&item), ResultReason::InvalidTicket);
    succeeded(by(&mut client, holding(&usual), ask()).await);
    service.clock.advance(Duration::from_secs(3600));
    assert_eq!(failed(&by(&mut client, holding(&usual), ask()).await), ResultReason::InvalidTicket);
    succeeded(by(&mut client, holding(&endless), ask()).await);

    let logout = |ticket: &Ticket| RequestPayload::Logout(TicketPayload { ticket: copy(ticket) });
    let mut other = service.connect("other", Version::V2_1);
    assert_eq!(other.refused(logout(&endless)).await, ResultReason::InvalidTicket);
    client.done(logout(&endless)).await;
    assert_eq!(client.refused(logout(&endless)).await, ResultReason::InvalidTicket);
    let item = by(&mut client, holding(&endless), ask()).await;
    assert_eq!(failed(&item), ResultReason::InvalidTicket);
}

#[tokio::test]
async fn tickets_that_were_never_given_are_refused() {
    let service = service().await;
    let mut client = service.connect("ada", Version::V2_1);
    let real = login(&mut client, None, None).await;
    let real = real.ticket_value.expose("a test changes a ticket").to_vec();
    for version in [Version::V1_4, Version::V2_1] {
        let mut client = service.connect("ada", version);
        let expected = if version.major >= 2 {
            ResultReason::InvalidTicket
        } else {
            ResultReason::AuthenticationNotSuccessful
        };
        let mut wrong_end = real.clone();
        *wrong_end.last_mut().unwrap() ^= 1;
        for value in
            [vec![], vec![0; 32], real[..31].to_vec(), [&real[..], &[0]].concat(), wrong_end]
        {
            let ticket =
                Ticket { ticket_type: TicketType::Login, ticket_value: SecretBytes::new(value) };
            let item = by(&mut client, vec![Credential::Ticket(ticket)], create()).await;
            assert_eq!(failed(&item), expected, "{version}");
        }
    }
}
