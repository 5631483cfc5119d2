//! Builds messages item by item, also such as no client should send.

use claviger_wire_ttlv::enumeration::Operation;
use claviger_wire_ttlv::{Buffer, Version, Writer, tag};

/// A request with one batch item of an operation, whose payload is filled in by a closure.
pub(crate) fn request(
    version: Version,
    operation: Operation,
    payload: impl FnOnce(&mut Writer),
) -> Buffer {
    message(version, 1, |writer| {
        writer.structure(tag::BATCH_ITEM, |writer| {
            writer.enumeration(tag::OPERATION, operation.code());
            writer.structure(tag::REQUEST_PAYLOAD, payload);
        });
    })
}

/// A request that says a batch count, and whose batch is filled in by a closure.
pub(crate) fn message(
    version: Version,
    batch_count: i32,
    batch: impl FnOnce(&mut Writer),
) -> Buffer {
    let (major, minor) = (i32::from(version.major), i32::from(version.minor));
    with_header(
        |writer| {
            protocol_version(writer, major, minor);
            writer.integer(tag::BATCH_COUNT, batch_count);
        },
        batch,
    )
}

/// A request whose header and batch are filled in by closures.
pub(crate) fn with_header(
    header: impl FnOnce(&mut Writer),
    batch: impl FnOnce(&mut Writer),
) -> Buffer {
    let mut writer = Writer::new();
    writer.structure(tag::REQUEST_MESSAGE, |writer| {
        writer.structure(tag::REQUEST_HEADER, header);
        batch(writer);
    });
    writer.into_buffer()
}

/// The version of a header, which need not exist.
pub(crate) fn protocol_version(writer: &mut Writer, major: i32, minor: i32) {
    writer.structure(tag::PROTOCOL_VERSION, |writer| {
        writer.integer(tag::PROTOCOL_VERSION_MAJOR, major);
        writer.integer(tag::PROTOCOL_VERSION_MINOR, minor);
    });
}
