//! What vendors add to messages, and what messages say that nobody understands.

use claviger_wire_kmip::{
    MessageExtension, ProtocolVersion, RequestHeader, RequestItem, ResponseMessage, Value,
};
use claviger_wire_ttlv::enumeration::{ResultReason, ResultStatus};
use claviger_wire_ttlv::{Tag, Version, Writer, tag};
use tokio::io::AsyncWriteExt;

use crate::requests::{create, locate};
use crate::service::{Service, failed};

fn extension(critical: bool) -> MessageExtension {
    MessageExtension {
        vendor_identification: "ACME".to_owned(),
        criticality_indicator: critical,
        vendor_extension: Value::Structure(vec![(
            Tag::from_code(0x54_0001),
            Value::Text("whatever".to_owned()),
        )]),
    }
}

#[tokio::test]
async fn critical_extensions_fail_their_item_and_others_are_overlooked() {
    let service = Service::new().await;
    for version in Version::ALL {
        let mut client = service.connect("extensions", version);
        let with = |extensions| RequestItem {
            message_extensions: extensions,
            ..RequestItem::new(create())
        };
        let answer =
            client.send(RequestHeader::new(version), vec![with(vec![extension(false)])]).await;
        assert_eq!(answer.batch[0].result_status, ResultStatus::Success, "{version}");
        let both = vec![extension(false), extension(true)];
        let answer = client.send(RequestHeader::new(version), vec![with(both)]).await;
        let expected = if version.major >= 2 {
            ResultReason::UnknownMessageExtension
        } else {
            ResultReason::FeatureNotSupported
        };
        assert_eq!(failed(&answer.batch[0]), expected, "{version}");
    }
}

/// A message of a version that nobody knows.
fn of_version(version: ProtocolVersion) -> Vec<u8> {
    let mut writer = Writer::new();
    let message = writer.open(tag::REQUEST_MESSAGE);
    let header = writer.open(tag::REQUEST_HEADER);
    let own = writer.open(tag::PROTOCOL_VERSION);
    writer.integer(tag::PROTOCOL_VERSION_MAJOR, version.major);
    writer.integer(tag::PROTOCOL_VERSION_MINOR, version.minor);
    writer.close(own);
    writer.integer(tag::BATCH_COUNT, 0);
    writer.close(header);
    writer.close(message);
    writer.into_buffer().to_vec()
}

#[tokio::test]
async fn unknown_versions_are_answered_in_the_nearest_one_that_is_known() {
    let service = Service::new().await;
    let mut client = service.connect("versions", Version::V2_1);
    for (major, minor, answered_in, reason) in [
        (0, 9, Version::V1_0, ResultReason::InvalidMessage),
        (1, 5, Version::V1_4, ResultReason::InvalidMessage),
        (2, 2, Version::V2_1, ResultReason::UnsupportedProtocolVersion),
        (3, 0, Version::V2_1, ResultReason::UnsupportedProtocolVersion),
        (i32::MAX, i32::MIN, Version::V2_1, ResultReason::UnsupportedProtocolVersion),
        (-1, 0, Version::V1_0, ResultReason::InvalidMessage),
    ] {
        let message = of_version(ProtocolVersion { major, minor });
        client.stream.write_all(&message).await.unwrap();
        let ResponseMessage { header, batch } = client.receive().await;
        assert_eq!(header.protocol_version, ProtocolVersion::from(answered_in));
        assert_eq!(batch[0].operation, None);
        assert_eq!(failed(&batch[0]), reason, "{major}.{minor}");
    }
}

#[tokio::test]
async fn the_header_of_an_answer_says_when_and_which() {
    let service = Service::new().await;
    for version in Version::ALL {
        let mut client = service.connect("header", version);
        let mut header = RequestHeader::new(version);
        header.client_correlation_value = Some("mine".to_owned());
        let batch = vec![RequestItem::new(locate(Vec::new()))];
        let ResponseMessage { header, .. } = client.send(header, batch).await;
        assert_eq!(header.protocol_version, ProtocolVersion::from(version));
        assert_eq!(header.time_stamp.0, 1_767_225_600);
        let correlation = header.server_correlation_value;
        assert_eq!(correlation.is_some(), version >= Version::V1_4);
        if let Some(correlation) = correlation {
            let logged = service.audit.records().pop().unwrap().request.to_string();
            assert_eq!(correlation, logged, "it names the request in the audit log");
        }
    }
}

#[tokio::test]
async fn a_batch_of_too_many_is_refused_as_a_whole() {
    let options = claviger_door_kmip::KmipOptions {
        batch_limit: 3,
        ..claviger_door_kmip::KmipOptions::default()
    };
    let service = Service::with(options).await;
    for (version, reason) in [
        (Version::V1_4, ResultReason::GeneralFailure),
        (Version::V2_1, ResultReason::ServerLimitExceeded),
    ] {
        let mut client = service.connect("many", version);
        let batch = |count| (0..count).map(|_| locate(Vec::new())).collect();
        assert_eq!(client.batch(batch(3)).await.len(), 3);
        let answers = client.batch(batch(4)).await;
        assert_eq!((answers.len(), failed(&answers[0])), (1, reason));
    }
}
