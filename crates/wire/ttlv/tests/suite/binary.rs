//! The binary encoding: the examples of the specification, round trips, and hostile bytes.

use claviger_wire_ttlv::{Item, ItemType, Limits, Tag, Writer};

const TAG: Tag = Tag::from_code(0x42_0020);

/// What is expected in hexadecimal, and what writes it.
type Example = (&'static str, fn(&mut Writer));

/// KMIP 1.4, section 9.1.2, "Examples".
#[test]
fn the_examples_of_the_specification() {
    let examples: [Example; 10] = [
        ("420020 02 00000004 00000008 00000000", |w| w.integer(TAG, 8)),
        ("420020 03 00000008 01B69B4BA5749200", |w| w.long_integer(TAG, 123_456_789_000_000_000)),
        ("420020 04 00000010 0000000003FD35EB6BC2DF4618080000", |w| {
            w.big_integer(TAG, &unhex("03FD35EB6BC2DF4618080000"));
        }),
        ("420020 05 00000004 000000FF 00000000", |w| w.enumeration(TAG, 255)),
        ("420020 06 00000008 0000000000000001", |w| w.boolean(TAG, true)),
        ("420020 07 0000000B 48656C6C6F20576F726C640000000000", |w| w.text(TAG, "Hello World")),
        ("420020 08 00000003 0102030000000000", |w| w.bytes(TAG, &[1, 2, 3])),
        ("420020 09 00000008 0000000047DA67F8", |w| w.date_time(TAG, 0x47DA_67F8)),
        ("420020 0A 00000004 000D2F00 00000000", |w| w.interval(TAG, 864_000)),
        (
            "420020 01 00000020 42000405 00000004 000000FE 00000000 42000502 00000004 000000FF 00000000",
            |w| {
                w.structure(TAG, |w| {
                    w.enumeration(Tag::from_code(0x42_0004), 254);
                    w.integer(Tag::from_code(0x42_0005), 255);
                });
            },
        ),
    ];
    for (expected, write) in examples {
        let mut writer = Writer::new();
        write(&mut writer);
        let buffer = writer.into_buffer();
        assert_eq!(buffer.to_vec(), unhex(expected), "{expected}");
        let item = Item::parse(&buffer, &Limits::default()).expect("what is written is valid");
        assert_eq!(item.tag(), TAG);
        let mut copied = Writer::new();
        copied.item(item);
        assert_eq!(copied.as_slice(), &*buffer);
    }
}

#[test]
fn values_are_read_as_their_type_and_no_other() {
    let mut writer = Writer::new();
    writer.enumeration(TAG, 0x8000_0001);
    let buffer = writer.into_buffer();
    let item = buffer.item();
    assert_eq!(item.item_type(), ItemType::Enumeration);
    assert_eq!(item.enumeration(), Some(0x8000_0001));
    assert_eq!(item.integer(), None);
    assert_eq!(item.interval(), None);
    assert_eq!(item.text(), None);
    assert_eq!(item.children().count(), 0);
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).expect("two digits")).collect()
}
