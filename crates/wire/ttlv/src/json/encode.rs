//! From the binary encoding to JSON.

use super::Dialect;
use crate::names::{self, within};
use crate::text::hex::{LOWER, UPPER};
use crate::text::output::Output;
use crate::text::{holder, named_attribute};
use crate::{Item, ItemType, Tag, Version, cosmian, tag};

/// The first whole number that a reader with 64-bit floating point might get wrong (the profile, section 4.1.6.5).
const FIRST_INEXACT: u64 = 1 << 52;

/// Writes an item in JSON, without white space.
///
/// In the standard dialect, tags and values that the version does not have are written as numbers, so that whoever knows that
/// version understands them. Cosmian's dialects use every name.
///
/// The text holds whatever keys the item holds, and wiping it is up to the caller.
///
/// An item that [`Item::parse`] accepted is nested no deeper than its limits allow, and so is this.
#[must_use]
pub fn encode(item: Item<'_>, version: Version, dialect: Dialect) -> Vec<u8> {
    let output = Output::with_capacity(item.encoded().len() * 4 + 64);
    let digits = if dialect == Dialect::Standard { LOWER } else { UPPER };
    let mut encoder = Encoder { output, version, dialect, digits };
    encoder.item(item, None);
    encoder.output.into_vec()
}

struct Encoder {
    output: Output,
    version: Version,
    dialect: Dialect,
    digits: &'static [u8; 16],
}

impl Encoder {
    /// One item. `attribute` is what the Attribute Name beside it names.
    fn item(&mut self, item: Item<'_>, attribute: Option<Tag>) {
        self.output.push("{\"tag\":\"");
        self.tag(item.tag());
        let item_type = item.item_type();
        if item_type == ItemType::Structure && self.dialect == Dialect::Cosmian5 {
            self.output.push("\",\"value\":");
        } else {
            self.output.push("\",\"type\":\"");
            self.output.push(item_type.name());
            self.output.push("\",\"value\":");
        }
        if item_type == ItemType::Structure {
            self.items(item);
        } else {
            self.value(item, holder(item.tag(), attribute));
        }
        self.output.push("}");
    }

    fn items(&mut self, structure: Item<'_>) {
        let mut attribute = None;
        let mut separator = "[";
        for child in structure.children() {
            self.output.push(separator);
            separator = ",";
            if let Some(named) = named_attribute(child) {
                attribute = named;
            }
            self.item(child, attribute);
        }
        self.output.push(if separator == "[" { "[]" } else { "]" });
    }

    fn tag(&mut self, tag: Tag) {
        let standard = self.dialect == Dialect::Standard;
        let name = match self.dialect {
            Dialect::Standard => within::tag_name(self.version, tag),
            Dialect::Cosmian4 if tag == tag::IV_COUNTER_NONCE => Some(cosmian::IV_COUNTER_NONCE_4),
            Dialect::Cosmian4 | Dialect::Cosmian5 => names::tag_name(tag),
        };
        if let Some(name) = name {
            self.output.push(name);
        } else if let Some((name, ending)) = cosmian::tag_name(tag).filter(|_| !standard) {
            self.output.push(name);
            self.output.push(ending);
        } else {
            self.output.push("0x");
            self.output.hex(&tag.value().to_be_bytes()[1..], self.digits);
        }
    }

    /// The value, by type.
    fn value(&mut self, item: Item<'_>, holder: Tag) {
        match item.item_type() {
            ItemType::Structure => {}
            ItemType::Integer => self.integer(item.integer().unwrap_or_default(), holder),
            ItemType::LongInteger => self.long_integer(item.long_integer().unwrap_or_default()),
            ItemType::BigInteger => self.number(item.big_integer().unwrap_or_default()),
            ItemType::Enumeration => {
                self.enumeration(item.enumeration().unwrap_or_default(), holder);
            }
            ItemType::Boolean => {
                self.output.push(if item.boolean() == Some(true) { "true" } else { "false" });
            }
            ItemType::TextString => self.text(item.text().unwrap_or_default()),
            ItemType::ByteString => {
                self.output.push("\"");
                self.output.hex(item.bytes().unwrap_or_default(), self.digits);
                self.output.push("\"");
            }
            ItemType::DateTime => self.date(item.date_time().unwrap_or_default(), false),
            ItemType::Interval => {
                self.output.decimal(i64::from(item.interval().unwrap_or_default()));
            }
            ItemType::DateTimeExtended => {
                let microseconds = item.date_time_extended().unwrap_or_default();
                match self.dialect {
                    Dialect::Standard => self.date(microseconds, true),
                    Dialect::Cosmian4 | Dialect::Cosmian5 => {
                        self.number(&microseconds.to_be_bytes());
                    }
                }
            }
        }
    }

    /// A number, or the names of the bits of a mask with bars between them.
    fn integer(&mut self, number: i32, holder: Tag) {
        let names = names::mask_names(holder, number);
        let Some(mut names) = names.filter(|_| self.dialect == Dialect::Standard && number != 0)
        else {
            self.output.decimal(i64::from(number));
            return;
        };
        let mut separator = "\"";
        for name in names.by_ref() {
            self.output.push(separator);
            self.output.push(name);
            separator = "|";
        }
        if names.unnamed() != 0 {
            self.output.push(separator);
            self.output.push("0x");
            self.output.hex(&names.unnamed().to_be_bytes(), self.digits);
        }
        self.output.push("\"");
    }

    fn long_integer(&mut self, number: i64) {
        if self.dialect == Dialect::Standard && number.unsigned_abs() < FIRST_INEXACT {
            self.output.decimal(number);
        } else {
            self.number(&number.to_be_bytes());
        }
    }

    fn enumeration(&mut self, value: u32, holder: Tag) {
        let name = match self.dialect {
            Dialect::Standard => within::enumeration_name(self.version, holder, value),
            Dialect::Cosmian4 | Dialect::Cosmian5 => names::enumeration_name(holder, value)
                .or_else(|| cosmian::value_name(holder, value)),
        };
        match name {
            Some(name) => {
                self.output.push("\"");
                self.output.push(name);
                self.output.push("\"");
            }
            None => self.number(&value.to_be_bytes()),
        }
    }

    /// `"0x…"`, two digits for each byte.
    fn number(&mut self, bytes: &[u8]) {
        self.output.push("\"0x");
        self.output.hex(bytes, self.digits);
        self.output.push("\"");
    }

    fn date(&mut self, number: i64, microseconds: bool) {
        self.output.push("\"");
        self.output.date(number, self.digits, microseconds);
        self.output.push("\"");
    }

    /// A string with everything escaped that JSON cannot hold as it is.
    fn text(&mut self, text: &str) {
        self.output.push("\"");
        let mut rest = text;
        while let Some(index) = rest.find(|c: char| matches!(c, '"' | '\\' | '\0'..='\u{1F}')) {
            let (before, behind) = rest.split_at(index);
            self.output.push(before);
            let mut characters = behind.chars();
            match characters.next() {
                Some('"') => self.output.push("\\\""),
                Some('\\') => self.output.push("\\\\"),
                Some('\n') => self.output.push("\\n"),
                Some('\r') => self.output.push("\\r"),
                Some('\t') => self.output.push("\\t"),
                Some(other) => {
                    let code = u32::from(other).to_be_bytes();
                    self.output.push("\\u");
                    self.output.hex(&code[2..], LOWER);
                }
                None => {}
            }
            rest = characters.as_str();
        }
        self.output.push(rest);
        self.output.push("\"");
    }
}
