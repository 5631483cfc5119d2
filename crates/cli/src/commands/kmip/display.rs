//! A message for people: one line for each item, with names, types and values.

use std::fmt::Write as _;

use claviger_wire_native::Date;
use claviger_wire_ttlv::enumeration::Operation;
use claviger_wire_ttlv::{Item, ItemType, Tag, names, tag};

/// Items that hold a secret, or whose parts do.
const SECRETS: &[Tag] = &[
    tag::HASHED_PASSWORD,
    tag::KEY_MATERIAL,
    tag::KEY_VALUE,
    tag::ONE_TIME_PASSWORD,
    tag::OPAQUE_DATA_VALUE,
    tag::PASSWORD,
    tag::SERVER_HASHED_PASSWORD,
    tag::TICKET_VALUE,
];

/// A message as indented lines. Secrets are shown by their length unless they are wanted.
pub(super) fn lines(message: Item<'_>, show_secrets: bool) -> String {
    let mut display = Display { text: String::new(), show_secrets, operation: None };
    display.item(message, message.tag(), 0, false);
    display.text
}

struct Display {
    text: String,
    show_secrets: bool,
    /// What the batch item that is being shown does.
    operation: Option<Operation>,
}

impl Display {
    /// Shows an item. Its value means what items of the tag `meaning` mean.
    fn item(&mut self, item: Item<'_>, meaning: Tag, depth: usize, is_secret: bool) {
        let name =
            names::tag_name(item.tag()).map_or_else(|| item.tag().to_string(), str::to_owned);
        let is_secret = is_secret || self.is_secret(item.tag());
        // Writing to a String cannot fail.
        let _ = write!(self.text, "{:indent$}{name}", "", indent = 2 * depth);
        if item.item_type() == ItemType::Structure {
            self.text.push('\n');
            self.children(item, depth + 1, is_secret);
            return;
        }
        let shown = match bytes_of(item) {
            Some(length) if is_secret && !self.show_secrets => {
                format!("({length} bytes, hidden; --show-secrets shows them)")
            }
            _ if is_secret && !self.show_secrets => "(hidden; --show-secrets shows it)".to_owned(),
            _ => value(item, meaning),
        };
        let _ = writeln!(self.text, " ({}) {shown}", item.item_type());
    }

    fn children(&mut self, item: Item<'_>, depth: usize, is_secret: bool) {
        if item.tag() == tag::BATCH_ITEM {
            let operation = item.child(tag::OPERATION).and_then(Item::enumeration);
            self.operation = operation.map(Operation::from_code);
        }
        let mut attribute = None;
        for child in item.children() {
            let meaning = match child.tag() {
                tag::ATTRIBUTE_VALUE => attribute.unwrap_or(tag::ATTRIBUTE_VALUE),
                other => other,
            };
            self.item(child, meaning, depth, is_secret);
            if child.tag() == tag::ATTRIBUTE_NAME {
                attribute = child.text().and_then(names::attribute_tag);
            }
        }
    }

    fn is_secret(&self, tag: Tag) -> bool {
        let is_plaintext = || {
            matches!(
                self.operation,
                Some(
                    Operation::Decrypt
                        | Operation::Encrypt
                        | Operation::RNGRetrieve
                        | Operation::RNGSeed
                )
            )
        };
        SECRETS.contains(&tag) || (tag == tag::DATA && is_plaintext())
    }
}

/// How long a value is, where its length tells little.
fn bytes_of(item: Item<'_>) -> Option<usize> {
    item.bytes()
        .or_else(|| item.big_integer())
        .map(<[u8]>::len)
        .or_else(|| item.text().map(str::len))
}

fn value(item: Item<'_>, meaning: Tag) -> String {
    let shown = match item.item_type() {
        ItemType::Structure => None,
        ItemType::Integer => item.integer().map(|number| integer(meaning, number)),
        ItemType::LongInteger => item.long_integer().map(|number| number.to_string()),
        ItemType::BigInteger => item.big_integer().map(hex::encode),
        ItemType::Enumeration => item.enumeration().map(|number| enumeration(meaning, number)),
        ItemType::Boolean => item.boolean().map(|truth| truth.to_string()),
        // With its control characters escaped, which a terminal would obey.
        ItemType::TextString => item.text().map(|text| format!("{text:?}")),
        ItemType::ByteString => item.bytes().map(bytes),
        ItemType::DateTime => item.date_time().map(|seconds| date(seconds.saturating_mul(1_000))),
        ItemType::Interval => item.interval().map(|seconds| format!("{seconds} s")),
        ItemType::DateTimeExtended => {
            item.date_time_extended().map(|microseconds| date(microseconds / 1_000))
        }
    };
    shown.unwrap_or_default()
}

fn bytes(bytes: &[u8]) -> String {
    if bytes.is_empty() { "(no bytes)".to_owned() } else { hex::encode(bytes) }
}

fn date(milliseconds: i64) -> String {
    let date = Date::from_milliseconds(milliseconds);
    if date.milliseconds == milliseconds {
        date.to_string()
    } else {
        format!("{milliseconds} ms after 1970-01-01T00:00:00Z")
    }
}

fn enumeration(meaning: Tag, number: u32) -> String {
    match names::enumeration_name(meaning, number) {
        Some(name) => format!("{name} (0x{number:08X})"),
        None => format!("0x{number:08X}"),
    }
}

fn integer(meaning: Tag, number: i32) -> String {
    let Some(mut bits) = names::mask_names(meaning, number) else { return number.to_string() };
    let mut names: Vec<String> = bits.by_ref().map(str::to_owned).collect();
    let unnamed = bits.unnamed();
    if unnamed != 0 {
        names.push(format!("0x{unnamed:08X}"));
    }
    let named = if names.is_empty() { "none".to_owned() } else { names.join(" | ") };
    format!("{named} (0x{number:08X})")
}

#[cfg(test)]
mod tests {
    use claviger_wire_ttlv::{Writer, mask};

    use super::*;

    fn shown(show_secrets: bool, fill: impl FnOnce(&mut Writer)) -> String {
        let mut writer = Writer::new();
        writer.structure(tag::BATCH_ITEM, fill);
        lines(writer.into_buffer().item(), show_secrets)
    }

    #[test]
    fn items_are_shown_by_name_type_and_value() {
        let text = shown(false, |writer| {
            writer.enumeration(tag::OPERATION, Operation::Create.code());
            writer.structure(tag::ATTRIBUTE, |writer| {
                writer.text(tag::ATTRIBUTE_NAME, "Cryptographic Usage Mask");
                let mask = mask::cryptographic_usage_mask::ENCRYPT | 0x4000_0000;
                writer.integer(tag::ATTRIBUTE_VALUE, mask);
            });
            writer.date_time(tag::ACTIVATION_DATE, 0);
            writer.interval(tag::LEASE_TIME, 60);
            writer.text(tag::CONTACT_INFORMATION, "\u{1b}[31mred");
            writer.bytes(tag::IV_COUNTER_NONCE, &[1, 2, 0xFF]);
        });
        assert_eq!(
            text,
            "BatchItem\n\
             \x20 Operation (Enumeration) Create (0x00000001)\n\
             \x20 Attribute\n\
             \x20   AttributeName (TextString) \"Cryptographic Usage Mask\"\n\
             \x20   AttributeValue (Integer) Encrypt | 0x40000000 (0x40000004)\n\
             \x20 ActivationDate (DateTime) 1970-01-01T00:00:00Z\n\
             \x20 LeaseTime (Interval) 60 s\n\
             \x20 ContactInformation (TextString) \"\\u{1b}[31mred\"\n\
             \x20 IVCounterNonce (ByteString) 0102ff\n"
        );
    }

    #[test]
    fn secrets_are_hidden_unless_wanted() {
        let fill = |writer: &mut Writer| {
            writer.enumeration(tag::OPERATION, Operation::Decrypt.code());
            writer.bytes(tag::DATA, b"plain");
            writer.text(tag::PASSWORD, "secret");
            writer.structure(tag::KEY_VALUE, |writer| {
                writer.structure(tag::KEY_MATERIAL, |writer| {
                    writer.bytes(tag::KEY, &[0xAB; 16]);
                    writer.big_integer(tag::PRIVATE_EXPONENT, &[0x7F; 8]);
                });
            });
        };
        let hidden = shown(false, fill);
        assert!(hidden.contains("Data (ByteString) (5 bytes, hidden"), "{hidden}");
        assert!(hidden.contains("Password (TextString) (6 bytes, hidden"), "{hidden}");
        assert!(hidden.contains("Key (ByteString) (16 bytes, hidden"), "{hidden}");
        assert!(hidden.contains("PrivateExponent (BigInteger) (8 bytes, hidden"), "{hidden}");
        for secret in ["706c61696e", "secret\"", "abab", "7f7f"] {
            assert!(!hidden.contains(secret), "{hidden}");
        }
        let all = shown(true, fill);
        for secret in ["706c61696e", "secret\"", "abab", "7f7f"] {
            assert!(all.contains(secret), "{all}");
        }
    }
}
