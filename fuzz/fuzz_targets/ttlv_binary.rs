//! The binary encoding: what is accepted is written again as it was, through its values, through XML and through JSON.

#![no_main]

use claviger_wire_ttlv::json::{self, Dialect};
use claviger_wire_ttlv::{Item, ItemType, Limits, Version, Writer, xml};
use libfuzzer_sys::fuzz_target;

/// Writes an item from the values that are read of it.
fn copy(writer: &mut Writer, item: Item<'_>) {
    const TYPED: &str = "an item has a value of its type";
    let tag = item.tag();
    match item.item_type() {
        ItemType::Structure => writer.structure(tag, |writer| {
            item.children().for_each(|child| copy(writer, child));
        }),
        ItemType::Integer => writer.integer(tag, item.integer().expect(TYPED)),
        ItemType::LongInteger => writer.long_integer(tag, item.long_integer().expect(TYPED)),
        ItemType::BigInteger => writer.big_integer(tag, item.big_integer().expect(TYPED)),
        ItemType::Enumeration => writer.enumeration(tag, item.enumeration().expect(TYPED)),
        ItemType::Boolean => writer.boolean(tag, item.boolean().expect(TYPED)),
        ItemType::TextString => writer.text(tag, item.text().expect(TYPED)),
        ItemType::ByteString => writer.bytes(tag, item.bytes().expect(TYPED)),
        ItemType::DateTime => writer.date_time(tag, item.date_time().expect(TYPED)),
        ItemType::Interval => writer.interval(tag, item.interval().expect(TYPED)),
        ItemType::DateTimeExtended => {
            writer.date_time_extended(tag, item.date_time_extended().expect(TYPED));
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let limits = Limits::default();
    let Ok(item) = Item::parse(input, &limits) else { return };
    let mut writer = Writer::new();
    copy(&mut writer, item);
    assert_eq!(writer.as_slice(), input);
    for version in [Version::V1_0, Version::V2_1] {
        let text = xml::encode(item, version);
        let again = xml::decode(&text, &limits).expect("what is written can be read");
        assert_eq!(&*again, input);
        for dialect in [Dialect::Standard, Dialect::Cosmian4, Dialect::Cosmian5] {
            let text = json::encode(item, version, dialect);
            let (again, _) = json::decode(&text, &limits).expect("what is written can be read");
            assert_eq!(&*again, input);
        }
    }
});
