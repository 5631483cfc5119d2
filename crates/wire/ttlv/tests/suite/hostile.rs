//! Binary messages that lie: each is refused with its reason and its place, and nothing is allocated by what they claim.

use claviger_wire_ttlv::{Buffer, DecodeError, Item, ItemType, Limits};

use crate::binary::unhex;

fn refused(hex: &str) -> DecodeError {
    let bytes = unhex(hex);
    let error = Item::parse(&bytes, &Limits::default()).expect_err("a message that lies");
    assert_eq!(Buffer::parse(bytes, &Limits::default()).err(), Some(error));
    error
}

#[test]
fn lengths_that_lie() {
    assert_eq!(
        refused("420020 08 7FFFFFFF 00"),
        DecodeError::Truncated { offset: 0, needed: 0x8000_0008, available: 9 }
    );
    assert_eq!(
        refused("420020 07 FFFFFFFF"),
        DecodeError::Truncated { offset: 0, needed: 0x1_0000_0008, available: 8 }
    );
    assert_eq!(
        refused("420020 01 00000008 420020 08 FFFFFFF8"),
        DecodeError::Overrun { offset: 8, needed: 0x1_0000_0000, available: 8 }
    );
    assert_eq!(
        refused("420020 01 00000010 420020 08 00000009 0000000000000000"),
        DecodeError::Overrun { offset: 8, needed: 24, available: 16 }
    );
    assert_eq!(
        refused("420020 01 00000008 4200200400000008 0000000000000001"),
        DecodeError::Trailing { offset: 16, extra: 8 }
    );
    assert_eq!(refused(""), DecodeError::Truncated { offset: 0, needed: 8, available: 0 });
    assert_eq!(refused("4200"), DecodeError::Truncated { offset: 0, needed: 8, available: 2 });
    // A value that is there but for its padding.
    assert_eq!(
        refused("420020 07 00000003 414243"),
        DecodeError::Truncated { offset: 0, needed: 16, available: 11 }
    );
}

#[test]
fn lengths_that_no_value_of_the_type_has() {
    for (code, lengths) in [
        (1, &[1, 4, 7, 0xFFFF_FFFF_u32][..]),
        (2, &[0, 3, 5, 8]),
        (3, &[0, 4, 16]),
        (4, &[0, 4, 9]),
        (5, &[0, 8]),
        (6, &[0, 1, 4]),
        (9, &[0, 4]),
        (10, &[0, 8]),
        (11, &[0, 4, 16]),
    ] {
        for length in lengths {
            let mut bytes = unhex("420020 00 00000000 0000000000000000 0000000000000000");
            bytes[3] = code;
            bytes[4..8].copy_from_slice(&length.to_be_bytes());
            bytes.truncate(8 + usize::min(16, (*length as usize).next_multiple_of(8)));
            let error = Item::parse(&bytes, &Limits::default()).expect_err("a wrong length");
            let item_type = ItemType::from_code(code).expect("a type");
            let expected = DecodeError::WrongLength { offset: 0, item_type, length: *length };
            let cut = matches!(error, DecodeError::Truncated { .. }) && *length > 16;
            assert!(error == expected || cut, "{item_type} of {length} bytes: {error}");
        }
    }
}

#[test]
fn values_that_do_not_exist() {
    assert_eq!(refused("420020 02 00000004 00000001 00000001"), DecodeError::Padding { offset: 0 });
    assert_eq!(refused("420020 08 00000001 AA00000000000001"), DecodeError::Padding { offset: 0 });
    assert_eq!(refused("420020 06 00000008 0000000000000002"), DecodeError::Boolean { offset: 0 });
    assert_eq!(refused("420020 06 00000008 0100000000000001"), DecodeError::Boolean { offset: 0 });
    assert_eq!(refused("420020 07 00000002 C328000000000000"), DecodeError::Text { offset: 0 });
    assert_eq!(
        refused("420020 01 00000008 420020 00 00000000"),
        DecodeError::UnknownType { offset: 8, code: 0 }
    );
    assert_eq!(refused("420020 0C 00000000"), DecodeError::UnknownType { offset: 0, code: 0x0C });
    assert_eq!(refused("420020 FF 00000000"), DecodeError::UnknownType { offset: 0, code: 0xFF });
}

#[test]
fn something_behind_the_message() {
    assert_eq!(refused("420020 01 00000000 00"), DecodeError::Trailing { offset: 8, extra: 1 });
    assert_eq!(
        refused("420020 01 00000000 420020 01 00000000"),
        DecodeError::Trailing { offset: 8, extra: 8 }
    );
}

/// Structures in structures: as many as there are levels, the innermost empty.
fn nested(levels: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for level in (0..levels).rev() {
        let length = u32::try_from(level * 8).expect("small");
        bytes.extend_from_slice(&[0x42, 0, 0x20, 1]);
        bytes.extend_from_slice(&length.to_be_bytes());
    }
    bytes
}

#[test]
fn nesting() {
    let limits = Limits::default();
    let error = Item::parse(&nested(10_000), &limits).expect_err("too deep");
    assert_eq!(error, DecodeError::TooDeep { offset: 32 * 8, limit: 32 });
    for levels in 1..=64 {
        let limits = Limits { depth: levels, ..limits };
        assert!(Item::parse(&nested(levels), &limits).is_ok(), "{levels}");
        assert!(Item::parse(&nested(levels + 1), &limits).is_err(), "{levels}");
    }
    let endless = Limits { depth: usize::MAX, ..limits };
    assert_eq!(
        Item::parse(&nested(65), &endless).expect_err("too deep"),
        DecodeError::TooDeep { offset: 64 * 8, limit: 64 }
    );
    let none = Limits { depth: 0, ..limits };
    assert!(matches!(Item::parse(&nested(1), &none), Err(DecodeError::TooDeep { .. })));
}

#[test]
fn number_and_size() {
    let mut bytes = unhex("420020 01 00000030");
    bytes.extend_from_slice(&unhex("420020 08 00000000").repeat(6));
    let limits = Limits { items: 7, ..Limits::default() };
    assert!(Item::parse(&bytes, &limits).is_ok());
    let limits = Limits { items: 6, ..limits };
    assert_eq!(Item::parse(&bytes, &limits).err(), Some(DecodeError::TooManyItems { limit: 6 }));
    let limits = Limits { items: 0, ..limits };
    assert_eq!(Item::parse(&bytes, &limits).err(), Some(DecodeError::TooManyItems { limit: 0 }));
    let limits = Limits { bytes: 55, ..Limits::default() };
    assert_eq!(
        Item::parse(&bytes, &limits).err(),
        Some(DecodeError::TooLarge { length: 56, limit: 55 })
    );
}

/// A message is refused at whatever byte it is cut off, and no change of one byte makes the parser panic.
#[test]
fn every_cut_and_every_changed_byte() {
    let whole = unhex(
        "420078 01 00000048 420020 07 00000003 4142430000000000 420020 06 00000008 0000000000000001
         420020 01 00000018 420020 04 00000010 FFFFFFFFFFFFFFFF 0000000000000001",
    );
    Item::parse(&whole, &Limits::default()).expect_err("the length is a little short");
    let mut whole = whole;
    let length = u32::try_from(whole.len() - 8).expect("small");
    whole[4..8].copy_from_slice(&length.to_be_bytes());
    Item::parse(&whole, &Limits::default()).expect("a message");
    for end in 0..whole.len() {
        assert!(Item::parse(&whole[..end], &Limits::default()).is_err(), "cut at {end}");
    }
    for index in 0..whole.len() {
        for byte in 0..=u8::MAX {
            let mut changed = whole.clone();
            changed[index] = byte;
            if let Ok(item) = Item::parse(&changed, &Limits::default()) {
                walk(item);
            }
        }
    }
}

fn walk(item: Item<'_>) {
    assert!(item.encoded().len() >= 8);
    item.children().for_each(walk);
}
