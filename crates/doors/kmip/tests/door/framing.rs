//! What a connection does with bytes that are no message, not yet one, or more than one.

use std::time::Duration;

use claviger_door_kmip::KmipOptions;
use claviger_wire_kmip::{RequestHeader, RequestItem, RequestMessage, ResponseMessage};
use claviger_wire_ttlv::Version;
use claviger_wire_ttlv::enumeration::{ResultReason, ResultStatus};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use crate::requests::{bytes, create, hash, locate};
use crate::service::{Client, Service, parse, peer};

/// A message of one Locate.
fn message() -> Vec<u8> {
    of(vec![RequestItem::new(locate(Vec::new()))])
}

fn of(batch: Vec<RequestItem>) -> Vec<u8> {
    let version = Version::V2_1;
    RequestMessage { version, header: RequestHeader::new(version), batch }.encode().to_vec()
}

async fn answered(client: &mut Client) {
    let answer = client.receive().await;
    assert_eq!(answer.batch[0].result_status, ResultStatus::Success);
}

/// The answer to what is no message, after which the connection ends.
async fn refused(client: &mut Client) -> String {
    let answer = client.receive().await;
    let item = &answer.batch[0];
    assert_eq!((answer.batch.len(), item.operation), (1, None));
    assert_eq!(item.result_reason, Some(ResultReason::InvalidMessage));
    assert!(client.frame().await.is_none(), "the connection ends");
    item.result_message.clone().unwrap()
}

#[tokio::test]
async fn a_message_may_come_in_any_pieces() {
    let service = Service::new().await;
    let mut client = service.connect("pieces", Version::V2_1);
    let message = message();
    for size in [1, 3, 7, 8, 9, message.len() - 1] {
        for piece in message.chunks(size) {
            client.stream.write_all(piece).await.unwrap();
            tokio::task::yield_now().await;
        }
        answered(&mut client).await;
    }
}

#[tokio::test]
async fn messages_that_follow_each_other_are_answered_in_order() {
    let service = Service::new().await;
    let mut client = service.connect("pipeline", Version::V2_1);
    let id = |number: u8| RequestItem {
        unique_batch_item_id: Some(vec![number]),
        ..RequestItem::new(locate(Vec::new()))
    };
    let mut all: Vec<u8> = (0..100).flat_map(|number| of(vec![id(number)])).collect();
    let half = message();
    all.extend_from_slice(&half[..half.len() / 2]);
    client.stream.write_all(&all).await.unwrap();
    for number in 0..100 {
        let answer = client.receive().await;
        assert_eq!(answer.batch[0].unique_batch_item_id, Some(vec![number]));
    }
    client.stream.write_all(&half[half.len() / 2..]).await.unwrap();
    answered(&mut client).await;
}

#[tokio::test]
async fn a_long_message_is_read_and_the_next_one_too() {
    let service = Service::new().await;
    let mut client = service.connect("long", Version::V2_1);
    for length in [8 << 10, 100_000, 3 << 20, 10] {
        let long = of(vec![RequestItem::new(hash(bytes(&vec![5; length])))]);
        client.stream.write_all(&long).await.unwrap();
        answered(&mut client).await;
    }
}

#[tokio::test]
async fn what_is_no_request_message_is_told_and_dropped() {
    let service = Service::new().await;
    for garbage in [
        &b"GET / HTTP/1.1\r\nHost: kms\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
        b"\x42\x00\x7b\x01\0\0\0\0",
        b"\x42\x00\x78\x02\0\0\0\x04\0\0\0\0",
        b"\0",
    ] {
        let mut client = service.connect("garbage", Version::V2_1);
        client.stream.write_all(garbage).await.unwrap();
        let text = refused(&mut client).await;
        assert!(text.contains("no KMIP request message"), "{text}");
    }
}

#[tokio::test]
async fn a_message_that_claims_too_much_is_refused_before_it_comes() {
    let options = KmipOptions { message_limit: 1024, ..KmipOptions::default() };
    let service = Service::with(options).await;
    for claimed in [1025_u32, 1 << 31, u32::MAX] {
        let mut client = service.connect("claims", Version::V2_1);
        let header = [&[0x42, 0, 0x78, 1][..], &claimed.to_be_bytes()].concat();
        client.stream.write_all(&header).await.unwrap();
        let text = refused(&mut client).await;
        assert!(text.contains("1024"), "{text}");
    }
}

#[tokio::test]
async fn lengths_that_lie_inside_a_message_fail_that_message_alone() {
    let service = Service::new().await;
    let mut client = service.connect("lies", Version::V2_1);
    let good = message();
    // Every length field of the header: that of the header itself, of the version, of its numbers.
    for place in [12, 20, 28, 44] {
        for lie in [0_u32, 1, 7, 0x7fff_ffff, u32::MAX] {
            let mut bad = good.clone();
            bad[place..place + 4].copy_from_slice(&lie.to_be_bytes());
            if bad == good {
                continue;
            }
            client.stream.write_all(&bad).await.unwrap();
            let answer = client.frame().await.unwrap();
            let answer = ResponseMessage::decode(parse(&answer)).unwrap();
            assert_eq!(
                answer.batch[0].result_status,
                ResultStatus::OperationFailed,
                "{place} {lie}"
            );
        }
    }
    client.stream.write_all(&good).await.unwrap();
    answered(&mut client).await;
}

#[tokio::test]
async fn an_empty_message_and_a_flipped_bit_anywhere_break_nothing() {
    let service = Service::new().await;
    let mut client = service.connect("bits", Version::V2_1);
    client.stream.write_all(b"\x42\x00\x78\x01\0\0\0\0").await.unwrap();
    assert_eq!(client.receive().await.batch[0].result_reason, Some(ResultReason::InvalidMessage));
    let good = of(vec![RequestItem::new(create())]);
    for place in 8..good.len() {
        for bit in [1, 0x80] {
            let mut bad = good.clone();
            bad[place] ^= bit;
            client.stream.write_all(&bad).await.unwrap();
            let answer = client.frame().await.expect("an answer");
            assert_eq!(ResponseMessage::decode(parse(&answer)).unwrap().batch.len(), 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_client_and_one_that_never_ends_its_message_are_left() {
    let service = Service::new().await;
    let mut silent = service.connect("silent", Version::V2_1);
    let begun = tokio::time::Instant::now();
    assert!(silent.frame().await.is_none());
    assert!((600..660).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());

    let mut slow = service.connect("slow", Version::V2_1);
    let begun = tokio::time::Instant::now();
    for byte in &message()[..20] {
        slow.stream.write_all(&[*byte]).await.unwrap();
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    assert!(slow.frame().await.is_none());
    assert!((58..70).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_reads_is_left() {
    let service = Service::new().await;
    let (mut stream, theirs) = tokio::io::duplex(256);
    let door = service.door.clone();
    let served = tokio::spawn(async move {
        door.serve(theirs, peer("deaf"), std::future::pending()).await;
    });
    let all = message().repeat(20);
    let writing = tokio::spawn(async move {
        let _ = stream.write_all(&all).await;
        tokio::time::sleep(Duration::from_secs(3600)).await;
        drop(stream);
    });
    let begun = tokio::time::Instant::now();
    served.await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(120), "{:?}", begun.elapsed());
    writing.abort();
}

#[tokio::test]
async fn a_stopping_service_answers_what_it_has_begun() {
    let service = Service::new().await;
    let (mut stream, theirs) = tokio::io::duplex(64 << 10);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let door = service.door.clone();
    let served = tokio::spawn(async move {
        door.serve(theirs, peer("last"), async { drop(stopped.await) }).await;
    });
    one_exchange(&mut stream).await;
    stop.send(()).unwrap();
    served.await.unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert!(rest.is_empty());
}

async fn one_exchange(stream: &mut DuplexStream) {
    stream.write_all(&message()).await.unwrap();
    let mut header = [0; 8];
    stream.read_exact(&mut header).await.unwrap();
    let length = u32::from_be_bytes(header[4..].try_into().unwrap());
    let mut rest = vec![0; usize::try_from(length).unwrap()];
    stream.read_exact(&mut rest).await.unwrap();
}
