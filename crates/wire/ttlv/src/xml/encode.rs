//! From the binary encoding to XML.

use crate::names::{self, within};
use crate::text::hex::LOWER;
use crate::text::output::Output;
use crate::text::{holder, named_attribute};
use crate::{Item, ItemType, Tag, Version};

/// Writes an item in XML, on lines of its own with an indentation of two blanks for each level.
///
/// Tags and values that the version does not have are written as numbers, so that whoever knows that version understands them.
///
/// The text holds whatever keys the item holds, and wiping it is up to the caller.
///
/// An item that [`Item::parse`] accepted is nested no deeper than its limits allow, and so is this.
#[must_use]
pub fn encode(item: Item<'_>, version: Version) -> Vec<u8> {
    let mut encoder =
        Encoder { output: Output::with_capacity(item.encoded().len() * 4 + 64), version };
    encoder.item(item, 0, None);
    encoder.output.into_vec()
}

struct Encoder {
    output: Output,
    version: Version,
}

impl Encoder {
    /// One element. `attribute` is what the Attribute Name beside it names.
    fn item(&mut self, item: Item<'_>, depth: usize, attribute: Option<Tag>) {
        let tag = item.tag();
        let name = within::tag_name(self.version, tag);
        self.indent(depth);
        self.output.push("<");
        self.output.push(name.unwrap_or("TTLV"));
        if name.is_none() {
            self.output.push(" tag=\"0x");
            self.output.hex(&tag.value().to_be_bytes()[1..], LOWER);
            self.output.push("\"");
        }
        if item.item_type() != ItemType::Structure {
            self.output.push(" type=\"");
            self.output.push(item.item_type().name());
            self.output.push("\" value=\"");
            self.value(item, holder(tag, attribute));
            self.output.push("\"/>\n");
            return;
        }
        if item.children().next().is_none() {
            self.output.push("/>\n");
            return;
        }
        self.output.push(">\n");
        let mut attribute = None;
        for child in item.children() {
            if let Some(named) = named_attribute(child) {
                attribute = named;
            }
            self.item(child, depth + 1, attribute);
        }
        self.indent(depth);
        self.output.push("</");
        self.output.push(name.unwrap_or("TTLV"));
        self.output.push(">\n");
    }

    fn indent(&mut self, depth: usize) {
        for _ in 0..depth {
            self.output.push("  ");
        }
    }

    /// The value, by type.
    fn value(&mut self, item: Item<'_>, holder: Tag) {
        let output = &mut self.output;
        match item.item_type() {
            ItemType::Structure => {}
            ItemType::Integer => self.integer(item.integer().unwrap_or_default(), holder),
            ItemType::LongInteger => output.decimal(item.long_integer().unwrap_or_default()),
            ItemType::BigInteger => output.hex(item.big_integer().unwrap_or_default(), LOWER),
            ItemType::Enumeration => {
                let value = item.enumeration().unwrap_or_default();
                match within::enumeration_name(self.version, holder, value) {
                    Some(name) => output.push(name),
                    None => {
                        output.push("0x");
                        output.hex(&value.to_be_bytes(), LOWER);
                    }
                }
            }
            ItemType::Boolean => {
                output.push(if item.boolean() == Some(true) { "true" } else { "false" });
            }
            ItemType::TextString => self.text(item.text().unwrap_or_default()),
            ItemType::ByteString => output.hex(item.bytes().unwrap_or_default(), LOWER),
            ItemType::DateTime => {
                output.date(item.date_time().unwrap_or_default(), LOWER, false);
            }
            ItemType::Interval => {
                output.decimal(i64::from(item.interval().unwrap_or_default()));
            }
            ItemType::DateTimeExtended => {
                output.date(item.date_time_extended().unwrap_or_default(), LOWER, true);
            }
        }
    }

    /// A number, or the names of the bits of a mask with blanks between them.
    fn integer(&mut self, number: i32, holder: Tag) {
        match names::mask_names(holder, number) {
            Some(mut names) if number != 0 => {
                let mut separator = "";
                for name in names.by_ref() {
                    self.output.push(separator);
                    self.output.push(name);
                    separator = " ";
                }
                if names.unnamed() != 0 {
                    self.output.push(separator);
                    self.output.push("0x");
                    self.output.hex(&names.unnamed().to_be_bytes(), LOWER);
                }
            }
            _ => self.output.decimal(i64::from(number)),
        }
    }

    /// Text with everything escaped that an attribute cannot hold as it is.
    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(index) = rest.find(|c: char| needs_reference(c)) {
            let (before, behind) = rest.split_at(index);
            self.output.push(before);
            let mut characters = behind.chars();
            match characters.next() {
                Some('&') => self.output.push("&amp;"),
                Some('<') => self.output.push("&lt;"),
                Some('>') => self.output.push("&gt;"),
                Some('"') => self.output.push("&quot;"),
                Some(other) => {
                    self.output.push("&#");
                    self.output.decimal(i64::from(u32::from(other)));
                    self.output.push(";");
                }
                None => {}
            }
            rest = characters.as_str();
        }
        self.output.push(rest);
    }
}

fn needs_reference(c: char) -> bool {
    matches!(c, '&' | '<' | '>' | '"' | '\0'..='\u{1F}' | '\u{7F}' | '\u{FFFE}' | '\u{FFFF}')
}
