//! A message as an owned tree, in which a value may still be open.
//!
//! Published requests and responses have placeholders where a run has values of its own. A [`Node`] is an item of TTLV or
//! such a placeholder; what a server answers is read into the same tree, so that the two can be laid beside each other.

use std::fmt;

use claviger_wire_ttlv::{Item, ItemType, Tag, Writer, names};

/// An item: what it is, and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) tag: Tag,
    /// Its value.
    pub(crate) value: Value,
}

/// The value of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Items inside of it.
    Structure(Vec<Node>),
    /// 32 bits, signed.
    Integer(i32),
    /// 64 bits, signed.
    LongInteger(i64),
    /// Two's complement, big endian.
    BigInteger(Vec<u8>),
    /// A number that stands for a name.
    Enumeration(u32),
    /// True or false.
    Boolean(bool),
    /// Text.
    TextString(String),
    /// Bytes.
    ByteString(Vec<u8>),
    /// Seconds since 1970.
    DateTime(i64),
    /// Seconds.
    Interval(u32),
    /// Microseconds since 1970.
    DateTimeExtended(i64),
    /// The time of the run and this many seconds.
    Now(ItemType, i64),
    /// A value that the run itself produces, by its published name without the dollar sign.
    Placeholder(ItemType, String),
}

impl Node {
    /// An item of this kind.
    pub(crate) fn new(tag: Tag, value: Value) -> Self {
        Self { tag, value }
    }

    /// What a received item says.
    pub(crate) fn of(item: Item<'_>) -> Self {
        Self { tag: item.tag(), value: Value::of(item) }
    }

    /// The items inside of it; none unless it is a structure.
    pub(crate) fn children(&self) -> &[Node] {
        match &self.value {
            Value::Structure(children) => children,
            _ => &[],
        }
    }

    /// The first item inside of it with this tag.
    pub(crate) fn child(&self, tag: Tag) -> Option<&Node> {
        self.children().iter().find(|child| child.tag == tag)
    }

    /// Every item with this tag, itself and those inside of it.
    pub(crate) fn all(&self, tag: Tag) -> Vec<&Node> {
        let mut found = Vec::new();
        self.walk(&mut |node| {
            if node.tag == tag {
                found.push(node);
            }
        });
        found
    }

    /// Shows itself and every item inside of it.
    pub(crate) fn walk<'a>(&'a self, look: &mut impl FnMut(&'a Node)) {
        look(self);
        for child in self.children() {
            child.walk(look);
        }
    }

    /// Its text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::TextString(text) => Some(text),
            _ => None,
        }
    }

    /// Its number, if it is an enumeration.
    pub(crate) fn enumeration(&self) -> Option<u32> {
        match self.value {
            Value::Enumeration(number) => Some(number),
            _ => None,
        }
    }

    /// Its number, if it is an integer.
    pub(crate) fn integer(&self) -> Option<i32> {
        match self.value {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    }

    /// Writes it as TTLV. A value that is still open is written as the least of its type.
    pub(crate) fn write(&self, writer: &mut Writer) {
        let tag = self.tag;
        match &self.value {
            Value::Structure(children) => writer.structure(tag, |writer| {
                for child in children {
                    child.write(writer);
                }
            }),
            Value::Integer(number) => writer.integer(tag, *number),
            Value::LongInteger(number) => writer.long_integer(tag, *number),
            Value::BigInteger(number) => writer.big_integer(tag, number),
            Value::Enumeration(number) => writer.enumeration(tag, *number),
            Value::Boolean(truth) => writer.boolean(tag, *truth),
            Value::TextString(text) => writer.text(tag, text),
            Value::ByteString(bytes) => writer.bytes(tag, bytes),
            Value::DateTime(seconds) => writer.date_time(tag, *seconds),
            Value::Interval(seconds) => writer.interval(tag, *seconds),
            Value::DateTimeExtended(microseconds) => writer.date_time_extended(tag, *microseconds),
            Value::Now(item_type, _) | Value::Placeholder(item_type, _) => {
                Self::new(tag, Value::least(*item_type)).write(writer);
            }
        }
    }

    /// Its name, or its number where the specifications have no name for it.
    pub(crate) fn name(&self) -> String {
        tag_name(self.tag)
    }
}

impl Value {
    fn of(item: Item<'_>) -> Self {
        let read = match item.item_type() {
            ItemType::Structure => Some(Self::Structure(item.children().map(Node::of).collect())),
            ItemType::Integer => item.integer().map(Self::Integer),
            ItemType::LongInteger => item.long_integer().map(Self::LongInteger),
            ItemType::BigInteger => item.big_integer().map(|bytes| Self::BigInteger(bytes.into())),
            ItemType::Enumeration => item.enumeration().map(Self::Enumeration),
            ItemType::Boolean => item.boolean().map(Self::Boolean),
            ItemType::TextString => item.text().map(|text| Self::TextString(text.to_owned())),
            ItemType::ByteString => item.bytes().map(|bytes| Self::ByteString(bytes.into())),
            ItemType::DateTime => item.date_time().map(Self::DateTime),
            ItemType::Interval => item.interval().map(Self::Interval),
            ItemType::DateTimeExtended => item.date_time_extended().map(Self::DateTimeExtended),
        };
        // A read of an item by its own type never fails: the item was validated.
        read.unwrap_or(Self::Structure(Vec::new()))
    }

    /// Its type.
    pub(crate) fn item_type(&self) -> ItemType {
        match self {
            Self::Structure(_) => ItemType::Structure,
            Self::Integer(_) => ItemType::Integer,
            Self::LongInteger(_) => ItemType::LongInteger,
            Self::BigInteger(_) => ItemType::BigInteger,
            Self::Enumeration(_) => ItemType::Enumeration,
            Self::Boolean(_) => ItemType::Boolean,
            Self::TextString(_) => ItemType::TextString,
            Self::ByteString(_) => ItemType::ByteString,
            Self::DateTime(_) => ItemType::DateTime,
            Self::Interval(_) => ItemType::Interval,
            Self::DateTimeExtended(_) => ItemType::DateTimeExtended,
            Self::Now(item_type, _) | Self::Placeholder(item_type, _) => *item_type,
        }
    }

    /// The least value of a type.
    pub(crate) fn least(item_type: ItemType) -> Self {
        match item_type {
            ItemType::Structure => Self::Structure(Vec::new()),
            ItemType::Integer => Self::Integer(0),
            ItemType::LongInteger => Self::LongInteger(0),
            ItemType::BigInteger => Self::BigInteger(vec![0; 8]),
            ItemType::Enumeration => Self::Enumeration(1),
            ItemType::Boolean => Self::Boolean(false),
            ItemType::TextString => Self::TextString(String::new()),
            ItemType::ByteString => Self::ByteString(Vec::new()),
            ItemType::DateTime => Self::DateTime(0),
            ItemType::Interval => Self::Interval(0),
            ItemType::DateTimeExtended => Self::DateTimeExtended(0),
        }
    }
}

/// Shows a value; enumerations by their numbers, long bytes by their beginning.
impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Structure(children) => {
                formatter.write_str("{")?;
                for (index, child) in children.iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    write!(
                        formatter,
                        "{separator}{}: {}",
                        child.name(),
                        shown(child.tag, &child.value)
                    )?;
                }
                formatter.write_str("}")
            }
            Self::Integer(number) => write!(formatter, "{number}"),
            Self::LongInteger(number) | Self::DateTimeExtended(number) => {
                write!(formatter, "{number}")
            }
            Self::BigInteger(bytes) | Self::ByteString(bytes) => bytes_shown(formatter, bytes),
            Self::Enumeration(number) => write!(formatter, "0x{number:08X}"),
            Self::Boolean(truth) => write!(formatter, "{truth}"),
            Self::TextString(text) => write!(formatter, "{text:?}"),
            Self::DateTime(seconds) => {
                let date = time::OffsetDateTime::from_unix_timestamp(*seconds).ok();
                let format = &time::format_description::well_known::Rfc3339;
                match date.and_then(|date| date.format(format).ok()) {
                    Some(date) => formatter.write_str(&date),
                    None => write!(formatter, "{seconds} s"),
                }
            }
            Self::Interval(seconds) => write!(formatter, "{seconds} s"),
            Self::Now(_, 0) => formatter.write_str("$NOW"),
            Self::Now(_, offset) => write!(formatter, "$NOW{offset:+}"),
            Self::Placeholder(_, name) => write!(formatter, "${name}"),
        }
    }
}

fn bytes_shown(formatter: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    const SHOWN: usize = 48;
    match bytes.get(..SHOWN) {
        Some(start) if bytes.len() > SHOWN => {
            write!(formatter, "{}… ({} bytes)", hex::encode(start), bytes.len())
        }
        _ if bytes.is_empty() => formatter.write_str("(no bytes)"),
        _ => formatter.write_str(&hex::encode(bytes)),
    }
}

/// A value as a reader of the specifications would write it: enumerations by name.
pub(crate) fn shown(tag: Tag, value: &Value) -> String {
    match value {
        Value::Enumeration(number) => match names::enumeration_name(tag, *number) {
            Some(name) => name.to_owned(),
            None => value.to_string(),
        },
        _ => value.to_string(),
    }
}

/// The name of a tag, or its number.
pub(crate) fn tag_name(tag: Tag) -> String {
    names::tag_name(tag).map_or_else(|| tag.to_string(), str::to_owned)
}
