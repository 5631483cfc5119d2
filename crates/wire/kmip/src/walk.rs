//! Tests that walk all operations in all versions: what is written can be read, and what is broken is refused, not feared.

use claviger_wire_ttlv::enumeration::{Operation, ResultReason};
use claviger_wire_ttlv::{Buffer, Item, Version, Writer, tag};

use crate::error::MessageError;
use crate::field::Field;
use crate::message::Credential;
use crate::object::ManagedObject;
use crate::sample::{self, Sample};
use crate::structure::Ticket;
use crate::{RequestPayload, ResponsePayload, Value};

/// How a payload is read and written again, which is the same for requests and responses.
type Again = fn(Operation, Item<'_>, Version) -> Result<Buffer, MessageError>;

#[test]
fn every_payload_is_read_as_it_was_written() {
    for (operation, version, payload, again) in payloads() {
        let item = payload.item();
        let copy = again(operation, item, version)
            .unwrap_or_else(|error| panic!("{operation:?} in {version}: {error}"));
        assert_eq!(*copy, *payload, "{operation:?} in {version}");
    }
}

#[test]
fn every_operation_is_walked() {
    let newest = payloads().into_iter().filter(|(_, version, ..)| *version == Version::V2_1);
    assert_eq!(newest.count(), 2 * Operation::ALL.len());
    assert_eq!(Operation::ALL.len(), 59);
}

/// Drops, doubles and replaces each item in turn, at every depth.
#[test]
fn a_broken_payload_is_refused_or_read() {
    let mut refused = 0;
    for (operation, version, payload, again) in payloads() {
        let whole = Value::read(payload.item()).expect("not deep");
        for place in 0..count(&whole) {
            for breakage in [Breakage::Drop, Breakage::Double, Breakage::Retype] {
                let mut broken = whole.clone();
                apply(&mut broken, &mut place.clone(), breakage);
                let broken = written(&broken);
                match again(operation, broken.item(), version) {
                    Ok(copy) => {
                        let twice = again(operation, copy.item(), version).expect("own writing");
                        assert_eq!(*twice, *copy, "{operation:?} in {version}");
                    }
                    Err(error) => {
                        assert_eq!(error.reason, ResultReason::InvalidMessage, "{error}");
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(refused > 10_000, "only {refused} were refused");
}

/// A field that came with a later version of the same family is refused, or one of those that are tolerated.
#[test]
fn a_payload_of_the_newest_version_is_refused_by_older_ones() {
    let mut refused = 0;
    for (operation, written_in, payload, again) in payloads() {
        for read_in in Version::ALL.into_iter().filter(|version| *version < written_in) {
            let Err(error) = again(operation, payload.item(), read_in) else { continue };
            let known = operation.since() <= read_in || operation == Operation::DiscoverVersions;
            let expected = match (known, read_in.major) {
                (false, _) => &[ResultReason::OperationNotSupported][..],
                (true, 1) => &[ResultReason::InvalidField, ResultReason::InvalidMessage],
                (true, _) => &[ResultReason::InvalidMessage],
            };
            assert!(expected.contains(&error.reason), "{operation:?} in {read_in}: {error}");
            refused += 1;
        }
    }
    assert!(refused > 500, "only {refused} were refused");
}

#[test]
fn every_object_is_read_as_it_was_written() {
    for version in Version::ALL {
        for object in sample::objects() {
            let mut writer = Writer::new();
            object.encode(&mut writer, version);
            let buffer = writer.into_buffer();
            match ManagedObject::decode(buffer.item(), version) {
                Ok(copy) => {
                    let mut writer = Writer::new();
                    copy.encode(&mut writer, version);
                    assert_eq!(copy.object_type(), object.object_type());
                    assert_eq!(writer.as_slice(), &*buffer);
                }
                Err(error) => {
                    let lacking = object.object_type().since() > version
                        || matches!(object, ManagedObject::Template(_)) && version.major >= 2;
                    assert!(lacking, "{:?} in {version}: {error}", object.object_type());
                }
            }
        }
    }
}

#[test]
fn every_credential_is_read_as_it_was_written() {
    for version in Version::ALL {
        for credential in sample::credentials() {
            let encode = |credential: &Credential| {
                let mut writer = Writer::new();
                credential.write(&mut writer, tag::CREDENTIAL, version);
                writer.into_buffer()
            };
            let buffer = encode(&credential);
            let copy = Credential::read(buffer.item(), version).expect("a credential");
            assert_eq!(copy.credential_type(), credential.credential_type());
            assert_eq!(*encode(&copy), *buffer);
        }
    }
}

#[test]
fn a_value_is_the_structure_that_it_was_made_of() {
    let ticket = Ticket::sample();
    let value = Value::of(&ticket, Version::V2_1).expect("a value");
    let copy: Ticket = value.parse(Version::V2_1).expect("a ticket");
    assert!(copy.ticket_value.equals(ticket.ticket_value.expose("a test")));
    assert!(Value::Integer(1).parse::<Ticket>(Version::V2_1).is_err());
}

/// The sample payloads of all operations, requests and responses, in all versions that have the operation.
fn payloads() -> Vec<(Operation, Version, Buffer, Again)> {
    let request: Again = |operation, item, version| {
        let payload = RequestPayload::decode(operation, item, version)?;
        assert_eq!(payload.operation(), operation);
        Ok(structure(|writer| payload.encode(writer, version)))
    };
    let response: Again = |operation, item, version| {
        let payload = ResponsePayload::decode(operation, item, version)?;
        assert_eq!(payload.operation(), operation);
        Ok(structure(|writer| payload.encode(writer, version)))
    };
    let mut payloads = Vec::new();
    for version in Version::ALL {
        for operation in Operation::ALL.iter().copied().filter(|own| own.since() <= version) {
            let (asked, answered) =
                (RequestPayload::sample(operation), ResponsePayload::sample(operation));
            let asked = structure(|writer| asked.encode(writer, version));
            let answered = structure(|writer| answered.encode(writer, version));
            payloads.push((operation, version, asked, request));
            payloads.push((operation, version, answered, response));
        }
    }
    payloads
}

fn structure(fill: impl FnOnce(&mut Writer)) -> Buffer {
    let mut writer = Writer::new();
    writer.structure(tag::REQUEST_PAYLOAD, fill);
    writer.into_buffer()
}

fn written(value: &Value) -> Buffer {
    let mut writer = Writer::new();
    value.write(&mut writer, tag::REQUEST_PAYLOAD);
    writer.into_buffer()
}

#[derive(Clone, Copy)]
enum Breakage {
    Drop,
    Double,
    Retype,
}

/// How many items stand below a value.
fn count(value: &Value) -> usize {
    match value {
        Value::Structure(fields) => fields.iter().map(|(_, value)| 1 + count(value)).sum(),
        _ => 0,
    }
}

/// Breaks the item that has this place in the order of reading; returns whether it was found.
fn apply(value: &mut Value, place: &mut usize, breakage: Breakage) -> bool {
    let Value::Structure(fields) = value else { return false };
    for index in 0..fields.len() {
        if *place == 0 {
            match breakage {
                Breakage::Drop => drop(fields.remove(index)),
                Breakage::Double => fields.insert(index, fields[index].clone()),
                Breakage::Retype => {
                    fields[index].1 = match fields[index].1 {
                        Value::Boolean(_) => Value::Interval(1),
                        _ => Value::Boolean(true),
                    }
                }
            }
            return true;
        }
        *place -= 1;
        if apply(&mut fields[index].1, place, breakage) {
            return true;
        }
    }
    false
}
