//! From JSON to the binary encoding.

use super::Dialect;
use super::error::{JsonError, JsonFault};
use super::scanner::{Scanner, is_whole_number, unescaped};
use crate::assemble::{Assembly, Fault};
use crate::text::ValueFault;
use crate::text::parse::{self, Style};
use crate::xml::tag_by_digits;
use crate::{Buffer, ItemType, Limits, Tag, cosmian, names, tag};

/// How JSON writes values: bars between the names of a mask, and Cosmian's values beside those of the specification.
const STYLE: Style = Style {
    separator: |c| c == '|' || c.is_ascii_whitespace(),
    further_values: cosmian::value_by_name,
};

/// What a structure is called until its tag was read: members come in any order.
const NOT_YET: Tag = Tag::from_code(0);

/// Reads a message, or a bare operation of Cosmian's clients, and recognises the dialect that it is written in.
///
/// The members of an item may stand in any order. The dialect is that of the spelling of 4.x, if there is any; otherwise a bare
/// operation is of 4.x if its type is said and of 5.x if not, and a message is standard if its type is said. (A message
/// without may be either, and an answer in the dialect of 5.x is right for both.)
///
/// # Errors
/// What is wrong first, with its place.
pub fn decode(text: &[u8], limits: &Limits) -> Result<(Buffer, Dialect), JsonError> {
    if text.len() > limits.bytes {
        return Err(JsonFault::TooLarge { limit: limits.bytes }.at(0));
    }
    let text =
        std::str::from_utf8(text).map_err(|error| JsonFault::NotUtf8.at(error.valid_up_to()))?;
    let mut decoder = Decoder {
        scanner: Scanner::new(text),
        assembly: Assembly::new(limits, text.len() / 2),
        limits,
        spelt_as_4: false,
    };
    let root = decoder.item()?;
    if decoder.scanner.peek().is_some() {
        return Err(JsonFault::Trailing.at(decoder.scanner.position));
    }
    let dialect = decoder.dialect(&root);
    Ok((decoder.assembly.finish(), dialect))
}

struct Decoder<'a> {
    scanner: Scanner<'a>,
    assembly: Assembly,
    limits: &'a Limits,
    /// Whether a name is spelt as only 4.x spells it.
    spelt_as_4: bool,
}

/// The members of an item, as far as they were read.
#[derive(Default)]
struct Members<'a> {
    tag: Option<Tag>,
    item_type: Option<ItemType>,
    value: Option<Value<'a>>,
    name: bool,
}

/// A value, before its type is known.
#[derive(Clone, Copy)]
enum Value<'a> {
    /// The items of a structure, which was opened and has them already.
    Items,
    Null,
    /// As written between the quotation marks.
    String(&'a str),
    Number(&'a str),
    Boolean(bool),
}

impl<'a> Decoder<'a> {
    /// Reads an item and everything in it. It calls itself for each level, and opening a level checks their number.
    fn item(&mut self) -> Result<Members<'a>, JsonError> {
        self.scanner.take(b'{', "{, an item")?;
        let mut members = Members::default();
        if !self.scanner.takes(b'}') {
            loop {
                self.member(&mut members)?;
                if self.scanner.takes(b'}') {
                    break;
                }
                self.scanner.take(b',', ", or }")?;
            }
        }
        self.add(&members)?;
        Ok(members)
    }

    /// Reads one member of an item.
    fn member(&mut self, members: &mut Members<'a>) -> Result<(), JsonError> {
        self.scanner.peek();
        let place = self.scanner.position;
        let key = unescaped(self.scanner.string()?, place)?;
        self.scanner.take(b':', ":")?;
        let twice = match &*key {
            "tag" => {
                let tag = self.tag()?;
                members.tag.replace(tag).is_some()
            }
            "type" => {
                let item_type = self.item_type()?;
                members.item_type.replace(item_type).is_some()
            }
            "name" => {
                self.scanner.string()?;
                std::mem::replace(&mut members.name, true)
            }
            "value" if members.value.is_some() => true,
            "value" => {
                members.value = Some(self.value(members)?);
                false
            }
            _ => return Err(JsonFault::UnknownMember.at(place)),
        };
        if twice { Err(JsonFault::TwiceTheSame.at(place)) } else { Ok(()) }
    }

    fn tag(&mut self) -> Result<Tag, JsonError> {
        self.scanner.peek();
        let place = self.scanner.position;
        let name = unescaped(self.scanner.string()?, place)?;
        if let Some(digits) = name.strip_prefix("0x").or_else(|| name.strip_prefix("0X")) {
            return tag_by_digits(digits).ok_or(JsonFault::UnknownTag.at(place));
        }
        if let Some(tag) = names::tag_by_name(&name) {
            return Ok(tag);
        }
        let tag = cosmian::tag_by_name(&name).ok_or(JsonFault::UnknownTag.at(place))?;
        self.spelt_as_4 |= tag == tag::IV_COUNTER_NONCE || tag == cosmian::VENDOR_ATTRIBUTES;
        Ok(tag)
    }

    fn item_type(&mut self) -> Result<ItemType, JsonError> {
        self.scanner.peek();
        let place = self.scanner.position;
        let name = unescaped(self.scanner.string()?, place)?;
        ItemType::from_name(&name).ok_or(JsonFault::UnknownType.at(place))
    }

    /// Reads a value; the items of a structure are added at once.
    fn value(&mut self, members: &Members<'a>) -> Result<Value<'a>, JsonError> {
        match self.scanner.peek() {
            Some(b'"') => self.scanner.string().map(Value::String),
            Some(b'[') => {
                self.items(members)?;
                Ok(Value::Items)
            }
            _ => {
                let place = self.scanner.position;
                match self.scanner.word() {
                    "null" => Ok(Value::Null),
                    "true" => Ok(Value::Boolean(true)),
                    "false" => Ok(Value::Boolean(false)),
                    number if is_whole_number(number) => Ok(Value::Number(number)),
                    _ => Err(JsonFault::Expected("a value, numbers without fraction and exponent")
                        .at(place)),
                }
            }
        }
    }

    /// Opens a structure and reads its items. It stays open until the last member of the structure was read.
    fn items(&mut self, members: &Members<'a>) -> Result<(), JsonError> {
        let place = self.scanner.position;
        if members.item_type.is_some_and(|item_type| item_type != ItemType::Structure) {
            return Err(JsonFault::Value(ValueFault::Kind).at(place));
        }
        let opened = self.assembly.open(members.tag.unwrap_or(NOT_YET));
        opened.map_err(|fault| JsonFault::from_assembly(fault, self.limits).at(place))?;
        self.scanner.take(b'[', "[")?;
        if self.scanner.takes(b']') {
            return Ok(());
        }
        loop {
            self.item()?;
            if self.scanner.takes(b']') {
                return Ok(());
            }
            self.scanner.take(b',', ", or ]")?;
        }
    }

    /// Adds the item that the members describe.
    fn add(&mut self, members: &Members<'a>) -> Result<(), JsonError> {
        let place = self.scanner.position;
        let tag = members.tag.ok_or(JsonFault::Missing("tag").at(place))?;
        let item_type = members.item_type.unwrap_or(ItemType::Structure);
        if item_type == ItemType::Structure {
            return self.add_structure(tag, members.value);
        }
        let value = members.value.ok_or(JsonFault::Missing("value").at(place))?;
        let added = match value {
            Value::Items | Value::Null => Err(Fault::Value(ValueFault::Kind)),
            Value::String(raw) => {
                let text = unescaped(raw, place)?;
                self.assembly.text(&STYLE, tag, item_type, &text)
            }
            Value::Number(digits) => self.add_number(tag, item_type, digits),
            Value::Boolean(value) if item_type == ItemType::Boolean => {
                self.assembly.item(|writer| writer.boolean(tag, value))
            }
            Value::Boolean(_) => Err(Fault::Value(ValueFault::Kind)),
        };
        added.map_err(|fault| JsonFault::from_assembly(fault, self.limits).at(place))
    }

    /// Closes the structure that its items opened, or adds an empty one.
    fn add_structure(&mut self, tag: Tag, value: Option<Value<'a>>) -> Result<(), JsonError> {
        let place = self.scanner.position;
        match value {
            Some(Value::Items) => self.assembly.retag(tag),
            None | Some(Value::Null) => {
                let opened = self.assembly.open(tag);
                opened.map_err(|fault| JsonFault::from_assembly(fault, self.limits).at(place))?;
            }
            Some(_) => return Err(JsonFault::Value(ValueFault::Kind).at(place)),
        }
        self.assembly.close();
        Ok(())
    }

    fn add_number(&mut self, tag: Tag, item_type: ItemType, digits: &str) -> Result<(), Fault> {
        match item_type {
            ItemType::Integer
            | ItemType::LongInteger
            | ItemType::Interval
            | ItemType::DateTimeExtended => self.assembly.text(&STYLE, tag, item_type, digits),
            ItemType::Enumeration => {
                let value = parse::decimal(digits).map_err(Fault::Value)?;
                self.assembly.item(|writer| writer.enumeration(tag, value))
            }
            ItemType::BigInteger => {
                let value: i64 = parse::decimal(digits).map_err(Fault::Value)?;
                self.assembly.item(|writer| writer.big_integer(tag, &value.to_be_bytes()))
            }
            _ => Err(Fault::Value(ValueFault::Kind)),
        }
    }

    fn dialect(&self, root: &Members<'_>) -> Dialect {
        let bare = root.tag.is_some_and(|tag| {
            cosmian::requested_operation(tag).or(cosmian::answered_operation(tag)).is_some()
        });
        match root.item_type {
            _ if self.spelt_as_4 => Dialect::Cosmian4,
            Some(_) if bare => Dialect::Cosmian4,
            Some(_) => Dialect::Standard,
            None => Dialect::Cosmian5,
        }
    }
}
