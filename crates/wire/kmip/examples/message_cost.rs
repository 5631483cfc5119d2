//! What the messages of the hot path cost: reading a request and writing its answer.
//!
//! `cargo run --release -p claviger-wire-kmip --example message_cost`
#![expect(clippy::print_stdout, reason = "the figures are what this is for")]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::hint::black_box;
use std::time::Instant;

use claviger_secret::SecretBytes;
use claviger_wire_kmip::payload::EncryptResponse;
use claviger_wire_kmip::{
    DateTime, MessageLimits, ProtocolVersion, RequestMessage, ResponseHeader, ResponseItem,
    ResponseMessage, ResponsePayload, UniqueIdentifier,
};
use claviger_wire_ttlv::enumeration::{BlockCipherMode, Operation};
use claviger_wire_ttlv::{Buffer, Item, Limits, Version, Writer, tag};

const IDENTIFIER: &str = "eb9c5a0d-afa3-4d06-8673-3dc51431268f";

fn main() {
    for length in [16, 64, 1 << 10, 1 << 16] {
        let request = request(length);
        let rounds = (1 << 30) / (length + 1024);
        println!("Encrypt of {length} bytes: a request of {} bytes", request.len());
        measure("check its encoding", rounds, || {
            Item::parse(black_box(&request), &Limits::default()).is_ok()
        });
        measure("read it", rounds, || {
            RequestMessage::decode(black_box(request.item()), &MessageLimits::default())
                .is_ok_and(|request| request.batch[0].payload.is_ok())
        });
        let response = response(length);
        measure("write its answer", rounds, || !black_box(&response).encode().is_empty());
    }
}

fn measure(what: &str, rounds: usize, work: impl Fn() -> bool) {
    let started = Instant::now();
    let done = (0..rounds).filter(|_| black_box(work())).count();
    let each = started.elapsed().as_nanos() / rounds as u128;
    println!("  {what}: {each} ns ({done} of {rounds})");
}

fn request(length: usize) -> Buffer {
    let mut writer = Writer::new();
    writer.structure(tag::REQUEST_MESSAGE, |writer| {
        writer.structure(tag::REQUEST_HEADER, |writer| {
            writer.structure(tag::PROTOCOL_VERSION, |writer| {
                writer.integer(tag::PROTOCOL_VERSION_MAJOR, 1);
                writer.integer(tag::PROTOCOL_VERSION_MINOR, 4);
            });
            writer.integer(tag::BATCH_COUNT, 1);
        });
        writer.structure(tag::BATCH_ITEM, |writer| {
            writer.enumeration(tag::OPERATION, Operation::Encrypt.code());
            writer.structure(tag::REQUEST_PAYLOAD, |writer| {
                writer.text(tag::UNIQUE_IDENTIFIER, IDENTIFIER);
                writer.structure(tag::CRYPTOGRAPHIC_PARAMETERS, |writer| {
                    writer.enumeration(tag::BLOCK_CIPHER_MODE, BlockCipherMode::GCM.code());
                });
                writer.bytes(tag::DATA, &vec![0x5A; length]);
            });
        });
    });
    writer.into_buffer()
}

fn response(length: usize) -> ResponseMessage {
    ResponseMessage {
        header: ResponseHeader::new(ProtocolVersion::from(Version::V1_4), DateTime(1_600_000_000)),
        batch: vec![ResponseItem::success(
            None,
            ResponsePayload::Encrypt(EncryptResponse {
                unique_identifier: UniqueIdentifier::from(IDENTIFIER),
                data: Some(SecretBytes::new(vec![0xA5; length])),
                iv_counter_nonce: Some(vec![1; 12]),
                correlation_value: None,
                authenticated_encryption_tag: Some(vec![2; 16]),
            }),
        )],
    }
}
