//! How fast a message of 2 KiB is read and written on one core: `cargo run --profile profiling --example throughput`.
//!
//! Reading is the check of the whole message and then a walk over every item with a read of its value by type. Writing is a new
//! writer, every item, and the wiping of the buffer when it is dropped. The message is the answer to Get Attributes of KMIP 1.4
//! for one key, with a few attributes more than most keys have.

#![expect(clippy::print_stdout, reason = "it prints what it measured")]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::hint::black_box;
use std::time::Instant;

use claviger_wire_ttlv::enumeration::{CryptographicAlgorithm, Operation, ResultStatus, State};
use claviger_wire_ttlv::{Item, ItemType, Limits, Tag, Version, Writer, json, names, tag, xml};

/// How often each is done per measurement, of which the best counts.
const ROUNDS: u32 = 20_000;
const MEASUREMENTS: u32 = 25;

fn main() {
    let mut writer = Writer::new();
    message(&mut writer);
    let buffer = writer.into_buffer();
    let items = count(buffer.item());
    println!("a message of {} bytes and {items} items", buffer.len());
    let limits = Limits::default();
    report("check", buffer.len(), || {
        black_box(Item::parse(black_box(&buffer), &limits).is_ok());
    });
    report("check and read everything", buffer.len(), || {
        let item = Item::parse(black_box(&buffer), &limits).expect("a valid message");
        black_box(read(item));
    });
    report("write", buffer.len(), || {
        let mut writer = Writer::with_capacity(4096);
        message(black_box(&mut writer));
        black_box(writer.into_buffer());
    });
    let text = json::encode(buffer.item(), Version::V1_4, json::Dialect::Standard);
    report("JSON to binary", text.len(), || {
        black_box(json::decode(black_box(&text), &limits).is_ok());
    });
    report("binary to JSON", text.len(), || {
        black_box(json::encode(black_box(buffer.item()), Version::V1_4, json::Dialect::Standard));
    });
    let text = xml::encode(buffer.item(), Version::V1_4);
    report("XML to binary", text.len(), || {
        black_box(xml::decode(black_box(&text), &limits).is_ok());
    });
    report("binary to XML", text.len(), || {
        black_box(xml::encode(black_box(buffer.item()), Version::V1_4));
    });
}

/// Measures something that reads or writes so many bytes.
fn report(what: &str, bytes: usize, mut run: impl FnMut()) {
    let best = (0..MEASUREMENTS).map(|_| {
        let start = Instant::now();
        (0..ROUNDS).for_each(|_| run());
        start.elapsed().as_secs_f64() / f64::from(ROUNDS)
    });
    let seconds = best.fold(f64::INFINITY, f64::min);
    let rate = u32::try_from(bytes).map_or(f64::NAN, f64::from) / seconds / 1e9;
    println!("{what:26} {:8.0} ns  {rate:6.2} GB/s", seconds * 1e9);
}

fn count(item: Item<'_>) -> usize {
    1 + item.children().map(count).sum::<usize>()
}

/// Reads every value by its type, and makes one number of them all.
fn read(item: Item<'_>) -> u64 {
    let own = match item.item_type() {
        ItemType::Structure => item.children().map(read).fold(0, u64::wrapping_add),
        ItemType::Integer => u64::from(item.integer().unwrap_or_default().cast_unsigned()),
        ItemType::LongInteger => item.long_integer().unwrap_or_default().cast_unsigned(),
        ItemType::BigInteger => sum(item.big_integer().unwrap_or_default()),
        ItemType::Enumeration => u64::from(item.enumeration().unwrap_or_default()),
        ItemType::Boolean => u64::from(item.boolean().unwrap_or_default()),
        ItemType::TextString => sum(item.text().unwrap_or_default().as_bytes()),
        ItemType::ByteString => sum(item.bytes().unwrap_or_default()),
        ItemType::DateTime => item.date_time().unwrap_or_default().cast_unsigned(),
        ItemType::Interval => u64::from(item.interval().unwrap_or_default()),
        ItemType::DateTimeExtended => item.date_time_extended().unwrap_or_default().cast_unsigned(),
    };
    own.wrapping_add(u64::from(item.tag().value()))
}

fn sum(bytes: &[u8]) -> u64 {
    bytes.first().map_or(0, |first| u64::from(*first)).wrapping_add(bytes.len() as u64)
}

fn message(writer: &mut Writer) {
    writer.structure(tag::RESPONSE_MESSAGE, |writer| {
        writer.structure(tag::RESPONSE_HEADER, |writer| {
            writer.structure(tag::PROTOCOL_VERSION, |writer| {
                writer.integer(tag::PROTOCOL_VERSION_MAJOR, 1);
                writer.integer(tag::PROTOCOL_VERSION_MINOR, 4);
            });
            writer.date_time(tag::TIME_STAMP, 1_795_345_200);
            writer.integer(tag::BATCH_COUNT, 1);
        });
        writer.structure(tag::BATCH_ITEM, |writer| {
            writer.enumeration(tag::OPERATION, Operation::GetAttributes.code());
            writer.bytes(tag::UNIQUE_BATCH_ITEM_ID, &[1, 2, 3, 4, 5, 6, 7, 8]);
            writer.enumeration(tag::RESULT_STATUS, ResultStatus::Success.code());
            writer.structure(tag::RESPONSE_PAYLOAD, payload);
        });
    });
}

fn payload(writer: &mut Writer) {
    writer.text(tag::UNIQUE_IDENTIFIER, "0195a0c2-7d1e-7c30-9f54-2f6ac8e0b1d7");
    attribute(writer, tag::NAME, |writer, tag| {
        writer.structure(tag, |writer| {
            writer.text(tag::NAME_VALUE, "backup/tape-library-7/volume-000123");
            writer.enumeration(tag::NAME_TYPE, 1);
        });
    });
    let algorithm = CryptographicAlgorithm::AES.code();
    attribute(writer, tag::CRYPTOGRAPHIC_ALGORITHM, |w, tag| w.enumeration(tag, algorithm));
    attribute(writer, tag::CRYPTOGRAPHIC_LENGTH, |w, tag| w.integer(tag, 256));
    attribute(writer, tag::CRYPTOGRAPHIC_USAGE_MASK, |w, tag| w.integer(tag, 12));
    attribute(writer, tag::STATE, |w, tag| w.enumeration(tag, State::Active.code()));
    for date in [tag::INITIAL_DATE, tag::ACTIVATION_DATE, tag::LAST_CHANGE_DATE] {
        attribute(writer, date, |w, tag| w.date_time(tag, 1_795_345_200));
    }
    attribute(writer, tag::OBJECT_GROUP, |w, tag| w.text(tag, "tape library 7, building 2"));
    attribute(writer, tag::LEASE_TIME, |w, tag| w.interval(tag, 3600));
    for flag in [tag::FRESH, tag::SENSITIVE, tag::EXTRACTABLE, tag::ALWAYS_SENSITIVE] {
        attribute(writer, flag, |w, tag| w.boolean(tag, true));
    }
    for usage in 0..9 {
        attribute(writer, tag::APPLICATION_SPECIFIC_INFORMATION, |writer, tag| {
            writer.structure(tag, |writer| {
                writer.text(tag::APPLICATION_NAMESPACE, "LIBRARY-LTO");
                writer.text(tag::APPLICATION_DATA, VOLUMES[usage % VOLUMES.len()]);
            });
        });
    }
    attribute(writer, tag::DIGEST, |writer, tag| {
        writer.structure(tag, |writer| {
            writer.enumeration(tag::HASHING_ALGORITHM, 6);
            writer.bytes(tag::DIGEST_VALUE, &[0xA5; 32]);
            writer.enumeration(tag::KEY_FORMAT_TYPE, 1);
        });
    });
}

const VOLUMES: [&str; 3] =
    ["000A4F2200B1C9D377", "Überspielband 12, Fach 3", "0123456789ABCDEF0123456789ABCDEF"];

/// An attribute as 1.x has them: its text, and its value.
fn attribute(writer: &mut Writer, tag: Tag, value: impl FnOnce(&mut Writer, Tag)) {
    writer.structure(tag::ATTRIBUTE, |writer| {
        writer.text(tag::ATTRIBUTE_NAME, names::attribute_name(tag).unwrap_or("x-Own"));
        value(writer, tag::ATTRIBUTE_VALUE);
    });
}
