//! The encodings of messages: recognised, read and written.

use std::ops::Deref;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use clap::ValueEnum;
use claviger_wire_ttlv::json::{self, Dialect};
use claviger_wire_ttlv::{Item, Limits, Version, tag, xml};

use super::{LONGEST, place};
use crate::failure::Failure;
use crate::wiped::WipedBytes;

/// How a message is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Encoding {
    /// TTLV as it is.
    Binary,
    /// TTLV in hexadecimal.
    Hex,
    /// TTLV in base64.
    Base64,
    /// KMIP's JSON.
    Json,
    /// KMIP's XML.
    Xml,
}

/// A message, checked from end to end, in TTLV.
pub(super) struct Message {
    ttlv: WipedBytes,
    /// How it was written down.
    pub(super) encoding: Encoding,
}

impl Message {
    /// The message as an item.
    pub(super) fn item(&self) -> Result<Item<'_>, Failure> {
        Item::parse(&self.ttlv, &limits()).map_err(|error| not_a_message(&self.ttlv, error))
    }

    /// Takes over TTLV.
    pub(super) fn binary(ttlv: WipedBytes) -> Self {
        Self { ttlv, encoding: Encoding::Binary }
    }
}

impl Deref for Message {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.ttlv
    }
}

/// What messages may be: longer than any server takes.
pub(super) fn limits() -> Limits {
    Limits { bytes: LONGEST, ..Limits::default() }
}

/// Reads messages: one, or in the binary encodings any number, one behind the other, as a recording has them.
///
/// # Errors
/// [`Failure::Usage`] says where the first mistake is.
pub(super) fn read(bytes: &[u8], encoding: Option<Encoding>) -> Result<Vec<Message>, Failure> {
    let encoding = match encoding {
        Some(encoding) => encoding,
        None => recognised(bytes)?,
    };
    match encoding {
        Encoding::Binary => split(WipedBytes::new(bytes.to_vec()), encoding),
        Encoding::Hex => split(from_hexadecimal(bytes)?, encoding),
        Encoding::Base64 => split(from_base64(bytes)?, encoding),
        Encoding::Json => {
            let (ttlv, _) = json::decode(bytes, &limits())
                .map_err(|error| not_text(bytes, error.offset, &error.to_string()))?;
            Ok(vec![Message { ttlv: WipedBytes::new(ttlv.into_vec()), encoding }])
        }
        Encoding::Xml => {
            let ttlv = xml::decode(bytes, &limits())
                .map_err(|error| not_text(bytes, error.offset, &error.to_string()))?;
            Ok(vec![Message { ttlv: WipedBytes::new(ttlv.into_vec()), encoding }])
        }
    }
}

/// Reads exactly one message.
///
/// # Errors
/// As [`read`]; and if there are several.
pub(super) fn read_one(bytes: &[u8], encoding: Option<Encoding>) -> Result<Message, Failure> {
    let mut messages = read(bytes, encoding)?;
    match (messages.pop(), messages.len()) {
        (Some(message), 0) => Ok(message),
        (_, others) => Err(Failure::usage(
            format!("there are {} messages", others + 1),
            "give them one at a time; `claviger kmip decode` shows them",
        )),
    }
}

/// Tells the encoding by how it begins.
fn recognised(bytes: &[u8]) -> Result<Encoding, Failure> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii();
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    match text.first() {
        None => {
            Err(Failure::usage("there is no message", "give one in a file or on standard input"))
        }
        Some(b'<') => Ok(Encoding::Xml),
        Some(b'{' | b'[') => Ok(Encoding::Json),
        // Tags begin with 0x42, those of vendors with 0x54; the fourth byte is the type.
        Some(_) if matches!(bytes, [0x42 | 0x54, _, _, 1..=11, ..]) => Ok(Encoding::Binary),
        Some(_) if text.iter().all(is_hexadecimal) => Ok(Encoding::Hex),
        Some(_) if text.iter().all(|byte| is_base64(byte) || byte.is_ascii_whitespace()) => {
            Ok(Encoding::Base64)
        }
        Some(_) => Err(Failure::usage(
            "the input is no encoding of a KMIP message that can be recognised",
            "say which it is with --from binary, hex, base64, json or xml",
        )),
    }
}

/// Digits, and what people put between them.
fn is_hexadecimal(byte: &u8) -> bool {
    byte.is_ascii_hexdigit() || byte.is_ascii_whitespace() || b":xX|".contains(byte)
}

fn from_hexadecimal(text: &[u8]) -> Result<WipedBytes, Failure> {
    let mut bytes = WipedBytes::with_capacity(text.len() / 2);
    let mut first = None;
    let mut place = 0;
    while let Some(byte) = text.get(place) {
        // "0x" in front of a byte says nothing.
        if first.is_none() && matches!(text.get(place..), Some([b'0', b'x' | b'X', ..])) {
            place += 2;
            continue;
        }
        match (char::from(*byte).to_digit(16), first) {
            (Some(digit), None) => first = Some(digit),
            (Some(digit), Some(before)) => {
                // Two digits are a byte.
                bytes.push(u8::try_from(before << 4 | digit).unwrap_or_default());
                first = None;
            }
            (None, _) if is_hexadecimal(byte) => {}
            (None, _) => {
                return Err(not_text(text, place, "the input is not hexadecimal"));
            }
        }
        place += 1;
    }
    if first.is_some() {
        let what = "the input has an odd number of hexadecimal digits";
        return Err(Failure::usage(what, "check that none was lost when it was copied"));
    }
    Ok(bytes)
}

fn from_base64(text: &[u8]) -> Result<WipedBytes, Failure> {
    let mut characters = WipedBytes::with_capacity(text.len());
    characters.extend(text.iter().filter(|byte| !byte.is_ascii_whitespace()));
    let engine = if characters.ends_with(b"=") { &STANDARD } else { &STANDARD_NO_PAD };
    let padded = STANDARD.decode(characters.as_slice());
    let bytes = padded.or_else(|_| engine.decode(characters.as_slice())).map_err(|error| {
        Failure::usage(
            format!("the input is not base64: {error}"),
            "check that it is complete and in the standard alphabet",
        )
    })?;
    Ok(WipedBytes::new(bytes))
}

/// Takes messages apart that stand one behind the other. Each says its length.
fn split(ttlv: WipedBytes, encoding: Encoding) -> Result<Vec<Message>, Failure> {
    const HEADER: usize = 8;
    let mut messages = Vec::new();
    let mut rest = ttlv.as_slice();
    while !rest.is_empty() {
        let length = match rest {
            [_, _, _, _, length @ ..] => {
                length.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
            }
            _ => None,
        };
        let length = length.and_then(|length| usize::try_from(length).ok());
        let end = length.and_then(|length| length.checked_next_multiple_of(8)?.checked_add(HEADER));
        let one = end.and_then(|end| rest.get(..end)).unwrap_or(rest);
        let offset = ttlv.len() - rest.len();
        Item::parse(one, &limits()).map_err(|error| {
            let failure = not_a_message(one, error);
            if offset == 0 { failure } else { behind(failure, offset) }
        })?;
        messages.push(Message { ttlv: WipedBytes::new(one.to_vec()), encoding });
        rest = rest.get(one.len()..).unwrap_or_default();
    }
    if messages.is_empty() {
        return Err(Failure::usage(
            "there is no message",
            "give one in a file or on standard input",
        ));
    }
    Ok(messages)
}

/// Writes a message in an encoding, with a line break behind text.
pub(super) fn write(item: Item<'_>, encoding: Encoding) -> WipedBytes {
    let text = |text: Vec<u8>| {
        let mut text = WipedBytes::new(text);
        if !text.ends_with(b"\n") {
            text.push(b'\n');
        }
        text
    };
    let version = version(item);
    match encoding {
        Encoding::Binary => WipedBytes::new(item.encoded().to_vec()),
        Encoding::Hex => text(hex::encode(item.encoded()).into_bytes()),
        Encoding::Base64 => text(STANDARD.encode(item.encoded()).into_bytes()),
        Encoding::Json => text(json::encode(item, version, Dialect::Standard)),
        Encoding::Xml => text(xml::encode(item, version)),
    }
}

/// The version that a message says it speaks; the newest if it says none.
fn version(item: Item<'_>) -> Version {
    let newest = Version::V2_1;
    let Some(version) =
        item.children().next().and_then(|header| header.child(tag::PROTOCOL_VERSION))
    else {
        return newest;
    };
    let part = |tag| version.child(tag)?.integer().and_then(|part| u8::try_from(part).ok());
    match (part(tag::PROTOCOL_VERSION_MAJOR), part(tag::PROTOCOL_VERSION_MINOR)) {
        (Some(major), Some(minor)) => Version { major, minor },
        _ => newest,
    }
}

fn not_a_message(bytes: &[u8], error: claviger_wire_ttlv::DecodeError) -> Failure {
    let path = place::of(bytes, &error).map(|path| format!(", in {path}")).unwrap_or_default();
    Failure::usage(
        format!("this is no TTLV: {error}{path}"),
        "compare the bytes there with the specification, section 9.1 of KMIP 1.x or 10.1 of 2.x",
    )
}

fn behind(failure: Failure, offset: usize) -> Failure {
    match failure {
        Failure::Usage { what, remedy } => Failure::Usage {
            what: format!("{what}; the message begins at byte {offset} of the input"),
            remedy,
        },
        failure => failure,
    }
}

/// A mistake in text, with its line and column.
fn not_text(text: &[u8], offset: usize, what: &str) -> Failure {
    let before = text.get(..offset).unwrap_or(text);
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    let column = 1 + before.iter().rev().take_while(|byte| **byte != b'\n').count();
    Failure::usage(
        format!("{what} (line {line}, column {column})"),
        "compare it with KMIP Additional Message Encodings 1.0",
    )
}

#[cfg(test)]
mod tests {
    use claviger_wire_ttlv::Writer;

    use super::*;

    fn message() -> WipedBytes {
        let mut writer = Writer::new();
        writer.structure(tag::REQUEST_MESSAGE, |writer| writer.integer(tag::BATCH_COUNT, 1));
        WipedBytes::new(writer.into_buffer().into_vec())
    }

    #[test]
    fn every_encoding_is_recognised_and_read_back() {
        let original = message();
        let item = Item::parse(&original, &limits()).expect("it is a message");
        for encoding in Encoding::value_variants() {
            let written = write(item, *encoding);
            assert_eq!(recognised(&written).ok(), Some(*encoding));
            let read = read_one(&written, None).expect("it is read");
            assert_eq!(*read, **original, "{encoding:?}");
            assert_eq!(read.encoding, *encoding);
        }
    }

    #[test]
    fn hexadecimal_is_read_as_people_write_it() {
        let original = message();
        let digits = hex::encode_upper(&*original);
        let bytes: Vec<String> = original.iter().map(|byte| format!("0x{byte:02x}")).collect();
        for text in [digits.clone(), format!("0x{digits}\n"), bytes.join(" "), bytes.join(":")] {
            let read = read_one(text.as_bytes(), None).expect("it is read");
            assert_eq!(*read, **original, "{text}");
        }
        assert!(read_one(&digits.as_bytes()[1..], None).is_err());
    }

    #[test]
    fn messages_behind_each_other_are_taken_apart() {
        let one = message();
        let three = [one.as_slice(), &one, &one].concat();
        assert_eq!(read(&three, None).ok().map(|messages| messages.len()), Some(3));
        assert!(read_one(&three, None).is_err());
        let cut = &three[..three.len() - 1];
        let said = read(cut, None).err().expect("the last one is cut off").to_string();
        assert!(said.contains("the message begins at byte 48"), "{said}");
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let said = |text: &str| read(text.as_bytes(), None).err().expect("a mistake").to_string();
        assert!(said("<RequestMessage>\n  <NoSuchTag/>\n</RequestMessage>").contains("line 2"));
        assert!(said("42007801").contains("byte 0"));
        assert!(said("").contains("no message"));
        assert!(said("?").contains("recognised"));
    }
}
