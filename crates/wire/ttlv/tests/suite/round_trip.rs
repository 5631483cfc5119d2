//! Every encoder is the inverse of its decoder, for items of all types, named and not.

use claviger_wire_ttlv::json::Dialect;
use claviger_wire_ttlv::{
    Buffer, Item, ItemType, Limits, Tag, Version, Writer, json, names, tag, xml,
};
use proptest::prelude::*;

/// An item as a tree, to write and to compare with.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Structure(Vec<(Tag, Value)>),
    Integer(i32),
    LongInteger(i64),
    BigInteger(Vec<u8>),
    Enumeration(u32),
    Boolean(bool),
    Text(String),
    Bytes(Vec<u8>),
    DateTime(i64),
    Interval(u32),
    DateTimeExtended(i64),
}

fn write(writer: &mut Writer, tag: Tag, value: &Value) {
    match value {
        Value::Structure(items) => writer.structure(tag, |writer| {
            items.iter().for_each(|(tag, value)| write(writer, *tag, value));
        }),
        Value::Integer(value) => writer.integer(tag, *value),
        Value::LongInteger(value) => writer.long_integer(tag, *value),
        Value::BigInteger(value) => writer.big_integer(tag, value),
        Value::Enumeration(value) => writer.enumeration(tag, *value),
        Value::Boolean(value) => writer.boolean(tag, *value),
        Value::Text(value) => writer.text(tag, value),
        Value::Bytes(value) => writer.bytes(tag, value),
        Value::DateTime(value) => writer.date_time(tag, *value),
        Value::Interval(value) => writer.interval(tag, *value),
        Value::DateTimeExtended(value) => writer.date_time_extended(tag, *value),
    }
}

fn read(item: Item<'_>) -> Value {
    let read = match item.item_type() {
        ItemType::Structure => Some(Value::Structure(
            item.children().map(|child| (child.tag(), read(child))).collect(),
        )),
        ItemType::Integer => item.integer().map(Value::Integer),
        ItemType::LongInteger => item.long_integer().map(Value::LongInteger),
        ItemType::BigInteger => item.big_integer().map(|value| Value::BigInteger(value.to_vec())),
        ItemType::Enumeration => item.enumeration().map(Value::Enumeration),
        ItemType::Boolean => item.boolean().map(Value::Boolean),
        ItemType::TextString => item.text().map(|value| Value::Text(value.to_owned())),
        ItemType::ByteString => item.bytes().map(|value| Value::Bytes(value.to_vec())),
        ItemType::DateTime => item.date_time().map(Value::DateTime),
        ItemType::Interval => item.interval().map(Value::Interval),
        ItemType::DateTimeExtended => item.date_time_extended().map(Value::DateTimeExtended),
    };
    read.expect("an item has the value of its type")
}

/// A tag: of the specification, of a vendor, or none at all.
fn any_tag() -> impl Strategy<Value = Tag> {
    let known: Vec<Tag> = names::tags().collect();
    prop_oneof![
        4 => proptest::sample::select(known),
        2 => proptest::sample::select(vec![
            tag::ATTRIBUTE_VALUE,
            tag::CRYPTOGRAPHIC_USAGE_MASK,
            tag::CRYPTOGRAPHIC_ALGORITHM,
            tag::ATTRIBUTE_REFERENCE,
        ]),
        1 => (0x54_0000_u32..0x55_0000).prop_map(Tag::from_code),
        1 => (0_u32..0x100_0000).prop_map(Tag::from_code),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    let eights = proptest::collection::vec(any::<[u8; 8]>(), 1..5);
    let leaf = prop_oneof![
        any::<i32>().prop_map(Value::Integer),
        (0..0x1000_i32).prop_map(Value::Integer),
        any::<i64>().prop_map(Value::LongInteger),
        eights.prop_map(|eights| Value::BigInteger(eights.concat())),
        any::<u32>().prop_map(Value::Enumeration),
        (0..0x30_u32).prop_map(Value::Enumeration),
        any::<bool>().prop_map(Value::Boolean),
        any::<String>().prop_map(Value::Text),
        "[ -~\t\r\n]{0,20}".prop_map(Value::Text),
        proptest::sample::select(vec!["State", "Cryptographic Usage Mask", "Object Type", "x-ID"])
            .prop_map(|name| Value::Text(name.to_owned())),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
        any::<i64>().prop_map(Value::DateTime),
        (-62_135_596_800_i64..253_402_300_800).prop_map(Value::DateTime),
        any::<u32>().prop_map(Value::Interval),
        any::<i64>().prop_map(Value::DateTimeExtended),
        (-62_135_596_800_000_000_i64..253_402_300_800_000_000).prop_map(Value::DateTimeExtended),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let attribute = (
            proptest::sample::select(vec!["State", "Cryptographic Usage Mask", "Link", "y-Own"]),
            inner.clone(),
        );
        prop_oneof![
            proptest::collection::vec((any_tag(), inner), 0..6).prop_map(Value::Structure),
            attribute.prop_map(|(name, value)| Value::Structure(vec![
                (tag::ATTRIBUTE_NAME, Value::Text(name.to_owned())),
                (tag::ATTRIBUTE_VALUE, value),
            ])),
        ]
    })
}

fn any_version() -> impl Strategy<Value = Version> {
    proptest::sample::select(Version::ALL.to_vec())
}

fn written(tag: Tag, value: &Value) -> Buffer {
    let mut writer = Writer::new();
    write(&mut writer, tag, value);
    writer.into_buffer()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn binary(tag in any_tag(), value in any_value()) {
        let buffer = written(tag, &value);
        let item = Item::parse(&buffer, &Limits::default()).expect("what is written is valid");
        prop_assert_eq!(item.tag(), tag);
        prop_assert_eq!(&read(item), &value);
        let mut copy = Writer::new();
        copy.item(item);
        copy.retagged(tag::NAME, item);
        let (first, second) = copy.as_slice().split_at(buffer.len());
        prop_assert_eq!(first, &*buffer);
        let renamed = Item::parse(second, &Limits::default()).expect("a tag changes nothing else");
        prop_assert_eq!(renamed.tag(), tag::NAME);
        prop_assert_eq!(read(renamed), value);
    }

    #[test]
    fn xml(tag in any_tag(), value in any_value(), version in any_version()) {
        let buffer = written(tag, &value);
        let text = xml::encode(buffer.item(), version);
        let shown = String::from_utf8_lossy(&text).into_owned();
        let again = xml::decode(&text, &Limits::default());
        let again = again.map_err(|error| TestCaseError::fail(format!("{error}: {shown}")))?;
        prop_assert_eq!(&*again, &*buffer, "{}", shown);
        let document = xml::parse_document(&shown).expect("a document");
        let decoded = document[0].decode(&Limits::default(), &mut |_, _, _| None).expect("a message");
        prop_assert_eq!(&*decoded, &*buffer);
    }

    #[test]
    fn json(
        tag in any_tag(),
        value in any_value(),
        version in any_version(),
        dialect in proptest::sample::select(vec![Dialect::Standard, Dialect::Cosmian4, Dialect::Cosmian5]),
    ) {
        let buffer = written(tag, &value);
        let text = json::encode(buffer.item(), version, dialect);
        let shown = String::from_utf8_lossy(&text).into_owned();
        let again = json::decode(&text, &Limits::default());
        let (again, _) = again.map_err(|error| TestCaseError::fail(format!("{error}: {shown}")))?;
        prop_assert_eq!(&*again, &*buffer, "{}", shown);
    }

    /// Bytes without a meaning: nothing panics, and what is accepted is written as it was.
    #[test]
    fn anything(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let limits = Limits::default();
        if let Ok(item) = Item::parse(&bytes, &limits) {
            read(item);
        }
        let _ = json::decode(&bytes, &limits);
        let _ = xml::decode(&bytes, &limits);
    }

    /// The same of bytes that look like messages.
    #[test]
    fn almost_anything(text in "[<>/&;\"'=!x#0-9a ]{0,40}", json in "[{}\\[\\],:\"0-9a-f\\\\u ]{0,40}") {
        let _ = xml::decode(text.as_bytes(), &Limits::default());
        let _ = xml::parse_document(&text);
        let _ = json::decode(json.as_bytes(), &Limits::default());
    }

    #[test]
    fn big_integers_keep_their_number(value in proptest::collection::vec(any::<u8>(), 0..40)) {
        let mut writer = Writer::new();
        writer.big_integer(tag::MODULUS, &value);
        writer.big_integer_unsigned(tag::MODULUS, &value);
        let bytes = writer.as_slice().to_vec();
        let signed_end = 8 + value.len().next_multiple_of(8).max(8);
        let signed = Item::parse(&bytes[..signed_end], &Limits::default()).expect("an item");
        let unsigned = Item::parse(&bytes[signed_end..], &Limits::default()).expect("an item");
        let (signed, unsigned) = (signed.big_integer().expect("a number"), unsigned.big_integer().expect("a number"));
        let negative = value.first().is_some_and(|first| first & 0x80 != 0);
        let extension = signed.len() - value.len();
        prop_assert_eq!(&signed[extension..], &value[..]);
        let sign = if negative { 0xFF } else { 0 };
        prop_assert!(signed[..extension].iter().all(|byte| *byte == sign));
        prop_assert!(unsigned[0] & 0x80 == 0);
        let digits = |bytes: &[u8]| bytes.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<_>>();
        prop_assert_eq!(digits(unsigned), digits(&value));
    }
}
