//! What no client should send: what is wrong is found, named, and answered with the reason of the specification.

use claviger_wire_kmip::{
    DateTime, MessageError, MessageLimits, RejectedMessage, RequestMessage, ResponseMessage,
};
use claviger_wire_ttlv::enumeration::{ObjectType, Operation, ResultReason};
use claviger_wire_ttlv::{Buffer, Tag, Version, Writer, tag};

use crate::build::{message, protocol_version, request, with_header};

#[test]
fn a_field_that_stands_twice_is_an_invalid_message() {
    for version in Version::ALL {
        let error = payload_error(&request(version, Operation::Get, |writer| {
            writer.text(tag::UNIQUE_IDENTIFIER, "1");
            writer.text(tag::UNIQUE_IDENTIFIER, "2");
        }));
        assert_eq!(error.reason, ResultReason::InvalidMessage);
        assert_eq!(error.message, "UniqueIdentifier stands more than once");
    }
}

#[test]
fn a_field_that_is_missing_is_named() {
    for version in Version::ALL {
        let error = payload_error(&request(version, Operation::Create, |writer| {
            writer.enumeration(tag::OBJECT_TYPE, ObjectType::SymmetricKey.code());
        }));
        let lacking = if version.major >= 2 { "Attributes" } else { "TemplateAttribute" };
        assert_eq!(error.reason, ResultReason::InvalidMessage);
        assert_eq!(error.message, format!("CreateRequest lacks {lacking}"));
    }
}

#[test]
fn a_field_of_another_type_is_an_invalid_message() {
    for version in Version::ALL {
        let error = payload_error(&request(version, Operation::Locate, |writer| {
            writer.text(tag::MAXIMUM_ITEMS, "3");
        }));
        assert_eq!(error.reason, ResultReason::InvalidMessage);
        assert_eq!(error.message, "MaximumItems is not of the type Integer");
    }
}

#[test]
fn a_field_that_is_not_known_has_the_reason_of_its_version() {
    let reason = |version, tag| {
        payload_error(&request(version, Operation::Get, |writer| writer.integer(tag, 1))).reason
    };
    assert_eq!(reason(Version::V1_4, tag::BATCH_COUNT), ResultReason::InvalidField);
    assert_eq!(reason(Version::V2_1, tag::BATCH_COUNT), ResultReason::InvalidMessage);
    let nowhere = Tag::from_code(0x42_FFFF);
    assert_eq!(reason(Version::V1_4, nowhere), ResultReason::InvalidField);
    assert_eq!(reason(Version::V2_1, nowhere), ResultReason::UnknownTag);
}

#[test]
fn a_field_of_a_vendor_is_passed_over() {
    let buffer = request(Version::V1_4, Operation::Get, |writer| {
        writer.text(tag::UNIQUE_IDENTIFIER, "1");
        writer.integer(Tag::from_code(0x54_0001), 1);
    });
    assert!(decode(&buffer).expect("a request").batch[0].payload.is_ok());
}

#[test]
fn only_the_item_that_is_not_understood_fails() {
    let buffer = message(Version::V1_4, 3, |writer| {
        item(writer, Operation::Get, |writer| writer.text(tag::UNIQUE_IDENTIFIER, "1"));
        item(writer, Operation::Get, |writer| writer.integer(tag::UNIQUE_IDENTIFIER, 1));
        writer.structure(tag::BATCH_ITEM, |writer| {
            writer.bytes(tag::UNIQUE_BATCH_ITEM_ID, &[3]);
            writer.structure(tag::REQUEST_PAYLOAD, |_| {});
        });
    });
    let batch = decode(&buffer).expect("a request").batch;
    assert!(batch[0].payload.is_ok());
    assert_eq!(batch[1].operation, Some(Operation::Get));
    assert_eq!(reason_of(&batch[1].payload), Some(ResultReason::InvalidMessage));
    assert_eq!(batch[2].operation, None);
    assert_eq!(batch[2].unique_batch_item_id.as_deref(), Some([3].as_slice()));
    assert_eq!(reason_of(&batch[2].payload), Some(ResultReason::InvalidMessage));
}

#[test]
fn an_item_without_a_payload_fails() {
    let buffer = message(Version::V1_4, 1, |writer| {
        writer.structure(tag::BATCH_ITEM, |writer| {
            writer.enumeration(tag::OPERATION, Operation::Query.code());
        });
    });
    assert_eq!(payload_error(&buffer).message, "BatchItem lacks RequestPayload");
}

#[test]
fn an_operation_that_is_not_known_is_kept() {
    let buffer = request(Version::V2_1, Operation::Other(0x8000_0001), |writer| {
        writer.integer(Tag::from_code(0x54_0001), 7);
    });
    let request = decode(&buffer).expect("a request");
    let payload = request.batch[0].payload.as_ref().expect("an unknown payload");
    assert_eq!(payload.operation(), Operation::Other(0x8000_0001));
    assert_eq!(*request.encode(), *buffer);
}

#[test]
fn an_operation_of_a_later_version_is_not_supported() {
    let buffer = request(Version::V1_1, Operation::Encrypt, |_| {});
    let error = payload_error(&buffer);
    assert_eq!(error.reason, ResultReason::OperationNotSupported);
    assert_eq!(error.message, "Encrypt came with KMIP 1.2; the message is of KMIP 1.1");
}

#[test]
fn the_batch_count_must_be_that_of_the_items() {
    for count in [-1, 0, 2, i32::MAX] {
        let buffer = message(Version::V1_2, count, |writer| item(writer, Operation::Get, |_| {}));
        let rejected = decode(&buffer).err().expect("rejected");
        assert_eq!(rejected.version, Version::V1_2);
        assert_eq!(rejected.error.reason, ResultReason::InvalidMessage);
        assert_eq!(
            rejected.error.message,
            format!("The batch count is {count}, the number of batch items is 1")
        );
    }
    let empty = message(Version::V1_2, 0, |_| {});
    let rejected = decode(&empty).err().expect("rejected");
    assert_eq!(rejected.error.message, "RequestMessage lacks BatchItem");
}

#[test]
fn a_batch_that_is_too_long_is_rejected() {
    let limits = MessageLimits { batch_items: 10 };
    for (version, reason) in [
        (Version::V1_4, ResultReason::GeneralFailure),
        (Version::V2_1, ResultReason::ServerLimitExceeded),
    ] {
        let of = |items| {
            let buffer = message(version, items, |writer| {
                (0..items).for_each(|_| item(writer, Operation::Get, |_| {}));
            });
            RequestMessage::decode(buffer.item(), &limits).map(|request| request.batch.len())
        };
        assert_eq!(of(10), Ok(10));
        assert_eq!(of(11).expect_err("rejected").error.reason, reason);
    }
    assert_eq!(MessageLimits::default().batch_items, 10_000);
}

#[test]
fn a_version_that_is_not_known_is_answered_in_the_one_before_it() {
    for ((major, minor), answer, reason) in [
        ((0, 9), Version::V1_0, ResultReason::InvalidMessage),
        ((1, 5), Version::V1_4, ResultReason::InvalidMessage),
        ((2, 2), Version::V2_1, ResultReason::UnsupportedProtocolVersion),
        ((3, 0), Version::V2_1, ResultReason::UnsupportedProtocolVersion),
        ((i32::MAX, i32::MIN), Version::V2_1, ResultReason::UnsupportedProtocolVersion),
        ((-1, 0), Version::V1_0, ResultReason::InvalidMessage),
    ] {
        let buffer = with_header(
            |writer| {
                protocol_version(writer, major, minor);
                writer.text(tag::CLIENT_CORRELATION_VALUE, "mine");
                writer.integer(Tag::from_code(0x42_FFFF), 1);
            },
            |_| {},
        );
        let rejected = decode(&buffer).err().expect("rejected");
        assert_eq!(rejected.version, answer);
        // What the client calls the message stays in its request (KMIP 1.4 §6.18).
        let answer = ResponseMessage::rejection(rejected.clone(), DateTime(0));
        assert_eq!(answer.header.client_correlation_value, None);
        assert_eq!(rejected.error.reason, reason);
        assert!(rejected.error.message.starts_with(&format!("KMIP {major}.{minor} is not")));
    }
}

#[test]
fn what_is_no_request_is_rejected() {
    let without_header = {
        let mut writer = Writer::new();
        writer.structure(tag::REQUEST_MESSAGE, |_| {});
        writer.into_buffer()
    };
    let response = {
        let mut writer = Writer::new();
        writer.structure(tag::RESPONSE_MESSAGE, |_| {});
        writer.into_buffer()
    };
    let number = {
        let mut writer = Writer::new();
        writer.integer(tag::REQUEST_MESSAGE, 1);
        writer.into_buffer()
    };
    let without_version = with_header(|writer| writer.integer(tag::BATCH_COUNT, 0), |_| {});
    for buffer in [without_header, response, number, without_version] {
        let rejected = decode(&buffer).err().expect("rejected");
        assert_eq!(rejected.version, Version::V1_0);
        assert_eq!(rejected.error.reason, ResultReason::InvalidMessage);
    }
}

#[test]
fn a_header_must_be_understood() {
    let with = |fill: fn(&mut Writer)| {
        let buffer = with_header(
            |writer| {
                protocol_version(writer, 1, 0);
                writer.integer(tag::BATCH_COUNT, 1);
                fill(writer);
            },
            |writer| item(writer, Operation::Get, |_| {}),
        );
        decode(&buffer).err().map(|rejected| rejected.error.reason)
    };
    assert_eq!(with(|_| {}), None);
    assert_eq!(
        with(|writer| writer.integer(tag::BATCH_COUNT, 1)),
        Some(ResultReason::InvalidMessage)
    );
    assert_eq!(
        with(|writer| writer.text(tag::CLIENT_CORRELATION_VALUE, "of 1.4")),
        Some(ResultReason::InvalidField)
    );
    assert_eq!(
        with(|writer| writer.structure(tag::AUTHENTICATION, |_| {})),
        Some(ResultReason::InvalidMessage)
    );
}

fn item(writer: &mut Writer, operation: Operation, payload: impl FnOnce(&mut Writer)) {
    writer.structure(tag::BATCH_ITEM, |writer| {
        writer.enumeration(tag::OPERATION, operation.code());
        writer.structure(tag::REQUEST_PAYLOAD, payload);
    });
}

fn decode(buffer: &Buffer) -> Result<RequestMessage, RejectedMessage> {
    RequestMessage::decode(buffer.item(), &MessageLimits::default())
}

fn payload_error(buffer: &Buffer) -> MessageError {
    let mut request = decode(buffer).expect("the message is understood");
    request.batch.remove(0).payload.err().expect("the payload is not understood")
}

fn reason_of<T>(payload: &Result<T, MessageError>) -> Option<ResultReason> {
    payload.as_ref().err().map(|error| error.reason)
}
